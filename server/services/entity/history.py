"""Entities with their history, conflicts and what is held of them, for people to look at, within one scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from server.models import (
    Actor,
    Club,
    Entity,
    EntityBacklog,
    EntityList,
    EntityVersion,
    Form,
    FormVersion,
    Submission,
)
from server.scope import Scope
from server.services.entity.apply import HELD_FOR
from server.services.entity.change import LABEL
from server.services.entity.people import EntityNotFound

PAGE_ROWS = 20
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entity in its newest state. conflict: soft, hard or None. deleted_at: None for a living one."""

    id: str
    list_name: str
    label: str
    club_code: str | None
    version: int
    conflict: str | None
    updated_at: datetime
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """One version and where it came from.

    form, submission_id, sender: None for one made by hand; by: the person, None for one from a submission.
    received: what was sent; None where that was not kept. base_version 0: it was made upon nothing.
    """

    version: int
    label: str
    data: Mapping[str, str]
    received: Mapping[str, str] | None
    base_version: int | None
    branch_id: str | None
    conflict: str | None
    conflicting: Sequence[str]
    form: str | None
    submission_id: int | None
    sender: str | None
    by: str | None
    created_at: datetime

    @property
    def content(self) -> dict[str, str]:
        """The properties, and the label among them."""
        return {**self.data, LABEL: self.label}


@dataclass(frozen=True, slots=True)
class Compared:
    """One property in a conflict: what it was where the change began, before it came, what it says, and now.

    Empty where there was nothing. is_clashing: others had changed it to something else.
    """

    name: str
    base: str
    before: str
    received: str
    now: str
    is_clashing: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """One version that conflicts with what others had done, and nobody has settled yet.

    others: the versions that lie between what it was made upon and itself.
    """

    made: Made
    others: Sequence[Made]
    properties: Sequence[Compared]


