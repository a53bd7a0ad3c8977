"""The files of a submission, for who may see it: as they came, and pictures small enough for a page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.errors import PageNotFound
from server.models import SubmissionAttachment, SubmissionVersion
from server.scope import Scope
from server.services.submission import text


def get_file(session: Session, scope: Scope, submission_id: int, file_id: int) -> SubmissionAttachment:
    """A file of any text of a submission within the scope, which has come. Raises SubmissionNotFound, PageNotFound."""
    text.get_to_read(session, scope, submission_id)
    found = session.scalar(
        select(SubmissionAttachment)
        .join(SubmissionVersion, SubmissionVersion.id == SubmissionAttachment.submission_version_id)
        .where(SubmissionVersion.submission_id == submission_id, SubmissionAttachment.id == file_id)
        .where(SubmissionAttachment.sha256.is_not(None))
    )
    if found is None:
        raise PageNotFound
    return found
