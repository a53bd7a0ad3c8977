"""club_meeting → one month of one club: the meeting, who came, the eight areas, both funds, loans, people in care.

A meeting's row bears the ID of its submission. When a month is reported twice, the report that came last counts. The
earlier one keeps its meeting with attendance, activities, funds, measures and visits, marked by superseded_by, for
people to compare; what reaches beyond its month does not stand: its loans, repayments, write-offs, new members,
departures and new people in care are taken out, and come back when the later report is moved to another month or
withdrawn.
"""

from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from server.models.club import CareRecipient, Member, MembershipEvent
from server.models.meeting import (
    Attendance,
    CareVisit,
    IncomeFundMonth,
    Loan,
    LoanWriteOff,
    Measure,
    Meeting,
    MeetingActivity,
    OperatingFundMonth,
    Repayment,
)
from server.projection import member, store
from server.projection.checks import meeting as checks
from server.projection.club_meeting import around, rows
from server.projection.club_meeting.mapping import ACTIVITY, INCOME_FUND, MAPPINGS, MEETING, OPERATING_FUND
from server.projection.source import Effects, Source

__all__ = ["FORM", "MAPPINGS", "project"]

FORM = "club_meeting"
OF_ONE_MEETING = tuple(
    model.__table__
    for model in (
        Attendance,
        MeetingActivity,
        IncomeFundMonth,
        OperatingFundMonth,
        Measure,
        CareVisit,
        Repayment,
        LoanWriteOff,
    )
)
"""Tables whose rows nothing else points at."""


def project(conn: Connection, source: Source) -> Effects:
    """Make the rows of one month exactly what its form says. Raises ClubUnknown, AnswerMissing."""
    answers = source.rows.root
    club_id = source.need("club", answers.get("club"))
    meeting = MEETING.row(answers, source.misfits)
    effects = Effects(club_id, meeting["report_month"])
    source.need("report_month", meeting["report_month"])
    source.need("meeting_held", meeting["held"])
    here = around.look(conn, source, club_id, meeting["report_month"])
    meeting |= {
        "id": source.submission_id,
        "submission_id": source.submission_id,
        "club_id": club_id,
        "received_at": source.received_at,
        "superseded_by": here.superseded_by,
        "is_current": here.superseded_by is None,
    }
    effects.again |= {*here.later, *(rival.meeting_id for rival in here.rivals)}
    if here.own is not None:
        _clear(conn, here, effects)
    if meeting["is_current"]:
        _supersede(conn, here, effects)
    month = rows.read(conn, source, here, meeting)
    _write(conn, source, here, month, effects)
    effects.findings = checks.run(month)
    return effects


def _clear(conn: Connection, here: around.Around, effects: Effects) -> None:
    """Take out what this submission said before. Moved to another month or club, it is read once more at the end:
    the month it leaves may have an earlier report, which then counts again.
    """
    own = here.own
    assert own is not None
    for table in OF_ONE_MEETING:
        store.remove(conn, table, table.c.meeting_id, own.meeting_id)
    _take_back_events(conn, own.meeting_id)
    if (own.meeting_club_id, own.report_month) != (here.club.club_id, here.month):
        effects.again |= _from_month(conn, own) | {own.meeting_id}


def _take_back_events(conn: Connection, submission_id: int) -> None:
    events = MembershipEvent.__table__
    left = select(events.c.member_id).where(events.c.submission_id == submission_id, events.c.kind == "left")
    ids = set(conn.execute(left).scalars())
    store.remove(conn, events, events.c.submission_id, submission_id)
    member.settle_departures(conn, ids)


def _from_month(conn: Connection, own: Any) -> set[int]:
    """The submissions on this month and later ones of a club."""
    meetings = Meeting.__table__
    of_club = (meetings.c.club_id == own.meeting_club_id) & (meetings.c.report_month >= own.report_month)
    return set(conn.execute(select(meetings.c.id).where(of_club)).scalars())


def _supersede(conn: Connection, here: around.Around, effects: Effects) -> None:
    """Take out what earlier reports of the same month did beyond that month."""
    meetings = Meeting.__table__
    for rival in here.rivals:
        for beyond in (Repayment.__table__, LoanWriteOff.__table__):
            store.remove(conn, beyond, beyond.c.meeting_id, rival.meeting_id)
        _take_back_events(conn, rival.meeting_id)
        for table in (Loan.__table__, Member.__table__, CareRecipient.__table__):
            pointing = store.forget(conn, table, store.replace(conn, table, rival.meeting_id, ()))
            effects.again |= pointing - {here.source.submission_id}
        conn.execute(
            update(meetings)
            .where(meetings.c.id == rival.meeting_id)
            .values(is_current=False, superseded_by=here.source.submission_id)
        )


UPDATE = update(Meeting.__table__).where(Meeting.__table__.c.id == bindparam("submission"))


def _write(
    conn: Connection, source: Source, here: around.Around, month: rows.Month, effects: Effects
) -> None:
    if here.own is None:
        store.add(conn, Meeting.__table__, [month.meeting])
    else:
        conn.execute(UPDATE.values(month.meeting), {"submission": source.submission_id})
    _write_created(conn, here, month, effects)
    answers, key = source.rows.root, {"meeting_id": source.submission_id}
    for mapping in (ACTIVITY, INCOME_FUND, OPERATING_FUND):
        store.add(conn, mapping.table, [{**mapping.row(answers, source.misfits), **key}])
    store.add(conn, Attendance.__table__, month.attendance)
    store.add(conn, Measure.__table__, month.measures)
    store.add(conn, CareVisit.__table__, month.visits)
    store.add(conn, Repayment.__table__, month.repayments)
    store.add(conn, LoanWriteOff.__table__, month.write_offs)
    store.add(conn, MembershipEvent.__table__, month.events)
    member.settle_departures(conn, {event["member_id"] for event in month.events if event["kind"] == "left"})


def _settle(conn: Connection, table: Table, made: list[dict[str, Any]]) -> None:
    """Bring back into members' rows what other submissions say about them."""
    if table is Member.__table__:
        ids = [row["id"] for row in made]
        member.settle_departures(conn, ids)
        member.apply_corrections(conn, ids)


def _write_created(conn: Connection, here: around.Around, month: rows.Month, effects: Effects) -> None:
    """Members, loans and people in care that this month adds; others may point at them."""
    for table, made in (
        (Member.__table__, month.joined),
        (CareRecipient.__table__, month.recipients),
        (Loan.__table__, month.loans),
    ):
        made = _not_made_before(conn, table, month.source, made)
        if here.own is None:
            store.add(conn, table, made)
        else:
            removed = store.replace(conn, table, month.source.submission_id, made)
            effects.again |= store.forget(conn, table, removed)
            _settle(conn, table, made)
        effects.created += [row["id"] for row in made]


def _not_made_before(
    conn: Connection, table: Table, source: Source, made: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Without the rows that another report of the club has made under the same UUID: a copied form would."""
    existing = {one.action.uuid for one in source.refused if one.code == "entity_exists"}
    suspects = [row["id"] for row in made if row["id"] in existing]
    if not suspects:
        return made
    owner = store.owner_of(table)
    taken = select(table.c.id).where(table.c.id.in_(suspects), owner != source.submission_id)
    gone = set(conn.execute(taken).scalars())
    return [row for row in made if row["id"] not in gone]
