"""A printed page measured: what stands where, in which size and style, read from the PDF and not from its CSS."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfplumber.page import Page

POINTS_A_MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 30, 15, 20, 20
"""Margins in mm that the sheet chooses within what the decree allows."""
TEXT_WIDTH = 210 - LEFT - RIGHT


@dataclass(frozen=True)
class Text:
    """One line of text. Positions in mm from the left and the top edge, size in points."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    is_bold: bool
    is_italic: bool

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def style(self) -> tuple[float, str]:
        """Size and bold, italic, bold italic or upright."""
        names = {(True, True): "bold italic", (True, False): "bold", (False, True): "italic"}
        return self.size, names.get((self.is_bold, self.is_italic), "upright")


@dataclass(frozen=True)
class Rule:
    """A drawn horizontal line, in mm."""

    left: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@contextmanager
def opened(pdf: bytes) -> Iterator[list[Page]]:
    """The pages of a PDF."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        yield document.pages


def find(page: Page, text: str) -> Text:
    """The one place where a text of one line stands on a page; fails when it is not there or there twice."""
    found = page.search(text, regex=False)
    assert len(found) == 1, (text, len(found))
    return _text(found[0])


def holds(page: Page, text: str) -> bool:
    """Whether a text of one line stands on a page."""
    return bool(page.search(text, regex=False))


def lines(page: Page) -> list[Text]:
    """The lines of a page from the top; what stands at one height in two columns is one line."""
    return [_text(found) for found in page.extract_text_lines(return_chars=True)]


def rules(page: Page) -> list[Rule]:
    """Thin horizontal lines from the top, those of tables left out."""
    thin = [rect for rect in page.rects if rect["height"] < 1.5 and rect["width"] > 5]
    drawn = {(round(r["x0"], 1), round(r["x1"], 1), round(r["top"], 1)) for r in thin}
    return [Rule(*(value / POINTS_A_MM for value in one)) for one in sorted(drawn, key=lambda one: one[2])]


def rule_below(page: Page, text: Text) -> Rule:
    """The first rule within 4 mm below the middle of a line."""
    return next(
        rule
        for rule in rules(page)
        if 0 <= rule.top - text.bottom < 4 and rule.left < text.centre < rule.right
    )


def _text(found: dict[str, Any]) -> Text:
    letters = [char for char in found["chars"] if char["text"].strip()]
    sizes = {round(char["size"], 1) for char in letters}
    names = {char["fontname"].split("+")[1] for char in letters}
    return Text(
        found["text"],
        letters[0]["x0"] / POINTS_A_MM,
        max(char["x1"] for char in letters) / POINTS_A_MM,
        min(char["top"] for char in letters) / POINTS_A_MM,
        max(char["bottom"] for char in letters) / POINTS_A_MM,
        max(sizes) if len(sizes) == 1 else 0,
        all("Bold" in name for name in names),
        all("Italic" in name for name in names),
    )
