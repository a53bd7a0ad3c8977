"""A figure of the whole country traced to its provinces: what each adds, and the total that the report prints.

The lines are the very sums the report is made from, so they add up to it. Shares of persons are withheld as in the
table of provinces: by the same rule, over the same provinces in the same order, so that no two lists differ in their
marks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from reports import privacy
from reports.facts import Unit
from reports.figures.masks import SPREAD
from reports.figures.nation import MONEY, OF_NATION
from reports.indicators import REGISTER
from reports.indicators.base import Number
from reports.nation.figures import BRIEF, WHOLE, Sums
from reports.nation.model import Counted, Stretch
from reports.privacy import WITHHELD, Masked

DECIMALS = {"percent": 1}
SURVEYED = ("E01", "E02")
"""Shares of persons asked. E03 is a mean, of which no mark says how many it tells of; the report prints none."""
SHARE = "share"
"""Part of A05: provinces with a club in percent of all, where a target asks for that."""
ACTIVE = "active"
IMPROVED = "improved"
"""Part of C05: an estimate, the share that borrowed (part since) times that whose income rose (E01)."""


class NoSuchFigure(LookupError):
    """The report of the country has no figure at that address."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which figure of the country.

    code: of the indicator. part: "" the indicator itself, or one of reports.figures.nation; active of A03; share of
    A05; improved of C05. phase: "" the report's own period, else the code of a phase: from its first day up to the
    report's end. span: the period of a target set for a part of the phase; "" the whole phase.
    """

    code: str
    part: str = ""
    phase: str = ""
    span: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What a province adds. kind: province, undecided (no province can be named) or total.

    numerator, denominator: None where nothing is told, or the figure has none. missing: clubs that sent nothing it
    could be computed from. clubs: those standing. leads: whether the province's own report shows the same figure.
    """

    kind: str
    unit: Unit | None
    numerator: int | Masked | None
    denominator: int | None
    value: Number | Masked | None
    missing: int
    clubs: int
    leads: bool = False


@dataclass(frozen=True, slots=True)
class NationFigure:
    """One figure with the lines whose sum it is: provinces with a club in order of code, those undecided."""

    asked: Asked
    counted: Counted
    unit: str
    decimals: int
    lines: tuple[Line, ...]
    total: Line
    without: tuple[Unit, ...]
    """Provinces in which no club was ever founded by then."""
    made_of: tuple["NationFigure", ...] = ()
    """The figures that an estimate multiplies; it has no lines of its own."""

    @property
    def has_sides(self) -> bool:
        """Whether it is a share or a mean, made of what stands above and below a line."""
        return self.asked.code != "A05" and any(
            line.denominator is not None for line in (*self.lines, self.total)
        )

    @property
    def is_masked(self) -> bool:
        """Whether a figure is withheld."""
        return any(isinstance(line.value, Masked) for line in (*self.lines, self.total))


Sides = tuple[int | None, int | None, int]
"""Above the line, below it, and clubs that told nothing."""


def stretch(asked: Asked, known: Sequence[Stretch]) -> Stretch:
    """The stretch of time a figure is of. known: those of the report, its own first. Raises NoSuchFigure."""
    if not asked.phase and not asked.span:
        return known[0]
    of = [one for one in known if one.phase == asked.phase]
    found = [one for one in of if one.period.text == asked.span] if asked.span else of_phase(of, known[0])
    if not found:
        raise NoSuchFigure
    return found[0]


def of_phase(of: Sequence[Stretch], own: Stretch) -> list[Stretch]:
    """The stretch of the whole phase: the longest up to the report's end that is not its own by choice of a phase."""
    whole = [one for one in of if not one.is_brief]
    return sorted(whole, key=lambda one: (one == own, one.period.first))


def figure(asked: Asked, own: Counted) -> NationFigure:
    """The figure over the clubs of its stretch, province by province. Raises NoSuchFigure."""
    if asked.part == IMPROVED and asked.code == "C05":
        return _estimate(asked, own)
    sides, unit = _sides(asked, own), _unit(asked)
    held: list[tuple[str, Unit | None, Sums]] = [
        ("province", one, own.sums.get(one.id, Sums())) for one in own.provinces
    ]
    if own.undecided.clubs:
        held.append(("undecided", None, own.undecided))
    marks = _marks(asked, [sums for _, _, sums in held], own.whole)
    found = [
        _line(kind, one, sums, sides(sums), unit, is_withheld=mark)
        for (kind, one, sums), mark in zip(held, marks[:-1], strict=True)
    ]
    total = _line("total", None, own.whole, _total(asked, own, sides), unit, is_withheld=marks[-1])
    leads = _is_of_round(asked, own)
    return NationFigure(
        asked,
        own,
        unit,
        {"B01": 1}.get(asked.code, DECIMALS.get(unit, 0)),
        tuple(
            replace(line, leads=leads(sums) and _is_told(line))
            for line, (_, _, sums) in zip(found, held, strict=True)
            if sums.clubs
        ),
        total,
        tuple(one for _, one, sums in held if one is not None and not sums.clubs),
    )


