"""Findings as people read them: labels for question names, words for codes, dates as they are written here."""

import re
from pathlib import Path

import pytest

from server.projection.checks import spoken
from server.projection.checks.catalogue import worded

ROOT = Path(__file__).parent.parent
LABELS = {"mob_cash": ("Tiền vận động được", "Cash raised"), "j_full_name": ("Họ và tên", "Full name")}


def test_a_question_is_called_by_its_label_and_its_row():
    assert spoken.name("mob_cash", LABELS) == ("Tiền vận động được", "Cash raised")
    assert spoken.name("members_joined[3]/j_full_name", LABELS)[0] == "Họ và tên (dòng 3)"


def test_what_the_form_works_out_itself_has_a_name_too_and_all_else_its_own():
    assert spoken.name("if_diff", {})[0] == "Chênh lệch kiểm Quỹ tăng thu nhập"
    assert spoken.name("shoe_size", {}) == ("shoe_size", "shoe_size")
    assert spoken.name("", LABELS) == ("", "")


@pytest.mark.parametrize(
    ("code", "question", "value", "details", "vi"),
    [
        (
            "money_in_thousands", "mob_cash", "1000", {"below": 10000},
            "Câu “Tiền vận động được” ghi 1000 đồng; có thể đã nhập theo nghìn đồng.",
        ),
        (
            "book_off_explained", "if_diff", "20000", {"reason": "Đếm thiếu."},
            "Kiểm quỹ lệch 20000 đồng so với sổ (“Chênh lệch kiểm Quỹ tăng thu nhập”); lý do ghi: “Đếm thiếu”.",
        ),
        (
            "book_off_explained", "if_diff", "20000", {"reason": "too_long"},
            "Kiểm quỹ lệch 20000 đồng so với sổ (“Chênh lệch kiểm Quỹ tăng thu nhập”); lý do ghi: “too_long”.",
        ),
        (
            "bad_value", "mob_cash", "12a", {"reason": "not_a_number"},
            "Câu “Tiền vận động được”: “12a” không đọc được (không phải là số); câu này coi như bỏ trống.",
        ),
        (
            "month_sent_twice", "report_month", "2019-08-01", {},
            "Tháng 08/2019 của CLB này đã được báo cáo trước; phiếu sau được tính, phiếu trước giữ lại để đối chiếu.",
        ),
        (
            "clock_off", "end", "2030-01-01T08:30:00+07:00", {"against": "received_at", "other": "2019-05-04"},
            "Giờ trên máy tính bảng không đúng: “giờ điền xong” là 08:30 01/01/2030, "
            "trong khi “giờ máy chủ nhận” là 04/05/2019.",
        ),
        (
            "future_date", "meeting_date", "2030-02-01", {"received": "2019-05-04"},
            "Câu meeting_date ghi ngày 01/02/2030, sau ngày máy chủ nhận phiếu (04/05/2019).",
        ),
    ],
)  # fmt: skip
def test_a_finding_reads_as_an_office_writes_it(code, question, value, details, vi):
    assert worded(code, question, value, details, LABELS)[0] == vi


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("forms/values.py", r'Unreadable\("(\w+)"'),
        ("forms/entities.py", r'(?:yield|problem\() ?"(\w+)"'),
        ("server/services/entity/batch.py", r'Refused\("(\w+)"'),
        ("server/projection/mapping.py", r'Misfit\(.*"(\w+)"\)'),
        ("server/projection/club_unit.py", r'not_valid = "(\w+)"'),
        ("server/projection/checks/founding.py", r'"(same_\w+)"'),
    ],
)
def test_every_code_that_a_finding_may_hold_has_words(path, written):
    codes = set(re.findall(written, (ROOT / path).read_text(encoding="utf-8")))

    assert codes
    assert codes <= set(spoken.REASONS)
