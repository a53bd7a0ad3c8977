"""The register of clubs on its pages: who finds which club, what a club's page tells, and how much of its members."""

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import event, insert, select

from reports.period import parse
from server import create_app
from server.blobs import BlobStore
from server.config import Config
from server.db import Database
from server.models import Club, ClubUnit, SubmissionAttachment
from server.scope import Scope
from server.services import club as clubs
from server.services import plan, report, unit
from tests.builders_club import (
    DONG_HAI,
    ROOT,
    Intake,
    club_id,
    founding,
    interview,
    left,
    loan,
    meeting,
    member_id,
    person,
    publish_programme,
)
from tests.builders_web import Browser, a_person

pytestmark = pytest.mark.database
TODAY = date(2026, 11, 22)
PHONE = "0912345678"
VAN_HAI_CODE = "22777"
A, B = "LTH-000001", "LTH-000002"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def database(shared_database: Database, data: Path) -> Database:
    """Club a in Văn Hải (Nguyễn Thị a1 chairs it, a2 borrowed and was asked, a3 left), b in Đông Hải."""
    blobs = BlobStore(data / "blobs")
    with shared_database.transaction() as session:
        publish_programme(session, blobs)
        plan.import_workbook(session, ROOT / "xlsforms" / "plans" / "tieu_chuan.xlsx")
        _send(Intake(session), session, blobs)
    for email, role, code in (
        ("xa@clb.example", "commune_supervisor", VAN_HAI_CODE),
        ("tinh@clb.example", "province_editor", "58"),
        ("xem@clb.example", "reviewer", "58"),
        ("lai-chau@clb.example", "province_editor", "12"),
        ("can-bo@clb.example", "official", "58"),
    ):
        with shared_database.reading() as session:
            bound = unit.get_at(session, code, date(2019, 6, 1)).id
        a_person(shared_database, role, [bound], email)
    return shared_database


def _send(intake: Intake, session, blobs: BlobStore) -> None:
    first = founding(
        "a", club_name="CLB LTHTGN Hòa Bình", decision_no="12/QĐ-UBND", decision_issuer="ubnd_xa"
    )
    first.repeats["members"][0] = person("a1", m_relation_board="chair")
    first.repeats["members"][1] = person("a2", m_phone=PHONE)
    intake.send(first)
    intake.send(founding("b", commune=DONG_HAI, club_name="CLB Đồng Tâm 50%"))
    lent = [loan("1", "a2", due_date=date(2019, 10, 15))]
    sent = intake.send(
        meeting("2019-04", loans_new=lent, photo_meeting="anh.jpg"), datetime(2019, 5, 2, 3, tzinfo=UTC)
    )
    intake.send(
        meeting("2019-05", members_left=[left("a3", "died")], if_open_cash=1),
        datetime(2019, 7, 2, tzinfo=UTC),
    )
    intake.send(meeting("2019-12"), datetime(2020, 1, 3, tzinfo=UTC))
    intake.send(interview("a2"), datetime(2019, 8, 1, tzinfo=UTC))
    out = io.BytesIO()
    Image.new("RGB", (2000, 1000), "white").save(out, "JPEG")
    kept = blobs.store(out.getvalue())
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


@pytest.fixture
def sign_in(database: Database, data: Path):
    """Gives a browser with somebody at it, by the name before the @; in English."""
    app = create_app(Config(data=data, database_url=str(database.url)), database)

    def made(who: str) -> Browser:
        browser = Browser(app)
        browser.sign_in(f"{who}@clb.example")
        browser.get("/account?lang=en")
        return browser

    return made


def found(response) -> list[str]:
    """Codes of the clubs a page lists."""
    return re.findall(r'<span class="under">(LTH-\d+)</span>', response.text)


