"""The units that people are bound to, by name."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from server.models import ActorUnit, Unit, UnitClosure
from server.services.unit import key_of


@dataclass(frozen=True, slots=True)
class Place:
    """A unit. key: code and first day; name: whole, with its province unless it is one; is_former: gone by now."""

    unit_id: int
    key: str
    name: str
    is_former: bool


def places(session: Session, actor_ids: Collection[int], today: date) -> dict[int, list[Place]]:
    """The units of each actor, by level and code; one bound to none is absent."""
    rows = session.execute(
        _with_province()
        .join(ActorUnit, ActorUnit.unit_id == Unit.id)
        .add_columns(ActorUnit.actor_id)
        .where(ActorUnit.actor_id.in_(actor_ids))
        .order_by(ActorUnit.actor_id, Unit.level.desc(), Unit.code, Unit.id)
    )
    found: dict[int, list[Place]] = defaultdict(list)
    for unit, of_province, actor_id in rows:
        found[actor_id].append(place(unit, of_province, today))
    return dict(found)


def names(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Whole names by key (`56@2025-07-01`); a key that is none, or of no unit known here, is absent."""
    codes = {key.partition("@")[0] for key in keys}
    rows = session.execute(_with_province().where(Unit.code.in_(codes)).order_by(Unit.id))
    found = {key_of(unit): place(unit, province, unit.valid_from).name for unit, province in rows}
    return {key: found[key] for key in keys if key in found}


def _with_province() -> Select[Unit, str]:
    """Units, each with the whole name of its province, itself if it is one; None: it lies in none."""
    province, above = aliased(Unit), aliased(UnitClosure)
    return (
        select(Unit, province.full_name)
        .select_from(Unit)
        .outerjoin(
            above,
            (above.descendant_id == Unit.id)
            & above.ancestor_id.in_(select(province.id).where(province.level == "p")),
        )
        .outerjoin(province, province.id == above.ancestor_id)
    )


def place(unit: Unit, province: str | None, today: date) -> Place:
    """A unit as lists name it. province: its whole name; None: it lies in none."""
    name = unit.full_name
    if province is not None and province != unit.full_name:
        name += f", {province[:1].lower()}{province[1:]}"
    return Place(unit.id, key_of(unit), name, unit.valid_to is not None and unit.valid_to < today)
