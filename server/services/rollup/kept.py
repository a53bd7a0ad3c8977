"""What is kept of each club: rows of bare numbers, whose names many clubs share, so that thousands add up at once."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from reports.nation.figures import ROUND, Figures, Sums
from server import db
from server.models import ClubFigure, FigureLayout
from server.services.rollup.question import Question

TURN = 3_000_002
BATCH = 500
"""Clubs whose old rows one statement deletes."""
table, layouts = ClubFigure.__table__, FigureLayout.__table__


@dataclass(frozen=True, slots=True)
class Kept:
    """A club's figures with what they were made from, as rows hold them. names: of the numbers; rounds: None without
    a survey."""

    key: str
    club_id: str
    stamp: str
    names: str
    numbers: str
    rounds: Figures | None


def packed(key: str, club_id: str, stamp: str, figures: Figures) -> Kept:
    """Figures as they are kept."""
    rounds = {name: count for name, count in figures.items() if name.startswith(ROUND)}
    numbers = {name: count for name, count in figures.items() if name not in rounds} if rounds else figures
    told = orjson.dumps(list(numbers.values())).decode()
    return Kept(key, club_id, stamp, " ".join(numbers), told, rounds or None)


def totals(session: Session, asked: Question) -> tuple[dict[int | None, Sums], list[str]]:
    """What is kept and still holds, added up by province, and the clubs that it says nothing of, in order."""
    sums: dict[int | None, Sums] = defaultdict(Sums)
    alike: dict[tuple[int | None, str], list[str]] = defaultdict(list)
    seen: set[str] = set()
    columns = table.c.club_id, table.c.key, table.c.stamp, table.c.layout, table.c.numbers, table.c.rounds
    for club_id, name, stamp, layout, numbers, rounds in _rows(session, asked, columns):
        home = asked.homes.get(club_id)
        if asked.stamps.get(club_id) == stamp and asked.keys[home] == name:
            alike[home, layout].append(numbers)
            seen.add(club_id)
            if rounds:
                sums[home].add(rounds, clubs=0)
    names = _names(session, {layout for _, layout in alike})
    for (home, layout), told in alike.items():
        # A column at a time, in C: of ten thousand clubs a loop over names would take half a second.
        columns_of = zip(*orjson.loads(f"[{','.join(told)}]"), strict=True)
        sums[home].add(dict(zip(names[layout], map(sum, columns_of), strict=True)), len(told))
    return sums, [club_id for club_id in asked.stamps if club_id not in seen]


def missing(session: Session, asked: Question) -> list[str]:
    """Clubs of which nothing is kept that still holds, in order."""
    seen = {
        club_id
        for club_id, name, stamp in _rows(session, asked, (table.c.club_id, table.c.key, table.c.stamp))
        if asked.stamps.get(club_id) == stamp and asked.key_of(club_id) == name
    }
    return [club_id for club_id in asked.stamps if club_id not in seen]


def keep(session: Session, fresh: Sequence[Kept]) -> None:
    """Store what was worked out, in place of what was kept of the same clubs. Whoever keeps takes turns."""
    db.take_turn(session, TURN)
    by_key: dict[str, list[dict[str, Any]]] = defaultdict(list)
    names = {_layout(one.names): one.names for one in fresh}
    for one in fresh:
        by_key[one.key].append(_row(one))
    known = _names(session, names)
    if new := [{"id": layout, "names": told} for layout, told in names.items() if layout not in known]:
        session.execute(insert(layouts), new)
    for key, rows in by_key.items():
        ids = [row["club_id"] for row in rows]
        for first in range(0, len(ids), BATCH):
            some = table.c.club_id.in_(ids[first : first + BATCH])
            session.execute(delete(table).where(table.c.key == key, some))
        session.execute(insert(table), rows)


def has_old(session: Session, used: Collection[str]) -> bool:
    """Whether anything is kept under a key that is used no more."""
    return session.scalar(select(table.c.key).where(table.c.key.not_in(used)).limit(1)) is not None


def forget(session: Session, used: Collection[str], most: int) -> int:
    """Drop what is kept under no key that is still used, at most so many rows; returns how many that were."""
    db.take_turn(session, TURN)
    old = select(table.c.key, table.c.club_id).where(table.c.key.not_in(used)).limit(most)
    rows = [tuple(row) for row in session.connection().execute(old)]
    for key in {key for key, _ in rows}:
        ids = [club_id for of, club_id in rows if of == key]
        session.execute(delete(table).where(table.c.key == key, table.c.club_id.in_(ids)))
    return len(rows)


def clear(session: Session) -> int:
    """Forget everything kept; returns how many rows that were."""
    db.take_turn(session, TURN)
    number = session.connection().execute(delete(table)).rowcount
    session.execute(delete(layouts))
    return number


def _rows(session: Session, asked: Question, columns: Sequence[Any]) -> Sequence[Any]:
    keys = sorted(set(asked.keys.values()))
    return session.connection().execute(select(*columns).where(table.c.key.in_(keys))).all()


def _row(one: Kept) -> dict[str, Any]:
    return {
        "key": one.key,
        "club_id": one.club_id,
        "stamp": one.stamp,
        "layout": _layout(one.names),
        "numbers": one.numbers,
        "rounds": one.rounds,
    }


@lru_cache(maxsize=4096)
def _layout(names: str) -> str:
    return hashlib.sha1(names.encode(), usedforsecurity=False).hexdigest()


def _names(session: Session, ids: Collection[str] | Mapping[str, Any]) -> dict[str, list[str]]:
    """Layout → its names, of those that are known."""
    held = select(layouts.c.id, layouts.c.names).where(layouts.c.id.in_(sorted(ids)))
    return {layout: names.split() for layout, names in session.connection().execute(held).all()}
