"""Sheets and cells: what Excel did to them, before anything is understood."""

import re
import unicodedata
from collections.abc import Iterator

from ..errors import Finding
from . import vocabulary
from .book import Book, Cell, Row, Sheet, nfc
from .say import finding

LABEL_CHARACTERS = 1000
CHOICE_CHARACTERS = 200
INVISIBLE = re.compile(
    "[\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufeff\u00ad]|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)
FREE_TEXT = frozenset(
    ("label", "hint", "guidance_hint", "constraint_message", "required_message", "form_title")
)
MAY_BE_COMPUTED = frozenset(("version",))


def check(book: Book) -> Iterator[Finding]:
    """Sheets that are not read or not seen, merged cells, and cells that say something else than they show."""
    yield from _misspelled(book)
    for name in vocabulary.SHEETS:
        sheet = book.sheet(name)
        if sheet.is_hidden:
            yield finding("sheet_hidden", Cell(sheet.name, 1, 1, sheet.name, sheet.name))
        for area in sheet.merged:
            yield finding("merged_cells", area, area=area.text)
        for cell in sheet.dropped[:1]:
            yield finding("rows_dropped", cell)
        yield from _headless(sheet)
        for row in sheet.rows:
            for column, cell in row.cells.items():
                yield from _cell(column.base, cell, row)


def _misspelled(book: Book) -> Iterator[Finding]:
    """Sheets with nearly the name of one that is not there. A name of one's own begins with _."""
    absent = [name for name in vocabulary.SHEETS if name not in book.sheets and name != "osm"]
    for name, sheet in book.sheets.items():
        if name not in vocabulary.SHEETS and not name.startswith("_"):
            meant = vocabulary.closest(name.strip(), absent, cutoff=0.8)
            if meant is not None:
                yield finding("sheet_misspelled", Cell(sheet.name, 1, 1, sheet.name, sheet.name), meant=meant)


def _headless(sheet: Sheet) -> Iterator[Finding]:
    """The first cell of each column that has texts but no name."""
    seen: set[int] = set()
    for cell in sheet.headless:
        if cell.column not in seen:
            seen.add(cell.column)
            yield finding("header_blank", cell)


def _cell(base: str, cell: Cell, row: Row) -> Iterator[Finding]:
    if cell.kind == "formula" and not cell.text:
        yield finding("formula_empty", cell, row)
    elif cell.kind == "formula" and base not in MAY_BE_COMPUTED:
        yield finding("formula", cell, row)
    elif cell.kind == "error":
        yield finding("cell_error", cell, row)
    elif cell.kind == "date":
        yield finding("cell_date", cell, row)
    elif (hidden := INVISIBLE.search(cell.raw)) and base not in FREE_TEXT:
        sign = f"U+{ord(hidden[0]):04X}"
        yield finding("invisible_character", cell, row, character=sign, clean=INVISIBLE.sub("", cell.text))
    elif nfc(cell.raw) != cell.raw:
        yield finding("letters_apart", cell, row)
    if base in FREE_TEXT:
        limit = CHOICE_CHARACTERS if cell.sheet.lower() == "choices" else LABEL_CHARACTERS
        length = len(unicodedata.normalize("NFC", cell.text))
        if length > limit:
            yield finding("text_long", cell, row, length=length, limit=limit)
