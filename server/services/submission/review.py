"""What reviewers decide about submissions: ODK Central's review states, each with its reason in the audit log."""

from sqlalchemy.orm import Session

from server import db, projection
from server.errors import Problem
from server.models import Submission
from server.scope import Scope
from server.services import audit, entity
from server.services.submission import text

STATES = ("hasIssues", "rejected", entity.APPROVED, text.RECEIVED)
"""What a person may set; RECEIVED takes an earlier decision back. `edited` comes with an edit."""


class UnknownReviewState(Problem):
    """Not a state that a person may set."""

    code = "400.8"
    message_vi = "Không có tình trạng duyệt “{state}”. Các tình trạng: {states}."
    message_en = "There is no review state “{state}”. States: {states}."


def review(
    session: Session, scope: Scope, submission_id: int, state: str, actor_id: int, comment: str = ""
) -> Submission:
    """Set the review state of a submission. Raises SubmissionNotFound, UnknownReviewState.

    The state is for people: a rejected submission stays in the club tables and reports, as in ODK Central, until it
    is corrected or deleted. An approved one makes its entries of the lists that ask for approval.
    """
    if state not in STATES:
        raise UnknownReviewState(state=state, states=", ".join(STATES))
    db.take_turn(session, projection.TURN)
    submission = text.get(session, scope, submission_id)
    submission.review_state = None if state == text.RECEIVED else state
    session.flush()
    details = {"review_state": state, "comment": comment}
    audit.log(session, actor_id, "submission.update.review", "submission", submission.id, details)
    if state == entity.APPROVED and submission.deleted_at is None:
        entity.approved(session, submission)
    return submission
