"""The indicator catalogue: one function each, entered in REGISTER under its code."""

from reports.indicators.base import REGISTER, Context, Indicator, Value, indicator

__all__ = ["REGISTER", "Context", "Indicator", "Value", "indicator"]
