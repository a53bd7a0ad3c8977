"""A table of a report as values with their types: what a workbook holds, before anybody writes one.

Numbers are numbers and days are days; what is printed in place of a figure (“–”, “<5”, “*”) is None or a mark. Where a
figure follows from others of the same table, its cell says how, so that a workbook can compute it again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.privacy import Masked

Content = str | int | Decimal | date | Masked | None


@dataclass(frozen=True, slots=True)
class Sum:
    """The cells above, in this column, added up."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A cell of this row over another one, named by the keys of their columns, so many times."""

    top: str
    bottom: str
    times: int = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure or a text. made None: it follows from nothing else in the table. is_signed: a rise has its “+”."""

    value: Content
    decimals: int = 0
    made: Sum | Ratio | None = None
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column; width in letters.

    kind: text, centre, number, day or month. group: what stands above several columns. is_beside: it holds what a
    printed share was made from and is no part of the printed table.
    """

    key: str
    head: str
    width: int
    kind: str = "number"
    group: str = ""
    is_beside: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """kind: row, group (a heading over the rows below, in its first cell) or total."""

    cells: tuple[Cell, ...]
    kind: str = "row"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heads and notes, in one language."""

    name: str
    """Short, of at most 31 letters, such as “Bảng 2”."""
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    is_wide: bool = False
    """Whether it is printed across."""


Say = Callable[[str], str]
"""A text in the language of the report."""


def row(*contents: Content | Cell, kind: str = "row") -> Row:
    """A row from values and cells."""
    return Row(tuple(one if isinstance(one, Cell) else Cell(one) for one in contents), kind)


def share(value: Decimal | Masked | None, top: str, bottom: str, pair: tuple[int, int] | None) -> Cell:
    """A percentage with one decimal; computed from its two columns where those hold what it was made from."""
    whole = pair is not None and bool(pair[1]) and value == Decimal(pair[0]) * 100 / pair[1]
    return Cell(value, 1, Ratio(top, bottom) if whole else None)


def total(columns: Sequence[Column], rows: Sequence[Row], cells: Mapping[str, Content | Cell]) -> Row:
    """The last row. A whole number that the rows above add up to becomes their sum; any other stays a value.

    cells: by key of column; a column left out is empty.
    """
    return Row(tuple(_total(n, column, rows, cells) for n, column in enumerate(columns)), "total")


def _total(at: int, column: Column, rows: Sequence[Row], cells: Mapping[str, Content | Cell]) -> Cell:
    given = cells.get(column.key, "")
    cell = given if isinstance(given, Cell) else Cell(given)
    above = [one.cells[at].value for one in rows if one.kind == "row"]
    if not isinstance(cell.value, int) or cell.made or any(isinstance(one, Masked) for one in above):
        return cell
    known = [one for one in above if isinstance(one, int)]
    return Cell(cell.value, cell.decimals, Sum()) if known and sum(known) == cell.value else cell


def is_open(found: Table) -> bool:
    """Whether a figure of the total row follows from nothing in the table, so that a reader must be told why."""
    last = found.rows[-1] if found.rows else None
    if last is None or last.kind != "total":
        return False
    return any(isinstance(cell.value, int | Decimal) and cell.made is None for cell in last.cells)
