"""Deleting a submission and taking that back. Its texts and files stay; the club tables follow at once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import db, projection
from server.blobs import BlobStore
from server.clock import now
from server.models import Quarantine, Submission, SubmissionVersion
from server.scope import Scope
from server.services import audit
from server.services.submission import text
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


def restore(
    session: Session, scope: Scope, blobs: BlobStore, submission_id: int, actor_id: int
) -> Submission:
    """Bring a deleted submission back, and take in the edits that came meanwhile. Raises SubmissionNotFound."""
    db.take_turn(session, projection.TURN)
    submission = text.get(session, scope, submission_id)
    if submission.deleted_at is not None:
        submission.deleted_at = None
        audit.log(session, actor_id, "submission.restore", "submission", submission.id)
        projection.attempt(session, submission)
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
