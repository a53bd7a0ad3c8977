"""A person's choice among texts that were edited apart: which of them a submission speaks through."""

from collections.abc import Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from server import db, projection
from server.clock import now
from server.models import Submission, SubmissionVersion
from server.scope import Scope
from server.services import audit
from server.services.submission import row, text, words


def choose(
    session: Session, scope: Scope, submission_id: int, chosen: str, actor_id: int, comment: str = ""
) -> Submission:
    """Make a text the current one, with all it was edited from; the texts beside that line are set aside.

    chosen: its number or instance ID, that of the current text to confirm it. Nothing is deleted: another may be
    chosen later, and an edit of a text that was set aside is a branch again. The club tables follow at once.
    Raises SubmissionNotFound, TextNotFound.
    """
    db.take_turn(session, projection.TURN)
    submission = text.get(session, scope, submission_id)
    version = text.get_version(session, submission, chosen)
    is_other = version.id != submission.current_version_id
    _mark_line(session, submission.id, version)
    details = {"instance_id": version.instance_id, "comment": comment}
    audit.log(session, actor_id, "submission.update.current", "submission", submission.id, details)
    if is_other:
        row.make_current(session, submission, version.id, row.EDITED)
        words.keep_current(session, submission, version)
        if submission.deleted_at is None:
            projection.attempt(session, submission, version)
    return submission


def _mark_line(session: Session, submission_id: int, version: SubmissionVersion) -> None:
    """Say of each text whether it is on the line that leads to this one, and that somebody has decided."""
    rows = session.execute(
        select(SubmissionVersion.id, SubmissionVersion.instance_id, SubmissionVersion.deprecated_id).where(
            SubmissionVersion.submission_id == submission_id
        )
    )
    line = _line({one.instance_id: (one.id, one.deprecated_id) for one in rows}, version.instance_id)
    of_submission = update(SubmissionVersion).where(SubmissionVersion.submission_id == submission_id)
    on_line = SubmissionVersion.id.in_(line)
    session.execute(of_submission.where(on_line).values(is_branch=False, set_aside_at=None))
    session.execute(of_submission.where(~on_line).values(is_branch=True))
    undecided = of_submission.where(~on_line, SubmissionVersion.set_aside_at.is_(None))
    session.execute(undecided.values(set_aside_at=now()))


def _line(texts: Mapping[str, tuple[int, str | None]], instance_id: str) -> set[int]:
    """A text and all it was edited from, one after another."""
    line: set[int] = set()
    at = texts.get(instance_id)
    while at is not None and at[0] not in line:
        version_id, replaced = at
        line.add(version_id)
        at = texts.get(replaced or "")
    return line
