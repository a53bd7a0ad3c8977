"""The indicator catalogue: one function each, entered in REGISTER under its code. Importing this package fills it."""

from reports.indicators import a, b, c, d, e
from reports.indicators.base import REGISTER, Context, Indicator, Value

__all__ = ["REGISTER", "Context", "Indicator", "Value", "a", "b", "c", "d", "e"]
