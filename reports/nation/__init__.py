"""The report of the country: what it prints (model), and how that is computed from clubs added up (build)."""

from reports.nation.build import SHADES, Known, build, needed
from reports.nation.model import Counted, NationReport, Stretch

__all__ = ["SHADES", "Counted", "Known", "NationReport", "Stretch", "build", "needed"]
