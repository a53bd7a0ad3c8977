"""Planned figures as a table unit × period, each with the paper it stands on, as somebody may see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from server.models import Target, Unit, UnitClosure
from server.scope import Scope

FOUNDED = "A01"
LEVELS = {"n": 0, "p": 1, "d": 2, "c": 3}


@dataclass(frozen=True, slots=True)
class Place:
    """A province, or the country, that has planned figures: what the filter offers. code: as in the register."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What figures stand on. number: in the list below the table. day: None when the workbook states none."""

    number: int
    name: str
    day: date | None
    workbook: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One planned figure. value None: the paper names the aim without a figure; high: of a range only."""

    op: str
    value: Decimal | None
    high: Decimal | None
    measure: str
    kind: str
    note: str
    paper: int


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's figures by column; a column without one is an empty tuple. above: the province of a lower unit."""

    unit: str
    above: str
    valid_to: date | None
    cells: tuple[tuple[Figure, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of one indicator. indicator: "" for figures that belong to none, told apart by metric and in the words
    of the first one's note."""

    indicator: str
    metric: str
    note: str
    threshold: int | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """columns: first and last day of each period, years before longer ones; papers in the order they are cited."""

    columns: tuple[tuple[date, date], ...]
    groups: tuple[Group, ...]
    papers: tuple[Paper, ...]


def places(session: Session, seen: Scope) -> list[Place]:
    """The country and the provinces whose figures, or whose units' figures, somebody may see."""
    upper = (
        select(Unit.code, Unit.full_name, Unit.level, Unit.valid_from)
        .join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
        .join(Target, Target.unit_id == UnitClosure.descendant_id)
        .where(Unit.level.in_(("n", "p")), _may_see(seen))
        .where(or_(Unit.level == "p", Target.unit_id == Unit.id))
        .distinct()
        .order_by(Unit.level, Unit.code, Unit.valid_from)
    )
    names = {row.code: row.full_name for row in session.execute(upper)}
    return [Place(code, name) for code, name in names.items()]


def table(session: Session, seen: Scope, place: str, indicator: str) -> Table:
    """Planned figures. place: a code of `places`, "" for the country and every province without what lies below.

    indicator: "" for all of them.
    """
    chosen = _figures().where(_may_see(seen))
    if place:
        of_place = select(Unit.id).where(Unit.code == place, Unit.level.in_(("n", "p")))
        is_nation = select(Unit.id).where(Unit.code == place, Unit.level == "n")
        below = select(UnitClosure.descendant_id).where(
            UnitClosure.ancestor_id.in_(of_place), UnitClosure.ancestor_id.not_in(is_nation)
        )
        chosen = chosen.where(or_(Target.unit_id.in_(of_place), Target.unit_id.in_(below)))
    else:
        chosen = chosen.where(Unit.level.in_(("n", "p")))
    if indicator:
        chosen = chosen.where(Target.indicator == indicator)
    rows = [(target, unit) for target, unit in session.execute(chosen)]
    return _made(rows, _above(session, rows))


def indicators(session: Session, seen: Scope) -> list[str]:
    """Codes of the indicators that have planned figures."""
    found = select(Target.indicator).where(Target.indicator != "", _may_see(seen))
    return sorted(session.scalars(found.distinct()))


def _figures() -> Select[Target, Unit]:
    return select(Target, Unit).join(Unit, Unit.id == Target.unit_id).order_by(Target.id)


def _may_see(seen: Scope) -> ColumnElement[bool]:
    """Figures of units within the scope, of those above them, and of the nation: what a commune works towards."""
    unit_id, within = Target.unit_id, seen.units_wholly_within()
    if within is None:
        return unit_id.is_not(None)
    bound = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id.in_(seen.unit_ids or ()))
    nation = select(Unit.id).where(Unit.level == "n")
    return or_(unit_id.in_(within), unit_id.in_(bound), unit_id.in_(nation))


def _above(session: Session, rows: Iterable[tuple[Target, Unit]]) -> dict[int, str]:
    """The unit right above each one of below the province."""
    parents = {unit.parent_id for _, unit in rows if LEVELS[unit.level] > LEVELS["d"]}
    names = session.execute(select(Unit.id, Unit.full_name).where(Unit.id.in_(parents - {None})))
    by_id: dict[int, str] = {row.id: row.full_name for row in names}
    return {unit.id: by_id.get(unit.parent_id, "") for _, unit in rows if unit.parent_id}


def _made(rows: list[tuple[Target, Unit]], above: dict[int, str]) -> Table:
    columns = sorted(
        {(t.period_from, t.period_to) for t, _ in rows}, key=lambda p: (p[1].year - p[0].year, p)
    )
    papers: dict[tuple[str, date | None, str], Paper] = {}
    by_group: dict[tuple[str, str, int | None], dict[Unit, list[list[Figure]]]] = defaultdict(dict)
    for target, unit in rows:
        cited = target.document, target.document_date, target.workbook
        paper = papers.setdefault(cited, Paper(len(papers) + 1, *cited))
        group = target.indicator, "" if target.indicator else target.metric, target.threshold_vnd
        cells = by_group[group].setdefault(unit, [[] for _ in columns])
        cells[columns.index((target.period_from, target.period_to))].append(_figure(target, paper))
    groups = [
        Group(
            indicator,
            metric,
            _note(lines),
            threshold,
            tuple(_line(unit, above, cells) for unit, cells in sorted(lines.items(), key=_order)),
        )
        for (indicator, metric, threshold), lines in sorted(
            by_group.items(), key=lambda one: (one[0][0] or "Z", one[0][1], one[0][2] or 0)
        )
    ]
    return Table(tuple(columns), tuple(groups), tuple(papers.values()))


def _note(lines: Mapping[Unit, list[list[Figure]]]) -> str:
    return next((one.note for cells in lines.values() for cell in cells for one in cell if one.note), "")


def _order(line: tuple[Unit, object]) -> tuple[int, str, date]:
    unit = line[0]
    return LEVELS[unit.level], unit.code, unit.valid_from


def _line(unit: Unit, above: dict[int, str], cells: list[list[Figure]]) -> Line:
    return Line(unit.full_name, above.get(unit.id, ""), unit.valid_to, tuple(tuple(cell) for cell in cells))


def _figure(target: Target, paper: Paper) -> Figure:
    return Figure(
        target.op, target.value, target.value_max, target.measure, target.kind, target.note, paper.number
    )
