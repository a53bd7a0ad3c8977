"""Submissions as flat tables: which columns the versions of a form have together, and the cells of each row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from .rows import Rows
from .schema import STRUCTURE, Field, Path, keys
from .values import DECIMAL, GeoPoint, Value

PLACE = ("Latitude", "Longitude", "Altitude", "Accuracy")
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula."""


@dataclass(frozen=True, slots=True)
class Column:
    """One question of a table, through all versions of the form; it may take several cells of a row.

    path is that of the question; headers one a cell. is_place: a geopoint in four cells. choices: those of a select
    of many, a cell each behind the one with the whole answer; () when it is not split.
    """

    path: Path
    headers: tuple[str, ...]
    is_place: bool = False
    choices: tuple[str, ...] = ()

    def cells(self, value: Value | None) -> list[str]:
        """The cells of an answer, "" where there is none."""
        if self.is_place:
            return _place(value)
        chosen = value if isinstance(value, tuple) else ()
        return [text(value), *("" if value is None else str(int(one in chosen)) for one in self.choices)]


@dataclass(frozen=True, slots=True)
class Table:
    """The form itself (path ()) or one of its repeats. name is that of the repeat, unique in the form, "" of the form.

    parent is the path of the repeat around it, () when that is the form; None of the form itself.
    """

    path: Path
    name: str
    parent: Path | None
    columns: tuple[Column, ...]

    @property
    def headers(self) -> list[str]:
        """One a cell; no two alike."""
        return [header for column in self.columns for header in column.headers]


@dataclass(slots=True)
class FlatRow:
    """A row of a table. number is its place in the table among the rows of this submission, parent that of its parent
    in the parent's table (None: the submission itself), position counts from 1 within that parent.
    """

    number: int
    parent: int | None
    position: int
    cells: list[str] = field(default_factory=list)


def tables(versions: Sequence[Sequence[Field]], *, split_selects: bool = False) -> tuple[Table, ...]:
    """The tables of a form in all its versions, the form first, then repeats as they stand.

    versions: field lists, the newest first. Questions of the newest come first and in its order; those that only older
    versions have follow. split_selects gives each known choice of a select of many a cell with 0 or 1.
    """
    merged: dict[Path, dict[Path, list[Field]]] = {(): {}}
    parents: dict[Path, Path] = {}
    for fields in versions:
        for f in fields:
            if f.kind == "repeat":
                merged.setdefault(f.path, {})
                parents[f.path] = f.repeat or ()
            elif f.kind not in STRUCTURE and f.kind != "note" and f.path[0] != "meta":
                merged.setdefault(f.repeat or (), {}).setdefault(f.path, []).append(f)
    names = unique("-".join(path) for path in merged)
    short = unique(path[-1] if path else "" for path in merged)
    chosen = short if len(set(short)) == len(set(names)) else names
    return tuple(
        Table(path, name, parents.get(path), _columns(path, found, split_selects))
        for (path, found), name in zip(merged.items(), chosen, strict=True)
    )


def _columns(table: Path, found: dict[Path, list[Field]], split_selects: bool) -> tuple[Column, ...]:
    """The columns of a table, with headers that name the groups around a question: `group-question`."""
    names = unique("-".join(path[len(table) :]) for path in found)
    columns = []
    for (path, same), name in zip(found.items(), names, strict=True):
        is_place = any(f.kind == "geopoint" for f in same)
        is_many = split_selects and any(f.kind == "selectmulti" for f in same)
        choices = tuple(dict.fromkeys(c.name for f in same for c in f.choices)) if is_many else ()
        headers = tuple(f"{name}-{part}" for part in PLACE) if is_place else (name,)
        columns.append(
            Column(path, (*headers, *(f"{name}/{choice}" for choice in choices)), is_place, choices)
        )
    return tuple(columns)


def flatten(rows: Rows, fields: Sequence[Field], into: Sequence[Table]) -> Iterator[tuple[Table, FlatRow]]:
    """The rows of one submission, those of the form first.

    fields: the field list it was read with. An answer that could not be read as what its question asks for stands
    there as it was written. Text without any question is in no table; it is among `rows.problems`.
    """
    named = keys(fields)
    unread = {
        (problem.path, problem.positions): problem.text
        for problem in rows.problems
        if problem.reason not in ("not_in_form", "given_twice")
    }
    for table in into:
        if not table.path:
            yield table, FlatRow(0, None, 1, _cells(table, named, rows.root, (), unread))
            continue
        for number, row in enumerate(rows.repeats.get(named.get(table.path, ""), [])):
            cells = _cells(table, named, row.values, row.positions, unread)
            yield table, FlatRow(number, row.parent, row.position, cells)


def _cells(
    table: Table,
    named: dict[Path, str],
    values: dict[str, Value | None],
    positions: tuple[int, ...],
    unread: dict[tuple[Path, tuple[int, ...]], str],
) -> list[str]:
    cells: list[str] = []
    for column in table.columns:
        key = named.get(column.path)
        value = values.get(key) if key is not None else None
        if value is None:
            value = unread.get((column.path, positions))
        cells += column.cells(value)
    return cells


def text(value: Value | None) -> str:
    """An answer as one cell, in the form that tablets write it in; "" for None."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case date() | time():
            return value.isoformat()
        case GeoPoint():
            return " ".join(_place(value)).strip()
        case tuple():
            places = [one for one in value if isinstance(one, GeoPoint)]
            return ";".join(map(text, places)) if places else " ".join(map(str, value))
    return str(value)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before what could be one. Numbers stay."""
    if cell.startswith(FORMULA_MARKS) and not DECIMAL.fullmatch(cell):
        return f"'{cell}"
    return cell


def _place(value: Value | None) -> list[str]:
    """Four cells; another value than a place, such as of a version that asked otherwise, stands in the first."""
    if not isinstance(value, GeoPoint):
        return [text(value), "", "", ""]
    return [
        "" if part is None else format(Decimal(repr(part)).normalize(), "f")
        for part in (value.lat, value.lon, value.alt, value.acc)
    ]


def unique(names: Iterable[str]) -> list[str]:
    """The names, a later one that is there already with a number behind it."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return result
