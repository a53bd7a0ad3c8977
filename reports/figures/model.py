"""What stands behind one figure of the report: its address, its value, and what every club adds to it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from reports.facts import Club, Unit
from reports.indicators import Context, Value
from reports.indicators.base import Number
from reports.privacy import Masked


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figure.

    code: of the indicator. part: "" the indicator over the whole report; actual, cumulative: columns of table 1, row as
    “1.12” (table, STT); unit, active: table 2; opening, added, disbursed, repaid, outstanding, overdue, interest,
    closing: table 3; both with the code of the unit, “undecided” or “total”; area_clubs, area_times: table 4, row a1 …
    a8; phase: part IV, row as the phase's code. Of what only the report of the country prints: the parts of
    reports.figures.nation.
    """

    code: str
    part: str = ""
    row: str = ""
    unit: str = ""


Compute = Callable[[Context], Value]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a figure is made: for which clubs, in which context, by which function.

    ctx: of all clubs of the report; keep: those of the figure; None: all.
    """

    ctx: Context
    compute: Compute
    where: Unit | None = None
    keep: Callable[[Club], bool] | None = None

    @property
    def own(self) -> Context:
        """The context of the figure's clubs alone."""
        return replace(self.ctx, data=self.ctx.data.only(self.keep)) if self.keep else self.ctx

    def of(self, club: Club) -> Value:
        """What the function says of one club."""
        return self.compute(replace(self.ctx, data=self.ctx.data.only(lambda other: other.id == club.id)))


@dataclass(frozen=True, slots=True)
class Line:
    """What one club adds. reason "": it is counted; else why not: later, closed, too_young, silent or none.

    numerator, denominator: None where the club tells none, or the figure has none. value: of this club alone. Masked
    where a reader above commune level may not see it. Source: reports.privacy.
    """

    club: Club
    unit: Unit | None
    numerator: int | Masked | None
    denominator: int | Masked | None
    value: Number | Masked | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A commune or province of a figure that counts units. clubs: those for which it counts; none: it does not."""

    unit: Unit
    clubs: tuple[Club, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with the lines whose sum it is."""

    asked: Asked
    value: Value
    shown: Number | Masked | None
    """The value as printed; masked where the report withholds it."""
    where: Unit | None
    """The unit of table 2 or 3; None: the whole area, or clubs of no unit."""
    made: Recipe
    lines: tuple[Line, ...] = ()
    units: tuple[UnitLine, ...] = ()
    made_of: tuple["Figure", ...] = ()
    """The figures that an estimate multiplies; it has no lines of its own."""

    @property
    def counted(self) -> tuple[Line, ...]:
        """The lines that are in the sum."""
        return tuple(line for line in self.lines if not line.reason)

    @property
    def numerator(self) -> int | None:
        """Sum of the lines; None: no line tells. Meant for figures before masking."""
        if self.units:
            return sum(bool(line.clubs) for line in self.units)
        return _sum([line.numerator for line in self.lines], self.value.numerator)

    @property
    def denominator(self) -> int | None:
        """Sum of the lines; of a share of a plan the plan itself; None for plain counts and sums."""
        if self.units:
            return len(self.units)
        if self.asked.code == "A02":
            return self.value.denominator
        return _sum([one.denominator for one in self.lines], self.value.denominator)

    @property
    def total(self) -> Number | None:
        """The figure once more, from the sums of its lines."""
        above, below = self.numerator, self.denominator
        if below is None:
            return above
        if not below or above is None:
            return None
        return Decimal(above) * (100 if self.value.unit == "percent" else 1) / below

    def line(self, code: str) -> Line | None:
        """The line of a club."""
        return next((line for line in self.lines if line.club.code == code), None)


def _sum(told: list[int | Masked | None], whole: int | None) -> int | None:
    """None where nobody tells; nobody at all comes to 0 where the whole is 0 rather than not known."""
    known = [one for one in told if isinstance(one, int)]
    return sum(known) if known or (not told and whole == 0) else None
