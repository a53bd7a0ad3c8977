"""The cells of an Excel workbook, read so that no file can take the memory of the server.

Rows come one after another: a stray cell in the last corner of a sheet costs nothing, and is told by its address.
"""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import TYPE_FORMULA
from openpyxl.utils import get_column_letter

MAX_BYTES = 20 * 2**20
MAX_UNPACKED_BYTES = 100 * 2**20
LAST_ROW = 2**20
"""Of any sheet in Excel."""
MAX_ROWS, MAX_COLUMNS = 20_000, 200
"""Far more than any plan or list has; what stands beyond is a slip of the hand, or meant to do harm."""


class Unreadable(Exception):
    """The bytes are no workbook, or one too large to be read."""


@dataclass
class Sheet:
    """One sheet: rows of cells from A1, "" for an empty one, without the empty ones at the end of a row.

    beyond: the address of a cell that stands where no table reaches; reading ended there. None: there is none.
    """

    rows: list[tuple[Any, ...]] = field(default_factory=list)
    beyond: str | None = None


def read(content: bytes) -> dict[str, Sheet]:
    """The sheets of a workbook by name. A formula is the value that Excel computed; its text, where Excel did not.

    Raises Unreadable.
    """
    _check_size(content)
    try:
        values = load_workbook(BytesIO(content), read_only=True, data_only=True)
        formulas = load_workbook(BytesIO(content), read_only=True)
        return {
            sheet.title: _sheet(_lines(sheet), _lines(formulas[sheet.title])) for sheet in values.worksheets
        }
    except Exception as error:  # openpyxl raises anything on a broken workbook
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def _check_size(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise Unreadable("too large")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile as error:
        raise Unreadable(str(error)) from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise Unreadable("too large when unpacked")


def _lines(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet as they stand; the size that the file states is not believed."""
    sheet.reset_dimensions()
    yield from sheet.iter_rows(max_row=LAST_ROW)


def _sheet(values: Iterable[tuple[Any, ...]], formulas: Iterable[tuple[Any, ...]]) -> Sheet:
    sheet = Sheet()
    for line, (cells, sources) in enumerate(zip(values, formulas, strict=True), start=1):
        row = [_value(cell, source) for cell, source in zip(cells, sources, strict=True)]
        while row and row[-1] == "":
            row.pop()
        if len(row) > MAX_COLUMNS or (row and line > MAX_ROWS):
            sheet.beyond = f"{get_column_letter(len(row))}{line}"
            break
        if line <= MAX_ROWS:
            sheet.rows.append(tuple(row))
    return sheet


def _value(cell: Any, source: Any) -> Any:
    """What a cell holds; a formula that no Excel has computed is its own text, so that it is not taken for empty."""
    if cell.value is None and source.data_type == TYPE_FORMULA:
        return str(source.value)
    return "" if cell.value is None else cell.value
