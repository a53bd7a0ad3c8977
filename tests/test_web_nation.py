"""The report of the country asked for with a browser."""

import io
import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pdfplumber
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reports.period import parse
from reports.settings import Settings
from server import clock
from server.cli import main, rolling, shell
from server.models import FigurePeriod, Unit
from server.services import rollup
from server.services.rollup import Asked, usual
from tests.builders import a_club
from tests.builders_web import Browser, a_person, alert
from tests.spreadsheet import read

PLANS = Path(__file__).resolve().parent.parent / "xlsforms" / "plans"
NINH_THUAN = "58@2004-01-01"


@pytest.fixture
def app_with_a_club(app, database, units, standards, national_plan):
    """The standards and the country's targets imported, and one club in Ninh Thuận."""
    with database.transaction() as writing:
        a_club(writing, units["22837@2004-01-01"], "CLB LTHTGN Lợi Hải", date(2018, 5, 1))
    return app


@pytest.fixture
def browser(app_with_a_club, database) -> Browser:
    a_person(database)
    made = Browser(app_with_a_club)
    made.sign_in()
    return made


@pytest.mark.database
class TestNation:
    def test_the_start_page_leads_to_a_form_and_that_to_the_report(self, browser):
        assert 'href="/reports/nation"' in browser.get("/").text

        form = browser.get("/reports/nation")
        assert '<option value="2016..2020"' in form.text
        assert "/reports/nation.pdf" not in form.text

        page = browser.get("/reports/nation?period=2016..2020").text
        assert "Bảng 1.1" in page
        assert "Tỉnh Ninh Thuận" in page
        assert 'href="/reports/nation.pdf?period=2016..2020"' in page

    def test_a_provinces_figure_leads_to_its_own_report_and_the_clubs_behind_it(self, browser):
        page = browser.get("/reports/nation?period=2016..2020").text

        kept = "period=2016..2020&amp;geography_as_of=2020-12-31"
        report, founded = (
            f'href="/reports/province/58?{kept}"',
            f'href="/reports/province/58/figure/A01?{kept}&amp;part=unit"',
        )
        assert report in page
        assert founded in page
        assert "/reports/province/12/figure" not in page  # It has no clubs.
        for code, part in re.findall(r"/reports/province/58/figure/(\w+)[^\"]*?(?:part=(\w+))?\"", page):
            found = browser.get(f"/reports/province/58/figure/{code}?period=2016..2020&part={part}")
            assert (found.status_code, "LTH-" in found.text) == (200, True), (code, part)

    def test_it_is_a_pdf_in_the_language_of_the_page(self, browser):
        response = browser.get("/reports/nation.pdf?period=2016..2020&map=A06&lang=en")

        assert response.mimetype == "application/pdf"
        assert "national-report-2016-2020.pdf" in response.headers["Content-Disposition"]
        with pdfplumber.open(io.BytesIO(response.data)) as opened:
            assert "whole country" in opened.pages[0].extract_text()

    def test_its_tables_are_an_excel_workbook(self, browser):
        assert (
            'href="/reports/nation.xlsx?period=2016..2020"'
            in browser.get("/reports/nation?period=2016..2020").text
        )

        response = browser.get("/reports/nation.xlsx?period=2016..2020")

        assert "bao-cao-ca-nuoc-2016-2020.xlsx" in response.headers["Content-Disposition"]
        assert "Bảng 3" in read(response.data).formulas.sheetnames

    def test_whoever_is_bound_to_a_province_finds_nothing_there(self, app_with_a_club, database, units):
        a_person(database, "official", [units[NINH_THUAN]], "an@clb.example")
        bound = Browser(app_with_a_club)
        bound.sign_in("an@clb.example")

        for path in (
            "/reports/nation",
            "/reports/nation?period=2016..2020",
            "/reports/nation.pdf?period=2020",
            "/reports/nation.xlsx?period=2020",
            "/reports/nation/figure/A01?period=2016..2020",
        ):
            assert bound.get(path).status_code == 404, path
        assert "/reports/nation" not in bound.get("/").text

    def test_what_cannot_be_read_is_said(self, browser):
        assert browser.get("/reports/nation.pdf?period=abc").status_code == 400
        refused = browser.get("/reports/nation?period=2016..2020&map=Z9")
        assert refused.status_code == 400
        assert "A03, A06, C05, D07" in alert(refused)
        assert browser.get("/reports/nation?period=2050").status_code == 400


def links(page: str, path: str) -> list[str]:
    """Addresses of a page's links that begin so, each once."""
    return list(dict.fromkeys(unescape(one) for one in re.findall(rf'href="({path}[^"]*)"', page)))


