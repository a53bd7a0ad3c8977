"""Expressions: what they call, what they refer to, and whether they can be true at all."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyxform.utils import default_is_dynamic

from ..errors import Finding
from . import vocabulary, xpath
from .book import Book, Cell, Row
from .choices import Lists
from .questions import YES_NO
from .say import finding, meant, plain
from .survey import Element, Survey

GIVEN = frozenset(("instanceID", "instanceName", "audit"))
CALLED = re.compile(r"\$\{?(?P<inside>[^}]*)\}|\$\{[^}]*$|\{\$(?P<swapped>[^}]*)\}")
CURLY = re.compile("[\u2018\u2019\u201c\u201d]")
ODD = 2
LAST_SAVED = "__last-saved"


@dataclass(frozen=True, slots=True)
class Written:
    """An expression of the survey: in which column and cell, of which element, and what it holds."""

    element: Element
    column: str
    cell: Cell
    found: xpath.Expression


def read(survey: Survey) -> list[Written]:
    """All expressions of the survey, row by row."""
    return [
        Written(one, column, cell, xpath.read(cell.text))
        for one in survey.elements
        for column, cell in _cells(one)
        if not _called_wrongly(cell)
    ]


def _cells(one: Element) -> Iterator[tuple[str, Cell]]:
    for column in vocabulary.EXPRESSIONS:
        cell = one.row.get(column)
        is_yes_no = column in ("required", "read_only", "relevant", "constraint", "calculation")
        if cell is not None and not (is_yes_no and cell.text.lower() in YES_NO):
            yield column, cell
    cell = one.row.get("default")
    if cell is not None and not _called_wrongly(cell) and default_is_dynamic(cell.text, one.type):
        yield "default", cell


def check(
    book: Book, survey: Survey, lists: Lists, written: list[Written], columns: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Everything about expressions and references. columns: of the attached .csv files, by file name."""
    names = survey.by_name
    for name in ("survey", "choices", "settings", "entities"):
        for row in book.sheet(name).rows:
            yield from _references(row, survey, names)
    sources = _sources(survey, lists)
    for one in written:
        faults = [*_faults(one)]
        yield from faults
        if not faults:
            yield from _calls(one)
            yield from _instances(one, sources)
            yield from _names(one, names, lists, columns)
            yield from _compared(one, names, lists)
            yield from _from_outside(one, names)
    yield from _elsewhere(book)


def _called_wrongly(cell: Cell) -> bool:
    return any(
        not xpath.REFERENCE.fullmatch(match[0]) for match in CALLED.finditer(cell.text) if "${" in match[0]
    )


def _references(row: Row, survey: Survey, names: Mapping[str, list[Element]]) -> Iterator[Finding]:
    """References in any cell of a row that are badly written, or lead nowhere, or to several questions; each once."""
    for column, cell in row.cells.items():
        if column.base in ("name", "list_name") or ("$" not in cell.text):
            continue
        told: set[str] = set()
        for match in CALLED.finditer(cell.text):
            word = match[0]
            is_meant = "${" in word or (column.base in vocabulary.EXPRESSIONS and "{" in word)
            if word in told or not is_meant:
                continue
            told.add(word)
            yield from _reference(word, cell, row, survey, names)


def _reference(
    word: str, cell: Cell, row: Row, survey: Survey, names: Mapping[str, list[Element]]
) -> Iterator[Finding]:
    match = xpath.REFERENCE.fullmatch(word)
    if match is None:
        inside = re.sub(r"[${}]", "", word).strip()
        near = inside if inside in names else vocabulary.closest(inside, names, cutoff=0.6)
        yield finding("reference_syntax", cell, row, word=word, meant=f"${{{near or plain(inside or 'q1')}}}")
        return
    name = match["name"]
    places = [one.row.at("name").place for one in names.get(name, ())]
    if not places and name not in GIVEN:
        yield finding("reference_unknown", cell, row, word=name, **meant(vocabulary.closest(name, names)))
    elif len(places) > 1 and len({one.parent for one in names[name]}) == len(places):
        yield finding("reference_ambiguous", cell, row, word=name, places=", ".join(places))


def _faults(one: Written) -> Iterator[Finding]:
    for code, words in one.found.faults:
        is_curly = code in ("quote_open", "expression") and CURLY.search(one.cell.raw)
        said = {} if is_curly else words
        yield finding("quotes_curly" if is_curly else code, one.cell, one.element.row, **said)


def _calls(one: Written) -> Iterator[Finding]:
    """Functions that ODK does not have, or that are given too much or too little; each once a cell."""
    told: set[str] = set()
    for call in one.found.calls:
        if call.name in told or call.name in vocabulary.NODE_TESTS:
            continue
        bounds = vocabulary.FUNCTIONS.get(call.name)
        count = len(call.arguments)
        if bounds is None and (":" not in call.name or call.name.startswith("jr:")):
            told.add(call.name)
            near = vocabulary.INSTEAD.get(call.name.lower()) or vocabulary.closest(
                call.name, vocabulary.FUNCTIONS
            )
            words = meant(f"{near}()" if near else None)
            yield finding("function_unknown", one.cell, one.element.row, word=call.name, **words)
        elif bounds is not None and not _is_within(call.name, count, bounds):
            told.add(call.name)
            needed = _needed(*bounds)
            yield finding(
                "function_arguments", one.cell, one.element.row, word=call.name, count=count, **needed
            )