class TestRegister:
    def test_a_name_is_found_with_and_without_tone_marks_however_they_are_set(self, sign_in):
        browser = sign_in("tinh")

        for text in ("hoa binh", "Hòa Bình", "Hoà BÌNH", "binh hoa", "lth-000001"):
            assert found(browser.get(f"/clubs?q={text}")) == [A], text
        assert found(browser.get("/clubs?q=dong")) == [B]
        assert found(browser.get("/clubs?q=50%25")) == [B]
        assert found(browser.get("/clubs?q=_")) == []

    def test_only_clubs_within_ones_units_are_listed(self, sign_in):
        assert found(sign_in("tinh").get("/clubs")) == [B, A]
        assert found(sign_in("xa").get("/clubs")) == [A]
        assert "No club within your units" in sign_in("lai-chau").get("/clubs").text

    def test_an_official_who_only_reads_reports_has_no_register(self, sign_in):
        browser = sign_in("can-bo")

        assert [
            browser.get(path).status_code for path in ("/clubs", f"/clubs/{A}", f"/clubs/{A}/members")
        ] == [
            403,
            403,
            403,
        ]
        assert 'href="/clubs"' not in browser.get("/").text

    def test_a_province_and_a_unit_of_it_narrow_the_list_also_those_of_before_the_reform(
        self, sign_in, database
    ):
        with database.reading() as session:
            old, new, commune = (
                unit.get_at(session, "58", date(2019, 6, 1)).id,
                unit.get_at(session, "56", TODAY).id,
                unit.get_at(session, VAN_HAI_CODE, date(2019, 6, 1)).id,
            )
        browser = sign_in("tinh")

        assert found(browser.get(f"/clubs?province={old}")) == [B, A]
        assert found(browser.get(f"/clubs?province={new}")) == [B, A]
        assert found(browser.get(f"/clubs?province={old}&unit={commune}")) == [A]
        assert (
            f'<option value="{commune}" selected>'
            in browser.get(f"/clubs?province={old}&unit={commune}").text
        )

    def test_clubs_found_to_be_none_are_listed_when_asked_for(self, sign_in, database):
        with database.transaction() as session:
            session.scalars(select(Club).where(Club.code == B)).one().status = "rejected"
        browser = sign_in("tinh")
        try:
            assert found(browser.get("/clubs")) == [A]
            assert found(browser.get("/clubs?state=rejected")) == [B]
            assert "found to be no club" in browser.get(f"/clubs/{B}").text
        finally:
            with database.transaction() as session:
                session.scalars(select(Club).where(Club.code == B)).one().status = "active"

    def test_a_line_tells_place_members_and_the_last_month_reported(self, database):
        with database.reading() as session:
            everything = Scope(None, 1, TODAY)
            second, first = clubs.listed(session, everything, 1, clubs.Wanted(), 1)

        assert (first.code, first.place, first.above) == (A, "Phường Ninh Chử", "Tỉnh Khánh Hòa")
        assert (first.members, first.last_month) == (2, date(2019, 12, 1))
        assert (second.code, second.place, second.last_month) == (B, "Tỉnh Khánh Hòa", None)

    def test_the_number_of_queries_does_not_grow_with_the_clubs(self, session):
        blobs_free = Scope(None, 1, TODAY)
        _copy_clubs(session, 120)
        asked: list[str] = []
        listening = (session.bind, "before_cursor_execute", lambda *args: asked.append(args[2]))
        event.listen(*listening)
        try:
            rows = clubs.listed(session, blobs_free, 1, clubs.Wanted(), 2)
        finally:
            event.remove(*listening)

        assert (len(rows), len(asked)) == (clubs.PAGE_ROWS, 4)
        assert clubs.count(session, blobs_free, 1, clubs.Wanted()) == 120


@pytest.fixture
def session(request, tmp_path, template):
    """A database of its own for what writes."""
    from tests.conftest import _copy

    with _copy(template, tmp_path) as url:
        opened = Database(url)
        with opened.transaction() as writing:
            publish_programme(writing, BlobStore(tmp_path / "blobs"))
            yield writing
            writing.rollback()
        opened.close()


def _copy_clubs(session, number: int) -> None:
    """So many clubs in Văn Hải, of one founding form each."""
    intake = Intake(session)
    intake.send(founding("a", members=0))
    first = session.scalars(select(Club)).one()
    place = session.scalars(select(ClubUnit).where(ClubUnit.valid_to.is_(None))).one()
    columns = {c.name: getattr(first, c.name) for c in Club.__table__.columns}
    for n in range(2, number + 1):
        stored, _ = intake.store(founding(f"x{n}", members=0), datetime(2019, 3, 12, tzinfo=UTC))
        session.flush()
        own = {"id": club_id(f"x{n}"), "code": f"LTH-{n:06d}", "submission_id": stored.id}
        session.execute(insert(Club.__table__).values(columns | own))
        session.execute(
            insert(ClubUnit.__table__).values(
                club_id=own["id"], valid_from=place.valid_from, unit_id=place.unit_id, basis="form"
            )
        )


