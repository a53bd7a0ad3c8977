"""The newest picture of a club: of a meeting, else of the place where it meets."""

import base64
import io
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from lxml import etree
from PIL import Image, ImageOps
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.errors import FormsError
from forms.xml import parse
from server.blobs import BlobStore
from server.models import Club, Meeting, Submission, SubmissionAttachment, SubmissionVersion

MEETING, PLACE = "photo_meeting", "place_photo"
"""The questions that ask for a picture."""
LOOKED_AT = 12
"""Meetings looked at for a picture, newest first."""
PIXELS = (900, 700)
"""Widest and highest of what is shown: sharp at 79 mm, and a tenth of what a tablet sends."""
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")
"""What cameras write; Pillow reads much more, some of it through other programs."""
MOST_PIXELS = 25_000_000
"""Of a picture in memory, 75 MB; a larger JPEG is read at a fraction of its size."""
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    TypeError,
    ArithmeticError,
    struct.error,
    Image.DecompressionBombError,
)
"""What Pillow raises over a damaged file."""


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A picture as received. kind: meeting or place. month: the one reported, None for the place."""

    club_code: str
    sha256: str
    kind: str
    taken_on: date | None
    month: date | None = None


Show = Callable[[StoredPhoto], str | None]
"""Gives the address a document shows a picture at; None: it cannot be shown."""


def find(session: Session, club: Club, last: date) -> StoredPhoto | None:
    """The newest picture of a club up to a day. None: none came, or its file has not arrived."""
    return next(_pictures(session, club, date.min, last, LOOKED_AT), None)


def album(session: Session, club: Club, first: date, last: date, most: int) -> list[StoredPhoto]:
    """Pictures of the meetings of months between two days, newest first, then of the place; so many at most."""
    return list(islice(_pictures(session, club, first, last, LOOKED_AT), most))


def of_month(session: Session, club: Club, month: date | None) -> StoredPhoto | None:
    """The picture of one month's meeting; month None: of the place where the club meets. None: there is no such."""
    if month is None:
        return next(_of_place(session, club), None)
    return next(_of_meetings(session, club, month, month, 1), None)


def _pictures(session: Session, club: Club, first: date, last: date, most: int) -> Iterator[StoredPhoto]:
    yield from _of_meetings(session, club, first, last, most)
    yield from _of_place(session, club)


def _of_meetings(session: Session, club: Club, first: date, last: date, most: int) -> Iterator[StoredPhoto]:
    """Pictures of meetings, newest first; no more than so many meetings are looked at."""
    version, meeting = SubmissionVersion, Meeting
    held = (
        select(version.id, version.xml, meeting.meeting_date, meeting.report_month)
        .select_from(meeting)
        .join(Submission, Submission.id == meeting.submission_id)
        .join(version, version.id == Submission.current_version_id)
        .where(meeting.club_id == club.id, meeting.is_current.is_(True))
        .where(meeting.report_month >= first, meeting.report_month <= last)
        .order_by(meeting.report_month.desc(), meeting.id.desc())
        .limit(most)
    )
    for version_id, xml, day, month in session.execute(held):
        if sha256 := _file(session, version_id, xml, MEETING):
            yield StoredPhoto(club.code, sha256, "meeting", day, month)


def _of_place(session: Session, club: Club) -> Iterator[StoredPhoto]:
    version = SubmissionVersion
    founding = (
        select(version.id, version.xml)
        .join(Submission, Submission.current_version_id == version.id)
        .where(Submission.id == club.submission_id)
    )
    for version_id, xml in session.execute(founding):
        if sha256 := _file(session, version_id, xml, PLACE):
            yield StoredPhoto(club.code, sha256, "place", club.founding_date)


def _file(session: Session, version_id: int, xml: bytes, question: str) -> str | None:
    """SHA-256 of the file that a submission gives as the answer to a question."""
    name = next(_answers(xml, question), None)
    if name is None:
        return None
    row = SubmissionAttachment
    return session.scalar(
        select(row.sha256)
        .where(row.submission_version_id == version_id, row.name == name)
        .where(row.is_current.is_(True), row.sha256.is_not(None), row.size > 0)
        .limit(1)
    )


def _answers(xml: bytes, question: str) -> Iterator[str]:
    try:
        root = parse(xml)
    except FormsError:
        return
    for element in root.iter():
        if etree.QName(element).localname == question and (text := (element.text or "").strip()):
            yield text


def scaled(blobs: BlobStore, photo: StoredPhoto) -> bytes | None:
    """The picture as a small JPEG, upright and without what the camera wrote beside it, such as the place.

    None: it is no picture that can be read.
    """
    try:
        with Image.open(io.BytesIO(blobs.read(photo.sha256)), formats=FORMATS) as image:
            image.draft("RGB", PIXELS)
            if image.width * image.height > MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except UNREADABLE:
        return None
    upright.thumbnail(PIXELS)
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def inside(blobs: BlobStore) -> Show:
    """Pictures carried inside the document."""

    def show(photo: StoredPhoto) -> str | None:
        content = scaled(blobs, photo)
        return "data:image/jpeg;base64," + base64.b64encode(content).decode() if content else None

    return show
