"""Each figure of the province report traced to the clubs it was made from, as its reader may see them."""

from reports.figures.behind import Behind, behind
from reports.figures.build import NoSuchFigure, Sources, figure, sources
from reports.figures.masks import for_public
from reports.figures.model import Asked, Figure, Line, UnitLine

__all__ = [
    "Asked",
    "Behind",
    "Figure",
    "Line",
    "NoSuchFigure",
    "Sources",
    "UnitLine",
    "behind",
    "figure",
    "for_public",
    "sources",
]
