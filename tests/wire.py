"""A real server on a free port, spoken to over real sockets, byte by byte where it matters."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from sqlalchemy import ColumnElement, func, select

from server.blobs import BlobStore
from server.db import Database
from server.services import app_user
from server.services.actor import SYSTEM_ID
from tests.builders import CONTENT_TYPE, publish_forms, seed_units

SUCCESS = (
    '<OpenRosaResponse xmlns="http://openrosa.org/http/response">\n'
    '  <message nature="submit_success">full submission upload was successful!</message>\n</OpenRosaResponse>'
)
"""What Collect looks for, letter by letter, before it shows an enumerator that a form has arrived."""
START_SECONDS = 60
COLLECT_HEADERS = {
    "User-Agent": "org.odk.collect.android/v2026.2.1 Dalvik/2.1.0 (Linux; U; Android 14; SM-T225)",
    "X-OpenRosa-Version": "1.0",
    "Date": "Sun, 22 Nov 2026 03:04:05 GMT",
    "Accept-Encoding": "gzip",
}
"""As Collect sends them: the hour of its Date is one of twelve, and nobody knows of which half of the day."""


@dataclass(frozen=True)
class Answer:
    """One answer. headers: by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()


@dataclass
class Wire:
    """A server that may be stopped, killed and started again at the same address, and a tablet's key to it."""

    port: int
    token: str
    actor_id: int
    data: Path
    environment: dict[str, str]
    database: Database
    process: subprocess.Popen[bytes] | None = None
    headers: dict[str, str] = field(default_factory=lambda: dict(COLLECT_HEADERS))

    @property
    def log(self) -> Path:
        """Where the server writes what it says."""
        return self.data / "server.log"

    @property
    def base(self) -> str:
        """The path in the tablet's settings."""
        return f"/v1/key/{self.token}/projects/1"

    @property
    def address(self) -> str:
        """The server as tablets see it."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Run the server until it answers."""
        command = [sys.executable, "-m", "server.cli", "serve", "--no-worker", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                self.ask("GET", "/healthz")
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(self.log.read_text(encoding="utf-8")) from None
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("the server did not start")

    def stop(self, how: int = signal.SIGTERM) -> None:
        """End the server: in good order, or as a failing power supply does (SIGKILL)."""
        if self.process is not None and self.process.poll() is None:
            if how == signal.SIGKILL:
                os.killpg(self.process.pid, how)
            else:
                self.process.send_signal(how)
            self.process.wait(30)

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """GET below the base, or an address that a document gave, as Collect does: with deviceID behind it."""
        where = urlsplit(path)
        target = where.path if where.path.startswith("/v1/") else f"{self.base}/{path.partition('?')[0]}"
        query = "&".join(filter(None, [where.query, "deviceID=collect%3AaB3dE6gH9jK2mN5p"]))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", f"{target}?{query}", headers=self.headers | named)

    def head(self, path: str = "submission", **headers: str) -> Answer:
        """What Collect asks before each submission."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("HEAD", f"{self.base}/{path}?deviceID=x%3Ay", headers=self.headers | named)

    def post(
        self,
        body: bytes | Iterable[bytes],
        content_type: str = CONTENT_TYPE,
        path: str = "submission",
        **headers: str,
    ) -> Answer:
        """Send a body to the submission address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(
            "POST",
            f"{self.base}/{path}?deviceID=x%3Ay",
            body,
            self.headers | {"Content-Type": content_type} | named,
        )

    def post_and_leave(self, body: bytes, length: int) -> None:
        """Announce a whole body, send a part of it, and go; or send it all and not wait for the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(self.post_head(len(body)) + body[:length])
            time.sleep(0.2)

    def post_head(self, length: int) -> bytes:
        """The head of a POST whose body is to have that many bytes."""
        return (
            f"POST {self.base}/submission HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n"
            f"Content-Length: {length}\r\n\r\n"
        ).encode()

    def raw(self, request: bytes) -> Answer:
        """Send these very bytes and read one answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request)
            response = http.client.HTTPResponse(connection)
            response.begin()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, named, response.read())

    def count(self, table: type, *where: ColumnElement[bool]) -> int:
        """Rows of a table."""
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def peak_memory(self) -> int:
        """The most memory that any one of the server's processes ever held, in bytes."""
        return max(self._memory("VmHWM"))

    def resident_memory(self) -> int:
        """The memory that the server's processes hold now, in bytes."""
        return sum(self._memory("VmRSS"))

    def open_files(self) -> int:
        """How many files and sockets the server's processes have open."""
        return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in self._pids())

    def _memory(self, name: str) -> list[int]:
        """A figure of each process, in bytes."""
        texts = [Path(f"/proc/{pid}/status").read_text() for pid in self._pids()]
        lines = [line for text in texts for line in text.splitlines() if line.startswith(f"{name}:")]
        return [int(line.split()[1]) * 1024 for line in lines]

    def _pids(self) -> list[int]:
        assert self.process is not None
        pid = self.process.pid
        return [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]


@contextmanager
def wired(database: Database, url: str, data: Path, **settings: str) -> Iterator[Wire]:
    """A server on this migrated database, with the three small forms and the small register, while the block lasts.

    settings: environment variables beside those that say where the data is.
    """
    with database.transaction() as session:
        units = seed_units(session)
        publish_forms(session, BlobStore(data / "blobs"))
        made = app_user.create(session, 1, "Máy thử", [units["58@2004-01-01"]], SYSTEM_ID)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"CLB_DATA": str(data), "CLB_DATABASE_URL": url} | settings
    server = Wire(port, made.token, made.actor_id, data, environment, database)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def wait_until(holds: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether something comes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def segment(text: str) -> str:
    """A text as one segment of an address."""
    return quote(text, safe="")
