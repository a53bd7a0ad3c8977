"""What stands in the club tables around one month of one club, read with one query."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from server.models.club import Club
from server.models.meeting import IncomeFundMonth, Meeting, OperatingFundMonth
from server.projection.fault import ClubUnknown
from server.projection.source import Source

meetings = Meeting.__table__
clubs = Club.__table__
income = IncomeFundMonth.__table__
operating = OperatingFundMonth.__table__

_earlier = meetings.alias("earlier")
_month_before = (
    select(func.max(_earlier.c.report_month))
    .where(
        _earlier.c.club_id == bindparam("club"),
        _earlier.c.is_current,
        _earlier.c.report_month < bindparam("month"),
        _earlier.c.id != bindparam("submission"),
    )
    .scalar_subquery()
)
_near = and_(
    meetings.c.club_id == clubs.c.id,
    or_(meetings.c.report_month >= bindparam("month"), meetings.c.report_month == _month_before),
)
AROUND = (
    select(
        clubs.c.id.label("club_id"),
        clubs.c.lat.label("club_lat"),
        clubs.c.lon.label("club_lon"),
        clubs.c.founding_date,
        clubs.c.fund_income_cash,
        clubs.c.fund_operating_initial,
        meetings.c.id.label("meeting_id"),
        meetings.c.club_id.label("meeting_club_id"),
        meetings.c.report_month,
        meetings.c.received_at,
        meetings.c.is_current,
        income.c.close_cash,
        income.c.close_loans,
        operating.c.closing,
    )
    .select_from(clubs)
    .outerjoin(meetings, or_(meetings.c.id == bindparam("submission"), _near))
    .outerjoin(income, income.c.meeting_id == meetings.c.id)
    .outerjoin(operating, operating.c.meeting_id == meetings.c.id)
    .where(clubs.c.id == bindparam("club"))
    .order_by(meetings.c.report_month, meetings.c.received_at, meetings.c.id)
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a month's books should open with, in VND; None where nothing says. since: the month, or founding."""

    cash: int | None
    loans: int | None
    operating: int | None
    since: date


@dataclass(slots=True)
class Around:
    """A club and its months, seen from one report of one month.

    own: the row this submission has already, or None. rivals: other reports of the same month, by receipt.
    before: the current report of the last month before this one, or None. later: submissions that report later months.
    """

    club: Any
    month: date
    source: Source
    own: Any
    rivals: list[Any]
    before: Any
    later: list[int]

    @property
    def superseded_by(self) -> int | None:
        """The submission that reports the same month and came last, when that is another one."""
        last = max(self.rivals, key=lambda row: (row.received_at, row.meeting_id), default=None)
        return last.meeting_id if last and (last.received_at, last.meeting_id) > self.source.order else None

    @property
    def opening(self) -> Opening:
        """The last closing, or what the club was founded with."""
        if self.before is not None:
            last = self.before
            return Opening(last.close_cash, last.close_loans, last.closing, last.report_month)
        club = self.club
        return Opening(club.fund_income_cash, 0, club.fund_operating_initial, club.founding_date)


def look(conn: Connection, source: Source, club_id: str, month: date) -> Around:
    """The club and the months around this one. Raises ClubUnknown."""
    values = {"club": club_id, "month": month, "submission": source.submission_id}
    rows = conn.execute(AROUND, values).all()
    if not rows:
        raise ClubUnknown(club_id)
    others = [row for row in rows if row.meeting_id not in (None, source.submission_id)]
    before = [row for row in others if row.report_month < month and row.is_current]
    return Around(
        club=rows[0],
        month=month,
        source=source,
        own=next((row for row in rows if row.meeting_id == source.submission_id), None),
        rivals=[row for row in others if row.report_month == month],
        before=before[-1] if before else None,
        later=[row.meeting_id for row in others if row.report_month > month],
    )
