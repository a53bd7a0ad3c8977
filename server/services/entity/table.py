"""The rows of entities as they are read and written: a few statements for all entities of a submission."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from server import db
from server.models import Entity, EntityBacklog, EntityList, EntityVersion, Finding, Form
from server.services.entity import access
from server.services.entity.change import Refused
from server.services.entity.verdict import Version

Row = dict[str, Any]
"""A row by column."""

IDS_AT_ONCE = 5000
"""IDs in one statement: SQLite takes 32,766 values and PostgreSQL 65,535."""

lists, entities, versions = EntityList.__table__, Entity.__table__, EntityVersion.__table__
backlog, findings = EntityBacklog.__table__, Finding.__table__

HAS_HELD = exists().where(backlog.c.entity_list_id == lists.c.id)
OLDEST_HELD = (
    select(func.min(backlog.c.held_at))
    .where(backlog.c.entity_list_id == lists.c.id, backlog.c.forced_at.is_(None))
    .scalar_subquery()
)
LISTS = (
    select(
        lists.c.id,
        lists.c.name,
        lists.c.project_id,
        lists.c.access,
        lists.c.approval_required,
        HAS_HELD.label("has_held"),
        OLDEST_HELD.label("oldest_held_at"),
    )
    .order_by(lists.c.id)
    .with_for_update(of=lists)
)
LISTS_OF_FORM = LISTS.join(Form, Form.project_id == lists.c.project_id).where(
    Form.id == bindparam("form"), lists.c.name.in_(bindparam("names", expanding=True))
)
LISTS_BY_ID = LISTS.where(lists.c.id.in_(bindparam("ids", expanding=True)))

OWN = ("version", "label", "data", "received", "branch_id", "trunk_version", "branch_base_version")
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
        entities.c.conflict,
        *(versions.c[name].label(f"own_{name}") for name in OWN),
    )
    .outerjoin(
        versions,
        (versions.c.entity_id == entities.c.id) & (versions.c.submission_id == bindparam("submission")),
    )
    .where(entities.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(entities.c.id, versions.c.version)
)
HISTORY = (
    select(versions.c.entity_id, *(versions.c[name] for name in Version.__dataclass_fields__))
    .where(versions.c.entity_id.in_(bindparam("ids", expanding=True)))
    .order_by(versions.c.entity_id, versions.c.version)
)
BACKLOG = (
    select(backlog).where(backlog.c.entity_id.in_(bindparam("ids", expanding=True))).order_by(backlog.c.id)
)
CHANGE = update(entities).where(entities.c.id == bindparam("key"))
SETTLED = delete(backlog).where(backlog.c.id == bindparam("key"))
FORCED = update(backlog).where(backlog.c.id == bindparam("key")).values(forced_at=bindparam("at"))
FORGET = delete(findings).where(
    findings.c.submission_id == bindparam("submission"),
    findings.c.code == "entity_faulty",
    findings.c.value == bindparam("uuid"),
)


def chunks(ids: Iterable[str]) -> Iterator[Sequence[str]]:
    """The IDs, each once, in portions that one statement takes."""
    known = sorted(set(ids))
    return (known[first : first + IDS_AT_ONCE] for first in range(0, len(known), IDS_AT_ONCE))


def read_lists(conn: Connection, ids: Iterable[int]) -> list[Row]:
    """Lists by id, locked: the rules that place rows must not change meanwhile."""
    return [dict(row) for row in conn.execute(LISTS_BY_ID, {"ids": sorted(ids)}).mappings()]


def read_states(conn: Connection, submission_id: int | None, ids: Iterable[str]) -> Iterator[Row]:
    """Entities, each with what a submission has last written of it under `own_…` (None: nothing)."""
    for portion in chunks(ids):
        for row in conn.execute(STATES, {"submission": submission_id, "ids": portion}).mappings():
            yield dict(row)


def read_history(conn: Connection, ids: Iterable[str]) -> dict[str, list[Version]]:
    """All versions of entities, by UUID."""
    found: dict[str, list[Version]] = {}
    for portion in chunks(ids):
        for row in conn.execute(HISTORY, {"ids": portion}):
            entity_id, *rest = row
            found.setdefault(entity_id, []).append(Version(*rest))
    return found


def read_backlog(conn: Connection, ids: Iterable[str]) -> dict[str, list[Row]]:
    """What is or was held of entities, by UUID, in the order it came."""
    found: dict[str, list[Row]] = {}
    for portion in chunks(ids):
        for row in conn.execute(BACKLOG, {"ids": portion}).mappings():
            found.setdefault(row["entity_id"], []).append(dict(row))
    return found


def write_entities(conn: Connection, created: Sequence[Row], changed: Sequence[Row]) -> None:
    """Insert and update entities."""
    db.add_rows(conn, entities, created)
    if changed:
        conn.execute(CHANGE, changed)


def write_backlog(
    conn: Connection, held: Sequence[Row], settled: Sequence[int], forced: Sequence[Mapping[str, Any]]
) -> None:
    """Note what is held, what is no longer, and what was forced."""
    if settled:
        conn.execute(SETTLED, [{"key": key} for key in settled])
    if forced:
        conn.execute(FORCED, list(forced))
    if held:
        conn.execute(insert(backlog), list(held))


def replace_finding(
    conn: Connection, submission_id: int, uuid: str, club_id: str | None, refused: Refused | None
) -> None:
    """Make a submission's finding about an entity say why it is not taken now; None: it is taken."""
    conn.execute(FORGET, {"submission": submission_id, "uuid": uuid})
    if refused is not None:
        finding = {
            "submission_id": submission_id,
            "club_id": access.fitting_club(club_id),
            "code": "entity_faulty",
            "severity": "warning",
            "question": refused.place,
            "value": uuid,
            "details": refused.details,
        }
        db.add_rows(conn, findings, [finding])
