"""Which submissions an export holds, read in batches: an export of any size takes the same memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.clock import VIETNAM
from server.models import Actor, FormVersion, Submission, SubmissionAttachment, SubmissionVersion
from server.scope import Scope

BATCH = 100


@dataclass(frozen=True, slots=True)
class Options:
    """What goes into an export.

    received_from, received_to: days of receipt in Vietnam, both included; None: no bound. all_versions: every text
    of a submission, not the current one alone. media, xml: files and XML too. split_selects: each choice of a
    select of many in a cell of its own. bom: the mark by which Excel sees that a table is UTF-8.
    """

    received_from: date | None = None
    received_to: date | None = None
    all_versions: bool = False
    media: bool = True
    xml: bool = False
    split_selects: bool = False
    bom: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a submission with what is known of it.

    md5: of the form text it is read with; None: of the form's current one. edits: texts that came after the first.
    files: those it names or came with, the current one under each name.
    """

    submission: Submission
    version: SubmissionVersion
    submitter: str | None
    md5: str | None
    edits: int
    files: tuple[SubmissionAttachment, ...]

    @property
    def is_current(self) -> bool:
        """Whether it is the text that counts."""
        return self.submission.current_version_id == self.version.id


def ids(session: Session, scope: Scope, form_id: int, options: Options) -> list[int]:
    """The texts to export, in order of receipt."""
    statement = (
        select(SubmissionVersion.id)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(Submission.form_id == form_id, Submission.deleted_at.is_(None))
        .order_by(Submission.received_at, Submission.id, SubmissionVersion.id)
    )
    if not options.all_versions:
        statement = statement.where(SubmissionVersion.id == Submission.current_version_id)
    if options.received_from is not None:
        statement = statement.where(Submission.received_at >= _midnight(options.received_from))
    if options.received_to is not None:
        statement = statement.where(
            Submission.received_at < _midnight(options.received_to + timedelta(days=1))
        )
    return list(session.scalars(scope.submissions(statement)))


def texts(session: Session, wanted: Sequence[int]) -> Iterator[Text]:
    """These texts in that order."""
    for start in range(0, len(wanted), BATCH):
        yield from _batch(session, wanted[start : start + BATCH])
        session.expunge_all()


def _batch(session: Session, wanted: Sequence[int]) -> list[Text]:
    rows = session.execute(
        select(Submission, SubmissionVersion, Actor.display_name, FormVersion.md5)
        .join(SubmissionVersion, SubmissionVersion.submission_id == Submission.id)
        .outerjoin(Actor, Actor.id == SubmissionVersion.actor_id)
        .outerjoin(FormVersion, FormVersion.id == SubmissionVersion.form_version_id)
        .where(SubmissionVersion.id.in_(wanted))
    )
    found = {version.id: (submission, version, name, md5) for submission, version, name, md5 in rows}
    files = _files(session, wanted)
    edits = _edits(session, {submission.id for submission, *_ in found.values()})
    return [
        Text(submission, version, name, md5, edits[submission.id] - 1, tuple(files.get(version.id, ())))
        for submission, version, name, md5 in (found[one] for one in wanted)
    ]


def _files(session: Session, wanted: Sequence[int]) -> dict[int, list[SubmissionAttachment]]:
    rows = session.scalars(
        select(SubmissionAttachment)
        .where(SubmissionAttachment.submission_version_id.in_(wanted), SubmissionAttachment.is_current)
        .order_by(SubmissionAttachment.id)
    )
    files: dict[int, list[SubmissionAttachment]] = {}
    for row in rows:
        files.setdefault(row.submission_version_id, []).append(row)
    return files


def _edits(session: Session, submission_ids: set[int]) -> dict[int, int]:
    rows = session.execute(
        select(SubmissionVersion.submission_id, func.count())
        .where(SubmissionVersion.submission_id.in_(submission_ids))
        .group_by(SubmissionVersion.submission_id)
    )
    return {row[0]: row[1] for row in rows}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
