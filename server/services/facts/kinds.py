"""Columns read as facts hold them: what the driver gives is made into a fact's value in one step, not column by column
afterwards."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Text, TypeDecorator, type_coerce
from sqlalchemy.orm import InstrumentedAttribute

from server.clock import SINCE_1975
from server.models.base import UTCDateTime


class _Codes(TypeDecorator[frozenset[str]]):
    impl, cache_ok = Text, True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], frozenset[str]]:
        return codes


class _IsWritten(TypeDecorator[bool]):
    impl, cache_ok = Text, True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], bool]:
        return lambda text: bool(text and text.strip())


class _Day(TypeDecorator[date]):
    impl, cache_ok = UTCDateTime, True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], date]:
        read: Any = self.impl_instance.result_processor(dialect, coltype)
        return lambda told: read(told).astimezone(SINCE_1975).date()


def as_codes(column: InstrumentedAttribute[Any]) -> ColumnElement[frozenset[str]]:
    """The codes that a question with several answers keeps in one text; none: an empty set."""
    return type_coerce(column, _Codes)


def is_written(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Whether the text says anything."""
    return type_coerce(column, _IsWritten)


def as_day(column: InstrumentedAttribute[Any]) -> ColumnElement[date]:
    """The day of a moment, in Vietnam."""
    return type_coerce(column, _Day)


@lru_cache(maxsize=4096)
def codes(text: str | None) -> frozenset[str]:
    """Codes of a text, separated by spaces; the same text gives the same set."""
    return frozenset((text or "").split())
