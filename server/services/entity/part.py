"""Parts of a list: how many rows each has, and a sum that changes when one of them does.

A tablet's change token is made from the parts it sees. So it depends on the rows and on nothing else: not on when
they came, on what other tablets see, or on which database holds them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from server.models import Entity, EntityList, EntityListPart, EntityVersion, Submission
from server.services.entity import access

State = Mapping[str, Any]
"""An entity as its table has it: entity_list_id, part, id, label, version, data, deleted_at."""
Sums = dict[tuple[int, str], tuple[int, int]]
"""(entity_list_id, part) → rows and content."""

MODULUS = 2**62
BATCH = 1000

lists, entities, parts = EntityList.__table__, Entity.__table__, EntityListPart.__table__
versions, submissions = EntityVersion.__table__, Submission.__table__
ADD = text(
    f"INSERT INTO entity_list_part (entity_list_id, part, rows, content) VALUES (:list, :part, :rows, :content) "  # noqa: S608
    "ON CONFLICT (entity_list_id, part) DO UPDATE SET rows = entity_list_part.rows + excluded.rows, "
    f"content = (entity_list_part.content + excluded.content) & {MODULUS - 1}"
)
PLACE = update(entities).where(entities.c.id == bindparam("key")).values(part=bindparam("in_part"))
NEXT = (
    select(
        entities.c.id,
        entities.c.entity_list_id,
        entities.c.club_id,
        entities.c.label,
        entities.c.data,
        entities.c.version,
        entities.c.deleted_at,
        entities.c.part,
        func.coalesce(versions.c.actor_id, submissions.c.actor_id).label("owner_id"),
    )
    .outerjoin(versions, (versions.c.entity_id == entities.c.id) & (versions.c.version == 1))
    .outerjoin(submissions, submissions.c.id == versions.c.submission_id)
    .where(entities.c.entity_list_id == bindparam("list"), entities.c.id > bindparam("after"))
    .order_by(entities.c.id)
    .limit(BATCH)
)


def content(uuid: str, label: str, version: int, data: Mapping[str, str]) -> int:
    """A number below 2**62 that stands for what a row's line in the CSV says.

    Blank and absent are the same there, and so here. NUL separates: neither XML nor a database can hold it.
    """
    values = (one for pair in sorted(data.items()) if pair[1] for one in pair)
    line = "\0".join((uuid, label, str(version), *values))
    return int.from_bytes(blake2b(line.encode(), digest_size=8).digest()) % MODULUS


def note(conn: Connection, changes: Iterable[tuple[State | None, State | None]]) -> None:
    """Bring the parts up to date with changes of rows, each as it was before (None: not there) and is after.

    Call it in the transaction that writes the rows, once for all of them; it takes one statement. A row that is
    deleted counts as not there. The list must be locked (`lock`), so that its rule is the one its rows were placed by.
    """
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for before, after in changes:
        for state, sign in ((before, -1), (after, 1)):
            if state is not None and state["deleted_at"] is None:
                _add(sums[state["entity_list_id"], state["part"]], state, sign)
    changed = [
        {"list": key[0], "part": key[1], "rows": rows, "content": total % MODULUS}
        for key, (rows, total) in sorted(sums.items())
        if rows or total
    ]
    if changed:
        conn.execute(ADD, changed)


def _add(total: list[int], state: State, sign: int) -> None:
    total[0] += sign
    total[1] += sign * content(state["id"], state["label"], state["version"], state["data"])


def lock(session: Session, entity_list_id: int) -> EntityList:
    """A list, which nobody else changes until the transaction ends, nor any row of it."""
    return session.scalars(
        select(EntityList)
        .where(EntityList.id == entity_list_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def faults(session: Session) -> list[str]:
    """The names of the lists with a part that does not say what its rows say; every row is read."""
    return [one.name for one in _all(session) if _is_wrong(session, one)]


def repair(session: Session, entity_list_id: int | None = None) -> list[str]:
    """Put the rows of a list (None: of every list) into their parts and count the parts anew.

    Returns the names of the lists where something changed; a list that was right is only read.
    """
    repaired = []
    for entity_list in _all(session):
        if entity_list_id in (None, entity_list.id) and _is_wrong(session, lock(session, entity_list.id)):
            _count_anew(session, entity_list)
            repaired.append(entity_list.name)
    return repaired


def _all(session: Session) -> Iterable[EntityList]:
    return session.scalars(select(EntityList).order_by(EntityList.id)).all()


def _is_wrong(session: Session, entity_list: EntityList) -> bool:
    counted: Sums = {}
    for row in _rows(session, entity_list.id):
        if row.part != _part(entity_list, row):
            return True
        _count(counted, row, row.part)
    stored = session.execute(select(parts).where(parts.c.entity_list_id == entity_list.id))
    return counted != {
        (row.entity_list_id, row.part): (row.rows, row.content) for row in stored if row.rows or row.content
    }


def _count_anew(session: Session, entity_list: EntityList) -> None:
    counted: Sums = {}
    for row in _rows(session, entity_list.id):
        _count(counted, row, _part(entity_list, row))
    _place(session, entity_list)
    session.execute(delete(parts).where(parts.c.entity_list_id == entity_list.id))
    rows = [
        {"entity_list_id": key[0], "part": key[1], "rows": total[0], "content": total[1]}
        for key, total in sorted(counted.items())
    ]
    if rows:
        session.execute(insert(parts), rows)


def _place(session: Session, entity_list: EntityList) -> None:
    """Write into each row, deleted ones too, which part it is in."""
    for batch in _batches(session, entity_list.id):
        moved = [
            {"key": row.id, "in_part": to} for row in batch if (to := _part(entity_list, row)) != row.part
        ]
        if moved:
            session.connection().execute(PLACE, moved)


def _part(entity_list: EntityList, row: Row[*tuple[Any, ...]]) -> str:
    return access.part(entity_list.access, row.club_id, row.data, row.owner_id)


def _count(counted: Sums, row: Row[*tuple[Any, ...]], part: str) -> None:
    if row.deleted_at is None:
        rows, total = counted.get((row.entity_list_id, part), (0, 0))
        added = content(row.id, row.label, row.version, row.data)
        counted[row.entity_list_id, part] = rows + 1, (total + added) % MODULUS


def _rows(session: Session, entity_list_id: int) -> Iterator[Row[*tuple[Any, ...]]]:
    for batch in _batches(session, entity_list_id):
        yield from batch


def _batches(session: Session, entity_list_id: int) -> Iterator[list[Row[*tuple[Any, ...]]]]:
    """All rows of a list, deleted ones too, by UUID, some at a time: while one batch is read none is being written."""
    after = ""
    while batch := list(session.connection().execute(NEXT, {"list": entity_list_id, "after": after})):
        yield batch
        after = batch[-1].id
