"""The list of people within somebody's units: searched without marks, chosen by role, unit and state."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from server.models import Actor, ActorUnit, Assignment, Role, Unit, UnitClosure, User
from server.scope import Scope
from server.services.person.place import Place, place, places
from server.services.sought import plain

PAGE_ROWS = 50
MOST_UNITS = 250
MOST_WORDS = 20
"""Of a search; SQLite takes a thousand conditions, and nobody has so many names."""
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
STATES = {
    "active": ("Đang dùng", "In use"),
    "invited": ("Chưa vào lần nào", "Never signed in"),
    "disabled": ("Đã khóa", "Shut out"),
}
"""What an account can be, in both languages."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which people a list should show. text: words of the name or address, "" for all; state: of STATES or ""."""

    text: str = ""
    role: str = ""
    unit_id: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in the list. roles: their names in Vietnamese and English."""

    actor_id: int
    name: str
    email: str
    roles: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]
    last_seen_at: datetime | None
    state: str


def count(session: Session, seen: Scope, wanted: Wanted) -> int:
    """How many people a list shows on all its pages."""
    return session.scalar(_chosen(select(func.count(User.actor_id)), seen, wanted)) or 0


def listed(session: Session, seen: Scope, wanted: Wanted, page: int, today: date) -> list[Listed]:
    """One page of the people, by given name. page: from 1."""
    rows = session.execute(
        _chosen(select(User, Actor.display_name), seen, wanted)
        .order_by(User.sought, User.actor_id)
        .offset((page - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS)
    ).all()
    ids = [user.actor_id for user, _ in rows]
    held, bound = roles(session, ids), places(session, ids, today)
    return [
        Listed(
            user.actor_id,
            name,
            user.email,
            tuple(names for _, names in held.get(user.actor_id, ())),
            tuple(bound.get(user.actor_id, ())),
            user.last_seen_at,
            state_of(user),
        )
        for user, name in rows
    ]


def roles(session: Session, actor_ids: Collection[int]) -> dict[int, list[tuple[str, tuple[str, str]]]]:
    """Of each actor the roles with their names in Vietnamese and English; one without any is absent."""
    rows = session.execute(
        select(Assignment.actor_id, Role.system, Role.name_vi, Role.name_en)
        .join(Role, Role.id == Assignment.role_id)
        .where(Assignment.actor_id.in_(actor_ids))
        .distinct()
        .order_by(Assignment.actor_id, Role.system)
    )
    found: dict[int, list[tuple[str, tuple[str, str]]]] = defaultdict(list)
    for actor_id, system, vi, en in rows:
        found[actor_id].append((system, (vi, en)))
    return dict(found)


def units(session: Session, seen: Scope, today: date) -> list[Place]:
    """The units that people in the list are bound to, and their provinces: what the list can be narrowed to.

    Provinces alone where there are more than somebody would look through.
    """
    everyone = _chosen(select(User.actor_id), seen, Wanted())
    bound = select(ActorUnit.unit_id).where(ActorUnit.actor_id.in_(everyone))
    above = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id.in_(bound))
    rows = session.scalars(
        select(Unit)
        .where(or_(Unit.id.in_(bound), (Unit.level == "p") & Unit.id.in_(above)))
        .order_by(Unit.level.desc(), Unit.valid_to.is_not(None), Unit.code, Unit.id)
    )
    found = rows.all()
    shown = [unit for unit in found if unit.level == "p"] if len(found) > MOST_UNITS else found
    return [place(unit, None, today) for unit in shown]


def state_of(user: User) -> str:
    """One of STATES. Whoever has not chosen a password has never been inside."""
    if user.disabled_at is not None:
        return "disabled"
    return "invited" if user.must_change_password and user.last_seen_at is None else "active"


def _chosen(statement: Query, seen: Scope, wanted: Wanted) -> Query:
    statement = statement.join(Actor, Actor.id == User.actor_id).where(Actor.deleted_at.is_(None))
    for word in plain(wanted.text).split()[:MOST_WORDS]:
        statement = statement.where(User.sought.contains(word, autoescape=True))
    if wanted.role:
        holding = select(Assignment.actor_id).join(Role).where(Role.system == wanted.role)
        statement = statement.where(User.actor_id.in_(holding))
    if wanted.unit_id:
        below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == wanted.unit_id)
        there = select(ActorUnit.actor_id).where(ActorUnit.unit_id.in_(below))
        statement = statement.where(User.actor_id.in_(there))
    never = User.must_change_password & User.last_seen_at.is_(None)
    match wanted.state:
        case "disabled":
            statement = statement.where(User.disabled_at.is_not(None))
        case "invited":
            statement = statement.where(User.disabled_at.is_(None), never)
        case "active":
            statement = statement.where(User.disabled_at.is_(None), ~never)
    return seen.people(statement)
