"""When a schedule's reports are due: the day of drafting and the cut-off after each period, by either calendar."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reports.period import Period, add_months, end_of_month

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""Kind of schedule → months of its period."""
SAMPLE = date(2023, 1, 1), date(2024, 12, 31)
"""Two years, one of them a leap year: what holds in them holds always."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What decides the days of a schedule. kind: one of MONTHS. calendar: calendar or decree. Days: 1 to 31."""

    kind: str
    calendar: str
    draft_day: int
    cut_off_day: int


@dataclass(frozen=True, slots=True)
class Run:
    """One period of a schedule. cut_off: the last day whose submissions count. due: the day drafts are made."""

    period: Period
    cut_off: date
    due: date


def run(rhythm: Rhythm, period: Period) -> Run:
    """The days that belong to a period, which is of the schedule's kind and calendar."""
    return Run(period, next_day(rhythm.cut_off_day, period.last), next_day(rhythm.draft_day, period.last))


def next_day(number: int, after: date) -> date:
    """The first day of that number after a day; in a month too short for it, the month's last day."""
    for month in (after.replace(day=1), add_months(after, 1)):
        found = month.replace(day=min(number, monthrange(month.year, month.month)[1]))
        if found > after:
            return found
    return end_of_month(add_months(after, 1))


def runs(rhythm: Rhythm, first: date, last: date) -> list[Run]:
    """The runs due between two days, both included, the oldest first."""
    return [one for one in _around(rhythm, first, last) if first <= one.due <= last]


def coming(rhythm: Rhythm, today: date) -> Run:
    """The first run whose cut-off is not over: what is missing for it can still be sent."""
    ahead = add_months(today, MONTHS[rhythm.kind] + 2)
    return next(one for one in _around(rhythm, today, ahead) if one.cut_off >= today)


def latest(rhythm: Rhythm, today: date) -> Run:
    """The run of the last period that is over."""
    ahead = add_months(today, 2)
    return [one for one in _around(rhythm, today, ahead) if one.period.last < today][-1]


def always_in_order(rhythm: Rhythm) -> bool:
    """Whether the drafts of every period come later than its cut-off, also in short months."""
    return all(one.cut_off < one.due for one in _around(rhythm, *SAMPLE))


def _around(rhythm: Rhythm, first: date, last: date) -> Iterator[Run]:
    """Runs of all periods that may be due between two days, and of some more."""
    length = MONTHS[rhythm.kind]
    start = add_months(date(first.year, 1, 1), -12)
    while start <= last:
        plain = Period(start, end_of_month(add_months(start, length - 1)))
        yield run(rhythm, plain.decree if rhythm.calendar == "decree" else plain)
        start = add_months(start, length)