@dataclass(frozen=True, slots=True)
class Disputed:
    """An entity with its open conflicts, oldest first."""

    entity: Listed
    conflicts: Sequence[Conflict]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change that is held. label: of the entity, None when it is not known yet. base_version: the tablet's.

    forced_from: when it is taken without its predecessor, at the latest.
    """

    id: int
    entity_id: str
    list_name: str
    label: str | None
    form: str
    submission_id: int
    sender: str | None
    base_version: int
    held_at: datetime
    forced_from: datetime


def listed(
    session: Session, scope: Scope, project_id: int, list_name: str = "", page: int = 1
) -> list[Listed]:
    """The living entities of a list (empty: of all lists), newest change first."""
    statement = _listed(scope, project_id).where(Entity.deleted_at.is_(None))
    if list_name:
        statement = statement.where(EntityList.name == list_name)
    return [Listed(*row) for row in session.execute(_page(statement, page))]


def deleted(session: Session, scope: Scope, project_id: int, page: int = 1) -> list[Listed]:
    """The deleted entities, the last deleted first."""
    statement = _listed(scope, project_id).where(Entity.deleted_at.is_not(None))
    return [Listed(*row) for row in session.execute(_page(statement, page))]


def get(session: Session, scope: Scope, project_id: int, uuid: str) -> Listed:
    """One entity, deleted or not. Raises EntityNotFound."""
    row = session.execute(_listed(scope, project_id).where(Entity.id == uuid)).first()
    if row is None:
        raise EntityNotFound(uuid=uuid)
    return Listed(*row)


def versions(session: Session, uuid: str) -> list[Made]:
    """All versions of an entity that may be seen, from the first on."""
    sender, person = _actor("sender"), _actor("person")
    statement = (
        select(
            EntityVersion,
            FormVersion.title,
            sender.c.display_name.label("sender"),
            person.c.display_name.label("person"),
        )
        .outerjoin(Submission, Submission.id == EntityVersion.submission_id)
        .outerjoin(Form, Form.id == Submission.form_id)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .outerjoin(sender, sender.c.id == Submission.actor_id)
        .outerjoin(person, person.c.id == EntityVersion.actor_id)
        .where(EntityVersion.entity_id == uuid)
        .order_by(EntityVersion.version)
    )
    return [_made(row) for row in session.execute(statement)]


def count_conflicts(session: Session, scope: Scope, project_id: int) -> int:
    """Entities with conflicts that nobody has settled."""
    statement = _disputed(scope, project_id).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(statement.order_by(None)) or 0


def conflicts(session: Session, scope: Scope, project_id: int, page: int = 1) -> list[Disputed]:
    """Entities with open conflicts, hard ones first, each with what clashes."""
    statement = _disputed(scope, project_id).add_columns(Entity.resolved_at)
    ordered = statement.order_by(None).order_by(Entity.conflict, Entity.updated_at.desc(), Entity.id)
    found = session.execute(ordered.offset((page - 1) * PAGE_ROWS).limit(PAGE_ROWS)).all()
    return [
        Disputed(Listed(*row[:-1]), _open_conflicts(versions(session, row.id), row.resolved_at))
        for row in found
    ]


def backlog(session: Session, scope: Scope, project_id: int) -> list[Waiting]:
    """What is held, the oldest first. An entity may be unknown yet: what may be seen goes by the submission."""
    statement = (
        select(
            EntityBacklog.id,
            EntityBacklog.entity_id,
            EntityList.name,
            Entity.label,
            FormVersion.title,
            EntityBacklog.submission_id,
            Actor.display_name,
            EntityBacklog.branch_base_version,
            EntityBacklog.held_at,
        )
        .join(EntityList, EntityList.id == EntityBacklog.entity_list_id)
        .join(Submission, Submission.id == EntityBacklog.submission_id)
        .join(Form, Form.id == Submission.form_id)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .outerjoin(Entity, Entity.id == EntityBacklog.entity_id)
        .outerjoin(Actor, Actor.id == Submission.actor_id)
        .where(EntityList.project_id == project_id, EntityBacklog.forced_at.is_(None))
        .order_by(EntityBacklog.held_at, EntityBacklog.id)
    )
    return [Waiting(*row, row.held_at + HELD_FOR) for row in session.execute(scope.submissions(statement))]


def _listed(scope: Scope, project_id: int) -> Rows:
    statement = (
        select(
            Entity.id,
            EntityList.name,
            Entity.label,
            Club.code,
            Entity.version,
            Entity.conflict,
            Entity.updated_at,
            Entity.deleted_at,
        )
        .join(EntityList, EntityList.id == Entity.entity_list_id)
        .outerjoin(Club, Club.id == Entity.club_id)
        .where(EntityList.project_id == project_id)
    )
    return scope.entities(statement)


def _disputed(scope: Scope, project_id: int) -> Rows:
    return _listed(scope, project_id).where(Entity.conflict.is_not(None))


def _page(statement: Rows, page: int) -> Rows:
    newest_first = statement.order_by(Entity.updated_at.desc(), Entity.id)
    return newest_first.offset((page - 1) * PAGE_ROWS).limit(PAGE_ROWS)


def _actor(name: str) -> Any:
    return Actor.__table__.alias(name)


def _made(row: Row[*tuple[Any, ...]]) -> Made:
    version: EntityVersion = row.EntityVersion
    return Made(
        version=version.version,
        label=version.label,
        data=version.data,
        received=version.received,
        base_version=version.base_version,
        branch_id=version.branch_id,
        conflict=version.conflict,
        conflicting=tuple(version.conflicting or ()),
        form=row.title,
        submission_id=version.submission_id,
        sender=row.sender,
        by=row.person,
        created_at=version.created_at,
    )


def _open_conflicts(history: Sequence[Made], resolved_at: datetime | None) -> list[Conflict]:
    return [
        Conflict(one, _between(history, one), _compared(history, one))
        for one in history
        if one.conflict is not None and (resolved_at is None or one.created_at > resolved_at)
    ]


def _between(history: Sequence[Made], made: Made) -> list[Made]:
    return list(history[made.base_version or 0 : made.version - 1])


def _compared(history: Sequence[Made], made: Made) -> list[Compared]:
    """The properties that were sent, and those that others had changed since; the clashing ones first."""
    base = history[made.base_version - 1].content if made.base_version else {}
    before, now = history[made.version - 2].content, history[-1].content
    received = made.received or {}
    changed = {name for name in before if before[name] != base.get(name, "")}
    rows = [
        Compared(
            name=name,
            base=base.get(name, ""),
            before=before.get(name, ""),
            received=received.get(name, ""),
            now=now.get(name, ""),
            is_clashing=name in made.conflicting,
        )
        for name in sorted({*received, *changed})
    ]
    return sorted(rows, key=lambda row: not row.is_clashing)