def _is_within(name: str, count: int, bounds: tuple[int, int | None]) -> bool:
    least, most = bounds
    is_odd = name != "indexed-repeat" or count % ODD == 1
    return least <= count and (most is None or count <= most) and is_odd


def _needed(least: int, most: int | None) -> dict[str, str]:
    if most is None:
        return {"needed_vi": f"ít nhất {least}", "needed_en": f"at least {least} arguments"}
    if least == most:
        return {
            "needed_vi": f"đúng {least}",
            "needed_en": f"exactly {least} argument{'' if least == 1 else 's'}",
        }
    return {"needed_vi": f"từ {least} đến {most}", "needed_en": f"{least} to {most} arguments"}


def _sources(survey: Survey, lists: Lists) -> set[str]:
    """What instance() may name: choice lists, files, and the last submission."""
    files = {one.list_name.rpartition(".")[0] for one in survey.questions() if one.is_from_file}
    files |= {one.name for one in survey.questions() if one.type in ("csv-external", "xml-external")}
    return {*lists.choices, *files, LAST_SAVED}


def _instances(one: Written, sources: set[str]) -> Iterator[Finding]:
    for call in one.found.calls:
        first = call.arguments[0] if call.name == "instance" and call.arguments else ()
        if len(first) == 1 and first[0].kind == "text" and first[0].text[1:-1] not in sources:
            word = first[0].text[1:-1]
            near = meant(vocabulary.closest(word, sources - {LAST_SAVED}))
            yield finding("instance_unknown", one.cell, one.element.row, word=word, **near)


def _names(
    one: Written, names: Mapping[str, list[Element]], lists: Lists, columns: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    """Words that are neither quoted nor references. In a choice filter they are columns of the list."""
    row = one.element.row
    if one.column == "choice_filter":
        known = _columns(one.element, lists, columns)
        for word in dict.fromkeys(one.found.names) if known is not None else ():
            if word not in (known or ()):
                yield _no_column(one, word, known or frozenset())
        return
    for word in dict.fromkeys(one.found.names):
        if word in names:
            yield finding("reference_missing", one.cell, row, word=word)
        elif one.column not in ("required", "read_only") or not re.fullmatch(xpath.NAME, one.cell.text):
            yield finding("name_unknown", one.cell, row, word=word)


def _columns(element: Element, lists: Lists, columns: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """The columns a choice filter may name; None when they are not known here."""
    if element.list_name.startswith("${") or not element.list_name or "external" in element.type:
        return None
    return columns.get(element.list_name) if element.is_from_file else lists.columns


def _no_column(one: Written, word: str, known: frozenset[str]) -> Finding:
    where = one.element.list_name if one.element.is_from_file else "choices"
    where_vi = f"tệp “{where}”" if one.element.is_from_file else "trang “choices”"
    where_en = f"the file “{where}”" if one.element.is_from_file else "the sheet “choices”"
    near = meant(vocabulary.closest(word, known))
    words = {"word": word, "where_vi": where_vi, "where_en": where_en, **near}
    return finding("filter_column_unknown", one.cell, one.element.row, **words)


def _compared(one: Written, names: Mapping[str, list[Element]], lists: Lists) -> Iterator[Finding]:
    """Comparisons of a choice with a name that its list does not have."""
    for compared in dict.fromkeys(one.found.comparisons):
        for asked in names.get(compared.question, ())[:1]:
            known = lists.choices.get(asked.list_name, {})
            is_open = asked.is_from_file or "search(" in asked.row.text("appearance") or not asked.is_select
            if is_open or not known or not compared.word or compared.word in known:
                continue
            if asked.or_other and compared.word == "other":
                continue
            near = _choice_meant(compared.word, known)
            words = {"word": compared.word, "list": asked.list_name, "question": asked.name, **meant(near)}
            yield finding("choice_value_unknown", one.cell, one.element.row, **words)


def _choice_meant(word: str, known: Mapping[str, Row]) -> str | None:
    """The name that was meant; a condition often holds the label."""
    by_label = {cell.text.lower(): name for name, row in known.items() for _, cell in row.all("label")}
    return by_label.get(word.lower()) or vocabulary.closest(word, known)


def _from_outside(one: Written, names: Mapping[str, list[Element]]) -> Iterator[Finding]:
    """References into a repeat from outside it, where only the first answer would count."""
    around = {one.element, *one.element.above}
    told: set[str] = set()
    for reference in one.found.references:
        asked = next(iter(names.get(reference.name, ())), None)
        repeat = asked.repeat if asked is not None else None
        is_whole = (
            reference.is_indexed or vocabulary.NODESETS & {*reference.within} or "[" in reference.within
        )
        if repeat is None or repeat in around or repeat is asked or is_whole or reference.name in told:
            continue
        told.add(reference.name)
        words = {"word": reference.name, "repeat": repeat.name}
        yield finding("reference_into_repeat", one.cell, one.element.row, **words)


def _elsewhere(book: Book) -> Iterator[Finding]:
    """Expressions of the sheets settings and entities: whether they are well formed, and call what there is."""
    cells = [(row, row.get("instance_name")) for row in book.sheet("settings").rows[:1]]
    for row in book.sheet("entities").rows:
        cells += [(row, row.get(base)) for base in ("entity_id", "create_if", "update_if", "label")]
    for row, cell in cells:
        if cell is not None and not _called_wrongly(cell) and cell.text.lower() not in YES_NO:
            one = Written(Element(row, "question", ""), "", cell, xpath.read(cell.text))
            faults = [*_faults(one)]
            yield from faults or _calls(one)
