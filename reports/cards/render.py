"""Cards as HTML and as PDF."""

from pathlib import Path

from reports import fonts, language
from reports import pdf as paper
from reports.cards.model import QR_MM, QUIET_MODULES, Card, Deck, symbol
from reports.render import environment

BESIDE_LETTERS = (100, 160)
"""Letters of name and units together that fit beside the code in usual and in smaller type."""
PIXELS = 4
"""Of the picture for one square of the code: printers and viewers then keep its edges sharp."""
UNITS_SHOWN = 3
NAME_LETTERS = (22, 44, 66)
"""Letters of a name that fit in large, medium and small type; a longer one is set tiny."""


def html(deck: Deck) -> str:
    """The whole document: for each commune a list with room for signatures, then its cards, two by two."""
    template = environment("vi").get_template("cards.html")
    return template.render(deck=deck, picture=picture, size=size, density=density, units=units, phone=phone)


def pdf(deck: Deck, font_folder: str = "") -> bytes:
    """The cards as a tagged PDF, one commune after the other, each beginning on a page of its own.

    Raises fonts.FontProblem and pdf.RenderProblem, as a report does.
    """
    stylesheet = (Path(paper.TEMPLATES) / "cards.css").read_text(encoding="utf-8")
    return paper.render(html(deck), f"{stylesheet}\n.qr {{ width: {QR_MM}mm; }}", fonts.find(font_folder))


def picture(card: Card) -> str:
    """The QR code as the address of a picture. As a drawing it would take a quarter of a second a card."""
    return symbol(card.code).png_data_uri(border=QUIET_MODULES, scale=PIXELS)


def size(name: str) -> str:
    """How a name is set, so that the longest still fits."""
    return ("large", "medium", "small", "tiny")[sum(len(name) > letters for letters in NAME_LETTERS)]


def density(card: Card) -> str:
    """How all that stands beside the code is set, so that it fits."""
    letters = len(card.name) + sum(map(len, units(card)))
    return ("roomy", "close", "dense")[sum(letters > most for most in BESIDE_LETTERS)]


def units(card: Card) -> list[str]:
    """The lines that say which units a tablet is for; more than fit are counted."""
    if len(card.units) <= UNITS_SHOWN:
        return list(card.units)
    rest = language.padded(len(card.units) - UNITS_SHOWN + 1)
    return [*card.units[: UNITS_SHOWN - 1], f"và {rest} đơn vị khác"]


def phone(text: str) -> str:
    """A telephone number in groups, as it is read aloud: 0912 345 678."""
    return f"{text[:4]} {text[4:7]} {text[7:]}" if text.isdigit() and len(text) == 10 else text
