"""A server with everything to look at: the clubs of Ninh Thuận, reports, tablets, faults, and people of every role."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from server import clock, migrate
from server.blobs import BlobStore
from server.db import Database
from server.models import AppUser
from server.scope import Scope
from server.services import demo, invitation, one_time, plan, sent, submission, unit
from server.services import password as passwords
from server.services import user as users
from server.services.actor import SYSTEM_ID
from server.services.form import upload
from server.services.schedule import store
from server.services.sent import Sender
from tests import builders
from tests.builders_paper import Clerk
from tests.live import XLSFORMS, publish_programme, serving
from tests.workbooks import workbook

PROVINCE = "58@2016-01-01"
PASSWORD = "cây đa bến nước 12"
ROLES = (
    "admin",
    "national_admin",
    "province_admin",
    "province_editor",
    "commune_supervisor",
    "reviewer",
    "official",
)
"""Those that pages give; each has somebody: admin@clb.example and so on."""
EVERYWHERE = ("admin", "national_admin")
GUARDED = "hai-lop"
"""Another reviewer, who sets up a second factor."""
MISTAKEN = """
| survey |
| | type        | name  | label        | relevant     |
| | text        | note  | Ghi chú      |              |
| | integr      | age   | Tuổi         |              |
| | select_one thon | thon | Thôn      | ${notes} = 1 |
| | text        | note  | Ghi chú thêm |              |
| settings |
| | form_id | form_title  | version |
| | visit   | Thăm hộ     | v2      |
"""
"""The form of visits with a type, a reference, a list and a name that are wrong."""
MENDED = """
| survey |
| | type    | name  | label      |
| | text    | note  | Ghi chú    |
| | integer | age   | Tuổi       |
| | image   | photo | Ảnh căn nhà |
| settings |
| | form_id | form_title  | version |
| | visit   | Thăm hộ     | v2      |
"""
"""The same without mistakes: against the first version one question is new, one has another label, one is gone."""
LETTER_CODE = "abcdefghjkmnpqrs"
ARRIVED = datetime(2022, 1, 5, 3, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """A running server, its database and folder. hidden: by what they are, addresses that no page links to, or not for
    sure."""

    url: str
    data: Path
    database: Database
    hidden: dict[str, str]


@contextmanager
def made(data: Path) -> Iterator[World]:
    """Fill an SQLite database in a folder and serve it while the block lasts."""
    address = f"sqlite:///{data / 'clb.sqlite'}"
    database, blobs = Database(address), BlobStore(data / "blobs")
    migrate.upgrade(database)
    publish_programme(database, blobs)
    _fill(database, blobs)
    hidden = _papers(database, blobs) | _codes(database, data)
    with serving(data, address) as process:
        yield World(process.address, data, database, hidden)
    database.close()


def email(role: str) -> str:
    """Where somebody of a role signs in."""
    return f"{role}@clb.example"


def _fill(database: Database, blobs: BlobStore) -> None:
    """Plans, the clubs of one province as its tablet sent them, and a form that had to be held aside."""
    standards = XLSFORMS / "plans" / "tieu_chuan.xlsx"
    others = sorted(path for path in standards.parent.glob("*.xlsx") if path != standards)
    with database.transaction() as session:
        for workbook in (standards, *others):
            plan.import_workbook(session, workbook, actor_id=SYSTEM_ID)
        tablet = session.scalars(select(AppUser.actor_id)).one()
        demo.load(session, blobs, 1, {"58": tablet})
        builders.publish(session, blobs, builders.VISIT)
        lost = builders.submission({"note": "Đi thăm hộ"}, xml_form_id="tham_ho")
        submission.receive(session, blobs, sent.read(1, lost, (), Sender(tablet, "", None), ARRIVED))
        province = unit.get(session, *unit.parse_key(PROVINCE))
        for name, role in (*zip(ROLES, ROLES, strict=True), (GUARDED, "reviewer")):
            units = () if role in EVERYWHERE else (province.id,)
            project = None if role == "admin" else 1
            made = users.create(session, email(name), f"Nguyễn Thị {name}", role, SYSTEM_ID, project, units)
            passwords.change(session, made.actor_id, PASSWORD)


def _papers(database: Database, blobs: BlobStore) -> dict[str, str]:
    """A schedule, an issued report with its public page, and a draft that is being written."""
    with database.transaction() as session:
        wanted = {
            "name": "Báo cáo quý",
            "kind": "quarter",
            "calendar": "calendar",
            "provinces": "58",
            "language": "vi",
        }
        rhythm = {"draft_day": "11", "cut_off_day": "10", "issuer": "so", "is_active": "1"}
        seen = Scope(None, users.get(session, email("admin")).actor_id, clock.today())
        store.add(session, seen, 1, store.read(wanted | rhythm), clock.today())
    clerk = Clerk(database, blobs)
    issued = clerk.issue(clerk.draft("2018"), is_marked=True)
    draft = clerk.draft("2019")
    clerk.write(draft, "results", "Các câu lạc bộ sinh hoạt đều.")
    papers = {"issued report": f"/reports/{issued.id}", "draft with a text": f"/reports/{draft}"}
    return papers | {"public page": f"/r/{issued.token}"}


def _codes(database: Database, data: Path) -> dict[str, str]:
    """An invitation that waits, and an uploaded workbook full of faults."""
    with database.transaction() as session:
        admin = users.get(session, email("admin")).actor_id
        new = users.create(session, "moi@clb.example", "Trần Văn Mới", "official", admin, 1)
        invitation.by_letter(session, new.actor_id, admin, clock.now(), one_time.plain(LETTER_CODE))
    checked = {
        name: f"/forms/checked/{upload.keep(data / 'uploads', workbook(markdown), clock.now())}"
        for name, markdown in (("workbook with mistakes", MISTAKEN), ("workbook with changes", MENDED))
    }
    return {"invitation": f"/invitation/{LETTER_CODE}"} | checked
