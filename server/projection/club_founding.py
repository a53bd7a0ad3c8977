"""club_founding → club, its unit history, first members, board and sources of its first fund.

The club's ID is the UUID that the tablet gave its entity, and so are the members'.
"""

from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from forms.rows import Row
from server.models.club import (
    BoardPosition,
    Club,
    ClubNumber,
    ClubUnit,
    FundSource,
    Member,
    MembershipEvent,
)
from server.models.meeting import Meeting
from server.models.survey import Survey
from server.projection import club_unit, member, store
from server.projection.checks import founding as checks
from server.projection.fault import ClubIDChanged, ClubIDTaken
from server.projection.mapping import (
    THOUSANDS,
    Question,
    TableMapping,
    accuracy,
    code,
    codes,
    day,
    decimal,
    lat,
    lon,
    name_key,
    text,
    whole,
    yes,
)
from server.projection.source import Effects, Source

FORM = "club_founding"
BY_PLACE = ("A01", "A02", "A03", "A04", "A05", "A08")
BY_AGE = ("A07", "B03", "B04", "B06")

CLUB = TableMapping(
    Club.__table__,
    (
        Question("club_name", "name", text, ("A01",)),
        Question("scheme_phase", "phase", code, ("A01", "B06", "C03")),
        Question("village_kind", "village_kind", text),
        Question("village_name", "village_name", text),
        Question("funding_project", "funding_project", code),
        Question("founding_date", "founding_date", day, ("A01", "A02", "A03", "A08")),
        Question("decision_no", "decision_no", code),
        Question("decision_date", "decision_date", day),
        Question("decision_issuer", "decision_issuer", code),
        Question("charter_adopted", "charter_adopted", yes, ("D06", "D07")),
        Question("gps", "lat", lat),
        Question("gps", "lon", lon),
        Question("gps", "accuracy_m", accuracy),
        Question("place_kind", "place_kind", code),
        Question("meeting_day", "meeting_day", whole),
        Question("meeting_time", "meeting_time", code),
        Question("n_attend_founding", "n_attend_founding", whole),
        Question("n_member_list", "n_member_list", whole),
        Question("chair_phone", "chair_phone", code),
        Question("deputy_role_links", "deputy_role_links", codes),
        Question("n_sub_groups", "n_sub_groups", whole),
        Question("fund_income_initial", "fund_income_initial", whole, ("C01", "C03", "C04")),
        Question("fund_income_cash", "fund_income_cash", whole),
        Question("fund_operating_initial", "fund_operating_initial", whole, ("C02",), below=THOUSANDS),
        Question("money_keeping", "money_keeping", code),
        Question("loan_max", "loan_max", whole, below=THOUSANDS),
        Question("loan_rate_month", "loan_rate_month", decimal),
        Question("loan_term_max", "loan_term_max", whole),
        Question("member_fee_month", "member_fee_month", whole, below=100),
        Question("equipment", "equipment", codes),
        Question("books", "books", codes),
        Question("trained_board", "trained_board", whole, ("D08", "D10")),
        Question("training_days", "training_days", whole),
        Question("remarks", "remarks", text),
    ),
    keys={"commune": BY_PLACE},
)
MEMBER = TableMapping(
    Member.__table__,
    (
        Question("m_full_name", "full_name", text, ("A06",)),
        Question("m_sex", "sex", code, ("B02", "B06")),
        Question("m_birth_year", "birth_year", whole, BY_AGE),
        Question("m_ethnicity", "ethnicity", code),
        Question("m_poverty_status", "poverty_status", code, ("B05", "B06")),
        Question("m_hardship", "hardship", codes, ("B05", "B06")),
        Question("m_disability", "disability", code),
        Question("m_phone", "phone", code),
        Question("m_insurance", "insurance", code),
        Question("m_allowance", "allowance", codes),
        Question("m_volunteer", "groups", codes, ("D11",)),
        Question("m_consent", "consent", yes),
    ),
    repeat="members",
)
BOARD = TableMapping(
    BoardPosition.__table__, (Question("m_relation_board", "role", code, ("D06", "D07")),), repeat="members"
)
FUND_SOURCE = TableMapping(
    FundSource.__table__,
    (
        Question("fs_source", "source", code),
        Question("fs_amount", "amount", whole, ("C01", "C03", "C04"), below=THOUSANDS),
        Question("fs_kind", "kind", code),
    ),
    repeat="fund_sources",
)
MAPPINGS = (CLUB, MEMBER, BOARD, FUND_SOURCE)


def project(conn: Connection, source: Source) -> Effects:
    """Make the rows of one club exactly what its founding form says."""
    club, before = _write_club(conn, source)
    effects = Effects(club["id"], club["founding_date"])
    places = club_unit.write(conn, club["id"], club["founding_date"], code(source.rows.root.get("commune")))
    members = [_member(source, row, club) for row in source.rows.repeats.get("members", ())]
    _write_members(conn, source, club, members, effects)
    _write_board(conn, club, members, source)
    _write_fund_sources(conn, club["id"], source)
    if before is not None:
        ids = [one["id"] for one in members]
        member.settle_departures(conn, ids)
        member.apply_corrections(conn, ids)
        if _looked_at(conn, club["id"]) != before:
            effects.again |= _later(conn, club["id"])
    effects.findings = checks.run(checks.Facts(conn, source, club, members, places), MAPPINGS)
    return effects


