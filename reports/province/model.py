"""Everything the province report prints, already computed: a template only lays it out.

Numbers are unrounded int or Decimal; percentages count to 100; money is in VND; None prints as “–”. Words in both
languages stand beside each other as …_vi and …_en. Lists are in printing order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from reports.facts import ContextFact, Geography, Training, Unit
from reports.indicators.base import Number, Value
from reports.issuing import IssuingBody
from reports.period import Period
from reports.privacy import Masked, Share
from reports.province.activity_model import (
    NO_ACTIVITIES,
    NO_PEOPLE,
    AbsentClub,
    Activities,
    ClubFunds,
    Outlook,
    People,
    Sketch,
)
from reports.settings import DEFAULT, Settings
from reports.standards import Phase
from reports.targets import Verdict

MADE_UP = "SỐ LIỆU MINH HỌA"
"""The mark of a report with figures made up for showing, on every page of it, draft or issued."""


@dataclass(frozen=True, slots=True)
class Header:
    """Head and foot of the document. number or issued_on None: a draft, marked DỰ THẢO."""

    issuing: IssuingBody
    place: str
    """Where it is issued, such as “Ninh Thuận”."""
    number: str | None = None
    issued_on: date | None = None
    signer_name: str | None = None
    """First and last name without title or degree."""
    signed_by: str = "head"
    """In what right: one of issuing.SIGNED_BY; a deputy signs “KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC”."""
    signer_title: str = ""
    """Of the one who signs, where the office's own titles do not tell: by order, by authority."""
    qr: str | None = None
    """An image as a data URI, printed with its caption under “Nơi nhận”; None: no place is left for one."""
    verify_url: str | None = None
    """Where the public can check the document; written under the image."""
    replaces: "Replaced | None" = None
    """The issued report that this one amends."""
    mark: str = ""
    """Printed on every page, such as “SỐ LIỆU MINH HỌA”; empty: none."""

    @property
    def is_draft(self) -> bool:
        """Until it has a number and a date."""
        return self.number is None or self.issued_on is None

    @property
    def signature(self) -> tuple[str, ...]:
        """The lines of authority and title above the signature."""
        return self.issuing.signature(self.signed_by, self.signer_title)


@dataclass(frozen=True, slots=True)
class Replaced:
    """An issued report by what its readers know it by."""

    number: str
    symbol: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Scope:
    """Part I.3: what the figures cover."""

    period: Period
    geography: Geography
    area_vi: str
    """Such as “tỉnh Ninh Thuận” or “địa bàn tỉnh Ninh Thuận (cũ), tỉnh Khánh Hòa”."""
    area_en: str
    geography_vi: str
    """Such as “theo địa giới trước 01/7/2025”."""
    geography_en: str
    row_level: str
    """Level of the rows of tables: d district, c commune."""
    cut_off: date
    """Reports received up to and including this day are in."""
    clubs: int
    """Clubs standing at the end of the period."""
    silent: tuple["ClubName", ...]
    """Clubs that stood in the period and sent no monthly report for any of its months."""
    late: tuple["ClubName", ...]
    """Clubs standing at the end whose report of the last month is not in (silent ones included)."""
    undecided: tuple["ClubName", ...]
    """Clubs whose old unit was split and whose commune nobody has chosen yet."""
    has_invented: bool = False
    """Whether any figure of it is sample data made up for showing."""

    @property
    def is_empty(self) -> bool:
        """Whether no club is known: every table then says “chưa có số liệu”."""
        return self.clubs == 0


