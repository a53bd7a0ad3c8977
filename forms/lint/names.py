"""Names of questions, groups and repeats: columns of every table later on."""

from collections.abc import Iterator

from pyxform.parsing.expression import is_xml_tag

from ..errors import Finding
from . import vocabulary
from .book import nfc
from .say import finding, plain
from .survey import Element, Survey

LONGEST = 64
ROOT = "data"
NAMELESS = ("audit", "note")


def check(survey: Survey) -> Iterator[Finding]:
    """Names that are missing, not allowed, not wise, or used twice where they must differ."""
    taken = set(survey.by_name)
    scopes: dict[Element | None, list[Element]] = {}
    for one in survey.elements:
        if one.type in vocabulary.SETTING_TYPES:
            continue  # Its name is the setting's value.
        if one.name:
            yield from _name(one, taken)
            scopes.setdefault(one.parent, []).append(one)
        elif one.type not in NAMELESS:
            label = one.row.text("label") or one.list_name or one.type
            yield finding("name_missing", one.row.at("name"), one.row, meant=plain(label, taken))
    for members in scopes.values():
        yield from _twice(members, taken)
    yield from _repeats(survey)


def _name(one: Element, taken: set[str]) -> Iterator[Finding]:
    cell = one.row.at("name")
    name = nfc(one.name)
    if not is_xml_tag(name):
        yield finding("name_characters", cell, one.row, meant=plain(name, taken))
    elif name == "meta" and one.kind == "question":
        yield finding("name_meta", cell, one.row)
    elif not name.isascii():
        yield finding("name_marks", cell, one.row, meant=plain(name, taken))
    elif len(name) > LONGEST:
        yield finding("name_long", cell, one.row, length=len(name), limit=LONGEST)


def _twice(members: list[Element], taken: set[str]) -> Iterator[Finding]:
    """Names that two elements of the same group share."""
    exact: dict[str, Element] = {}
    lowered: dict[str, Element] = {}
    for one in members:
        first, alike = exact.setdefault(one.name, one), lowered.setdefault(one.name.lower(), one)
        cell = one.row.at("name")
        if first is not one:
            place = first.row.at("name").place
            yield finding("name_duplicate", cell, one.row, place=place, meant=plain(one.name, taken))
        elif alike is not one:
            yield finding("name_case", cell, one.row, other=alike.name, place=alike.row.at("name").place)


def _repeats(survey: Survey) -> Iterator[Finding]:
    """Names that two repeats share, wherever they stand; those in the same group are told already."""
    seen: dict[str, Element] = {}
    for one in survey.elements:
        if one.kind != "repeat" or not one.name:
            continue
        first = seen.setdefault(one.name, one)
        cell = one.row.at("name")
        if one.name == ROOT:
            yield finding("repeat_name_root", cell, one.row)
        elif first is not one and first.parent is not one.parent:
            yield finding("repeat_name_duplicate", cell, one.row, place=first.row.at("name").place)
