"""Answers in the form Collect demands: one wrong header, and it takes the server for a captive portal."""

from collections.abc import Iterable
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import quote

from flask import Response, request

from forms import openrosa
from server.blobs import pieces
from server.context import config
from server.errors import BadRequest, Problem

DRAIN_BYTES = 32 * 2**20
"""How much of an unread body is read off before a refusal: a socket closed under a sender hides the message."""

MEMORY_BYTES = 2**20
"""Of a document made for one request, how much is kept in memory before it goes to disk."""


def document(content: bytes, status: int = 200) -> Response:
    """An OpenRosa document, which nobody may keep: a stale list makes phones miss updates."""
    response = Response(content, status, content_type="text/xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return _with_version(response)


def received() -> Response:
    """A submission is safe. Collect takes 201 or 202, and no other status, for success."""
    return document(openrosa.submit_success(), 201)


def nothing() -> Response:
    """What HEAD gets before every submission: exactly 204, and how much one request should hold."""
    response = Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    return _with_version(response)


def refusal(problem: Problem) -> Response:
    """An error whose sentence Collect shows to the enumerator."""
    _drain()
    return document(openrosa.message(problem.message(config().language), "error"), problem.status)


def content(body: bytes, md5: str, media_type: str) -> Response:
    """Bytes of a form or file, with their MD5 as a tag, so that the next look may cost nothing."""
    if (known := not_modified(md5)) is not None:
        return known
    return tagged(Response(body, content_type=media_type), md5)


def spooled(made: Iterable[bytes], media_type: str) -> Response:
    """A document that is made piece by piece, whole before it leaves: a long one waits on disk, in a file without name.

    So it has a length, the only sign by which Collect knows a transfer that was cut off, and a tablet on a slow line
    holds up no session of the database.
    """
    with ExitStack() as opened:
        file = opened.enter_context(SpooledTemporaryFile(MEMORY_BYTES, dir=str(config().data)))
        for piece in made:
            file.write(piece)
        length = file.tell()
        file.seek(0)
        response = Response(pieces(cast(BinaryIO, file)), content_type=media_type)
        response.call_on_close(opened.pop_all().close)
    response.content_length = length
    return response


def not_modified(tag: str) -> Response | None:
    """304 when the asker has these bytes already. A proxy may have weakened the tag; that is the same to us."""
    if request.if_none_match.contains_weak(tag):
        return tagged(Response(status=304), tag)
    return None


def tagged(response: Response, tag: str) -> Response:
    """A response that may be kept, but must be asked about each time."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return _with_version(response)


def url(*segments: str) -> str:
    """An absolute address below the project, each segment percent-encoded: a form ID may hold a slash.

    Raises BadRequest when the request names no host by which the server could be found again.
    """
    view_args = request.view_args or {}
    return absolute("v1", "key", view_args["token"], "projects", str(view_args["project_id"]), *segments)


def absolute(*segments: str) -> str:
    """An address of this server, each segment percent-encoded. Raises BadRequest as `url`."""
    if not config().public_url and not request.host:
        raise BadRequest
    base = config().public_url or request.host_url.rstrip("/")
    return "/".join([base, *(quote(segment, safe="") for segment in segments)])


def _with_version(response: Response) -> Response:
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(config().batch_bytes)
    return response


def _drain() -> None:
    left = DRAIN_BYTES
    while left > 0:
        try:
            piece = request.stream.read(min(left, 65536))
        except (OSError, ValueError):
            return
        if not piece:
            return
        left -= len(piece)
