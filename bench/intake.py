"""Taking submissions: through the whole application as Collect sends them, and through the service as sample data."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from statistics import median

from lxml import etree
from sqlalchemy import Column, LargeBinary, MetaData, Table, insert, select

from bench.figures import Figure
from bench.measure import cpu_ms, each_ms
from bench.place import Place, multipart
from server.cli.demo import PROJECT_ID
from server.db import Database
from server.demo import document
from server.models import SubmissionVersion
from server.services import demo

MEETING = "club_meeting"
BYTES = range(4_000, 12_001)
SENT_BY_TABLET = "34"
"""The sample province whose forms go through the application; the others are loaded."""
GOAL = 4
FLOOR_RUNS = 300
FLOOR = "lxml parse + one INSERT, COMMIT"

bare = Table("bench_floor", MetaData(), Column("xml", LargeBinary))
INSERT = insert(bare)


@dataclass(frozen=True, slots=True)
class Letter:
    """One filled form on its way: which form, its XML, the whole body of its POST."""

    form_id: str
    xml: bytes
    body: bytes

    @property
    def counts(self) -> bool:
        """Whether it is one of those the goal speaks of."""
        return self.form_id == MEETING and len(self.xml) in BYTES


def letters(place: Place, picture: bytes) -> list[Letter]:
    """All forms of one province, in the order in which they came in."""
    with place.database.reading() as session:
        forms = demo.published(session, PROJECT_ID)
        told = sorted(demo.tell(session, SENT_BY_TABLET, forms), key=lambda one: one.received_at)
    return [_letter(one, forms[one.form_id], picture) for one in told]


def _letter(one: demo.Filled, to: demo.Published, picture: bytes) -> Letter:
    xml = document.write(to.nodes, one.form_id, to.version, one.answers, one.instance_id, one.instance_name)
    return Letter(one.form_id, xml, multipart(xml, dict.fromkeys(one.files, picture)))


def through_the_door(place: Place, limit: int | None, on: str) -> Iterator[Figure]:
    """Send one province's forms as its tablet would, each once; the monthly reports of 4–8 kB are the figure."""
    post = list(letters(place, b"\x89PNG\r\n\x1a\n" + bytes(200)))[:limit]
    took = each_ms(partial(_post, place, letter) for letter in post)
    held = [(letter, ms) for letter, ms in zip(post, took, strict=True) if letter.counts]
    floor = floor_ms(place.database, [letter.xml for letter, _ in held])
    size = median(len(letter.xml) for letter, _ in held) / 1000
    yield Figure(
        f"Nhận một báo cáo tháng ({size:.1f} kB), {on}",
        f"one monthly report taken in, projected ({len(held)} of them)",
        median(ms for _, ms in held),
        floor,
        FLOOR,
        goal=GOAL,
        goal_is_ratio=True,
    )


def _post(place: Place, letter: Letter) -> None:
    status, answer = place.ask("POST", "submission", SENT_BY_TABLET, letter.body)
    if not status.startswith("201"):
        raise RuntimeError(f"{letter.form_id}: {status} {answer.decode()}")


def floor_ms(database: Database, texts: list[bytes]) -> float:
    """The least that keeping an XML can cost: reading it, and one row in the same kind of database, committed.

    Through SQLAlchemy, on the connection that the server writes with (SQLite: WAL, synchronous=FULL).
    """
    with database.writer.begin() as connection:
        bare.create(connection)
    took = each_ms(
        partial(_keep, database, xml) for _, xml in zip(range(FLOOR_RUNS), cycle(texts), strict=False)
    )
    with database.writer.begin() as connection:
        bare.drop(connection)
    return median(took)


def _keep(database: Database, xml: bytes) -> None:
    etree.fromstring(xml)
    with database.writer.begin() as connection:
        connection.execute(INSERT, {"xml": xml})


def sample_data(place: Place, provinces: tuple[str, ...]) -> Iterator[Figure]:
    """Load sample provinces as `clb demo` does: one transaction, no HTTP."""
    senders = {code: place.tablets[code].actor_id for code in provinces}
    loaded: list[int] = []

    def load() -> None:
        with place.database.transaction() as session:
            loaded.append(demo.load(session, place.blobs, PROJECT_ID, senders))

    began = time.perf_counter()
    took = cpu_ms(load)
    rate = loaded[0] / (time.perf_counter() - began)
    yield Figure(
        f"Nạp số liệu mẫu, mỗi phiếu ({rate:.0f} phiếu/giây)",
        f"sample data, each of {loaded[0]} submissions ({rate:.0f} a second, one transaction)",
        took / loaded[0],
        floor_ms(place.database, _texts(place)),
        FLOOR,
    )


def _texts(place: Place) -> list[bytes]:
    """XML of some submissions that are there."""
    with place.database.reading() as session:
        return list(session.scalars(select(SubmissionVersion.xml).limit(100)))
