"""Purging what was deleted a month ago: texts, files, words, comments; that it was here is remembered, and no more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from server import db, projection
from server.models import (
    ClientAudit,
    EntityBacklog,
    EntityVersion,
    Finding,
    FindingDecision,
    PurgedSubmission,
    Submission,
    SubmissionAttachment,
    SubmissionComment,
    SubmissionVersion,
    SubmissionWord,
)
from server.services import audit
from server.services.actor import SYSTEM_ID

KEPT_DAYS = 30
BATCH = 50
"""Submissions purged in one transaction: tablets that send wait for it."""
OF_SUBMISSION = (Finding, FindingDecision, SubmissionComment, SubmissionWord, EntityBacklog)
OF_TEXT = (SubmissionAttachment, ClientAudit)
UTC_TYPE = PurgedSubmission.__table__.c.purged_at.type


def is_due(session: Session, at: datetime) -> bool:
    """Whether something was deleted so long ago that it is to be purged."""
    return session.scalar(select(Submission.id).where(_due(at)).limit(1)) is not None


def purge(session: Session, at: datetime) -> set[str]:
    """Purge some of what is due, the oldest first; SHA-256 of the files that may be named by nothing any more.

    What a submission did to entity lists stays, as a change by hand: tablets have built on it, and a rebuild does it
    again. What waits in quarantine for it stays there. Call it until nothing is due; then sweep the files.
    """
    db.take_turn(session, projection.TURN)
    files: set[str] = set()
    due = select(Submission).where(_due(at)).order_by(Submission.deleted_at, Submission.id).limit(BATCH)
    for submission in session.scalars(due.with_for_update()).all():
        versions = session.scalars(
            select(SubmissionVersion.id).where(SubmissionVersion.submission_id == submission.id)
        ).all()
        files |= _files(session, versions)
        _remember(session, submission, at)
        _empty(session, submission, versions)
        audit.log(session, SYSTEM_ID, "submission.purge", "submission", submission.id)
    return files


def forget(session: Session, instance_ids: Sequence[str]) -> None:
    """Let submissions of these instance IDs come in again: a person has released one that came after the purge."""
    known = select(PurgedSubmission.submission_id).where(PurgedSubmission.instance_id.in_(instance_ids))
    session.execute(delete(PurgedSubmission).where(PurgedSubmission.submission_id.in_(known)))


def find(session: Session, form_id: int, instance_id: str) -> bool:
    """Whether a text of that instance ID was purged."""
    return session.get(PurgedSubmission, (form_id, instance_id)) is not None


def _due(at: datetime) -> ColumnElement[bool]:
    """Whether a submission is to be purged. The newest number stays until there is a newer one: SQLite would give it
    again, and the log would tell of two submissions as of one."""
    newest = select(func.max(Submission.id)).scalar_subquery()
    return (Submission.deleted_at < at - timedelta(days=KEPT_DAYS)) & (Submission.id != newest)


def _files(session: Session, versions: Sequence[int]) -> set[str]:
    rows = session.scalars(
        select(SubmissionAttachment.sha256).where(
            SubmissionAttachment.submission_version_id.in_(versions), SubmissionAttachment.sha256.is_not(None)
        )
    )
    return {sha256 for sha256 in rows if sha256}


def _remember(session: Session, submission: Submission, at: datetime) -> None:
    texts = select(
        SubmissionVersion.form_id,
        SubmissionVersion.instance_id,
        literal(submission.id),
        literal(at, UTC_TYPE),
    ).where(SubmissionVersion.submission_id == submission.id)
    columns = ["form_id", "instance_id", "submission_id", "purged_at"]
    session.execute(insert(PurgedSubmission).from_select(columns, texts))


def _empty(session: Session, submission: Submission, versions: Sequence[int]) -> None:
    changed = update(EntityVersion).where(EntityVersion.submission_id == submission.id)
    session.execute(changed.values(submission_id=None, actor_id=submission.actor_id))
    for model in OF_SUBMISSION:
        session.execute(delete(model).where(model.submission_id == submission.id))
    for part in OF_TEXT:
        session.execute(delete(part).where(part.submission_version_id.in_(versions)))
    submission.current_version_id = None
    session.flush()
    session.execute(delete(SubmissionVersion).where(SubmissionVersion.submission_id == submission.id))
    session.delete(submission)
    session.flush()
