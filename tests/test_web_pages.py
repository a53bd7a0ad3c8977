"""The pages: who sees what, in which language, with which headers."""

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from sqlalchemy import insert, select

from server.models import Finding, Member, Project, Quarantine, Submission, SubmissionVersion, User
from tests.builders import VISIT, a_club, publish, submission
from tests.builders_web import PASSWORD, Browser, a_person, alert

pytestmark = pytest.mark.database


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture
def clubs(database, units) -> dict[str, str]:
    """A club in Ninh Thuận with two members, one of whom left, and one in Lai Châu; a finding in each."""
    with database.transaction() as writing:
        here = a_club(writing, units["22837@2004-01-01"], "CLB Lợi Hải", date(2018, 5, 1))
        there = a_club(writing, units["03388@2004-01-01"], "CLB Đoàn Kết", date(2019, 3, 1))
        for number, left_on in enumerate((None, date(2020, 1, 1)), 1):
            writing.add(_member(here.id, here.submission_id, number, left_on))
        for club, value in ((here, "500"), (there, "25000")):
            finding = {"submission_id": club.submission_id, "club_id": club.id, "code": "money_in_thousands"}
            rest = {"severity": "error", "question": "fund_income_initial", "value": value, "details": {}}
            writing.execute(insert(Finding), finding | rest)
    return {"Ninh Thuận": here.code, "Lai Châu": there.code}


def _member(club_id: str, submission_id: int, number: int, left_on: date | None) -> Member:
    return Member(
        id=f"00000000-0000-4000-8000-{number:012}",
        club_id=club_id,
        submission_id=submission_id,
        member_no=number,
        full_name="Nguyễn Thị A",
        name_key="nguyen thi a",
        joined_on=date(2018, 5, 1),
        left_on=left_on,
    )


@pytest.fixture
def admin(browser, database) -> Browser:
    a_person(database)
    browser.sign_in()
    return browser


@pytest.mark.parametrize("day", [date(218, 5, 1), date(2999, 5, 1)])
def test_one_founding_year_mistyped_does_not_close_the_start_page(admin, database, units, day):
    with database.transaction() as writing:
        a_club(writing, units["22837@2004-01-01"], "CLB Lợi Hải", day)

    assert admin.get("/").status_code == 200
    assert admin.get("/checks").status_code == 200


def test_a_stranger_learns_what_this_is_and_how_tablets_are_set_up(browser):
    page = browser.get("/")

    assert page.status_code == 200
    assert 'href="/session/new"' in page.text
    assert "http://localhost/v1/key/…/projects/1" in page.text
    assert "CLB Lợi Hải" not in page.text


def test_the_start_page_counts_clubs_members_and_submissions_by_province(admin, clubs):
    page = admin.get("/").text

    assert _rows(page) == [
        "Tỉnh Lai Châu 1 0 1 02/01/2019 07:00",
        "Tỉnh Ninh Thuận đến 30/06/2025 1 1 1 02/01/2019 07:00",
    ]
    assert "Câu lạc bộ 2 Thành viên hiện nay 1 Phiếu đã nhận 2" in _text(page)


def test_an_editor_of_lai_chau_sees_nothing_of_ninh_thuan(browser, database, units, clubs):
    a_person(database, "province_editor", [units["12@2004-01-01"]])
    browser.sign_in()

    start, checks = browser.get("/").text, browser.get("/checks").text

    assert "Lai Châu" in start
    assert "Ninh Thuận" not in start
    assert "Câu lạc bộ 1 Thành viên hiện nay 0" in _text(start)
    assert clubs["Lai Châu"] in checks
    assert clubs["Ninh Thuận"] not in checks
    assert "Có thể nhập tiền theo nghìn đồng (1)" in checks
    assert "Ninh Thuận" not in checks
    assert clubs["Ninh Thuận"] not in browser.get("/checks?province=58").text
    refused = browser.get("/reports/province/58.pdf?period=2020")
    assert refused.status_code == 404
    assert alert(refused) == "Không có đơn vị mã “58” trong địa bàn được giao cho anh/chị."


def test_the_successor_of_a_dissolved_province_is_bound_to_what_it_took_over_only(
    browser, database, units, clubs
):
    a_person(database, "province_editor", [units["56@2025-07-01"]])
    browser.sign_in()

    page = browser.get("/").text

    assert "Chưa nhận được phiếu" in page
    assert '<option value="56">' in page
    assert '<option value="12">' not in page