def _write_club(conn: Connection, source: Source) -> tuple[dict[str, Any], Any]:
    """The club's row, inserted or brought up to date, and what later forms saw of the club before; None: it is new."""
    answers = source.rows.root
    for question in ("founding_date", "club_name", "scheme_phase"):
        source.need(question, answers.get(question))
    club = CLUB.row(answers, source.misfits)
    club |= {
        "id": source.entity_id("clubs"),
        "submission_id": source.submission_id,
        "project_id": source.project_id,
        "name_key": name_key(club["name"]),
    }
    if answers.get("fund_income_created") == "no":
        club |= {"fund_income_initial": 0, "fund_income_cash": 0}
    before = None
    if _is_new(conn, club):
        store.add(conn, Club.__table__, [{**club, "code": _code(conn, club["id"]), "status": "active"}])
    else:
        before = _looked_at(conn, club["id"])
        conn.execute(update(Club.__table__).where(Club.__table__.c.id == club["id"]).values(club))
    return club, before


LOOKED_AT = (
    select(Club.founding_date, Club.lat, Club.lon, Club.fund_income_cash, Club.fund_operating_initial).where(
        Club.id == bindparam("club")
    ),
    select(ClubUnit.valid_from, ClubUnit.valid_to, ClubUnit.unit_id)
    .where(ClubUnit.club_id == bindparam("club"))
    .order_by(ClubUnit.valid_from),
    select(Member.id, Member.member_no, Member.name_key, Member.birth_year)
    .where(Member.club_id == bindparam("club"))
    .order_by(Member.id),
)
"""All that months, interviews and their checks look at of what a founding form says."""


def _looked_at(conn: Connection, club_id: str) -> list[list[tuple[Any, ...]]]:
    """What later forms see of a club: while it stays the same, reading them again would change nothing."""
    return [[tuple(row) for row in conn.execute(one, {"club": club_id})] for one in LOOKED_AT]


HELD = select(Club.id, Club.submission_id).where(
    or_(Club.id == bindparam("id"), Club.submission_id == bindparam("submission_id"))
)


def _is_new(conn: Connection, club: dict[str, Any]) -> bool:
    """Whether no row of this club stands yet. Raises ClubIDTaken, ClubIDChanged."""
    held = conn.execute(HELD, {"id": club["id"], "submission_id": club["submission_id"]}).first()
    if held is None:
        return True
    if held.submission_id != club["submission_id"]:
        raise ClubIDTaken(club["id"])
    if held.id != club["id"]:
        raise ClubIDChanged(held.id)
    return False


def _code(conn: Connection, club_id: str) -> str:
    """LTH-000123. The number is given once, in the order in which clubs arrive, and survives every rebuild."""
    numbers = ClubNumber.__table__
    number = conn.execute(select(numbers.c.number).where(numbers.c.club_id == club_id)).scalar()
    if number is None:
        number = (conn.execute(select(func.max(numbers.c.number))).scalar() or 0) + 1
        conn.execute(insert(numbers), {"number": number, "club_id": club_id})
    return f"LTH-{number:06d}"


def _member(source: Source, row: Row, club: dict[str, Any]) -> dict[str, Any]:
    values = MEMBER.row(row.values, source.misfits)
    if not values["consent"]:
        values["phone"] = None
    return values | {
        "id": source.entity_id("members", "members", row),
        "club_id": club["id"],
        "submission_id": source.submission_id,
        "member_no": row.position,
        "name_key": name_key(values["full_name"]),
        "joined_on": club["founding_date"],
    }


def _write_members(
    conn: Connection, source: Source, club: dict[str, Any], members: list[dict[str, Any]], effects: Effects
) -> None:
    removed = store.replace(conn, Member.__table__, source.submission_id, members)
    store.remove(
        conn, MembershipEvent.__table__, MembershipEvent.__table__.c.submission_id, source.submission_id
    )
    store.remove(conn, BoardPosition.__table__, BoardPosition.__table__.c.club_id, club["id"])
    effects.again |= store.forget(conn, Member.__table__, removed)
    store.add(conn, MembershipEvent.__table__, [member.joined(one) for one in members])
    effects.created += [one["id"] for one in members]


def _write_board(
    conn: Connection, club: dict[str, Any], members: list[dict[str, Any]], source: Source
) -> None:
    rows = zip(members, source.rows.repeats.get("members", ()), strict=True)
    positions = [
        {"club_id": club["id"], "member_id": one["id"], "role": role, "valid_from": club["founding_date"]}
        for one, row in rows
        if (role := BOARD.row(row.values, source.misfits)["role"]) not in (None, "none")
    ]
    store.add(conn, BoardPosition.__table__, positions)


def _write_fund_sources(conn: Connection, club_id: str, source: Source) -> None:
    store.remove(conn, FundSource.__table__, FundSource.__table__.c.club_id, club_id)
    rows = [
        {**FUND_SOURCE.row(row.values, source.misfits), "club_id": club_id, "position": row.position}
        for row in source.rows.repeats.get("fund_sources", ())
    ]
    store.add(conn, FundSource.__table__, rows)


def _later(conn: Connection, club_id: str) -> set[int]:
    """The submissions that report on this club."""
    meetings = select(Meeting.submission_id).where(Meeting.club_id == club_id)
    surveys = select(Survey.submission_id).where(Survey.club_id == club_id)
    return set(conn.execute(meetings.union(surveys)).scalars())
