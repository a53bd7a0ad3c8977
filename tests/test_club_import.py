"""The register changed in Excel: what would change is told cell by cell, written once, and taken back."""

import io
import re
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook as Excel
from sqlalchemy import select

from server import create_app
from server.blobs import BlobStore
from server.config import Config
from server.db import Database
from server.models import Audit, Club, ClubUnit, Entity, Submission, SubmissionVersion
from server.scope import Scope
from server.services import club as clubs
from server.services import rebuild, unit
from server.services.club.column import COLUMNS, HEADER, SHEET
from server.services.club.writing import NotWritten
from tests.builders_club import DONG_HAI, Intake, club_id, edit, founding, meeting, publish_programme
from tests.builders_web import Browser, a_person

pytestmark = pytest.mark.database
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
A, B = "LTH-000001", "LTH-000002"
PLACES = {one.field: index for index, one in enumerate(COLUMNS)}
NEW = {
    "name": "CLB Bình Minh", "village_kind": "Khu phố", "village_name": "Khu phố 9", "commune": "22777",
    "founding_date": date(2020, 5, 4), "phase": "2016-2020", "decision_no": "9/QĐ-UBND",
}  # fmt: skip


@pytest.fixture
def programme(database: Database, blobs: BlobStore) -> Database:
    """Club a in Văn Hải with two months, b in Đông Hải."""
    with database.transaction() as session:
        publish_programme(session, blobs)
        intake = Intake(session)
        intake.send(founding("a", club_name="CLB Hòa Bình", decision_no="1/QĐ"))
        intake.send(founding("b", commune=DONG_HAI, club_status="active"))
        intake.send(meeting("2019-04"))
        intake.send(meeting("2019-05"))
    return database


@pytest.fixture
def people(programme: Database) -> Database:
    """An administrator of the province, an editor of it, one elsewhere, and somebody who only looks."""
    for email, role, code in (
        ("quan-tri@clb.example", "province_admin", "58"),
        ("bien-tap@clb.example", "province_editor", "58"),
        ("lai-chau@clb.example", "province_admin", "12"),
        ("xem@clb.example", "reviewer", "58"),
    ):
        with programme.reading() as session:
            bound = unit.get_at(session, code, date(2019, 6, 1)).id
        a_person(programme, role, [bound], email)
    return programme


@pytest.fixture
def sign_in(people: Database, tmp_path: Path):
    app = create_app(Config(data=tmp_path, database_url=str(people.url)), people)

    def made(who: str) -> Browser:
        browser = Browser(app)
        browser.sign_in(f"{who}@clb.example")
        browser.get("/clubs/import?lang=en")
        return browser

    return made


def everything(actor_id: int = 1) -> Scope:
    return Scope(None, actor_id, TODAY)


def taken(session, **cells) -> bytes:
    """The register as downloaded; cells: code with _ for - → field → value; "new" → a new row."""
    book = load_workbook(io.BytesIO(clubs.workbook(session, everything(), 1, clubs.Wanted())))
    sheet = book[SHEET]
    rows = {sheet.cell(line, 1).value: line for line in range(2, sheet.max_row + 1)}
    for code, values in cells.items():
        line = rows.get(code.replace("_", "-"), sheet.max_row + 1)
        for field, value in values.items():
            sheet.cell(line, PLACES[field] + 1).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def compared(session, content: bytes, seen: Scope | None = None, may_add: bool = True) -> clubs.Difference:
    return clubs.compare(session, seen or everything(), 1, content, TODAY, may_add)


def applied(session, blobs: BlobStore, content: bytes, token: str = "t" * 32, at: datetime = NOW) -> int:
    found = compared(session, content)
    return clubs.apply_batch(
        session, blobs, everything(), 1, token, content, found.digest, at, TODAY, may_add=True
    )


def told(found: clubs.Difference) -> list[tuple]:
    return [(line.code, cell.column.field, cell.old, cell.new) for line in found.lines for cell in line.cells]


def faults(found: clubs.Difference) -> list[str]:
    return [f"{one.sheet}!{one.cell}" for one in found.refused]


