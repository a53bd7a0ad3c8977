"""Where measuring is done: a server of its own in a temporary folder, with forms, plans and sample tablets."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from flask import Flask
from sqlalchemy import create_engine, make_url

from forms.xlsform import convert
from server import create_app, migrate, settle_memory
from server.blobs import BlobStore
from server.cli.data import standards_first
from server.cli.demo import FORMS, PROJECT_ID, SAMPLE_DAY, SAMPLE_PROVINCES, XLSFORMS
from server.config import Config
from server.db import Database
from server.services import app_user, form, plan, unit
from server.services.actor import SYSTEM_ID
from server.services.app_user import Enrolled

REGISTER = XLSFORMS.parent / "register"
BOUNDARY = "6f0c2a1e-4c7b-9f7e-0123456789ab"


@dataclass(slots=True)
class Place:
    """One server that is measured: its database, its files, its WSGI application, a tablet for each province."""

    database: Database
    blobs: BlobStore
    app: Flask
    tablets: dict[str, Enrolled] = field(default_factory=dict)

    def ask(self, method: str, path: str, province: str, body: bytes = b"") -> tuple[str, bytes]:
        """One request of that province's tablet through the whole WSGI application: status and body of the answer."""
        token = self.tablets[province].token
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": f"/v1/key/{token}/projects/{PROJECT_ID}/{path}",
            "QUERY_STRING": "deviceID=collect%3AbenchBenchBench1",
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "HTTP_USER_AGENT": "org.odk.collect.android/v2025.2.0 Dalvik/2.1.0",
            "HTTP_X_OPENROSA_VERSION": "1.0",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        return call(self.app, environ)


def call(app: Flask, environ: dict[str, object]) -> tuple[str, bytes]:
    """What a WSGI server does: status and body of the answer."""
    said: list[str] = []

    def start_response(status: str, *_: object) -> None:
        said.append(status)

    answer = app.wsgi_app(environ, start_response)  # type: ignore[arg-type]
    try:
        return said[0] if said else "", b"".join(answer)
    finally:
        if (close := getattr(answer, "close", None)) is not None:
            close()


@contextmanager
def server(url: str = "") -> Iterator[Place]:
    """A server with nothing sent to it yet; gone at the end. url: of a PostgreSQL server; else SQLite in a file."""
    with tempfile.TemporaryDirectory(prefix="clb-bench-") as folder, _database(url, Path(folder)) as database:
        config = Config(data=Path(folder), database_url=database.url.render_as_string(hide_password=False))
        with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
            place = Place(database, BlobStore(config.blobs), create_app(config, database))
            _fill(place)
            settle_memory()
            yield place


@contextmanager
def _database(url: str, folder: Path) -> Iterator[Database]:
    if not url:
        database = Database(f"sqlite:///{folder / 'clb.sqlite'}")
        yield database
        database.close()
        return
    name = f"clb_bench_{uuid4().hex[:12]}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
        database = Database(make_url(url).set(database=name).render_as_string(hide_password=False))
        try:
            yield database
        finally:
            database.close()
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    engine.dispose()


def _fill(place: Place) -> None:
    """What `clb demo` sets up: units, plans, the three forms, and a tablet bound to each sample province."""
    migrate.upgrade(place.database)
    with place.database.transaction() as session:
        unit.load(session, REGISTER)
        plans = XLSFORMS / "plans"
        for workbook in sorted(plans.glob("*.xlsx"), key=standards_first):
            plan.import_workbook(session, workbook, actor_id=SYSTEM_ID)
        files = {path.name: path.read_bytes() for path in (XLSFORMS / "media").glob("*") if path.is_file()}
        for name in FORMS:
            content = (XLSFORMS / name).read_bytes()
            form.publish(session, place.blobs, PROJECT_ID, convert(content), content, files, SYSTEM_ID)
        for code in SAMPLE_PROVINCES:
            bound_to = unit.get_at(session, code, SAMPLE_DAY).id
            place.tablets[code] = app_user.create(session, PROJECT_ID, f"bench {code}", [bound_to], SYSTEM_ID)


def multipart(xml: bytes, files: dict[str, bytes]) -> bytes:
    """A submission's body as Collect sends it."""
    parts = [("xml_submission_file", "submission.xml", "text/xml", xml)]
    parts += [(name, name, "image/png", content) for name, content in files.items()]
    pieces = [
        f"--{BOUNDARY}\r\n"
        f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        f"Content-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
        + content
        + b"\r\n"
        for name, filename, media_type, content in parts
    ]
    return b"".join(pieces) + f"--{BOUNDARY}--\r\n".encode()
