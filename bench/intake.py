"""Taking submissions: through the whole application as Collect sends them, and through the service as sample data."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
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
ASKED_GOAL = 1.5
SMALL_BYTES = range(1_500, 8_501)
"""Forms of 6 kB and less: beside larger ones the question would seem cheaper than it is. Most of them tell of a month
without a meeting, in 2 kB, which makes the ratio rather too high than too low."""
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)
FLOOR = "lxml parse + one INSERT, COMMIT"

bare = Table("bench_floor", MetaData(), Column("xml", LargeBinary))
INSERT = insert(bare)


@dataclass(frozen=True, slots=True)
class Letter:
    """One filled form on its way: which form, its XML, whether its pictures come along, the whole body of its POST."""

    form_id: str
    xml: bytes
    has_files: bool
    body: bytes

    @property
    def counts(self) -> bool:
        """Whether it is one of those the goal speaks of."""
        return self.form_id == MEETING and len(self.xml) in BYTES


@dataclass(frozen=True, slots=True)
class Trip:
    """What one letter took, the question that Collect asks before it, and the floor right after it.

    In milliseconds. Other load hits all three alike.
    """

    letter: Letter
    asked: float
    took: float
    floor: float


def letters(place: Place) -> list[Letter]:
    """All forms of one province, in the order in which they came in; every second brings the pictures it names."""
    with place.database.reading() as session:
        forms = demo.published(session, PROJECT_ID)
        told = sorted(demo.tell(session, SENT_BY_TABLET, forms), key=lambda one: one.received_at)
    return [_letter(one, forms[one.form_id], bool(number % 2)) for number, one in enumerate(told)]


def _letter(one: demo.Filled, to: demo.Published, has_files: bool) -> Letter:
    xml = document.write(to.nodes, one.form_id, to.version, one.answers, one.instance_id, one.instance_name)
    files = dict.fromkeys(one.files if has_files else (), PICTURE)
    return Letter(one.form_id, xml, bool(files), multipart(xml, files))


def through_the_door(place: Place, limit: int | None, on: str) -> Iterator[Figure]:
    """Send one province's forms as its tablet would, each once; monthly reports of usual length are the figure."""
    with bare_table(place.database):
        trips = [_travel(place, letter) for letter in letters(place)[:limit]]
    held = [trip for trip in trips if trip.letter.counts]
    alone = [trip for trip in held if not trip.letter.has_files]
    size = median(len(trip.letter.xml) for trip in alone) / 1000
    yield Figure(
        f"Nhận một báo cáo tháng ({size:.1f} kB), {on}",
        f"one monthly report taken in and projected, its pictures to follow ({len(alone)} of them)",
        median(trip.took for trip in alone),
        median(trip.floor for trip in alone),
        FLOOR,
        goal=GOAL,
        goal_is_ratio=True,
    )
    small = [trip for trip in trips if len(trip.letter.xml) in SMALL_BYTES and not trip.letter.has_files]
    size = median(len(trip.letter.xml) for trip in small) / 1000
    yield Figure(
        f"HEAD rồi gửi một phiếu ({size:.1f} kB), so với chỉ gửi, {on}",
        f"the HEAD that Collect sends first, and then the form ({len(small)} of each)",
        median(trip.asked + trip.took for trip in small),
        median(trip.took for trip in small),
        "the POST alone",
        goal=ASKED_GOAL,
        goal_is_ratio=True,
    )
    pictured = [trip for trip in held if trip.letter.has_files]
    yield Figure(
        f"Như trên, kèm ảnh, {on}",
        f"the same with the pictures it names in one request ({len(pictured)} of them)",
        median(trip.took for trip in pictured),
        median(trip.floor for trip in pictured),
        FLOOR,
    )


def _travel(place: Place, letter: Letter) -> Trip:
    return Trip(
        letter,
        cpu_ms(partial(_ask, place)),
        cpu_ms(partial(_post, place, letter)),
        cpu_ms(partial(_keep, place.database, letter.xml)),
    )


def _ask(place: Place) -> None:
    status, answer = place.ask("HEAD", "submission", SENT_BY_TABLET)
    if not status.startswith("204"):
        raise RuntimeError(f"HEAD submission: {status} {answer.decode()}")


def _post(place: Place, letter: Letter) -> None:
    status, answer = place.ask("POST", "submission", SENT_BY_TABLET, letter.body)
    if not status.startswith("201"):
        raise RuntimeError(f"{letter.form_id}: {status} {answer.decode()}")


@contextmanager
def bare_table(database: Database) -> Iterator[None]:
    """A table of one column for the floor, as long as it is needed."""
    with database.writer.begin() as connection:
        bare.create(connection)
    yield
    with database.writer.begin() as connection:
        bare.drop(connection)


def _keep(database: Database, xml: bytes) -> None:
    """The least that keeping an XML can cost: reading it, and one row in the same kind of database, committed.

    Through SQLAlchemy, on the connection that the server writes with (SQLite: WAL, synchronous=FULL).
    """
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
        _floor(place.database),
        FLOOR,
    )


def _floor(database: Database) -> float:
    with database.reading() as session:
        texts = session.scalars(select(SubmissionVersion.xml).limit(300)).all()
    with bare_table(database):
        return median(each_ms(partial(_keep, database, xml) for xml in texts))
