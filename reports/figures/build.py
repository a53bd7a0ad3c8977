"""From the address of a figure to the figure and the clubs behind it.

Every line is computed by the function that computed the figure, given the facts of one club. All figures are sums over
clubs, so the lines add up to it; what is no sum stands apart: communes and provinces that have a club (A04, A05), the
plan below A02, and the estimate that joins borrowers with the survey (C05 × E01).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from reports import language
from reports.dataset import Dataset
from reports.facts import Club, Geography
from reports.figures.model import Asked, Compute, Figure, Line, Recipe, UnitLine
from reports.figures.nation import OF_NATION, of_nation
from reports.indicators import REGISTER, Context, Value, a, e
from reports.indicators.base import count
from reports.period import Period
from reports.privacy import WITHHELD
from reports.province import activities, contexts, joint, table1, units
from reports.province.model import FundRow, Goal, TargetRow
from reports.settings import DEFAULT, Settings
from reports.standards import MissingRule, Standards

FUND_COLUMNS = {
    "opening": "C06",
    "added": "C06",
    "disbursed": "C06",
    "repaid": "C06",
    "outstanding": "C06",
    "overdue": "C09",
    "interest": "C06",
    "closing": "C06",
}
"""Columns of table 3 with the indicator they belong to."""
TARGET_COLUMNS = frozenset({"actual", "cumulative"})
"""Columns of table 1 that lead to clubs."""
OF_UNITS = frozenset({"A04", "A05"})
"""Indicators that count units."""
OWN_PLAN = frozenset({"A02"})
"""Indicators whose denominator belongs to the area, not to its clubs."""


class NoSuchFigure(LookupError):
    """The report has no figure at that address."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the figures of one report are computed in."""

    whole: Context
    tables: tuple[Context, ...]


def sources(
    data: Dataset, period: Period, standards: Standards, geography: Geography, settings: Settings = DEFAULT
) -> Sources:
    """The contexts of a report; raises NoStandards, SettingsError."""
    return Sources(*contexts(data, period, standards, geography, settings))


def figure(source: Sources, asked: Asked) -> Figure:
    """The figure at an address with what every club adds to it. No lines where the phase lacks a rule. Raises
    NoSuchFigure."""
    if asked.code not in REGISTER:
        raise NoSuchFigure
    if asked.part not in TARGET_COLUMNS:
        return _figure(asked, recipe(source, asked))
    ctx, row = _target(source, asked)
    made = _of_target(ctx, asked, row.goal)
    return _estimate(asked, row, made) if joint.improved(ctx, row.goal) else _figure(asked, made)


def _figure(asked: Asked, made: Recipe) -> Figure:
    made = _frozen(asked.code, made)
    own = made.own
    try:
        value = made.compute(own)
    except MissingRule:
        return Figure(asked, Value(asked.code, None, REGISTER[asked.code].unit), None, made.where, made)
    found = Figure(asked, value, value.value, made.where, made)
    if asked.code in OF_UNITS:
        return replace(found, units=tuple(_units(own, asked.code)) if value.is_known else ())
    return replace(found, lines=_in_order(own, [_line(own, made, asked, club) for club in own.data.clubs]))


def _frozen(code: str, made: Recipe) -> Recipe:
    """With the interviews of the area's newest round alone: a single club's newest round may be an older one."""
    if not code.startswith("E"):
        return made
    data = made.ctx.data.surveyed(e.interviews(made.own))
    return replace(made, ctx=replace(made.ctx, data=data))


def _line(ctx: Context, made: Recipe, asked: Asked, club: Club) -> Line:
    value = made.of(club)
    row = ctx.geography.row_of(club.id)
    return Line(
        club=club,
        unit=next((unit for unit in ctx.geography.rows if unit.id == row), None),
        numerator=value.numerator,
        denominator=None if asked.code in OWN_PLAN else value.denominator,
        value=None if asked.code in OWN_PLAN else value.value,
        reason=_reason(ctx, asked, club, value),
    )


def _reason(ctx: Context, asked: Asked, club: Club, value: Value) -> str:
    if value.numerator or (value.denominator and asked.code not in OWN_PLAN):
        return ""
    if club.founding_date > ctx.day:
        return "later"
    if club.closed_on and club.closed_on <= ctx.day:
        return "closed"
    if (young := value.parts.get("not_yet")) and young.numerator:
        return "too_young"
    if value.missing or value.numerator is None:
        return "silent"
    is_sum = value.denominator is None and value.unit in ("VND", "person")
    return "" if is_sum else "none"


def _in_order(ctx: Context, lines: list[Line]) -> tuple[Line, ...]:
    """Those counted first; then by unit in order of code, by name, by code."""
    order = {unit.id: place for place, unit in enumerate(ctx.geography.rows)}

    def key(line: Line) -> tuple[object, ...]:
        place = order[line.unit.id] if line.unit else len(order)
        return bool(line.reason), place, language.text_key(line.club.name), line.club.code

    return tuple(sorted(lines, key=key))