class TestPreview:
    def test_the_register_as_downloaded_changes_nothing(self, programme):
        with programme.reading() as session:
            found = compared(session, taken(session))

        assert (found.lines, found.refused, found.unchanged) == ((), (), 2)

    def test_changed_cells_are_told_with_what_they_were(self, programme):
        with programme.reading() as session:
            content = taken(
                session,
                LTH_000001={"name": "CLB Hoà Bình 1", "decision_issuer": "UBND xã, phường", "meeting_day": 7},
                LTH_000002={"status": "Đã giải thể", "closed_on": "31/12/2025"},
            )
            found = compared(session, content)

        assert told(found) == [
            (A, "name", "CLB Hòa Bình", "CLB Hoà Bình 1"),
            (A, "decision_issuer", "", "ubnd_xa"),
            (A, "meeting_day", "", "7"),
            (B, "status", "active", "closed"),
            (B, "closed_on", "", "2025-12-31"),
        ]
        assert (found.changed, found.added, found.refused) == (2, 0, ())

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"name": "a\u200bb\x7f"}, "name"),
            ({"village_kind": "Thành phố"}, "village_kind"),
            ({"founding_date": date(2019, 3, 11)}, "founding_date"),
            ({"commune": DONG_HAI}, "commune"),
            ({"phase": "2021–2025"}, "phase"),
            ({"decision_date": date(2030, 1, 1)}, "decision_date"),
            ({"decision_date": "hôm qua"}, "decision_date"),
            ({"meeting_day": 32}, "meeting_day"),
            ({"meeting_day": "bảy"}, "meeting_day"),
            ({"status": "Đã giải thể"}, "closed_on"),
            ({"closed_on": date(2020, 1, 1)}, "closed_on"),
            ({"status": "closed", "closed_on": date(2019, 1, 1)}, "closed_on"),
            ({"code": "LTH-999999"}, "code"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_cell_and_leaves_the_row_alone(self, programme, cells, column):
        with programme.reading() as session:
            content = taken(session, LTH_000001=cells)
            line = next(
                row[0].row
                for row in load_workbook(io.BytesIO(content))[SHEET].iter_rows(min_row=2)
                if row[0].value == cells.get("code", A)
            )
            found = compared(session, content)

        letter = "ABCDEFGHIJKLM"[PLACES[column]]
        assert faults(found) == [f"{SHEET}!{letter}{line}"]
        assert (found.lines, found.refused_rows) == ((), 1)

    def test_a_code_that_comes_twice_is_refused_where_it_comes_again(self, programme):
        with programme.reading() as session:
            found = compared(session, taken(session, LTH_000001={"code": B}))

        assert f"{SHEET}!A3" in faults(found)
        assert found.lines == ()

    def test_a_new_club_needs_its_commune_and_may_not_be_there_already(self, programme):
        with programme.reading() as session:
            right = compared(session, taken(session, new=NEW))
            unknown = compared(session, taken(session, new=NEW | {"commune": "99999"}))
            there = compared(session, taken(session, new=NEW | {"name": "clb HÒA bình"}))
            blank = compared(session, taken(session, new={"name": "CLB X"}))

        assert (right.added, right.refused) == (1, ())
        assert ("", "commune", "", "22777@2016-01-01") in told(right)
        assert faults(unknown) == [f"{SHEET}!E4"]
        assert faults(there) == [f"{SHEET}!B4"]
        assert "LTH-000001" in there.refused[0].message_vi
        assert len(blank.refused) >= 3
        assert (unknown.added, there.added, blank.added) == (0, 0, 0)

    def test_a_club_outside_is_refused_as_one_that_is_not_there(self, programme):
        with programme.reading() as session:
            content = taken(session, LTH_000001={"name": "CLB Khác"}, new=NEW)
            elsewhere = Scope(frozenset({unit.get_at(session, "12", date(2019, 6, 1)).id}), 1, TODAY)
            found = compared(session, content, elsewhere)
            nobody_adds = compared(session, content, may_add=False)

        assert (found.lines, len(found.refused)) == ((), 3)
        assert (nobody_adds.changed, nobody_adds.added, len(nobody_adds.refused)) == (1, 0, 1)

    def test_a_sheet_that_is_none_of_ours_is_told_so(self, programme):
        book = Excel()
        book.active.title = "Sheet1"
        out = io.BytesIO()
        book.save(out)
        with programme.reading() as session:
            found = compared(session, out.getvalue())

        assert [one.cell for one in found.refused] == ["A1", ""]
        assert found.lines == ()


class TestApplying:
    def test_a_change_is_an_edit_of_the_founding_form_which_lists_and_rebuild_follow(self, programme, blobs):
        with programme.transaction() as session:
            applied(
                session, blobs, taken(session, LTH_000001={"name": "CLB Mới", "village_name": "Khu phố 7"})
            )
        with programme.transaction() as session:
            club = session.scalars(select(Club).where(Club.code == A)).one()
            entity = session.get_one(Entity, club.id)
            texts = session.scalars(
                select(SubmissionVersion).where(SubmissionVersion.submission_id == club.submission_id)
            ).all()
            before = rebuild.fingerprint(session)
            rebuild.rebuild(session)

            assert (club.name, club.name_key, club.village_name) == ("CLB Mới", "clb moi", "Khu phố 7")
            assert (entity.label, entity.data["village"]) == ("CLB Mới", "Khu phố 7")
            assert len(texts) == 2
            assert b"CLB H\xc3\xb2a B\xc3\xacnh" in texts[0].xml
            assert rebuild.fingerprint(session) == before

    def test_a_new_club_stands_in_its_commune_with_a_code(self, programme, blobs):
        with programme.transaction() as session:
            applied(session, blobs, taken(session, new=NEW))
        with programme.transaction() as session:
            club = session.scalars(select(Club).where(Club.name == "CLB Bình Minh")).one()
            places = session.scalars(
                select(ClubUnit).where(ClubUnit.club_id == club.id).order_by(ClubUnit.valid_from)
            ).all()
            entity = session.get_one(Entity, club.id)
            before = rebuild.fingerprint(session)
            rebuild.rebuild(session)

            assert (club.code, club.founding_date, club.phase) == ("LTH-000003", date(2020, 5, 4), "p1")
            assert [one.basis for one in places] == ["form", "reform"]
            assert (entity.label, entity.deleted_at) == ("CLB Bình Minh", None)
            assert entity.data["commune_code"] == "22777@2016-01-01"
            assert rebuild.fingerprint(session) == before

    def test_a_club_is_closed_tablets_offer_it_no_more_and_a_rebuild_keeps_that(self, programme, blobs):
        closing = {"status": "Đã giải thể", "closed_on": "31/12/2025", "name": "CLB Cũ"}
        with programme.transaction() as session:
            batch_id = applied(session, blobs, taken(session, LTH_000002=closing))
        with programme.transaction() as session:
            before = rebuild.fingerprint(session)
            rebuild.rebuild(session)
            club = session.scalars(select(Club).where(Club.code == B)).one()

            assert (club.status, club.closed_on, club.name) == ("closed", date(2025, 12, 31), "CLB Cũ")
            assert session.get_one(Entity, club.id).data["status"] == "closed"
            assert rebuild.fingerprint(session) == before
        with programme.transaction() as session:
            clubs.undo(session, blobs, everything(), 1, batch_id, NOW + timedelta(hours=1))
            before = rebuild.fingerprint(session)
            rebuild.rebuild(session)

            assert session.get_one(Entity, club_id("b")).data["status"] == "active"
            assert rebuild.fingerprint(session) == before

    def test_the_same_upload_is_applied_once(self, programme, blobs):
        with programme.transaction() as session:
            content = taken(session, new=NEW)
            digest = compared(session, content).digest
            given = (session, blobs, everything(), 1, "t" * 32, content, digest, NOW, TODAY)
            first = clubs.apply_batch(*given, may_add=True)
            again = clubs.apply_batch(*given, may_add=True)

            assert first == again
            assert len(session.scalars(select(Club)).all()) == 3

    def test_what_has_changed_since_it_was_looked_at_is_not_written(self, programme, blobs):
        with programme.transaction() as session:
            content = taken(session, LTH_000001={"name": "CLB Mới"})
            digest = compared(session, content).digest
            Intake(session).send(edit(founding("a", decision_no="1/QĐ"), club_name="CLB Khác"))

            with pytest.raises(clubs.LookAgain):
                clubs.apply_batch(
                    session, blobs, everything(), 1, "t" * 32, content, digest, NOW, TODAY, may_add=True
                )

    def test_a_closed_form_refuses_all_of_it(self, programme, blobs):
        from server.models import Form

        with programme.transaction() as session:
            content = taken(session, LTH_000001={"name": "CLB Mới"})
            session.scalars(select(Form).where(Form.xml_form_id == "club_founding")).one().state = "closed"
            session.flush()

            with pytest.raises(NotWritten):
                applied(session, blobs, content)


class TestUndo:
    def test_every_cell_is_as_it_was(self, programme, blobs):
        with programme.transaction() as session:
            before = [clubs.get(session, everything(), 1, code) for code in (A, B)]
            was = [{c.name: getattr(one, c.name) for c in Club.__table__.columns} for one in before]
            content = taken(
                session,
                LTH_000001={"name": "CLB Mới", "decision_no": None, "meeting_day": 5},
                LTH_000002={"status": "Đã giải thể", "closed_on": "31/12/2025"},
            )
            batch_id = applied(session, blobs, content)
            clubs.undo(session, blobs, everything(), 1, batch_id, NOW)
            clubs.undo(session, blobs, everything(), 1, batch_id, NOW)
        with programme.transaction() as session:
            now = [clubs.get(session, everything(), 1, code) for code in (A, B)]
            acts = session.scalars(select(Audit.action).where(Audit.actee_type == "register_batch")).all()

            assert [{c.name: getattr(one, c.name) for c in Club.__table__.columns} for one in now] == was
            assert session.get_one(Entity, club_id("a")).label == "CLB Hòa Bình"
            assert sorted(acts) == ["register.import", "register.undo"]

    def test_a_club_that_was_added_goes_and_the_lists_lose_it(self, programme, blobs):
        with programme.transaction() as session:
            batch_id = applied(session, blobs, taken(session, new=NEW))
            added = session.scalars(select(Club).where(Club.code == "LTH-000003")).one().id
            clubs.undo(session, blobs, everything(), 1, batch_id, NOW)
        with programme.transaction() as session:
            before = rebuild.fingerprint(session)
            rebuild.rebuild(session)

            assert session.get(Club, added) is None
            assert session.get_one(Entity, added).deleted_at is not None
            assert rebuild.fingerprint(session) == before

    def test_what_is_newer_is_not_undone_and_named(self, programme, blobs):
        with programme.transaction() as session:
            first = applied(session, blobs, taken(session, LTH_000001={"name": "CLB 1", "meeting_day": 5}))
            second = applied(session, blobs, taken(session, LTH_000001={"name": "CLB 2"}), "u" * 32)

            with pytest.raises(clubs.NewerThere, match="LTH-000001"):
                clubs.undo(session, blobs, everything(), 1, first, NOW)
            clubs.undo(session, blobs, everything(), 1, second, NOW)
            clubs.undo(session, blobs, everything(), 1, first, NOW)

            assert clubs.get(session, everything(), 1, A).name == "CLB Hòa Bình"

    def test_a_club_about_which_something_was_sent_is_not_taken_out(self, programme, blobs):
        with programme.transaction() as session:
            batch_id = applied(session, blobs, taken(session, new=NEW))
            added = session.scalars(select(Club).where(Club.code == "LTH-000003")).one().id
            report = meeting("2020-06")
            report.answers["club"] = added
            Intake(session).send(report)

            with pytest.raises(clubs.NewerThere):
                clubs.undo(session, blobs, everything(), 1, batch_id, NOW)


class TestPages:
    def upload(self, browser: Browser, content: bytes):
        return browser.client.post(
            "/clubs/import", data={"csrf": browser.word, "file": (io.BytesIO(content), "so.xlsx")}
        )

    def test_from_the_list_to_the_file_to_the_preview_to_the_register_and_back(self, sign_in):
        browser = sign_in("quan-tri")
        book = load_workbook(io.BytesIO(browser.get("/clubs.xlsx").data))
        sheet = book[SHEET]
        assert [cell.value for cell in sheet[1]] == list(HEADER)
        sheet.cell(2, 2).value = "CLB <Đổi> tên"
        out = io.BytesIO()
        book.save(out)

        sent = self.upload(browser, out.getvalue())
        page = browser.get(sent.location)
        assert "CLB &lt;Đổi&gt; tên" in page.text
        looked_at = re.search(r'name="looked_at" value="(\w+)"', page.text)[1]
        done = browser.post(sent.location, looked_at=looked_at)
        again = browser.post(sent.location, looked_at=looked_at)
        assert (done.status_code, done.location) == (303, again.location)
        assert "&lt;Đổi&gt;" in browser.get("/clubs").text

        undone = browser.post(f"{done.location}/undo")
        assert undone.status_code == 303
        assert "Undone on" in browser.get(done.location).text
        assert "&lt;Đổi&gt;" not in browser.get("/clubs").text

    def test_another_look_is_asked_for_when_what_was_seen_is_not_what_is(self, sign_in, programme):
        browser = sign_in("quan-tri")
        with programme.reading() as session:
            content = taken(session, LTH_000001={"name": "CLB Mới"})
        sent = self.upload(browser, content)
        browser.get(sent.location)

        refused = browser.post(sent.location, looked_at="0" * 64)

        assert refused.status_code == 409
        assert "look at the changes again" in refused.text

    @pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken"])
    def test_what_is_no_workbook_comes_back_with_a_sentence(self, sign_in, content):
        refused = self.upload(sign_in("quan-tri"), content)

        assert refused.status_code == 400
        assert 'role="alert"' in refused.text

    def test_a_million_rows_a_bomb_and_macros_are_refused_at_once(self, sign_in):
        browser = sign_in("quan-tri")
        rows = b"".join(b'<row r="%d"><c/></row>' % (n * 7919 % 1_048_573) for n in range(1_000_000))

        for parts, said in (
            ({"xl/worksheets/sheet1.xml": b"<worksheet>" + rows + b"</worksheet>"}, "too many rows"),
            ({"xl/worksheets/sheet1.xml": b" " * 90_000_000}, "unpacks"),
            ({"xl/worksheets/sheet1.xml": b"<worksheet/>", "xl/vbaProject.bin": b"x"}, "macros"),
        ):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in {"xl/workbook.xml": b"<workbook/>", **parts}.items():
                    archive.writestr(name, content)
            begun = time.process_time()
            refused = self.upload(browser, out.getvalue())

            assert (refused.status_code, time.process_time() - begun < 2) == (400, True)
            assert said in refused.text

    def test_a_preview_of_many_changes_stays_a_small_page(self, sign_in, programme):
        browser = sign_in("quan-tri")
        with programme.reading() as session:
            book = load_workbook(io.BytesIO(taken(session)))
        for n in range(150):
            row = {**NEW, "name": f"CLB {'dài ' * 20}{n}", "commune": "22777" if n < 75 else "0"}
            for field, value in row.items():
                book[SHEET].cell(4 + n, PLACES[field] + 1).value = value
        out = io.BytesIO()
        book.save(out)

        page = browser.get(self.upload(browser, out.getvalue()).location)

        assert "<dd>75</dd>" in page.text
        assert len(page.data) < 60_000

    def test_who_may_not_correct_clubs_may_not_import(self, sign_in):
        browser = sign_in("xem")

        assert browser.get("/clubs.xlsx").status_code == 200
        assert browser.get("/clubs/import").status_code == 403
        assert self.upload(browser, b"").status_code == 403

    def test_an_import_is_seen_by_who_made_it_and_nobody_of_elsewhere(self, sign_in, programme):
        browser = sign_in("quan-tri")
        with programme.reading() as session:
            content = taken(session, LTH_000001={"name": "CLB Mới"})
        sent = self.upload(browser, content)
        looked_at = re.search(r'name="looked_at" value="(\w+)"', browser.get(sent.location).text)[1]
        made = browser.post(sent.location, looked_at=looked_at).location
        other = sign_in("lai-chau")

        assert browser.get(made).status_code == 200
        assert other.get(made).status_code == 404
        other.get("/clubs/import")
        assert other.post(f"{made}/undo").status_code == 404
        assert other.get("/clubs/import/" + "x" * 32).status_code == 404

    def test_an_editor_changes_clubs_but_adds_none(self, sign_in, programme):
        browser = sign_in("bien-tap")
        with programme.reading() as session:
            content = taken(session, LTH_000001={"name": "CLB Mới"}, new=NEW)
        page = browser.get(self.upload(browser, content).location)

        assert "may not add clubs" in page.text
        assert "CLB Mới" in page.text


def test_a_change_that_months_do_not_look_at_leaves_them_unread(programme, blobs):
    with programme.transaction() as session:
        marked = session.scalars(
            select(Submission).where(Submission.instance_id == meeting("2019-05").instance_id)
        ).one()
        marked.projection_error = "unread"
        session.flush()
        applied(session, blobs, taken(session, LTH_000001={"name": "CLB Mới"}))
        session.expire_all()

        assert marked.projection_error == "unread"
