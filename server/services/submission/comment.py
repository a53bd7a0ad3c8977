"""What people write about a submission, for those who work through it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import db, projection
from server.clock import now
from server.models import SubmissionComment
from server.scope import Scope
from server.services import audit
from server.services.submission import text

COMMENTED = "submission.comment.create"
LONGEST = 2000


def comment(session: Session, scope: Scope, submission_id: int, said: str, actor_id: int, word: str) -> None:
    """Write something about a submission, once for each form. word: of the form. Raises SubmissionNotFound.

    The audit log says that somebody wrote, not what: a comment may name people, and goes when the submission does.
    """
    db.take_turn(session, projection.TURN)
    submission = text.get(session, scope, submission_id)
    if session.scalar(select(SubmissionComment.id).where(SubmissionComment.word == word)) is None:
        made = SubmissionComment(
            submission_id=submission.id, actor_id=actor_id, made_at=now(), text=said[:LONGEST], word=word
        )
        session.add(made)
        session.flush()
        audit.log(session, actor_id, COMMENTED, "submission", submission.id)
