"""Small forms, submissions and a tablet's client: what a test's story does not need to say."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from xml.sax.saxutils import escape

from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from forms.xlsform import ConvertedForm, convert
from server.blobs import BlobStore
from server.context import DATABASE
from server.models import Club, ClubUnit, Form, Submission, Unit, UnitClosure
from server.services import app_user, form
from server.services.actor import SYSTEM_ID
from server.services.form import Published
from tests.workbooks import workbook

VISIT = """
| survey |
| | type  | name  | label      |
| | text  | note  | Ghi chú    |
| | image | photo | Ảnh        |
| | audio | voice | Lời kể     |
| settings |
| | form_id | form_title  | version |
| | visit   | Thăm hộ     | v1      |
"""
PLACE = """
| survey |
| | type                          | name    | label |
| | select_one_from_file thôn.csv | village | Thôn  |
| settings |
| | form_id | form_title | version |
| | place/1 | Địa bàn    | 2026    |
"""
REGISTER = """
| survey |
| | type                       | name | label | save_to |
| | text                       | name_of_club | Tên | title |
| | select_one_from_file clubs.csv | near | Gần |       |
| entities |
| | list_name | label |
| | clubs     | ${name_of_club} |
| settings |
| | form_id  | form_title | version |
| | register | Ghi tên    | 1       |
"""
VILLAGES = "name,label\n1,Thôn Một\n2,Thôn Hai\n".encode()
FILES = {"thôn.csv": VILLAGES}
BOUNDARY = "6f0c2a1e-1111-4c7b-9f7e-0123456789ab"


@cache
def converted(markdown: str) -> tuple[ConvertedForm, bytes]:
    """A form converted once for all tests, and its workbook."""
    content = workbook(markdown)
    return convert(content), content


def publish(
    session: Session,
    blobs: BlobStore,
    markdown: str,
    files: Mapping[str, bytes] | None = None,
    project_id: int = 1,
) -> Published:
    """Publish a form written as Markdown."""
    made, content = converted(markdown)
    return form.publish(session, blobs, project_id, made, content, files or {}, SYSTEM_ID)


def publish_forms(session: Session, blobs: BlobStore) -> dict[str, Published]:
    """The three small forms: with attachments, with a media file, with an entity list."""
    published = [publish(session, blobs, markdown, FILES) for markdown in (VISIT, PLACE, REGISTER)]
    return {one.xml_form_id: one for one in published}


def submission(
    answers: Mapping[str, str] | None = None,
    *,
    xml_form_id: str = "visit",
    version: str = "v1",
    instance_id: str | None = None,
    deprecated_id: str | None = None,
    body: str = "",
) -> bytes:
    """A submission as Collect writes it; without an instance ID given it gets a new one."""
    meta = f"<instanceID>{instance_id or new_instance_id()}</instanceID>"
    if deprecated_id:
        meta += f"<deprecatedID>{deprecated_id}</deprecatedID>"
    leaves = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in (answers or {}).items())
    return (
        "<?xml version='1.0' encoding='UTF-8' ?>"
        f'<data xmlns:orx="http://openrosa.org/xforms" id="{escape(xml_form_id)}" version="{version}">'
        f"{leaves}{body}<orx:meta>{meta}</orx:meta></data>"
    ).encode()


def new_instance_id() -> str:
    """An instance ID no submission has."""
    return f"uuid:{uuid.uuid4()}"


Parts = Sequence[tuple[str, bytes]]


def multipart(
    xml: bytes | None, files: Parts = (), xml_last: bool = False, incomplete: bool = False
) -> bytes:
    """A body as OkHttp writes it: names in raw UTF-8, only quotes and line ends escaped."""
    parts = [_part(name, name, "application/octet-stream", content) for name, content in files]
    if xml is not None:
        parts.insert(len(parts) if xml_last else 0, _part("xml_submission_file", "bài.xml", "text/xml", xml))
    if incomplete:
        head = 'Content-Disposition: form-data; name="*isIncomplete*"\r\nContent-Length: 3\r\n\r\nyes\r\n'
        parts.append(f"--{BOUNDARY}\r\n{head}".encode())
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def _part(name: str, filename: str, media_type: str, content: bytes) -> bytes:
    head = (
        f"--{BOUNDARY}\r\n"
        f'Content-Disposition: form-data; name="{_quoted(name)}"; filename="{_quoted(filename)}"\r\n'
        f"Content-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content + b"\r\n"


def _quoted(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass
class Collect:
    """ODK Collect on one tablet, as far as HTTP goes: same headers, same bodies."""

    app: Flask
    token: str
    actor_id: int
    project_id: int = 1
    headers: dict[str, str] = field(
        default_factory=lambda: {
            "User-Agent": "org.odk.collect.android/v2026.2 Dalvik/2.1.0",
            "X-OpenRosa-Version": "1.0",
        }
    )

    @classmethod
    def enrol(cls, app: Flask, unit_ids: Iterable[int]) -> "Collect":
        """A new tablet bound to units."""
        with app.extensions[DATABASE].transaction() as session:
            made = app_user.create(session, 1, "Máy thử", list(unit_ids), SYSTEM_ID)
        return cls(app, made.token, made.actor_id)

    @property
    def base(self) -> str:
        """The address in its settings."""
        return f"/v1/key/{self.token}/projects/{self.project_id}"

    def get(self, path: str, **headers: str) -> TestResponse:
        """GET an address below the base, or one a document named."""
        path = path.removeprefix("http://localhost")
        url = path if path.startswith("/v1/") else f"{self.base}/{path}"
        separator = "&" if "?" in url else "?"
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.app.test_client().get(
            f"{url}{separator}deviceID=collect%3AaB3", headers=self.headers | named
        )

    def head(self) -> TestResponse:
        """What Collect asks before each submission."""
        url = f"{self.base}/submission?deviceID=collect%3AaB3"
        return self.app.test_client().head(url, headers=self.headers)

    def send(self, xml: bytes | None, files: Parts = (), **how: bool) -> TestResponse:
        """Send a submission with files."""
        return self.post(multipart(xml, files, **how))

    def post(self, body: bytes, content_type: str = CONTENT_TYPE, path: str = "submission") -> TestResponse:
        """Send any bytes to the submission address."""
        url = f"{self.base}/{path}?deviceID=collect%3AaB3"
        client = self.app.test_client()
        return client.post(url, data=body, content_type=content_type, headers=self.headers)


UNITS = [
    ("VN", "2004-01-01", None, "n", "Việt Nam", None),
    ("58", "2004-01-01", "2025-06-30", "p", "Tỉnh Ninh Thuận", "VN@2004-01-01"),
    ("582", "2004-01-01", "2025-06-30", "d", "Huyện Thuận Bắc", "58@2004-01-01"),
    ("22837", "2004-01-01", "2025-06-30", "c", "Xã Lợi Hải", "582@2004-01-01"),
    ("585", "2004-01-01", "2025-06-30", "d", "Huyện Ninh Phước", "58@2004-01-01"),
    ("22870", "2004-01-01", "2025-06-30", "c", "Xã An Hải", "585@2004-01-01"),
    ("56", "2025-07-01", None, "p", "Tỉnh Khánh Hòa", "VN@2004-01-01"),
    ("22837", "2025-07-01", None, "c", "Xã Thuận Bắc", "56@2025-07-01"),
    ("12", "2004-01-01", None, "p", "Tỉnh Lai Châu", "VN@2004-01-01"),
    ("03388", "2004-01-01", None, "c", "Phường Đoàn Kết", "12@2004-01-01"),
]


def seed_units(session: Session) -> dict[str, int]:
    """Ten units, old and new: Thuận Bắc and Ninh Phước of Ninh Thuận, gone in 2025, and what came after; Lai Châu."""
    ids: dict[str, int] = {}
    parents: dict[int, int | None] = {}
    for code, valid_from, valid_to, level, name, parent in UNITS:
        unit = Unit(
            code=code,
            valid_from=date.fromisoformat(valid_from),
            valid_to=date.fromisoformat(valid_to) if valid_to else None,
            level=level,
            kind="quoc_gia",
            name=name,
            full_name=name,
            parent_id=ids[parent] if parent else None,
        )
        session.add(unit)
        session.flush()
        ids[f"{code}@{valid_from}"] = unit.id
        parents[unit.id] = unit.parent_id
    session.execute(insert(UnitClosure), [row for unit_id in parents for row in _closure(unit_id, parents)])
    return ids


def _closure(unit_id: int, parents: Mapping[int, int | None]) -> Iterable[dict[str, int]]:
    ancestor: int | None = unit_id
    while ancestor is not None:
        yield {"ancestor_id": ancestor, "descendant_id": unit_id}
        ancestor = parents[ancestor]


def a_club(session: Session, unit_id: int, name: str, since: date = date(2019, 1, 1)) -> Club:
    """A club that stands in a unit from a day on, with the founding submission it needs."""
    number = session.scalar(select(func.count()).select_from(Club)) or 0
    founding = Submission(
        form_id=_any_form_id(session),
        instance_id=new_instance_id(),
        received_at=datetime(2019, 1, 2, tzinfo=UTC),
        projection_state="done",
    )
    session.add(founding)
    session.flush()
    club = Club(
        id=str(uuid.uuid4()),
        submission_id=founding.id,
        project_id=1,
        code=f"LTH-{number + 1:06}",
        name=name,
        name_key=name.lower(),
        phase="p2",
        village_kind="thon",
        village_name=name,
        founding_date=since,
    )
    session.add(club)
    session.flush()
    founding.club_id, founding.told_on = club.id, since
    session.add(ClubUnit(club_id=club.id, valid_from=since, unit_id=unit_id, basis="form"))
    session.flush()
    return club


def _any_form_id(session: Session) -> int:
    form_id = session.scalar(select(Form.id).order_by(Form.id).limit(1))
    if form_id is None:
        form = Form(
            project_id=1, xml_form_id="any", state="open", created_at=datetime(2019, 1, 1, tzinfo=UTC)
        )
        session.add(form)
        session.flush()
        form_id = form.id
    return form_id
