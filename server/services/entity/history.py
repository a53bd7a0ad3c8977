"""What has become of entities: whether tablets may still know them."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Entity, EntityList
from server.scope import Scope

IDS_AT_ONCE = 5000
"""IDs in one statement: SQLite takes 32,766 values and PostgreSQL 65,535."""


def chunks(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    """The IDs, each once, in portions that one statement takes."""
    known = sorted(set(ids))
    return (known[first : first + IDS_AT_ONCE] for first in range(0, len(known), IDS_AT_ONCE))


def states(
    session: Session, scope: Scope | None, project_id: int, entity_list_id: int, uuids: Iterable[str]
) -> dict[str, bool]:
    """Whether entities of a list are gone for whoever asks: UUID → True when deleted or outside the scope.

    One that never came is left out: its submission may still be on a tablet. scope None: all rows are within.
    Source: https://docs.getodk.org/openrosa-integrity/
    """
    gone: dict[str, bool] = {}
    for portion in chunks(uuids):
        known = (
            select(Entity.id, Entity.deleted_at)
            .join(EntityList, EntityList.id == Entity.entity_list_id)
            .where(EntityList.id == entity_list_id, EntityList.project_id == project_id)
            .where(Entity.id.in_(portion))
        )
        seen = set(session.scalars((scope.entities(known) if scope else known).with_only_columns(Entity.id)))
        for row in session.execute(known):
            gone[row.id] = row.deleted_at is not None or row.id not in seen
    return gone
