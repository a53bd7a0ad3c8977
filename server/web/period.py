"""The periods that the report form offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.period import FIRST_YEAR, Period, add_months, end_of_month, parse

LAST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Periods of one kind. kind: years, year, half, quarter or month."""

    kind: str
    periods: tuple[Period, ...]


def choices(first_year: int, today: date, phases: Sequence[tuple[date, date]]) -> list[Group]:
    """Phases as far as they were lived, years, halves and quarters that have begun, newest first, and recent months.

    first_year: that of the first club; one mistyped as 0218 offers no more than every year a report can have.
    today: nothing that begins later is offered.
    """
    first_year = max(first_year, FIRST_YEAR)
    years = range(today.year, min(first_year, today.year) - 1, -1)
    halves = [f"{year}-H{half}" for year in years for half in (2, 1)]
    quarters = [f"{year}-Q{quarter}" for year in years for quarter in (4, 3, 2, 1)]
    this_month = today.replace(day=1)
    firsts = [add_months(this_month, -back) for back in range(LAST_MONTHS)]
    groups = [
        Group("years", _lived(first_year, today, phases)),
        Group("year", tuple(parse(str(year)) for year in years)),
        Group("half", _begun(halves, today)),
        Group("quarter", _begun(quarters, today)),
        Group("month", tuple(Period(first, end_of_month(first)) for first in firsts)),
    ]
    return [group for group in groups if group.periods]


def _begun(texts: Sequence[str], today: date) -> tuple[Period, ...]:
    return tuple(one for one in map(parse, texts) if one.first <= today)


def _lived(first_year: int, today: date, phases: Sequence[tuple[date, date]]) -> tuple[Period, ...]:
    """Each phase in whole years from the first club to this year, then all years; only runs of more than one year."""
    spans = [(max(first.year, first_year), min(last.year, today.year)) for first, last in phases]
    spans.append((first_year, today.year))
    whole = dict.fromkeys(span for span in spans if span[0] < span[1])
    return tuple(parse(f"{first}..{last}") for first, last in whole)
