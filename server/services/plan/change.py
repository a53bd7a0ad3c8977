"""What a workbook of plans would change: its rows against those that stand, sheet by sheet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.errors import Problem
from server.models import ContextFact, Phase, PhaseRule, Target, Training, Unit
from server.services.plan import store
from server.services.plan.rows import COLUMNS, Values
from server.services.plan.store import Content
from server.services.plan.workbook import CellError, NotAWorkbook

Rows = dict[str, list[Values]]
"""Sheet → rows by column of its table."""

TABLES: dict[str, Any] = {
    "giai_doan": Phase,
    "quy_dinh": PhaseRule,
    "chi_tieu": Target,
    "so_lieu": ContextFact,
    "tap_huan": Training,
}
"""In the order they are written: a plan names the phases that stand above it."""
OF_PHASES = "giai_doan", "quy_dinh"
"""Sheets whose rows belong to phases, not to the file they came from."""
KEYS = {
    "giai_doan": ("code",),
    "quy_dinh": ("phase_code", "unit_id", "rule"),
    "chi_tieu": ("unit_id", "period_from", "period_to", "indicator", "metric", "threshold_vnd"),
    "so_lieu": ("unit_id", "period_from", "period_to", "metric"),
    "tap_huan": ("unit_id", "club_code", "starts_on", "ends_on", "topic"),
}
"""What makes a row the same one as before."""
HEADS = {"phase_code": "phase", "measure": "unit", "code": "phase"}
"""Columns whose heading in the workbook is another word."""
BOOKKEEPING = frozenset({"id", "workbook"})


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that reads otherwise. column: its heading in the workbook; before, after: None for an empty cell."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A row that comes (added), goes (removed) or reads otherwise (changed).

    unit: its unit's name, "" for the whole country's rules; what: the indicator, figure or rule; first, last: its days,
    None for rules. cells: every filled one of a row that comes or goes, else those that differ.
    """

    kind: str
    sheet: str
    unit: str
    what: str
    first: date | None
    last: date | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook would do. problem: why it cannot be imported, None when it can; errors: its wrong cells."""

    changes: Sequence[Change] = ()
    problem: Problem | None = None
    errors: Sequence[CellError] = ()


def preview(session: Session, workbook: bytes, name: str) -> Preview:
    """Everything wrong with a workbook, or else everything it would change; nothing is written."""
    try:
        return Preview(compare(session, store.read(session, workbook, name)))
    except store.PlanInvalid as invalid:
        return Preview(problem=invalid, errors=invalid.errors)
    except (store.NoUnits, store.NoPhases, NotAWorkbook) as refused:
        return Preview(problem=refused)


def of_content(content: Content) -> Rows:
    """The rows a workbook brings, by sheet."""
    return {
        "giai_doan": list(content.phases),
        "quy_dinh": list(content.rules),
        "chi_tieu": list(content.targets),
        "so_lieu": list(content.facts),
        "tap_huan": list(content.trainings),
    }


def standing(session: Session, workbook: str, phases: Mapping[str, Iterable[str]]) -> Rows:
    """The rows that an import takes the place of: those of the same file, and those of the phases named by sheet."""
    found: Rows = {}
    for sheet, table in TABLES.items():
        chosen: Select[Any] = select(table.__table__)
        if sheet in OF_PHASES:
            column = table.code if sheet == "giai_doan" else table.phase_code
            chosen = chosen.where(column.in_(list(phases.get(sheet, ()))))
        else:
            chosen = chosen.where(table.workbook == workbook)
        ordered = chosen.order_by(*table.__table__.primary_key)
        found[sheet] = [_kept(row._mapping) for row in session.execute(ordered)]
    return found


def phases_of(content: Content) -> dict[str, list[str]]:
    """Codes of the phases whose rows a workbook takes the place of, by sheet."""
    return {
        "giai_doan": sorted({values["code"] for values in content.phases}),
        "quy_dinh": sorted(content.phases_ruled),
    }


def compare(session: Session, content: Content) -> list[Change]:
    """Everything that importing a workbook would change, in the order of its sheets; empty: nothing."""
    before = standing(session, content.workbook, phases_of(content))
    after = of_content(content)
    found: list[Change] = []
    for sheet in TABLES:
        found += _of_sheet(sheet, before[sheet], after[sheet])
    names = _names(session, found)
    return [_named(one, names) for one in found]


def _of_sheet(sheet: str, before: Sequence[Values], after: Sequence[Values]) -> Iterator[Change]:
    older, newer = _by_key(sheet, before), _by_key(sheet, after)
    for key, values in newer.items():
        if key not in older:
            yield _change("added", sheet, values, _cells(sheet, {}, values))
        elif cells := _cells(sheet, older[key], values):
            yield _change("changed", sheet, values, cells)
    for key, values in older.items():
        if key not in newer:
            yield _change("removed", sheet, values, _cells(sheet, values, {}))


def _by_key(sheet: str, rows: Iterable[Values]) -> dict[tuple[Any, ...], Values]:
    """Rows by what makes them the same one; two alike are told apart by their order."""
    seen: Counter[tuple[Any, ...]] = Counter()
    found = {}
    for values in rows:
        key = tuple(values.get(name) for name in KEYS[sheet])
        found[(*key, seen[key])] = values
        seen[key] += 1
    return found


def _cells(sheet: str, before: Values, after: Values) -> tuple[Cell, ...]:
    names = dict.fromkeys((*before, *after))
    pairs = ((name, _filled(before.get(name)), _filled(after.get(name))) for name in names)
    shown = ((HEADS.get(name, name), old, new) for name, old, new in pairs if old != new)
    return tuple(Cell(*one) for one in sorted(shown, key=lambda one: _place(sheet, one[0])))


def _place(sheet: str, heading: str) -> int:
    columns = COLUMNS[sheet]
    return columns.index(heading) if heading in columns else len(columns)


def _filled(value: Any) -> Any:
    return None if value == "" else value


def _kept(row: Any) -> Values:
    return {name: value for name, value in row.items() if name not in BOOKKEEPING}


def _change(kind: str, sheet: str, values: Values, cells: tuple[Cell, ...]) -> Change:
    """unit holds the unit's id as text until `_named`."""
    what = next((str(values[name]) for name in ("metric", "rule", "topic", "code") if values.get(name)), "")
    if values.get("indicator"):
        what = f"{values['indicator']} {what}"
    if sheet == "quy_dinh":
        what = f"{values['phase_code']} {what}"
    first = values.get("period_from") or values.get("starts_on") or values.get("valid_from")
    last = values.get("period_to") or values.get("ends_on") or values.get("valid_to")
    unit = values.get("unit_id")
    shown = tuple(one for one in cells if one.column != "unit_id")
    return Change(kind, sheet, "" if unit is None else str(unit), what, first, last, shown)


def _names(session: Session, changes: Iterable[Change]) -> dict[str, str]:
    wanted = {int(one.unit) for one in changes if one.unit}
    rows = session.execute(select(Unit.id, Unit.full_name).where(Unit.id.in_(wanted)))
    return {str(unit_id): name for unit_id, name in rows}


def _named(change: Change, names: dict[str, str]) -> Change:
    return Change(
        change.kind,
        change.sheet,
        names.get(change.unit, ""),
        change.what,
        change.first,
        change.last,
        change.cells,
    )
