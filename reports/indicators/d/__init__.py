"""Group D: how the clubs work and are managed, and what they do for whom."""

from reports.indicators.d.care import d11, d12
from reports.indicators.d.health import d13, d14
from reports.indicators.d.help import d15, d16
from reports.indicators.d.management import d04, d05, d06, d07, d08, d09, d10, grades
from reports.indicators.d.meetings import d01, d02, d03

__all__ = [
    "d01",
    "d02",
    "d03",
    "d04",
    "d05",
    "d06",
    "d07",
    "d08",
    "d09",
    "d10",
    "d11",
    "d12",
    "d13",
    "d14",
    "d15",
    "d16",
    "grades",
]
