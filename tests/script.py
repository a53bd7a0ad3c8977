"""A server that says what a test tells it to: for situations that the real one does not bring about."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

OPENROSA = {"X-OpenRosa-Version": "1.0", "Content-Type": "text/xml; charset=utf-8"}
DONE = (
    b'<OpenRosaResponse xmlns="http://openrosa.org/http/response">'
    b'<message nature="submit_success">full submission upload was successful!</message></OpenRosaResponse>'
)


@dataclass(frozen=True)
class Reply:
    """What the server answers to one request."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What a tablet asked. headers: by lower-case name."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Answering = Callable[[Request], Reply]


class Script:
    """Pages by method and path, each a reply or what makes one of a request; and what was asked so far."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[Request] = []
        self.pages: dict[tuple[str, str], Reply | Answering] = {
            ("HEAD", "/submission"): Reply(204),
            ("POST", "/submission"): Reply(201, DONE, OPENROSA),
        }

    def lists(self, *forms: "Offered") -> None:
        """Offer exactly these forms, with their texts and files, from now on."""
        entries = "".join(form.entry(self.address) for form in forms)
        body = f'<xforms xmlns="http://openrosa.org/xforms/xformsList">{entries}</xforms>'
        self.pages["GET", "/formList"] = Reply(200, body.encode(), OPENROSA)
        for form in forms:
            self.pages["GET", f"/{form.form_id}/{form.version}"] = Reply(200, form.xform)
            self.pages["GET", f"/{form.form_id}/{form.version}/manifest"] = Reply(
                200, form.manifest(self.address), OPENROSA
            )
            for name, content in form.files.items():
                self.pages["GET", f"/{form.form_id}/{form.version}/{name}"] = Reply(200, content)

    def times(self, method: str, path: str) -> int:
        """How often that was asked."""
        return sum((request.method, request.path) == (method, path) for request in self.asked)

    def answer(self, request: Request) -> Reply:
        """The reply to a request; 404 for what is in no page."""
        self.asked.append(request)
        page = self.pages.get((request.method, request.path), Reply(404))
        return page if isinstance(page, Reply) else page(request)


@dataclass(frozen=True)
class Offered:
    """A form as a list offers it. md5: the hash the list tells, that of the text when empty."""

    form_id: str
    version: str
    xform: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    md5: str = ""

    def entry(self, address: str) -> str:
        """Its lines in the form list."""
        manifest = f"<manifestUrl>{address}/{self.form_id}/{self.version}/manifest</manifestUrl>"
        return (
            f"<xform><formID>{self.form_id}</formID><name>{self.form_id}</name><version>{self.version}</version>"
            f"<hash>md5:{self.md5 or md5(self.xform)}</hash>"
            f"<downloadUrl>{address}/{self.form_id}/{self.version}</downloadUrl>"
            f"{manifest if self.files else ''}</xform>"
        )

    def manifest(self, address: str) -> bytes:
        """The list of its files."""
        files = "".join(
            f"<mediaFile><filename>{name}</filename><hash>md5:{md5(content)}</hash>"
            f"<downloadUrl>{address}/{self.form_id}/{self.version}/{name}</downloadUrl></mediaFile>"
            for name, content in self.files.items()
        )
        return f'<manifest xmlns="http://openrosa.org/xforms/xformsManifest">{files}</manifest>'.encode()


def md5(content: bytes) -> str:
    """As lists and manifests tell it, without the prefix."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@contextmanager
def scripted() -> Iterator[Script]:
    """A scripted server on a free port while the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): text for name, text in self.headers.items()}
            request = Request(self.command, urlsplit(self.path).path, headers, self.rfile.read(length))
            reply = script.answer(request)
            self.send_response(reply.status)
            for name, text in reply.headers.items():
                self.send_header(name, text)
            if reply.status not in (204, 304):
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD" and reply.status not in (204, 304):
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_POST = handle_any  # noqa: N815 - the names http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    script = Script(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
