"""What stands on the cards, and in which order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby

import segno

from reports import language

QR_MM = 50
"""Width of the printed code with its quiet zone."""
QUIET_MODULES = 4
MODULE_MM = 0.4
"""The smallest square that cheap cameras still tell apart on plain paper."""


class CardProblem(Exception):
    """A card that could not be used as printed; says which and why."""


@dataclass(frozen=True, slots=True)
class Card:
    """One enumerator's card.

    number: of the tablet on the server. project: as the tablet shows it, with its color (#RRGGBB).
    commune: what the card is sorted under. units: what the tablet sees, one line each. phone: as it is written; "" when
    not known. code: the text of the QR code, as secret as a password.
    """

    number: int
    name: str
    project: str
    color: str
    commune: str
    units: tuple[str, ...]
    phone: str
    code: str


@dataclass(frozen=True, slots=True)
class Commune:
    """The cards that are handed out in one place, by name."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Deck:
    """All cards of one print. hotline: whom to call; "" leaves a line to write it on."""

    programme: str
    hotline: str
    made_on: date
    communes: tuple[Commune, ...]


def deck(programme: str, hotline: str, made_on: date, cards: Iterable[Card]) -> Deck:
    """The cards by commune and by name, both in the order of the Vietnamese alphabet.

    Raises CardProblem for a code too long to be scanned from paper.
    """
    ordered = sorted(cards, key=lambda card: (language.text_key(card.commune), card.commune, *_person(card)))
    for card in ordered:
        if (size := module_mm(card.code)) < MODULE_MM:
            raise CardProblem(
                f"Mã QR của thẻ số {card.number} quá dày ({size:.2f} mm một ô). / "
                f"The QR code of card {card.number} is too dense ({size:.2f} mm a module)."
            )
    communes = (Commune(name, tuple(held)) for name, held in groupby(ordered, key=lambda card: card.commune))
    return Deck(programme, hotline, made_on, tuple(communes))


def module_mm(code: str) -> float:
    """Width of one square of the printed code."""
    return QR_MM / symbol(code).symbol_size(border=QUIET_MODULES)[0]


@lru_cache(maxsize=1024)
def symbol(code: str) -> segno.QRCode:
    """The QR code of a text: as much error correction as its size has room for."""
    return segno.make_qr(code, error="l")


def _person(card: Card) -> tuple[object, int]:
    return language.name_key(card.name), card.number
