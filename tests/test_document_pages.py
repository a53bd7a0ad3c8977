"""The smaller documents from the database: who sees what of them, on pages, as PDFs and on the command line."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pdfplumber
import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import select

from reports.period import parse
from server import create_app
from server.blobs import BlobStore
from server.cli import main, shell
from server.config import Config
from server.db import Database
from server.models import SubmissionAttachment, Unit
from server.scope import Scope
from server.services import plan, report, unit
from server.services.actor import SYSTEM_ID
from tests.builders_club import (
    DONG_HAI,
    ROOT,
    Intake,
    founding,
    loan,
    meeting,
    person,
    publish_programme,
)
from tests.builders_web import Browser, a_person
from tests.spreadsheet import read
from tests.test_cli import forget

pytestmark = pytest.mark.database
TODAY = date(2026, 11, 22)
PERIOD = parse("2019")
VAN_HAI_CODE = "22777"
PHONE = "0912345678"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def database(shared_database: Database, data: Path) -> Database:
    """Two clubs of Phan Rang as tablets sent them: a in Văn Hải with a chair, a loan and a photo, b in Đông Hải."""
    blobs = BlobStore(data / "blobs")
    with shared_database.transaction() as session:
        publish_programme(session, blobs)
        plan.import_workbook(session, ROOT / "xlsforms" / "plans" / "tieu_chuan.xlsx")
        intake = Intake(session)
        chaired = founding("a", chair_phone=PHONE)
        chaired.repeats["members"][0] = person("a1", m_relation_board="chair")
        intake.send(chaired)
        intake.send(founding("b", commune=DONG_HAI))
        lent = [loan("1", "a2", due_date=date(2019, 10, 15))]
        sent = intake.send(meeting("2019-04", loans_new=lent, photo_meeting="anh.jpg"))
        intake.send(meeting("2019-05", next_meeting=date(2019, 6, 15), next_plan="Khám sức khỏe"))
        kept = blobs.store(_photograph())
        session.add(
            SubmissionAttachment(
                submission_version_id=sent.current_version_id,
                name="anh.jpg",
                sha256=kept.sha256,
                size=kept.size,
                media_type="image/jpeg",
                is_expected=True,
            )
        )
    for email, role, code, day in (
        ("xa@clb.example", "commune_supervisor", VAN_HAI_CODE, date(2019, 6, 1)),
        ("tinh@clb.example", "official", "58", date(2019, 6, 1)),
        ("lai-chau@clb.example", "official", "12", date(2019, 6, 1)),
    ):
        with shared_database.reading() as session:
            bound = unit.get_at(session, code, day).id
        a_person(shared_database, role, [bound], email)
    return shared_database


def _photograph() -> bytes:
    """A picture of 2000 × 1000 that was taken with the camera on its side."""
    out, picture = io.BytesIO(), Image.new("RGB", (2000, 1000), "white")
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def sign_in(database: Database, data: Path):
    """Gives a browser with somebody at it, by the name before the @."""
    app = create_app(Config(data=data, database_url=str(database.url)), database)

    def made(who: str) -> Browser:
        browser = Browser(app)
        browser.sign_in(f"{who}@clb.example")
        return browser

    return made


@pytest.fixture
def session(database: Database) -> Iterator:
    with database.reading() as reading:
        yield reading


def scope_of(session, code: str) -> Scope:
    return Scope(frozenset({unit.get_at(session, code, date(2019, 6, 1)).id}), 5, TODAY)


def sheet(session, scope: Scope, code: str = "LTH-000001", show=lambda photo: None):
    return report.sheet(session, scope, code, PERIOD, today=TODAY, as_of=None, show=show)


def page(session, scope: Scope, code: str, period: str = "2019", as_of: date | None = None):
    return report.commune(session, scope, code, parse(period), today=TODAY, as_of=as_of)


class TestClubSheet:
    def test_a_reader_bound_to_the_commune_sees_telephone_and_borrower(self, session):
        made = sheet(session, scope_of(session, VAN_HAI_CODE))

        assert [(seat.roles, seat.phone) for seat in made.board] == [(("chair",), PHONE)]
        assert [(one.number, one.borrower) for one in made.loans.open] == [(1, "Nguyễn Thị a2")]
        assert (made.details.next_meeting, made.details.next_plan) == (date(2019, 6, 15), "Khám sức khỏe")

    @pytest.mark.parametrize("code", ["58", "582"])
    def test_readers_bound_to_the_district_or_province_do_not(self, session, code):
        made = sheet(session, scope_of(session, code))

        assert {seat.phone for seat in made.board} == {None}
        assert (made.loans.open, made.loans.count) == ((), 1)
        assert made.details.phones == made.details.borrowers == {}

    def test_who_sees_the_country_does_not_either(self, session):
        assert {seat.phone for seat in sheet(session, Scope(None, SYSTEM_ID, TODAY)).board} == {None}

    def test_a_club_elsewhere_is_not_there(self, session):
        with pytest.raises(report.ClubNotFound):
            sheet(session, scope_of(session, "12"))
        with pytest.raises(report.ClubNotFound):
            sheet(session, scope_of(session, VAN_HAI_CODE), "LTH-000002")

    def test_before_its_founding_a_club_has_no_sheet(self, session):
        with pytest.raises(report.ClubNotFounded, match="10/03/2019"):
            report.sheet(
                session,
                scope_of(session, "58"),
                "LTH-000001",
                parse("2018"),
                today=TODAY,
                as_of=None,
                show=lambda _: None,
            )

    def test_the_newest_photo_is_shown_upright_small_and_without_its_place(self, session, data):
        kept = []
        made = sheet(
            session, scope_of(session, VAN_HAI_CODE), show=lambda photo: kept.append(photo) or "here"
        )

        small = Image.open(io.BytesIO(report.photo.scaled(BlobStore(data / "blobs"), kept[0])))
        assert (made.details.photo.kind, made.details.photo.taken_on) == ("meeting", date(2019, 4, 15))
        assert small.size == (350, 700)
        assert not small.getexif()

    def test_a_club_of_a_split_commune_is_shown_in_new_boundaries_as_undecided(self, session):
        made = report.sheet(
            session,
            Scope(None, SYSTEM_ID, TODAY),
            "LTH-000002",
            parse("2025"),
            today=TODAY,
            as_of=None,
            show=lambda _: None,
        )

        assert (made.is_undecided, made.place_new) == (True, None)
        assert made.place_old.startswith("Phường Đông Hải")
        assert made.details.photo is None


class TestCommune:
    def test_the_commune_as_it_stood_has_its_club(self, session):
        made = page(session, scope_of(session, VAN_HAI_CODE), VAN_HAI_CODE)

        assert (made.unit.full_name, [line.code for line in made.clubs]) == ("Phường Văn Hải", ["LTH-000001"])
        assert made.above == "Thành phố Phan Rang - Tháp Chàm, Tỉnh Ninh Thuận"
        assert (made.clubs[0].chair, made.clubs[0].phone) == ("Nguyễn Thị a1", PHONE)
        assert len(made.clubs[0].silent_months) == 7, "June to December"

    def test_a_commune_of_today_names_the_club_that_may_belong_to_it(self, session):
        everything = Scope(None, SYSTEM_ID, TODAY)
        parts = [
            one
            for one in session.scalars(
                select(Unit).where(Unit.name.in_(("Đông Hải", "Phước Dinh")), Unit.valid_to.is_(None))
            )
            if report.commune(session, everything, one.code, parse("2026"), today=TODAY, as_of=None).undecided
        ]

        assert {one.full_name for one in parts} == {"Phường Đông Hải", "Xã Phước Dinh"}

    def test_other_levels_and_other_regions_are_refused(self, session):
        with pytest.raises(report.NotACommune, match="Ninh Sơn"):
            page(session, Scope(None, SYSTEM_ID, TODAY), "585")
        with pytest.raises(report.OutOfReach):
            page(session, scope_of(session, "12"), VAN_HAI_CODE)

    def test_all_its_sheets_make_a_book(self, session):
        made = report.book(
            session,
            scope_of(session, "58"),
            VAN_HAI_CODE,
            PERIOD,
            today=TODAY,
            as_of=None,
            show=lambda _: None,
        )

        assert (made.title, [one.code for one in made.sheets]) == ("Phường Văn Hải", ["LTH-000001"])


class TestPages:
    def test_the_summary_leads_to_communes_and_to_its_pdf(self, sign_in):
        browser = sign_in("tinh")

        shown = browser.get("/reports/summary/58?period=2019")
        figures = re.findall(r'href="(/reports/province/58/figure/[^"]+)"', shown.text)
        assert figures
        tiles = re.findall(r'<dd class="doc-big">(.*?)</dd>', shown.text)
        leading = {re.sub("<.*?>", "", one): "/figure/" in one for one in tiles}
        assert len(tiles) == 6
        assert leading == {one: one not in ("–", "*") for one in leading}
        assert "/figure/A06?period=2019&amp;part=unit&amp;unit=total" in tiles[1]
        assert {browser.get(one.replace("&amp;", "&")).status_code for one in figures} == {200}

        assert shown.status_code == 200
        assert "Tóm tắt kết quả thực hiện Đề án" in shown.text
        assert f'href="/reports/commune/{VAN_HAI_CODE}?period=2019"' in shown.text
        assert browser.get("/reports/summary/58.pdf?period=2019").data.startswith(b"%PDF")
        assert (
            browser.get("/reports/summary?province=58&period=2019").location
            == "/reports/summary/58?period=2019"
        )

    def test_the_commune_page_leads_to_the_sheets_of_its_clubs(self, sign_in):
        browser = sign_in("xa")

        shown = browser.get(f"/reports/commune/{VAN_HAI_CODE}?period=2019&lang=en")

        assert 'href="/reports/club/LTH-000001?period=2019"' in shown.text
        assert "Monthly reports not received" in shown.text
        assert PHONE in shown.text
        assert PHONE not in sign_in("tinh").get(f"/reports/commune/{VAN_HAI_CODE}?period=2019").text
        assert f'href="/reports/commune/{VAN_HAI_CODE}.xlsx?period=2019"' in shown.text
        book = read(browser.get(f"/reports/commune/{VAN_HAI_CODE}.xlsx?period=2019&lang=vi").data)
        assert "LTH-000001" in [row[2] for row in book.rows("Các câu lạc bộ")]

    def test_the_sheet_shows_its_photo_from_an_address_of_its_own(self, sign_in):
        browser = sign_in("xa")

        shown = browser.get("/reports/club/LTH-000001?period=2019")
        photo = browser.get("/reports/club/LTH-000001/photo.jpg?period=2019")

        assert 'src="/reports/club/LTH-000001/photo.jpg?period=2019"' in shown.text
        assert "style=" not in shown.text, "the pages' policy would drop it"
        assert (photo.status_code, photo.mimetype) == (200, "image/jpeg")
        assert browser.get("/reports/club/LTH-000001/photo.jpg?period=2018").status_code == 404

    @pytest.mark.parametrize(
        "address",
        [
            "summary/58?period=2019",
            "summary/58.pdf?period=2019",
            f"commune/{VAN_HAI_CODE}?period=2019",
            f"commune/{VAN_HAI_CODE}.xlsx?period=2019",
            f"commune/{VAN_HAI_CODE}.pdf?period=2019",
            f"commune/{VAN_HAI_CODE}/clubs.pdf?period=2019",
            "club/LTH-000001?period=2019",
            "club/LTH-000001.pdf?period=2019",
            "club/LTH-000001/photo.jpg?period=2019",
        ],
    )
    def test_another_region_is_not_there(self, sign_in, address):
        assert sign_in("lai-chau").get(f"/reports/{address}").status_code == 404

    def test_a_period_that_cannot_be_read_is_said(self, sign_in):
        assert sign_in("xa").get("/reports/club/LTH-000001?period=x").status_code == 400

    def test_pdfs_have_names_every_system_can_keep(self, sign_in):
        response = sign_in("xa").get(f"/reports/commune/{VAN_HAI_CODE}/clubs.pdf?period=2019-H1")

        assert response.data.startswith(b"%PDF")
        assert (
            response.headers["Content-Disposition"]
            == f'inline; filename="phieu-clb-xa-{VAN_HAI_CODE}-vi-2019-h1.pdf"'
        )


class TestCommandLine:
    @pytest.fixture
    def clb(self, database, data, monkeypatch):
        monkeypatch.setenv("CLB_DATA", str(data))
        monkeypatch.setenv("CLB_DATABASE_URL", database.url.render_as_string(hide_password=False))
        forget()
        yield lambda *words: CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
        shell.database().close()
        forget()

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (("summary", "58"), "Summary of the results of the scheme"),
            (("commune", VAN_HAI_CODE), "Phường Văn Hải"),
            (("clubs", VAN_HAI_CODE), "CLB LTHTGN Khu phố a"),
        ],
    )
    def test_documents_are_written_without_telephones(self, clb, tmp_path, words, says):
        out = tmp_path / "out.pdf"

        told = clb("report", *words, "--period", "2019", "--language", "en", "--out", out)

        with pdfplumber.open(out) as opened:
            text = " ".join(" ".join(page.extract_text().split()) for page in opened.pages)
        assert (told.exit_code, says in text, PHONE in text) == (0, True, False)

    def test_a_club_that_is_not_there_is_said(self, clb, tmp_path):
        told = clb("report", "club", "LTH-999999", "--period", "2019", "--out", tmp_path / "out.pdf")

        assert (told.exit_code, "LTH-999999" in told.stderr) == (1, True)
