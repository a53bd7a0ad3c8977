"""The report of the country, over a database as large as the programme may become."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from bench.country import CLUBS, make
from bench.figures import Figure
from reports.period import parse
from server.cli.nation import refresh_all
from server.db import Database
from server.projection import changed
from server.services.report import nation

PERIOD, TODAY = parse("2021..2025"), date(2026, 3, 1)
COLD_MS, NEW_MS, MEMORY_MB = 10_000, 1_000, 500
"""Goals: processor time of the figures, and memory."""
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
    floor, _ = _asked(url, "scan")
    first, memory = _asked(url, "refresh")
    cold, peak = _asked(url, "figures")
    yield Figure(
        f"Số liệu cả nước, {clubs} CLB đã tính sẵn, tiến trình mới",
        f"figures of the country, {clubs} clubs kept, new process",
        cold,
        floor,
        FLOOR,
        goal=COLD_MS,
    )
    yield Figure(
        "Bộ nhớ cao nhất, kể cả khi tính từng CLB",
        "peak of memory, working out the clubs included",
        max(memory, peak),
        _asked(url, "nothing")[1],
        "a process that has only loaded the program",
        unit="MB",
        goal=MEMORY_MB,
    )
    yield Figure(
        f"Tính phần của {clubs} CLB từ đầu, chạy nền",
        f"working out and keeping {clubs} clubs from nothing, in the background",
        first,
        floor,
        FLOOR,
        goal=COLD_MS,
    )
    _asked(url, "late")
    late, _ = _asked(url, "some")
    yield Figure(
        f"Số liệu cả nước khi {LATE} CLB vừa gửi một tháng",
        f"figures of the country while a month of {LATE} clubs is new",
        late,
        floor,
        FLOOR,
        goal=NEW_MS,
    )
    _asked(url, "refresh")
    month, _ = _asked(url, "figures")
    yield Figure(
        "Như trên, sau khi chạy nền xong",
        "the same, once the background has kept them",
        month,
        floor,
        FLOOR,
        goal=NEW_MS,
    )


def _asked(url: str, what: str) -> tuple[float, float]:
    """Processor milliseconds and peak memory in MB of one question, in a process of its own."""
    told = subprocess.run(
        [sys.executable, "-m", "bench.nation", url, what], capture_output=True, text=True, check=True
    )
    spent, peak = told.stdout.split()
    return float(spent), float(peak)


def ask(url: str, what: str) -> None:
    """One question: prints processor milliseconds, not counting the loading of the program, and the peak of memory."""
    database = Database(url)
    began = time.process_time()
    QUESTIONS[what](database)
    spent = (time.process_time() - began) * 1000
    print(spent, _peak_mb())


def _peak_mb() -> float:
    """The most memory this process has held; what getrusage tells may be of the process it was started by."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


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
    refresh_all(database, PERIOD, TODAY)


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
    "scan": _scan,
    "late": _late,
}

if __name__ == "__main__":
    ask(*sys.argv[1:])
