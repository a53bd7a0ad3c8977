"""Adding up the clubs of each province: what is kept where it still holds, the rest worked out from the club tables."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy.orm import Session

from reports.dataset import Dataset
from reports.facts import Unit
from reports.nation import figures
from reports.nation.figures import Sums
from reports.nation.model import Counted, Stretch
from server.errors import Problem
from server.services.report.load import of_clubs
from server.services.rollup import kept, place, question, state
from server.services.rollup.kept import Kept
from server.services.rollup.question import Question
from server.services.rollup.stretch import context

CHUNK = 100
"""Clubs worked out at once: all that is known of them is in memory, some 40 MB."""
LIVE = 200
"""Clubs that a page works out while somebody waits."""

Wanted = Sequence[tuple[Stretch, date]]
"""Stretches, each with the day whose provinces count."""


class RollupCold(Problem):
    """So many clubs have to be worked out that nobody should wait for it at a page."""

    code = "503.2"
    message_vi = (
        "Số liệu cả nước chưa tính xong: còn {clubs} câu lạc bộ. Quản trị viên chạy lệnh: clb rollup refresh "
        "--period {period}; sau đó mở lại trang này."
    )
    message_en = (
        "The country's figures are not ready: {clubs} clubs are still to be worked out. An administrator runs: "
        "clb rollup refresh --period {period}; then open this page again."
    )


def measure(session: Session, wanted: Wanted, today: date, most: int = LIVE) -> list[Counted]:
    """The figures of stretches, the report's own first, each province by its own standards.

    most: clubs that may be worked out now. Raises RollupCold.
    """
    asked = _ask(session, wanted, today)
    found = [kept.totals(session, one) for one in asked]
    waiting = {club_id for _, ids in found for club_id in ids}
    if len(waiting) > most:
        raise RollupCold(clubs=len(waiting), period=asked[0].stretch.period.text)
    missing = [ids for _, ids in found]
    for number, one in _worked_out(session, asked, missing, today):
        found[number][0][asked[number].homes.get(one.club_id)].add(one.figures)
    return [_counted(session, one, sums) for one, (sums, _) in zip(asked, found, strict=True)]


def outdated(session: Session, wanted: Wanted, today: date) -> dict[str, list[int]]:
    """Clubs whose figures are not kept, or no longer hold, in order; each with the numbers of the stretches."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(_ask(session, wanted, today)):
        for club_id in kept.missing(session, one):
            found[club_id].append(number)
    return dict(sorted(found.items()))


def worked_out(
    session: Session, wanted: Wanted, today: date, clubs: Mapping[str, Collection[int]]
) -> list[Kept]:
    """The figures of some clubs, from the club tables. clubs: those to look at, each with the numbers of the stretches
    wanted of it. Some hundred at once: all that is known of them is in memory."""
    asked = _ask(session, wanted, today, list(clubs))
    missing = [
        [club_id for club_id, numbers in clubs.items() if number in numbers and club_id in one.stamps]
        for number, one in enumerate(asked)
    ]
    return [one for _, one in _worked_out(session, asked, missing, today)]


def _ask(
    session: Session, wanted: Wanted, today: date, only: Collection[str] | None = None
) -> list[Question]:
    clubs, places = state.clubs(session, only), place.Places(session, only)
    return question.ask(wanted, today, question.rules(session), clubs, places)


def _counted(session: Session, asked: Question, sums: dict[int | None, Sums]) -> Counted:
    undecided = sums.pop(None, Sums())
    known = {home: total for home, total in sums.items() if home is not None}
    phase = asked.rules.national.phase(asked.stretch.phase)
    assert phase is not None
    day = min(asked.day, asked.stretch.period.last)
    provinces = place.provinces(session, asked.as_of)
    return Counted(asked.stretch, phase, day, asked.as_of, provinces, known, undecided)


def _worked_out(
    session: Session, asked: Sequence[Question], missing: Sequence[Sequence[str]], today: date
) -> Iterator[tuple[int, Kept]]:
    """The figures of these clubs, each with the number of its question. Questions that end alike read clubs once."""
    together: dict[tuple[date, date], list[int]] = defaultdict(list)
    for number, one in enumerate(asked):
        if missing[number]:
            together[one.stretch.period.last, one.day].append(number)
    nation = place.nation(session) if together else None
    for (last, day), numbers in together.items():
        assert nation is not None
        ids = sorted({club_id for number in numbers for club_id in missing[number]})
        wanted = {number: frozenset(missing[number]) for number in numbers}
        for first in range(0, len(ids), CHUNK):
            with _collecting_nothing():
                data = of_clubs(session, ids[first : first + CHUNK], last, day, today)
                found = [
                    (number, one)
                    for number in numbers
                    for one in _figures(asked[number], data, wanted[number], nation)
                ]
                del data
            yield from found


def _figures(asked: Question, data: Dataset, wanted: Collection[str], nation: Unit) -> Iterator[Kept]:
    """Those of the clubs that are wanted, one by one."""
    measured = figures.brief if asked.stretch.is_brief else figures.whole
    contexts = {}
    for club in data.clubs:
        if club.id not in wanted:
            continue
        standards = asked.standards_of(club.id)
        if id(standards) not in contexts:
            contexts[id(standards)] = context(asked.stretch, data, standards, nation)
        alone = figures.alone(contexts[id(standards)], data, club)
        yield Kept(asked.key_of(club.id), club.id, asked.stamps[club.id], measured(alone, club))


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Without the collector of reference cycles, which would look through every fact again and again: facts have none,
    and it takes as long as all the rest."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
