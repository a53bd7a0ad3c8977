"""Headers: columns that are missing, misspelled, twice there, or in a language written two ways."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from ..errors import Finding
from . import vocabulary
from .book import Book, Cell, Column, Sheet
from .say import finding, plain_code

REQUIRED = {"survey": ("type", "name"), "choices": ("list_name", "name"), "entities": ("list_name",)}
CODE = re.compile(r"\([a-z]{2,3}(-[A-Za-z0-9]+)*\)$")
SAME_NAME = 0.85
COUNTED = ("survey", "choices")
FOR_MEDIA = frozenset((*vocabulary.MEDIA, "guidance_hint"))


def check(book: Book) -> Iterator[Finding]:
    """Everything about the headers of all sheets."""
    for name in vocabulary.SHEETS:
        sheet = book.sheet(name)
        if sheet.columns:
            yield from _missing(name, sheet)
            yield from _unknown(name, sheet)
            yield from _twice(sheet)
        if name in ("survey", "entities"):
            yield from _not_translated(sheet)
    yield from _languages(book)
    yield from _translations(book)


def languages(book: Book) -> list[str]:
    """The languages of a workbook, the one most columns have first."""
    counts: dict[str, int] = {}
    for name in COUNTED:
        for column in book.sheet(name).columns:
            if column.language and column.base in vocabulary.TRANSLATED:
                counts[column.language] = counts.get(column.language, 0) + 1
    return sorted(counts, key=lambda language: -counts[language])


def _missing(name: str, sheet: Sheet) -> Iterator[Finding]:
    if not sheet.rows and name != "survey":
        return
    misspelled = {_meant(name, sheet, column) for column in sheet.columns if not column.is_known}
    for base in REQUIRED.get(name, ()):
        if not sheet.has(base) and base not in misspelled:
            yield finding("column_missing", sheet.header(base), column=base)


def _meant(name: str, sheet: Sheet, column: Column) -> str | None:
    """The column that a header nobody knows was meant for; one that is there already it is not."""
    absent = [one for one in vocabulary.MAIN.get(name, ()) if not sheet.has(one)]
    return vocabulary.closest(column.base, absent, cutoff=0.8)


def _unknown(name: str, sheet: Sheet) -> Iterator[Finding]:
    absent = [base for base in REQUIRED.get(name, ()) if not sheet.has(base)]
    for column in sheet.columns:
        if not column.is_known and not column.base.startswith(("_", "#")):
            meant = _meant(name, sheet, column)
            yield (
                finding("column_misspelled", column.header, meant=meant)
                if meant
                else finding("column_unknown", column.header)
            )
        elif name == "choices" and absent and column.base not in ("name", "list_name", "label"):
            meant = vocabulary.closest(column.base, absent)
            if meant:
                yield finding("column_misspelled", column.header, meant=meant)


def _twice(sheet: Sheet) -> Iterator[Finding]:
    seen: dict[tuple[str, str | None], Column] = {}
    for column in sheet.columns:
        other = seen.setdefault((column.base, column.language), column)
        if other is not column:
            yield finding("header_twice", column.header, other=other.header.text, place=other.header.place)


def _not_translated(sheet: Sheet) -> Iterator[Finding]:
    """Languages at columns that are the same for all, such as relevant::vi."""
    for column in sheet.columns:
        if column.language and column.is_known and column.base not in vocabulary.TRANSLATED:
            yield finding("language_not_taken", column.header, language=column.language, meant=column.base)


def _languages(book: Book) -> Iterator[Finding]:
    known = languages(book)
    told: set[str] = set()
    main: list[str] = []
    for language in known:
        if _same_language(language, main) is None:
            main.append(language)
    for name in COUNTED:
        sheet = book.sheet(name)
        for column in sheet.columns:
            if column.base not in vocabulary.TRANSLATED:
                continue
            if column.language is None:
                yield from _mixed(book, sheet, column, main)
            elif column.language not in main:
                near = _same_language(column.language, main)
                yield finding("language_misspelled", column.header, language=column.language, meant=near)
            elif not CODE.search(column.language) and column.language not in told:
                told.add(column.language)
                yield finding("language_code", column.header, language=column.language)
    yield from _default_unknown(book, main)


def _same_language(language: str, others: Iterable[str]) -> str | None:
    """The one that this is another spelling of: the same code, or nearly the same name and not two codes."""
    name, code = _name_and_code(language)
    for other in others:
        other_name, other_code = _name_and_code(other)
        if code and other_code:
            if code == other_code:
                return other
        elif SequenceMatcher(None, name, other_name, autojunk=False).ratio() >= SAME_NAME:
            return other
    return None


def _name_and_code(language: str) -> tuple[str, str]:
    """Its name without marks in lower case, and its code, "" without: “Tiếng Việt (vi)” → tieng_viet, vi."""
    found = CODE.search(language)
    return plain_code(language[: found.start()] if found else language), found[0].lower() if found else ""


def _mixed(book: Book, sheet: Sheet, column: Column, main: list[str]) -> Iterator[Finding]:
    """A label without language beside labels with one. Pictures and sounds may well be the same for all."""
    others = [one for one in sheet.columns if one.base == column.base and one.language]
    if others and column.base not in FOR_MEDIA:
        has = {one.language for one in others}
        default = _default(book)
        free = [
            language
            for language in (default.text if default else "", *main)
            if language and language not in has
        ]
        meant = f"{column.base}::{free[0] if free else main[0]}"
        yield finding("language_mixed", column.header, other=others[0].header.text, meant=meant)


def _default(book: Book) -> Cell | None:
    row = next(iter(book.sheet("settings").rows), None)
    return row.get("default_language") if row else None


def _default_unknown(book: Book, main: list[str]) -> Iterator[Finding]:
    """A default language that no column has; columns without a language are in the default one."""
    cell = _default(book)
    is_mixed = any(
        one.base in vocabulary.TRANSLATED and not one.language for one in book.sheet("survey").columns
    )
    if cell is not None and main and cell.text not in main and not is_mixed:
        yield finding("default_language_unknown", cell, languages=", ".join(f"“{one}”" for one in main))


def _translations(book: Book) -> Iterator[Finding]:
    """Columns that a language lacks, and cells that are blank in one language only."""
    known = languages(book)
    for name in COUNTED:
        sheet = book.sheet(name)
        for base in vocabulary.TRANSLATED - FOR_MEDIA:
            of_base = {
                one.language: one for one in sheet.columns if one.base == base and one.language is not None
            }
            if not of_base:
                continue
            lacking = [one for one in known if one not in of_base and not _same_language(one, of_base)]
            for language in lacking:
                header = next(iter(of_base.values())).header
                yield finding("translation_missing", header, column=base, language=language)
            if None not in {one.language for one in sheet.columns if one.base == base}:
                yield from _blanks(sheet, base, of_base)


def _blanks(sheet: Sheet, base: str, of_base: dict[str, Column]) -> Iterator[Finding]:
    for row in sheet.rows:
        filled = {column.language for column, _ in row.all(base)}
        if not filled:
            continue
        for language, column in of_base.items():
            if language not in filled:
                cell = column.header
                at = type(cell)(sheet.name, row.number, cell.column, "", "")
                yield finding("translation_blank", at, row, column=base, language=language)
