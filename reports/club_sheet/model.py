"""Everything a club sheet prints, already computed: a template only lays it out.

Numbers are unrounded int or Decimal; percentages count to 100; money is in VND; None prints as “–”.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from reports.indicators.base import Value
from reports.indicators.grade import Item
from reports.period import Period
from reports.privacy import Share
from reports.province import BandBar, FundRow
from reports.standards import Phase


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of a club's meeting or meeting place. source: an address or a data URI; kind: meeting or place."""

    source: str
    kind: str
    taken_on: date | None


@dataclass(frozen=True, slots=True)
class Details:
    """What a sheet tells of a club beyond the facts of reports.

    phones: telephone by member, empty for readers above the commune. borrowers: name by member, likewise.
    loan_numbers: number within the club by loan. next_meeting, next_plan: of the newest report that tells.
    """

    phones: Mapping[str, str] = field(default_factory=dict)
    borrowers: Mapping[str, str] = field(default_factory=dict)
    loan_numbers: Mapping[str, int] = field(default_factory=dict)
    next_meeting: date | None = None
    next_plan: str = ""
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody of the board with every role held, such as chair; phone None: not told, or not for this reader."""

    name: str
    roles: tuple[str, ...]
    phone: str | None


@dataclass(frozen=True, slots=True)
class Band:
    """A share of the members, or their number, against its band. value: of few persons masked above the commune."""

    bar: BandBar
    value: Share


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the strip.

    state: held, not_held, silent (no report came), ahead (not over by the day) or outside (not founded yet, or closed).
    reason: code of why no meeting was held. attendance: percent; None: not told.
    """

    month: date
    state: str
    present: int | None = None
    on_list: int | None = None
    attendance: Decimal | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OperatingFund:
    """The operating fund over the period, in VND; None: no month of it tells."""

    opening: int | None
    interest: int | None
    fees: int | None
    donations: int | None
    other: int | None
    visits: int | None
    meetings: int | None
    care: int | None
    other_spending: int | None
    closing: int | None
    """Of the last month that tells, also before the period; else as founded."""


@dataclass(frozen=True, slots=True)
class OpenLoan:
    """A loan with something owed on the day. number None: the club's list does not number it.

    due: as agreed by the day; late_days 0: not overdue.
    """

    number: int | None
    disbursed_on: date
    amount: int
    outstanding: int
    due: date | None
    late_days: int
    borrower: str | None


@dataclass(frozen=True, slots=True)
class Loans:
    """Loans on the day with something owed."""

    open: tuple[OpenLoan, ...]
    """Each of them, overdue ones first, the latest due last; for readers at commune level only, as a few loans tell of
    at most as many borrowers."""
    count: int
    owed: int
    """By the list of loans."""
    late: int
    """How many of them are overdue."""
    outstanding: int | None
    """By the book of the last monthly report, as indicators C06 and C09 take it."""
    overdue: Value
    """C09 of this club, with loans, amount and amount_90 as parts."""
    on_time: Value
    """C08."""
    is_known: bool
    """Whether any report told of loans: a club that sent none is not said to owe nothing."""
    borrowed: Share
    """Percent of members lent to in the period (C05); of few persons masked for readers above the commune."""
    borrowed_since: Share
    """The same since the phase began."""


@dataclass(frozen=True, slots=True)
class Check:
    """An item of the grade with what it asks and what was reached. code: a1 … m9."""

    code: str
    item: Item
    is_mandatory: bool


@dataclass(frozen=True, slots=True)
class ClubSheet:
    """One club, one period, as of a day."""

    period: Period
    day: date
    """Of stock figures: the period's last, or the cut-off if that comes earlier."""
    cut_off: date
    geography_vi: str
    geography_en: str
    phase: Phase
    code: str
    name: str
    village: str
    place_old: str | None
    place_new: str | None
    is_undecided: bool
    """Whether its old unit was split and nobody has chosen yet."""
    founding_date: date
    decision_no: str | None
    decision_date: date | None
    founded_phase: Phase
    status: str
    """active, closed or ahead (not founded by the day)."""
    closed_on: date | None
    meeting_day: int | None
    board: tuple[Seat, ...]
    is_private: bool
    """Whether telephones and names of borrowers are for this reader."""
    members: int
    composition: tuple[Band, ...]
    strip: tuple[Month, ...]
    """Twelve months up to the day."""
    held: Value
    """D01 over the period, as attendance (D02) and reports (D03)."""
    attendance: Value
    reports: Value | None
    income: FundRow
    withdrawn: int | None
    """Of the income fund in the period; None, also below: no month of it tells."""
    written_off: int | None
    closing_cash: int | None
    """Of its closing, what is in cash, by the last book."""
    operating: OperatingFund
    loans: Loans
    grade: str
    failing: tuple[str, ...]
    areas: int
    window: tuple[date, date] | None
    """First and last month that the grade looks at; None: the phase has no such window."""
    checks: tuple[Check, ...]
    """Empty for a club that is not graded."""
    withheld: frozenset[str]
    """Codes of needs whose figure would tell of few persons, for readers above the commune."""
    details: Details
    has_sample: bool
    """Whether the club is made up for showing."""

    @property
    def is_assessed(self) -> bool:
        """Whether the club is graded: old enough, and something was reported."""
        return self.grade not in ("not_yet", "unknown")

    @property
    def area_checks(self) -> tuple[Check, ...]:
        """The eight areas of activity."""
        return tuple(check for check in self.checks if check.code.startswith("a"))

    @property
    def management_checks(self) -> tuple[Check, ...]:
        """The conditions of good management."""
        return tuple(check for check in self.checks if check.code.startswith("m"))


@dataclass(frozen=True, slots=True)
class SheetBook:
    """The sheets of all clubs of a commune, by name, with what their cover says."""

    title: str
    """Full name of the unit."""
    above: str
    """District and province, or the province alone."""
    period: Period
    sheets: tuple[ClubSheet, ...]