class TestClub:
    def test_the_page_tells_founding_units_months_funds_loans_and_grade(self, sign_in):
        text = sign_in("xa").get(f"/clubs/{A}?year=2019").text

        for told in (
            "CLB LTHTGN Hòa Bình", "12/QĐ-UBND", "Commune People’s Committee",
            "Phường Văn Hải", "Phường Ninh Chử", "30/06/2025", "the old unit went there whole",
            "No report has come since 01/2020", "Grade: ", "Eight areas and management in detail",
            "Nguyễn Thị a2", "Meeting of 04/2019", f"/reports/club/{A}.pdf?period=2019",
        ):  # fmt: skip
            assert told in text, told

    def test_what_a_book_does_not_explain_is_said_with_its_amount(self, sign_in):
        """April closes with 20 million in cash; May opens with 1 đồng."""
        text = sign_in("xa").get(f"/clubs/{A}?year=2019").text

        assert "Opening differs from the closing before by −24,999,999." in text

    def test_figures_are_those_of_the_sheet(self, database):
        with database.reading() as session:
            seen = Scope(frozenset({unit.get_at(session, VAN_HAI_CODE, date(2019, 6, 1)).id}), 5, TODAY)
            for year in (2019, 2020, 2024):
                told = clubs.look(session, seen, 1, A, year, TODAY, lambda _: None)
                period = parse(str(year))
                sheet = report.sheet(session, seen, A, period, today=TODAY, as_of=None, show=lambda _: None)

                assert told.page is not None
                assert told.page.sheet == sheet

    def test_a_late_report_is_marked(self, sign_in):
        text = sign_in("xa").get(f"/clubs/{A}?year=2019").text

        assert "05/2019: có sinh hoạt" not in text
        assert re.search(r'title="05/2019: [^"]* · late"', text)
        assert not re.search(r'title="04/2019: [^"]* · late"', text)

    def test_a_club_is_found_by_its_id_too(self, sign_in):
        assert sign_in("xa").get(f"/clubs/{club_id('a')}").status_code == 200

    @pytest.mark.parametrize("path", ["", "/members", "/photos/2019-04.jpg"])
    def test_a_club_outside_ones_units_is_not_there_as_one_that_never_was(self, sign_in, path):
        browser = sign_in("xa")
        outside, never = browser.get(f"/clubs/{B}{path}"), browser.get(f"/clubs/LTH-999999{path}")

        assert (outside.status_code, never.status_code) == (404, 404)
        assert outside.text.replace(B, "X") == never.text.replace("LTH-999999", "X")

    def test_the_picture_of_a_month_is_shown_and_no_other(self, sign_in):
        browser = sign_in("xa")
        shown = browser.get(f"/clubs/{A}/photos/2019-04.jpg")

        assert Image.open(io.BytesIO(shown.data)).size == (900, 450)
        for month in ("2019-05", "place", "2019-13", "..%2F"):
            assert browser.get(f"/clubs/{A}/photos/{month}.jpg").status_code == 404

    def test_a_year_that_is_none_gives_the_one_last_reported(self, sign_in):
        for year in ("1", "abc", "99999999999999999999"):
            text = sign_in("xa").get(f"/clubs/{A}?year={year}").text
            assert '<option value="2019" selected>' in text


class TestMembers:
    def test_an_officer_of_the_commune_sees_names_telephones_and_loans(self, sign_in):
        browser = sign_in("xa")
        listed, one = browser.get(f"/clubs/{A}/members").text, browser.get(f"/members/{member_id('a2')}").text

        assert "Nguyễn Thị a1" in listed
        assert PHONE in one
        assert "Borrowed 5,000,000 đồng" in one

    def test_who_corrects_the_data_sees_names_but_neither_telephones_nor_loans(self, sign_in):
        one = sign_in("tinh").get(f"/members/{member_id('a2')}").text

        assert "Nguyễn Thị a2" in one
        assert "Interviewed" in one
        assert PHONE not in one
        assert "Borrowed" not in one

    def test_others_see_how_many_there_are_and_nobody_by_name(self, sign_in):
        browser = sign_in("xem")
        listed, one = browser.get(f"/clubs/{A}/members").text, browser.get(f"/members/{member_id('a3')}").text

        assert "Member 1" in listed
        assert "On the list: 2; left: 1." in listed
        for text in (listed, one):
            for secret in ("Nguyễn Thị", "1950", "died", "Female"):
                assert secret not in text, secret
        assert "Left the club" in one

    def test_what_happened_stands_newest_first(self, database):
        with database.reading() as session:
            seen = Scope(frozenset({unit.get_at(session, VAN_HAI_CODE, date(2019, 6, 1)).id}), 5, TODAY)
            sight = clubs.Sight(is_named=True, is_private=True)
            borrower = clubs.member(session, seen, 1, member_id("a2"), sight, TODAY)
            chair = clubs.member(session, seen, 1, member_id("a1"), sight, TODAY)
            gone = clubs.member(session, seen, 1, member_id("a3"), sight, TODAY)

        assert [one.kind for one in borrower.events] == ["survey", "loan", "joined"]
        assert [(one.kind, one.code) for one in chair.events] == [("board", "chair"), ("joined", None)]
        assert [(one.kind, one.code) for one in gone.events] == [("left", "died"), ("joined", None)]
        assert (chair.present, chair.meetings) == (3, 3)
        assert (gone.present, gone.meetings) == (0, 1)

    def test_a_member_of_a_club_outside_is_not_there(self, sign_in):
        browser = sign_in("xa")

        assert browser.get(f"/members/{member_id('b1')}").status_code == 404
        assert browser.get("/members/no-id").status_code == 404
