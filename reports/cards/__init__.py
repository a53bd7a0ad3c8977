"""Cards that set tablets up, on paper: a sheet for each commune, with a list for whoever hands them out."""

from reports.cards.model import Card, CardProblem, Commune, Deck, deck
from reports.cards.render import html, pdf

__all__ = ["Card", "CardProblem", "Commune", "Deck", "deck", "html", "pdf"]
