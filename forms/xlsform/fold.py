"""Says each thing once: what several checkers found in one place becomes one finding."""

from collections.abc import Iterable
from dataclasses import replace

from ..errors import Finding

SAME = {
    "cycle": ("cycle",),
    "translation_missing": (
        "translation_missing",
        "language_misspelled",
        "language_mixed",
        "default_language_unknown",
    ),
    "language_code": ("language_code", "language_misspelled", "language_mixed"),
}
"""Findings without a cell that mean what another one, with a cell, says better."""


def fold(found: Iterable[Finding], more: Iterable[Finding]) -> list[Finding]:
    """The findings, with those that say something new.

    An error in a row that has one already follows from it, or is the same: its words become the detail of that one.
    """
    result = list(found)
    for one in more:
        at = next((number for number, known in enumerate(result) if _is_same(known, one)), None)
        if at is None:
            result.append(one)
        elif not result[at].detail:
            result[at] = replace(result[at], detail=one.detail)
    return result


def _is_same(known: Finding, one: Finding) -> bool:
    if one.row is None or one.code == "cycle":
        return known.code in SAME.get(one.code, (one.code,))
    if (known.sheet, known.row) != (one.sheet, one.row):
        return False
    if known.code == one.code:
        return known.cell == one.cell or one.cell is None
    return known.severity == "error" and (one.severity == "error" or known.cell == one.cell)
