"""A province report as JSON and back, without loss: what is kept of an issued report beside its pages.

Decimals are text, so that no digit is lost; dates are ISO 8601; tuples and sets are arrays.
"""

from typing import Any

import msgspec

from reports.province import ProvinceReport

FORMAT = 1
"""Rises when content written before can no longer be read as it is."""


class NotReadable(ValueError):
    """Content that this version of the software cannot read; says why."""


class Frozen(msgspec.Struct, frozen=True):
    """The envelope: which format the content is in, and the content."""

    format: int
    report: ProvinceReport


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Frozen)


def dump(report: ProvinceReport) -> bytes:
    """The report as UTF-8 JSON; the same report gives the same bytes."""
    # Shapes are kept by the ids of units, and the encoder orders texts only.
    texts = msgspec.to_builtins(Frozen(FORMAT, report), str_keys=True, order="deterministic")
    return _encoder.encode(texts)


def load(content: bytes) -> ProvinceReport:
    """The report that `dump` was given. Raises NotReadable."""
    try:
        return _decoder.decode(content).report
    except msgspec.MsgspecError as error:
        raise NotReadable(str(error)) from error


def plain(content: bytes) -> Any:
    """The content as lists, dicts and texts, for readers that know no classes."""
    return msgspec.json.decode(content)
