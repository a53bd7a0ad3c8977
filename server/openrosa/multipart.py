"""The body of a submission: parts told apart by name, in any order, files going straight to disk."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO

from multipart import (
    MultipartError,
    MultipartSegment,
    ParserLimitReached,
    PushMultipartParser,
    parse_options_header,
)
from werkzeug.exceptions import ClientDisconnected

from server.blobs import CHUNK_BYTES, BlobStore, BlobWriter
from server.errors import BodyTooLarge, BrokenUpload, MissingXMLPart, Problem
from server.services.sent import Upload

XML_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
MAX_XML_BYTES = 16 * 2**20
"""As much as forms.xml reads; more of it is a body too large, not a submission."""
MAX_PARTS = 1000
MAX_HEADER_BYTES = 8192
"""Names may have 255 bytes and more, three to a Vietnamese letter, and stand in a header twice."""


class UnreadablePart(Problem):
    """A part of the body has headers without end; nothing of the body was stored."""

    code = "400.39"
    message_vi = (
        "Một tệp trong bài gửi có tên hoặc phần đầu quá dài (trên 8 KB), có thể do bị hỏng trên đường truyền; chưa "
        "nhận được gì. Xin gửi lại; nếu vẫn lỗi, xin giữ nguyên phiếu trong máy và báo cho quản trị viên."
    )
    message_en = (
        "A file in the submission has a name or header that is too long (over 8 KB), perhaps damaged on its way; "
        "nothing was taken in. Please send it again; if it fails, keep it on the device and tell the administrator."
    )


@dataclass(slots=True)
class Body:
    """What one POST brings: the XML byte for byte, and the files, stored."""

    xml: bytes
    uploads: tuple[Upload, ...]


@dataclass(slots=True)
class _Part:
    """A file part on its way to disk."""

    segment: MultipartSegment
    writer: BlobWriter


@dataclass(slots=True)
class _Reader:
    """The parts of one body as they come; files are closed, and lost, when the stack is left without `keep`."""

    blobs: BlobStore
    stack: ExitStack
    xml: bytearray | None = None
    parts: list[_Part] = field(default_factory=list)
    into: BlobWriter | bytearray | None = None
    begun: int = 0

    def begin(self, segment: MultipartSegment) -> None:
        """A part begins. A second XML part counts as a file; the mark of a batch that is not the last as nothing."""
        self.begun += 1
        if segment.name == XML_PART and self.xml is None:
            self.into = self.xml = bytearray()
        elif segment.name == INCOMPLETE_PART:
            self.into = None
        else:
            self.into = self.stack.enter_context(self.blobs.writer())
            self.parts.append(_Part(segment, self.into))

    def add(self, piece: bytes) -> None:
        """A piece of the part that began last."""
        if isinstance(self.into, BlobWriter):
            self.into.write(piece)
        elif self.into is not None:
            self.into += piece
            if len(self.into) > MAX_XML_BYTES:
                raise BodyTooLarge(limit_mb=MAX_XML_BYTES // 2**20)

    def end(self) -> None:
        """The part that began last is whole: hundreds of them must not stay open until the last has come."""
        if isinstance(self.into, BlobWriter):
            self.into.finish()

    def keep(self) -> tuple[Upload, ...]:
        """Make the files durable, now that the body has come whole."""
        return tuple(
            Upload(
                name=unicodedata.normalize("NFC", _storable(part.segment.name)),
                original_name=_storable(part.segment.name),
                blob=part.writer.keep(),
                media_type=_storable(part.segment.content_type)[:120] or "application/octet-stream",
            )
            for part in self.parts
        )


def any_text(xml: bytes) -> None:
    """Accepts every submission: what cannot be taken in is kept aside with its files."""


def read(
    stream: IO[bytes],
    content_type: str,
    content_length: int | None,
    blobs: BlobStore,
    max_bytes: int,
    accept: Callable[[bytes], None] = any_text,
) -> Body:
    """Read a submission's body. Nothing of it stays when it does not come whole.

    accept: is given the XML before any file is kept; what it raises leaves none.
    Raises MissingXMLPart (also for another content type), BrokenUpload, UnreadablePart, BodyTooLarge.
    Source: https://docs.getodk.org/openrosa-form-submission/
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get("boundary", "")
    if kind.lower() != "multipart/form-data":
        raise MissingXMLPart
    if content_length is not None and content_length > max_bytes:
        raise BodyTooLarge(limit_mb=max_bytes // 2**20)
    with ExitStack() as stack:
        reader = _Reader(blobs, stack)
        try:
            for event in _events(stream, boundary, max_bytes):
                if isinstance(event, MultipartSegment):
                    reader.begin(event)
                elif event:
                    reader.add(event)
                else:
                    reader.end()
        except ParserLimitReached as error:
            if reader.begun < MAX_PARTS:  # The only other limits are those of a part's headers.
                raise UnreadablePart from error
            raise BodyTooLarge(limit_mb=max_bytes // 2**20) from error
        except MultipartError as error:
            raise BrokenUpload from error
        if reader.xml is None:
            raise MissingXMLPart
        xml = bytes(reader.xml)
        accept(xml)
        return Body(xml, reader.keep())


def _events(stream: IO[bytes], boundary: str, max_bytes: int) -> Iterator[MultipartSegment | bytes | None]:
    """What the parser finds. Reads to the end of the stream, whatever length was announced."""
    parser = PushMultipartParser(
        boundary, max_header_size=MAX_HEADER_BYTES, max_segment_count=MAX_PARTS, max_header_count=16
    )
    came = 0
    while not parser.closed:
        piece = _read(stream)
        came += len(piece)
        if came > max_bytes:
            raise BodyTooLarge(limit_mb=max_bytes // 2**20)
        yield from parser.parse(piece)
        if not piece:
            break


def _read(stream: IO[bytes]) -> bytes:
    """The next piece. Raises BrokenUpload for a fault of the line; one of our own disk is no fault of the sender."""
    try:
        return stream.read(CHUNK_BYTES)
    except (ClientDisconnected, OSError) as error:
        raise BrokenUpload from error


def _storable(text: str | None) -> str:
    """A name without the one character that no text in the database may hold."""
    return (text or "").replace("\0", "\ufffd")
