"""The report of the country: what it prints (model), and how that is computed from clubs added up (build)."""

from reports.nation.build import SHADES, Known, build, needed
from reports.nation.model import Counted, NationReport, Stretch
from reports.nation.traced import Asked, NationFigure, NoSuchFigure, figure, stretch

__all__ = [
    "SHADES",
    "Asked",
    "Counted",
    "Known",
    "NationFigure",
    "NationReport",
    "NoSuchFigure",
    "Stretch",
    "build",
    "figure",
    "needed",
    "stretch",
]
