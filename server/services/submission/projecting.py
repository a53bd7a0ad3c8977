"""From a stored submission to the club tables, without ever endangering the submission."""

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from server import projection
from server.models import Submission, SubmissionVersion

log = structlog.get_logger(part="projection")


def project(session: Session, submission: Submission, version: SubmissionVersion) -> None:
    """Bring one text of a submission into the club tables, in a savepoint.

    Whatever goes wrong there is a fault of our reading, not of the submission: it is kept on it, shown by
    `clb check`, and mended by `clb rebuild`. Only a failing database ends the transaction.
    """
    try:
        with session.begin_nested():
            projection.project(session, submission, version)
            session.flush()
        submission.projection_error = None
    except OperationalError:
        raise
    except Exception as fault:  # The one place: a submission outlives any fault in reading it.
        submission.projection_state = "failed"
        submission.projection_error = f"{type(fault).__name__}: {fault}"
        log.error("projection failed", submission_id=submission.id, fault=type(fault).__name__)
    session.flush()
