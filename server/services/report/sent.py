"""Which submissions the months of a club stand on."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Meeting, Submission
from server.scope import Scope


def submissions_of(session: Session, scope: Scope, club_id: str) -> dict[date, int]:
    """First day of the month → number of the submission whose report counts, of those within the scope."""
    wanted = (
        select(Meeting.report_month, Submission.id)
        .join(Submission, Submission.id == Meeting.submission_id)
        .where(Meeting.club_id == club_id, Meeting.is_current)
        .order_by(Meeting.report_month, Meeting.id)
    )
    return {row.report_month: row.id for row in session.execute(scope.submissions(wanted))}
