"""Adding up the clubs of each province: what is kept where it still holds, the rest worked out from the club tables."""

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from reports.nation import figures
from reports.nation.figures import Figures, Sums
from reports.nation.model import Counted, Stretch
from reports.settings import DEFAULT, Settings
from reports.standards import Standards
from server.errors import Problem
from server.models import Club, ClubChange, ClubFigure, PhaseRule, Training, UnitClosure
from server.models import Unit as UnitRow
from server.services import plan
from server.services.report.load import of_clubs
from server.services.rollup import place
from server.services.rollup.stretch import context, key, stock_day

CHUNK = 100
"""Clubs worked out at once: all that is known of them is in memory, some 40 MB."""
LIVE = 200
"""Clubs that a page works out while somebody waits."""


class RollupCold(Problem):
    """So many clubs have to be worked out that nobody should wait for it at a page."""

    code = "503.2"
    message_vi = (
        "Số liệu cả nước chưa tính xong: còn {clubs} câu lạc bộ. Quản trị viên chạy lệnh: clb rollup refresh "
        "--period {period}{options}; sau đó mở lại trang này."
    )
    message_en = (
        "The country's figures are not ready: {clubs} clubs are still to be worked out. An administrator runs: "
        "clb rollup refresh --period {period}{options}; then open this page again."
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """A club's figures with what they were made from."""

    key: str
    club_id: str
    stamp: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class _Question:
    """A stretch with all that its figures depend on besides the clubs themselves."""

    stretch: Stretch
    day: date
    today: date
    by_province: Mapping[int | None, Standards]
    national: Standards

    def standards(self, province_id: int | None) -> Standards:
        return self.by_province.get(province_id, self.national)

    def keys(self, homes: Iterable[int | None]) -> dict[int | None, str]:
        """The key of each province; most share the country's."""
        common = key(self.stretch, self.day, self.national)
        own = {home: key(self.stretch, self.day, held) for home, held in self.by_province.items()}
        return {home: own.get(home, common) for home in (*homes, None)}


def measure(
    session: Session,
    of: Stretch,
    today: date,
    as_of: date,
    most: int = LIVE,
    settings: Settings = DEFAULT,
) -> Counted:
    """The figures of a stretch, each province by its own standards, changed by the report's own settings.

    as_of: the day whose provinces count. most: clubs that may be worked out now. Raises RollupCold.
    """
    asked = _question(session, of, today, settings)
    homes, stamps = place.of_clubs(session, as_of), _stamps(session, of)
    sums, missing = _kept(session, asked, homes, stamps)
    if len(missing) > most:
        raise RollupCold(clubs=len(missing), period=of.period.text, options=_options(settings))
    for part in _worked_out(session, asked, homes, stamps, missing):
        for one in part:
            sums[homes.get(one.club_id)].add(one.figures)
    undecided = sums.pop(None, Sums())
    known = {home: total for home, total in sums.items() if home is not None}
    phase = asked.national.phase(of.phase)
    assert phase is not None
    return Counted(
        of, phase, min(asked.day, of.period.last), as_of, place.provinces(session, as_of), known, undecided
    )


def outdated(
    session: Session, of: Stretch, today: date, as_of: date, settings: Settings = DEFAULT
) -> list[str]:
    """Ids of the clubs whose figures are not kept, or no longer hold, in order."""
    asked = _question(session, of, today, settings)
    return _kept(session, asked, place.of_clubs(session, as_of), _stamps(session, of))[1]


def worked_out(
    session: Session,
    of: Stretch,
    today: date,
    as_of: date,
    club_ids: Sequence[str],
    settings: Settings = DEFAULT,
) -> tuple[Kept, ...]:
    """The figures of some clubs, from the club tables. Some hundred at once: all that is known of them is in memory."""
    asked = _question(session, of, today, settings)
    homes, stamps = place.of_clubs(session, as_of), _stamps(session, of)
    found = _worked_out(session, asked, homes, stamps, [one for one in club_ids if one in stamps])
    return tuple(one for part in found for one in part)


def keep(session: Session, fresh: Sequence[Kept]) -> None:
    """Store what was worked out, in place of what was kept of the same clubs."""
    table = ClubFigure.__table__
    for name in sorted({one.key for one in fresh}):
        own = [one for one in fresh if one.key == name]
        for first in range(0, len(own), CHUNK):
            ids = [one.club_id for one in own[first : first + CHUNK]]
            session.execute(delete(table).where(table.c.key == name, table.c.club_id.in_(ids)))
        rows = [
            {"key": one.key, "club_id": one.club_id, "stamp": one.stamp, "figures": one.figures}
            for one in own
        ]
        session.execute(insert(table), rows)


def clear(session: Session) -> int:
    """Forget everything kept; returns how many rows that were."""
    return session.connection().execute(delete(ClubFigure.__table__)).rowcount


def _options(settings: Settings) -> str:
    """The settings as options of the command, each with a space before it."""
    options = "" if settings.calendar == DEFAULT.calendar else f" --calendar {settings.calendar}"
    options += f" --phase {settings.phase}" if settings.phase else ""
    options += f" --older-age {settings.older_age}" if settings.older_age else ""
    for name, (low, high) in settings.rules.items():
        ends = "..".join("" if end is None else format(end, "f") for end in (low, high))
        options += f" --rule {name}={ends}"
    return options


def _question(session: Session, of: Stretch, today: date, settings: Settings) -> _Question:
    own = select(PhaseRule.unit_id).where(PhaseRule.unit_id.is_not(None))
    below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id.in_(own))
    with_own = session.scalars(select(UnitRow).where(UnitRow.level == "p", UnitRow.id.in_(below)))
    by_province: dict[int | None, Standards] = {
        unit.id: settings.applied(plan.standards(session, unit)) for unit in with_own
    }
    national = settings.applied(plan.standards(session))
    return _Question(of, stock_day(of.period, today), today, by_province, national)


