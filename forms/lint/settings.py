"""The sheet settings: what tablets and the server know the form by."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from ..errors import Finding
from .book import Book, Cell, Row, Sheet
from .say import finding, plain

REFUSED_SUFFIXES = (".xml", ".xls", ".xlsx")
DIGITS = re.compile(r"\d+$")


@dataclass(frozen=True, slots=True)
class Published:
    """What is published of a form already: its ID, and the MD5 of each text it ever had, by version."""

    xml_form_id: str
    versions: Mapping[str, str]


def check(book: Book) -> Iterator[Finding]:
    """Form ID, version and title."""
    sheet = book.sheet("settings")
    row = next(iter(sheet.rows), Row(sheet, 2, {}))
    yield from _form_id(row)
    version = row.get("version")
    if version is None:
        yield finding("version_missing", row.at("version"))
    if row.get("form_title") is None:
        yield finding("title_missing", row.at("form_title"))
    yield from _more_rows(sheet)


def version_taken(place: Cell, published: Published) -> Finding:
    """The error of a version that stands for another text already. place: the cell of the version."""
    return finding("version_same", place, meant=_next(place.text, published.versions))


def _form_id(row: Row) -> Iterator[Finding]:
    cell = row.get("form_id")
    if cell is None:
        yield finding(
            "form_id_missing", row.at("form_id"), meant=plain(row.text("form_title") or "club_form")
        )
    elif cell.text.lower().endswith(REFUSED_SUFFIXES):
        yield finding("form_id_suffix", cell, meant=cell.text.rpartition(".")[0])
    elif " " in cell.text or not cell.text.isascii():
        yield finding("form_id_marks", cell, meant=plain(cell.text))


def _more_rows(sheet: Sheet) -> Iterator[Finding]:
    for row in sheet.rows[1:2]:
        yield finding("settings_rows", next(iter(row.cells.values())))


def _next(version: str, taken: Collection[str]) -> str:
    """A version greater than this one that nothing stands for yet."""
    match = DIGITS.search(version)
    if match is None:
        return f"{version}2"
    number = int(match[0])
    while True:
        number += 1
        found = f"{version[: match.start()]}{number:0{len(match[0])}}"
        if found not in taken:
            return found
