"""Finds everything that is wrong with a form's workbook, in one pass, each thing once and in its cell."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..errors import Finding
from . import book as books
from . import choices, columns, cycles, expressions, files, names, questions, settings, sheets, survey
from .settings import Published, version_taken

__all__ = ["Published", "check", "gather", "in_order", "version_taken"]

MANY = 4
"""Cells that call the same missing question, from which on they count as one mistake."""
SHOWN = 8


def check(
    workbook: bytes,
    *,
    attached: Mapping[str, bytes] | None = None,
    entity_lists: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Every error and warning of a workbook that is harmless (`forms.gate`), by sheet, row and column.

    attached: name → content of the files at hand, b"" where only the name is known; None: not asked. entity_lists:
    lists whose files the server makes.
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
        *settings.check(book),
    ]
    if attached is not None:
        found += files.check(book, tree, written, attached, entity_lists)
    return in_order(found, tuple(book.sheets))


def gather(found: Collection[Finding]) -> tuple[Finding, ...]:
    """One finding for a question that is called in many cells and is not there: its name was changed, once."""
    cells: dict[str, list[Finding]] = {}
    for one in found:
        if one.code == "reference_unknown":
            cells.setdefault(one.vi, []).append(one)
    many = {vi: ones for vi, ones in cells.items() if len(ones) >= MANY}
    kept = []
    for one in found:
        ones = many.get(one.vi, [one])
        if ones[0] is one:
            kept.append(_with_others(one, ones[1:]))
    return tuple(kept)


def _with_others(one: Finding, others: Collection[Finding]) -> Finding:
    if not others:
        return one
    places = ", ".join(f"{other.sheet}!{other.cell}" for other in [*others][:SHOWN])
    more = ", …" if len(others) > SHOWN else ""
    vi = f"{one.vi} Còn gọi ở {len(others)} ô khác: {places}{more}; có lẽ câu hỏi đã bị đổi tên hay xóa."
    en = f"{one.en} Also in {len(others)} other cells: {places}{more}; the question was probably renamed or deleted."
    return replace(one, vi=vi, en=en)


def in_order(found: Collection[Finding], sheet_names: Collection[str] = ()) -> tuple[Finding, ...]:
    """Findings by sheet (in the order of the workbook), row and column; those without a place first; each once."""
    order = {name: number for number, name in enumerate(sheet_names)}

    def place(one: Finding) -> tuple[int, int, int, str]:
        letters = "".join(sign for sign in one.cell or "" if sign.isalpha())
        sheet = order.get((one.sheet or "").lower(), -1)
        return sheet, one.row or 0, len(letters), letters

    unique = {(one.code, one.sheet, one.cell, one.vi): one for one in found}
    return tuple(sorted(unique.values(), key=place))
