"""The report of the country, over a database as large as the programme may become."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event, Thread

from bench.country import CLUBS, make
from bench.figures import Figure
from reports.period import parse
from server.cli import rolling
from server.db import Database
from server.projection import changed
from server.services import rollup
from server.services.report import nation

PERIOD, TODAY = parse("2021..2025"), date(2026, 3, 1)
COLD_MS, NEW_MS, MEMORY_MB = 10_000, 1_000, 500
"""Goals: from nothing by the clock, processor time when a month is new, memory."""
LATE = 100
"""Clubs of which a month comes in late."""
FLOOR = "reading every month, member and fund book once, as rows"


def figures(clubs: int = CLUBS) -> Iterator[Figure]:
    """The country's figures with all clubs kept, with some outdated, and what keeping takes, each in a new process."""
    with tempfile.TemporaryDirectory(prefix="clb-nation-") as folder:
        url = f"sqlite:///{Path(folder) / 'clb.sqlite'}"
        database = Database(url)
        make(database, clubs)
        database.close()
        yield from _measured(url, clubs)


def _measured(url: str, clubs: int) -> Iterator[Figure]:
    floor = _asked(url, "scan").cpu_ms
    first, alone = _asked(url, "refresh"), _asked(url, "again")
    kept = _asked(url, "figures")
    yield Figure(
        f"Số liệu cả nước, {clubs} CLB đã tính sẵn, tiến trình mới",
        f"figures of the country, {clubs} clubs kept, new process",
        kept.cpu_ms,
        floor,
        FLOOR,
        goal=NEW_MS,
    )
    yield Figure(
        f"Tính phần của {clubs} CLB từ đầu trên mọi lõi, theo đồng hồ",
        f"working out and keeping {clubs} clubs from nothing on all cores, by the clock",
        first.wall_ms,
        floor,
        FLOOR,
        goal=COLD_MS,
    )
    yield Figure(
        "Như trên, thời gian CPU trong một tiến trình",
        "the same, processor time in one process",
        alone.cpu_ms,
        floor,
        FLOOR,
    )
    yield Figure(
        "Bộ nhớ cao nhất của mọi tiến trình khi tính",
        "peak of memory of all processes, working out the clubs",
        max(first.peak_mb, kept.peak_mb),
        _asked(url, "nothing").peak_mb,
        "a process that has only loaded the program",
        unit="MB",
        goal=MEMORY_MB,
    )
    _asked(url, "late")
    yield Figure(
        f"Số liệu cả nước khi {LATE} CLB vừa gửi một tháng",
        f"figures of the country while a month of {LATE} clubs is new",
        _asked(url, "some").cpu_ms,
        floor,
        FLOOR,
        goal=NEW_MS,
    )
    _asked(url, "look")
    yield Figure(
        "Như trên, sau một lượt của tiến trình việc nền",
        "the same, once the worker has looked",
        _asked(url, "figures").cpu_ms,
        floor,
        FLOOR,
        goal=NEW_MS,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What one question took, not counting the loading of the program; processes it started are counted in."""

    cpu_ms: float
    wall_ms: float
    peak_mb: float


def _asked(url: str, what: str) -> Asked:
    """One question, in a process of its own."""
    command = [sys.executable, "-m", "bench.nation", url, what]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Asked(*map(float, told.stdout.split()[-3:]))


def ask(url: str, what: str) -> None:
    """One question: prints processor and clock milliseconds, and the peak of memory in MB."""
    database = Database(url)
    with memory() as peak:
        began, clock = _spent(), time.perf_counter()
        QUESTIONS[what](database)
        spent, waited = _spent() - began, time.perf_counter() - clock
    print(spent * 1000, waited * 1000, max(peak))


def _spent() -> float:
    """Processor seconds of this process, and of those it started that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


@contextmanager
def memory() -> Iterator[list[float]]:
    """Looks every tenth of a second how much memory this process and those it started hold, in MB; pages that they
    share count once."""
    seen, is_over = [_held_mb()], Event()

    def watch() -> None:
        while not is_over.wait(0.1):
            seen.append(_held_mb())

    thread = Thread(target=watch, daemon=True)
    thread.start()
    yield seen
    seen.append(_held_mb())
    is_over.set()
    thread.join()


def _held_mb() -> float:
    own = os.getpid()
    return sum(map(_share_mb, [own, *_children(own)]))


def _children(of: int) -> list[int]:
    with suppress(OSError):
        threads = Path(f"/proc/{of}/task").iterdir()
        return [int(pid) for one in threads for pid in (one / "children").read_text().split()]
    return []


def _share_mb(pid: int) -> float:
    with suppress(OSError):  # It may have ended.
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) / 1024
    return 0


def _nothing(database: Database) -> None:
    """The program is loaded; nothing is asked."""


def _read(database: Database) -> None:
    """The report's figures, all clubs being kept; refused if they are not."""
    with database.reading() as session:
        nation.counts(session, PERIOD, TODAY, PERIOD.last, most=0)


def _read_some(database: Database) -> None:
    """The figures while a hundred clubs have to be worked out."""
    with database.reading() as session:
        nation.counts(session, PERIOD, TODAY, PERIOD.last)


def _refresh(database: Database) -> None:
    """Everything from nothing, on all cores."""
    rolling.refresh(database, [rollup.Asked(PERIOD)], TODAY)


def _again(database: Database) -> None:
    """The same once more, in this process."""
    with database.transaction() as session:
        rollup.clear(session)
    rolling.refresh(database, [rollup.Asked(PERIOD)], TODAY, processes=1)


def _look(database: Database) -> None:
    """One round of the worker."""
    rolling.look(database, TODAY, lambda: False)


def _scan(database: Database) -> None:
    """Every month, member and book once, as rows: what nobody could do without who keeps nothing."""
    with database.reading() as session:
        for name in ("meeting", "member", "income_fund_month"):
            for _ in session.connection().exec_driver_sql(f"SELECT * FROM {name}"):
                pass


def _late(database: Database) -> None:
    """Some clubs are written once more, as a month that comes in does."""
    with database.transaction() as session:
        changed.touch(session.connection(), [f"c{number:06}" for number in range(LATE)])


QUESTIONS: dict[str, Callable[[Database], None]] = {
    "nothing": _nothing,
    "figures": _read,
    "some": _read_some,
    "refresh": _refresh,
    "again": _again,
    "look": _look,
    "scan": _scan,
    "late": _late,
}

if __name__ == "__main__":
    ask(*sys.argv[1:])
