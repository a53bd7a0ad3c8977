"""Everything the report of the country prints, already computed: a template only lays it out.

Numbers are unrounded int or Decimal; percentages count to 100; money is in VND; None prints as “–”. Words in both
languages stand beside each other as …_vi and …_en. Lists are in printing order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from reports.facts import ContextFact, Shape, Unit
from reports.indicators.base import Number
from reports.nation.figures import Sums
from reports.period import Period, end_of_month
from reports.privacy import Masked, Share
from reports.province.model import Goal, Header, LegalBasis, Method
from reports.settings import DEFAULT, Settings
from reports.standards import Phase
from reports.targets import Verdict

SINCE = frozenset({"C05", "D10"})
"""Indicators that a phase is told of from its first day on, whatever the report's period."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A period measured by one phase. is_brief: only what counts of clubs and members need."""

    period: Period
    phase: str
    is_brief: bool = False


def _told_to(period: Period, day: date) -> date:
    """By the decree a month is over on its 14th: what was due by its end is due."""
    return end_of_month(day) if period.is_decree else day


@dataclass(frozen=True, slots=True)
class Counted:
    """The clubs of one stretch added up, province by province.

    day: of stock figures. provinces: in force on `as_of`, in order of code. sums: province id → its clubs; one without
    a club is missing. undecided: clubs that no province can be named for.
    """

    stretch: Stretch
    phase: Phase
    day: date
    as_of: date
    provinces: tuple[Unit, ...]
    sums: Mapping[int, Sums]
    undecided: Sums

    @property
    def told_to(self) -> date:
        """The last day of the calendar that its figures tell of."""
        return _told_to(self.stretch.period, self.day)

    @property
    def whole(self) -> Sums:
        """All clubs."""
        total = Sums()
        for one in (*self.sums.values(), self.undecided):
            total.join(one)
        return total

    @property
    def with_clubs(self) -> tuple[Unit, ...]:
        """Provinces in which a club stands."""
        return tuple(u for u in self.provinces if u.id in self.sums and self.sums[u.id].count("standing"))


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A national target against what was reached. value None: not known, or nothing measures it yet."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    decimals: int
    goal: Goal
    period: Period
    """Of the target, cut at the report's end."""
    value: Number | Masked | None
    numerator: int | None
    denominator: int | None
    missing: int
    """Clubs that sent nothing it could be computed from."""
    verdict: Verdict
    note_vi: str = ""
    note_en: str = ""
    part: str = ""
    """Of the indicator. Source: reports.nation.traced."""


@dataclass(frozen=True, slots=True)
class PhaseTable:
    """The national targets of one phase."""

    phase: Phase
    period: Period
    day: date
    provinces: int
    rows: tuple[TargetRow, ...]

    @property
    def told_to(self) -> date:
        """The last day of the calendar that its figures tell of."""
        return _told_to(self.period, self.day)

    def row(self, fact_id: str) -> TargetRow | None:
        """The row of a stated figure, by its id."""
        return next((row for row in self.rows if row.goal.fact_id == fact_id), None)


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """A row of the table of provinces. kind: province; undecided (no province can be named); total.

    standing 0: every other figure is None, for nothing is known of a province without a club; founded stands all the
    same where a plan asks for clubs.
    """

    kind: str
    number: int | None
    unit: Unit | None
    plan: int | None
    founded: int | None
    verdict: Verdict
    standing: int
    active: int | None
    members: int | None
    women: Share
    """Percent of members, like `older` and `borrowed`; masked where it is of few persons. Source: reports.privacy."""
    older: Share
    fund: int | None
    borrowed: Share
    full_and_well: Decimal | None
    not_yet: int
    silent: int | None
    """Clubs standing that sent no report of the period (of its last year, if it has several)."""
    made_of: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Numerator and denominator of the shares by field; without those that are masked or not known."""

    @property
    def is_empty(self) -> bool:
        """Whether no club stands there."""
        return self.standing == 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one phase, beside the same of another; masked where it tells how 1–4 persons answered a survey."""

    value: Number | Masked | None
    goal: Goal | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class BesideRow:
    """An indicator in every phase, in the order of the columns."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    decimals: int
    cells: tuple[Cell, ...]

    @property
    def part(self) -> str:
        """Of the indicator. Source: reports.nation.traced."""
        return "since" if self.code in SINCE else ""


@dataclass(frozen=True, slots=True)
class BandRow:
    """A share of the members against the band of the phase; low and high None: shown without a band."""

    name_vi: str
    name_en: str
    value: Share
    low: Decimal | None
    high: Decimal | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class FundRow:
    """A line about the income funds. part: of the indicator (reports.nation.traced)."""

    name_vi: str
    name_en: str
    unit: str
    value: Number | None
    code: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class FundBand:
    """Clubs whose income fund lies from low (inclusive) to high (exclusive), in VND; None: open end."""

    low: int | None
    high: int | None
    clubs: int
    percent: Decimal | None

    @property
    def part(self) -> str:
        """Of C04. Source: reports.nation.traced."""
        return "below" if self.low is None else "above" if self.high is None else "between"


@dataclass(frozen=True, slots=True)
class Shade:
    """What the map is coloured by: an indicator with its figure in each province; None: not known;
    masked as in the table."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    values: Mapping[int, Number | Masked | None]


