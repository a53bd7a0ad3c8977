"""Loading the register's CSV files into the database: checked first, brought up to date, never emptied."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from server.errors import Problem
from server.models.unit import Unit, UnitClosure, UnitLink

Row = Mapping[str, str]
LEVELS = "npdc"
COPIED = ("code", "level", "kind", "name", "full_name", "region_flags", "basis")


class Key(NamedTuple):
    code: str
    valid_from: date


class RegisterInvalid(Problem):
    """The register's files contradict themselves; nothing was loaded."""

    code = "400.2"
    message_vi = "Sổ đơn vị hành chính có lỗi nên chưa được nạp: {errors}"
    message_en = "The register of units has errors and was not loaded: {errors}"


@dataclass(frozen=True)
class Loaded:
    """Units and links in the files, and how many of them were new to the database or differed from it."""

    units: int
    links: int
    changed: int


def load(session: Session, directory: Path) -> Loaded:
    """Bring the database to the state of unit.csv and unit_link.csv in a directory.

    A second call with the same files changes nothing. A unit that has left the files stays in the database,
    because clubs and plans may point at it. Raises RegisterInvalid, with every error found, before it writes.
    """
    units = {_key(row): row for row in _rows(directory / "unit.csv")}
    links = list(_rows(directory / "unit_link.csv"))
    errors = [*_unit_errors(units), *_link_errors(units, links)]
    if errors:
        raise RegisterInvalid(errors="; ".join(errors))
    changed = _store_units(session, units) + _store_links(session, links)
    if changed:
        rebuild_closure(session)
    return Loaded(len(units), len(links), changed)


def _rows(path: Path) -> Iterable[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def _key(row: Row, prefix: str = "") -> Key:
    return Key(row[f"{prefix}code"], date.fromisoformat(row[f"{prefix}valid_from"]))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _parent(row: Row) -> Key | None:
    return _key(row, "parent_") if row["parent_code"] else None


def _unit_errors(units: Mapping[Key, Row]) -> Iterable[str]:
    """Unknown parents, a validity that ends before it begins, two states of one code on one day."""
    last_day: dict[str, date] = {}
    for key, row in sorted(units.items()):
        parent = _parent(row)
        if parent is not None and parent not in units:
            yield f"{key.code}: unknown parent {parent.code}@{parent.valid_from}"
        if key.valid_from <= last_day.get(key.code, date.min):
            yield f"{key.code}: two states on {key.valid_from}"
        last_day[key.code] = _day(row["valid_to"]) or date.max
        if last_day[key.code] < key.valid_from:
            yield f"{key.code}: ends before {key.valid_from}"


def _link_errors(units: Mapping[Key, Row], links: Iterable[Row]) -> Iterable[str]:
    for row in links:
        for key in (_key(row, "old_"), _key(row, "new_")):
            if key not in units:
                yield f"link to unknown unit {key.code}@{key.valid_from}"


def _store_units(session: Session, units: Mapping[Key, Row]) -> int:
    """Insert or update level by level, so that a parent has its ID before its children; returns rows."""
    ids = _ids(session)
    stored = {row.id: dict(row._mapping) for row in session.execute(select(*Unit.__table__.columns))}
    written = 0
    for level in LEVELS:
        new: list[dict[str, Any]] = []
        for key, row in units.items():
            if row["level"] != level:
                continue
            values = _unit_values(row, ids)
            if key not in ids:
                new.append(values)
            elif stored[ids[key]] != {"id": ids[key], **values}:
                session.execute(update(Unit).where(Unit.id == ids[key]).values(values))
                written += 1
        if new:
            session.execute(insert(Unit), new)
            ids = _ids(session)
        written += len(new)
    return written


def _ids(session: Session) -> dict[Key, int]:
    rows = session.execute(select(Unit.code, Unit.valid_from, Unit.id))
    return {Key(code, day): unit_id for code, day, unit_id in rows}


def _unit_values(row: Row, ids: Mapping[Key, int]) -> dict[str, Any]:
    parent = _parent(row)
    return {
        **{name: row[name] for name in COPIED},
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
        "parent_id": ids[parent] if parent else None,
        "is_urban": row["urban"] == "1" if row["urban"] else None,
        "lat": float(row["lat"]) if row["lat"] else None,
        "lon": float(row["lon"]) if row["lon"] else None,
    }


def _store_links(session: Session, links: Iterable[Row]) -> int:
    """Insert or update links by their two ends; returns rows written."""
    ids = _ids(session)
    stored = {(link.old_id, link.new_id): link for link in session.scalars(select(UnitLink))}
    written = 0
    for row in links:
        ends = ids[_key(row, "old_")], ids[_key(row, "new_")]
        is_partial, basis = row["partial"] == "1", row["basis"]
        link = stored.get(ends)
        if link is None:
            session.add(UnitLink(old_id=ends[0], new_id=ends[1], is_partial=is_partial, basis=basis))
        elif (link.is_partial, link.basis) != (is_partial, basis):
            link.is_partial, link.basis = is_partial, basis
        else:
            continue
        written += 1
    session.flush()
    return written


def rebuild_closure(session: Session) -> None:
    """Write anew which unit lies at or below which, from the parents; a unit lies below itself."""
    parents = {row.id: row.parent_id for row in session.execute(select(Unit.id, Unit.parent_id))}
    pairs: dict[int, list[int]] = defaultdict(list)
    for unit_id in parents:
        above: int | None = unit_id
        while above is not None:
            pairs[unit_id].append(above)
            above = parents[above]
    session.execute(delete(UnitClosure))
    rows = [{"ancestor_id": up, "descendant_id": down} for down, ups in pairs.items() for up in ups]
    if rows:
        session.execute(insert(UnitClosure), rows)
