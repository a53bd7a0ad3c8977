"""What somebody sent when their session was over: kept in the form for signing in, and offered to be sent once more.

Nothing is kept on the server, and nothing is done without one more press: whoever signs in sees what would be sent.
"""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, request

from server.context import config
from server.web.page import is_here, show

SECRETS = frozenset({"csrf", "password", "current", "new", "again", "code"})
"""Fields that are typed anew rather than carried along."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A form that was sent too late: where to, and its fields in their order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def is_from_here() -> bool:
    """Whether the browser says that the form stood on a page of this server: another's is not carried along."""
    origin = request.headers.get("Origin", "")
    return origin.rstrip("/") in (request.host_url.rstrip("/"), config().public_url) and bool(origin)


def keep() -> str:
    """The form of this request as one field of another form."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in SECRETS]
    return json.dumps([request.full_path.rstrip("?"), fields], ensure_ascii=False)


def given() -> Kept | None:
    """The form that this request carries along; None: none, or none that can be read."""
    try:
        path, fields = json.loads(request.form.get("kept", ""))
        kept = Kept(str(path), tuple((str(name), str(value)) for name, value in fields))
        "".join(map("".join, kept.fields)).encode()  # Half a letter, which JSON can write, stands on no page.
        return kept if is_here(urlsplit(kept.path).path) and is_here(kept.path) else None
    except (ValueError, TypeError, RecursionError):
        return None


def page(kept: Kept, csrf: str) -> Response:
    """What was sent, to be sent once more with the word of the new session."""
    long = [value for name, value in kept.fields if value.strip() and name != "word"]
    return show("resume.html", kept=kept, csrf=csrf, values=long)
