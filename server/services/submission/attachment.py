"""Files of a submission: those its XML names, those that came, and both."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.submission import expected_attachments
from server import db
from server.models import SubmissionAttachment
from server.services import form
from server.services.sent import Upload


def expect(session: Session, version_id: int, root: etree._Element, md5: str) -> None:
    """Make a place for every file the XML names. md5: that of the form text it is to be read with."""
    place = {"submission_version_id": version_id, "is_expected": True, "is_current": True}
    names = expected_attachments(root, form.fields_of_text(session, md5))
    db.add_rows(
        session.connection(), SubmissionAttachment.__table__, [place | {"name": name} for name in names]
    )


def add(session: Session, version_id: int, uploads: Iterable[Upload], received_at: datetime) -> int:
    """Put files that came into their places; the number of rows this changed.

    Nothing is ever taken away: other bytes under a name stand beside the first and become current, but a file
    without a byte never replaces one that has some.
    """
    uploads = tuple(uploads)
    if not uploads:
        return 0
    rows = _rows(session, version_id)
    changed = 0
    for upload in uploads:
        same_name = [row for row in rows if row.name == upload.name]
        if any(row.sha256 == upload.blob.sha256 for row in same_name):
            continue
        rows.append(_put(session, version_id, upload, same_name, received_at))
        changed += 1
    session.flush()
    return changed


def carry(session: Session, from_version_id: int, to_version_id: int) -> None:
    """Bring along the files of an older text that the newer one names too."""
    expected = {row.name: row for row in _rows(session, to_version_id)}
    for row in _rows(session, from_version_id):
        place = expected.get(row.name)
        if place is not None and row.is_current and row.sha256 is not None:
            place.sha256, place.size, place.media_type = row.sha256, row.size, row.media_type
            place.original_name, place.received_at = row.original_name, row.received_at
    session.flush()


def _rows(session: Session, version_id: int) -> list[SubmissionAttachment]:
    return list(
        session.scalars(
            select(SubmissionAttachment)
            .where(SubmissionAttachment.submission_version_id == version_id)
            .order_by(SubmissionAttachment.id)
        )
    )


def _put(
    session: Session,
    version_id: int,
    upload: Upload,
    same_name: Sequence[SubmissionAttachment],
    received_at: datetime,
) -> SubmissionAttachment:
    """Fill the empty place of that name, or stand beside what has it."""
    current = next((row for row in same_name if row.is_current), None)
    row = current if current is not None and current.sha256 is None else None
    if row is None:
        row = SubmissionAttachment(submission_version_id=version_id, name=upload.name, is_expected=False)
        row.is_expected = current is not None and current.is_expected
        row.is_current = current is None or upload.blob.size > 0
        if current is not None and row.is_current:
            current.is_current = False
        session.add(row)
    row.original_name, row.media_type = upload.original_name, upload.media_type
    row.sha256, row.size, row.received_at = upload.blob.sha256, upload.blob.size, received_at
    return row
