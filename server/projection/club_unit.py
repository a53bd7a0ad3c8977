"""Where a club stands from when to when: the commune its founding form names, followed through the reforms.

A commune that went whole into one successor leads there (basis `reform`). One that was split leads only as far up as
is certain, mostly to the new province (basis `split`), until a person says which part the village is in (`person`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from server.models.club import ClubUnit
from server.models.unit import Unit, UnitClosure, UnitLink

units = Unit.__table__
places = ClubUnit.__table__
HIGHEST_FIRST = "npdc"

STATES = select(units.c.id, units.c.code, units.c.valid_from, units.c.valid_to).where(
    units.c.code == bindparam("code")
)
BY_ID = select(units.c.id, units.c.code, units.c.valid_from, units.c.valid_to).where(
    units.c.id == bindparam("id")
)
SUCCESSORS = (
    select(units.c.id, units.c.code, units.c.valid_from, units.c.valid_to, UnitLink.is_partial)
    .join(UnitLink, UnitLink.new_id == units.c.id)
    .where(UnitLink.old_id == bindparam("id"))
    .order_by(units.c.code, units.c.valid_from)
)
CHOSEN = select(places.c.valid_from, places.c.unit_id).where(
    places.c.club_id == bindparam("club_id"), places.c.basis == "person"
)


@dataclass(slots=True)
class Places:
    """The rows written for a club, and what a person should know of them.

    rows: of club_unit, in order of time. not_valid: why the commune does not fit the founding date (unknown_code,
    not_yet_valid, no_longer_valid), or None. candidates: the keys of the units one of which the club is in, while a
    split waits for a person's choice. split_on: the day of that split.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    commune: str = ""
    not_valid: str | None = None
    candidates: tuple[str, ...] = ()
    split_on: date | None = None


def write(conn: Connection, club_id: str, founding_date: date, commune: str | None) -> Places:
    """Replace a club's history by what its founding form and the register say; a person's choices are kept.

    commune: `03388@2016-01-01`, or a bare code, which means the state on the founding date.
    """
    chosen = {row.valid_from: row.unit_id for row in conn.execute(CHOSEN, {"club_id": club_id})}
    found = Places(commune=commune or "")
    start = _find(conn, found, founding_date)
    if start is not None:
        _follow(conn, found, start, founding_date, chosen)
    conn.execute(delete(places).where(places.c.club_id == club_id))
    if found.rows:
        conn.execute(places.insert(), [{"club_id": club_id, **row} for row in found.rows])
    return found


def choose(conn: Connection, club_id: str, on: date, unit_id: int) -> None:
    """Write down a person's choice: which unit the club is in since the split of that day.

    Project the club's founding form again afterwards; it follows the choice from there and drops its finding.
    """
    conn.execute(delete(places).where(places.c.club_id == club_id, places.c.valid_from == on))
    row = {"club_id": club_id, "valid_from": on, "valid_to": None, "unit_id": unit_id, "basis": "person"}
    conn.execute(places.insert(), [row])


def _find(conn: Connection, found: Places, on: date) -> Any:
    """The state of the commune that the form names, and whether it stood on the founding date."""
    code, _, day = found.commune.partition("@")
    states = conn.execute(STATES, {"code": code}).all()
    standing = next((one for one in states if _stands(one, on)), None)
    named = next((one for one in states if one.valid_from.isoformat() == day), None) or standing
    if named is None:
        found.not_valid = "unknown_code"
    elif named.valid_to is not None and named.valid_to < on:
        found.not_valid = "no_longer_valid"
    elif named.valid_from > max(on, _opening(conn)):
        found.not_valid = "not_yet_valid"
    return named


def _stands(unit: Any, on: date) -> bool:
    return unit.valid_from <= on and (unit.valid_to is None or unit.valid_to >= on)


def _opening(conn: Connection) -> date:
    """The day the register opens; what stood before it is not known and not judged."""
    return conn.execute(select(func.min(units.c.valid_from))).scalar_one()


def _follow(conn: Connection, found: Places, start: Any, since: date, chosen: Mapping[date, int]) -> None:
    """Walk from state to state until one that still stands, adding a row for each."""
    unit, basis, seen = start, "form", set()
    while unit is not None and unit.id not in seen:
        seen.add(unit.id)
        if unit.valid_to is None or unit.valid_to >= since:
            found.rows.append(
                {"unit_id": unit.id, "valid_from": since, "valid_to": unit.valid_to, "basis": basis}
            )
        if unit.valid_to is None:
            return
        since = max(since, unit.valid_to + timedelta(days=1))
        unit, basis = _next(conn, found, unit, since, chosen)


def _next(
    conn: Connection, found: Places, unit: Any, on: date, chosen: Mapping[date, int]
) -> tuple[Any, str]:
    """What a unit that ended became for this club, and on whose word."""
    if on in chosen:
        return conn.execute(BY_ID, {"id": chosen[on]}).one(), "person"
    successors = conn.execute(SUCCESSORS, {"id": unit.id}).all()
    if len(successors) == 1 and not successors[0].is_partial:
        return successors[0], "reform"
    if not successors:
        return None, ""
    found.split_on = on
    found.candidates = tuple(f"{one.code}@{one.valid_from.isoformat()}" for one in successors)
    return _common_ancestor(conn, [one.id for one in successors]), "split"


def _common_ancestor(conn: Connection, ids: Iterable[int]) -> Any:
    """The lowest unit above all of these; None when they share none."""
    ids = list(ids)
    shared = (
        select(UnitClosure.ancestor_id)
        .where(UnitClosure.descendant_id.in_(ids), UnitClosure.ancestor_id.not_in(ids))
        .group_by(UnitClosure.ancestor_id)
        .having(func.count() == len(ids))
    )
    above = conn.execute(select(*STATES.selected_columns, units.c.level).where(units.c.id.in_(shared))).all()
    return max(above, key=lambda unit: HIGHEST_FIRST.index(unit.level), default=None)
