"""The entity rules of the programme's own forms: a club founded and met on tablets that had no network."""

import urllib.request
from collections.abc import Iterator, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from server.blobs import BlobStore
from server.db import Database
from server.models import Entity, EntityBacklog, EntityList, EntityVersion, Finding, Submission
from server.services import rebuild as rebuilding
from tests import live
from tests.builders import CONTENT_TYPE, multipart
from tests.builders_club import (
    Filled,
    Intake,
    club_id,
    edit,
    founding,
    joined,
    loan,
    loan_id,
    meeting,
    member_id,
    new_id,
    repayment,
)
from tests.tablet import Tablet

CARED_FOR = new_id("bà Ba")


@pytest.fixture
def intake(session: Session, programme_published: None) -> Intake:
    return Intake(session)


def told(name: str, base: int, tablet: str = "", trunk: int | None = None) -> dict[str, Any]:
    """What the tablet writes around an update. tablet: tells one tablet's branches from another's."""
    branch = new_id(f"branch {name} {tablet}")
    return {"@action": "update", "@base": base, "@branch": branch, "@trunk": trunk or ""}


def club_update(base: int, tablet: str = "", trunk: int | None = None) -> dict[str, Any]:
    return {"@id": club_id(), "@label": "CLB LTHTGN Khu phố a", **told("club", base, tablet, trunk)}


def a_new_member(name: str) -> dict[str, Any]:
    """The row of the list that goes with `joined`."""
    return {
        "@id": member_id(name),
        "@label": f"Trần Văn {name}",
        "mc_club_id": club_id(),
        "mc_full_name": f"Trần Văn {name}",
        "mc_sex": "male",
        "mc_birth_year": 1955,
        "mc_status": "active",
    }


def a_loan(name: str, outstanding: int, **how: Any) -> dict[str, Any]:
    """The row of the list that goes with a new loan, or with a repayment when it is updated."""
    given = {
        "lc_club_id": club_id(),
        "lc_outstanding": outstanding,
        "lc_status": "open" if outstanding else "repaid",
    }
    return {"@id": loan_id(name), "@label": f"Khoản vay {name}", **given, **how}


def story() -> list[Filled]:
    """Founded in March; in April one joins, borrows and a woman is taken care of; in May all of that goes on."""
    found = founding("a")
    care = {
        "@id": CARED_FOR,
        "@label": "Bà Ba",
        "recipient_new": "yes",
        "r_full_name": "Lê Thị Ba",
        "visits": 4,
        "r_club_id": club_id(),
        "r_status": "active",
    }
    april = meeting(
        "2019-04",
        members_joined=[joined("x")],
        member_changes=[a_new_member("x")],
        loans_new=[loan("l1", "a1", 5_000_000)],
        loan_changes=[a_loan("l1", 5_000_000, lc_amount=5_000_000)],
        care=[care],
        n_members_after=4,
        **club_update(1),
    )
    may = meeting(
        "2019-05",
        present=[member_id("a1"), member_id("x")],
        if_open_cash=20_000_000,
        if_open_loans=5_000_000,
        repayments=[repayment("l1", 5_000_000)],
        loan_changes=[a_loan("l1", 0, **told("loan", 1))],
        member_changes=[a_new_member("x") | {"mc_status": "left", "mc_full_name": None} | told("member", 1)],
        care=[
            {
                "@id": CARED_FOR,
                "recipient_new": "no",
                "recipient": CARED_FOR,
                "visits": 2,
                "r_club_id": club_id(),
                "r_status": "ended",
                **told("care", 1),
            }
        ],
        n_members_after=3,
        **club_update(2),
    )
    return [found, april, may]


def line(session: Session) -> list[tuple[Any, ...]]:
    """Every version of every entity, without when it came."""
    rows = session.scalars(select(EntityVersion).order_by(EntityVersion.entity_id, EntityVersion.version))
    return [
        (
            one.entity_id,
            one.version,
            one.label,
            one.data,
            one.base_version,
            one.branch_base_version,
            one.conflict,
        )
        for one in rows
    ]


def tables(session: Session) -> dict[str, list[str]]:
    """The club tables, with the instance ID of a submission in place of its number."""
    named = dict(session.execute(select(Submission.id, Submission.instance_id)).all())
    return {table.name: _content(session, table, named) for table in rebuilding.PROJECTED}


