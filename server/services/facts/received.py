"""What had been received by the end of a report's cut-off: a report of an early day is the one made on that day.

As far as stored rows allow; docs/decisions/cut-off.md says what they do not.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Executable,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from server import models as m
from server.clock import VIETNAM
from server.models.base import UTCDateTime
from server.services.facts.kinds import as_codes

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


CLUBS: BindParameter[str] = bindparam("clubs", expanding=True)
LAST, SINCE = bindparam("last", type_=Date), bindparam("since", type_=Date)
END = bindparam("end", type_=UTCDateTime)
"""What a statement asks an `Extent` for. So statements are put together once, when the program is loaded: to do so
for every report takes some 20 ms."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Whose facts are read, up to which last day, from which month on where that matters, as received by the end of the
    cut-off."""

    session: Session
    clubs: Sequence[str]
    last: date
    cut_off: date
    since: date = date.min

    def rows(self, statement: Executable) -> Sequence[Any]:
        """Rows by Core: no objects of the ORM are made of tens of thousands of rows."""
        values = {CLUBS.key: self.clubs, LAST.key: self.last, SINCE.key: self.since}
        return self.session.connection().execute(statement, values | {END.key: end_of(self.cut_off)}).all()


def end_of(day: date) -> datetime:
    """The moment a day is over in Vietnam."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=VIETNAM)


def submitted(
    submission_id: InstrumentedAttribute[int], end: ColumnElement[datetime] | datetime = END
) -> ColumnElement[bool]:
    """Condition: the submission that a row comes from was received before the end of the cut-off."""
    s = m.Submission
    return exists().where(s.id == submission_id, s.received_at < end)


def is_sample(submission_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Condition: the row comes from the sample data, which a tablet of its own kind of ID sent."""
    s = m.Submission
    return exists().where(s.id == submission_id, s.device_id.like(SAMPLE_DEVICE))


def _month_counts() -> ColumnElement[bool]:
    t, later = m.Meeting, aliased(m.Meeting)
    of_month = and_(later.club_id == t.club_id, later.report_month == t.report_month)
    is_replaced = exists().where(
        of_month,
        later.received_at < END,
        or_(later.received_at > t.received_at, and_(later.received_at == t.received_at, later.id > t.id)),
    )
    is_replaced_since = exists().where(later.id == t.superseded_by, later.received_at >= END)
    return and_(
        t.club_id.in_(CLUBS),
        t.report_month <= LAST,
        t.received_at < END,
        or_(t.is_current.is_(True), and_(is_replaced_since, ~is_replaced)),
    )


MONTH_COUNTS = _month_counts()
"""Condition: a month of these clubs that counts, up to the last day, received by the end of the cut-off.

Of the reports of one month the last that was in by then counts, also where another has taken its place since.
"""


DEPARTURES = (
    select(
        m.MembershipEvent.member_id,
        func.max(m.MembershipEvent.on_date).filter(m.Submission.received_at < END),
    )
    .join(m.Submission, m.Submission.id == m.MembershipEvent.submission_id)
    .where(m.MembershipEvent.club_id.in_(CLUBS), m.MembershipEvent.kind == "left")
    .group_by(m.MembershipEvent.member_id)
    .having(func.max(m.Submission.received_at) >= END)
)
INTERVIEWS = (
    select(m.Survey.member_id, m.Survey.received_at)
    .add_columns(*(getattr(m.Survey, name) for name in CORRECTED if name != "c_hardship"))
    .add_columns(as_codes(m.Survey.c_hardship))
    .where(m.Survey.club_id.in_(CLUBS), m.Survey.member_id.is_not(None), m.Survey.info_correct.is_(False))
    .order_by(m.Survey.surveyed_on, m.Survey.received_at, m.Survey.id)
)


def departures(of: Extent) -> dict[str, date | None]:
    """The day of leaving of members of whom something was told after the cut-off; None: nothing until then."""
    return dict(tuple(row) for row in of.rows(DEPARTURES))


def corrections(of: Extent) -> dict[str, dict[str, Any]]:
    """By member and column, what earlier interviews had corrected of that which later ones corrected again.

    Where no earlier one did, the list's own word is no longer in the member's row, and the corrected one stands.
    """
    end = end_of(of.cut_off)
    early: dict[str, dict[str, Any]] = defaultdict(dict)
    late: dict[str, set[str]] = defaultdict(set)
    for member_id, received_at, *answers in of.rows(INTERVIEWS):
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
