"""A database as large as the programme may become: 10,000 clubs with 60 months and 60 members each.

The clubs are made by a seeded generator, straight into the tables; on SQLite.
"""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from reports.period import add_months, end_of_month
from server import clock, migrate
from server.cli.data import standards_first
from server.cli.demo import XLSFORMS
from server.db import Database
from server.models import Form, Unit
from server.services import plan, unit
from server.services.actor import SYSTEM_ID

CLUBS = 10_000
MONTHS = 60
MEMBERS = 60
LOANS = 20
LAST = date(2025, 12, 1)
"""The last month reported."""
REFORM = date(2025, 7, 1)
BATCH = 200


def make(database: Database, clubs: int, seed: int = 20260101) -> None:
    """A migrated database with units, plans and so many clubs, whose months end with LAST."""
    migrate.upgrade(database)
    with database.transaction() as session:
        unit.load(session, XLSFORMS.parent / "register")
        for workbook in sorted((XLSFORMS / "plans").glob("*.xlsx"), key=standards_first):
            plan.import_workbook(session, workbook, actor_id=SYSTEM_ID)
        form = Form(project_id=1, xml_form_id="bench", state="open", created_at=clock.now())
        session.add(form)
        session.flush()
        rows = session.execute(
            select(Unit.id).where(Unit.level == "p", Unit.valid_from == date(2016, 1, 1)).order_by(Unit.code)
        )
        homes = [(old.id, _after(session, old.id)) for old in rows]
        form_id = form.id
    chance = random.Random(seed)
    for first in range(0, clubs, BATCH):
        with database.transaction() as session:
            _fill(session.connection(), form_id, homes, chance, range(first, min(first + BATCH, clubs)))


def _after(session: Any, unit_id: int) -> int | None:
    """The province that a province became in 2025; None: it still stands."""
    ends = unit.trace(session, [unit_id], REFORM).get(unit_id, [])
    return next((end.unit.id for end in ends if end.unit.id != unit_id), None)


def _fill(
    conn: Connection, form_id: int, homes: Sequence[Any], chance: random.Random, numbers: range
) -> None:
    tables: dict[str, list[tuple[Any, ...]]] = {name: [] for name in COLUMNS}
    for number in numbers:
        _club(tables, form_id, homes[number % len(homes)], chance, number)
    for name, columns in COLUMNS.items():
        places = ", ".join("?" * len(columns.split()))
        named = ", ".join(columns.split())
        conn.exec_driver_sql(f"INSERT INTO {name} ({named}) VALUES ({places})", tables[name])


COLUMNS = {
    "submission": "id form_id instance_id received_at projection_state",
    "club": "id submission_id project_id code name name_key status phase village_kind village_name founding_date "
    "charter_adopted fund_income_initial fund_operating_initial trained_board books deputy_role_links equipment "
    "remarks",
    "club_change": "club_id serial",
    "club_unit": "club_id valid_from valid_to unit_id basis",
    "member": "id club_id submission_id member_no full_name name_key sex birth_year ethnicity poverty_status hardship "
    "disability allowance groups joined_on",
    "membership_event": "member_id club_id submission_id kind on_date",
    "board_position": "club_id member_id role valid_from",
    "meeting": "id submission_id club_id report_month is_current received_at held meeting_date n_on_list n_present "
    "guests_kind agenda_done supervised sup_level sup_checklist sup_comment difficulties requests next_plan remarks",
    "meeting_activity": "meeting_id a1_done a1_topic a2_done n_bp n_weight n_clinic_check a3_done n_care_vol "
    "n_recipients n_visits a4_done n_sudden_help help_forms n_community community_kind a5_done a5_topics a6_done "
    "a6_topics a6_speaker a7_done a7_kinds a8_done mob_cash mob_sources",
    "income_fund_month": "meeting_id open_cash open_loans open_reason added added_source withdrawn withdrawn_reason "
    "written_off disbursed principal interest close_cash close_loans difference difference_reason",
    "operating_fund_month": "meeting_id opening closing difference difference_reason in_interest in_fees in_donation "
    "in_other out_visit out_meeting out_care out_other",
    "loan": "id club_id member_id meeting_id loan_no amount kind disbursed_on due_date",
    "repayment": "meeting_id position loan_id principal interest paid_on",
}
"""Columns that are filled, by table, in an order that foreign keys allow."""
ROLES = ("chair", "deputy", "secretary", "accountant", "treasurer")


