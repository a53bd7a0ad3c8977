"""The pages of forms: a workbook is checked, comes back marked, is compared, drafted and published."""

import io
import os
import time
from threading import BoundedSemaphore

import pytest
from openpyxl import load_workbook

from server.web.turn import turns
from tests.builders import VISIT
from tests.builders_web import Browser, a_person, alert
from tests.test_lint import harmful
from tests.workbooks import workbook

pytestmark = pytest.mark.database

BROKEN = VISIT.replace("| audio |", "| audoo |").replace("| v1 ", "| v2 ")
NEWER = VISIT.replace("Lời kể", "Lời kể của hộ").replace("| v1 ", "| v2 ")


@pytest.fixture
def admin(app, database, forms_published, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))  # no Java: the pages say so, and are quick
    a_person(database)
    browser = Browser(app)
    browser.sign_in()
    return browser


def send(browser, content, name="biểu.xlsx"):
    """Upload a workbook from the page of forms; the answer to it."""
    browser.get("/forms")
    fields = {"csrf": browser.word, "file": (io.BytesIO(content), name)}
    return browser.client.post("/forms/checked", data=fields, content_type="multipart/form-data")


def test_a_broken_workbook_is_told_by_sheet_and_cell_and_comes_back_marked(admin):
    path = send(admin, workbook(BROKEN)).headers["Location"]

    page = admin.get(path)
    english = admin.get(f"{path}?lang=en")
    marked = admin.get(f"{path}/marked.xlsx")

    assert "Còn 1 lỗi phải sửa" in admin.get(f"{path}?lang=vi").text
    assert "Trang survey (2)" in page.text
    assert "có phải “audio”?" in page.text
    assert "Chọn tệp đã sửa" in page.text
    assert 'action="/forms/checked"' in page.text
    assert "did you mean “audio”?" in english.text
    assert "Keep as draft" not in english.text
    assert "Máy chủ chưa có Java" in page.text
    survey = load_workbook(io.BytesIO(marked.data))["survey"]
    assert survey["A4"].comment is not None
    assert admin.post(f"{path}/draft").status_code == 400


def test_workbooks_are_examined_in_turns_so_that_many_do_not_fill_the_memory(admin, monkeypatch):
    path = send(admin, workbook(BROKEN)).headers["Location"]
    admin.get(path)
    monkeypatch.setattr(turns, "_inside", BoundedSemaphore(1))

    with turns._inside:
        answers = [admin.get(path), admin.get(f"{path}/marked.xlsx"), admin.post(f"{path}/draft")]

    assert [one.status_code for one in answers] == [503] * 3


def test_a_good_workbook_is_compared_drafted_and_published_and_its_file_stays(admin, collect):
    collect.get("forms/visit.xml")
    content = workbook(NEWER)
    path = send(admin, content).headers["Location"]

    page = admin.get(path)
    drafted = admin.post(f"{path}/draft")
    ready = admin.get("/forms")
    action = ready.text.split('/publish">')[0].rpartition('action="')[2] + "/publish"
    published = admin.post(action)
    after = admin.get("/forms")

    assert "Khác gì so với phiên bản v1" in page.text
    assert "Đổi câu chữ của “voice”." in page.text
    assert "1, trong đó 0 máy" in page.text
    assert (drafted.location, published.location) == ("/forms#of-visit", "/forms?published=visit#of-visit")
    assert "Đã công bố phiên bản v2" in admin.get("/forms?published=visit").text
    assert 'id="of-visit"' in ready.text
    assert "Bản nháp v2 đã sẵn sàng" in ready.text
    assert "Bản nháp" not in after.text
    assert b"<version>v2</version>" in collect.get("formList").data
    assert any(
        admin.get(part.split('"')[0]).data == content
        for part in after.text.split('href="')[1:]
        if "/versions/" in part
    )


def test_what_could_harm_is_refused_and_uploads_last_a_day(admin, tmp_path):
    refused = send(admin, harmful("macros"))
    nothing = send(admin, b"")
    old = send(admin, workbook(VISIT)).headers["Location"]
    (file,) = (tmp_path / "uploads").iterdir()
    os.utime(file, (time.time() - 90_000,) * 2)
    send(admin, workbook(VISIT))

    assert refused.status_code == 400
    assert "macro" in alert(refused)
    assert "Tệp rỗng" in alert(nothing)
    assert admin.get(old).status_code == 404
    assert admin.get("/forms/checked/..%2Fclb.sqlite").status_code == 404


def test_only_those_who_manage_forms_see_the_pages(app, database, forms_published):
    a_person(database, role="viewer")
    browser = Browser(app)
    browser.sign_in()

    assert browser.get("/forms").status_code == 403
    assert "/forms" not in browser.get("/").text
