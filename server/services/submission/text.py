"""Reading submissions: the list of them, every text that one had, and what a text changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from forms.compare import Change, compare
from forms.schema import Field
from server.errors import Problem
from server.models import Actor, Form, FormVersion, Submission, SubmissionAttachment, SubmissionVersion
from server.scope import Scope
from server.services import form

PAGE_ROWS = 50
RECEIVED = "received"
"""The name of the review state None."""
Rows = Select[*tuple[Any, ...]]


class SubmissionNotFound(Problem):
    """No such submission, or it is of a club that the one who asks may not see."""

    code = "404.1"
    message_vi = "Không có phiếu số {submission_id}."
    message_en = "There is no submission {submission_id}."


class TextNotFound(Problem):
    """The submission has no text of that number or instance ID."""

    code = "404.1"
    message_vi = "Phiếu số {submission_id} không có bản nào là “{text}”."
    message_en = "Submission {submission_id} has no text “{text}”."


@dataclass(frozen=True, slots=True)
class Listed:
    """One submission in its current text. form: its title. sender: who sent it first, None when nobody is known.

    texts: how many there are; branches: those that nobody has decided about. awaited: files still to come. state and
    error: what became of it in the club tables.
    """

    id: int
    xml_form_id: str
    form: str
    instance_id: str
    instance_name: str | None
    sender: str | None
    device_id: str | None
    received_at: datetime
    deleted_at: datetime | None
    review_state: str
    texts: int
    branches: int
    awaited: int
    state: str
    error: str | None


@dataclass(frozen=True, slots=True)
class File:
    """A file of a text. size: bytes, 0 for one that came empty, None for one still to come. sha256: of its content.

    is_expected: the XML names it. is_current: False for what came under the same name before, or empty after.
    """

    name: str
    size: int | None
    sha256: str | None
    is_expected: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a submission. number: from 1, as they were placed. replaces: the number of the text it was edited
    from, None for the first. standing: current; replaced, on the line to the current one; branch, waiting for a person
    to choose; set_aside, when one chose another. version: of the form; is_version_known: it was published here.
    changes: what differs from the text it replaces; None for the first, and where either is encrypted.
    """

    id: int
    number: int
    replaces: int | None
    instance_id: str
    standing: str
    version: str
    is_version_known: bool
    is_encrypted: bool
    sender: str | None
    device_id: str | None
    user_agent: str | None
    received_at: datetime
    files: tuple[File, ...]
    changes: tuple[Change, ...] | None


