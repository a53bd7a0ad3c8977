"""Makes findings: a code and a cell become sentences in both languages."""

import re
import unicodedata
from collections.abc import Collection
from typing import Any

from ..errors import Finding
from .book import Cell, Row
from .words import SENTENCES

NAME_CHARACTERS = 32
SHOWN = 80
"""Characters of a cell that a sentence repeats."""


def finding(code: str, cell: Cell, row: Row | None = None, **words: Any) -> Finding:
    """What is wrong with a cell. row: of the survey, where the name of its question stands."""
    severity, vi, en = SENTENCES[code]
    said = {"value": _short(cell.text or cell.raw), "sheet": cell.sheet, **words}
    return Finding(
        code,
        severity,
        cell.sheet,
        cell.place,
        cell.row,
        cell.text or cell.raw or None,
        (row.text("name") or None) if row is not None and cell.sheet.lower() == "survey" else None,
        vi.format(**said),
        en.format(**said),
    )


def meant(word: str | None) -> dict[str, str]:
    """The words “did you mean”, for sentences with {meant_vi} and {meant_en}; nothing without a word."""
    return {
        "meant_vi": f" (có phải “{word}”?)" if word else "",
        "meant_en": f" (did you mean “{word}”?)" if word else "",
    }


def plain(text: str, taken: Collection[str] = ()) -> str:
    """A name made of a text: no marks, no spaces, lower case, not beginning with a digit, and not taken yet."""
    name = plain_code(text)
    name = f"q_{name}" if name[0].isdigit() else name
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def plain_code(text: str) -> str:
    """A choice's name made of a text: no marks, no spaces, lower case."""
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(sign for sign in folded if not unicodedata.combining(sign))
    name = re.sub(r"[^A-Za-z0-9_.-]+", "_", letters).strip("_.-").lower()
    return name[:NAME_CHARACTERS].rstrip("_") or "q"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
