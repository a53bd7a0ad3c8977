"""What changed between two versions of a form, in words."""

from forms.diff import differences
from forms.xlsform import convert

from .workbooks import workbook

OLDER = """
| survey |
| | type | name | label | relevant | constraint |
| | select_one sex | sex | Giới tính | | |
| | integer | n_present | Số người có mặt | | . >= 0 |
| | text | remarks | Ghi chú thêm | ${n_present} > 0 | |
| | begin_group | g | Nhóm | | |
| | date | day | Ngày | | |
| | end_group | | | | |
| | begin_repeat | loans | Khoản vay | | |
| | integer | amount | Số tiền | | |
| | decimal | rate | Lãi suất | | |
| | end_repeat | | | | |
| choices |
| | list_name | name | label |
| | sex | f | Nữ |
| | sex | m | Nam |
| | sex | u | Không rõ |
"""
NEWER = """
| survey |
| | type | name | label | relevant | constraint |
| | select_one sex | sex | Giới tính của thành viên | | |
| | integer | present | Số người có mặt hôm nay | | . > 0 |
| | text | remarks | Ghi chú thêm | ${present} > 0 | |
| | date | day | Ngày | | |
| | begin_repeat | loans | Khoản vay | | |
| | decimal | amount | Số tiền | | |
| | end_repeat | | | | |
| | decimal | rate | Lãi suất | | |
| | image | photo | Ảnh | | |
| choices |
| | list_name | name | label |
| | sex | f | Phụ nữ |
| | sex | m | Nam |
| | sex | o | Khác |
"""


def told(older: str, newer: str):
    was, now = convert(workbook(older)), convert(workbook(newer))
    return differences(was.xml, now.xml, was.fields, now.fields)


def test_every_kind_of_change_is_told_once_with_what_it_costs():
    found = told(OLDER, NEWER)

    assert [(one.kind, one.name, one.before, one.after, one.is_loss) for one in found] == [
        ("label", "sex", "Giới tính", "Giới tính của thành viên", False),
        ("renamed", "n_present", "n_present", "present", True),
        ("label", "n_present", "Số người có mặt", "Số người có mặt hôm nay", False),
        ("logic", "n_present", ". >= 0", ". > 0", False),
        ("moved", "day", "g", "–", False),
        ("type", "amount", "số nguyên / whole number", "số thập phân / decimal number", True),
        ("moved", "rate", "loans", "–", True),
        ("added", "photo", "", "Ảnh", False),
        ("gone", "g", "Nhóm", "", False),
        ("choices", "sex", "u", "", True),
        ("choices", "sex", "", "o", False),
        ("label", "sex", "Nữ", "Phụ nữ", False),
    ]
    assert found[1].vi.startswith("“n_present” có lẽ đổi tên thành “present”")
    assert "sang bảng khác" in found[6].vi
    assert "into another table" in found[6].en
    assert found[9].vi == "Danh sách “sex” bỏ lựa chọn: u."


def test_the_same_form_has_not_changed_and_a_new_version_is_all_that_differs():
    assert told(OLDER, OLDER) == ()
    settings = "| settings |\n| | form_id | form_title | version |\n| | club_test | Biểu mẫu thử | 2 |"

    (only,) = told(OLDER, f"{OLDER.strip()}\n{settings}")[:1]

    assert (only.kind, only.before, only.after) == ("form", "2026112201", "2")


def test_a_question_that_went_and_one_of_another_kind_that_came_are_two_changes():
    found = told(
        "| survey |\n| | type | name | label |\n| | integer | weight | Cân nặng |\n| | text | t | T |",
        "| survey |\n| | type | name | label |\n| | text | t | T |\n| | date | born | Ngày sinh |",
    )

    assert [(one.kind, one.name) for one in found] == [("added", "born"), ("gone", "weight")]