def _of(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the submission has a text with all of this."""
    return exists().where(SubmissionVersion.submission_id == Submission.id, *conditions)


def _file_of_current(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        SubmissionAttachment.submission_version_id == Submission.current_version_id,
        SubmissionAttachment.is_current,
        *conditions,
    )


UNDECIDED = (SubmissionVersion.is_branch.is_(True), SubmissionVersion.set_aside_at.is_(None))
ONLY: Mapping[str, ColumnElement[bool]] = {
    "branches": _of(*UNDECIDED),
    "incomplete": _file_of_current(SubmissionAttachment.sha256.is_(None)),
    "empty-files": _file_of_current(SubmissionAttachment.size == 0),
    "unknown-version": _of(
        SubmissionVersion.form_version_id.is_(None), SubmissionVersion.id == Submission.current_version_id
    ),
    "encrypted": _of(
        SubmissionVersion.is_encrypted.is_(True), SubmissionVersion.id == Submission.current_version_id
    ),
    "edited": Submission.review_state == "edited",
    "hasIssues": Submission.review_state == "hasIssues",
    "rejected": Submission.review_state == "rejected",
    "approved": Submission.review_state == "approved",
    "failed": Submission.projection_state == "failed",
}
"""What a list may be narrowed to: something a person should see to, or a review state."""
DELETED = "deleted"
"""Narrows a list to submissions that were deleted, which are in no other."""


def listed(
    session: Session, scope: Scope, project_id: int, only: str = "", xml_form_id: str = "", page: int = 1
) -> list[Listed]:
    """One page of submissions within the scope, newest first.

    only: a key of ONLY, or DELETED; "" for all that are not deleted. xml_form_id: "" for all forms.
    """
    wanted = _described().where(Form.project_id == project_id)
    wanted = wanted.where(
        Submission.deleted_at.is_not(None) if only == DELETED else Submission.deleted_at.is_(None)
    )
    if only and only != DELETED:
        wanted = wanted.where(ONLY[only])
    if xml_form_id:
        wanted = wanted.where(Form.xml_form_id == xml_form_id)
    rows = session.execute(
        scope.submissions(wanted)
        .order_by(Submission.received_at.desc(), Submission.id.desc())
        .offset((page - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS)
    )
    return [_listed(row) for row in rows]


def described(session: Session, scope: Scope, submission_id: int) -> Listed:
    """One submission within the scope, deleted or not. Raises SubmissionNotFound."""
    row = session.execute(scope.submissions(_described().where(Submission.id == submission_id))).first()
    if row is None:
        raise SubmissionNotFound(submission_id=submission_id)
    return _listed(row)


def find(session: Session, scope: Scope, submission_id: int) -> Submission | None:
    """A submission within the scope, locked until the end; None when there is none, or no more."""
    return session.scalar(
        scope.submissions(select(Submission).where(Submission.id == submission_id)).with_for_update()
    )


def get(session: Session, scope: Scope, submission_id: int) -> Submission:
    """A submission within the scope, locked until the end. Raises SubmissionNotFound."""
    found = find(session, scope, submission_id)
    if found is None:
        raise SubmissionNotFound(submission_id=submission_id)
    return found


def get_version(session: Session, submission: Submission, text: str) -> SubmissionVersion:
    """A text of a submission by its number (from 1) or its instance ID. Raises TextNotFound."""
    versions = _versions(session, submission.id)
    for number, version in enumerate(versions, start=1):
        if text in (str(number), version.instance_id):
            return version
    raise TextNotFound(submission_id=submission.id, text=text)


def xml(session: Session, scope: Scope, submission_id: int, text: str = "") -> bytes:
    """A text byte for byte. text: its number or instance ID; "": the current one.

    Raises SubmissionNotFound, TextNotFound.
    """
    submission = get_to_read(session, scope, submission_id)
    if text:
        return get_version(session, submission, text).xml
    return session.get_one(SubmissionVersion, submission.current_version_id).xml


def get_to_read(session: Session, scope: Scope, submission_id: int) -> Submission:
    """A submission within the scope, to read. Raises SubmissionNotFound."""
    found = session.scalar(scope.submissions(select(Submission).where(Submission.id == submission_id)))
    if found is None:
        raise SubmissionNotFound(submission_id=submission_id)
    return found


def texts(session: Session, scope: Scope, submission_id: int) -> list[Text]:
    """Every text of a submission, in the order in which they were placed. Raises SubmissionNotFound."""
    submission = get_to_read(session, scope, submission_id)
    versions = _versions(session, submission_id)
    numbers = {version.instance_id: number for number, version in enumerate(versions, start=1)}
    files = _files(session, [version.id for version in versions])
    senders = _names(session, {version.actor_id for version in versions if version.actor_id is not None})
    found = []
    for number, version in enumerate(versions, start=1):
        replaces = numbers.get(version.deprecated_id or "")
        older = versions[replaces - 1] if replaces is not None and replaces < number else None
        found.append(
            Text(
                id=version.id,
                number=number,
                replaces=replaces if older is not None else None,
                instance_id=version.instance_id,
                standing=_standing(submission, version),
                version=version.version,
                is_version_known=version.form_version_id is not None,
                is_encrypted=bool(version.is_encrypted),
                sender=senders.get(version.actor_id or 0),
                device_id=version.device_id,
                user_agent=version.user_agent,
                received_at=version.received_at,
                files=files.get(version.id, ()),
                changes=None if older is None else differences(session, older, version),
            )
        )
    return found


def differences(
    session: Session, older: SubmissionVersion, newer: SubmissionVersion
) -> tuple[Change, ...] | None:
    """What one text answers differently from another of the same form; None where either is encrypted."""
    if older.is_encrypted or newer.is_encrypted:
        return None
    return compare(older.xml, newer.xml, fields_of(session, older), fields_of(session, newer))


def fields_of(session: Session, version: SubmissionVersion) -> tuple[Field, ...]:
    """The field list to read a text with: the form's current one where its own version was never published here."""
    version_id = version.form_version_id
    if version_id is None:
        version_id = session.scalar(select(Form.current_version_id).where(Form.id == version.form_id))
    return form.fields(session, version_id)


def _described() -> Rows:
    branches = func.count(SubmissionVersion.id).filter(*UNDECIDED)
    awaited = (
        select(func.count())
        .where(
            SubmissionAttachment.submission_version_id == Submission.current_version_id,
            SubmissionAttachment.sha256.is_(None),
        )
        .correlate(Submission)
        .scalar_subquery()
    )
    current = SubmissionVersion.__table__.alias("current")
    return (
        select(
            *(Submission, Form.xml_form_id, FormVersion.title, Actor.display_name),
            current.c.instance_name,
            _count_of(func.count(SubmissionVersion.id)).label("texts"),
            _count_of(branches).label("branches"),
            awaited.label("awaited"),
        )
        .join(Form, Form.id == Submission.form_id)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .outerjoin(Actor, Actor.id == Submission.actor_id)
        .outerjoin(current, current.c.id == Submission.current_version_id)
    )


def _count_of(count: ColumnElement[int]) -> Any:
    """A count over the texts of the submission."""
    return (
        select(count)
        .where(SubmissionVersion.submission_id == Submission.id)
        .correlate(Submission)
        .scalar_subquery()
    )


def _listed(row: Any) -> Listed:
    one: Submission = row.Submission
    return Listed(
        id=one.id,
        xml_form_id=row.xml_form_id,
        form=row.title or row.xml_form_id,
        instance_id=one.instance_id,
        instance_name=row.instance_name,
        sender=row.display_name,
        device_id=one.device_id,
        received_at=one.received_at,
        deleted_at=one.deleted_at,
        review_state=one.review_state or RECEIVED,
        texts=row.texts,
        branches=row.branches,
        awaited=row.awaited,
        state=one.projection_state,
        error=one.projection_error,
    )


def _versions(session: Session, submission_id: int) -> Sequence[SubmissionVersion]:
    return session.scalars(
        select(SubmissionVersion)
        .where(SubmissionVersion.submission_id == submission_id)
        .order_by(SubmissionVersion.id)
    ).all()


def _standing(submission: Submission, version: SubmissionVersion) -> str:
    if version.id == submission.current_version_id:
        return "current"
    if not version.is_branch:
        return "replaced"
    return "branch" if version.set_aside_at is None else "set_aside"


def _files(session: Session, version_ids: Sequence[int]) -> dict[int, tuple[File, ...]]:
    """The files of texts, by text; those of one name together, in the order they came."""
    rows = session.scalars(
        select(SubmissionAttachment)
        .where(SubmissionAttachment.submission_version_id.in_(version_ids))
        .order_by(SubmissionAttachment.name, SubmissionAttachment.id)
    )
    found: dict[int, tuple[File, ...]] = {}
    for row in rows:
        file = File(row.name, row.size, row.sha256, row.is_expected, row.is_current)
        found[row.submission_version_id] = (*found.get(row.submission_version_id, ()), file)
    return found


def _names(session: Session, actor_ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Actor.id, Actor.display_name).where(Actor.id.in_(actor_ids)))
    return {row.id: row.display_name for row in rows}
