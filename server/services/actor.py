"""Who is known to the server, and what each was given to do."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from server.errors import BadToken, NoRights
from server.models import Actor, AppUser, Assignment, Project, Role

SYSTEM_ID = 1
"""The actor of what the command line does."""

BY_KEY = (
    select(AppUser.actor_id, Actor.type, Assignment.project_id, Assignment.form_id, Role.verbs)
    .join(Actor, Actor.id == AppUser.actor_id)
    .join(Project, Project.id == AppUser.project_id)
    .outerjoin(Assignment, Assignment.actor_id == AppUser.actor_id)
    .outerjoin(Role, Role.id == Assignment.role_id)
    .where(AppUser.token_hash == bindparam("token_hash"), AppUser.project_id == bindparam("project_id"))
    .where(AppUser.revoked_at.is_(None), Actor.deleted_at.is_(None), Project.deleted_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Grant:
    """Verbs given by one role, on the site (project_id None), a project (form_id None), or one form."""

    verbs: frozenset[str]
    project_id: int | None
    form_id: int | None

    def covers(self, verb: str, project_id: int | None) -> bool:
        """Whether it gives the verb somewhere in the project."""
        return verb in self.verbs and self.project_id in (None, project_id)


@dataclass(frozen=True, slots=True)
class Identity:
    """An actor with everything it was given."""

    actor_id: int
    type: str
    grants: tuple[Grant, ...]

    def may(self, verb: str, project_id: int | None = None) -> bool:
        """Whether the verb is given in the project, be it for one form only."""
        return any(grant.covers(verb, project_id) for grant in self.grants)

    def forms(self, verb: str, project_id: int) -> frozenset[int] | None:
        """IDs of the forms the verb is given for; None: all of the project."""
        given = [grant.form_id for grant in self.grants if grant.covers(verb, project_id)]
        return None if None in given else frozenset(form_id for form_id in given if form_id is not None)


def hash_token(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_key(session: Session, token: str, project_id: int) -> Identity:
    """The app user a key belongs to.

    Raises BadToken when the key is unknown, revoked, or of another project or a deleted one: 403 rather than 401,
    which would make a tablet ask for a password it never had.
    """
    key = {"token_hash": hash_token(token), "project_id": project_id}
    rows = session.connection().execute(BY_KEY, key).all()
    if not rows:
        raise BadToken
    return Identity(rows[0].actor_id, rows[0].type, _grants(rows))


def get(session: Session, actor_id: int) -> Identity:
    """A living actor by its id, with what it was given. Raises NoRights when there is none."""
    rows = session.execute(
        select(Actor.type, Assignment.project_id, Assignment.form_id, Role.verbs)
        .outerjoin(Assignment, Assignment.actor_id == Actor.id)
        .outerjoin(Role, Role.id == Assignment.role_id)
        .where(Actor.id == actor_id, Actor.deleted_at.is_(None))
    ).all()
    if not rows:
        raise NoRights
    return Identity(actor_id, rows[0].type, _grants(rows))


def _grants(rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[Grant, ...]:
    return tuple(
        Grant(frozenset(row.verbs), row.project_id, row.form_id) for row in rows if row.verbs is not None
    )
