"""What a submission that was taken in before says of entities, read once more from its current text."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from forms.rows import read_rows
from server.models import Form, FormVersion, Submission, SubmissionVersion
from server.services import form
from server.services.entity.change import Author, Change, club_of, combine

named, newest = FormVersion.__table__.alias("named"), FormVersion.__table__.alias("newest")
CURRENT = (
    select(
        Submission.actor_id,
        Submission.form_id,
        Submission.review_state,
        SubmissionVersion.xml,
        func.coalesce(named.c.md5, newest.c.md5).label("md5"),
    )
    .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
    .join(Form, Form.id == Submission.form_id)
    .outerjoin(named, named.c.id == SubmissionVersion.form_version_id)
    .outerjoin(newest, newest.c.id == Form.current_version_id)
    .where(
        Submission.id == bindparam("submission"),
        or_(Submission.deleted_at.is_(None), Submission.deleted_at > bindparam("moment")),
    )
)
APPROVED = "approved"
"""The review state in which a submission may make entries of a list that asks for approval."""


@dataclass(frozen=True, slots=True)
class Said:
    """A submission's word on entities: whose it is, of which form, and its changes by UUID."""

    author: Author
    form_id: int
    changes: tuple[Change, ...]


def read(session: Session, submission_id: int, moment: datetime) -> Said | None:
    """What the current text of a submission says; None when it is deleted by then, or no form version reads it."""
    values = {"submission": submission_id, "moment": moment}
    row = session.connection().execute(CURRENT, values).first()
    if row is None or row.md5 is None:
        return None
    rows = read_rows(row.xml, form.fields_of_text(session, row.md5))
    author = Author(submission_id, row.actor_id, club_of(rows), row.review_state == APPROVED)
    return Said(author, row.form_id, tuple(combine(rows.entities)))


class Reader:
    """The words of submissions that wait, each read once."""

    def __init__(self, session: Session, moment: datetime) -> None:
        self.session, self.moment = session, moment
        self.known: dict[int, Said | None] = {}

    def __call__(self, submission_id: int, uuid: str) -> tuple[Author, Change] | None:
        """What a submission says of an entity; None when it says nothing of it any more."""
        if submission_id not in self.known:
            self.known[submission_id] = read(self.session, submission_id, self.moment)
        said = self.known[submission_id]
        found = [one for one in said.changes if one.uuid == uuid] if said else []
        return (said.author, found[0]) if said and found else None
