"""Files of a submission: those its XML names, those that came, and both."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.submission import expected_attachments
from server import db
from server.models import SubmissionAttachment, SubmissionVersion
from server.services import form
from server.services.sent import Upload


def expect(session: Session, version_id: int, root: etree._Element, md5: str) -> None:
    """Make a place for every file the XML names. md5: that of the form text it is to be read with."""
    place = {"submission_version_id": version_id, "is_expected": True, "is_current": True}
    names = expected_attachments(root, form.fields_of_text(session, md5))
    db.add_rows(
        session.connection(), SubmissionAttachment.__table__, [place | {"name": name} for name in names]
    )


def add(
    session: Session, version_id: int, uploads: Iterable[Upload], received_at: datetime
) -> list[SubmissionAttachment]:
    """Put files that came into their places; the rows this changed.

    Nothing is ever taken away: other bytes under a name stand beside the first and become current, but a file
    without a byte never replaces one that has some.
    """
    uploads = tuple(uploads)
    if not uploads:
        return []
    rows = _rows(session, version_id)
    changed = []
    for upload in uploads:
        same_name = [row for row in rows if row.name == upload.name]
        if any(row.sha256 == upload.blob.sha256 for row in same_name):
            continue
        row = _put(session, version_id, _came(upload, received_at), same_name)
        changed.append(row)
        if row not in rows:
            rows.append(row)
    session.flush()
    return changed


def carry(session: Session, from_version_id: int, to_version_id: int) -> None:
    """Bring along the files of an older text that the newer one names too and still waits for.

    An empty file counts as waited for, so that it does not matter whether it came before the older text's.
    """
    rows = _rows(session, to_version_id)
    waiting = {row.name for row in rows if row.is_expected and row.is_current and not row.size}
    for row in _rows(session, from_version_id):
        same_name = [place for place in rows if place.name == row.name]
        is_new = all(place.sha256 != row.sha256 for place in same_name)
        if row.name in waiting and row.is_current and row.sha256 is not None and is_new:
            _put(session, to_version_id, _held(row), same_name)
    session.flush()


def carry_on(session: Session, version: SubmissionVersion) -> None:
    """Hand files that came late to the edits made from this text, and from those to theirs.

    The edits are locked, older ones first: their own files may be coming at this moment.
    """
    later = session.execute(
        select(SubmissionVersion.id, SubmissionVersion.instance_id, SubmissionVersion.deprecated_id)
        .where(SubmissionVersion.submission_id == version.submission_id, SubmissionVersion.id > version.id)
        .order_by(SubmissionVersion.id)
        .with_for_update()
    ).all()
    reached = {version.instance_id: version.id}
    for edit in later:
        if edit.deprecated_id in reached:
            carry(session, reached[edit.deprecated_id], edit.id)
            reached[edit.instance_id] = edit.id


@dataclass(frozen=True, slots=True)
class _File:
    """A stored file on its way to a place."""

    name: str
    original_name: str | None
    media_type: str | None
    sha256: str
    size: int
    received_at: datetime | None


def _came(upload: Upload, received_at: datetime) -> _File:
    blob = upload.blob
    return _File(upload.name, upload.original_name, upload.media_type, blob.sha256, blob.size, received_at)


def _held(row: SubmissionAttachment) -> _File:
    """A file that a place holds already."""
    return _File(
        row.name, row.original_name, row.media_type, row.sha256 or "", row.size or 0, row.received_at
    )


def _rows(session: Session, version_id: int) -> list[SubmissionAttachment]:
    return list(
        session.scalars(
            select(SubmissionAttachment)
            .where(SubmissionAttachment.submission_version_id == version_id)
            .order_by(SubmissionAttachment.id)
        )
    )


def _put(
    session: Session, version_id: int, file: _File, same_name: Sequence[SubmissionAttachment]
) -> SubmissionAttachment:
    """Fill the empty place of that name, or stand beside what has it."""
    current = next((row for row in same_name if row.is_current), None)
    row = current if current is not None and current.sha256 is None else None
    if row is None:
        row = SubmissionAttachment(submission_version_id=version_id, name=file.name, is_expected=False)
        row.is_expected = current is not None and current.is_expected
        row.is_current = current is None or file.size > 0
        if current is not None and row.is_current:
            current.is_current = False
        session.add(row)
    row.original_name, row.media_type = file.original_name, file.media_type
    row.sha256, row.size, row.received_at = file.sha256, file.size, file.received_at
    return row
