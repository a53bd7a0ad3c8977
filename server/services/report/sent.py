"""Which submissions the months of a club stand on."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Meeting, Submission
from server.scope import Scope


def instances(session: Session, scope: Scope, club_id: str) -> dict[date, str]:
    """First day of the month → instance ID of the report that counts, of those within the scope."""
    wanted = (
        select(Meeting.report_month, Submission.instance_id)
        .join(Submission, Submission.id == Meeting.submission_id)
        .where(Meeting.club_id == club_id, Meeting.is_current)
        .order_by(Meeting.report_month, Meeting.id)
    )
    return {row.report_month: row.instance_id for row in session.execute(scope.submissions(wanted))}
