"""The province report as a page, from the forms of two clubs: what it shows, where its figures lead, and to whom."""

import re
from datetime import date
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest

from server import create_app
from server.blobs import BlobStore
from server.config import Config
from server.db import Database
from server.models import Club, Member
from server.services import plan, unit
from tests.builders_club import DONG_HAI, ROOT, Intake, club_id, founding, loan, meeting, publish_programme
from tests.builders_web import Browser, a_person, alert

pytestmark = pytest.mark.database
VAN_HAI = "22777"
PHONE = "0912345678"
PERIOD = "period=2019"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def database(shared_database: Database, data: Path) -> Database:
    """Two clubs of Phan Rang: a in Văn Hải with a loan, b in Đông Hải."""
    with shared_database.transaction() as session:
        publish_programme(session, BlobStore(data / "blobs"))
        plan.import_workbook(session, ROOT / "xlsforms" / "plans" / "tieu_chuan.xlsx")
        intake = Intake(session)
        intake.send(founding("a", chair_phone=PHONE))
        intake.send(founding("b", commune=DONG_HAI))
        intake.send(meeting("2019-04", loans_new=[loan("1", "a2", due_date=date(2019, 10, 15))]))
        for member in session.query(Member):
            member.phone = PHONE
    for email, role, code in (
        ("xa@clb.example", "commune_supervisor", VAN_HAI),
        ("tinh@clb.example", "official", "58"),
        ("lai-chau@clb.example", "official", "12"),
    ):
        with shared_database.reading() as session:
            bound = unit.get_at(session, code, date(2019, 6, 1)).id
        a_person(shared_database, role, [bound], email)
    return shared_database


@pytest.fixture
def at(database: Database, data: Path):
    """Gives a browser with somebody at it, by the name before the @."""
    app = create_app(Config(data=data, database_url=str(database.url)), database)

    def made(who: str) -> Browser:
        browser = Browser(app)
        browser.sign_in(f"{who}@clb.example")
        return browser

    return made


@pytest.fixture(scope="module")
def clubs(database: Database) -> dict[str, tuple[str, str]]:
    """Code and first member's name of club a and club b."""
    found = {}
    with database.reading() as session:
        for letter in ("a", "b"):
            one = session.get_one(Club, club_id(letter))
            member = session.query(Member).filter_by(club_id=one.id, member_no=2).one()
            found[letter] = (one.code, member.full_name)
    return found


