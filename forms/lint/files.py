"""Files the form names: whether they are attached, and have the columns that questions need."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping

from ..errors import Finding
from . import vocabulary
from .book import Book, Cell, Row, nfc
from .expressions import Written
from .say import finding, meant
from .survey import FILE_SUFFIXES, Element, Survey

SEARCH = re.compile(r"\bsearch\(\s*['\"](?P<file>[^'\"]+)['\"]")
PARAMETER = re.compile(r"\b(?P<key>value|label)\s*=\s*(?P<column>[\w.-]+)")
NONE = frozenset(("", "-", "–"))


def columns_of(files: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """The columns of each attached .csv file, by file name."""
    found = {}
    for name, content in files.items():
        if content and name.lower().endswith(".csv"):
            first = content.decode("utf-8-sig", "replace").partition("\n")[0]
            found[nfc(name)] = frozenset(cell.strip() for cell in next(csv.reader([first]), []))
    return found


def check(
    book: Book, survey: Survey, written: list[Written], files: Mapping[str, bytes], lists: Collection[str]
) -> Iterator[Finding]:
    """Files that are named but not at hand. lists: entity lists, whose files the server makes; so are this form's."""
    made = {row.text("list_name") for row in book.sheet("entities").rows}
    known = {nfc(name) for name in files} | {f"{name}.csv" for name in (*lists, *made)}
    columns = columns_of(files)
    for name, cell, row in _named(book, survey, written):
        if nfc(name) not in known and name not in NONE:
            lowered = {one.lower(): one for one in known}
            near = lowered.get(nfc(name).lower()) or vocabulary.closest(nfc(name), known)
            yield finding("media_missing", cell, row, file=name, **meant(near))
    for one in survey.questions():
        if one.is_from_file and one.list_name in columns:
            yield from _columns(one.row, one.list_name, columns[one.list_name])


def _named(book: Book, survey: Survey, written: list[Written]) -> Iterator[tuple[str, Cell, Row]]:
    """Each file that a cell names, with the cell."""
    for sheet in ("survey", "choices"):
        for row in book.sheet(sheet).rows:
            for column, cell in row.cells.items():
                if column.base in vocabulary.MEDIA and "${" not in cell.text:
                    yield cell.text.rpartition("/")[2], cell, row
    for one in survey.questions():
        yield from _of_question(one)
    for used in written:
        for call in used.found.calls:
            first = call.arguments[0] if call.arguments else ()
            if call.name == "pulldata" and len(first) == 1 and first[0].kind == "text":
                name = first[0].text[1:-1]
                file = name if name.lower().endswith(FILE_SUFFIXES) else f"{name}.csv"
                yield file, used.cell, used.element.row


def _of_question(one: Element) -> Iterator[tuple[str, Cell, Row]]:
    """The files that its type and its appearance name."""
    if one.is_from_file and one.list_name.lower().endswith(FILE_SUFFIXES):
        yield one.list_name, one.row.at("type"), one.row
    elif one.type in ("csv-external", "xml-external") and one.name:
        yield f"{one.name}.{one.type[:3]}", one.row.at("name"), one.row
    searched = SEARCH.search(one.row.text("appearance"))
    if searched:
        yield f"{searched['file']}.csv", one.row.at("appearance"), one.row


def _columns(row: Row, file: str, columns: frozenset[str]) -> Iterator[Finding]:
    """The columns a select needs: name and label, or those its parameters say."""
    said = {match["key"]: match["column"] for match in PARAMETER.finditer(row.text("parameters"))}
    for key, usual in (("value", "name"), ("label", "label")):
        word = said.get(key, usual)
        if word not in columns:
            cell = row.at("parameters") if key in said else row.at("type")
            yield finding(
                "media_column_missing", cell, row, file=file, word=word, columns=", ".join(sorted(columns))
            )
