"""A report as JSON and back, without loss: what is kept of an issued report beside its pages.

Decimals are text, so that no digit is lost; dates are ISO 8601; tuples and sets are arrays.
"""

from typing import Any

import msgspec

from reports.nation import NationReport
from reports.province import ProvinceReport

Content = ProvinceReport | NationReport
"""What a report of either kind prints."""
TYPES: dict[str, type[Content]] = {"province": ProvinceReport, "nation": NationReport}
"""Kind of document → what its content is."""

FORMAT = 1
"""Rises when content written before can no longer be read as it is."""


class NotReadable(ValueError):
    """Content that this version of the software cannot read; says why."""


class Frozen(msgspec.Struct, frozen=True, omit_defaults=True):
    """The envelope: which format the content is in, what kind of document it is of, and the content."""

    format: int
    report: msgspec.Raw
    document: str = "province"


_encoder = msgspec.json.Encoder(order="deterministic")
_envelope = msgspec.json.Decoder(Frozen)
_decoders = {kind: msgspec.json.Decoder(held) for kind, held in TYPES.items()}


def kind(report: Content) -> str:
    """The kind of document, one of TYPES."""
    return next(kind for kind, held in TYPES.items() if isinstance(report, held))


def dump(report: Content) -> bytes:
    """The report as UTF-8 JSON; the same report gives the same bytes."""
    # Shapes are kept by the ids of units, and the encoder orders texts only.
    texts = msgspec.to_builtins(report, str_keys=True, order="deterministic")
    return _encoder.encode(Frozen(FORMAT, msgspec.Raw(_encoder.encode(texts)), kind(report)))


def load(content: bytes) -> Content:
    """The report that `dump` was given. Raises NotReadable."""
    try:
        held = _envelope.decode(content)
        return _decoders[held.document].decode(held.report)
    except (msgspec.MsgspecError, KeyError) as error:
        raise NotReadable(str(error)) from error


def plain(content: bytes) -> Any:
    """The content as lists, dicts and texts, for readers that know no classes."""
    return msgspec.json.decode(content)