@dataclass(frozen=True, slots=True)
class ClubName:
    """A club named in a sentence or a short list."""

    code: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A decision or plan the report answers to, as its document is written; date where it is known apart."""

    document: str
    signed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Steering:
    """Part I.2: trainings held in the period and visits to clubs."""

    trainings: tuple[Training, ...]
    trainees: int | None
    """Persons over all trainings; None: none is recorded."""
    visits: int
    clubs_visited: int
    visits_by_level: tuple[tuple[str, int], ...]
    """(xa, huyen, tinh, trung_uong, sponsor; visits), levels without a visit left out."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is demanded, with the paper it stands on."""

    op: str
    """=, >=, >, <=, ~ or range."""
    low: Decimal
    high: Decimal | None
    measure: str
    """What low and high count: percent, club, person, VND."""
    origin: str
    """target (of the province itself), nation (a target for the country) or rule (asked of every club in the phase)."""
    document: str = ""
    document_date: date | None = None
    fact_id: str = ""
    kind: str = "stated"
    period: Period | None = None
    """The goal's own period where it is another than the report's, such as “đến 2025”; None: the same."""
    threshold: int | None = None
    """VND a club's fund must reach to count, where the goal names it: “từ 25 triệu đồng trở lên”."""
    is_reference: bool = False
    """Whether it is only proposed, so that the row says “mức tham khảo”."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A row of table 1."""

    number: str
    """STT, such as “3”."""
    code: str
    name_vi: str
    name_en: str
    unit: str
    decimals: int
    goal: Goal | None
    actual: Value
    """Thực hiện kỳ."""
    cumulative: Number | Masked | None
    """Lũy kế: a flow from the goal's first day (else the phase's) to the end of the period; a stock as it stands."""
    previous: Number | Masked | None
    """The same figure for the same months of the year before; None where there are none, or no data then."""
    change: Number | Masked | None
    """actual − previous, in the row's unit (percentage points for percent)."""
    verdict: Verdict
    note_vi: str = ""
    note_en: str = ""
    is_cumulative: bool = False
    """Whether the cumulative figure, not that of the period, is held against the goal."""

    @property
    def judged(self) -> Number | Masked | None:
        """The figure that the verdict is about."""
        return self.cumulative if self.is_cumulative else self.actual.value


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows of table 1 under one heading: số lượng, chất lượng, quỹ or hoạt động."""

    key: str
    name_vi: str
    name_en: str
    rows: tuple[TargetRow, ...]


@dataclass(frozen=True, slots=True)
class PhaseTable:
    """Table 1 for the part of the period that lies in one phase; a report over two phases has two."""

    phase: Phase
    period: Period
    groups: tuple[RowGroup, ...]

    def row(self, code: str) -> TargetRow | None:
        """The first row of that indicator."""
        return next((r for g in self.groups for r in g.rows if r.code == code), None)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A row of table 2. kind: unit; undecided (“chưa xác định xã/phường”); total."""

    kind: str
    unit: Unit | None
    plan: int | None
    founded: int
    verdict: Verdict
    """Founded against plan."""
    standing: int
    """Clubs founded by the end of the period and not closed."""
    active: int | None
    """Of these, with a meeting in the phase's window of months; None: the phase has no such window."""
    members: int
    women: Share
    """Percent of members, like the next two; masked where it is of few persons. Source: reports.privacy."""
    older: Share
    borrowed: Share
    fund: int | None
    """Income fund: cash and outstanding; None: no club there has told."""
    full_and_well: Decimal | None
    """D07 in percent of clubs that could be assessed."""
    not_yet: int
    """Clubs too young to be assessed, not in the denominator of D07."""
    missing: int
    """Clubs standing that sent no report of the period."""
    made_of: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """women, older, borrowed, full_and_well → numerator and denominator; what is masked or not known is left out."""

    @property
    def is_blank(self) -> bool:
        """Whether the row tells nothing but that the unit has no club."""
        return not (self.standing or self.founded or self.members or self.fund) and self.plan is None


@dataclass(frozen=True, slots=True)
class PlanBar:
    """A pair of bars of chart 1. plan None: no plan is stated for the unit."""

    label: str
    plan: int | None
    actual: int
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class BandBar:
    """A bar of chart 2: one share of the members of one phase's clubs against its band."""

    rule: str
    """size, women, older, young or disadvantaged."""
    name_vi: str
    name_en: str
    unit: str
    """percent, or person for size (members a club)."""
    value: Share
    """Masked where it is of few persons; numerator and denominator are then 0, the verdict still holds."""
    numerator: int
    denominator: int
    low: Decimal | None
    high: Decimal | None
    """Both None: shown without a band and without a verdict."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Composition:
    """Chart 2 for the clubs founded in one phase, judged by that phase's rules."""

    phase: Phase
    clubs: int
    members: int
    bars: tuple[BandBar, ...]
    meeting_all: int
    """Clubs below none of the bands."""

    @property
    def is_masked(self) -> bool:
        """Whether a share is withheld, so that the mark must be explained."""
        return any(isinstance(bar.value, Masked) for bar in self.bars)


@dataclass(frozen=True, slots=True)
class FundRow:
    """A row of table 3, in VND, income fund. None: no club of the unit has told."""

    kind: str
    unit: Unit | None
    clubs: int
    opening: int | None
    added: int | None
    disbursed: int | None
    repaid: int | None
    outstanding: int | None
    overdue: int | None
    interest: int | None
    closing: int | None
    """Cash and outstanding at the end."""
    missing: int
    withdrawn: int = 0
    written_off: int = 0

    @property
    def adjusted(self) -> int:
        """VND that nothing added, withdrawn or written off explains: balances corrected in books, clubs closed."""
        moved = (self.opening or 0) + (self.added or 0) - self.withdrawn - self.written_off
        return (self.closing or 0) - moved

    @property
    def needs_words(self) -> bool:
        """Whether opening and added do not make up the closing, so that a reader must be told why."""
        return bool(self.withdrawn or self.written_off or self.adjusted)

    @property
    def is_blank(self) -> bool:
        """Whether the row tells nothing but that the unit has no club."""
        amounts = (self.opening, self.added, self.disbursed, self.repaid, self.interest, self.withdrawn)
        return not (self.clubs or self.closing or self.written_off or any(amounts))


