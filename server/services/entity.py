"""Entity lists: the rows that forms share, kept with their history, and handed to tablets within their scope.

Every change of a row raises its list's revision, so that a tablet learns of it from a token without a CSV being made.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.orm import Session

from forms.csvlist import ListRow
from forms.entities import EntityAction
from forms.schema import EntityDeclaration
from server.models import Entity, EntityList, EntityVersion, Form
from server.scope import Scope
from server.services import audit

CLUBS = "clubs"
"""The list whose entities are clubs; those of other lists name theirs in the property club_id."""
CLUB_PROPERTY = "club_id"
ROWS_AT_ONCE = 1000


class SubmissionLike(Protocol):
    """The part of `Submission` that applying reads."""

    id: int
    form_id: int
    actor_id: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """An action that could not be taken.

    code: list_unknown, entity_exists (create of a UUID that another submission made), entity_unknown (update of none).
    """

    code: str
    action: EntityAction


def declare(
    session: Session, project_id: int, declarations: Iterable[EntityDeclaration], actor_id: int
) -> None:
    """Make the lists and properties that a form writes to; nothing is ever taken away from a list."""
    known = {
        row.name: row
        for row in session.scalars(select(EntityList).where(EntityList.project_id == project_id))
    }
    for declaration in declarations:
        row = known.get(declaration.list_name)
        if row is None:
            row = EntityList(project_id=project_id, name=declaration.list_name, properties=[], revision=0)
            known[row.name] = row
            session.add(row)
            session.flush()
            audit.log(session, actor_id, "dataset.create", "dataset", row.id, {"name": row.name})
        new = [name for name in declaration.properties if name not in row.properties]
        if new:
            row.properties = [*row.properties, *new]
            session.flush()
            audit.log(session, actor_id, "dataset.update", "dataset", row.id, {"properties": new})


def list_ids(session: Session, project_id: int) -> dict[str, int]:
    """The entity lists of a project: name → id."""
    rows = session.execute(select(EntityList.name, EntityList.id).where(EntityList.project_id == project_id))
    return {row.name: row.id for row in rows}


def apply(
    session: Session, submission: SubmissionLike, actions: Sequence[EntityAction]
) -> tuple[Refused, ...]:
    """Create and update entities as one submission says; what could not be done is returned, nothing is raised.

    The last to arrive wins, property by property. What a submission has written once is not written again, so
    reading it a second time changes nothing; an edit that says something else makes a new version.
    """
    if not actions:
        return ()
    batch = _Batch(session, submission, actions)
    for action in actions:
        batch.take(action)
    batch.write(session)
    return tuple(batch.refused)


class _Batch:
    """The entities of one submission on their way into the tables, a few statements for all of them."""

    def __init__(self, session: Session, submission: SubmissionLike, actions: Sequence[EntityAction]) -> None:
        self.submission = submission
        self.lists = _lists(session, submission.form_id, {action.list_name for action in actions})
        ids = {action.uuid for action in actions}
        self.entities = _entities(session, ids)
        self.written = _written(session, submission.id, ids)
        self.created: list[dict[str, Any]] = []
        self.updated: list[dict[str, Any]] = []
        self.versions: list[dict[str, Any]] = []
        self.refused: list[Refused] = []

    def take(self, action: EntityAction) -> None:
        """Work out what one action comes to."""
        entity_list = self.lists.get(action.list_name)
        entity = self.entities.get(action.uuid)
        if entity_list is None:
            self.refused.append(Refused("list_unknown", action))
        elif self._is_written(action):
            return
        elif entity is None and action.create:
            self._create(entity_list, action)
        elif entity is None:
            self.refused.append(Refused("entity_unknown", action))
        elif action.update or action.uuid in self.written:
            self._update(entity_list, entity, action)
        else:
            self.refused.append(Refused("entity_exists", action))

    def write(self, session: Session) -> None:
        """Write everything that was worked out."""
        if not self.versions:
            return
        if self.created:
            session.execute(insert(Entity), self.created)
        if self.updated:
            session.execute(update(Entity), self.updated)
        session.execute(insert(EntityVersion), self.versions)
        for entity_list in self.lists.values():
            values = {"revision": entity_list["revision"]}
            session.execute(update(EntityList).where(EntityList.id == entity_list["id"]).values(values))

    def _is_written(self, action: EntityAction) -> bool:
        before = self.written.get(action.uuid)
        return (
            before is not None
            and action.data.items() <= before.data.items()
            and action.label in (None, before.label)
        )

    def _create(self, entity_list: dict[str, Any], action: EntityAction) -> None:
        now = self.submission.received_at
        row = {
            "id": action.uuid,
            "entity_list_id": entity_list["id"],
            "club_id": _club_id(action.list_name, action.uuid, action.data),
            "label": action.label or "",
            "data": action.data,
            "version": 1,
            "revision": self._next_revision(entity_list),
            "created_at": now,
            "updated_at": now,
            "deleted_at": None,
        }
        self.created.append(row)
        self._remember(row, action)

    def _update(self, entity_list: dict[str, Any], entity: Mapping[str, Any], action: EntityAction) -> None:
        data = {**entity["data"], **action.data}
        row = {
            "id": action.uuid,
            "club_id": _club_id(action.list_name, action.uuid, data),
            "label": action.label or entity["label"],
            "data": data,
            "version": entity["version"] + 1,
            "revision": self._next_revision(entity_list),
            "updated_at": self.submission.received_at,
        }
        self.updated.append(row)
        self._remember(row, action)

    def _remember(self, row: dict[str, Any], action: EntityAction) -> None:
        self.entities[action.uuid] = row
        self.versions.append(
            {
                "entity_id": action.uuid,
                "version": row["version"],
                "label": row["label"],
                "data": row["data"],
                "submission_id": self.submission.id,
                "base_version": action.base_version,
                "branch_id": action.branch_id,
                "trunk_version": action.trunk_version,
                "created_at": self.submission.received_at,
            }
        )

    def _next_revision(self, entity_list: dict[str, Any]) -> int:
        entity_list["revision"] += 1
        return int(entity_list["revision"])


def _lists(session: Session, form_id: int, names: set[str]) -> dict[str, dict[str, Any]]:
    """The lists of the form's project by name, locked: revisions must become visible in their order."""
    rows = session.execute(
        select(EntityList.id, EntityList.name, EntityList.revision)
        .join(Form, Form.project_id == EntityList.project_id)
        .where(Form.id == form_id, EntityList.name.in_(names))
        .order_by(EntityList.id)
        .with_for_update(of=EntityList)
    )
    return {row.name: {"id": row.id, "revision": row.revision} for row in rows}


