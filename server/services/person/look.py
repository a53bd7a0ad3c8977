"""One person, with all that whoever manages them should see."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Actor, Audit, Role
from server.models import Session as WebSession
from server.scope import Scope
from server.services import actor, throttle
from server.services.actor import Identity
from server.services.person.people import roles, state_of
from server.services.person.place import Place, places
from server.services.person.place import names as unit_names
from server.services.person.right import ROLES, find, may_manage

ACTS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Signed:
    """A browser somebody is signed in with. word: what names it in a form; is_here: the one that asks."""

    word: str
    created_at: datetime
    last_seen_at: datetime | None
    address: str
    browser: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to a person. by: name of who did it; "" when nobody was known."""

    at: datetime
    by: str
    action: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Detail:
    """One person. roles: system name and names in both languages, the highest first; acts: the newest first."""

    actor_id: int
    name: str
    email: str
    state: str
    created_at: datetime
    last_seen_at: datetime | None
    disabled_at: datetime | None
    sees_all: bool
    roles: tuple[tuple[str, tuple[str, str]], ...]
    places: tuple[Place, ...]
    sessions: tuple[Signed, ...]
    acts: tuple[Act, ...]
    has_factor: bool
    blocked_until: datetime | None
    may_manage: bool
    is_self: bool


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody was given. roles: names in Vietnamese and English."""

    roles: tuple[tuple[str, str], ...]
    places: tuple[Place, ...]


def held(session: Session, actor_id: int, today: date) -> Held:
    """What somebody was given, for themselves to see."""
    return Held(
        tuple(names for _, names in roles(session, [actor_id]).get(actor_id, ())),
        tuple(places(session, [actor_id], today).get(actor_id, ())),
    )


def detail(
    session: Session, seen: Scope, who: Identity, project_id: int, actor_id: int, at: datetime, today: date
) -> Detail:
    """One person within somebody's units. Raises PersonNotFound."""
    user = find(session, seen, actor_id)
    known, other = session.get_one(Actor, actor_id), actor.get(session, actor_id)
    given = roles(session, [actor_id]).get(actor_id, [])
    return Detail(
        actor_id=actor_id,
        name=known.display_name,
        email=user.email,
        state=state_of(user),
        created_at=known.created_at,
        last_seen_at=user.last_seen_at,
        disabled_at=user.disabled_at,
        sees_all=other.may("unit.all", project_id),
        roles=tuple(sorted(given, key=lambda role: ROLES.index(role[0]) if role[0] in ROLES else len(ROLES))),
        places=tuple(places(session, [actor_id], today).get(actor_id, ())),
        sessions=tuple(sessions_of(session, actor_id, at)),
        acts=tuple(_acts(session, actor_id)),
        has_factor=user.totp_secret is not None,
        blocked_until=throttle.blocked_until(session, user.email, at),
        may_manage=may_manage(who, other),
        is_self=who.actor_id == actor_id,
    )


def sessions_of(session: Session, actor_id: int, at: datetime, here: str = "") -> list[Signed]:
    """The browsers somebody is signed in with, the newest first. here: hash of the token of the one that asks."""
    rows = session.scalars(
        select(WebSession)
        .where(WebSession.actor_id == actor_id, WebSession.expires_at > at, ~WebSession.awaits_code)
        .order_by(WebSession.created_at.desc(), WebSession.token_hash)
    )
    return [
        Signed(
            row.token_hash,
            row.created_at,
            row.last_seen_at,
            row.address,
            row.browser,
            row.token_hash == here,
        )
        for row in rows
    ]


def _acts(session: Session, actor_id: int) -> list[Act]:
    names = {role.system: [role.name_vi, role.name_en] for role in session.scalars(select(Role))}
    rows = session.execute(
        select(Audit, Actor.display_name)
        .outerjoin(Actor, Actor.id == Audit.actor_id)
        .where(Audit.actee_type == "actor", Audit.actee_id == str(actor_id))
        .order_by(Audit.id.desc())
        .limit(ACTS_SHOWN)
    ).all()
    units = unit_names(session, {row.details["unit"] for row, _ in rows if "unit" in row.details})
    return [
        Act(
            row.logged_at,
            by or "",
            row.action,
            row.details
            | {"role_names": names.get(row.details.get("role", ""))}
            | {"unit_name": units.get(row.details.get("unit", ""))},
        )
        for row, by in rows
    ]