@dataclass(frozen=True, slots=True)
class FundPoint:
    """A month of chart 3, in VND, over the clubs standing at its end."""

    month: date
    capital: int | None
    outstanding: int | None
    clubs: int


@dataclass(frozen=True, slots=True)
class FundBand:
    """Clubs whose income fund lies from low (inclusive) to high (exclusive), in VND; None: open end."""

    low: int | None
    high: int | None
    clubs: int
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """A club whose counted money differs from its books at the last count of the period."""

    club: ClubName
    month: date
    income: int
    """Counted less book, VND, income fund."""
    operating: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClubRow:
    """A row of Phụ lục I."""

    number: int
    code: str
    name: str
    village: str
    place_old: str | None
    place_new: str | None
    unit: Unit | None
    """Unit of the tables; None: not decided."""
    founding_date: date
    decision_no: str | None
    chair: str | None
    members: int
    fund: int | None
    outstanding: int | None
    grade: str
    """very_strong, strong, average, weak, not_yet (chưa đến kỳ đánh giá) or unknown (nothing reported)."""
    failing: tuple[str, ...]
    """Items not reached: a1 … a8, m1 … m9."""


@dataclass(frozen=True, slots=True)
class Method:
    """A row of Phụ lục IV: what an indicator means in the report's phase. A denominator is "" for counts and sums; rest
    is what the formula adds behind its sides, source_vi and source_en are `source` in words, rule what is asked."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    kind: str
    formula_vi: str
    formula_en: str
    source: str
    absence_vi: str
    absence_en: str
    numerator_vi: str = ""
    numerator_en: str = ""
    denominator_vi: str = ""
    denominator_en: str = ""
    rest_vi: str = ""
    rest_en: str = ""
    source_vi: str = ""
    source_en: str = ""
    rule: Goal | None = None


@dataclass(frozen=True, slots=True)
class ProvinceReport:
    """The whole report."""

    header: Header
    scope: Scope
    basis: tuple[LegalBasis, ...]
    context: tuple[ContextFact, ...]
    steering: Steering
    tables: tuple[PhaseTable, ...]
    """Table 1, one for each phase the period touches."""
    units: tuple[UnitRow, ...]
    """Table 2: units in order of code, then undecided (only if any), then the total."""
    plan_chart: tuple[PlanBar, ...]
    composition: tuple[Composition, ...]
    funds: tuple[FundRow, ...]
    """Table 3, rows as in table 2."""
    fund_chart: tuple[FundPoint, ...]
    fund_bands: tuple[FundBand, ...]
    unbalanced: tuple[Unbalanced, ...]
    clubs: tuple[ClubRow, ...]
    methods: tuple[Method, ...]
    failing_counts: tuple[tuple[str, int], ...]
    """(a1 … m9, clubs that miss it), most frequent first, of the clubs assessed."""
    difficulties: tuple[tuple[str, int], ...]
    """(code of the form's list, clubs that named it in the period), most frequent first."""
    settings: Settings = DEFAULT
    """What was chosen for it."""
    chosen: tuple[tuple[str, str], ...] = ()
    """By what it measures, sentence by sentence without a full stop, in Vietnamese and in English."""
    activities: Activities = NO_ACTIVITIES
    people: People = NO_PEOPLE
    sketch: Sketch | None = None
    """None: no unit or club has a place on a map."""
    club_funds: tuple[ClubFunds, ...] = ()
    """Phụ lục II: clubs as in Phụ lục I, then the total; empty without clubs."""
    absent: tuple[AbsentClub, ...] = ()
    """Phụ lục III, in order of Phụ lục I."""
    outlook: Outlook | None = None
    written: Mapping[str, str] = field(default_factory=dict)
    """What people wrote in place of what narrative.suggest draws from the figures: key → paragraphs by newline."""

    @property
    def is_compared(self) -> bool:
        """Whether any figure of table 1 stands beside that of the year before; over more than a year nothing does."""
        return len(self.scope.period.months) <= 12 and any(
            row.previous is not None for table in self.tables for group in table.groups for row in group.rows
        )

    @property
    def is_masked(self) -> bool:
        """Whether a share of table 2 is withheld, so that the mark must be explained."""
        return any(
            isinstance(one, Masked) for row in self.units for one in (row.women, row.older, row.borrowed)
        )

    @property
    def total(self) -> UnitRow:
        """The total of table 2."""
        return self.units[-1]

    def row(self, code: str) -> TargetRow | None:
        """The row of an indicator in the newest phase of the period."""
        return self.tables[-1].row(code) if self.tables else None