def text(response) -> str:
    """The words of a page, on one line."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", response.text)).split())


def links(response, inside: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="([^"]+)"', response.text) if inside in one]


def test_the_report_is_a_page_in_the_look_of_the_site(at):
    response = at("tinh").get(f"/reports/province/58?{PERIOD}")

    assert (response.status_code, response.mimetype) == (200, "text/html")
    words = text(response)
    assert (
        "BÁO CÁO Kết quả thực hiện Đề án nhân rộng mô hình Câu lạc bộ Liên thế hệ tự giúp nhau năm 2019"
        in words
    )
    assert "Bảng 2. Kết quả theo huyện, thành phố" in words
    assert f"/reports/province/58.pdf?{PERIOD}" in links(response, ".pdf")
    assert '<link rel="stylesheet" href="/static/report.css?v=' in response.text
    assert '<option value="2019" selected>' in response.text


def test_the_page_keeps_to_the_rules_on_content_and_needs_no_script(at):
    response = at("tinh").get(f"/reports/province/58?{PERIOD}")

    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", response.text)


def test_headings_are_in_order_and_every_entry_of_the_contents_leads_to_one(at):
    response = at("tinh").get(f"/reports/province/58?{PERIOD}")

    levels = [int(level) for level in re.findall(r"<h([1-6])", response.text)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    wanted = re.findall(r'<li class="level-\d"><a href="#(s\d+)">', response.text)
    assert len(wanted) > 15
    assert set(wanted) == set(re.findall(r'<h[23] id="(s\d+)">', response.text))
    ids = re.findall(r'\sid="([^"]+)"', response.text)
    assert len(ids) == len(set(ids))


def test_every_table_scrolls_in_a_named_box_that_the_keyboard_reaches(at):
    html = at("tinh").get(f"/reports/province/58?{PERIOD}").text

    boxes = re.findall(r'<div class="scroll" tabindex="0" role="region" aria-label="[^"]+"><table', html)
    assert len(boxes) == html.count("<table") > 5


def test_every_figure_of_tables_1_to_4_leads_to_a_page_that_leads_back(at):
    browser = at("tinh")
    response = browser.get(f"/reports/province/58?{PERIOD}")

    addresses = list(dict.fromkeys(links(response, "/figure/")))
    parts = {re.search(r"part=(\w+)", one)[1] for one in addresses if "part=" in one}
    assert parts >= {"actual", "cumulative", "unit", "active", "opening", "closing", "area_clubs", "phase"}
    kinds = {re.search(r"part=(\w+)|/club/", one)[0]: one for one in addresses}
    for address in kinds.values():
        page = browser.get(address)
        assert page.status_code == 200, address
        if "/club/" not in address:
            back = links(page, "/reports/province/58?")[0]
            assert f'id="{back.partition("#")[2]}"' in response.text


def test_a_figure_shows_what_each_club_adds_and_their_sum(at, clubs):
    response = at("tinh").get(f"/reports/province/58/figure/A06?{PERIOD}&part=unit&unit=total")

    words = text(response)
    assert "A06. Tổng số thành viên" in words
    assert "Số người có trong danh sách các CLB hiện có" in words
    assert clubs["a"][0] in words
    assert clubs["b"][0] in words
    assert re.search(r"Cộng các câu lạc bộ 6 ", words)


def test_names_are_shown_to_the_commune_alone_and_telephones_to_nobody(at, clubs):
    code, name = clubs["a"]
    address = f"/reports/province/58/figure/B02/club/{code}?{PERIOD}"

    commune, province = at("xa").get(address), at("tinh").get(address)

    assert name in text(commune)
    assert "Tên thành viên chỉ hiện với cán bộ cấp xã." in text(province)
    for indicator in ("A06", "B02", "C05", "C09", "D01", "D08", "E01", "A01"):
        page = at("tinh").get(f"/reports/province/58/figure/{indicator}/club/{code}?{PERIOD}")
        assert name not in page.text
        assert PHONE not in page.text
    assert PHONE not in commune.text


def test_few_persons_are_masked_above_commune_level_and_the_mark_is_no_link(at):
    """Each club has three members: no share of them is told by club."""
    province = at("tinh")

    report = province.get(f"/reports/province/58?{PERIOD}")
    page = province.get(f"/reports/province/58/figure/B02?{PERIOD}&part=unit&unit=582")

    assert re.search(r'<abbr title="không in để bảo vệ thông tin cá nhân">\*</abbr>', report.text)
    assert not re.search(r'<a class="trace"[^>]*><abbr', report.text)
    assert "Dấu “*”: không hiện để bảo vệ thông tin cá nhân" in text(page)
    row = re.search(r"LTH-\d+</span></th>.*?</tr>", page.text, re.DOTALL)[0]
    assert row.count("<abbr") == 2


def test_months_lead_to_their_submission_for_who_may_read_submissions(at, clubs):
    address = f"/reports/province/58/figure/D01/club/{clubs['a'][0]}?{PERIOD}"

    assert 'href="/submissions/' in at("xa").get(address).text.split("<main")[1]
    assert 'href="/submissions/' not in at("tinh").get(address).text.split("<main")[1]


def test_a_club_or_province_outside_the_scope_is_not_there(at, clubs):
    (own, _), (other, _) = clubs["a"], clubs["b"]
    commune, elsewhere = at("xa"), at("lai-chau")

    assert commune.get(f"/reports/province/58/figure/A06/club/{own}?{PERIOD}").status_code == 200
    refused = commune.get(f"/reports/province/58/figure/A06/club/{other}?{PERIOD}")
    assert (refused.status_code, alert(refused)) == (
        404,
        f"Không có câu lạc bộ mã “{other}” trong báo cáo này.",
    )
    assert other not in commune.get(f"/reports/province/58/figure/A06?{PERIOD}").text
    for path in ("", "/figure/A06", f"/figure/A06/club/{own}"):
        assert elsewhere.get(f"/reports/province/58{path}?{PERIOD}").status_code == 404
    assert elsewhere.get(f"/reports/province/12/figure/A06/club/{own}?{PERIOD}").status_code == 404


def test_an_address_without_a_figure_says_so(at):
    refused = at("tinh").get(f"/reports/province/58/figure/A06?{PERIOD}&part=unit&unit=999")

    assert (refused.status_code, alert(refused)[:28]) == (404, "Báo cáo không có số liệu nào")


def test_a_province_without_clubs_has_a_page_too(at):
    browser = at("lai-chau")

    assert "Chưa có số liệu" in text(browser.get(f"/reports/province/12?{PERIOD}"))
    page = browser.get(f"/reports/province/12/figure/A06?{PERIOD}")
    assert "Chưa có số liệu: chưa có câu lạc bộ nào để tính." in text(page)


def test_it_is_told_in_english_for_who_asks(at, clubs):
    browser = at("tinh")

    report = browser.get(f"/reports/province/58?{PERIOD}&lang=en")
    figure = browser.get(f"/reports/province/58/figure/A01?{PERIOD}&lang=en")
    club = browser.get(f"/reports/province/58/figure/D01/club/{clubs['a'][0]}?{PERIOD}&lang=en")

    assert "UNOFFICIAL TRANSLATION" in text(report).upper()
    assert '<article class="report" lang="en">' in report.text
    assert "Each underlined figure leads to the clubs it was made from." in text(report)
    assert "A01. Clubs founded" in text(figure)
    assert "no report" in text(club)
    assert "chưa" not in text(figure).lower()


def test_the_form_of_the_start_page_leads_to_the_page(at):
    leads = at("tinh").get("/reports/province?province=58&period=2019&format=page")

    assert leads.location == "/reports/province/58?period=2019"
