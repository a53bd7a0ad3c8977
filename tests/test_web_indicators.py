"""The pages that explain the indicators."""

from pathlib import Path

import pytest

from reports.indicators import REGISTER
from tests.builders_web import Browser, a_person, alert

STANDARDS = Path(__file__).resolve().parent.parent / "xlsforms" / "plans" / "tieu_chuan.xlsx"


@pytest.fixture
def browser(app, database, units, standards) -> Browser:
    a_person(database)
    made = Browser(app)
    made.sign_in()
    return made


@pytest.mark.database
class TestIndicators:
    def test_the_list_has_every_indicator_with_its_formula(self, browser):
        page = browser.get("/indicators?phase=p1&lang=vi").text

        assert all(f'href="/indicators/{code}?phase=p1"' in page for code in REGISTER)
        assert "từ 55 trở lên" in page
        assert "mức tham khảo" in page

    def test_each_one_is_explained_in_both_languages(self, browser):
        for code, entry in REGISTER.items():
            for language, name in (("vi", entry.name_vi), ("en", entry.name_en)):
                response = browser.get(f"/indicators/{code}?lang={language}")

                assert response.status_code == 200
                assert name in response.text

    def test_one_tells_its_sides_its_source_and_what_each_phase_asks(self, browser):
        page = browser.get("/indicators/b02?phase=p2&lang=en").text

        for text in ("Numerator", "Denominator", "Founding form", "When data is missing", "60–70"):
            assert text in page
        assert "Quyết định số 1533/QĐ-TTg" in page

    def test_what_is_no_indicator_is_not_found(self, browser):
        response = browser.get("/indicators/Z99?lang=vi")

        assert response.status_code == 404
        assert "Không có chỉ tiêu mã “Z99”." in alert(response)


@pytest.mark.database
def test_without_standards_it_says_what_to_import(app, database, units):
    a_person(database)
    browser = Browser(app)
    browser.sign_in()

    response = browser.get("/indicators?lang=vi")

    assert response.status_code == 409
    assert "tieu_chuan.xlsx" in alert(response)