def _estimate(asked: Asked, own: Counted) -> NationFigure:
    """Two figures multiplied: withheld where that of the survey is, none without a round."""
    lent, improved = (
        figure(replace(asked, part="since"), own),
        figure(replace(asked, code="E01", part=""), own),
    )
    factors = lent.total.value, improved.total.value
    value: Decimal | Masked | None = None
    if any(isinstance(one, Masked) for one in factors):
        value = WITHHELD
    elif isinstance(factors[0], Decimal) and isinstance(factors[1], Decimal):
        value = factors[0] * factors[1] / 100
    total = replace(lent.total, numerator=None, denominator=None, value=value)
    return replace(lent, asked=asked, lines=(), total=total, made_of=(lent, improved))


def _sides(asked: Asked, own: Counted) -> Callable[[Sums], Sides]:
    """How a figure is read from clubs added up. Raises NoSuchFigure."""
    code, part = asked.code, asked.part
    allowed = {*BRIEF, "A03", "A05"} if own.stretch.is_brief else {*WHOLE, *SURVEYED, "A05"}
    parts = {ACTIVE: {"A03"}, SHARE: {"A05"}} | OF_NATION
    if code not in allowed or (part and code not in parts.get(part, ())):
        raise NoSuchFigure
    if code == "A05":
        return lambda sums: (min(sums.count("standing") or 0, 1), 1, 0)
    if code == "C04" and part:
        return lambda sums: _band(part, sums)
    if part == "new":
        return lambda sums: ((sums.count(f"new.{code}.n") or 0) if sums.clubs else None, None, 0)
    name = _name(asked, own)
    return lambda sums: (
        sums.count(name if name in ("standing", "silent") else f"{name}.n"),
        sums.count(f"{name}.d"),
        0 if part == "silent" else sums.count(f"{code}.m") or 0,
    )


def _name(asked: Asked, own: Counted) -> str:
    """The name its counts are kept under. Source: reports.nation.figures."""
    code, part = asked.code, asked.part
    if code in SURVEYED:
        return f"{own.whole.newest_round}.{code}"
    if code == "A03":
        return {"": "standing", "silent": "silent", ACTIVE: "A03.active"}[part]
    if part == "since":
        return f"{code}.phase" if own.whole.ratio(f"{code}.phase") else code
    return f"{code}.{MONEY[part]}" if part in MONEY else code


def _band(part: str, sums: Sums) -> Sides:
    """Clubs by the size of their fund, of those that tell."""
    low, high = sums.ratio("low"), sums.ratio("C04")
    if low is None or high is None:
        return None, None, 0
    clubs = {
        "below": low.denominator - low.numerator,
        "between": low.numerator - high.numerator,
        "above": high.numerator,
    }
    return clubs[part], low.denominator, sums.count("low.m") or 0


def _total(asked: Asked, own: Counted, sides: Callable[[Sums], Sides]) -> Sides:
    """Of all clubs together; provinces are counted by themselves."""
    if asked.code == "A05":
        return (len(own.with_clubs) if own.whole.clubs else None), len(own.provinces), 0
    return sides(own.whole)


def _unit(asked: Asked) -> str:
    if asked.code == "A05":
        return "percent" if asked.part == SHARE else "province"
    return "VND" if asked.part in MONEY else REGISTER[asked.code].unit


def _line(kind: str, of: Unit | None, sums: Sums, told: Sides, unit: str, *, is_withheld: bool) -> Line:
    above, below, missing = told
    standing = sums.count("standing") or 0
    if is_withheld:
        return Line(kind, of, WITHHELD, below, WITHHELD, missing, standing)
    if below is not None and above is None:
        above = 0
    value = _value(above, None if unit == "province" else below, unit)
    return Line(kind, of, above, below, value, missing, standing)


def _value(above: int | None, below: int | None, unit: str) -> Number | None:
    if above is None or below is None:
        return above
    return Decimal(above) * (100 if unit == "percent" else 1) / below if below else None


def _marks(asked: Asked, parts: Sequence[Sums], whole: Sums) -> list[bool]:
    """Whether each province's figure is withheld, and last the total. What counts no persons never is."""
    name = _marked_by(asked, whole)
    if not name:
        return [False] * (len(parts) + 1)
    pairs = [_pair(part, name) for part in parts]
    return [isinstance(one, Masked) for one in privacy.shares(pairs)]


def _marked_by(asked: Asked, whole: Sums) -> str:
    """The share of persons whose marks a figure takes; "": none. Source: reports.figures.masks."""
    if asked.code in SURVEYED:
        return f"{whole.newest_round}.{asked.code}"
    if asked.part == "new" and asked.code == "A07":
        return "new"
    if asked.part == "since" and asked.code == "C05" and whole.ratio("C05.phase"):
        return "C05.phase"
    return SPREAD.get(asked.code, "")


def _pair(sums: Sums, name: str) -> tuple[int, int]:
    if name == "new":
        return sums.count("new.A07.n") or 0, sums.count("new.A06.n") or 0
    ratio = sums.ratio(name)
    return (ratio.numerator, ratio.denominator) if ratio else (0, 0)


def _is_told(line: Line) -> bool:
    return line.kind == "province" and line.value is not None and not isinstance(line.value, Masked)


def _is_of_round(asked: Asked, own: Counted) -> Callable[[Sums], bool]:
    """Whether a province's own report tells of the same survey round as the country's; of other figures always."""
    newest = own.whole.newest_round
    return lambda sums: asked.code not in SURVEYED or sums.newest_round == newest
