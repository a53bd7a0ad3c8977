"""Everything the commune page prints, already computed: a template only lays it out.

Numbers are unrounded int or Decimal; percentages count to 100; money is in VND; None prints as “–”.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.facts import Unit
from reports.indicators.base import Value
from reports.period import Period
from reports.privacy import Count, Share
from reports.province import ClubName, TargetRow
from reports.standards import Phase


@dataclass(frozen=True, slots=True)
class ClubLine:
    """A club of the commune. silent_months: months of the period over by the day of which no report came.

    chair, phone None: nobody holds the seat, no number is known, or it is not for this reader.
    """

    code: str
    name: str
    village: str
    members: int
    held: int | None
    due: int | None
    """Meetings held of those due in the period (D01); None: the club reported nothing in it."""
    attendance: Decimal | None
    fund: int | None
    outstanding: int | None
    overdue: int | None
    overdue_loans: int | None
    grade: str
    failing: tuple[str, ...]
    silent_months: tuple[date, ...]
    chair: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class Sums:
    """The commune's clubs together, by the same indicators; rates are computed anew."""

    clubs: int
    members: int
    women: Share
    """Percent of members, like the next two; of few persons masked for readers above the commune."""
    older: Share
    borrowed: Share
    held: Value
    attendance: Decimal | None
    fund: int | None
    outstanding: int | None
    overdue: Value
    full_and_well: Value | None
    """D07; None where the phase lacks a rule."""


@dataclass(frozen=True, slots=True)
class Health:
    """Health, care and help over the period; None: no report of it tells. Turns are persons times months.

    Few persons are masked for readers above the commune.
    """

    measured: Count
    """Turns at which blood pressure was taken; high: of these, at 140/90 or above."""
    high: Count
    checked: Count
    """Turns at a clinic."""
    volunteers: Count
    """By the last report that tells, summed over clubs."""
    recipients: Count
    """Different persons cared for at home."""
    visits: int | None
    helped: Count
    """Turns of help in sudden difficulty."""
    works: int | None
    """Works for the community."""
    raised: int | None
    """Money and goods raised, in VND."""
    days: int | None
    """Days of work raised."""


@dataclass(frozen=True, slots=True)
class CommunePage:
    """One commune, one period."""

    unit: Unit
    above: str
    """District and province, or the province alone."""
    period: Period
    day: date
    cut_off: date
    geography_vi: str
    geography_en: str
    phase: Phase
    is_private: bool
    """Whether telephones are for this reader."""
    clubs: tuple[ClubLine, ...]
    sums: Sums
    health: Health
    targets: tuple[TargetRow, ...]
    """Rows with a target of the commune's own."""
    undecided: tuple[ClubName, ...]
    """Clubs of an old unit that was split, which may belong here; counted nowhere on the page."""
    has_sample: bool
    """Whether a club is made up for showing."""

    @property
    def silent(self) -> tuple[ClubLine, ...]:
        """Clubs that owe a report of some month."""
        return tuple(line for line in self.clubs if line.silent_months)
