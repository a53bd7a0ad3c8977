"""What every indicator shares: what it is given, what it gives back, and how it is entered in the register."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from reports.dataset import Dataset
from reports.facts import Club, Geography, Meeting
from reports.indicators import club as one
from reports.period import Period, end_of_month
from reports.standards import Phase, Standards

Number = int | Decimal


@dataclass(frozen=True)
class Context:
    """What an indicator may look at: some clubs, a period, the phase it is judged by, the geography.

    The phase sets the age of older people and the thresholds; it is the phase the period lies in, not the phase in
    which a club was founded. `standards` holds all phases, for rules asked of a club by its own phase.
    """

    data: Dataset
    period: Period
    phase: Phase
    standards: Standards
    geography: Geography

    day: date = field(init=False)
    """The day of stock figures: the period's last, or the cut-off if that comes earlier."""
    reported_to: date = field(init=False)
    """The day up to which monthly reports count: the end of the period's last month, or the day if that is earlier.

    It is the day itself, but for periods by the decree, whose last month ends before they do.
    """

    def __post_init__(self) -> None:
        # Asked for a hundred times a club: not to be worked out each time.
        day = min(self.period.last, self.data.cut_off)
        object.__setattr__(self, "day", day)
        object.__setattr__(self, "reported_to", min(end_of_month(self.period.months[-1]), day))

    @property
    def phase_first(self) -> date:
        """The phase's first day as the period's calendar counts it, or the period's first if that is earlier."""
        return min(self.period.opening_of(self.phase.valid_from), self.period.first)

    def reports(self, club: Club) -> list[Meeting]:
        """Monthly reports of a club for the months of the period up to the day, oldest first."""
        return one.reports_in(self.data, club, self.period.first, self.reported_to)

    def standing(self) -> list[Club]:
        """Clubs founded by the day and not closed."""
        return self._standing

    @cached_property
    def _standing(self) -> list[Club]:
        return [c for c in self.data.clubs if c.stands_on(self.day)]

    def phase_of(self, club: Club) -> Phase:
        """The phase a club was founded in; for clubs older than the scheme, the phase of the report."""
        return self.standards.phase(club.phase) or self.phase


@dataclass(frozen=True, slots=True)
class Value:
    """The result of one indicator.

    value: what is printed: a count, an amount, or a percentage (unrounded); None prints as “–”.
    numerator, denominator: what a percentage or mean was made from; denominator None for plain counts and sums.
    missing: clubs that belong in the figure and sent nothing it could be computed from.
    parts: further figures of the same indicator by name, such as the number of loans beside their amount.
    """

    code: str
    value: Number | None
    unit: str
    numerator: int | None = None
    denominator: int | None = None
    missing: int = 0
    cut_off: date | None = None
    parts: Mapping[str, "Value"] = field(default_factory=dict)
    interval: tuple[Decimal, Decimal] | None = None
    """95 % confidence interval, in the unit of value, of a figure from a sample; None where everybody was counted."""
    is_withheld: bool = False
    """Whether there is a figure that is not printed, for it tells of few persons; value, numerator, interval: None."""

    @property
    def is_known(self) -> bool:
        """Whether there is a figure to print."""
        return self.value is not None


@dataclass(frozen=True, slots=True)
class Indicator:
    """An entry of the register: the function with its words for tables and for the annex of methods."""

    code: str
    name_vi: str
    name_en: str
    unit: str
    """club, person, percent, VND, area, month, visit, point, commune or province."""
    kind: str
    """stock (at the end of the period) or flow (within it)."""
    group: str
    """number, quality, fund or activity: the group of table 1 it is printed in."""
    target_kind: str
    """min, range, all, count, max, or '' where nothing is demanded."""
    formula_vi: str
    formula_en: str
    source: str
    """Forms and tables the figures come from."""
    absence_vi: str
    absence_en: str
    compute: Callable[[Context], Value]


REGISTER: dict[str, Indicator] = {}


def indicator(code: str, **words: str) -> Callable[[Callable[[Context], Value]], Callable[[Context], Value]]:
    """Enter a function in the register under its code."""

    def enter(compute: Callable[[Context], Value]) -> Callable[[Context], Value]:
        if code in REGISTER:
            raise ValueError(f"indicator {code} is defined twice")
        REGISTER[code] = Indicator(code=code, compute=compute, **words)
        return compute

    return enter


@dataclass(frozen=True, slots=True)
class Sides:
    """What stands above and below the line of a formula, in words, and what it adds behind them. denominator "": a
    count or a sum."""

    numerator: str
    denominator: str = ""
    rest: str = ""


def sides(formula: str) -> Sides:
    """The two sides of a formula as the register writes them: “what / of what × 100, how; what is told beside”."""
    above, line, below = formula.partition(" / ")
    if not line:
        what, _, rest = formula.partition(";")
        return Sides(what, rest=rest.strip())
    what, times, rest = below.partition(" × 100")
    if not times:
        what, _, rest = below.partition(";")
    return Sides(above, what, rest.strip(" ,;"))


def count(ctx: Context, code: str, value: int | None, unit: str, missing: int = 0, **parts: Value) -> Value:
    """A plain count or sum; None: nothing is known."""
    return Value(code, value, unit, value, None, missing, ctx.day, parts)


def share(
    ctx: Context, code: str, numerator: int, denominator: int, missing: int = 0, **parts: Value
) -> Value:
    """A percentage, unrounded; its value is None when nothing stands below the line."""
    value = _percent(numerator, denominator) if denominator else None
    return Value(code, value, "percent", numerator, denominator, missing, ctx.day, parts)


@lru_cache(maxsize=4096)
def _percent(numerator: int, denominator: int) -> Decimal:
    return Decimal(numerator) * 100 / denominator


def mean(
    ctx: Context, code: str, total: int, number: int, unit: str, missing: int = 0, **parts: Value
) -> Value:
    """A total over a number of clubs or months; None when there are none."""
    value = Decimal(total) / number if number else None
    return Value(code, value, unit, total, number, missing, ctx.day, parts)
