"""What people come for, from the first click to the last, as they do it: by what is written on buttons and fields."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pdfplumber
import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.browser.visit import PHONE, Visitor
from tests.browser.world import GUARDED, MENDED, MISTAKEN, PASSWORD, World
from tests.live import ROOT
from tests.workbooks import workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ONE = re.compile("^1$")


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """The tab of somebody whose pages are watched."""
    return visitor.page


def test_with_a_second_factor_signing_in_takes_a_code_besides_the_password(visitor, page):
    visitor.sign_in(GUARDED)
    page.get_by_role("link", name=f"Nguyễn Thị {GUARDED}").click()
    page.get_by_role("link", name="Bật", exact=True).click()
    secret = pyotp.TOTP("".join(page.locator(".steps code").inner_text().split()))
    page.get_by_label("Nhập sáu chữ số").fill(secret.now())
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Bật xác thực hai lớp").click()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10

    page.get_by_role("button", name="Đăng xuất").click()
    visitor.sign_in(GUARDED)
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã trên điện thoại")
    visitor.look_around()
    page.get_by_label("Sáu chữ số").fill(codes[0])
    page.get_by_role("button", name="Đăng nhập").click()

    expect(page.get_by_role("link", name=f"Nguyễn Thị {GUARDED}")).to_be_visible()


def test_a_person_invited_by_letter_chooses_a_password_on_a_phone_and_is_inside(
    visitor, page, chromium, world
):
    visitor.sign_in("admin")
    page.get_by_role("link", name="Người dùng").click()
    page.get_by_role("link", name="Thêm người dùng").click()
    page.get_by_label("Họ và tên").fill("Lê Thị Hương")
    page.get_by_label("Địa chỉ e-mail").fill("huong@clb.example")
    page.get_by_label("Vai trò").select_option("province_editor")
    page.get_by_label("Đơn vị").fill("56")
    page.get_by_role("button", name="Thêm", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lê Thị Hương")

    with page.expect_download() as letter:
        page.get_by_role("button", name="In thư").click()
    code = code_in(letter.value.path())

    with Visitor.at(chromium, world.url, viewport=PHONE) as at_home:
        at_home.open(f"/invitation/{code}")
        at_home.page.fill("#new", "lũy tre xanh đầu làng 9")
        at_home.page.fill("#again", "lũy tre xanh đầu làng 9")
        at_home.page.locator("main form button").click()
        expect(at_home.page.get_by_role("link", name="Lê Thị Hương")).to_be_visible()
        assert not at_home.faults


def test_a_workbook_with_mistakes_is_mended_compared_and_published(visitor, page):
    visitor.sign_in("admin")
    page.get_by_role("link", name="Máy tính bảng").click()
    page.get_by_role("link", name="Biểu mẫu").click()
    upload(page, "Kiểm tra tệp", MISTAKEN)

    expect(page.get_by_role("alert")).to_contain_text("Còn 4 lỗi phải sửa")
    expect(page.get_by_text("Không có loại câu hỏi “integr” (có phải “integer”?)")).to_be_visible()
    assert page.get_by_role("button", name="Giữ làm bản nháp").count() == 0
    upload(page, "Kiểm tra lại", MENDED)

    expect(page.get_by_role("heading", name="Khác gì so với phiên bản v1")).to_be_visible()
    expect(page.get_by_text("Thêm “age” (số nguyên) – Tuổi.")).to_be_visible()
    page.get_by_role("button", name="Giữ làm bản nháp").click()
    page.get_by_role("button", name="Công bố bản nháp").click()

    versions = page.locator("section", has=page.get_by_text("visit", exact=True)).locator("tbody tr")
    expect(versions.filter(has_text="đang dùng").locator("th")).to_contain_text("v2")


def test_a_scheduled_report_shows_its_progress_and_is_opened(visitor, page, world):
    visitor.sign_in("admin")
    page.get_by_role("link", name="Báo cáo", exact=True).click()
    page.get_by_role("link", name="Lịch lập báo cáo").click()
    page.get_by_role("button", name="Chạy ngay cho kỳ vừa qua").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "0")
    visitor.look_around()

    work(world)

    page.get_by_role("link", name="Xem đã đến đâu").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "1")
    visitor.look_around()
    page.get_by_role("link", name="Mở báo cáo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tỉnh Ninh Thuận, quý")


def test_a_figure_of_a_report_leads_to_its_clubs_by_keyboard_alone(visitor, page):
    visitor.sign_in("official")
    visitor.open("/reports/province/58?period=2018")
    figure = page.locator("a[href*='/figure/A01?']").first
    said = figure.inner_text()
    figure.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("A01")
    counted = page.locator("main tbody tr:not(.sum)", has=page.locator("td.number", has_text=ONE))
    assert counted.count() == int(said) == 6
    counted.first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("CLB LTHTGN")


def test_a_tablet_is_read_on_a_phone_down_to_what_it_has_to_send(chromium, world):
    with Visitor.at(chromium, world.url, viewport=PHONE) as visitor:
        visitor.sign_in("province_admin")
        visitor.page.get_by_role("link", name="Máy tính bảng").first.click()
        visitor.page.get_by_role("link", name="Máy tính bảng thử").click()

        expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Biên nhận")
        expect(visitor.page.get_by_text("Cần gửi lại")).to_be_visible()
        assert not visitor.faults


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(visitor, page):
    visitor.sign_in("official")
    visitor.open("/reports")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến phần nội dung")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert outline == "3px"


def upload(page: Page, button: str, markdown: str) -> None:
    """Choose a workbook and send it to be checked."""
    file = {"name": "tham-ho.xlsx", "mimeType": XLSX, "buffer": workbook(markdown)}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=button).click()


def code_in(letter: Path) -> str:
    """The code that a printed letter gives, in its groups of four."""
    with pdfplumber.open(letter) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
    found = re.search(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", text)
    assert found, text
    return found[0].replace("-", "")


def work(world: World) -> None:
    """Let a worker do what waits, as a process of its own."""
    environment = {
        **os.environ,
        "CLB_DATA": str(world.data),
        "CLB_DATABASE_URL": world.database.url.render_as_string(),
    }
    command = [sys.executable, "-m", "server.cli", "worker", "--once", "--processes", "1"]
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, timeout=120)
