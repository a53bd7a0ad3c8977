"""An entity list as the CSV that Collect reads."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .entities import is_property_name
from .errors import PropertyNameRefused

CHUNK_CHARACTERS = 65_536


@dataclass(frozen=True, slots=True)
class ListRow:
    """One entity: version counts from 1; data has its properties, an absent one is blank."""

    uuid: str
    label: str
    version: int
    data: Mapping[str, str]


def write_list(properties: Sequence[str], rows: Iterable[ListRow]) -> Iterator[bytes]:
    """The list in pieces of about 64 kB: name, label, __version, then the properties in order.

    UTF-8 without byte order mark, lines end in CRLF, and the header is there
    even when no row is.
    Raises PropertyNameRefused before the first piece: a `;` in the header makes
    Collect read the whole file as semicolon-separated.
    Source: https://www.rfc-editor.org/rfc/rfc4180
    """
    for name in properties:
        if not is_property_name(name):
            raise PropertyNameRefused(repr(name))
    return _pieces(properties, rows)


def _pieces(properties: Sequence[str], rows: Iterable[ListRow]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(["name", "label", "__version", *properties])
    for row in rows:
        values = (row.data.get(name, "") for name in properties)
        writer.writerow([row.uuid, row.label, row.version, *values])
        if buffer.tell() >= CHUNK_CHARACTERS:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()
