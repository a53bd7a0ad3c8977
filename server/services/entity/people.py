"""What people decide about entities: conflicts settled, values written by hand, entries deleted and brought back.

Everything here is done at a moment and kept with it, so that a rebuild does it again at its place.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from server.clock import now
from server.errors import Problem
from server.models import Entity, EntityList, EntityVersion, Finding
from server.scope import Scope
from server.services import audit
from server.services.entity import table, text
from server.services.entity.batch import Batch
from server.services.entity.change import LABEL
from server.services.entity.table import Row, entities, findings
from server.services.entity.verdict import HARD

DELETED, RESTORED = "entity.delete", "entity.restore"
"""The acts in the audit log, as ODK Central names them; `at` among their details is their moment."""

SETTLE = (
    update(entities)
    .where(entities.c.id == bindparam("key"))
    .values(conflict=None, resolved_at=bindparam("at"))
)
REFUSED = (
    select(findings.c.submission_id, findings.c.details)
    .where(Finding.code == "entity_faulty", Finding.value == bindparam("uuid"))
    .order_by(findings.c.submission_id)
)


class EntityNotFound(Problem):
    """No such entity in the project, or it is of a club that the one who asks may not see."""

    code = "404.8"
    message_vi = "Không có mục “{uuid}” trong các danh sách."
    message_en = "There is no entry “{uuid}” in the lists."


class EntityMoved(Problem):
    """The entity has changed since the one who decides has looked at it."""

    code = "409.15"
    message_vi = "Mục này vừa được cập nhật (nay là phiên bản {version}). Xin xem lại rồi hãy quyết định."
    message_en = (
        "The entry has just changed (it is version {version} now). Please look again before you decide."
    )


class EntityVersionNotFound(Problem):
    """The entity has no version of that number."""

    code = "404.9"
    message_vi = "Mục này không có phiên bản {version}."
    message_en = "The entry has no version {version}."


class UnknownProperty(Problem):
    """A property that the list does not have, or a label without a word."""

    code = "400.28"
    message_vi = "Danh sách “{name}” không có cột “{property}”, hoặc cột này không được để trống."
    message_en = "The list “{name}” has no property “{property}”, or it may not be blank."


class EntityDeleted(Problem):
    """Only what is not deleted can be changed."""

    code = "404.11"
    message_vi = "Mục này đã bị xóa. Xin khôi phục trước khi sửa."
    message_en = "The entry was deleted. Please restore it before you change it."


def resolve(
    session: Session,
    scope: Scope,
    project_id: int,
    uuid: str,
    seen: int | None = None,
    at: datetime | None = None,
) -> None:
    """Leave an entity as it is, its conflicts settled.

    seen: the version that the one who decides has looked at. at: None for now.
    Raises EntityNotFound, EntityMoved.
    """
    batch = _open(session, scope, project_id, uuid, seen, at)
    _settle(session, scope, batch, uuid)


def write(
    session: Session,
    scope: Scope,
    project_id: int,
    uuid: str,
    said: Mapping[str, str],
    seen: int | None = None,
    at: datetime | None = None,
) -> None:
    """Give properties (and the label, under that name) other values: a new version, and conflicts are settled.

    Raises EntityNotFound, EntityMoved, EntityDeleted, UnknownProperty.
    """
    batch = _open(session, scope, project_id, uuid, seen, at)
    _check_properties(session, batch.rows[uuid], said)
    _lay(session, scope, batch, uuid, said)


def take(
    session: Session,
    scope: Scope,
    project_id: int,
    uuid: str,
    version: int,
    seen: int | None = None,
    at: datetime | None = None,
) -> None:
    """Make an entity again what it was in an older version, by a new one; conflicts are settled.

    A property that it did not have then becomes blank. Raises EntityNotFound, EntityMoved, EntityDeleted,
    EntityVersionNotFound.
    """
    batch = _open(session, scope, project_id, uuid, seen, at)
    history = batch.history(uuid)
    if not 0 < version <= len(history):
        raise EntityVersionNotFound(version=version)
    blank = dict.fromkeys(history[-1].data, "")
    _lay(session, scope, batch, uuid, {**blank, **history[version - 1].content})


def put_back(
    session: Session,
    scope: Scope,
    project_id: int,
    uuid: str,
    version: int,
    seen: int | None = None,
    at: datetime | None = None,
) -> None:
    """Give the properties in which a version clashed the values they had before it; conflicts are settled.

    Raises EntityNotFound, EntityMoved, EntityDeleted, EntityVersionNotFound.
    """
    batch = _open(session, scope, project_id, uuid, seen, at)
    made = select(EntityVersion).where(EntityVersion.entity_id == uuid, EntityVersion.version == version)
    clashing = session.scalars(made.where(EntityVersion.conflict == HARD)).first()
    if clashing is None or not clashing.conflicting:
        raise EntityVersionNotFound(version=version)
    before = batch.history(uuid)[version - 2].content
    _lay(session, scope, batch, uuid, {name: before.get(name, "") for name in clashing.conflicting})


def delete(session: Session, scope: Scope, project_id: int, uuid: str, at: datetime | None = None) -> None:
    """Take an entity out of what tablets get. It stays here with its history; deleting it twice does nothing.

    Raises EntityNotFound.
    """
    batch = _open(session, scope, project_id, uuid, None, at)
    if batch.rows[uuid]["deleted_at"] is None:
        batch.mark(uuid, batch.moment)
        batch.write()
        _log(session, scope, batch, uuid, DELETED)


def restore(session: Session, scope: Scope, project_id: int, uuid: str, at: datetime | None = None) -> None:
    """Bring a deleted entity back, and take what was sent about it meanwhile. Raises EntityNotFound."""
    batch = _open(session, scope, project_id, uuid, None, at)
    if batch.rows[uuid]["deleted_at"] is None:
        return
    bring_back(batch, uuid)
    _log(session, scope, batch, uuid, RESTORED)


def bring_back(batch: Batch, uuid: str) -> None:
    """Restore an entity of a batch and write it; then what was refused because it was deleted."""
    batch.mark(uuid, None)
    for row in batch.conn.execute(REFUSED, {"uuid": uuid}).all():
        if row.details["reason"] == "entity_deleted":
            batch.retake(row.submission_id, uuid)
    batch.release()
    batch.write()


def _open(
    session: Session, scope: Scope, project_id: int, uuid: str, seen: int | None, at: datetime | None
) -> Batch:
    """The entity alone, its list locked."""
    statement = (
        select(Entity.entity_list_id)
        .join(EntityList, EntityList.id == Entity.entity_list_id)
        .where(Entity.id == uuid, EntityList.project_id == project_id)
    )
    list_id = session.scalar(scope.entities(statement))
    if list_id is None:
        raise EntityNotFound(uuid=uuid)
    moment = at or now()
    conn = session.connection()
    batch = Batch(conn, table.read_lists(conn, [list_id]), moment, text.Reader(session, moment))
    batch.load([uuid])
    version = batch.rows[uuid]["version"]
    if seen not in (None, version):
        raise EntityMoved(version=version)
    return batch


def _check_properties(session: Session, row: Row, said: Mapping[str, str]) -> None:
    entity_list = session.get_one(EntityList, row["entity_list_id"])
    for name, value in said.items():
        is_known = name in entity_list.properties or (name == LABEL and value.strip())
        if not is_known:
            raise UnknownProperty(name=entity_list.name, property=name)


def _lay(session: Session, scope: Scope, batch: Batch, uuid: str, said: Mapping[str, str]) -> None:
    if batch.rows[uuid]["deleted_at"] is not None:
        raise EntityDeleted
    batch.lay(scope.actor_id, uuid, said)
    batch.write()
    _log(session, scope, batch, uuid, "entity.update.version")
    _settle(session, scope, batch, uuid)


def _settle(session: Session, scope: Scope, batch: Batch, uuid: str) -> None:
    if batch.rows[uuid]["conflict"] is None:
        return
    batch.conn.execute(SETTLE, {"key": uuid, "at": batch.moment})
    _log(session, scope, batch, uuid, "entity.update.resolve")


def _log(session: Session, scope: Scope, batch: Batch, uuid: str, act: str) -> None:
    """Who did it, to which version; never what it says."""
    row = batch.rows[uuid]
    details = {
        "entity_list_id": row["entity_list_id"],
        "version": row["version"],
        "at": batch.moment.isoformat(),
    }
    audit.log(session, scope.actor_id, act, "entity", uuid, details)