def _entities(session: Session, ids: set[str]) -> dict[str, Mapping[str, Any]]:
    rows = session.execute(
        select(Entity.id, Entity.label, Entity.data, Entity.version).where(Entity.id.in_(ids))
    )
    return {row.id: dict(row._mapping) for row in rows}


def _written(session: Session, submission_id: int, ids: set[str]) -> dict[str, Row[*tuple[Any, ...]]]:
    """The last version that this submission made of each entity."""
    rows = session.execute(
        select(EntityVersion.entity_id, EntityVersion.label, EntityVersion.data)
        .where(EntityVersion.submission_id == submission_id, EntityVersion.entity_id.in_(ids))
        .order_by(EntityVersion.version)
    )
    return {row.entity_id: row for row in rows}


def _club_id(list_name: str, uuid: str, data: Mapping[str, str]) -> str | None:
    return uuid if list_name == CLUBS else data.get(CLUB_PROPERTY) or None


def tokens(session: Session, scope: Scope, entity_list_ids: Collection[int]) -> dict[int, str]:
    """What a tablet compares to learn whether its copy of a list is still good: list id → 32 hex digits.

    Changes with every row created, changed or deleted within the scope, with the properties, and with the scope.
    One pass over the rows, whatever the number of lists: every tablet asks this for every form at every check.
    """
    if not entity_list_ids:
        return {}
    lists = select(EntityList.id, EntityList.properties).where(EntityList.id.in_(entity_list_ids))
    seen = scope.entities(
        select(Entity.entity_list_id, func.count(), func.max(Entity.revision), func.sum(Entity.revision))
        .where(Entity.entity_list_id.in_(entity_list_ids), Entity.deleted_at.is_(None))
        .group_by(Entity.entity_list_id)
    )
    states = {row[0]: tuple(row[1:]) for row in session.execute(seen)}
    units = sorted(scope.unit_ids) if scope.unit_ids is not None else "all"
    return {
        row.id: _digest((row.id, row.properties, units, *states.get(row.id, (0, None, None))))
        for row in session.execute(lists)
    }


def _digest(state: tuple[object, ...]) -> str:
    return hashlib.md5(repr(state).encode(), usedforsecurity=False).hexdigest()


def properties(session: Session, entity_list_id: int) -> list[str]:
    """The properties of a list in the order of their columns."""
    return session.scalars(select(EntityList.properties).where(EntityList.id == entity_list_id)).one()


def rows(session: Session, scope: Scope, entity_list_id: int) -> Iterator[ListRow]:
    """The living entities of a list within the scope, by creation."""
    statement = scope.entities(
        select(Entity.id, Entity.label, Entity.version, Entity.data)
        .where(Entity.entity_list_id == entity_list_id, Entity.deleted_at.is_(None))
        .order_by(Entity.created_at, Entity.id)
    )
    found = session.execute(statement.execution_options(yield_per=ROWS_AT_ONCE))
    return (ListRow(row.id, row.label, row.version, row.data) for row in found)
