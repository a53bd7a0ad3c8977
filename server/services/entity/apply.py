"""Applying what a submission says to entities: rows created and updated, each state kept.

Every change of a row raises its list's revision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from forms.entities import EntityAction
from server import db
from server.models import Entity, EntityList, EntityVersion, Form
from server.services.entity import access, part

NOTHING_WRITTEN = {"written_label": None, "written_data": None}

lists, entities, versions = EntityList.__table__, Entity.__table__, EntityVersion.__table__
LISTS = (
    select(lists.c.id, lists.c.name, lists.c.revision, lists.c.access)
    .join(Form, Form.project_id == lists.c.project_id)
    .where(Form.id == bindparam("form"), lists.c.name.in_(bindparam("names", expanding=True)))
    .order_by(lists.c.id)
    .with_for_update(of=lists)
)
STATES = (
    select(
        entities.c.id,
        entities.c.entity_list_id,
        entities.c.club_id,
        entities.c.label,
        entities.c.data,
        entities.c.version,
        entities.c.deleted_at,
        entities.c.part,
        versions.c.label.label("written_label"),
        versions.c.data.label("written_data"),
    )
    .outerjoin(
        versions,
        (versions.c.entity_id == entities.c.id) & (versions.c.submission_id == bindparam("submission")),
    )
    .where(entities.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(entities.c.id, versions.c.version)
)
UPDATE = update(entities).where(entities.c.id == bindparam("key"))
RAISE = update(lists).where(lists.c.id == bindparam("key")).values(revision=bindparam("revision"))


class SubmissionLike(Protocol):
    """The part of `Submission` that applying reads."""

    id: int
    form_id: int
    actor_id: int | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """An action that could not be taken.

    code: list_unknown, entity_exists (create of a UUID that another submission made), entity_unknown (update of none),
    other_list (the UUID is in another list), other_club (it is, or would be, of another club than the submission's).
    """

    code: str
    action: EntityAction


def apply(
    session: Session,
    submission: SubmissionLike,
    actions: Sequence[EntityAction],
    club_id: str | None = None,
) -> tuple[Refused, ...]:
    """Create and update entities as one submission says; what could not be done is returned, nothing is raised.

    club_id: the club it is about, which all its entities must be of; None asks nothing.

    The last to arrive wins, property by property. What a submission has written once is not written again, so
    reading it a second time changes nothing; an edit that says something else makes a new version.
    """
    if not actions:
        return ()
    batch = _Batch(session, submission, actions, club_id)
    for action in actions:
        batch.take(action)
    batch.write(session)
    return tuple(batch.refused)


class _Batch:
    """The entities of one submission on their way into the tables, a few statements for all of them."""

    def __init__(
        self,
        session: Session,
        submission: SubmissionLike,
        actions: Sequence[EntityAction],
        club_id: str | None,
    ) -> None:
        self.submission, self.club_id = submission, club_id
        self.lists = _lists(session, submission.form_id, {action.list_name for action in actions})
        self.entities = _entities(session, submission.id, {action.uuid for action in actions})
        self.created: list[dict[str, Any]] = []
        self.updated: list[dict[str, Any]] = []
        self.versions: list[dict[str, Any]] = []
        self.changes: list[tuple[Mapping[str, Any] | None, Mapping[str, Any]]] = []
        self.refused: list[Refused] = []

    def take(self, action: EntityAction) -> None:
        """Work out what one action comes to."""
        entity_list = self.lists.get(action.list_name)
        entity = self.entities.get(action.uuid)
        if entity_list is None:
            self.refused.append(Refused("list_unknown", action))
        elif entity is not None and entity["entity_list_id"] != entity_list["key"]:
            self.refused.append(Refused("other_list", action))
        elif self._is_elsewhere(entity, action):
            self.refused.append(Refused("other_club", action))
        elif entity is None and action.create:
            self._create(entity_list, action)
        elif entity is None:
            self.refused.append(Refused("entity_unknown", action))
        elif _is_written(entity, action):
            return
        elif action.update or entity["written_data"] is not None:
            self._update(entity_list, entity, action)
        else:
            self.refused.append(Refused("entity_exists", action))

    def _is_elsewhere(self, entity: Mapping[str, Any] | None, action: EntityAction) -> bool:
        """Whether an action touches another club. What the submission itself put there, an edit of it may move."""
        ours = (None, self.club_id)
        if self.club_id is None:
            return False
        if entity is None:
            return access.club_id(action.list_name, action.uuid, action.data) not in ours
        is_own = entity["written_data"] is not None
        after = access.club_id(action.list_name, action.uuid, {**entity["data"], **action.data})
        return after not in ours or (entity["club_id"] not in ours and not is_own)

    def write(self, session: Session) -> None:
        """Write everything that was worked out."""
        if not self.versions:
            return
        conn = session.connection()
        db.add_rows(conn, entities, self.created)
        if self.updated:
            conn.execute(UPDATE, self.updated)
        db.add_rows(conn, versions, self.versions)
        part.note(conn, self.changes)
        conn.execute(RAISE, list(self.lists.values()))

    def _create(self, entity_list: dict[str, Any], action: EntityAction) -> None:
        now = self.submission.received_at
        club_id = access.club_id(action.list_name, action.uuid, action.data)
        row = {
            "id": action.uuid,
            "entity_list_id": entity_list["key"],
            "club_id": club_id,
            "part": access.part(entity_list["access"], club_id, action.data, self.submission.actor_id),
            "label": action.label or "",
            "data": action.data,
            "version": 1,
            "revision": self._next_revision(entity_list),
            "created_at": now,
            "updated_at": now,
            "deleted_at": None,
        }
        self.created.append(row)
        self._remember(None, row | NOTHING_WRITTEN, action)

    def _update(self, entity_list: dict[str, Any], entity: Mapping[str, Any], action: EntityAction) -> None:
        data = {**entity["data"], **action.data}
        club_id = access.club_id(action.list_name, action.uuid, data)
        row = {
            "label": action.label or entity["label"],
            "data": data,
            "version": entity["version"] + 1,
            "revision": self._next_revision(entity_list),
            "updated_at": self.submission.received_at,
            "club_id": club_id,
            "part": access.moved(entity_list["access"], entity["part"], club_id, data),
        }
        self.updated.append(row | {"key": action.uuid})
        self._remember(entity, {**entity, **row}, action)

    def _remember(self, before: Mapping[str, Any] | None, row: dict[str, Any], action: EntityAction) -> None:
        self.entities[action.uuid] = row
        self.changes.append((before, row))
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
    rows = session.connection().execute(LISTS, {"form": form_id, "names": names})
    return {row.name: {"key": row.id, "revision": row.revision, "access": row.access} for row in rows}


def _entities(session: Session, submission_id: int, ids: set[str]) -> dict[str, Mapping[str, Any]]:
    """Entities by their UUID, with what the submission has last written of each (None: nothing)."""
    rows = session.connection().execute(STATES, {"submission": submission_id, "ids": ids})
    return {row["id"]: dict(row) for row in rows.mappings()}


def _is_written(entity: Mapping[str, Any], action: EntityAction) -> bool:
    """Whether the submission has said the same of the entity before."""
    before = entity["written_data"]
    return (
        before is not None
        and action.data.items() <= before.items()
        and action.label in (None, entity["written_label"])
    )
