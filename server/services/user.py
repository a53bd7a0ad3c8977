"""Users: people who sign in with an e-mail address and a password."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.clock import now
from server.errors import BadEmail, EmailTaken, RoleNotFound, UserNotFound
from server.models import Actor, ActorUnit, Assignment, Role, User
from server.models import Session as WebSession
from server.services import audit, one_time, open_code
from server.services.sought import sought

EMAIL_CHARACTERS = 254
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's smallest recommended setting of argon2id: 19 MiB, two passes, one lane."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new user. password is shown once and must be changed at the first sign-in."""

    actor_id: int
    password: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A user as lists show it; roles by their system names."""

    actor_id: int
    email: str
    name: str
    roles: tuple[str, ...]


def create(
    session: Session,
    email: str,
    name: str,
    role: str,
    by: int,
    project_id: int | None = None,
    unit_ids: Collection[int] = (),
) -> Enrolled:
    """Add a user with one role and a one-time password.

    role: system name, such as admin or province_editor. project_id: None gives the role on the whole site.
    unit_ids: the units whose clubs a role of region shows. Raises BadEmail, EmailTaken, RoleNotFound.
    """
    written = address(email)
    if find(session, written) is not None:
        raise EmailTaken(email=written)
    role_id = _role_id(session, role)
    actor = Actor(type="user", display_name=name or written, created_at=now())
    session.add(actor)
    session.flush()
    password = one_time_password()
    session.add(
        User(
            actor_id=actor.id,
            email=written,
            password_hash=HASHER.hash(password),
            must_change_password=True,
            sought=sought(actor.display_name, written),
        )
    )
    session.add(Assignment(actor_id=actor.id, role_id=role_id, project_id=project_id))
    session.add_all(ActorUnit(actor_id=actor.id, unit_id=unit_id) for unit_id in sorted(unit_ids))
    session.flush()
    audit.log(session, by, "user.create", "actor", actor.id, {"role": role, "units": sorted(unit_ids)})
    return Enrolled(actor.id, password)


def find(session: Session, email: str) -> User | None:
    """A living user by e-mail address, in upper or lower case."""
    return session.scalar(
        select(User)
        .join(Actor, Actor.id == User.actor_id)
        .where(User.email == email.strip().lower(), Actor.deleted_at.is_(None))
    )


def get(session: Session, email: str) -> User:
    """A living user by e-mail address. Raises UserNotFound."""
    user = find(session, email)
    if user is None:
        raise UserNotFound(email=email)
    return user


def verify(session: Session, email: str, password: str) -> User | None:
    """The user whose address and password these are; None for a wrong one, or somebody who is shut out.

    After the same time in every case.
    """
    user = find(session, email)
    try:
        HASHER.verify(user.password_hash if user else _nobody(), password)
    except VerificationError:
        return None
    return user if user is None or user.disabled_at is None else None


def reset_password(session: Session, email: str, by: int) -> str:
    """A new one-time password for a user who lost theirs; ends their sessions. Raises UserNotFound."""
    user = get(session, email)
    password = one_time_password()
    user.password_hash, user.must_change_password = HASHER.hash(password), True
    open_code.end_all(session, user.actor_id, now())
    session.execute(delete_rows(WebSession).where(WebSession.actor_id == user.actor_id))
    session.flush()
    audit.log(session, by, "user.update", "actor", user.actor_id, {"password": "reset"})
    return password


def delete(session: Session, email: str, by: int) -> None:
    """End a user's access. What they did stays with their name; the address may be used anew. Raises UserNotFound."""
    user = get(session, email)
    session.get_one(Actor, user.actor_id).deleted_at = now()
    user.email = f"{user.actor_id}#{user.email}"[:EMAIL_CHARACTERS]
    session.flush()
    audit.log(session, by, "user.delete", "actor", user.actor_id)


def listed(session: Session) -> list[Listed]:
    """Every living user, by e-mail address."""
    rows = session.execute(
        select(User.actor_id, User.email, Actor.display_name, Role.system)
        .join(Actor, Actor.id == User.actor_id)
        .outerjoin(Assignment, Assignment.actor_id == User.actor_id)
        .outerjoin(Role, Role.id == Assignment.role_id)
        .where(Actor.deleted_at.is_(None))
        .order_by(User.email, Role.id)
    )
    users: dict[int, Listed] = {}
    for actor_id, email, name, role in rows:
        before = users.get(actor_id, Listed(actor_id, email, name, ()))
        roles = before.roles if role is None or role in before.roles else (*before.roles, role)
        users[actor_id] = Listed(actor_id, email, name, roles)
    return list(users.values())


def unknown_password() -> str:
    """The hash of a password that nobody knows."""
    return HASHER.hash(secrets.token_urlsafe())


def one_time_password() -> str:
    """16 letters and digits that cannot be mistaken for each other: 79 random bits."""
    return one_time.random()


def address(email: str) -> str:
    """An e-mail address as it is kept: in small letters. Raises BadEmail."""
    written = email.strip().lower()
    local, at, domain = written.partition("@")
    is_whole = local and at and "." in domain.strip(".") and "@" not in domain
    if not is_whole or len(written) > EMAIL_CHARACTERS or not written.isprintable() or " " in written:
        raise BadEmail(email=email)
    return written


def _role_id(session: Session, role: str) -> int:
    ids = {
        system: role_id for role_id, system in session.execute(select(Role.id, Role.system).order_by(Role.id))
    }
    if role not in ids:
        raise RoleNotFound(role=role, roles=", ".join(ids))
    return ids[role]


@cache
def _nobody() -> str:
    """The hash of a password nobody knows, so that an unknown address takes as long as a known one."""
    return unknown_password()