def _content(session: Session, table: Table, named: Mapping[int, str]) -> list[str]:
    counted = {"id"} if (table.name, "id") in rebuilding.COUNTED else set()
    points = {"submission", "meeting", "survey"}
    rows = session.execute(select(table)).mappings()
    numbered = {
        column.name
        for column in table.columns
        if any(key.column.table.name in points for key in column.foreign_keys)
        or (table.name in points and column.name == "id")
    }
    return sorted(
        repr({name: named[value] if name in numbered and value else value for name, value in row.items()})
        for row in ({k: v for k, v in one.items() if k not in counted} for one in rows)
    )


def states(session: Session) -> list[tuple[Any, ...]]:
    rows = select(Entity.id, Entity.label, Entity.data, Entity.version, Entity.conflict, Entity.club_id)
    return [tuple(row) for row in session.execute(rows.order_by(Entity.id))]


ORDERS = list(permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS, ids=["".join("FAM"[one] for one in order) for order in ORDERS])
def test_a_club_founded_and_met_twice_before_the_first_sync_arrives_right_in_any_order(
    intake, session, order
):
    forms = story()
    moments = {}
    for number, filled in enumerate(forms):
        moments[number] = intake.send(filled).received_at
    expected = (line(session), states(session), tables(session))
    assert [one[1] for one in expected[0] if one[0] == club_id()] == [1, 2, 3]
    empty(session)

    for number in order:
        intake.send(forms[number], moments[number])

    assert (line(session), states(session)) == expected[:2]
    assert tables(session) == expected[2]
    assert session.scalars(select(EntityBacklog)).all() == []
    assert set(session.scalars(select(Submission.projection_state))) == {"done"}
    assert session.scalars(select(Finding).where(Finding.code == "entity_faulty")).all() == []
    entities = {row[0]: row for row in states(session)}
    assert entities[loan_id("l1")][2]["status"] == "repaid"
    assert (
        entities[member_id("x")][2] | {"status": "left", "full_name": "Trần Văn x"}
        == entities[member_id("x")][2]
    )
    assert entities[CARED_FOR][2]["status"] == "ended"
    assert {row[4] for row in entities.values()} == {None}
    before = rebuilding.fingerprint(session)
    rebuilding.rebuild(session)
    assert rebuilding.fingerprint(session) == before


def test_what_a_report_makes_is_on_the_lists_at_once_though_its_club_is_still_to_come(intake, session):
    _, april, _ = story()

    intake.send(april)

    assert session.get(Entity, loan_id("l1")).version == 1
    assert session.get(Entity, member_id("x")).club_id == club_id()
    assert session.get(Entity, club_id()) is None
    held = session.scalars(select(EntityBacklog)).one()
    assert (held.entity_id, held.branch_base_version) == (club_id(), 1)


def test_two_tablets_that_met_the_same_club_offline_make_a_conflict_with_the_names_of_what_clashes(
    intake, session
):
    intake.send(founding("a"))
    intake.send(meeting("2019-04", n_members_after=4, if_in=100_000, **club_update(1, "one", trunk=1)))

    intake.send(meeting("2019-05", n_members_after=5, if_in=300_000, **club_update(1, "two", trunk=1)))

    club = session.get(Entity, club_id())
    newest = versions(session, club_id())[-1]
    assert (club.version, club.conflict, newest.base_version) == (3, "hard", 1)
    assert newest.conflicting == ["n_members", "open_cash"]
    assert club.data["n_members"] == "5"


def test_two_tablets_that_agree_make_a_soft_conflict(intake, session):
    intake.send(founding("a"))
    intake.send(meeting("2019-04", n_members_after=4, **club_update(1, "one", trunk=1)))

    intake.send(meeting("2019-05", n_members_after=4, **club_update(1, "two", trunk=1)))

    assert session.get(Entity, club_id()).conflict == "soft"


def test_a_founding_form_corrected_before_the_first_sync_makes_no_conflict_with_its_own_tablet(
    intake, session
):
    found, april, may = story()
    intake.send(found)
    intake.send(april)

    intake.send(edit(found, meeting_day="15"))
    intake.send(may)

    club = session.get(Entity, club_id())
    assert (club.version, club.conflict, club.data["meeting_day"]) == (4, None, "15")