def _club(
    tables: dict[str, list[tuple[Any, ...]]], form_id: int, home: Any, chance: random.Random, number: int
) -> None:
    old, new = home
    months = [add_months(LAST, n - MONTHS + 1) for n in range(MONTHS)]
    phase = "p1" if number % 10 < 4 else "p2"
    founded = months[0] - timedelta(days=30 * (1 + number % 40)) if phase == "p1" else date(2021, 1, 1)
    club_id, first = f"c{number:06}", 1 + number * (MONTHS + 1)
    fund = 20_000_000 + chance.randrange(40) * 500_000
    tables["submission"].append((first, form_id, f"uuid:{first}", _moment(founded), "done"))
    tables["club"].append(
        (
            *(
                club_id,
                first,
                1,
                f"LTH-{number:06}",
                f"CLB {number}",
                f"clb {number}",
                "active",
                phase,
                "thon",
            ),
            *(
                f"Thôn {number}",
                founded.isoformat(),
                1,
                fund,
                2_000_000,
                chance.randrange(6),
                "operating_fund",
            ),
            *("", "", ""),
        )
    )
    tables["club_change"].append((club_id, 1))
    ends = "2025-06-30" if new else None
    tables["club_unit"].append((club_id, founded.isoformat(), ends, old, "form"))
    if new:
        tables["club_unit"].append((club_id, REFORM.isoformat(), None, new, "reform"))
    _members(tables, chance, club_id, first, founded)
    _months(tables, form_id, chance, club_id, first, months, fund)


def _members(
    tables: dict[str, list[tuple[Any, ...]]], chance: random.Random, club_id: str, first: int, founded: date
) -> None:
    for n in range(MEMBERS):
        older = chance.random() < 0.68
        born = chance.randrange(1935, 1962) if older else chance.randrange(1965, 2000)
        member = f"{club_id}m{n:02}"
        tables["member"].append(
            (
                *(member, club_id, first, n + 1, f"Nguyễn Văn {n}", f"nguyen van {n}"),
                *("female" if chance.random() < 0.66 else "male", born, "kinh"),
                *(
                    chance.choice(("poor", "near_poor", "average", "average", "better")),
                    "none",
                    "none",
                    "",
                    "",
                ),
                founded.isoformat(),
            )
        )
        tables["membership_event"].append((member, club_id, first, "joined", founded.isoformat()))
    for n, role in enumerate(ROLES):
        tables["board_position"].append((club_id, f"{club_id}m{n:02}", role, founded.isoformat()))


def _months(
    tables: dict[str, list[tuple[Any, ...]]],
    form_id: int,
    chance: random.Random,
    club_id: str,
    first: int,
    months: Sequence[date],
    fund: int,
) -> None:
    lent = 0
    for n, month in enumerate(months):
        meeting = first + 1 + n
        held = chance.random() < 0.92
        tables["submission"].append(
            (meeting, form_id, f"uuid:{meeting}", _moment(end_of_month(month)), "done")
        )
        _meeting(tables, chance, club_id, meeting, month, held)
        given = 3_000_000 if n % 3 == 0 else 0
        back = 3_000_000 if n % 3 == 0 and n >= 12 else 0
        before, lent = lent, lent + given - back
        tables["income_fund_month"].append(
            (
                meeting,
                fund - before,
                before,
                "",
                0,
                "",
                0,
                "",
                0,
                given,
                back,
                back // 100,
                fund - lent,
                lent,
                0,
                "",
            )
        )
        tables["operating_fund_month"].append((meeting, 1, 2_000_000, 0, "", 30_000, 0, 0, 0, 0, 0, 0, 0))
        if given:
            due = end_of_month(add_months(month, 12))
            values = (meeting, n // 3 + 1, given, "cash", month.isoformat(), due.isoformat())
            member = f"{club_id}m{chance.randrange(MEMBERS):02}"
            tables["loan"].append((f"{club_id}l{n:02}", club_id, member, *values))
        if back:
            paid_on = end_of_month(month).isoformat()
            of = f"{club_id}l{n - 12:02}"
            tables["repayment"].append((meeting, 1, of, back, back // 100, paid_on))


def _meeting(
    tables: dict[str, list[tuple[Any, ...]]],
    chance: random.Random,
    club_id: str,
    meeting: int,
    month: date,
    held: bool,
) -> None:
    present = chance.randrange(35, MEMBERS)
    tables["meeting"].append(
        (
            *(meeting, meeting, club_id, month.isoformat(), 1, _moment(end_of_month(month)), int(held)),
            *(
                month.replace(day=15).isoformat() if held else None,
                MEMBERS,
                present if held else None,
                "",
                "",
            ),
            *(int(chance.random() < 0.1), "", "", "", "", "", "họp", ""),
        )
    )
    done = [int(held and chance.random() < 0.9) for _ in range(8)]
    tables["meeting_activity"].append(
        (
            *(meeting, done[0], "lúa", done[1], present, present, chance.randrange(3), done[2], 6, 4, 30),
            *(done[3], 1, "", 1, "road", done[4], "insurance", done[5], "nutrition", "board"),
            *(done[6], "arts", done[7], 300_000, "member"),
        )
    )


def _moment(day: date) -> str:
    """As SQLite keeps a moment."""
    return f"{day.isoformat()} 03:00:00.000000"
