"""Adding up the clubs of each province: what is kept where it still holds, the rest worked out from the club tables."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy.orm import Session

from reports.dataset import Dataset
from reports.facts import NotRead, Unit
from reports.nation import figures
from reports.nation.figures import Figures, Sums
from reports.nation.model import Counted, Stretch
from reports.settings import DEFAULT, Settings
from server.errors import Problem
from server.services.facts.load import of_clubs
from server.services.rollup import kept, place, question, state
from server.services.rollup.kept import Kept, packed
from server.services.rollup.question import Question
from server.services.rollup.stretch import context, key, stock_day

CHUNK = 200
"""Clubs worked out at once: all that is known of them is in memory, some 40 MB."""
LIVE = 200
"""Clubs that a page works out while somebody waits."""

Wanted = Sequence[tuple[Stretch, date]]
"""Stretches, each with the day whose provinces count."""


class RollupCold(Problem):
    """So many clubs have to be worked out that nobody should wait for it at a page."""

    code = "503.2"
    message_vi = (
        "Số liệu cả nước chưa tính xong: còn {clubs} câu lạc bộ. Máy chủ đang tính, xin mở lại trang này sau vài phút. "
        "Muốn có ngay, quản trị viên chạy lệnh: clb rollup refresh --period {period}{options}"
    )
    message_en = (
        "The country's figures are not ready: {clubs} clubs are still to be worked out. The server is at it; please "
        "open this page again in some minutes. To have them at once, an administrator runs: clb rollup refresh "
        "--period {period}{options}"
    )


def measure(
    session: Session, wanted: Wanted, today: date, most: int = LIVE, settings: Settings = DEFAULT
) -> list[Counted]:
    """The figures of stretches, the report's own first, each province by its own standards, changed by the report's own
    settings.

    most: clubs that may be worked out now. Raises RollupCold.
    """
    with _collecting_nothing():
        asked = _ask(session, wanted, today, settings)
        found = [kept.totals(session, one) for one in asked]
    waiting = {club_id for _, ids in found for club_id in ids}
    if len(waiting) > most:
        raise RollupCold(clubs=len(waiting), period=asked[0].stretch.period.text, options=options(settings))
    missing = [ids for _, ids in found]
    for number, club_id, told in _worked_out(session, asked, missing, today):
        found[number][0][asked[number].homes.get(club_id)].add(told)
    return [_counted(session, one, sums) for one, (sums, _) in zip(asked, found, strict=True)]


def outdated(
    session: Session, wanted: Wanted, today: date, settings: Settings = DEFAULT
) -> dict[str, list[int]]:
    """Clubs whose figures are not kept, or no longer hold, in order; each with the numbers of the stretches."""
    found: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(_ask(session, wanted, today, settings)):
        for club_id in kept.missing(session, one):
            found[club_id].append(number)
    return dict(sorted(found.items()))


def worked_out(
    session: Session,
    wanted: Wanted,
    today: date,
    clubs: Mapping[str, Collection[int]],
    settings: Settings = DEFAULT,
) -> list[Kept]:
    """The figures of some clubs, from the club tables. clubs: those to look at, each with the numbers of the stretches
    wanted of it. Some hundred at once: all that is known of them is in memory."""
    asked = _ask(session, wanted, today, settings, list(clubs))
    missing = [
        [club_id for club_id, numbers in clubs.items() if number in numbers and club_id in one.stamps]
        for number, one in enumerate(asked)
    ]
    return [
        packed(asked[number].key_of(club_id), club_id, asked[number].stamps[club_id], told)
        for number, club_id, told in _worked_out(session, asked, missing, today)
    ]


def keys(session: Session, wanted: Wanted, today: date, settings: Settings = DEFAULT) -> set[str]:
    """Everything that figures of these stretches may be kept under."""
    held = question.rules(session, settings)
    measured = (held.national, *held.by_province.values())
    return {key(one, stock_day(one.period, today), by) for one, _ in wanted for by in measured}


def options(settings: Settings) -> str:
    """The settings as options of the command, each with a space before it."""
    told = "" if settings.calendar == DEFAULT.calendar else f" --calendar {settings.calendar}"
    told += f" --phase {settings.phase}" if settings.phase else ""
    told += f" --older-age {settings.older_age}" if settings.older_age else ""
    for name, (low, high) in settings.rules.items():
        ends = "..".join("" if end is None else format(end, "f") for end in (low, high))
        told += f" --rule {name}={ends}"
    return told


def _ask(
    session: Session, wanted: Wanted, today: date, settings: Settings, only: Collection[str] | None = None
) -> list[Question]:
    clubs, places = state.clubs(session, only), place.Places(session, only)
    return question.ask(wanted, today, question.rules(session, settings), clubs, places)


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
) -> Iterator[tuple[int, str, Figures]]:
    """The figures of these clubs, each with the number of its question. Questions that end alike read clubs once."""
    together: dict[tuple[date, date], list[int]] = defaultdict(list)
    for number, one in enumerate(asked):
        if missing[number]:
            together[one.stretch.period.last, one.day].append(number)
    nation = place.nation(session) if together else None
    for (last, day), numbers in together.items():
        assert nation is not None
        work = {number: (asked[number], frozenset(missing[number])) for number in numbers}
        ids = sorted({club_id for number in numbers for club_id in missing[number]})
        since = asked[numbers[0]].rules.looks_back_to(min(last, day))
        for first in range(0, len(ids), CHUNK):
            some = ids[first : first + CHUNK]
            with _collecting_nothing():
                data = of_clubs(session, some, last, day, today, since)
                found, again = _figures(work, data, nation)
                if again:
                    data = of_clubs(session, sorted(again), last, day, today)
                    found = [one for one in found if one[1] not in again] + _figures(work, data, nation)[0]
                del data
            yield from found


def _figures(
    work: Mapping[int, tuple[Question, Collection[str]]], data: Dataset, nation: Unit
) -> tuple[list[tuple[int, str, Figures]], set[str]]:
    """Those of the clubs that are wanted, one by one, and the clubs of which more has to be read.

    work: by its number, a question and the clubs it wants.
    """
    found, again = [], set()
    for number, (asked, wanted) in work.items():
        measured = figures.brief if asked.stretch.is_brief else figures.whole
        for club in data.clubs:
            if club.id in wanted and club.id not in again:
                ctx = context(asked.stretch, data.alone(club), asked.standards_of(club.id), nation)
                try:
                    found.append((number, club.id, measured(ctx, club)))
                except NotRead:
                    again.add(club.id)
    return found, again


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Without the collector of reference cycles, which would look through every row again and again: rows have none,
    and it takes as long as all the rest."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