@pytest.mark.database
class TestFigure:
    def test_every_total_of_the_country_leads_to_provinces_and_so_to_clubs(self, browser):
        page = browser.get("/reports/nation?period=2016..2020").text

        totals = links(page, "/reports/nation/figure/")
        assert len(totals) > 14
        for address in totals:
            found = browser.get(address)
            assert found.status_code == 200, address
            onward = links(found.text, "/reports/province/58/figure/")
            for province in onward:
                assert "LTH-" in browser.get(province).text, province
            assert onward or "Chưa có số liệu" not in found.text, address
        clubs = browser.get("/reports/nation/figure/A01?period=2016..2020&of=p1&span=2018..2020").text
        assert re.search(r'<tr class="sum"><th scope="row">Cả nước</th><td class="number">1</td>', clubs)
        assert "Tỉnh, thành phố chưa có câu lạc bộ: 1<" in clubs
        assert links(clubs, "/reports/province/58/figure/") == [
            "/reports/province/58/figure/A01?period=2018..2020&geography_as_of=2020-12-31"
        ]

    def test_an_anchor_stands_once_on_the_page_and_the_list_leads_back_to_it(self, browser):
        page = browser.get("/reports/nation?period=2016..2020").text
        anchors = re.findall(r'class="trace" id="([^"]+)"', page)

        assert len(anchors) == len(set(anchors)) > 14
        back = links(
            browser.get("/reports/nation/figure/A03?period=2016..2020&of=p1").text, "/reports/nation.?period"
        )
        assert back == ["/reports/nation?period=2016..2020#f-A03-p1"]
        assert "f-A03-p1" in anchors

    def test_it_can_be_put_in_another_order_and_read_in_english(self, browser):
        address = "/reports/nation/figure/B02?period=2016..2020"
        page = browser.get(f"{address}&order=value&lang=en").text

        assert 'aria-sort="descending"' in page
        assert "Whole country" in page
        assert "by the standards of the phase 2016–2020" in page
        assert f'href="{address.replace("&", "&amp;")}&amp;order=clubs"' in page
        assert 'aria-sort="ascending"' in browser.get(f"{address}&order=nonsense").text

    def test_what_the_report_lacks_is_not_there(self, browser):
        for figure in ("Z99?", "A06?part=silent&", "A06?of=p9&", "A01?span=1999&of=p1&"):
            assert browser.get(f"/reports/nation/figure/{figure}period=2016..2020").status_code == 404, figure

    def test_where_no_club_stands_it_says_so(self, browser):
        page = browser.get("/reports/nation/figure/A03?period=2016").text

        assert "Tỉnh, thành phố chưa có câu lạc bộ: 2<" in page
        assert "<table" not in page

    def test_a_phase_chosen_for_the_report_measures_its_own_period_alone(self, browser):
        """A link to a phase's own figures does not carry it on."""
        page = browser.get("/reports/nation/figure/A03?period=2016..2020&phase=p2").text
        of_phase = browser.get("/reports/nation/figure/A03?period=2016..2020&phase=p2&of=p1").text

        assert all("phase=p2" in one for one in links(page, "/reports/province/58/"))
        assert links(of_phase, "/reports/province/58/")
        assert not any("phase=p2" in one for one in links(of_phase, "/reports/province/58/"))

    def test_while_a_period_is_under_way_the_province_counts_to_the_same_day(self, browser, database, units):
        """A club founded today is in the province's year, but not yet in the country's."""
        today = clock.today()
        year = f"/reports/nation/figure/A01?period={today.year}"
        with database.transaction() as writing:
            commune = writing.scalars(
                select(Unit.id).where(Unit.level == "c", Unit.valid_to.is_(None))
            ).first()
            a_club(writing, commune, "CLB LTHTGN hôm nay", today)
        row = r'<th scope="row"><a href="(/reports/province/\d+/figure/A01[^"]*)">'
        found = browser.get(year).text
        onward = unescape(re.search(row, found)[1])

        same, to_today = browser.get(onward).text, browser.get(onward.replace("&months=whole", "")).text

        assert "months=whole" in onward
        assert [re.search(r"<dd>(\d+)", page)[1] for page in (found, same, to_today)] == ["0", "0", "1"]
        assert "tháng trọn gần nhất" in same
        report = browser.get(onward.replace("/figure/A01", "")).text
        assert "tháng trọn gần nhất" in report
        assert "months=whole" in links(report, "/reports/province/\\d+.pdf")[0]
        assert browser.get(onward.replace("whole", "2026-01-05")).status_code == 400


@pytest.mark.database
def test_a_mistyped_setting_does_not_keep_the_figures_of_others_from_being_kept_ready(browser, database):
    """The worker would stop at it in every round, for as long as what was asked for is remembered."""
    today = clock.today()

    assert browser.get("/reports/nation?period=2016..2020&phase=XX").status_code == 400
    with database.transaction() as session:
        assert not rollup.is_noted(session, Asked(parse("2016..2020"), Settings(phase="XX")), today)
        rollup.note(session, Asked(parse("2017..2020"), Settings(phase="XX")), today)

        rollup.note(session, Asked(parse("2019")), today - timedelta(days=usual.ASKED_DAYS))
        rollup.note(session, Asked(parse("2018")), today)
        assert set(session.scalars(select(FigurePeriod.period))) == {"2017..2020", "2018"}

    assert rolling.waiting(database, [Asked(parse("2016..2020"))], today)
    assert rolling.look(database, today, lambda: False)
    assert not rolling.waiting(database, [Asked(parse("2016..2020"))], today)


@pytest.fixture
def clb(app_with_a_club, tmp_path, database_url, monkeypatch):
    """Runs a command on this test's database."""
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    forget()
    yield lambda *words: CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    shell.database().close()
    forget()


def forget():
    for kept in (shell.settings, shell.database):
        kept.cache_clear()


@pytest.mark.database
def test_the_commands_keep_what_is_missing_once_and_print_the_report(clb, tmp_path):
    """One club of 2018: the phase to 2020, the years 2018–2020 in it, not those before its founding."""
    assert "Đã tính 2 phần" in clb("rollup", "refresh", "--period", "2016..2020").output
    assert "Đã tính 0 phần" in clb("rollup", "refresh", "--period", "2016..2020").output

    printed = clb("report", "nation", "--period", "2016..2020", "--out", tmp_path / "vn.pdf")

    assert printed.exit_code == 0
    assert (tmp_path / "vn.pdf").read_bytes().startswith(b"%PDF")
    assert "Đã xóa 2 phần" in clb("rollup", "clear").output
    missing = clb("report", "nation", "--period", "2020", "--out", tmp_path / "nowhere" / "vn.pdf")
    assert missing.exit_code == 1
