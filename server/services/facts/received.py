"""What had been received by the end of a report's cut-off: a report of an early day is the one made on that day.

As far as stored rows allow; docs/decisions/cut-off.md says what they do not.
"""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from server import models as m
from server.clock import VIETNAM

CORRECTED = {
    "c_full_name": "full_name",
    "c_sex": "sex",
    "c_birth_year": "birth_year",
    "c_ethnicity": "ethnicity",
    "c_disability": "disability",
    "c_hardship": "hardship",
}
"""What an interview can correct of a member that a report tells, and the member's column."""

SAMPLE_DEVICE = "collect:demo_____"
"""Pattern of the IDs of sample tablets, made in server.demo.answers; Collect's own are longer."""


def end_of(day: date) -> datetime:
    """The moment a day is over in Vietnam."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=VIETNAM)


def submitted(submission_id: InstrumentedAttribute[int], cut_off: date) -> ColumnElement[bool]:
    """Condition: the submission that a row comes from was received by the end of the cut-off."""
    s = m.Submission
    return exists().where(s.id == submission_id, s.received_at < end_of(cut_off))


def is_sample(submission_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition: the row comes from the sample data, which a tablet of its own kind of ID sent."""
    s = m.Submission
    return exists().where(s.id == submission_id, s.device_id.like(SAMPLE_DEVICE))


def month_counts(wanted: Select[Any], last: date, cut_off: date) -> ColumnElement[bool]:
    """Condition: a month of these clubs that counts, up to the last day, received by the end of the cut-off.

    Of the reports of one month the last that was in by then counts, also where another has taken its place since.
    """
    t, later, end = m.Meeting, aliased(m.Meeting), end_of(cut_off)
    of_month = and_(later.club_id == t.club_id, later.report_month == t.report_month)
    is_replaced = exists().where(
        of_month,
        later.received_at < end,
        or_(later.received_at > t.received_at, and_(later.received_at == t.received_at, later.id > t.id)),
    )
    is_replaced_since = exists().where(later.id == t.superseded_by, later.received_at >= end)
    return and_(
        t.club_id.in_(wanted),
        t.report_month <= last,
        t.received_at < end,
        or_(t.is_current.is_(True), and_(is_replaced_since, ~is_replaced)),
    )


def departures(session: Session, wanted: Select[Any], cut_off: date) -> dict[str, date | None]:
    """The day of leaving of members of whom something was told after the cut-off; None: nothing until then."""
    e, s = m.MembershipEvent, m.Submission
    known = func.max(e.on_date).filter(s.received_at < end_of(cut_off)).label("on_date")
    rows = session.execute(
        select(e.member_id, known)
        .join(s, s.id == e.submission_id)
        .where(e.club_id.in_(wanted), e.kind == "left")
        .group_by(e.member_id)
        .having(func.max(s.received_at) >= end_of(cut_off))
    )
    return {row.member_id: row.on_date for row in rows}


def corrections(session: Session, wanted: Select[Any], cut_off: date) -> dict[str, dict[str, Any]]:
    """By member and column, what earlier interviews had corrected of that which later ones corrected again.

    Where no earlier one did, the list's own word is no longer in the member's row, and the corrected one stands.
    """
    t, end = m.Survey, end_of(cut_off)
    columns = [getattr(t, name) for name in CORRECTED]
    rows = session.execute(
        select(t.member_id, t.received_at, *columns)
        .where(t.club_id.in_(wanted), t.member_id.is_not(None), t.info_correct.is_(False))
        .order_by(t.surveyed_on, t.received_at, t.id)
    )
    early: dict[str, dict[str, Any]] = defaultdict(dict)
    late: dict[str, set[str]] = defaultdict(set)
    for member_id, received_at, *answers in rows:
        told = {c: a for c, a in zip(CORRECTED.values(), answers, strict=True) if a}
        if received_at < end:
            early[member_id] |= told
        else:
            late[member_id] |= set(told)
    return {
        member_id: {c: early[member_id][c] for c in columns if c in early[member_id]}
        for member_id, columns in late.items()
        if member_id in early
    }