def test_findings_are_filtered_by_check_and_province(admin, clubs):
    page = admin.get("/checks?code=money_in_thousands&province=12").text

    assert _rows(page) == [
        f"CLB Đoàn Kết {clubs['Lai Châu']} any 01/03/2019 Làm sai số liệu Câu fund_income_initial ghi 25.000 đồng; "
        "có thể đã nhập theo nghìn đồng. fund_income_initial 25.000"
    ]
    assert "Không có gì cần xem" in admin.get("/checks?code=gps_far").text


def test_findings_come_fifty_a_page(admin, clubs, database):
    with database.transaction() as writing:
        one = writing.scalars(select(Finding).order_by(Finding.id).limit(1)).one()
        rest = {"severity": "warning", "question": "q", "details": {}, "club_id": one.club_id}
        rows = [
            rest | {"submission_id": one.submission_id, "code": "gps_far", "value": f"số {n}."}
            for n in range(51)
        ]
        writing.execute(insert(Finding), rows)

    first, second = admin.get("/checks?code=gps_far"), admin.get("/checks?code=gps_far&page=2")

    assert (len(_rows(first.text)), len(_rows(second.text))) == (50, 1)
    assert "Trang 1/2" in first.text
    assert 'href="/checks?code=gps_far&amp;page=2"' in first.text
    assert "số 50." in second.text
    assert _rows(admin.get("/checks?code=gps_far&page=99").text) == _rows(second.text)


def test_submissions_that_stand_in_no_table_come_first(admin, clubs, database):
    with database.transaction() as writing:
        failed = writing.scalars(select(Submission).order_by(Submission.id).limit(1)).one()
        failed.projection_state, failed.projection_error = "failed", "AnswerMissing: club_name"

    page = _text(admin.get("/checks").text)

    assert "Chưa đưa được vào số liệu (1)" in page
    assert "bỏ trống câu club_name" in page
    assert page.index("bỏ trống") < page.index("Theo loại kiểm tra")


class TestQuarantine:
    @pytest.fixture
    def held(self, collect, admin, database) -> Quarantine:
        """A submission of a form that is not there."""
        collect.send(submission({"note": "<script>"}, xml_form_id="later"))
        with database.reading() as reading:
            return reading.scalars(select(Quarantine)).one()

    def test_it_is_listed_with_its_reason_in_words(self, admin, held):
        row = _rows(admin.get("/quarantine").text)[0]

        assert "Máy chủ chưa có biểu mẫu này" in row
        assert f"later {held.instance_id} collect:aB3" in row

    def test_its_bytes_are_downloaded_as_plain_text(self, admin, held, blobs):
        response = admin.get(f"/quarantine/{held.id}.xml")

        assert response.data == blobs.read(held.xml_sha256)
        assert response.headers["Content-Type"] == "text/plain"
        assert response.headers["Content-Disposition"] == f'attachment; filename="quarantine-{held.id}.xml"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"

    def test_once_its_form_is_published_it_is_released(self, admin, held, database, blobs, session):
        with database.transaction() as writing:
            publish(writing, blobs, VISIT.replace("| visit ", "| later "))
        admin.get("/quarantine")

        response = admin.post(f"/quarantine/{held.id}/release")

        assert response.location == f"/quarantine?tried={held.id}"
        assert f"Mục số {held.id} đã được nhận." in admin.get(response.location).text
        assert session.scalars(select(SubmissionVersion.instance_id)).all() == [held.instance_id]

    def test_what_still_cannot_be_taken_says_why(self, admin, held):
        admin.get("/quarantine")

        response = admin.post(f"/quarantine/{held.id}/release")

        said = alert(admin.get(response.location))
        assert said == f"Mục số {held.id} vẫn chưa nhận được: Máy chủ chưa có biểu mẫu này."

    def test_it_is_for_managers_only(self, app, held, database, units):
        a_person(database, "province_editor", [units["12@2004-01-01"]], "ai@clb.example")
        other = Browser(app)
        other.sign_in("ai@clb.example")
        other.get("/")

        assert 'href="/quarantine"' not in other.get("/").text
        for response in (
            other.get("/quarantine"),
            other.get(f"/quarantine/{held.id}.xml"),
            other.post(f"/quarantine/{held.id}/release"),
        ):
            assert response.status_code == 403
            assert "không được phép" in alert(response)

    def test_one_of_another_project_is_not_there(self, admin, held, database):
        with database.transaction() as writing:
            other = Project(name="Khác", created_at=datetime(2026, 1, 1, tzinfo=UTC))
            writing.add(other)
            writing.flush()
            writing.get_one(Quarantine, held.id).project_id = other.id
        admin.get("/")

        assert admin.get(f"/quarantine/{held.id}.xml").status_code == 404
        assert admin.post(f"/quarantine/{held.id}/release").status_code == 404


