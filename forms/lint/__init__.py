"""Finds everything that is wrong with a form's workbook, in one pass, each thing once and in its cell."""

from collections.abc import Collection, Mapping

from ..errors import Finding
from . import book as books
from . import choices, columns, cycles, expressions, files, names, questions, settings, sheets, survey
from .settings import Published

__all__ = ["Published", "check", "in_order"]


def check(
    workbook: bytes,
    *,
    attached: Mapping[str, bytes] | None = None,
    entity_lists: Collection[str] = (),
    published: Published | None = None,
) -> tuple[Finding, ...]:
    """Every error and warning of a workbook that is harmless (`forms.xlsform.gate`), by sheet, row and column.

    attached: name → content of the files at hand; None: not asked. entity_lists: lists whose files the server makes.
    published: what stands published of this form, when this text is another.
    Source: https://xlsform.org/en/ref-table/
    """
    book = books.read(workbook)
    if "survey" not in book.sheets:
        return in_order([*sheets.check(book)], tuple(book.sheets))
    tree = survey.read(book)
    lists = choices.read(book)
    written = expressions.read(tree)
    tables = files.columns_of(attached or {})
    found = [
        *sheets.check(book),
        *columns.check(book),
        *questions.check(book, tree, lists),
        *names.check(tree),
        *choices.check(book, tree, lists),
        *expressions.check(book, tree, lists, written, tables),
        *cycles.check(tree, written),
        *settings.check(book, published),
    ]
    if attached is not None:
        found += files.check(book, tree, written, attached, entity_lists)
    return in_order(found, tuple(book.sheets))


def in_order(found: Collection[Finding], sheet_names: Collection[str] = ()) -> tuple[Finding, ...]:
    """Findings by sheet (in the order of the workbook), row and column; those without a place first; each once."""
    order = {name: number for number, name in enumerate(sheet_names)}

    def place(one: Finding) -> tuple[int, int, int, str]:
        letters = "".join(sign for sign in one.cell or "" if sign.isalpha())
        sheet = order.get((one.sheet or "").lower(), -1)
        return sheet, one.row or 0, len(letters), letters

    unique = {(one.code, one.sheet, one.cell, one.vi): one for one in found}
    return tuple(sorted(unique.values(), key=place))
