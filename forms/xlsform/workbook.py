"""Opens a workbook: tells what is no XLSForm, and where in it a text stands."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from pyxform.xls2json_backends import xlsx_to_dict

from .. import gate
from ..errors import FormRejected

FIRST_ROW = 2

# Columns that pyxform knows by several names, any of which may stand in its messages.
SAME_COLUMN = (
    ("relevant", "relevance", "bind::relevant"),
    ("calculation", "calculate", "bind::calculate"),
    ("constraint", "bind::constraint"),
    ("repeat_count", "count", "jr:count"),
    ("save_to", "bind::entities:saveto"),
    ("list_name", "list name", "dataset"),
    ("form_id", "id_string", "set_form_id"),
    ("form_title", "title", "set_form_title"),
)
ALIASES = {name: names for names in SAME_COLUMN for name in names}


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name as written, and its rows below the headers, blank ones too.

    A row maps header to text; blank cells are absent.
    """

    name: str
    rows: list[dict[str, str]] = field(default_factory=list)

    def numbered(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Rows with the number Excel shows beside them."""
        return enumerate(self.rows, start=FIRST_ROW)

    def row(self, number: int) -> dict[str, str]:
        """The row of this number; {} when there is none."""
        index = number - FIRST_ROW
        return self.rows[index] if 0 <= index < len(self.rows) else {}

    def find(self, column: str, text: str) -> int | None:
        """Number of the first row with this text in this column; None without any."""
        for number, row in self.numbered():
            if value_in(row, column) == text:
                return number
        return None

    @property
    def last_row(self) -> int:
        """Number of the last row that is not blank; 1 when only the headers are there."""
        return max((number for number, row in self.numbered() if row), default=1)


def header_in(headers: Any, column: str) -> str | None:
    """The header that stands for a column: by itself, another name, or with a language; None without."""
    lowered = {str(header).lower(): header for header in headers}
    for name in ALIASES.get(column, (column.lower(),)):
        if name in lowered:
            return lowered[name]
    prefix = column.lower() + "::"
    return next((header for low, header in lowered.items() if low.startswith(prefix)), None)


def value_in(row: dict[str, str], column: str) -> str | None:
    """The text of a row in a column, whichever of its names the header uses."""
    header = header_in(row, column)
    return None if header is None else row[header]


class Workbook:
    """An XLSForm workbook as pyxform reads it, with the way back from a row to a cell.

    definition is what pyxform takes; sheets are by lower-case name.
    """

    def __init__(self, content: bytes, definition: dict[str, Any]) -> None:
        self._content = content
        self.definition = definition
        names = {name.lower(): name for name in definition["sheet_names"]}
        self.sheets = {low: Sheet(name, definition[low]) for low, name in names.items() if low in definition}

    def sheet(self, name: str) -> Sheet:
        """A sheet by lower-case name, without rows when the workbook has none of it."""
        return self.sheets.get(name, Sheet(name))

    @cached_property
    def _headers(self) -> dict[str, list[str]]:
        """Header row of each sheet by lower-case name, blanks kept, so that positions are those of Excel."""
        return {name.lower(): headers for name, headers in _read_headers(self._content).items()}

    def column_letter(self, sheet: str, column: str) -> str | None:
        """Letter of a column; None when the sheet has none of this name."""
        headers = self._headers.get(sheet, [])
        header = header_in([text for text in headers if text], column)
        return None if header is None else get_column_letter(headers.index(header) + 1)

    def header_at(self, sheet: str, cell: str) -> str | None:
        """The header above a cell such as "B7"; None when the column has none."""
        number = column_index_from_string(cell.rstrip("0123456789"))
        headers = self._headers.get(sheet, [])
        return (headers[number - 1] or None) if number <= len(headers) else None

    def cell(self, sheet: str, column: str | None, row: int | None) -> str | None:
        """A cell like "B7"; None when column or row is not known."""
        letter = self.column_letter(sheet, column) if column else None
        return f"{letter}{row}" if letter and row else None


def form_id_of(content: bytes) -> str | None:
    """The form ID that a workbook says; None when it says none, or cannot be opened."""
    try:
        return value_in(open_workbook(content).sheet("settings").row(FIRST_ROW), "form_id")
    except FormRejected:
        return None


def open_workbook(content: bytes) -> Workbook:
    """Open a workbook. Raises FormRejected when it is none, or none with a sheet `survey`."""
    gate.check(content)
    try:
        definition = xlsx_to_dict(io.BytesIO(content))
    except Exception as error:  # openpyxl and pyxform raise anything on a broken workbook
        raise gate.refused("damaged", f"{type(error).__name__}: {error}") from error
    if "survey" not in {name.lower() for name in definition["sheet_names"]}:
        raise gate.refused("no_survey_sheet", ", ".join(definition["sheet_names"]))
    return Workbook(content, definition)


def _read_headers(content: bytes) -> dict[str, list[str]]:
    """First row of each sheet by its name, "" for blank cells.

    Read row by row: a stray cell far down or far right costs nothing.
    """
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        first_rows = {sheet.title: next(sheet.iter_rows(max_row=1, values_only=True), ()) for sheet in book}
    finally:
        book.close()
    return {
        name: ["" if cell is None else " ".join(str(cell).split()) for cell in row]
        for name, row in first_rows.items()
    }