def _units(ctx: Context, code: str) -> Iterator[UnitLine]:
    """Communes with their active clubs (A04), provinces with their clubs standing (A05)."""
    standing = ctx.standing()
    counted = a.active(ctx, standing) if code == "A04" else standing
    places = {club.id: ctx.geography.places.get(club.id) for club in counted}
    for unit in ctx.geography.communes if code == "A04" else ctx.geography.provinces:
        held = [
            club
            for club in counted
            if (place := places[club.id])
            and unit.id == (place.commune_id if code == "A04" else place.province_id)
        ]
        yield UnitLine(unit, tuple(sorted(held, key=lambda club: club.code)))


def recipe(source: Sources, asked: Asked) -> Recipe:
    """How a figure outside table 1 is made. Raises NoSuchFigure."""
    compute = REGISTER[asked.code].compute
    if asked.part == "":
        return Recipe(source.whole, compute)
    if asked.part == "phase":
        return _of_phase(source, asked, compute)
    if asked.part in ("area_clubs", "area_times"):
        return Recipe(source.whole, partial(_area, asked))
    if asked.part == "active" and asked.code == "A03":
        return _of_unit(source, asked, lambda ctx: a.a03(ctx).parts["active"])
    if asked.code in OF_NATION.get(asked.part, ()):
        return of_nation(source.whole, asked.code, asked.part)
    if FUND_COLUMNS.get(asked.part) == asked.code:
        return _of_unit(source, asked, partial(_fund, asked))
    if asked.part == "unit":
        return _of_unit(source, asked, compute)
    raise NoSuchFigure


def _of_unit(source: Sources, asked: Asked, compute: Compute) -> Recipe:
    ctx = source.whole
    if asked.unit in ("", units.TOTAL):
        return Recipe(ctx, compute)
    if asked.unit == units.UNDECIDED:
        return Recipe(ctx, compute, None, lambda club: ctx.geography.row_of(club.id) is None)
    unit = next((unit for unit in ctx.geography.rows if unit.code == asked.unit), None)
    if unit is None:
        raise NoSuchFigure
    return Recipe(ctx, compute, unit, lambda club: ctx.geography.row_of(club.id) == unit.id)


def _of_phase(source: Sources, asked: Asked, compute: Compute) -> Recipe:
    phase = next((one for one in source.whole.standards.phases if one.code == asked.row), None)
    if phase is None:
        raise NoSuchFigure
    ctx, whole = replace(source.whole, phase=phase), source.whole
    return Recipe(ctx, compute, None, lambda club: whole.phase_of(club).code == phase.code)


def _fund(asked: Asked, ctx: Context) -> Value:
    """A column of table 3 as a sum of money."""
    row: FundRow = units.fund_row(units.UNIT, None, ctx)
    return count(ctx, asked.code, getattr(row, asked.part), "VND", row.missing)


def _area(asked: Asked, ctx: Context) -> Value:
    """A cell of table 4: clubs that did the area, or months in which they did."""
    rows = activities.activities(ctx, ctx.standing()).areas
    found = {row.code: row for row in rows}
    if asked.row not in activities.AREAS:
        raise NoSuchFigure
    if asked.row not in found:
        return count(ctx, asked.code, None, "club", len(ctx.standing()))
    row = found[asked.row]
    is_clubs = asked.part == "area_clubs"
    return count(ctx, asked.code, row.clubs if is_clubs else row.times, "club" if is_clubs else "month")


def _target(source: Sources, asked: Asked) -> tuple[Context, TargetRow]:
    """A row of table 1 and the context it was measured in: “1.12” is STT 12 of the first table."""
    place, _, number = asked.row.partition(".")
    if not place.isdecimal() or not 1 <= int(place) <= len(source.tables):
        raise NoSuchFigure
    ctx = source.tables[int(place) - 1]
    rows = [row for group in table1.table(ctx).groups for row in group.rows]
    found = next((row for row in rows if row.number == number and row.code == asked.code), None)
    if found is None:
        raise NoSuchFigure
    return table1.over(ctx, REGISTER[asked.code], found.goal)[0], found


def _of_target(ctx: Context, asked: Asked, goal: Goal | None) -> Recipe:
    entry = REGISTER[asked.code]

    def actual(part: Context) -> Value:
        return table1.measure(part, entry, goal)[0]

    def cumulative(part: Context) -> Value:
        reached = table1.cumulative(part, entry, goal, actual(part))
        if reached is None:
            raise NoSuchFigure
        return reached

    return Recipe(ctx, actual if asked.part == "actual" else cumulative)


def _estimate(asked: Asked, row: TargetRow, lent: Recipe) -> Figure:
    """Borrowers (C05) times borrowers whose income rose (E01): a product of two figures, each with its lines."""
    improved = Recipe(lent.ctx, REGISTER["E01"].compute)
    shown = row.actual if asked.part == "actual" else row.actual.parts.get("phase", row.actual)
    made_of = (_figure(asked, lent), _figure(Asked("E01"), improved))
    printed = WITHHELD if shown.is_withheld else shown.value
    return Figure(asked, shown, printed, None, lent, made_of=made_of)
