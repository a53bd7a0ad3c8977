"""Long lists and long questions on a real socket: constant memory, a length, nothing left open."""

import http.client
import os
import socket
import time
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from lxml import etree
from sqlalchemy import select

from server import db
from server.blobs import BlobStore
from server.models import Entity, EntityList
from server.services import app_user, entity
from server.services.actor import SYSTEM_ID
from tests.builders import REGISTER, publish
from tests.live import serving

pytestmark = pytest.mark.database

ROWS = 100_000
MB = 2**20
EARLY = datetime(2021, 1, 1, tzinfo=UTC)
TREES = REGISTER.replace("| register |", "| trees |").replace("clubs", "trees")
LIST = "forms/trees/attachments/trees.csv"
NOTE = "Cây đa đầu làng, trồng năm 1975, do chi hội người cao tuổi chăm sóc; " * 3


@pytest.fixture(scope="module")
def base(shared_database, tmp_path_factory):
    """The address in the settings of a tablet of a server whose list of trees is long, and the server's process."""
    data = tmp_path_factory.mktemp("long")
    with shared_database.transaction() as session:
        publish(session, BlobStore(data / "blobs"), TREES)
        list_id = session.scalars(select(EntityList.id).where(EntityList.name == "trees")).one()
        for first in range(0, ROWS, 10_000):
            rows = [tree(list_id, number) for number in range(first, first + 10_000)]
            db.add_rows(session.connection(), Entity.__table__, rows)
            entity.part.note(session.connection(), ((None, row) for row in rows))
        token = app_user.create(session, 1, "Máy", [], SYSTEM_ID).token
    with serving(data, shared_database.url.render_as_string(hide_password=False)) as server:
        yield f"{server.address}/v1/key/{token}/projects/1", server.process.pid


def tree(list_id, number):
    return {
        "id": str(uuid.UUID(int=number, version=4)),
        "entity_list_id": list_id,
        "label": f"Cây {number}",
        "data": {"title": f"{NOTE}{number}"},
        "version": 1,
        "part": "",
        "deleted_at": None,
        "created_at": EARLY,
        "updated_at": EARLY,
    }


def get(address, **headers):
    """An answer, read piece by piece and thrown away: status, headers, bytes read, lines read."""
    with asked(address, **headers) as answer:
        size = lines = 0
        while piece := answer.read(2**16):
            size += len(piece)
            lines += piece.count(b"\r\n")
        return answer.status, answer.headers, size, lines


@contextmanager
def asked(address, **headers):
    """An answer whose body is still to be read; the connection is cut at the end, read or not."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**14)
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    connection.request("GET", f"{parts.path}?{parts.query}", headers=named)
    try:
        yield connection.getresponse()
    finally:
        connection.close()


def processes(group):
    """The server's processes: Linux numbers the group by the first of them."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if os.getpgid(int(folder.name)) == group:
                    yield folder
            except ProcessLookupError:
                continue


def memory_bytes(group, name):
    """Memory of all the server's processes. VmRSS: now; VmHWM: the most since it was last set back."""
    lines = (line for folder in processes(group) for line in (folder / "status").read_text().splitlines())
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def set_back(group):
    for folder in processes(group):
        (folder / "clear_refs").write_text("5")


def open_files(group):
    """Files without a name that the server still holds open."""
    held = []
    for folder in processes(group):
        for link in (folder / "fd").iterdir():
            try:
                held.append(os.readlink(link))
            except FileNotFoundError:
                continue
    return [one for one in held if one.endswith("(deleted)") and "/dev/" not in one and "memfd" not in one]


def test_a_hundred_thousand_rows_leave_in_constant_memory_with_their_length(base):
    base, group = base
    get(f"{base}/formList")
    get(f"{base}/{LIST}", If_None_Match='"0"')
    before = memory_bytes(group, "VmRSS")
    set_back(group)

    status, headers, size, lines = get(f"{base}/{LIST}")

    assert (status, lines) == (200, ROWS + 1)
    assert int(headers["Content-Length"]) == size > 20 * MB
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert memory_bytes(group, "VmHWM") - before < 30 * MB
    assert get(f"{base}/{LIST}", If_None_Match=headers["ETag"])[::2] == (304, 0)


def test_tablets_on_slow_lines_and_those_that_go_away_hold_nothing(base):
    base, group = base
    get(f"{base}/{LIST}")
    before = memory_bytes(group, "VmRSS")
    set_back(group)

    with asked(f"{base}/{LIST}") as one, asked(f"{base}/{LIST}") as other:
        assert one.read(1000) == other.read(1000)
        time.sleep(1)
        assert get(f"{base}/formList")[0] == 200
        assert memory_bytes(group, "VmHWM") - before < 30 * MB
    for _ in range(5):
        with asked(f"{base}/{LIST}") as answer:
            answer.read(1000)
    until = time.monotonic() + 30
    while open_files(group) and time.monotonic() < until:
        time.sleep(0.2)

    assert open_files(group) == []
    assert get(f"{base}/{LIST}")[3] == ROWS + 1


def test_one_address_asks_about_a_thousand_entities(base, shared_database):
    base, _ = base
    known = [str(uuid.UUID(int=number, version=4)) for number in range(999)]
    unknown = str(uuid.uuid4())
    with shared_database.transaction() as session:
        row = session.get_one(Entity, known[0])
        before = {column.name: getattr(row, column.name) for column in Entity.__table__.columns}
        row.deleted_at = EARLY
        session.flush()
        entity.part.note(session.connection(), [(before, {**before, "deleted_at": EARLY})])

    address = f"{base}/datasets/trees/integrity?id={quote(','.join([*known, unknown]), safe='')}&deviceID=collect%3Aa"
    with asked(address) as answer:
        root = etree.fromstring(answer.read())

    assert len(address) > 38_000
    assert answer.status == 200
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.headers["Content-Type"].startswith("text/xml")
    told = {one.get("id"): one.findtext("deleted") for one in root.find("entities")}
    assert told == {known[0]: "true"} | dict.fromkeys(known[1:], "false")
