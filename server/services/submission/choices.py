"""What a list of submissions can be narrowed to: forms, units with clubs, tablets, all within one scope."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.models import Actor, ActorUnit, AppUser, ClubUnit, Form, FormVersion, Unit, UnitClosure
from server.scope import Scope

MOST_UNITS, MOST_SENDERS = 200, 100
"""Of a list to choose from: a page stays small, and nobody reads more."""


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that holds or held a club. is_former: it stands no more."""

    id: int
    name: str
    is_province: bool
    is_former: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """forms: form ID and title. senders: actor and name; has_more: there are others, of other units."""

    forms: tuple[tuple[str, str], ...]
    units: tuple[UnitChoice, ...]
    senders: tuple[tuple[int, str], ...]
    has_more_senders: bool


def choices(session: Session, scope: Scope, project_id: int, unit_id: int | None) -> Choices:
    """unit_id: the unit chosen: the others of its province are offered too, and of tablets those of the unit."""
    senders = _senders(session, scope, project_id, unit_id)
    return Choices(
        _forms(session, project_id),
        tuple(_units(session, scope, unit_id)),
        senders[:MOST_SENDERS],
        len(senders) > MOST_SENDERS,
    )


def _forms(session: Session, project_id: int) -> tuple[tuple[str, str], ...]:
    rows = session.execute(
        select(Form.xml_form_id, FormVersion.title)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.project_id == project_id)
        .order_by(Form.xml_form_id)
    )
    return tuple((xml_form_id, title or xml_form_id) for xml_form_id, title in rows)


def _units(session: Session, scope: Scope, unit_id: int | None) -> list[UnitChoice]:
    """Provinces, then what is below the one that holds the chosen unit, each by code."""
    held = select(ClubUnit.unit_id)
    if scope.unit_ids is not None:
        held = held.where(ClubUnit.club_id.in_(scope.club_ids()))
    above = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id.in_(held))
    wanted = Unit.level == "p"
    if unit_id:
        own = select(UnitClosure.ancestor_id).join(Unit, Unit.id == UnitClosure.ancestor_id)
        province = own.where(UnitClosure.descendant_id == unit_id, Unit.level == "p")
        below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id.in_(province))
        wanted = or_(wanted, Unit.id.in_(below))
    rows = session.scalars(
        select(Unit)
        .where(Unit.id.in_(above), wanted)
        .order_by(Unit.level.desc(), Unit.valid_to.is_not(None), Unit.code, Unit.id)
        .limit(MOST_UNITS)
    )
    return [UnitChoice(one.id, one.full_name, one.level == "p", _is_over(one, scope.day)) for one in rows]


def _is_over(unit: Unit, today: date) -> bool:
    return unit.valid_to is not None and unit.valid_to < today


def _senders(
    session: Session, scope: Scope, project_id: int, unit_id: int | None
) -> tuple[tuple[int, str], ...]:
    wanted = (
        select(Actor.id, Actor.display_name)
        .join(AppUser, AppUser.actor_id == Actor.id)
        .where(AppUser.project_id == project_id)
    )
    if unit_id:
        below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == unit_id)
        around = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id == unit_id)
        bound = select(ActorUnit.actor_id).where(
            or_(ActorUnit.unit_id.in_(below), ActorUnit.unit_id.in_(around))
        )
        wanted = wanted.where(Actor.id.in_(bound))
    rows = session.execute(
        scope.app_users(wanted).order_by(Actor.display_name, Actor.id).limit(MOST_SENDERS + 1)
    )
    return tuple((actor_id, name) for actor_id, name in rows)
