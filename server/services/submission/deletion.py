"""Deleting a submission and taking that back. Its texts and files stay; the club tables follow at once."""

from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from server import db, projection
from server.blobs import BlobStore
from server.clock import now
from server.models import Form, Quarantine, Submission, SubmissionVersion
from server.scope import Scope
from server.services import audit
from server.services.submission import listing, purge, text
from server.services.submission.release import release

HELD = "deleted_submission"


def delete(
    session: Session, scope: Scope, submission_id: int, actor_id: int, comment: str = ""
) -> Submission:
    """Take a submission out of tables and reports; what is deleted already stays so. Raises SubmissionNotFound.

    A tablet that sends it again is told that all is well. What it did to entity lists stays.
    """
    db.take_turn(session, projection.TURN)
    submission = text.get(session, scope, submission_id)
    if submission.deleted_at is None:
        submission.deleted_at = now()
        audit.log(session, actor_id, "submission.delete", "submission", submission.id, {"comment": comment})
        projection.withdraw(session, submission)
    return submission


def binned(session: Session, scope: Scope, project_id: int, page: int = 1) -> list[listing.Row]:
    """One page of the submissions in the bin within the scope, what was deleted last first."""
    ids = session.scalars(
        _binned(scope, project_id)
        .order_by(Submission.deleted_at.desc(), Submission.id.desc())
        .offset((page - 1) * listing.PAGE_ROWS)
        .limit(listing.PAGE_ROWS)
    ).all()
    return listing.rows_of(session, ids)


def count_binned(session: Session, scope: Scope, project_id: int) -> int:
    """How many submissions are in the bin."""
    return session.scalar(select(func.count()).select_from(_binned(scope, project_id).subquery())) or 0


def _binned(scope: Scope, project_id: int) -> Select[int]:
    wanted = select(Submission.id).join(Form, Form.id == Submission.form_id)
    return scope.submissions(wanted.where(Form.project_id == project_id, Submission.deleted_at.is_not(None)))


def days_left(deleted_at: datetime, at: datetime) -> int:
    """Days in which a deleted submission can still be brought back, the last one begun included."""
    return max(0, -(-(deleted_at + timedelta(days=purge.KEPT_DAYS) - at) // timedelta(days=1)))


def restore(
    session: Session, scope: Scope, blobs: BlobStore, submission_id: int, actor_id: int
) -> Submission:
    """Bring a deleted submission back, and take in the edits that came meanwhile. Raises SubmissionNotFound."""
    db.take_turn(session, projection.TURN)
    submission = text.get(session, scope, submission_id)
    if submission.deleted_at is not None:
        submission.deleted_at = None
        audit.log(session, actor_id, "submission.restore", "submission", submission.id)
        projection.read_anew(session, submission)
        for quarantine_id in _edits_held(session, submission):
            release(session, blobs, quarantine_id, actor_id)
    return submission


def _edits_held(session: Session, submission: Submission) -> list[int]:
    """Edits of this submission's texts that came while it was deleted, in the order they came."""
    texts = select(SubmissionVersion.instance_id).where(SubmissionVersion.submission_id == submission.id)
    return list(
        session.scalars(
            select(Quarantine.id)
            .where(Quarantine.reason == HELD, Quarantine.deprecated_id.in_(texts))
            .where(Quarantine.released_at.is_(None), Quarantine.dismissed_at.is_(None))
            .order_by(Quarantine.received_at, Quarantine.id)
        )
    )