def versions(session: Session, uuid: str) -> list[EntityVersion]:
    rows = select(EntityVersion).where(EntityVersion.entity_id == uuid).order_by(EntityVersion.version)
    return list(session.scalars(rows))


def empty(session: Session) -> None:
    """Nothing sent yet, the forms published."""
    rebuilding._empty(session)
    session.execute(Submission.__table__.update().values(current_version_id=None))
    for table in ("submission_attachment", "submission_version", "submission"):
        session.execute(delete(Submission.metadata.tables[table]))
    session.flush()
    session.expunge_all()


# -- As the engine of ODK Collect writes it --

LISTS = ("clubs", "members", "loans", "care_recipients")
FOUNDING = {
    "founding_date": "2019-05-20",
    "province": "58@2016-01-01",
    "n_member_list": "12",
    "m_relation_board": "member",
    "m_relation_board[1]": "chair",
    "m_relation_board[2]": "treasurer",
}
OCTOBER = {
    "report_month": "2026-10-01",
    "meeting_held": "yes",
    "meeting_date": "2026-10-20",
    "n_joined": "1",
    "n_left": "0",
    "n_care": "1",
    "recipient_new": "yes",
    "n_loans_new": "1",
}
NOVEMBER = {
    "report_month": "2026-11-01",
    "meeting_held": "yes",
    "meeting_date": "2026-11-15",
    "n_joined": "0",
    "n_left": "1",
    "n_repayments": "1",
}


@pytest.fixture
def address(database: Database, database_url: str, blobs: BlobStore, tmp_path: Path) -> Iterator[str]:
    """The real server on the programme's forms, as a tablet has it in its settings."""
    token = live.publish_programme(database, blobs)
    with live.serving(tmp_path, database_url) as server:
        yield f"{server.address}/v1/key/{token}/projects/1"


def send(address: str, xml: bytes) -> None:
    body = multipart(xml)
    request = urllib.request.Request(f"{address}/submission", body, {"Content-Type": CONTENT_TYPE})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 201


def test_a_real_tablets_club_arrives_right_backwards(address, database, tmp_path):
    tablet = Tablet(address, tmp_path / "tablets")
    tablet.pull()
    for form, answers in (("club_founding", FOUNDING), ("club_meeting", OCTOBER), ("club_meeting", NOVEMBER)):
        filled = tablet.fill(form, answers=answers)
        assert (filled.problems, filled.refused) == ([], [])

    for entry in reversed(tablet.ledger()):
        send(address, tablet.xml(entry.instance_id))

    with database.reading() as session:
        assert set(session.scalars(select(Submission.projection_state))) == {"done"}
        assert session.scalars(select(EntityBacklog)).all() == []
        held = {one.id: one for one in session.scalars(select(Entity))}
    known = {uuid: one for name in LISTS for uuid, one in tablet.entities(name).items()}
    assert {uuid: one.version for uuid, one in held.items()} == {
        uuid: one["version"] for uuid, one in known.items()
    }
    assert {one.conflict for one in held.values()} == {None}
    for uuid, one in known.items():
        assert held[uuid].label == one["label"]
        assert {name: text for name, text in one["properties"].items() if text}.items() <= held[
            uuid
        ].data.items()


def test_two_real_tablets_that_met_one_club_offline_make_a_conflict_nobody_else_gets(
    address, database, tmp_path
):
    pair = Tablet(address, tmp_path / "tablets", tablets=2)
    first = Tablet(address, tmp_path / "tablets")
    first.pull()
    first.fill("club_founding", answers=FOUNDING)
    first.send()
    pair.pull()
    meeting = pair.fill(
        "club_meeting", answers=OCTOBER | {"n_joined": "0", "n_care": "0", "n_loans_new": "0"}
    )
    assert (meeting.problems, meeting.refused) == ([], [])

    pair.send()

    with database.reading() as session:
        disputed = session.scalars(select(Entity).where(Entity.conflict.is_not(None))).all()
        (club_uuid,) = session.scalars(select(Entity.id).join(EntityList).where(EntityList.name == "clubs"))
    assert [one.id for one in disputed] == [club_uuid]
    assert disputed[0].version == 3
