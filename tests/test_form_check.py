"""clb form check and diff: a workbook against the form as it stands published."""

import io
import json

import pytest
from openpyxl import load_workbook

from server.services import form
from server.services.actor import SYSTEM_ID
from tests.builders import VISIT, converted
from tests.test_cli import clb, write_workbook  # noqa: F401 - clb is a fixture

pytestmark = pytest.mark.database

BROKEN = """
| survey |
| | type  | name  | label      | relevant |
| | text  | note  | Ghi chú    |          |
| | image | photo | Ảnh        | nota = 1 |
| | audoo | voice | Lời kể     |          |
| settings |
| | form_id | form_title  | version |
| | visit   | Thăm hộ     | v2      |
"""
CHANGED = """
| survey |
| | type    | name   | label      |
| | text    | notes  | Ghi chú    |
| | integer | photo  | Ảnh        |
| | audio   | voice  | Lời kể     |
| settings |
| | form_id | form_title  | version |
| | visit   | Thăm hộ     | v2      |
"""


def test_every_error_is_told_with_its_cell_and_the_marked_workbook_is_written(clb, tmp_path):  # noqa: F811
    path, out = write_workbook(tmp_path / "check", BROKEN), tmp_path / "marked.xlsx"

    both = clb("form", "check", path, "--no-validate", "--marked", out)
    english = clb("form", "check", path, "--no-validate", "--language", "en")
    told = json.loads(clb("form", "check", path, "--no-validate", "--json").stdout)

    assert both.exit_code == 1
    assert "survey!D3: “nota” không phải câu hỏi" in both.output
    assert "(có phải “audio”?)" in both.output
    assert "2 lỗi, 1 lưu ý." in both.output
    assert "(did you mean “audio”?)" in english.output
    assert "có phải" not in english.output
    assert [(one["sheet"], one["cell"], one["code"]) for one in told["findings"]][-1] == (
        "survey",
        "A4",
        "type_unknown",
    )
    survey = load_workbook(io.BytesIO(out.read_bytes()))["survey"]
    assert "audio" in survey["A4"].comment.text


def test_a_valid_workbook_passes_and_the_version_of_another_text_does_not(clb, forms_published, tmp_path):  # noqa: F811
    same = write_workbook(tmp_path / "same", VISIT)
    other = write_workbook(tmp_path / "other", VISIT.replace("Lời kể", "Lời nói"))

    passed = clb("form", "check", same, "--no-validate")
    refused = clb("form", "check", other, "--no-validate")

    assert passed.exit_code == 0
    assert "0 lỗi" in passed.output
    assert refused.exit_code == 1
    assert "settings!C2: Phiên bản “v1” đã công bố với nội dung khác" in refused.output


def test_the_difference_and_who_feels_it_are_told(clb, collect, tmp_path):  # noqa: F811
    path = write_workbook(tmp_path / "diff", CHANGED)
    assert collect.get("forms/visit.xml").status_code == 200

    told = clb("form", "diff", path, "--no-validate")
    read = json.loads(clb("form", "diff", path, "--no-validate", "--json").stdout)
    none = clb("form", "diff", write_workbook(tmp_path / "same", VISIT), "--no-validate")

    assert told.exit_code == 0
    assert "So với phiên bản v1:" in told.output
    assert "Máy tính bảng có biểu này: 1, trong đó 0 máy" in told.output
    assert "▲ đổi tên?\tnote\tnote\tnotes" in told.output
    assert "▲ đổi loại\tphoto\ttệp / file\tsố nguyên / whole number" in told.output
    assert "Cột mới trong bản xuất: notes" in told.output
    assert "Cột chỉ còn ở phiếu cũ: note" in told.output
    assert [one["kind"] for one in read["differences"]] == ["form", "renamed", "type"]
    assert "Không có gì khác." in none.output


def test_a_question_that_reports_need_is_found_by_its_label_under_its_new_name(
    database,
    blobs,
    clb,  # noqa: F811
    tmp_path,
):
    meeting = """
    | survey |
    | | type | name | label |
    | | integer | {} | Số người được đo huyết áp trong buổi |
    | | integer | n_other | Số khác |
    | settings |
    | | form_id | form_title | version |
    | | club_meeting | Sinh hoạt | {} |
    """
    made, content = converted(meeting.format("n_bp", 1))
    with database.transaction() as session:
        form.publish(session, blobs, 1, made, content, {}, SYSTEM_ID)

    told = clb("form", "diff", write_workbook(tmp_path / "m", meeting.format("pressure", 2)), "--no-validate")

    assert told.exit_code == 1
    assert "Có phải đã đổi tên thành “pressure”? Hãy trả lại tên cũ." in told.output
    assert "D14" in told.output
    assert "n_bp → meeting_activity." in told.output
    assert "errors block publishing" in told.output
