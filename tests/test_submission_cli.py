"""clb submission and clb quarantine: what an administrator reads and decides at the machine."""

import pytest
from sqlalchemy import select

from server.models import Quarantine, Submission
from tests.builders import VISIT, publish, submission
from tests.test_cli import clb  # noqa: F401 - the fixture that runs the command
from tests.test_submission_edit import PHOTO, A, B, C

pytestmark = pytest.mark.database

CARE = """
| survey |
| | type              | name  | label      |
| | begin repeat      | care  | Chăm sóc   |
| | select_one yes_no | done  | Đã thăm    |
| | end repeat        |       |            |
| choices |
| | list_name | name | label |
| | yes_no    | yes  | Có    |
| | yes_no    | no   | Không |
| settings |
| | form_id | form_title | version |
| | care    | Chăm sóc   | 1       |
"""


@pytest.fixture
def apart(collect, database) -> int:
    """A submission that was corrected twice from its first text: its number."""
    collect.send(submission({"note": "31", "photo": PHOTO}, instance_id=A), [(PHOTO, b"one")])
    collect.send(submission({"note": "33", "photo": PHOTO, "voice": "2.m4a"}, instance_id=B, deprecated_id=A))
    collect.send(submission({"note": "35"}, instance_id=C, deprecated_id=A), [("ghi chú.txt", b"")])
    with database.reading() as session:
        return session.scalars(select(Submission.id)).one()


def test_the_list_says_what_to_see_to(clb, apart):  # noqa: F811
    told = clb("submission", "list").stdout

    assert told.startswith(f"{apart}\t")
    assert "có bản sửa" in told
    assert "1 nhánh chưa chọn" in told
    assert "thiếu 1 tệp" in told
    assert clb("submission", "list", "--only", "approved").stdout == ""


def test_the_check_counts_what_to_see_to(clb, collect, apart):  # noqa: F811
    collect.send(submission({"photo": PHOTO}), [(PHOTO, b"")])

    told = clb("check").stdout

    assert "! 1 tệp đính kèm chưa đến" in told
    assert "! 1 tệp đính kèm rỗng" in told
    assert "! 1 bản sửa song song chưa ai chọn" in told
    clb("submission", "choose", apart, "2")
    assert "song song" not in clb("check").stdout


def test_one_submission_is_shown_with_the_files_of_its_current_text(clb, apart):  # noqa: F811
    told = clb("submission", "show", apart).stdout

    assert "Máy thử · collect:aB3" in told
    assert f"    {PHOTO}\t3 B" in told
    assert "2.m4a\tchưa đến" in told
    assert "ghi chú.txt" not in told


def test_its_texts_are_shown_with_what_each_changed(clb, apart):  # noqa: F811
    lines = clb("submission", "versions", apart).stdout.splitlines()

    assert "    Ghi chú: 31 → 33" in lines
    assert "    Ghi chú: 31 → 35" in lines
    assert f"    Ảnh: {PHOTO} → –" in lines
    assert "    ghi chú.txt\trỗng | empty · không có trong phiếu | not named in the form" in lines
    assert [line.rpartition("\t")[2] for line in lines if line[:1].isdigit()] == [
        "đã có bản sửa | replaced",
        "đang dùng | current",
        "nhánh, chưa ai chọn | branch, undecided",
    ]


def test_choices_are_shown_by_their_labels_and_repeats_by_their_place(clb, collect, database, blobs):  # noqa: F811
    with database.transaction() as writing:
        publish(writing, blobs, CARE)
    for instance_id, deprecated_id, done in ((A, None, "yes"), (B, A, "no")):
        body = f"<care><done>yes</done></care><care><done>{done}</done></care>"
        collect.send(
            submission(
                xml_form_id="care",
                version="1",
                instance_id=instance_id,
                deprecated_id=deprecated_id,
                body=body,
            )
        )

    assert "    Đã thăm[2]: Có → Không" in clb("submission", "versions", 1).stdout.splitlines()


def test_any_text_is_printed_byte_for_byte(clb, apart):  # noqa: F811
    first = submission({"note": "31", "photo": PHOTO}, instance_id=A)

    assert clb("submission", "xml", apart, "1").stdout_bytes == first
    assert clb("submission", "xml", apart).stdout_bytes != first


def test_a_text_is_chosen_reviewed_deleted_and_restored(clb, apart):  # noqa: F811
    assert "dùng bản 3" in clb("submission", "choose", apart, "3", "--comment", "đã hỏi").stdout
    assert "nhánh chưa chọn" not in clb("submission", "list").stdout
    assert "đã duyệt" in clb("submission", "review", apart, "approved").stdout
    assert "đã duyệt" in clb("submission", "list", "--only", "approved").stdout
    assert "Đã xóa" in clb("submission", "delete", apart).stdout
    assert clb("submission", "list").stdout == ""
    assert "đã xóa" in clb("submission", "list", "--only", "deleted").stdout
    assert "Đã khôi phục" in clb("submission", "restore", apart).stdout
    assert clb("submission", "list").stdout.startswith(f"{apart}\t")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["submission", "show", "99"], "Không có phiếu số 99."),
        (["submission", "choose", "1", "9"], "Phiếu số 1 không có bản nào là “9”."),
        (["quarantine", "show", "99"], "Không có mục số 99"),
        (["quarantine", "release"], "Cần số của bài"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(clb, apart, words, said):  # noqa: F811
    told = clb(*words)

    assert told.exit_code != 0
    assert said in told.stderr


@pytest.fixture
def held(collect, database) -> int:
    """A submission of a form that is not there yet: its number in quarantine."""
    collect.send(submission({"note": "x"}, xml_form_id="later", instance_id=A), [("ảnh/1.jpg", b"one")])
    with database.reading() as session:
        return session.scalars(select(Quarantine.id)).one()


def test_what_is_held_is_listed_and_shown(clb, held):  # noqa: F811
    line = clb("quarantine", "list").stdout

    assert line.startswith(f"! {held}\t")
    assert "Máy chủ chưa có biểu mẫu này" in line
    told = clb("quarantine", "show", held).stdout
    assert "  1\t3\tảnh/1.jpg" in told
    assert "collect:aB3" in told


def test_its_bytes_are_printed_and_its_files_saved(clb, held, tmp_path):  # noqa: F811
    xml = submission({"note": "x"}, xml_form_id="later", instance_id=A)

    clb("quarantine", "files", held, "--out", tmp_path / "out")

    saved = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert saved == {"submission.xml": xml, "001-ảnh_1.jpg": b"one"}
    assert clb("quarantine", "xml", held).stdout_bytes == xml


def test_it_is_dismissed_held_again_and_released(clb, held, database, blobs):  # noqa: F811
    assert "Đã bỏ qua 1" in clb("quarantine", "dismiss", held, "--comment", "bài thử").stdout
    assert clb("quarantine", "list").stdout == ""
    assert clb("quarantine", "list", "--all").stdout.startswith(f"– {held}\t")
    assert "Đã giữ lại 1" in clb("quarantine", "hold-again", held).stdout
    assert "vẫn chưa nhận được" in clb("quarantine", "release", held).stdout
    with database.transaction() as writing:
        publish(writing, blobs, VISIT.replace("| visit ", "| later "))

    assert "Đã nhận 1 bài, còn giữ 0" in clb("quarantine", "release", "--reason", "unknown_form").stdout
    assert clb("quarantine", "list", "--all").stdout.startswith(f"✓ {held}\t")
