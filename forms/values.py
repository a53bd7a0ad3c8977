"""One answer's text as a typed value."""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from .schema import Kind, Path

INTEGER = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)
DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
LARGEST_INTEGER = 2**63 - 1
DECIMAL_DIGITS = 40


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A place: WGS 84 degrees, altitude and accuracy in metres (None when not given)."""

    lat: float
    lon: float
    alt: float | None = None
    acc: float | None = None


Value = (
    int | Decimal | bool | date | datetime | time | str | tuple[str, ...] | GeoPoint | tuple[GeoPoint, ...]
)


@dataclass(frozen=True, slots=True)
class BadValue:
    """An answer that is not what its question asks for; the text is kept.

    path leads to the question; positions are those of the repeats around it,
    outermost first, counted from 1. reason is one of not_a_number,
    out_of_range, not_a_date, not_a_time, no_offset, not_a_boolean,
    not_a_place, not_in_form, has_children, given_twice.
    """

    path: Path
    text: str
    reason: str
    positions: tuple[int, ...] = ()


class Unreadable(ValueError):
    """The text is no value of this kind; its one argument is a reason of BadValue."""


def parse(kind: Kind, text: str | None) -> Value | None:
    """The typed value of an answer; None when there is none or it is blank.

    int → int (64 bit), decimal → Decimal, boolean → bool, date → date,
    datetime → aware datetime, time → time, selectmulti and rank → tuple of
    names, geopoint → GeoPoint, geotrace and geoshape → tuple of GeoPoint; all
    else → str in NFC without outer white space.
    Raises Unreadable.
    Source: https://getodk.github.io/xforms-spec/#data-types
    """
    text = text.strip() if text else ""
    return parser(kind)(text) if text else None


Parser = Callable[[str], Value]
"""Reads an answer of one kind, not blank and without outer white space. Raises Unreadable."""


def parser(kind: Kind) -> Parser:
    """What reads the answers of a kind, as `parse` says."""
    return PARSERS.get(kind, _string)


def _string(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(_string(text).split())


def _integer(text: str) -> int:
    if not INTEGER.fullmatch(text):
        raise Unreadable("not_a_number")
    number = int(text)
    if abs(number) > LARGEST_INTEGER:
        raise Unreadable("out_of_range")
    return number


def _decimal(text: str) -> Decimal:
    if not DECIMAL.fullmatch(text):
        raise Unreadable("not_a_number")
    number = Decimal(text)
    if len(number.as_tuple().digits) > DECIMAL_DIGITS or abs(number.adjusted()) > DECIMAL_DIGITS:
        raise Unreadable("out_of_range")
    return number


def _boolean(text: str) -> bool:
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    raise Unreadable("not_a_boolean")


def _date(text: str) -> date:
    match = DATE.fullmatch(text)
    if match is None:
        raise Unreadable("not_a_date")
    try:
        return date.fromisoformat(match[1])
    except ValueError as error:
        raise Unreadable("not_a_date") from error


def _datetime(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("not_a_date") from error
    if moment.tzinfo is None:
        raise Unreadable("no_offset")
    return moment


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise Unreadable("not_a_time") from error


def _place(text: str) -> GeoPoint:
    parts = text.split()
    if not 2 <= len(parts) <= 4 or not all(DECIMAL.fullmatch(part) for part in parts):
        raise Unreadable("not_a_place")
    lat, lon, *rest = map(float, parts)
    if abs(lat) > 90 or abs(lon) > 180 or not all(map(math.isfinite, rest)):
        raise Unreadable("out_of_range")
    return GeoPoint(lat, lon, *rest)


def _line(text: str) -> tuple[GeoPoint, ...]:
    return tuple(_place(part) for part in text.split(";") if part.strip())


PARSERS: dict[str, Parser] = {
    "int": _integer,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "selectmulti": _names,
    "rank": _names,
    "geopoint": _place,
    "geotrace": _line,
    "geoshape": _line,
}
