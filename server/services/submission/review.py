"""What reviewers decide about submissions: ODK Central's review states, each with its reason in the audit log."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from server import db, projection
from server.clock import now
from server.errors import Problem
from server.models import ReviewBatch, Submission
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


class ReviewRefused(Problem):
    """A form of a review that cannot be taken. faults: field → what is wrong, in both languages."""

    code = "400.8"
    message_vi, message_en = "{vi}", "{en}"

    def __init__(self, field: str, vi: str, en: str) -> None:
        self.faults = {field: (vi, en)}
        super().__init__(vi=vi, en=en)


class ReviewNotFound(Problem):
    """No review of that word was made by whoever asks."""

    code = "404.1"
    message_vi = "Không tìm thấy lần duyệt này của anh/chị, nên không hoàn tác được."
    message_en = "No such review of yours was found, so nothing was taken back."


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


def review_many(
    session: Session,
    scope: Scope,
    ids: Collection[int],
    state: str,
    actor_id: int,
    comment: str,
    word: str,
) -> ReviewBatch:
    """Set one review state of several submissions, all or none, once for each form. word: of the form.

    What is in that state already, without a comment to add, is left alone.
    Raises SubmissionNotFound, UnknownReviewState, ReviewRefused.
    """
    _refuse(ids, state, comment)
    db.take_turn(session, projection.TURN)
    known = session.get(ReviewBatch, word)
    if known is not None:
        return known
    before = []
    for submission_id in sorted(set(ids)):
        held = text.get(session, scope, submission_id).review_state
        if comment or (held or text.RECEIVED) != state:
            before.append([submission_id, held])
            review(session, scope, submission_id, state, actor_id, comment)
    made = ReviewBatch(word=word, actor_id=actor_id, made_at=now(), state=state, before=before)
    session.add(made)
    session.flush()
    return made


def undo(session: Session, scope: Scope, word: str, actor_id: int) -> ReviewBatch:
    """Give the submissions of one's own review their states back, but those that somebody has reviewed since.

    Entries of lists that an approval made stay: tablets may have them. Raises ReviewNotFound, SubmissionNotFound.
    """
    db.take_turn(session, projection.TURN)
    batch = session.get(ReviewBatch, word, with_for_update=True)
    if batch is None or batch.actor_id != actor_id:
        raise ReviewNotFound
    if batch.undone_at is None:
        batch.undone_at = now()
        for submission_id, held in batch.before:
            submission = text.find(session, scope, submission_id)
            if submission and (submission.review_state or text.RECEIVED) == batch.state:
                submission.review_state = held
                details = {"review_state": held or text.RECEIVED, "undo": True}
                audit.log(session, actor_id, "submission.update.review", "submission", submission.id, details)
        session.flush()
    return batch


def find_batch(session: Session, word: str, actor_id: int) -> ReviewBatch | None:
    """One's own review of a form's word; None when there is none."""
    batch = session.get(ReviewBatch, word)
    return batch if batch is not None and batch.actor_id == actor_id else None


def _refuse(ids: Collection[int], state: str, comment: str) -> None:
    if state not in STATES:
        raise ReviewRefused("state", "Xin chọn một tình trạng.", "Please choose a state.")
    if not ids:
        raise ReviewRefused("ids", "Xin đánh dấu ít nhất một phiếu.", "Please tick at least one submission.")
    if state in ("hasIssues", "rejected") and not comment:
        raise ReviewRefused(
            "comment",
            "Xin ghi phiếu sai ở đâu, để người điền biết mà sửa.",
            "Please write what is wrong, so that the enumerator can mend it.",
        )
