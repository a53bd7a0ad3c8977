"""A workbook as the admin sees it: every cell with its place, below the name its column stands for."""

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Literal

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from . import vocabulary

Kind = Literal["text", "number", "date", "formula", "error", "yes_no"]
BLANK_ROWS_READ = 60
"""After more blank rows than this pyxform takes no row."""
BLANK_COLUMNS_READ = 20
SMART = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " "})
SPACES = re.compile(r" +")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not blank. raw is as typed, text as the converter takes it: trimmed, straight quotes."""

    sheet: str
    row: int
    column: int
    raw: str
    text: str
    kind: Kind = "text"

    @property
    def place(self) -> str:
        """The cell as Excel names it: "E29"."""
        return f"{get_column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Column:
    """One header. base is the column's common name; language what follows `::`; header the cell it stands in."""

    base: str
    language: str | None
    is_known: bool
    header: Cell


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank: column → cell."""

    sheet: "Sheet"
    number: int
    cells: dict[Column, Cell]

    def get(self, base: str) -> Cell | None:
        """The cell of a column, in any language; one without a language comes first."""
        found = [cell for column, cell in self.cells.items() if column.base == base]
        plain = (
            cell for column, cell in self.cells.items() if column.base == base and column.language is None
        )
        return next(plain, next(iter(found), None))

    def all(self, base: str) -> Iterator[tuple[Column, Cell]]:
        """The cells of a column in all languages."""
        return ((column, cell) for column, cell in self.cells.items() if column.base == base)

    def text(self, base: str) -> str:
        """The text of a column, "" when blank."""
        cell = self.get(base)
        return cell.text if cell else ""

    def at(self, base: str) -> Cell:
        """The cell of a column; where it is blank, an empty one in its place, or in the first column."""
        found = self.get(base)
        if found:
            return found
        column = next((one for one in self.sheet.columns if one.base == base), None)
        return Cell(self.sheet.name, self.number, column.header.column if column else 1, "", "")


@dataclass(slots=True)
class Sheet:
    """One sheet: columns from left to right, the rows that are not blank, and what the converter will not see."""

    name: str
    is_hidden: bool = False
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    dropped: list[Cell] = field(default_factory=list)
    headless: list[Cell] = field(default_factory=list)
    merged: list[Cell] = field(default_factory=list)

    def has(self, base: str) -> bool:
        """Whether there is such a column, in whatever language."""
        return any(column.base == base for column in self.columns)

    def header(self, base: str) -> Cell:
        """The header cell of a column; A1 when there is none."""
        return next((one.header for one in self.columns if one.base == base), Cell(self.name, 1, 1, "", ""))


@dataclass(slots=True)
class Book:
    """A workbook: its sheets by lower-case name, in their order."""

    sheets: dict[str, Sheet]

    def sheet(self, name: str) -> Sheet:
        """A sheet by lower-case name; an empty one when there is none."""
        return self.sheets.get(name) or Sheet(name)


def read(content: bytes) -> Book:
    """Read a workbook that was found harmless (`forms.gate`)."""
    book = load_workbook(io.BytesIO(content))
    pages = [
        page
        for page in book.worksheets
        if page.title.lower() in vocabulary.SHEETS or len(book.worksheets) == 1
    ]
    values = None
    if any(cell.data_type == "f" for page in pages for cell in page._cells.values()):
        values = load_workbook(io.BytesIO(content), data_only=True)
    sheets = {
        page.title.lower(): Sheet(page.title, page.sheet_state != "visible") for page in book.worksheets
    }
    for page in pages:
        _fill(sheets[page.title.lower()], page, values[page.title] if values else page)
    return Book(sheets)


def _fill(sheet: Sheet, page: Worksheet, values: Worksheet) -> None:
    """Take the cells of a sheet, whose blank ones cost nothing however far the last one stands."""
    rows: dict[int, list[Cell]] = {}
    for (number, column), cell in sorted(page._cells.items()):
        if cell.value is not None and str(cell.value).strip():
            value = values.cell(number, column).value if cell.data_type == "f" else cell.value
            rows.setdefault(number, []).append(_cell(sheet.name, number, column, value, cell.data_type))
    sheet.columns = list(_columns(sheet.name, rows.pop(1, [])))
    sheet.merged = [
        Cell(sheet.name, area.min_row, area.min_col, "", area.coord) for area in page.merged_cells.ranges
    ]
    by_number = {column.header.column: column for column in sheet.columns}
    last = 1
    for number, cells in rows.items():
        known = {by_number[cell.column]: cell for cell in cells if cell.column in by_number}
        sheet.headless += [cell for cell in cells if cell.column not in by_number]
        if number - last > BLANK_ROWS_READ + 1:
            sheet.dropped += known.values()
        elif known:
            last = number
            sheet.rows.append(Row(sheet, number, known))


def _columns(sheet: str, headers: list[Cell]) -> Iterator[Column]:
    uses_double_colon = any("::" in cell.text for cell in headers)
    last = 0
    for cell in headers:
        if cell.column - last > BLANK_COLUMNS_READ + 1:
            return
        last = cell.column
        base, language, is_known = vocabulary.column_of(sheet.lower(), cell.text, uses_double_colon)
        yield Column(base, language, is_known, cell)


def _cell(sheet: str, row: int, column: int, value: Any, data_type: str) -> Cell:
    raw = _raw(value)
    text = SPACES.sub(" ", raw.translate(SMART).strip())
    kind: Kind = "text"
    if data_type == "f":
        kind = "formula"
    elif data_type == "e":
        kind = "error"
    elif isinstance(value, date | datetime | time):
        kind = "date"
    elif isinstance(value, bool):
        kind = "yes_no"
    elif isinstance(value, int | float):
        kind = "number"
    return Cell(sheet, row, column, raw, text, kind)


def _raw(value: Any) -> str:
    """What a cell says, as the converter writes numbers and yes or no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def nfc(text: str) -> str:
    """Letters with their marks as one sign each, which is how Vietnamese keyboards write today."""
    return unicodedata.normalize("NFC", text)