@dataclass(frozen=True, slots=True)
class Scope:
    """What the figures cover, under the names that the scope of a province report has."""

    period: Period
    area_vi: str
    area_en: str
    geography_vi: str
    geography_en: str
    cut_off: date
    clubs: int
    has_invented: bool

    @property
    def is_empty(self) -> bool:
        """Whether no club stands anywhere."""
        return self.clubs == 0


@dataclass(frozen=True, slots=True)
class NationReport:
    """The whole report."""

    header: Header
    period: Period
    phase: Phase
    """By whose rules the period is measured."""
    as_of: date
    geography_vi: str
    geography_en: str
    cut_off: date
    """Forms received up to and including this day are in."""
    day: date
    """Of stock figures."""
    basis: tuple[LegalBasis, ...]
    context: tuple[ContextFact, ...]
    tables: tuple[PhaseTable, ...]
    """One for each phase that has begun by the period's end, oldest first."""
    provinces: tuple[ProvinceRow, ...]
    """Provinces in order of code, undecided (only if any), the total."""
    beside: tuple[BesideRow, ...]
    composition: tuple[BandRow, ...]
    funds: tuple[FundRow, ...]
    fund_bands: tuple[FundBand, ...]
    shade: Shade
    shapes: Mapping[int, Shape]
    methods: tuple[Method, ...]
    has_invented: bool
    settings: Settings = DEFAULT
    """What was chosen for it."""
    chosen: tuple[tuple[str, str], ...] = ()
    """By what it measures, sentence by sentence without a full stop, in Vietnamese and in English."""
    written: Mapping[str, str] = field(default_factory=dict)
    """What people wrote for parts VII to IX: key → paragraphs by newline."""

    @property
    def scope(self) -> Scope:
        """What the figures cover."""
        return Scope(
            self.period,
            "phạm vi cả nước",
            "the whole country",
            self.geography_vi,
            self.geography_en,
            self.cut_off,
            self.total.standing,
            self.has_invented,
        )

    @property
    def is_masked(self) -> bool:
        """Whether the table of provinces withholds a share."""
        return any(
            isinstance(s, Masked) for row in self.provinces for s in (row.women, row.older, row.borrowed)
        )

    @property
    def total(self) -> ProvinceRow:
        """The last row of the table of provinces."""
        return self.provinces[-1]

    @property
    def listed(self) -> tuple[ProvinceRow, ...]:
        """The provinces alone."""
        return tuple(row for row in self.provinces if row.kind == "province")

    def row(self, fact_id: str) -> TargetRow | None:
        """The row of a stated target, by its id."""
        return next((row for table in self.tables if (row := table.row(fact_id))), None)
