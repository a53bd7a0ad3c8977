"""A report's life on the command line."""

import re

import pytest
from click.testing import CliRunner

from server.cli import main, shell
from server.models import Report
from tests.builders_paper import two_clubs

pytestmark = [pytest.mark.database, pytest.mark.printing]


@pytest.fixture
def clb(database, database_url, units, standards, tmp_path, monkeypatch):
    """Runs the command on a database with two clubs in Ninh Thuận."""
    two_clubs(database, units)
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    monkeypatch.setenv("CLB_PUBLIC_URL", "https://clb.example.vn")
    _forget()
    yield lambda *words: CliRunner().invoke(main, ["report", *map(str, words)], catch_exceptions=False)
    shell.database().close()
    _forget()


def _forget():
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()


def test_a_report_is_drafted_checked_issued_and_made_again(clb, tmp_path):
    assert "Đã lập dự thảo báo cáo 1." in clb("draft", "58", "--period", "2017..2020").output
    assert "2 CLB không gửi báo cáo tháng nào" in clb("show", 1).output
    assert "Báo cáo 1 đã kiểm tra." in clb("check", 1).output

    issued = clb("issue", 1, "--signer", "Nguyễn Văn Bình", "--title", "PHÓ GIÁM ĐỐC")

    assert "số 01/BC-SYT" in issued.output
    assert re.search(r"https://clb\.example\.vn/r/[0-9a-f]{32}\n", issued.output)
    assert "\tđã ban hành | issued\t01/BC-SYT\t" in clb("list", "--province", "58").output
    assert "weasyprint: " in clb("show", 1).output
    assert "Số ô khác: 0." in clb("changes", 1).output
    again = clb("remake", 1, "--out", tmp_path / "again.pdf")
    assert (again.exit_code, "In lại đúng từng byte" in again.output) == (0, True)
    assert (tmp_path / "again.pdf").read_bytes().startswith(b"%PDF")


def test_other_bytes_end_with_a_status(clb, database):
    clb("draft", "58", "--period", "2017..2020")
    clb("check", 1)
    clb("issue", 1, "--signer", "Nguyễn Văn Bình")
    with database.transaction() as session:
        row = session.get_one(Report, 1)
        row.pdf_sha256, row.made_with = "0" * 64, row.made_with | {"weasyprint": "60.0"}

    again = clb("remake", 1)

    assert again.exit_code == 1
    assert "weasyprint: khi ban hành 60.0, nay" in again.output
    assert "In lại khác bản đã ban hành" in again.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", 7), "Không có báo cáo số 7"),
        (("issue", 1, "--signer", "A"), "bước này cần trạng thái “đã kiểm tra”"),
        (("changes", 1), "chưa ban hành"),
        (("remake", 1), "chưa ban hành"),
        (("draft", "58", "--period", "2017..2020"), "Đã có dự thảo báo cáo này"),
        (("draft", "58", "--period", "mai"), "Không hiểu kỳ báo cáo"),
    ],
)
def test_a_step_out_of_order_is_told_in_a_sentence(clb, words, says):
    clb("draft", "58", "--period", "2017..2020")

    told = clb(*words)

    assert told.exit_code == 1
    assert says in told.output


def test_without_a_public_address_nothing_is_issued(clb, monkeypatch):
    clb("draft", "58", "--period", "2017..2020")
    clb("check", 1)
    monkeypatch.setenv("CLB_PUBLIC_URL", "")
    shell.settings.cache_clear()

    told = clb("issue", 1, "--signer", "Nguyễn Văn Bình")

    assert told.exit_code == 1
    assert "Xin đặt CLB_PUBLIC_URL" in told.output
    assert "đã kiểm tra" in clb("list").output