def test_every_answer_to_a_browser_carries_the_headers(admin):
    for path in ("/", "/nothing", "/checks", "/session/new", "/static/clb.css"):
        headers = admin.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    policy = admin.get("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "Content-Security-Policy" in admin.get("/nothing").headers
    assert admin.get("/").headers["Cache-Control"] == "no-store"


def test_no_page_has_anything_the_policy_forbids(admin, clubs):
    for path in ("/", "/checks", "/quarantine", "/password", "/nothing"):
        page = admin.get(path).text
        for forbidden in ("<script", "<style", " style=", " onclick=", "javascript:", "http://", "https://"):
            assert forbidden not in page


def test_errors_are_pages_in_the_readers_language(admin, app):
    missing = admin.get("/nothing")
    assert (missing.status_code, missing.mimetype) == (404, "text/html")
    assert alert(missing) == "Không có trang nào ở địa chỉ này."
    assert alert(admin.get("/nothing?lang=en")) == "There is nothing at this address."
    assert admin.post("/checks").status_code == 405

    assert app.test_client().get("/v1/nothing").mimetype == "text/plain"


def test_a_failure_nobody_foresaw_is_a_page_too(app, database):
    def fail() -> str:
        raise RuntimeError("chuyện bí mật")

    app.add_url_rule("/fail", view_func=fail)

    response = app.test_client().get("/fail")

    assert response.status_code == 500
    assert "Máy chủ gặp lỗi và đã ghi vào nhật ký" in alert(response)
    assert "bí mật" not in response.text


def test_the_language_is_the_one_asked_for_then_the_one_chosen_then_ones_own(browser, database):
    a_person(database)
    with database.transaction() as writing:
        writing.scalars(select(User)).one().language = "en"

    assert '<html lang="vi">' in browser.get("/").text
    browser.sign_in()
    assert '<html lang="en">' in browser.get("/").text
    browser.get("/?lang=vi")
    assert '<html lang="vi">' in browser.get("/checks").text
    assert '<html lang="vi">' in browser.get("/checks?lang=fr").text


def test_the_switch_keeps_the_rest_of_the_address(admin):
    assert (
        'href="/checks?code=gps_far&amp;page=2&amp;lang=en"' in admin.get("/checks?code=gps_far&page=2").text
    )


def test_the_switch_never_leads_to_another_server(browser):
    page = browser.client.get("/", environ_overrides={"PATH_INFO": '//evil.example/"'})

    assert page.status_code == 404
    assert 'href="/evil.example/%22?lang=en"' in page.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/checks?code=%00", 400),
        ("/reports/province/5%008.pdf?period=2020", 400),
        ("/checks?page=99999999999999999999", 200),
        ("/checks?page=-1", 200),
        ("/quarantine?tried=99999999999999999999", 200),
        ("/quarantine?tried=7", 404),
        ("/quarantine/99999999999999999999.xml", 404),
        ("/quarantine/7.xml", 404),
    ],
)
def test_odd_addresses_are_no_failures_of_the_server(admin, path, status):
    assert admin.get(path).status_code == status


def test_a_form_larger_than_any_of_ours_is_not_read(browser):
    assert browser.sign_in("a" * 70_000).status_code == 413


def test_what_was_typed_is_shown_as_text(browser):
    page = browser.sign_in('"><script>alert(1)</script>', PASSWORD).text

    assert "<script>" not in page


def _rows(page: str) -> list[str]:
    """The words of each body row of the last table of a page."""
    body = page.rpartition("<tbody>")[2].partition("</tbody>")[0]
    return [_text(row) for row in body.split("</tr>") if row.strip()]


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