def _stamps(session: Session, of: Stretch) -> dict[str, str]:
    """Club → its state: how often it was written, what people decided about it, the trainings recorded for it."""
    trained: dict[str | None, list[object]] = defaultdict(list)
    told = select(Training.club_code, Training.starts_on, Training.ends_on).where(
        Training.club_code.is_not(None)
    )
    for code, first, last in session.execute(told.order_by(Training.starts_on, Training.id)):
        trained[code].append((first.toordinal(), last.toordinal()))
    rows = session.connection().execute(
        select(Club.id, Club.code, Club.status, Club.closed_on, ClubChange.serial)
        .outerjoin(ClubChange, ClubChange.club_id == Club.id)
        .where(Club.founding_date <= of.period.last, Club.status != "rejected")
        .order_by(Club.id)
    )
    return {
        club_id: f"{serial or 0} {status} {closed or ''} {sum(map(hash, trained.get(code, ())))}".strip()
        for club_id, code, status, closed, serial in rows.all()
    }


def _kept(
    session: Session, asked: _Question, homes: Mapping[str, int], stamps: Mapping[str, str]
) -> tuple[dict[int | None, Sums], list[str]]:
    """What is kept and still holds, added up by province, and the clubs that it says nothing of."""
    keys = asked.keys(set(homes.values()))
    sums: dict[int | None, Sums] = defaultdict(Sums)
    seen: set[str] = set()
    table = ClubFigure.__table__
    rows = session.connection().execute(
        select(table.c.club_id, table.c.key, table.c.stamp, table.c.figures).where(
            table.c.key.in_(sorted(set(keys.values())))
        )
    )
    for club_id, name, stamp, told in rows.all():
        home = homes.get(club_id)
        if stamps.get(club_id) == stamp and keys[home] == name:
            sums[home].add(told)
            seen.add(club_id)
    return sums, [club_id for club_id in stamps if club_id not in seen]


def _worked_out(
    session: Session,
    asked: _Question,
    homes: Mapping[str, int],
    stamps: Mapping[str, str],
    club_ids: Sequence[str],
) -> Iterator[list[Kept]]:
    """The figures of these clubs, a chunk at a time."""
    nation = place.nation(session) if club_ids else None
    keys = asked.keys(set(homes.values()))
    for first in range(0, len(club_ids), CHUNK):
        assert nation is not None
        with _collecting_nothing():
            data = of_clubs(
                session, club_ids[first : first + CHUNK], asked.stretch.period.last, asked.day, asked.today
            )
            found = []
            for club in data.clubs:
                home = homes.get(club.id)
                alone = figures.alone(context(asked.stretch, data, asked.standards(home), nation), data, club)
                told = figures.brief(alone, club) if asked.stretch.is_brief else figures.whole(alone, club)
                found.append(Kept(keys[home], club.id, stamps[club.id], told))
            del data
        yield found


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
