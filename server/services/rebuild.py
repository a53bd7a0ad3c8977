"""Making the club tables, the findings and the entity lists again from what tablets sent.

What people decided on this server is not in any submission and is carried over: club numbers (their table is never
emptied), a club's status, the commune chosen after a split, and what was done to entities, each act at its moment.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Table, delete, func, select, update
from sqlalchemy.orm import Session

from server import db, projection
from server.models import (
    Club,
    ClubUnit,
    Entity,
    EntityBacklog,
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
from server.services.entity import part, replay
from server.services.submission import words

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
OF_ENTITIES: tuple[Table, ...] = tuple(model.__table__ for model in (EntityBacklog, EntityVersion, Entity))
"""Every table with what submissions and people did to entities, those that point at others first."""
COUNTED = {
    ("finding", "id"),
    ("membership_event", "id"),
    ("entity_version", "id"),
    ("entity_backlog", "id"),
}
"""Columns that only count rows or changes: they say nothing of what was sent."""

Progress = Callable[[int, int], None]
"""Called with how many texts are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What people decided, by club or entity ID: nothing of it comes from a submission."""

    statuses: dict[str, tuple[str, date | None]]
    places: list[tuple[str, date, int]]


def rebuild(session: Session, progress: Progress | None = None) -> int:
    """Empty what is made from submissions and make it again, in order of receipt; returns how many submissions.

    One transaction: readers see the old tables until it ends, and a failure changes nothing. Every text of a
    submission is read, edits after what they replace, so that entity lists get the same history. What a deleted
    submission did to entities stays, as it did when it was deleted: tablets count the versions.
    """
    db.take_turn(session, projection.TURN)
    decided, about_entities = _remember(session), replay.remember(session)
    _empty(session)
    ids, spoken = _version_ids(session), _spoken(session)
    came = datetime.min.replace(tzinfo=UTC)
    for done in range(0, len(ids), BATCH):
        for submission, version in _texts(session, ids[done : done + BATCH]):
            came = max(
                came, version.received_at
            )  # A text that was held aside counts from when it was taken in.
            about_entities.replay(session, came)
            if version.id == spoken.get(submission.id, submission.current_version_id):
                words.keep_current(session, submission, version)
            if submission.deleted_at is None:
                submission.current_version_id = (
                    version.id
                )  # What is read again by others speaks as it did then.
                projection.attempt(session, submission, version)
            elif submission.id in about_entities.writers:
                projection.attempt(session, submission, version, projecting=projection.tell_lists)
        session.flush()
        session.expunge_all()
        if progress:
            progress(min(done + BATCH, len(ids)), len(ids))
    _speak(session, spoken)
    about_entities.finish(session)
    _decide_again(session, decided)
    part.repair(session)
    return session.scalar(select(func.count(Submission.id)).where(Submission.deleted_at.is_(None))) or 0


def _version_ids(session: Session) -> list[int]:
    """The texts of submissions, as they were placed: an edit that came before its original, or
    was held aside, has its number from when it was taken in. Branches that nobody chose are left out.
    """
    return list(
        session.scalars(
            select(SubmissionVersion.id)
            .where(SubmissionVersion.is_branch.is_not(True))
            .order_by(SubmissionVersion.id)
        )
    )


def _spoken(session: Session) -> dict[int, int | None]:
    """The current text of each submission that has several."""
    several = (
        select(SubmissionVersion.submission_id)
        .group_by(SubmissionVersion.submission_id)
        .having(func.count(SubmissionVersion.id) > 1)
    )
    rows = select(Submission.id, Submission.current_version_id).where(Submission.id.in_(several))
    return {row[0]: row[1] for row in session.execute(rows)}


def _speak(session: Session, spoken: dict[int, int | None]) -> None:
    """Let submissions speak through the texts they spoke through before."""
    rows = Submission.__table__
    for submission_id, version_id in spoken.items():
        is_this = (rows.c.id == submission_id) & (rows.c.current_version_id != version_id)
        session.execute(update(rows).where(is_this).values(current_version_id=version_id))


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
    return Decisions(
        statuses={row.id: (row.status, row.closed_on) for row in closed},
        places=[(row.club_id, row.valid_from, row.unit_id) for row in chosen],
    )


def _empty(session: Session) -> None:
    session.flush()
    session.expunge_all()
    for table in (*PROJECTED, *OF_ENTITIES, EntityListPart.__table__):
        session.execute(delete(table))
    session.execute(
        update(Submission.__table__)
        .where(Submission.__table__.c.deleted_at.is_(None))
        .values(projection_state="pending", projection_error=None)
    )


def _decide_again(session: Session, decided: Decisions) -> None:
    """Put people's decisions back; one about a club that is no more has nothing left to say."""
    clubs = Club.__table__
    for club_id, (status, closed_on) in decided.statuses.items():
        values = {"status": status, "closed_on": closed_on}
        session.execute(update(clubs).where(clubs.c.id == club_id).values(values))
    for club_id, valid_from, unit_id in decided.places:
        founded = session.scalar(select(Submission).join(Club).where(Club.id == club_id))
        if founded is not None:
            club_unit.choose(session.connection(), club_id, valid_from, unit_id)
            projection.attempt(session, founded)


def fingerprint(session: Session) -> dict[str, str]:
    """A SHA-256 of the content of each table that submissions make, whatever the order of its rows.

    Columns that only count are left out, so two databases that hold the same submissions, received at the same
    moments, have the same fingerprint.
    """
    return {table.name: _digest(session, table) for table in (*PROJECTED, *OF_ENTITIES)}


def _digest(session: Session, table: Table) -> str:
    columns: list[Column[Any]] = [c for c in table.columns if (table.name, c.name) not in COUNTED]
    rows = sorted(repr([_plain(value) for value in row]) for row in session.execute(select(*columns)))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Values as both databases agree on them: JSON objects without an order of keys, decimals without zeros."""
    if isinstance(value, dict):
        return sorted((key, _plain(one)) for key, one in value.items())
    return format(value.normalize(), "f") if hasattr(value, "normalize") else value
