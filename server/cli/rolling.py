"""What `clb rollup refresh` and `clb worker` do about the country's figures: find, work out and keep what is outdated.

Reading and writing take turns, so that intake goes on meanwhile: a transaction keeps a few hundred rows. A club that
changes in between is found outdated the next time.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from time import monotonic

from sqlalchemy.orm import Session

from reports.nation.model import Stretch
from reports.settings import Settings
from server import log
from server.db import Database
from server.errors import Problem
from server.services import pool, rollup
from server.services.rollup import Asked, Kept, Part, Wanted, work_out

PART = 400
"""Clubs worked out in one go, and kept in one transaction."""
ALONE = 500
"""Fewer clubs are not worth starting processes for, which takes a second or two."""
ROUND_SECONDS = 30
"""How long a worker stays with it before it looks for other work."""
FORGOTTEN = 5000
"""Rows of periods nobody asks for any more that a round drops at most."""
speak = log.logger("rollup")


class NotWorkedOut(Problem):
    """A process that works out figures ended in an error."""

    code = "500.10"
    message_vi = (
        "Không tính được số liệu cả nước ({reason}). Xin chạy lại lệnh; nếu vẫn lỗi, xem nhật ký máy chủ."
    )
    message_en = (
        "The country's figures could not be worked out ({reason}). Run it again; then see the server's log."
    )


def refresh(
    database: Database,
    periods: Sequence[Asked],
    today: date,
    processes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Work out and keep all that reports of these periods lack; returns how many rows that were.

    processes: that read and compute; this one writes. Without it, one a core. Raises StandardsMissing, NotWorkedOut.
    """
    parts = waiting(database, periods, today)
    number, done = sum(part.figures for part in parts), 0
    for made in _made(database, parts, processes):
        with database.transaction() as session:
            rollup.keep(session, made)
        done += len(made)
        if progress:
            progress(done, number)
    return done


def waiting(database: Database, periods: Sequence[Asked], today: date) -> list[Part]:
    """What is missing or no longer holds, in parts. Raises StandardsMissing."""
    parts = []
    with database.reading() as session:
        for settings, wanted in _wanted(session, periods):
            clubs = rollup.outdated(session, wanted, today, settings)
            ids = list(clubs)
            parts += [
                Part(wanted, today, {one: clubs[one] for one in ids[first : first + PART]}, settings)
                for first in range(0, len(ids), PART)
            ]
    return parts


def look(database: Database, today: date, is_stopping: Callable[[], bool]) -> bool:
    """One round of a worker over the usual periods. False when clubs are still to do: look again soon."""
    began = monotonic()
    with database.reading() as session:
        periods = list(_usable(session, rollup.periods(session, today)))
    parts = waiting(database, periods, today) if periods else []
    done = 0
    for part in parts:
        if is_stopping() or monotonic() - began > ROUND_SECONDS:
            break
        made = work_out(database, part)
        with database.transaction() as session:
            rollup.keep(session, made)
        done += len(part.clubs)
    left = sum(len(part.clubs) for part in parts) - done
    forgotten = 0 if left or not periods else _forget(database, periods, today)
    if parts or forgotten:
        spent = round(monotonic() - began, 1)
        speak.info("figures kept", clubs=done, left=left, forgotten=forgotten, seconds=spent)
    return not left


def _made(database: Database, parts: Sequence[Part], processes: int | None) -> Iterator[list[Kept]]:
    if processes == 1 or sum(len(part.clubs) for part in parts) < ALONE:
        yield from (work_out(database, part) for part in parts)
        return

    url = database.url.render_as_string(hide_password=False)
    for _, outcome in pool.as_made(url, work_out, parts, processes):
        if outcome.made is None:
            raise NotWorkedOut(reason=outcome.failure.en if outcome.failure else "")
        yield outcome.made


def _wanted(session: Session, periods: Sequence[Asked]) -> list[tuple[Settings, Wanted]]:
    """The stretches of all periods, each once, by the settings that they are measured with."""
    from server.services.report import nation  # WeasyPrint takes a second to import.

    found: dict[str, tuple[Settings, dict[tuple[Stretch, date], None]]] = {}
    for one in periods:
        _, stretches = found.setdefault(one.key, (one.settings, {}))
        stretches |= dict.fromkeys(nation.wanted(session, one.period, one.settings))
    return [(settings, list(stretches)) for settings, stretches in found.values()]


def _usable(session: Session, periods: Sequence[Asked]) -> Iterator[Asked]:
    """Those that the standards still know: one that they lost since it was asked for must not stop the others."""
    from server.services.report import BadSettings, nation

    for one in periods:
        with suppress(BadSettings):
            nation.wanted(session, one.period, one.settings)
            yield one


def _forget(database: Database, periods: Sequence[Asked], today: date) -> int:
    with database.reading() as session:
        used = set[str]()
        for settings, wanted in _wanted(session, periods):
            used |= rollup.keys(session, wanted, today, settings)
        if not rollup.has_old(session, used):
            return 0
    with database.transaction() as session:
        return rollup.forget(session, used, FORGOTTEN)
