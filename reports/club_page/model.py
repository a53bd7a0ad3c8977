"""Everything the page of a club shows beyond its row in the register, already computed."""

from dataclasses import dataclass
from datetime import date

from reports.club_page.books import BookMonth
from reports.club_sheet import ClubSheet, Month


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month since the founding. month: its state, as on the sheet's strip.

    is_late: its report came after the due day. received_on: None where no report counts.
    """

    month: Month
    is_late: bool
    received_on: date | None


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """Twelve months, January first. held, silent, late: how many of them were, of those that are over."""

    year: int
    months: tuple[CalendarMonth, ...]

    @property
    def held(self) -> int:
        return self._count("held")

    @property
    def not_held(self) -> int:
        return self._count("not_held")

    @property
    def silent(self) -> int:
        return self._count("silent")

    @property
    def late(self) -> int:
        return sum(one.is_late for one in self.months)

    def _count(self, state: str) -> int:
        return sum(one.month.state == state for one in self.months)


@dataclass(frozen=True, slots=True)
class AgeRow:
    """Members from low to high years of age (both inclusive, None: open; both None: age not known), by sex."""

    low: int | None
    high: int | None
    men: int
    women: int
    unknown: int
    """Whose sex is not known."""


@dataclass(frozen=True, slots=True)
class ClubPage:
    """One club in one year.

    ages: empty for readers above the commune, for whom the sheet's masked shares are all there is: a second table
    beside them would give its masks away.
    """

    sheet: ClubSheet
    years: tuple[CalendarYear, ...]
    """Newest first, from the year of the founding on."""
    ages: tuple[AgeRow, ...]
    income: tuple[BookMonth, ...]
    operating: tuple[BookMonth, ...]

    @property
    def silent_since(self) -> date | None:
        """First of the months without any report that reach to the last month that is over; None: none are missing."""
        since = None
        for year in self.years:
            for one in reversed(year.months):
                if one.month.state == "silent":
                    since = one.month.month
                elif one.month.state in ("held", "not_held"):
                    return since
        return since
