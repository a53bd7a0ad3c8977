"""The real server in a process of its own, for clients that speak HTTP and are no part of the test."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from forms.xlsform import ConvertedForm, convert
from server.blobs import BlobStore
from server.db import Database
from server.services import app_user, form, unit
from server.services.actor import SYSTEM_ID

ROOT = Path(__file__).parents[1]
XLSFORMS = ROOT / "xlsforms"
START_SECONDS = 60


@dataclass(frozen=True)
class LiveServer:
    """A server that answers at url, the address an app user has in its settings; its database and its files."""

    url: str
    database: Database
    blobs: BlobStore


def publish_programme(database: Database, blobs: BlobStore) -> str:
    """Load the register, publish the three forms of the programme, enrol a tablet of Ninh Thuận: its token."""
    files = {"admin_unit.csv": (XLSFORMS / "media" / "admin_unit.csv").read_bytes()}
    with database.transaction() as session:
        unit.load(session, ROOT / "register")
        for workbook in sorted(XLSFORMS.glob("*.xlsx")):
            converted, content = _converted(workbook)
            form.publish(session, blobs, 1, converted, content, files, SYSTEM_ID)
        province = unit.get(session, *unit.parse_key("58@2016-01-01"))
        return app_user.create(session, 1, "Máy tính bảng thử", [province.id], SYSTEM_ID).token


@cache
def _converted(workbook: Path) -> tuple[ConvertedForm, bytes]:
    """A form, once for all tests, and its workbook."""
    content = workbook.read_bytes()
    return convert(content), content


@dataclass(frozen=True)
class Process:
    """The server's process and the address it answers at."""

    address: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End the server and its workers at once, as a failing power supply does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the server in good order; nothing when it has ended already."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=START_SECONDS)


@contextmanager
def serving(data: Path, database_url: str, port: int | None = None) -> Iterator[Process]:
    """Run the server while the block lasts, on a free port if none is given. What it says goes to data/server.log."""
    port = port or free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "CLB_DATA": str(data),
        "CLB_DATABASE_URL": database_url,
        "CLB_PUBLIC_URL": address,
    }
    command = [sys.executable, "-m", "server.cli", "serve", "--no-worker", "--port", str(port)]
    log = data / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        server = Process(address, process)
        try:
            _wait_for(f"{address}/healthz", process, log)
            yield server
        finally:
            server.stop()


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the address answers. Raises RuntimeError with the log when the server ended or takes too long."""
    until = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace"))
