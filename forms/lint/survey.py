"""The survey sheet as a tree: what each row is, and which group or repeat it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from ..errors import Finding
from . import vocabulary
from .book import Book, Cell, Row
from .say import finding, meant

Kind = Literal["question", "group", "repeat"]
STRUCTURE = re.compile(r"^\s*(?P<way>begin|end)[\s_-]*(?P<rest>\w*)", re.IGNORECASE)
FILE_SUFFIXES = (".csv", ".xml", ".geojson")


@dataclass(eq=False)
class Element:
    """A question, group or repeat. type is what its cell says, without list; list_name its list or file, "" without."""

    row: Row
    kind: Kind
    type: str
    list_name: str = ""
    or_other: bool = False
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name it is called by; audits have none of their own."""
        return self.row.text("name")

    @property
    def is_from_file(self) -> bool:
        """Whether its choices stand in a file of their own."""
        return self.type.replace(" ", "_").endswith("_from_file")

    @property
    def is_select(self) -> bool:
        """Whether it chooses from a list."""
        return bool(self.list_name) and self.type in vocabulary.SELECT_COMMANDS

    @property
    def above(self) -> Iterator["Element"]:
        """The groups and repeats around it, innermost first."""
        one = self.parent
        while one is not None:
            yield one
            one = one.parent

    @property
    def repeat(self) -> "Element | None":
        """The innermost repeat it stands in, or is."""
        if self.kind == "repeat":
            return self
        return next((one for one in self.above if one.kind == "repeat"), None)


@dataclass
class Survey:
    """All elements in order, and those of each name."""

    elements: list[Element] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def by_name(self) -> dict[str, list[Element]]:
        """Name → the elements that have it."""
        found: dict[str, list[Element]] = {}
        for one in self.elements:
            if one.name:
                found.setdefault(one.name, []).append(one)
        return found

    def questions(self) -> Iterator[Element]:
        """What is neither group nor repeat."""
        return (one for one in self.elements if one.kind == "question")


def read(book: Book) -> Survey:
    """The tree of a workbook's survey, and what is wrong with types and with the order of begin and end."""
    survey = Survey()
    stack: list[Element] = []
    for row in book.sheet("survey").rows:
        if row.text("disabled").lower() in ("yes", "true", "true()"):
            continue
        cell = row.get("type")
        if cell is None:
            survey.findings += _no_type(row)
            continue
        way, kind, problem = _structure(cell)
        if problem is not None:
            survey.findings.append(problem)
        if way == "end":
            survey.findings += _close(stack, row, cell, kind)
            continue
        element = _element(row, cell, kind if way else "question", survey, is_known=way is not None)
        element.parent = stack[-1] if stack else None
        if stack:
            stack[-1].children.append(element)
        survey.elements.append(element)
        if way == "begin":
            stack.append(element)
    survey.findings += [_unclosed(one) for one in stack]
    survey.findings += _empty(survey)
    return survey


def _no_type(row: Row) -> Iterator[Finding]:
    if row.get("name") or row.get("label"):
        yield finding("type_missing", row.at("type"), row)


def _structure(cell: Cell) -> tuple[str | None, Kind, Finding | None]:
    """Whether a type begins or ends something, of which kind, and that it is misspelled if it is."""
    text = cell.text
    for pattern in (vocabulary.RE_BEGIN_CONTROL, vocabulary.RE_END_CONTROL):
        match = pattern.search(text)
        if match:
            return text[:5].split("_")[0].split()[0].strip(), _kind(match["type"]), None
    match = STRUCTURE.match(text)
    if match is None or (match["rest"] == "" and match["way"].lower() == "end") or text in vocabulary.TYPES:
        return None, "group", None
    wanted = vocabulary.closest(match["rest"].strip("_"), ("group", "repeat"), cutoff=0.5)
    if wanted is None:
        return None, "group", None
    way = match["way"].lower()
    return way, _kind(wanted), finding("type_unknown", cell, None, **meant(f"{way}_{wanted}"))


def _kind(word: str) -> Kind:
    return "group" if word == "group" else "repeat"


def _close(stack: list[Element], row: Row, cell: Cell, kind: Kind) -> Iterator[Finding]:
    """What is wrong with an end, and the stack as it is meant to be after it."""
    if not stack:
        yield finding("end_unmatched", cell, row, kind=kind)
    elif stack[-1].kind == kind:
        stack.pop()
    elif any(one.kind == kind for one in stack):
        while stack[-1].kind != kind:
            yield _unclosed(stack.pop())
        stack.pop()
    else:
        opened = stack.pop()
        place = opened.row.at("type").place
        yield finding("end_mismatched", cell, row, name=opened.name, place=place, kind=opened.kind)


def _unclosed(element: Element) -> Finding:
    cell = element.row.at("type")
    return finding("begin_unmatched", cell, element.row, name=element.name, kind=element.kind)


def _empty(survey: Survey) -> Iterator[Finding]:
    unclosed = {one.row for one in survey.findings if one.code in ("begin_unmatched", "end_mismatched")}
    for one in survey.elements:
        if one.kind != "question" and not one.children and one.row.number not in unclosed:
            yield finding("empty_group", one.row.at("name"), one.row, name=one.name)


def _element(row: Row, cell: Cell, kind: Kind, survey: Survey, is_known: bool) -> Element:
    """The element of a row; a type nobody knows is told, and counts as the one that was probably meant."""
    text = cell.text
    if kind != "question":
        return Element(row, kind, kind)
    match = vocabulary.RE_SELECT.search(text)
    if match:
        return Element(
            row, kind, match["select_command"], match["list_name"], match["specify_other"] is not None
        )
    if text in vocabulary.TYPES or is_known or vocabulary.RE_OSM.match(text):
        return Element(row, kind, text)
    if text in vocabulary.SELECTS:
        survey.findings.append(finding("list_not_named", cell, row))
        return Element(row, kind, text)
    guess, rest = _guess(text)
    survey.findings.append(finding("type_unknown", cell, row, **meant(" ".join((guess, rest)).strip())))
    return Element(row, kind, guess or "text", rest.split()[0] if rest else "")


def _guess(text: str) -> tuple[str, str]:
    """The type that was probably meant, and the list written behind it; "" and "" when nothing is near."""
    words = text.replace("-", "_").split()
    for count in (2, 1):
        head, rest = "_".join(words[:count]), words[count:]
        near = vocabulary.closest(head, vocabulary.SELECTS, cutoff=0.8)
        if near and rest:
            return near, " ".join(rest[:1] + (["or_other"] if len(rest) > 1 and "other" in rest[-1] else []))
    near = vocabulary.closest(text, vocabulary.COMMON_TYPES, cutoff=0.7)
    return (near, "") if near else (OFTEN_MEANT.get(text.lower(), ""), "")


OFTEN_MEANT = {
    "number": "integer", "numeric": "integer", "int64": "integer", "float": "decimal", "picture": "image",
    "photograph": "image", "gps point": "geopoint", "coordinates": "geopoint", "checkbox": "acknowledge",
    "section": "begin_group", "phone": "phonenumber", "calculation": "calculate", "computed": "calculate",
    "số": "integer", "chữ": "text", "ngày": "date", "ảnh": "image", "ghi chú": "note",
}  # fmt: skip
