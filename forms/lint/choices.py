"""Choice lists: their rows, and the conditions that compare with their names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import Finding
from . import vocabulary
from .book import Book, Row
from .say import finding, plain_code
from .survey import Survey

WORD = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Lists:
    """The choices of a workbook: list → name → its row; columns are those of the sheet."""

    choices: Mapping[str, Mapping[str, Row]]
    columns: frozenset[str]


def read(book: Book) -> Lists:
    """The lists of the sheet choices, by name."""
    sheet = book.sheet("choices")
    found: dict[str, dict[str, Row]] = {}
    for row in sheet.rows:
        if row.text("list_name"):
            found.setdefault(row.text("list_name"), {}).setdefault(row.text("name"), row)
    columns = {column.header.text for column in sheet.columns} | {column.base for column in sheet.columns}
    return Lists(found, frozenset(columns))


def check(book: Book, survey: Survey, lists: Lists) -> Iterator[Finding]:
    """Rows that lack something or say the same, and lists nobody asks for."""
    multiple = {
        one.list_name for one in survey.questions() if "multiple" in one.type or one.type in ("rank",)
    }
    multiple |= {one.list_name for one in survey.questions() if one.type.startswith("select all")}
    may_repeat = _may_repeat(book)
    for row in book.sheet("choices").rows:
        yield from _row(row, lists, multiple, may_repeat)
    yield from _unused(book, survey, lists)


def _may_repeat(book: Book) -> bool:
    settings = next(iter(book.sheet("settings").rows), None)
    allowed = settings.text("allow_choice_duplicates") if settings else ""
    return allowed.lower() in ("yes", "true", "true()")


def _row(row: Row, lists: Lists, multiple: set[str], may_repeat: bool) -> Iterator[Finding]:
    list_name, name = row.text("list_name"), row.text("name")
    if not list_name:
        if name or row.get("label"):
            yield finding("list_name_missing", row.at("list_name"))
        return
    if not name:
        yield finding("choice_name_missing", row.at("name"), meant=plain_code(row.text("label") or "1"))
        return
    first = lists.choices[list_name][name]
    if first is not row and not may_repeat:
        yield finding("choice_name_duplicate", row.at("name"), list=list_name, place=first.at("name").place)
    elif " " in name and list_name in multiple:
        yield finding("choice_name_spaces", row.at("name"), meant=plain_code(name))
    elif " " in name or not name.isascii():
        yield finding("choice_name_marks", row.at("name"), meant=plain_code(name))
    if not any(row.get(base) for base in ("label", *vocabulary.MEDIA)):
        yield finding("choice_label_missing", row.at("label"), name=name)


def _unused(book: Book, survey: Survey, lists: Lists) -> Iterator[Finding]:
    """Lists that no type, parameter or expression names. While a question asks for a list that is not there, it may be
    any of these, so none is told."""
    asked = {one.list_name for one in survey.elements}
    if any(
        one.is_select and not one.is_from_file and one.list_name not in lists.choices
        for one in survey.elements
    ):
        return
    texts = [cell.text for sheet in book.sheets.values() for row in sheet.rows for cell in row.cells.values()]
    said = {word for text in texts if "(" in text or "=" in text for word in WORD.findall(text)}
    seen: set[str] = set()
    for row in book.sheet("choices").rows:
        name = row.text("list_name")
        if not name or name in seen:
            continue
        seen.add(name)
        if name not in asked and name not in said:
            yield finding("list_unused", row.at("list_name"))
