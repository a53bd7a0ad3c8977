"""A PDF file written as it goes: each object leaves memory once it is out. ISO 32000-1, 7.5."""

import hashlib
import struct
import zlib
from collections.abc import Callable
from typing import BinaryIO

import pydyf

OBJECTS_A_STREAM = 200
EFFORT = 6
"""Of compressing: 9 would take twice the time for one part in a hundred."""
REFERENCE = b" 0 R"
"""How the name of an object ends; its number stands before."""
FREE, PLAIN, PACKED = 0, 1, 2
END_OF_STREAM = b"\r\nendstream\nendobj\n"
"""With both letters of a line end: content may end in either, which a reader would take for part of a shorter one."""
WIDTHS = (1, 4, 2)
"""Bytes of the three fields of an entry of the cross-reference stream."""
ENTRY = struct.Struct(">BIH")
"""The same as one entry is packed."""


def as_written(value: object, at: Callable[[int], int]) -> bytes:
    """A pydyf value as PDF text. at: object number → its number in the file."""
    if isinstance(value, bytes):
        if value.endswith(REFERENCE) and (number := value[: -len(REFERENCE)]).isdigit():
            return b"%d 0 R" % at(int(number))
        return value
    if isinstance(value, str):
        return value.encode("ascii")
    if isinstance(value, dict):
        pairs = [b"/%s %s" % (key.encode(), as_written(item, at)) for key, item in value.items()]
        return b"<<" + b"".join(pairs) + b">>"
    if isinstance(value, list):
        return b"[" + b" ".join([as_written(item, at) for item in value]) + b"]"
    return bytes(pydyf._to_bytes(value))


class File:
    """Takes objects in any order; numbers are given out before or while an object comes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._places = bytearray(ENTRY.pack(FREE, 0, 0xFFFF))
        self._packed: list[tuple[int, bytes]] = []
        self._digest = hashlib.sha256()
        self._position = 0
        self._write(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")

    def number(self) -> int:
        """A number for an object that is still to come."""
        self._places += bytes(ENTRY.size)
        return len(self._places) // ENTRY.size - 1

    def put(self, number: int, data: bytes) -> None:
        """An object that is no stream."""
        self._packed.append((number, data))
        if len(self._packed) == OBJECTS_A_STREAM:
            self._pack()

    def put_stream(
        self, number: int, content: bytes, entries: bytes = b"", is_compressed: bool = True
    ) -> None:
        """A stream. entries: of its dictionary, without filter and length."""
        if is_compressed:
            content, entries = zlib.compress(content, EFFORT), entries + b"/Filter /FlateDecode"
        self._place(number, PLAIN, self._position, 0)
        head = b"%d 0 obj\n<<%s/Length %d>>\nstream\n" % (number, entries, len(content))
        self._write(head + content + END_OF_STREAM)

    def close(self, catalog: int, info: int) -> None:
        """Write the cross references. The identifier is a hash of all that came before."""
        self._pack()
        number, start = self.number(), self._position
        self._place(number, PLAIN, start, 0)
        identifier = b"<%s>" % self._digest.hexdigest()[:32].encode()
        entries = b"/Type /XRef/W [%d %d %d]/Size %d/Root %d 0 R/Info %d 0 R/ID [%s %s]" % (
            *WIDTHS, number + 1, catalog, info, identifier, identifier,
        )  # fmt: skip
        content = zlib.compress(bytes(self._places), EFFORT)
        head = b"%d 0 obj\n<<%s/Filter /FlateDecode/Length %d>>\nstream\n" % (number, entries, len(content))
        self._write(head + content + END_OF_STREAM + b"startxref\n%d\n%%%%EOF\n" % start)

    def _pack(self) -> None:
        if not self._packed:
            return
        stream = self.number()
        index, offset = [], 0
        for place, (number, data) in enumerate(self._packed):
            index.append(b"%d %d" % (number, offset))
            offset += len(data) + 1
            self._place(number, PACKED, stream, place)
        head = b" ".join(index) + b"\n"
        entries = b"/Type /ObjStm/N %d/First %d" % (len(self._packed), len(head))
        content = head + b"\n".join(data for _, data in self._packed)
        self._packed.clear()
        self.put_stream(stream, content, entries)

    def _place(self, number: int, kind: int, where: int, place: int) -> None:
        ENTRY.pack_into(self._places, number * ENTRY.size, kind, where, place)

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._out.write(data)
        self._position += len(data)
