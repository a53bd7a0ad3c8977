"""Files that submissions name and that have not come: the tablet still has them, and should send again."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Submission, SubmissionAttachment, SubmissionVersion


class Outstanding(NamedTuple):
    """A submission some of whose files have not come. instance_name: None when the form gives it none."""

    submission_id: int
    instance_name: str | None
    names: list[str]


def outstanding(session: Session, actor_ids: Collection[int]) -> dict[int, list[Outstanding]]:
    """What is still to come from each of these senders, oldest submission first; who owes nothing is absent.

    Asked of the current text of each submission: a file that only a replaced text names is not waited for any more,
    and whoever sent the current text is the one who has the rest of it. One query, whatever the number of senders.
    """
    rows = session.execute(
        select(
            SubmissionVersion.actor_id,
            Submission.id,
            SubmissionVersion.instance_name,
            SubmissionAttachment.name,
        )
        .join(SubmissionVersion, SubmissionVersion.id == SubmissionAttachment.submission_version_id)
        .join(Submission, Submission.current_version_id == SubmissionVersion.id)
        .where(SubmissionAttachment.sha256.is_(None), SubmissionAttachment.is_current)
        .where(SubmissionVersion.actor_id.in_(actor_ids), Submission.deleted_at.is_(None))
        .order_by(SubmissionVersion.actor_id, Submission.id, SubmissionAttachment.id)
    )
    found: dict[int, list[Outstanding]] = {}
    for row in rows:
        of_actor = found.setdefault(row.actor_id, [])
        if not of_actor or of_actor[-1].submission_id != row.id:
            of_actor.append(Outstanding(row.id, row.instance_name, []))
        of_actor[-1].names.append(row.name)
    return found
