"""Making the club tables, the findings and the entity lists again from what tablets sent.

What people decided on this server is not in any submission and is carried over: club numbers (their table is never
emptied), a club's status, the commune chosen after a split, entities changed or deleted by hand.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, delete, func, insert, select, update
from sqlalchemy.orm import Session

from server import db, projection
from server.models import (
    Club,
    ClubUnit,
    Entity,
    EntityList,
    EntityListPart,
    EntityVersion,
    Finding,
    Submission,
    SubmissionVersion,
)
from server.models.club import BoardPosition, CareRecipient, FundSource, Member, MembershipEvent
from server.models.meeting import (
    Attendance,
    CareVisit,
    IncomeFundMonth,
    Loan,
    LoanWriteOff,
    Measure,
    Meeting,
    MeetingActivity,
    OperatingFundMonth,
    Repayment,
)
from server.models.survey import Survey
from server.projection import club_unit
from server.services.entity import access, part

BATCH = 200
PROJECTED: tuple[Table, ...] = tuple(
    model.__table__
    for model in (
        Finding,
        Survey,
        Repayment,
        LoanWriteOff,
        CareVisit,
        Measure,
        Attendance,
        MeetingActivity,
        IncomeFundMonth,
        OperatingFundMonth,
        Loan,
        Meeting,
        CareRecipient,
        MembershipEvent,
        BoardPosition,
        Member,
        FundSource,
        ClubUnit,
        Club,
    )
)
"""Every table made from submissions alone, those that point at others first."""
COUNTED = {("finding", "id"), ("membership_event", "id"), ("entity_version", "id"), ("entity", "revision")}
"""Columns that only count rows or changes: they say nothing of what was sent."""

Progress = Callable[[int, int], None]
"""Called with how many texts are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided, by club or entity ID: nothing of it comes from a submission."""

    statuses: dict[str, tuple[str, date | None]]
    places: list[tuple[str, date, int]]
    changes: list[dict[str, Any]]
    deleted_entities: dict[str, datetime]


def rebuild(session: Session, progress: Progress | None = None) -> int:
    """Empty what is made from submissions and make it again, in order of receipt; returns how many submissions.

    One transaction: readers see the old tables until it ends, and a failure changes nothing. Every text of a
    submission is read, edits after what they replace, so that entity lists get the same history.
    """
    db.take_turn(session, projection.TURN)
    decided = _remember(session)
    _empty(session)
    by_hand = list(decided.changes)
    ids = _version_ids(session)
    for done in range(0, len(ids), BATCH):
        for submission, version in _texts(session, ids[done : done + BATCH]):
            _replay(session, by_hand, version.received_at)
            projection.attempt(session, submission, version)
        session.expunge_all()
        if progress:
            progress(min(done + BATCH, len(ids)), len(ids))
    _replay(session, by_hand, None)
    _decide_again(session, decided)
    part.repair(session)
    return session.scalar(select(func.count(Submission.id)).where(Submission.deleted_at.is_(None))) or 0


def _version_ids(session: Session) -> list[int]:
    """The texts of submissions that are not deleted, as they were placed: an edit that came before its original, or
    was held aside, has its number from when it was taken in. Branches that nobody chose are left out.
    """
    return list(
        session.scalars(
            select(SubmissionVersion.id)
            .join(Submission, Submission.id == SubmissionVersion.submission_id)
            .where(Submission.deleted_at.is_(None), SubmissionVersion.is_branch.is_not(True))
            .order_by(SubmissionVersion.id)
        )
    )


def _texts(session: Session, ids: Sequence[int]) -> list[tuple[Submission, SubmissionVersion]]:
    """These texts as they were placed, each with its submission."""
    rows = session.execute(
        select(Submission, SubmissionVersion)
        .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .where(SubmissionVersion.id.in_(ids))
        .order_by(SubmissionVersion.id)
    )
    return [(submission, version) for submission, version in rows]


def _remember(session: Session) -> Decisions:
    """What people decided, before it is emptied."""
    closed = session.execute(select(Club.id, Club.status, Club.closed_on).where(Club.status != "active"))
    chosen = session.execute(
        select(ClubUnit.club_id, ClubUnit.valid_from, ClubUnit.unit_id).where(ClubUnit.basis == "person")
    )
    kept = [c for c in EntityVersion.__table__.c if c.name not in ("id", "version")]
    changes = session.execute(
        select(*kept, EntityList.id.label("entity_list_id"), EntityList.name, EntityList.access)
        .join(Entity, Entity.id == EntityVersion.entity_id)
        .join(EntityList, EntityList.id == Entity.entity_list_id)
        .where(EntityVersion.submission_id.is_(None))
        .order_by(EntityVersion.created_at, EntityVersion.id)
    )
    deleted = session.execute(select(Entity.id, Entity.deleted_at).where(Entity.deleted_at.is_not(None)))
    return Decisions(
        statuses={row.id: (row.status, row.closed_on) for row in closed},
        places=[(row.club_id, row.valid_from, row.unit_id) for row in chosen],
        changes=[dict(row._mapping) for row in changes],
        deleted_entities={row.id: row.deleted_at for row in deleted},
    )


def _empty(session: Session) -> None:
    session.flush()
    session.expunge_all()
    for table in (*PROJECTED, EntityVersion.__table__, Entity.__table__, EntityListPart.__table__):
        session.execute(delete(table))
    session.execute(
        update(Submission.__table__)
        .where(Submission.__table__.c.deleted_at.is_(None))
        .values(projection_state="pending", projection_error=None)
    )


def _replay(session: Session, changes: list[dict[str, Any]], until: datetime | None) -> None:
    """Make again the changes of entities that people made before a moment (None: all that are left)."""
    while changes and (until is None or changes[0]["created_at"] < until):
        _make_again(session, changes.pop(0))


def _make_again(session: Session, change: dict[str, Any]) -> None:
    entities, versions = Entity.__table__, EntityVersion.__table__
    entity_id, list_id, list_name = change["entity_id"], change.pop("entity_list_id"), change.pop("name")
    club = access.club_id(list_name, entity_id, change["data"])
    newest = session.scalar(select(entities.c.version).where(entities.c.id == entity_id)) or 0
    state = {
        "label": change["label"],
        "data": change["data"],
        "version": newest + 1,
        "club_id": club,
        "part": access.part(change.pop("access"), club, change["data"], change["actor_id"]),
        "updated_at": change["created_at"],
    }
    if newest:
        session.execute(update(entities).where(entities.c.id == entity_id).values(state))
    else:
        made = {"id": entity_id, "entity_list_id": list_id, "created_at": change["created_at"], "revision": 0}
        session.execute(insert(entities), [state | made])
    session.execute(insert(versions), [change | {"version": newest + 1}])


def _decide_again(session: Session, decided: Decisions) -> None:
    """Put people's decisions back; one about a club that is no more has nothing left to say."""
    clubs, entities = Club.__table__, Entity.__table__
    for club_id, (status, closed_on) in decided.statuses.items():
        values = {"status": status, "closed_on": closed_on}
        session.execute(update(clubs).where(clubs.c.id == club_id).values(values))
    for club_id, valid_from, unit_id in decided.places:
        founded = session.scalar(select(Submission).join(Club).where(Club.id == club_id))
        if founded is not None:
            club_unit.choose(session.connection(), club_id, valid_from, unit_id)
            projection.attempt(session, founded)
    for entity_id, deleted_at in decided.deleted_entities.items():
        session.execute(update(entities).where(entities.c.id == entity_id).values(deleted_at=deleted_at))


def fingerprint(session: Session) -> dict[str, str]:
    """A SHA-256 of the content of each table that submissions make, whatever the order of its rows.

    Columns that only count are left out, so two databases that hold the same submissions, received at the same
    moments, have the same fingerprint.
    """
    tables = (*PROJECTED, Entity.__table__, EntityVersion.__table__)
    return {table.name: _digest(session, table) for table in tables}


def _digest(session: Session, table: Table) -> str:
    columns: list[Column[Any]] = [c for c in table.columns if (table.name, c.name) not in COUNTED]
    rows = sorted(repr([_plain(value) for value in row]) for row in session.execute(select(*columns)))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Values as both databases agree on them: JSON objects without an order of keys, decimals without zeros."""
    if isinstance(value, dict):
        return sorted((key, _plain(one)) for key, one in value.items())
    return format(value.normalize(), "f") if hasattr(value, "normalize") else value
