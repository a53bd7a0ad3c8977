"""The province report asked for with a browser."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pdfplumber
import pytest

from reports import fonts
from reports.period import parse
from server.services import report as service
from server.web import period, report
from tests.builders import a_club
from tests.builders_web import Browser, a_person, alert

STANDARDS = Path(__file__).resolve().parent.parent / "xlsforms" / "plans" / "tieu_chuan.xlsx"


@pytest.fixture
def browser(app, database, units, standards) -> Browser:
    """An administrator, with the standards of the scheme imported and one club in Ninh Thuận."""
    a_person(database)
    with database.transaction() as writing:
        a_club(writing, units["22837@2004-01-01"], "CLB LTHTGN Lợi Hải", date(2018, 5, 1))
    made = Browser(app)
    made.sign_in()
    return made


@pytest.mark.database
@pytest.mark.printing
class TestProvinceReport:
    def test_it_is_a_pdf_with_a_name_every_system_can_keep(self, browser):
        response = browser.get("/reports/province/58.pdf?period=2017..2020")

        assert (response.status_code, response.mimetype) == (200, "application/pdf")
        assert response.data.startswith(b"%PDF")
        assert (
            response.headers["Content-Disposition"]
            == 'inline; filename="bao-cao-tinh-ninh-thuan-2017-2020.pdf"'
        )
        assert response.headers["Cache-Control"] == "no-store"
        assert "CLB LTHTGN Lợi Hải" in _words(response.data)

    def test_it_is_made_in_english_for_who_asks(self, browser):
        response = browser.get("/reports/province/58.pdf?period=2017..2020&language=en")

        assert "report-tinh-ninh-thuan-2017-2020.pdf" in response.headers["Content-Disposition"]
        words = _words(response.data)
        assert "UNOFFICIAL TRANSLATION" in words
        assert "1 club" in words
        assert "CLB LTHTGN Lợi Hải" in words

    @pytest.mark.parametrize("kind", ["xlsx", "docx"])
    def test_it_is_a_file_for_excel_or_word_for_who_asks(self, browser, kind):
        leads = browser.get(f"/reports/province?province=58&period=2020&format={kind}").location
        response = browser.get(leads)

        assert leads == f"/reports/province/58.{kind}?period=2020"
        assert (response.status_code, response.mimetype) == (200, service.TYPES[kind])
        assert (
            response.headers["Content-Disposition"]
            == f'attachment; filename="bao-cao-tinh-ninh-thuan-2020.{kind}"'
        )
        assert response.headers["Cache-Control"] == "no-store"
        held = zipfile.ZipFile(io.BytesIO(response.data))
        inside = {"xlsx": "xl/sharedStrings.xml", "docx": "word/document.xml"}[kind]
        assert "CLB LTHTGN Lợi Hải" in held.read(inside).decode()

    def test_the_form_offers_the_three_formats(self, browser):
        page = browser.get("/").text

        assert [f'<option value="{kind}"' in page for kind in ("page", *service.TYPES)] == [True] * 4
        refused = browser.get("/reports/province?province=58&period=2020&format=odt")
        assert refused.status_code == 400
        assert "Chọn pdf, docx (Word) hoặc xlsx (Excel)." in alert(refused)
        assert browser.get("/reports/province/58.odt?period=2020").status_code == 404

    def test_a_province_without_clubs_is_printed_too(self, browser):
        response = browser.get("/reports/province/12.pdf?period=2021-Q3")

        assert response.data.startswith(b"%PDF")
        assert "bao-cao-tinh-lai-chau-2021-q3.pdf" in response.headers["Content-Disposition"]

    def test_the_form_leads_to_its_address(self, browser):
        fields = "period=2017..2020&geography_as_of=2025-06-30&language=en"
        response = browser.get(f"/reports/province?province=58&{fields}")

        assert response.location == f"/reports/province/58.pdf?{fields}"

    def test_the_form_leads_to_the_settings_that_were_chosen_and_to_no_others(self, browser):
        response = browser.get(
            "/reports/province?province=58&period=2021&calendar=decree&phase=&older_age=55&rule=women=60..70&lang=vi"
        )

        assert response.location == (
            "/reports/province/58.pdf?period=2021&calendar=decree&older_age=55&rule=women%3D60..70"
        )
        plain = browser.get("/reports/province?province=58&period=2021&calendar=calendar&phase=")
        assert plain.location == "/reports/province/58.pdf?period=2021"

    def test_the_settings_are_applied_and_printed(self, browser):
        words = _words(
            browser.get(
                "/reports/province/58.pdf?period=2021&calendar=decree&phase=p1&older_age=65&rule=women=50..65"
            ).data
        )

        text = " ".join(words.split())
        assert "năm 2021 (từ 15/12/2020 đến 14/12/2021)" in text
        assert "tính từ đủ 65 tuổi (đặt riêng cho báo cáo này)" in text
        assert "nữ 50–65% (tiêu chuẩn: 60–70%)" in text

    def test_the_office_that_issues_it_can_be_chosen(self, browser):
        assert '<option value="ban_dai_dien">' in browser.get("/").text
        leads = browser.get("/reports/province?province=58&period=2020&issuer=ban_dai_dien").location
        response = browser.get(leads)

        assert leads == "/reports/province/58.pdf?period=2020&issuer=ban_dai_dien"
        assert "TM. BAN ĐẠI DIỆN" in _words(response.data)
        assert "/BC-BĐD" in _words(response.data)

    @pytest.mark.parametrize("query", ["", "?period=2021", "?province=58"])
    def test_without_a_province_or_a_period_it_leads_to_the_form(self, browser, query):
        response = browser.get(f"/reports/province{query}")

        assert (response.status_code, response.location) == (303, "/")

    @pytest.mark.parametrize(
        ("address", "status", "says"),
        [
            ("58.pdf?period=hôm qua", 400, "Không hiểu kỳ báo cáo “hôm qua”."),
            ("58.pdf", 400, "Không hiểu kỳ báo cáo “”."),
            ("58.pdf?period=2020&issuer=bộ", 400, "Chưa khai cơ quan ban hành loại “bộ”"),
            ("58.pdf?period=2020&geography_as_of=30/6/2025", 400, "“30/6/2025” không phải là ngày."),
            ("58.pdf?period=2020&older_age=già", 400, "không phải “già”"),
            ("58.pdf?period=2020&older_age=61", 400, "55, 60, 65, 70, 75, 80"),
            ("58.pdf?period=2020&calendar=lunar", 400, "Không có lịch báo cáo “lunar”."),
            ("58.pdf?period=2020&phase=p9", 400, "Không có giai đoạn “p9”; chỉ có: p1, p2, p3."),
            ("58.pdf?period=2020&rule=women", 400, "Không hiểu quy định “women”."),
            ("58.pdf?period=2020&rule=wommen=60", 400, "Không có quy định tên “wommen”."),
            ("58.pdf?period=2020&language=fr", 400, "Không có báo cáo bằng ngôn ngữ “fr”."),
            ("999.pdf?period=2020", 404, "Không có đơn vị hành chính mã “999”"),
            ("582.pdf?period=2020", 400, "không phải tỉnh hay thành phố"),
        ],
    )
    def test_what_cannot_be_read_is_said_on_a_page(self, browser, address, status, says):
        response = browser.get(f"/reports/province/{address}")

        assert (response.status_code, response.mimetype) == (status, "text/html")
        assert says in alert(response)

    def test_without_the_font_it_says_what_to_install(self, browser, monkeypatch, tmp_path):
        monkeypatch.setattr(fonts, "FOLDERS", (str(tmp_path),))
        fonts.find.cache_clear()

        response = browser.get("/reports/province/58.pdf?period=2020")

        fonts.find.cache_clear()
        assert response.status_code == 500
        assert "apt-get install fonts-liberation2" in alert(response)


def test_the_form_offers_the_phases_as_far_as_they_were_lived():
    phases = [(date(2016, 1, 1), date(2020, 12, 31)), (date(2021, 1, 1), date(2025, 12, 31))]

    offered = {group.kind: group.periods for group in period.choices(2018, date(2022, 2, 10), phases)}

    assert [one.text for one in offered["years"]] == ["2018..2020", "2021..2022", "2018..2022"]
    assert [one.text for one in offered["year"]] == ["2022", "2021", "2020", "2019", "2018"]
    assert [one.text for one in offered["half"]][:3] == ["2022-H1", "2021-H2", "2021-H1"]
    assert [one.text for one in offered["quarter"]][:2] == ["2022-Q1", "2021-Q4"]
    assert [one.text for one in offered["month"]] == [
        "2022-02",
        "2022-01",
        *(f"2021-{m:02}" for m in range(12, 2, -1)),
    ]


def test_before_the_first_club_the_form_offers_this_year():
    offered = {group.kind: group.periods for group in period.choices(2026, date(2026, 1, 1), [])}

    assert "years" not in offered
    assert [one.text for one in offered["year"]] == ["2026"]


@pytest.mark.parametrize(
    ("province", "text", "name"),
    [
        ("Đắk Lắk", "2021", "bao-cao-dak-lak-2021.pdf"),
        ("Thừa Thiên Huế", "2021-05", "bao-cao-thua-thien-hue-2021-05.pdf"),
        ("Bà Rịa - Vũng Tàu", "2017..2020", "bao-cao-ba-ria-vung-tau-2017-2020.pdf"),
    ],
)
def test_the_files_name_is_ascii(province, text, name):
    assert report.file_name(province, parse(text)) == name


def test_a_report_by_the_decree_is_kept_apart_from_the_one_by_the_calendar():
    assert report.file_name("Tỉnh Lai Châu", parse("2021").decree) == "bao-cao-tinh-lai-chau-2021-nd09.pdf"


def _words(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return " ".join((page.extract_text() or "").replace("\n", " ") for page in opened.pages)
