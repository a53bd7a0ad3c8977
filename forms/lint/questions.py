"""Questions: what their type needs, and columns that contradict it."""

import re
from collections.abc import Iterator
from datetime import date

from ..errors import Finding
from . import vocabulary, xpath
from .book import Book
from .choices import Lists
from .say import finding, meant
from .survey import FILE_SUFFIXES, Element, Survey

NUMBER = re.compile(r"-?\d+(\.\d+)?$")
EXAMPLES = {"integer": "12", "int": "12", "decimal": "12.5", "date": "2026-01-31"}
YES_NO = frozenset(("yes", "no", "true", "false", "true()", "false()"))
NEARLY_YES = {
    "có": "yes", "co": "yes", "x": "yes", "1": "yes", "y": "yes", "ok": "yes", "bắt buộc": "yes", "required": "yes",
    "không": "no", "khong": "no", "0": "no", "n": "no",
}  # fmt: skip
MESSAGES = (("constraint_message", "constraint"), ("required_message", "required"))


def check(book: Book, survey: Survey, lists: Lists) -> Iterator[Finding]:
    """Everything about single questions, groups and repeats but their names and expressions."""
    yield from survey.findings
    if not any(True for _ in survey.questions()) and not survey.findings:
        yield finding("no_questions", book.sheet("survey").header("type"))
    has_choices = bool(book.sheet("choices").rows)
    misspelled = any(
        vocabulary.closest(name, ("choices",), cutoff=0.8) for name in book.sheets if name != "choices"
    )
    for one in survey.elements:
        if one.list_name and (has_choices or not misspelled):
            yield from _list(one, lists, has_choices)
        yield from _label(one)
        yield from _calculation(one)
        yield from _default(one, lists)
        yield from _yes_no(one)
        yield from _messages(one)
        yield from _appearance(one)


def _list(one: Element, lists: Lists, has_choices: bool) -> Iterator[Finding]:
    cell = one.row.at("type")
    if one.type.startswith(("select_one_external", "select one external")):
        yield finding("external_select", cell, one.row)
    elif one.is_from_file:
        if not one.list_name.lower().endswith(FILE_SUFFIXES):
            yield finding("file_suffix", cell, one.row, file=one.list_name)
    elif one.is_select and not one.list_name.startswith("${") and one.list_name not in lists.choices:
        near = meant(vocabulary.closest(one.list_name, lists.choices))
        code = "list_unknown" if has_choices else "choices_missing"
        yield finding(code, cell, one.row, list=one.list_name, **near)
    if one.or_other and (filter_cell := one.row.get("choice_filter")):
        yield finding("or_other_filter", filter_cell, one.row)


def _label(one: Element) -> Iterator[Finding]:
    shown = [one.row.get(base) for base in ("label", "hint", *vocabulary.MEDIA)]
    if any(shown) or one.kind == "group":
        return
    if one.kind == "repeat":
        yield finding("group_label_missing", one.row.at("label"), one.row, name=one.name)
    elif _is_shown(one):
        yield finding("label_missing", one.row.at("label"), one.row, name=one.name)


def _is_shown(one: Element) -> bool:
    """Whether a question of a known type stands on the screen."""
    is_silent = (
        one.type in vocabulary.WITHOUT_LABEL or one.type.startswith("uri:") or one.row.get("calculation")
    )
    return not is_silent and (one.is_select or one.type in vocabulary.TYPES)


def _calculation(one: Element) -> Iterator[Finding]:
    default = one.row.text("default")
    if (
        one.type == "calculate"
        and not one.row.get("calculation")
        and "(" not in default
        and "${" not in default
    ):
        yield finding("calculation_missing", one.row.at("calculation"), one.row, name=one.name)


def _default(one: Element, lists: Lists) -> Iterator[Finding]:
    """A default that is no expression must be an answer of the question's type."""
    cell = one.row.get("default")
    if cell is None or "${" in cell.text or "(" in cell.text:
        return
    if one.is_select and one.list_name in lists.choices and not one.is_from_file:
        known = lists.choices[one.list_name].keys() | ({"other"} if one.or_other else set())
        for word in cell.text.split() if "multiple" in one.type or one.type == "rank" else [cell.text]:
            if word not in known:
                yield finding("default_not_in_list", cell, one.row, list=one.list_name)
                return
    elif one.type in EXAMPLES and not _fits(one.type, cell.text):
        yield finding("default_not_valid", cell, one.row, type=one.type, example=EXAMPLES[one.type])


def _fits(kind: str, text: str) -> bool:
    if kind == "date":
        try:
            date.fromisoformat(text[:10])
        except ValueError:
            return False
        return True
    return bool(NUMBER.match(text)) and (kind == "decimal" or "." not in text)


def _yes_no(one: Element) -> Iterator[Finding]:
    """required and read_only take yes, no or a condition; a word alone would be a condition that is never true."""
    for column in ("required", "read_only"):
        cell = one.row.get(column)
        if cell is None or cell.text.lower() in YES_NO:
            continue
        word = cell.text.lower()
        if word in NEARLY_YES or (re.fullmatch(xpath.NAME, word) and word not in ("null",)):
            meant_word = NEARLY_YES.get(word) or vocabulary.closest(word, ("yes", "no")) or "yes"
            yield finding("yes_no_value", cell, one.row, column=column, meant=meant_word)


def _messages(one: Element) -> Iterator[Finding]:
    for message, needed in MESSAGES:
        cell = one.row.get(message)
        if cell is not None and one.row.get(needed) is None and not one.row.get("bind::" + needed):
            yield finding("message_alone", cell, one.row, column=message, needed=needed)


def _appearance(one: Element) -> Iterator[Finding]:
    cell = one.row.get("appearance")
    if cell is None or "(" in cell.text or "${" in cell.text:
        return
    for word in cell.text.split():
        known = word in vocabulary.APPEARANCES or re.fullmatch(r"w\d+|columns-\d+", word) or ":" in word
        near = None if known else vocabulary.closest(word, vocabulary.APPEARANCES, cutoff=0.8)
        if near:
            yield finding("appearance_misspelled", cell, one.row, word=word, meant=near)
