"""Reports drafted, written, checked, issued and looked at with a browser; and what anybody may see of them."""

import hashlib
import io
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from flask import Flask
from sqlalchemy import select

from server import clock, create_app
from server.blobs import BlobStore
from server.config import Config
from server.db import Database
from server.models import Audit, Club, Report
from tests.builders import seed_units
from tests.builders_paper import URL, Clerk, a_late_month, a_world, two_clubs
from tests.builders_web import Browser, a_person, alert

pytestmark = [pytest.mark.database, pytest.mark.printing]

WANTED = {"province": "58", "period": "2018..2020", "cut_off": "2021-01-10", "geography_as_of": ""}
SIGNING = {
    "number": "5",
    "issued_on": "2021-02-05",
    "signer_title": "GIÁM ĐỐC",
    "signer_name": "Nguyễn Văn Bình",
}

ENDS = ("", ".pdf", ".docx", ".xlsx", "/facts.json", "/changes")
"""Of the addresses that tell of an issued report."""


@pytest.fixture
def app(database: Database, database_url: str, tmp_path: Path) -> Flask:
    """The application of a server that knows where the public finds its reports."""
    return create_app(Config(data=tmp_path, database_url=database_url, report_url=URL), database)


@pytest.fixture
def browser(app, database, units, standards) -> Browser:
    """An administrator, with two clubs in Ninh Thuận."""
    two_clubs(database, units)
    a_person(database)
    made = Browser(app)
    made.sign_in()
    return made


@dataclass(frozen=True)
class Issued:
    """An issued report of Ninh Thuận on a server that tests only read from."""

    app: Flask
    database: Database
    units: dict[str, int]
    row: Report

    @property
    def address(self) -> str:
        return f"/reports/{self.row.id}"

    def somebody(self, role: str, unit: str) -> Browser:
        """Signed in, bound to a unit."""
        email = f"{role}-{unit[:2]}@clb.example"
        a_person(self.database, role, [self.units[unit]], email)
        made = Browser(self.app)
        made.sign_in(email)
        return made


@pytest.fixture(scope="module")
def paper_out(shared_database, tmp_path_factory) -> Issued:
    """One report, issued once for the module."""
    folder = tmp_path_factory.mktemp("issued")
    with shared_database.transaction() as session:
        units = seed_units(session)
    a_world(shared_database, units)
    clerk = Clerk(shared_database, BlobStore(folder / "blobs"))
    row = clerk.issue(clerk.draft())
    app = create_app(Config(data=folder, database_url=str(shared_database.url)), shared_database)
    return Issued(app, shared_database, units, row)


def drafted(browser: Browser) -> str:
    """Make a draft; its address."""
    browser.get("/reports")
    return browser.post("/reports", **WANTED).location


def step(browser: Browser, address: str, name: str, **fields: str):
    """Send the form of a step as the page shows it."""
    revision = re.search(r'name="revision" value="(\d+)"', browser.get(address).text)
    return browser.post(f"{address}/{name}", **({"revision": revision[1]} if revision else {}) | fields)


def issued(browser: Browser) -> str:
    """Draft, check and issue; its address."""
    address = drafted(browser)
    step(browser, address, "check")
    assert step(browser, address, "issue", **SIGNING).status_code == 303
    return address


