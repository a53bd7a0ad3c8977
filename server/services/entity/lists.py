"""Entity lists: their properties, the rows a tablet gets within its scope, and the token that says when they changed.

Every change of a row raises its list's revision, so that a tablet learns of it from a token without a CSV being made.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.csvlist import ListRow
from forms.schema import EntityDeclaration
from server.models import Entity, EntityList
from server.scope import Scope
from server.services import audit

ROWS_AT_ONCE = 1000


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


def tokens(session: Session, scope: Scope, entity_list_ids: Collection[int]) -> dict[int, str]:
    """What a tablet compares to learn whether its copy of a list is still good: list id → 32 hex digits.

    Changes with every row created, changed or deleted within the scope, with the properties, and with the scope.
    One pass over the rows, whatever the number of lists: every tablet asks this for every form at every check.
    """
    if not entity_list_ids:
        return {}
    wanted = select(EntityList.id, EntityList.properties).where(EntityList.id.in_(entity_list_ids))
    seen = scope.entities(
        select(Entity.entity_list_id, func.count(), func.max(Entity.revision), func.sum(Entity.revision))
        .where(Entity.entity_list_id.in_(entity_list_ids), Entity.deleted_at.is_(None))
        .group_by(Entity.entity_list_id)
    )
    states = {row[0]: tuple(row[1:]) for row in session.execute(seen)}
    units = sorted(scope.unit_ids) if scope.unit_ids is not None else "all"
    return {
        row.id: _digest((row.id, row.properties, units, *states.get(row.id, (0, None, None))))
        for row in session.execute(wanted)
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
