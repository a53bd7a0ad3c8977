"""Questions to the register: which unit is this on a day, what became of it, what lies above and below."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import CTE, ColumnElement, Select, case, func, literal, or_, select
from sqlalchemy.orm import Session

from server.errors import Problem, UnitNotFound
from server.models.unit import Unit, UnitClosure, UnitLink


class BadUnitKey(Problem):
    """A text that should name a unit and the day it began does not."""

    code = "400.2"
    message_vi = "“{text}” không phải khóa đơn vị hành chính. Xin ghi dạng mã@ngày, ví dụ 03388@2016-01-01."
    message_en = "“{text}” does not name a unit. Please write code@date, such as 03388@2016-01-01."


@dataclass(frozen=True)
class Successor:
    """A unit that stands for another at some other day.

    is_partial: only a part of the older of the two belongs to the newer; the village has to decide.
    """

    unit: Unit
    is_partial: bool


def parse_key(text: str) -> tuple[str, date]:
    """Code and first day of validity from `03388@2016-01-01`, as the forms write it. Raises BadUnitKey."""
    code, _, day = text.strip().partition("@")
    try:
        return (code, date.fromisoformat(day)) if code else _refuse(text)
    except ValueError:
        return _refuse(text)


def _refuse(text: str) -> tuple[str, date]:
    raise BadUnitKey(text=text)


def key_of(unit: Unit) -> str:
    """The unit as forms write it, the inverse of `parse_key`."""
    return f"{unit.code}@{unit.valid_from.isoformat()}"


def find(session: Session, code: str, valid_from: date) -> Unit | None:
    """The state of a code that began on this very day, or None."""
    return session.scalar(select(Unit).where(Unit.code == code, Unit.valid_from == valid_from))


def get(session: Session, code: str, valid_from: date) -> Unit:
    """The state of a code that began on this very day. Raises UnitNotFound."""
    unit = find(session, code, valid_from)
    if unit is None:
        raise UnitNotFound(code=code, day=valid_from)
    return unit


def in_force(on: date) -> ColumnElement[bool]:
    """Condition: the unit stands on this day (both ends of its validity included)."""
    return (Unit.valid_from <= on) & or_(Unit.valid_to.is_(None), Unit.valid_to >= on)


def at(session: Session, code: str, on: date) -> Unit | None:
    """The unit this code names on a day; None when the code is unknown or names nothing on that day."""
    return session.scalar(select(Unit).where(Unit.code == code, in_force(on)))


def get_at(session: Session, code: str, on: date) -> Unit:
    """The unit this code names on a day. Raises UnitNotFound."""
    unit = at(session, code, on)
    if unit is None:
        raise UnitNotFound(code=code, day=on)
    return unit


def became(session: Session, unit: Unit, on: date) -> list[Successor]:
    """The units that hold this unit's land on a day, by code; the unit itself while it stands.

    Empty when the day lies before the unit began (ask `was`), or when the register knows no successor:
    districts were abolished in 2025 without one.
    """
    return trace(session, [unit.id], on).get(unit.id, [])


def trace(session: Session, unit_ids: Collection[int], on: date) -> dict[int, list[Successor]]:
    """`became` for many units with one query, by unit ID; a unit without a successor is absent."""
    walk = _walk(unit_ids, on, forwards=True)
    return _arrived(session, walk, on)


def was(session: Session, unit: Unit, on: date) -> list[Successor]:
    """The units whose land this unit holds, as they stood on an earlier day; itself if it stood already.

    Empty when the register does not reach back that far, or when the day lies after the unit's end.
    """
    walk = _walk([unit.id], on, forwards=False)
    return _arrived(session, walk, on).get(unit.id, [])


def _walk(unit_ids: Collection[int], on: date, *, forwards: bool) -> CTE:
    """Every unit met on the way along the links: origin, unit, whether some step was partial (0 or 1)."""
    here, there = (UnitLink.old_id, UnitLink.new_id) if forwards else (UnitLink.new_id, UnitLink.old_id)
    stop = Unit.valid_to < on if forwards else Unit.valid_from > on
    start = select(Unit.id.label("origin"), Unit.id.label("unit_id"), literal(0).label("partial"))
    walk = start.where(Unit.id.in_(unit_ids)).cte("walk", recursive=True)
    partial = case((UnitLink.is_partial, 1), else_=walk.c.partial)
    step = select(walk.c.origin, there, partial).join(UnitLink, here == walk.c.unit_id)
    return walk.union_all(step.join(Unit, Unit.id == walk.c.unit_id).where(stop))


def _arrived(session: Session, walk: CTE, on: date) -> dict[int, list[Successor]]:
    """The ends of a walk that stand on the day, grouped by origin; whole if some way there is whole."""
    found: dict[int, list[Successor]] = defaultdict(list)
    rows = session.execute(
        select(walk.c.origin, Unit, func.min(walk.c.partial))
        .join(Unit, Unit.id == walk.c.unit_id)
        .where(in_force(on))
        .group_by(walk.c.origin, Unit.id)
        .order_by(Unit.code, Unit.id)
    )
    for origin, unit, partial in rows:
        found[origin].append(Successor(unit, bool(partial)))
    return dict(found)


def lineage(session: Session, unit: Unit) -> list[Unit]:
    """The unit and everything above it, from the nation down to the unit itself."""
    depth = case({"n": 0, "p": 1, "d": 2}, value=Unit.level, else_=3)
    above = select(Unit).join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
    return list(session.scalars(above.where(UnitClosure.descendant_id == unit.id).order_by(depth, Unit.id)))


def subtree_ids(unit_id: int) -> Select[int]:
    """A subquery of the IDs at or below a unit, itself included, for `column.in_(…)`; across all dates."""
    return select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == unit_id)


def children(session: Session, unit: Unit, on: date, level: str) -> list[Unit]:
    """Units of a level (p, d, c) at or below a unit on a day, by code: what A04 and A05 divide by."""
    below = select(Unit).where(Unit.id.in_(subtree_ids(unit.id)), Unit.level == level, in_force(on))
    return list(session.scalars(below.order_by(Unit.code)))
