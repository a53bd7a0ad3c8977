"""The report of the country from its draft to the one that replaces it, with a browser; and who sees it."""

import hashlib
import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pdfplumber
import pytest
from sqlalchemy import select

from server import clock, create_app
from server.config import Config
from server.models import Club, Report
from server.services.report import page
from tests.builders import a_club
from tests.builders_paper import URL, a_late_month
from tests.builders_web import Browser, a_person, alert

pytestmark = pytest.mark.database
WANTED = {
    "province": "VN",
    "period": "2020",
    "calendar": "decree",
    "older_age": "60",
    "issuer": "hoi_nct",
    "language": "vi",
}


@pytest.fixture
def app(database, database_url, units, standards, national_plan, tmp_path):
    """Two clubs in Ninh Thuận, one of them with a month, and what the country was asked for."""
    with database.transaction() as session:
        for name in ("CLB LTHTGN Lợi Hải", "CLB LTHTGN Bỉnh Nghĩa"):
            a_club(session, units["22837@2004-01-01"], name, date(2018, 5, 1)).phase = "p1"
    return create_app(Config(data=tmp_path, database_url=database_url, report_url=URL), database)


@pytest.fixture
def browser(app, database) -> Browser:
    a_person(database)
    made = Browser(app)
    made.sign_in()
    made.get("/reports/nation")
    return made


def step(browser: Browser, address: str, name: str, **fields: str):
    """Send the form of a step as the page shows it."""
    revision = re.search(r'name="revision" value="(\d+)"', browser.get(address).text)
    return browser.post(f"{address}/{name}", **({"revision": revision[1]} if revision else {}) | fields)


def issued(browser: Browser, address: str) -> Report:
    """Check and issue a draft today; its row."""
    assert step(browser, address, "check").status_code == 303
    signing = {"number": "7", "issued_on": clock.today().isoformat(), "signer_name": "Nguyễn Văn Bình"}
    assert step(browser, address, "issue", **signing).status_code == 303
    return browser.get(address)


def row_of(database, address: str) -> Report:
    with database.reading() as session:
        return session.get_one(Report, int(address.rsplit("/", 1)[1]))


def test_it_is_drafted_checked_issued_compared_and_replaced_as_a_province_report_is(
    browser, database, blobs, units
):
    offered = browser.get("/reports/nation?period=2020&calendar=decree&older_age=60").text
    assert "người cao tuổi tính từ đủ 60 tuổi (đặt riêng cho báo cáo này)" in offered
    address = browser.post("/reports", **WANTED).location
    again = browser.post("/reports", **WANTED)
    assert "Đã có dự thảo báo cáo này" in alert(again)
    step(browser, address, "text/direction", text="Mở 100 CLB.", seen="")

    shown = issued(browser, address).text

    row = row_of(database, address)
    assert "07/BC-HNCT" in shown
    assert (row.document, row.issuing_office, row.state) == (
        "nation",
        "Hội Người cao tuổi Việt Nam",
        "issued",
    )
    assert page.remake(blobs, row).is_same
    pdf = browser.get(f"{address}.pdf").data
    assert hashlib.sha256(pdf).hexdigest() == row.pdf_sha256
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        first, text = opened.pages[0].extract_text(), "\n".join(one.extract_text() for one in opened.pages)
    assert "HỘI NGƯỜI CAO TUỔI" in first
    assert "Số: 07/BC-HNCT" in first
    assert "năm 2020 (từ 15/12/2019 đến 14/12/2020)" in " ".join(first.split())
    assert "Mở 100 CLB." in text
    assert "DỰ THẢO" not in text
    assert f"{URL}/r/{row.token}" in text.replace("\n", "")
    facts = json.loads(browser.get(f"{address}/facts.json").data)
    assert (facts["document"], facts["report"]["settings"]["older_age"]) == ("nation", 60)

    public = Browser(browser.client.application).get(f"/r/{row.token}").text
    assert "Hội Người cao tuổi Việt Nam" in public
    assert "phạm vi cả nước" in public
    assert "Nguyễn Văn Bình" not in public

    assert "Mọi số liệu vẫn như khi ban hành" in browser.get(f"{address}/changes").text
    with database.transaction() as session:
        club = session.scalars(select(Club).order_by(Club.code)).first()
        a_late_month(session, club, date(2020, 11, 1), datetime(2021, 1, 11, 3, tzinfo=UTC))
        club.closed_on = date(2020, 12, 1)
    changes = browser.get(f"{address}/changes").text
    assert "Hiện có (CLB)" in changes

    amended = step(browser, address, "amend").location
    assert "Mở 100 CLB." in browser.get(amended).text
    signing = {"number": "8", "issued_on": clock.today().isoformat(), "signer_name": "Nguyễn Văn Bình"}
    step(browser, amended, "check")
    assert step(browser, amended, "issue", **signing).status_code == 303
    assert row_of(database, address).state == "replaced"


def test_an_earlier_cut_off_is_refused_because_clubs_are_kept_as_they_are_today(browser):
    refused = browser.post("/reports", **WANTED | {"cut_off": "2021-01-10"})

    assert refused.status_code == 400
    assert "luôn chốt số liệu vào ngày lập" in alert(refused)


def test_those_of_a_province_neither_draft_nor_see_it(browser, app, database, units):
    address = browser.post("/reports", **WANTED).location
    a_person(database, "province_editor", [units["58@2004-01-01"]], "hoa@clb.example")
    bound = Browser(app)
    bound.sign_in("hoa@clb.example")
    bound.get("/")

    assert [bound.get(f"{address}{end}").status_code for end in ("", ".pdf", "/facts.json")] == [404] * 3
    assert bound.post("/reports", **WANTED).status_code == 404


def test_its_head_follows_the_day_on_which_it_is_issued(browser):
    """The Ministry of Labour had the scheme until February 2025: a draft of 2020 is issued by that of Health today."""
    address = browser.post("/reports", **WANTED | {"issuer": "so"}).location
    with pdfplumber.open(io.BytesIO(browser.get(f"{address}.pdf").data)) as opened:
        head = " ".join(opened.pages[0].extract_text().split())

    assert "BỘ LAO ĐỘNG - THƯƠNG BINH" in head
    drafted = browser.get(address).text
    assert "Kiến nghị với Ủy ban nhân dân các tỉnh, thành phố" in drafted
    assert "Điểm cần lưu ý trước khi kiểm tra" in drafted
    step(browser, address, "check")
    assert "Điểm cần lưu ý trước khi ban hành" in browser.get(address).text
    assert "Bộ Y tế" in browser.get(address).text
    assert "BC-BYT" in browser.get(address).text


def test_the_command_drafts_and_issues_it_too(app, tmp_path, database_url, monkeypatch):
    from click.testing import CliRunner

    from server.cli import main, shell

    for name, value in (("DATA", tmp_path), ("DATABASE_URL", database_url), ("REPORT_URL", URL)):
        monkeypatch.setenv(f"CLB_{name}", str(value))
    kept = (shell.settings, shell.database, shell.blobs)
    for one in kept:
        one.cache_clear()

    def clb(*words: object) -> str:
        return CliRunner().invoke(main, ["report", *map(str, words)], catch_exceptions=False).output

    drafted = clb("draft", "VN", "--period", "2016..2020")
    assert "Đã lập dự thảo báo cáo 1." in drafted
    clb("check", 1)
    told = clb("issue", 1, "--signer", "Nguyễn Văn Bình", "--number", 3)
    shell.database().close()
    for one in kept:
        one.cache_clear()

    assert "số 03/BC-BYT" in told
    assert Path(tmp_path, "blobs").is_dir()
