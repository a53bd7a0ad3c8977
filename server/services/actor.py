"""Who is known to the server, and what each was given to do."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, false, select, true, union_all
from sqlalchemy.orm import Session

from server.clock import VIETNAM, now
from server.errors import BadToken, NoRights
from server.models import Actor, AppUser, Assignment, Project, RetiredKey, Role

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

OLD_KEY = union_all(
    select(
        RetiredKey.actor_id,
        RetiredKey.send_until,
        RetiredKey.retired_at.label("ended_at"),
        true().label("is_replaced"),
    ).where(RetiredKey.token_hash == bindparam("token_hash")),
    select(
        AppUser.actor_id,
        AppUser.send_until,
        AppUser.revoked_at.label("ended_at"),
        false().label("is_replaced"),
    ).where(AppUser.token_hash == bindparam("token_hash"), AppUser.revoked_at.is_not(None)),
).subquery()
BY_OLD_KEY = (
    select(
        OLD_KEY.c.actor_id,
        OLD_KEY.c.send_until,
        OLD_KEY.c.ended_at,
        OLD_KEY.c.is_replaced,
        Actor.type,
        Assignment.project_id,
        Assignment.form_id,
        Role.verbs,
    )
    .join(AppUser, AppUser.actor_id == OLD_KEY.c.actor_id)
    .join(Actor, Actor.id == AppUser.actor_id)
    .join(Project, Project.id == AppUser.project_id)
    .outerjoin(Assignment, Assignment.actor_id == AppUser.actor_id)
    .outerjoin(Role, Role.id == Assignment.role_id)
    .where(AppUser.project_id == bindparam("project_id"))
    .where(Actor.deleted_at.is_(None), Project.deleted_at.is_(None))
)
SENDING = frozenset({"submission.create"})
"""All that an old key is good for."""


class KeyReplaced(NoRights):
    """A key that another one replaced was used for something other than sending."""

    message_vi = (
        "Máy này đã được cấp thẻ mới, mã QR cũ chỉ còn dùng để gửi bài, đến hết ngày {until:%d/%m/%Y}. Xin quét thẻ "
        "mới (chọn “Cấu hình lại”, đừng thêm dự án)."
    )
    message_en = (
        "This device was given a new card; the old QR code only sends forms, until {until:%d/%m/%Y}. Please scan the "
        "new card (choose “Reconfigure”, do not add a project)."
    )


class KeyRevoked(NoRights):
    """A revoked key was used for something other than sending."""

    message_vi = (
        "Mã QR của máy này đã bị thu hồi, chỉ còn dùng để gửi bài, đến hết ngày {until:%d/%m/%Y}. Xin gửi hết bài rồi "
        "hỏi người giám sát."
    )
    message_en = (
        "This device's QR code was revoked; it only sends forms, until {until:%d/%m/%Y}. Please send all forms, "
        "then ask your supervisor."
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
    """An actor with everything it was given.

    refusal: what it is told when it asks for more; None: that it has no right. is_late: its key was good once, and
    even the time to send with it is over: some of what it sends is kept aside. A key that was given no such time, as in
    wrong hands, has no rights at all.
    """

    actor_id: int
    type: str
    grants: tuple[Grant, ...]
    refusal: NoRights | None = None
    is_late: bool = False

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
    """The app user a key belongs to; with a revoked key, or one that was replaced, it can only send.

    Raises BadToken when the key never was one, or is of another project or a deleted one: 403 rather than 401, which
    would make a tablet ask for a password it never had.
    """
    key = {"token_hash": hash_token(token), "project_id": project_id}
    rows = session.connection().execute(BY_KEY, key).all()
    if not rows:
        return _by_old_key(session, key)
    return Identity(rows[0].actor_id, rows[0].type, _grants(rows))


def _by_old_key(session: Session, key: dict[str, Any]) -> Identity:
    rows = session.connection().execute(BY_OLD_KEY, key).all()
    if not rows:
        raise BadToken
    first = rows[0]
    grants = tuple(Grant(grant.verbs & SENDING, grant.project_id, grant.form_id) for grant in _grants(rows))
    until: datetime | None = first.send_until
    if until is None or until <= first.ended_at:
        return Identity(first.actor_id, first.type, (), BadToken())
    if until <= now():
        return Identity(first.actor_id, first.type, grants, BadToken(), is_late=True)
    kind = KeyReplaced if first.is_replaced else KeyRevoked
    return Identity(first.actor_id, first.type, grants, kind(until=until.astimezone(VIETNAM)))


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