def words(text: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


class TestList:
    def test_it_says_that_nothing_was_drafted_yet_and_offers_to(self, browser):
        page = browser.get("/reports")

        assert "Chưa có báo cáo nào" in page.text
        assert "Lập dự thảo" in page.text

    def test_it_can_be_narrowed_by_province_and_year(self, paper_out):
        browser = paper_out.somebody("viewer", "VN@2004-01-01")

        assert "05/BC-SLĐTBXH" in browser.get("/reports?province=58&year=2021").text
        assert "05/BC-SLĐTBXH" not in browser.get("/reports?province=58&year=2020").text
        assert "Không có báo cáo nào theo lựa chọn này." in browser.get("/reports?province=12").text
        assert "Issued" in browser.get("/reports?lang=en").text

    def test_a_second_draft_of_the_same_report_keeps_what_was_chosen(self, browser):
        drafted(browser)

        refused = browser.post("/reports", **WANTED)

        assert refused.status_code == 409
        assert "Đã có dự thảo báo cáo này" in alert(refused)
        assert '<option value="2018..2020" selected>' in refused.text
        assert 'value="2021-01-10"' in refused.text

    def test_settings_that_cannot_be_used_come_back_as_typed(self, browser):
        browser.get("/reports")

        refused = browser.post("/reports", **WANTED | {"older_age": "61", "rule": "women=60..70"})

        assert refused.status_code == 400
        assert "55, 60, 65, 70, 75, 80" in alert(refused)
        assert 'value="women=60..70"' in refused.text


class TestDraft:
    def test_it_keeps_its_own_settings_when_figures_are_computed_anew(self, browser):
        browser.get("/reports")
        own = {
            "older_age": "65",
            "rule": "women=55..75",
            "calendar": "decree",
            "period": "2020",
            "language": "en",
        }
        address = browser.post("/reports", **WANTED | own).location
        before = browser.get(address).text

        step(browser, address, "refresh", cut_off="2021-01-31")

        after = browser.get(address).text
        for page in (before, after):
            assert "65" in re.search(r"<dt>Đo theo</dt><dd>(.*?)</dd>", page)[1]
            assert "14/12/2020" in page
            assert "văn bản gốc để ký và ban hành là bản tiếng Việt" in page

    def test_it_shows_figures_and_what_to_look_at(self, browser):
        page = browser.get(drafted(browser))

        assert "CLB đến cuối kỳ 2" in words(page.text)
        assert "2 CLB không gửi báo cáo tháng nào trong kỳ" in page.text
        assert "Anh/chị là người lập báo cáo này." in page.text

    def test_a_suggestion_comes_below_what_was_typed(self, browser):
        address = drafted(browser)

        page = browser.get(address)
        offered = re.search(
            r'<li><span>([^<]*)</span><button[^>]*form="write-shortcomings" name="use" value="0"', page.text
        )
        browser.post(f"{address}/text/shortcomings", text="Thiếu vốn.", seen="", use="0")

        assert f"Thiếu vốn.\n{offered[1]}</textarea>" in browser.get(address).text

    def test_earlier_versions_can_be_brought_back(self, browser):
        address = drafted(browser)
        browser.post(f"{address}/text/causes", text="Bản một", seen="")
        seen = re.search(r'name="seen" value="(\d+)"', browser.get(address).text)[1]
        browser.post(f"{address}/text/causes", text="Bản hai", seen=seen)

        page = browser.get(f"{address}/text/causes")
        fields = dict(re.findall(r'name="(version|seen)" value="(\d+)"', page.text))
        browser.post(f"{address}/text/causes/restore", **fields)

        assert "Bản một</textarea>" in browser.get(address).text
        assert words(browser.get(f"{address}/text/causes").text).count("Bản một") == 2

    def test_what_two_people_write_at_once_is_shown_side_by_side(self, browser):
        address = drafted(browser)
        browser.post(f"{address}/text/causes", text="Bài của người kia", seen="")

        refused = browser.post(f"{address}/text/causes", text="Bài của tôi", seen="")

        assert refused.status_code == 409
        assert "Lan vừa lưu phần này" in alert(refused)
        assert "Bài của tôi</textarea>" in refused.text
        assert "Bài của người kia</p>" in refused.text

    def test_a_text_that_is_too_long_comes_back(self, browser):
        address = drafted(browser)

        refused = browser.post(f"{address}/text/causes", text="ạ" * 6001, seen="")

        assert refused.status_code == 400
        assert "ạ" * 6001 in refused.text

    @pytest.mark.parametrize("lost", ["session", "form"])
    def test_a_text_outlives_a_session_that_is_over(self, browser, lost):
        address = drafted(browser)
        if lost == "session":
            browser.client.delete_cookie("clb_session")

        kept = browser.post(f"{address}/text/causes", text="Bài <dài>", csrf="of another day")

        assert kept.status_code == 403
        assert "Bài &lt;dài&gt;</textarea>" in kept.text
        assert "chưa lưu được" in alert(kept)

    def test_new_figures_are_computed_and_texts_stay(self, browser):
        address = drafted(browser)
        browser.post(f"{address}/text/causes", text="Thiếu vốn.", seen="")

        step(browser, address, "refresh", cut_off="2021-01-31")

        page = browser.get(address).text
        assert "31/01/2021" in page
        assert "Thiếu vốn.</textarea>" in page

    def test_its_pdf_is_marked_a_draft(self, browser):
        response = browser.get(drafted(browser) + ".pdf")

        assert response.mimetype == "application/pdf"
        assert "du-thao.pdf" in response.headers["Content-Disposition"]

    def test_it_is_thrown_away_with_a_button(self, browser):
        address = drafted(browser)

        assert step(browser, address, "delete").location == "/reports"
        assert browser.get(address).status_code == 404


class TestSteps:
    def test_a_page_opened_before_a_change_does_not_check(self, browser):
        address = drafted(browser)
        old = re.search(r'name="revision" value="(\d+)"', browser.get(address).text)[1]
        browser.post(f"{address}/text/causes", text="Thiếu vốn.", seen="")

        refused = browser.post(f"{address}/check", revision=old)

        assert refused.status_code == 409
        assert "vừa được thay đổi" in alert(refused)

    def test_the_warnings_that_stood_are_on_record_with_the_check(self, browser, database):
        address = drafted(browser)
        step(browser, address, "check")

        with database.reading() as session:
            (details,) = session.scalars(select(Audit.details).where(Audit.action == "report.check"))
        assert details == {"warnings": {"silent": 2, "late": 2, "unwritten": 8}, "by_drafter": True}

    def test_a_checked_report_is_sent_back(self, browser):
        address = drafted(browser)
        step(browser, address, "check")

        step(browser, address, "reopen")

        assert "Xác nhận đã kiểm tra" in browser.get(address).text

    def test_wrong_input_comes_back_as_typed(self, browser):
        address = drafted(browser)
        step(browser, address, "check")

        for changes, says in (
            ({"number": "năm"}, "ghi số văn bản bằng chữ số"),
            ({"issued_on": ""}, "chọn ngày ban hành"),
            ({"issued_on": "2020-12-31"}, "Ngày ban hành phải từ ngày chốt số liệu 10/01/2021"),
            ({"signer_name": " "}, "họ tên người ký"),
        ):
            refused = step(browser, address, "issue", **SIGNING | {"signer_title": "PHÓ GIÁM ĐỐC"} | changes)

            assert refused.status_code == 400
            assert says in alert(refused)
            assert 'value="PHÓ GIÁM ĐỐC"' in refused.text

    def test_a_server_that_does_not_know_its_address_issues_nothing(
        self, browser, database, database_url, tmp_path
    ):
        address = drafted(browser)
        step(browser, address, "check")
        stored = sorted(path.name for path in (tmp_path / "blobs").rglob("*"))
        elsewhere = Browser(create_app(Config(data=tmp_path, database_url=database_url), database))
        elsewhere.sign_in()

        refused = step(elsewhere, address, "issue", **SIGNING)

        assert refused.status_code == 409
        assert "Xin đặt CLB_PUBLIC_URL" in alert(refused)
        assert 'value="Nguyễn Văn Bình"' in refused.text
        assert "Chưa ban hành được báo cáo này" in elsewhere.get(address).text
        assert "Chưa ban hành được báo cáo này" not in browser.get(address).text
        assert sorted(path.name for path in (tmp_path / "blobs").rglob("*")) == stored

    def test_a_second_click_is_told_that_it_is_issued_and_its_number_is_taken(self, browser, database):
        address = issued(browser)

        again = browser.post(f"{address}/issue", **SIGNING)

        assert again.status_code == 409
        assert "“đã ban hành”" in alert(again)
        with database.reading() as session:
            assert len(session.scalars(select(Audit).where(Audit.action == "report.issue")).all()) == 1

        browser.get("/reports")
        other = browser.post("/reports", **WANTED | {"period": "2020"}).location
        step(browser, other, "check")
        assert "Số tiếp theo còn trống: 6" in alert(step(browser, other, "issue", **SIGNING))

    def test_the_office_that_issues_it_is_told_from_the_draft_on(self, browser):
        page = words(browser.get(drafted(browser)).text)

        assert (
            f"UBND tỉnh Ninh Thuận · Sở Y tế , số …/BC-SYT, nếu ban hành ngày {clock.today():%d/%m/%Y}"
            in page
        )
        assert "Bản dự thảo in tên UBND tỉnh Ninh Thuận · Sở Lao động - Thương binh và Xã hội" in page

    def test_of_one_unit_and_month_reports_go_out_by_one_age_of_older_people(self, browser):
        issued(browser)
        browser.get("/reports")
        other = browser.post("/reports", **WANTED | {"period": "2020", "older_age": "60"}).location
        same = browser.post("/reports", **WANTED | {"period": "2020"}).location
        told = "dự thảo này tính theo tuổi 60 nên sẽ không ban hành được"
        assert [told in browser.get(address).text for address in (other, same)] == [True, False]
        for address in (other, same):
            step(browser, address, "check")

        refused = step(browser, other, "issue", **SIGNING | {"number": "6"})

        assert refused.status_code == 409
        assert "đã ban hành theo tuổi 55; dự thảo này tính theo tuổi 60" in alert(refused)
        assert step(browser, same, "issue", **SIGNING | {"number": "6"}).status_code == 303


class TestIssued:
    def test_its_pdf_and_figures_are_the_frozen_ones(self, paper_out):
        browser, row = paper_out.somebody("reviewer", "58@2004-01-01"), paper_out.row

        pdf, facts = browser.get(f"{paper_out.address}.pdf"), browser.get(f"{paper_out.address}/facts.json")

        assert hashlib.sha256(pdf.data).hexdigest() == row.pdf_sha256
        assert row.pdf_sha256 in browser.get(paper_out.address).text
        assert json.loads(facts.data)["report"]["header"]["number"] == "05"
        assert browser.get(f"{paper_out.address}/signed.pdf").status_code == 404

    def test_its_workbook_is_the_frozen_one_and_its_word_file_says_that_it_is_a_copy(self, paper_out):
        browser, address = paper_out.somebody("province_editor", "58@2004-01-01"), paper_out.address

        table, copied = browser.get(f"{address}.xlsx"), browser.get(f"{address}.docx")

        with pikepdf.open(io.BytesIO(browser.get(f"{address}.pdf").data)) as pdf:
            assert table.data == pdf.attachments["bang-bieu.xlsx"].get_file().read_bytes()
        document = Document(io.BytesIO(copied.data))
        heads = [
            "\n".join(line.text for line in head.paragraphs)
            for section in document.sections
            for head in (section.header, section.first_page_header)
        ]
        assert len(heads) > 2
        for head in heads:
            assert "BẢN SAO\n" in head
            assert "Bản có chữ ký là tệp PDF của báo cáo số 05/BC-SLĐTBXH." in head
        name = copied.headers["Content-Disposition"]
        assert name == "attachment; filename*=UTF-8''bao-cao-tinh-ninh-thuan-2017-2020-so-05-ban-sao.docx"
        assert f'href="{address}.docx"' in browser.get(address).text

    def test_a_late_form_is_told_and_an_amended_report_begun(self, browser, database):
        address = issued(browser)
        assert "Mọi số liệu vẫn như khi ban hành." in browser.get(f"{address}/changes").text
        with database.transaction() as session:
            club = session.scalars(select(Club).order_by(Club.code)).first()
            a_late_month(session, club, date(2020, 12, 1), datetime(2021, 1, 11, 3, tzinfo=UTC))

        told = browser.get(f"{address}/changes?lang=en")
        amended = browser.post(f"{address}/amend")

        assert "Clubs without any monthly report in the period Number 2 1" in words(told.text)
        assert "This draft amends report 05/BC-SLĐTBXH" in browser.get(amended.location).text


class TestWhoMay:
    @pytest.mark.parametrize(
        ("role", "unit", "status"),
        [("official", "58@2004-01-01", 200), ("province_editor", "12@2004-01-01", 404)],
    )
    def test_only_those_of_the_province_see_it(self, paper_out, role, unit, status):
        somebody, address = paper_out.somebody(role, unit), paper_out.address

        assert [somebody.get(f"{address}{end}").status_code for end in ENDS] == [status] * len(ENDS)
        assert ("05/BC-SLĐTBXH" in somebody.get("/reports").text) == (status == 200)

    def test_an_official_reads_and_takes_no_step(self, browser, app, database, units):
        address = drafted(browser)
        a_person(database, "official", [units["58@2004-01-01"]], "binh@clb.example")
        other = Browser(app)
        other.sign_in("binh@clb.example")
        page = other.get(address)

        assert "<textarea" not in page.text
        assert "Lập dự thảo" not in other.get("/reports").text
        for name in ("check", "refresh", "text/causes", "issue", "delete"):
            assert other.post(f"{address}/{name}").status_code == 403

    def test_who_only_reads_sees_reports_by_the_ages_of_the_scheme(self, paper_out):
        reader = paper_out.somebody("official", "22837@2004-01-01")

        assert 'name="older_age"' not in reader.get("/").text
        for asked in ("older_age=60", "phase=p2"):
            refused = reader.get(f"/reports/province/58?period=2020&{asked}")
            assert refused.status_code == 403
            assert "theo tuổi và giai đoạn của Đề án" in alert(refused)

    def test_a_districts_editor_is_told_why_there_is_no_report_of_the_province(
        self, browser, app, database, units
    ):
        a_person(database, "province_editor", [units["582@2004-01-01"]], "binh@clb.example")
        other = Browser(app)
        other.sign_in("binh@clb.example")
        other.get("/reports")

        refused = other.post("/reports", **WANTED)

        assert refused.status_code == 403
        assert "chỉ được giao một phần địa bàn" in alert(refused)


class TestPublicPage:
    def test_anybody_sees_what_was_issued_and_nobodys_name(self, paper_out):
        stranger, row = Browser(paper_out.app), paper_out.row

        page = stranger.get(f"/r/{row.token}")

        told = words(page.text)
        assert page.status_code == 200
        assert "05/BC-SLĐTBXH" in told
        assert "Sở Lao động - Thương binh và Xã hội" in told
        assert "05/02/2021" in told
        assert "CLB thành lập / kế hoạch 2 / –" in told
        assert row.pdf_sha256 in told
        assert "certutil -hashfile" in told
        for name in ("Bình", "Lan", "Lợi Hải"):
            assert name not in told
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert "Issuing office" in stranger.get(f"/r/{row.token}?lang=en").text

    def test_a_replaced_report_leads_to_the_one_that_replaced_it(self, browser, app, database, blobs):
        clerk = Clerk(database, blobs)
        first = clerk.draft()
        old = clerk.issue(first)
        new = clerk.issue(clerk.amend(first, date(2021, 1, 31)), number=6)

        page = Browser(app).get(f"/r/{old.token}")

        assert "Đã được thay thế bằng báo cáo số 06/BC-SLĐTBXH ngày 05/02/2021" in page.text
        assert f"/r/{new.token}" in page.text

    @pytest.mark.parametrize("token", ["", "A" * 24, "x" * 400, "%00", "1"])
    def test_another_address_leads_nowhere(self, paper_out, token):
        assert Browser(paper_out.app).get(f"/r/{token}").status_code in (400, 404)


def test_content_of_another_version_is_told_and_can_be_refreshed(browser, database, blobs):
    address = drafted(browser)
    page = browser.get(address).text
    with database.transaction() as session:
        row = session.get_one(Report, int(address.rsplit("/", 1)[1]))
        row.content_sha256 = blobs.store(b'{"format":1,"report":{}}').sha256

    told = browser.get(address)

    assert told.status_code == 500
    assert "phiên bản phần mềm khác" in alert(told)
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    browser.post(f"{address}/refresh", revision=revision)
    assert browser.get(address).status_code == 200
