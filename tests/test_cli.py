"""The command clb: Vietnamese first, errors in one sentence, nothing that has to be typed twice."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select, update

from server.blobs import BlobStore
from server.cli import main, shell
from server.cli.demo import own_address
from server.config import Config
from server.models import (
    Finding,
    Form,
    FormVersion,
    Submission,
    SubmissionAttachment,
    SubmissionVersion,
    Unit,
    User,
)
from server.services import actor, user
from tests.builders import FILES, PLACE, VISIT, Collect, seed_units, submission
from tests.workbooks import workbook

pytestmark = pytest.mark.database

COMMANDS = [
    [],
    ["schedule"],
    ["schedule", "list"],
    ["schedule", "add"],
    ["schedule", "edit"],
    ["schedule", "run"],
    ["serve"],
    ["worker"],
    ["migrate"],
    ["user"],
    ["user", "add"],
    ["user", "list"],
    ["user", "reset-password"],
    ["user", "reset-second-factor"],
    ["app-user"],
    ["app-user", "add"],
    ["app-user", "list"],
    ["app-user", "revoke"],
    ["app-user", "qr"],
    ["app-user", "restore"],
    ["app-user", "enrol"],
    ["app-user", "card"],
    ["app-user", "template"],
    ["project"],
    ["project", "admin-password"],
    ["project", "collect-settings"],
    ["project", "collect-settings", "show"],
    ["project", "collect-settings", "set"],
    ["project", "collect-settings", "reset"],
    ["app-user", "units"],
    ["app-user", "property"],
    ["app-user", "receipt"],
    ["entity"],
    ["entity", "list"],
    ["entity", "show"],
    ["entity", "conflicts"],
    ["entity", "resolve"],
    ["entity", "backlog"],
    ["entity", "force"],
    ["entity", "delete"],
    ["entity", "restore"],
    ["entity-list"],
    ["entity-list", "list"],
    ["entity-list", "access"],
    ["entity-list", "approval"],
    ["entity-list", "repair"],
    ["form"],
    ["form", "check"],
    ["form", "diff"],
    ["form", "publish"],
    ["form", "list"],
    ["form", "show"],
    ["form", "versions"],
    ["form", "download"],
    ["form", "draft"],
    ["form", "draft", "put"],
    ["form", "draft", "show"],
    ["form", "draft", "publish"],
    ["form", "draft", "delete"],
    ["form", "test-submissions"],
    ["form", "state"],
    ["form", "delete"],
    ["form", "restore"],
    ["form", "rollback"],
    ["form", "media"],
    ["form", "assign"],
    ["form", "unassign"],
    ["form", "assign-all"],
    ["form", "assigned"],
    ["submission"],
    *(
        ["submission", one]
        for one in ["list", "show", "versions", "xml", "choose", "review", "delete", "restore"]
    ),
    ["quarantine"],
    *(["quarantine", one] for one in ["list", "show", "xml", "files", "release", "dismiss", "hold-again"]),
    ["plan"],
    ["plan", "import"],
    ["plan", "undo"],
    ["unit"],
    ["unit", "load"],
    ["report", "nation"],
    ["rollup"],
    ["rollup", "refresh"],
    ["rollup", "clear"],
    ["report"],
    ["report", "all"],
    ["report", "province"],
    ["verify"],
    ["issuing-body"],
    ["issuing-body", "list"],
    ["issuing-body", "add"],
    ["issuing-body", "edit"],
    ["report", "summary"],
    ["report", "commune"],
    ["report", "club"],
    ["report", "clubs"],
    *(["report", one] for one in ["list", "show", "draft", "check", "issue", "changes", "remake"]),
    ["demo"],
    ["rebuild"],
    ["check"],
    ["export"],
    ["encryption"],
    ["encryption", "enable"],
    ["encryption", "change-passphrase"],
    ["encryption", "list"],
    ["audit-log"],
    ["audit-log", "submission"],
    ["audit-log", "enumerators"],
    ["audit-log", "rebuild"],
]
VIETNAMESE = set("ăâđêôơưàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵấầẩậắằẳặếềểệốồổộớờởợứừửự")


@pytest.fixture
def clb(database_url, tmp_path, monkeypatch):
    """Runs the command on this test's database."""
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    forget()
    yield lambda *words: CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    shell.database().close()
    forget()


def forget():
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()


def write_workbook(folder: Path, markdown: str, files=None) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "form.xlsx"
    path.write_bytes(workbook(markdown))
    for name, content in (files or {}).items():
        (folder / "media").mkdir(exist_ok=True)
        (folder / "media" / name).write_bytes(content)
    return path


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_vietnamese_and_english(clb, words):
    told = clb(*words, "--help")

    assert told.exit_code == 0
    assert VIETNAMESE & set(told.output.lower())
    assert any(word in told.output for word in ("the ", "The ", "with ", "Print", "Options"))


def test_every_command_is_among_those_checked():
    def names(group, above=()):
        for name in group.list_commands(None):
            yield [*above, name]
            command = group.get_command(None, name)
            if hasattr(command, "commands"):
                yield from names(command, (*above, name))

    assert sorted(names(main)) == sorted(words for words in COMMANDS if words)


def test_a_light_command_loads_nothing_that_prints_converts_or_migrates():
    code = "import sys; from server.cli import main; main(sys.argv[1:], standalone_mode=False); print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", code, "user", "--help"], capture_output=True, text=True, check=True
    )

    loaded = {name.split(".")[0] for name in told.stdout.splitlines()[-1].split()}
    assert "sqlalchemy" in loaded
    heavy = {
        "alembic",
        "docx",
        "flask",
        "granian",
        "jinja2",
        "pyhanko",
        "pyxform",
        "weasyprint",
        "xlsxwriter",
    }
    assert loaded & heavy == set()


def test_a_user_gets_a_password_that_works(clb, session):
    told = clb("user", "add", "lan@clb.example", "--name", "Lan", "--role", "viewer")

    password = told.output.split()[-1]
    assert user.verify(session, "lan@clb.example", password) is not None
    assert clb("user", "list").output == "lan@clb.example\tLan\tviewer\n"
    session.rollback()

    renewed = clb("user", "reset-password", "lan@clb.example").output.split()[-1]
    assert user.verify(session, "lan@clb.example", password) is None
    assert user.verify(session, "lan@clb.example", renewed) is not None


def test_a_tablet_gets_an_address_that_works_and_loses_it(clb, database, session):
    with database.transaction() as writing:
        units = seed_units(writing)

    told = clb(
        "app-user", "add", "Máy 1", "--unit", "582@2004-01-01", "--unit", "12", "--url", "https://x.vn/"
    )

    address = next(line for line in told.output.splitlines() if line.startswith("https://"))
    token = address.split("/")[5]
    assert address == f"https://x.vn/v1/key/{token}/projects/1"
    assert "█" in told.output
    with database.reading() as reading:
        who = actor.by_key(reading, token, 1)
    listed = clb("app-user", "list").output
    assert listed == f"{who.actor_id}\tMáy 1\tHuyện Thuận Bắc, Tỉnh Lai Châu\tđang dùng | active\n"
    assert len(units) == 10

    clb("app-user", "revoke", who.actor_id)
    assert "đã thu hồi" in clb("app-user", "list").output
    assert "https" not in clb("app-user", "list").output


def test_a_new_code_ends_the_old_key(clb, database):
    first = clb("app-user", "add", "Máy 1").output
    actor_id = clb("app-user", "list").output.split("\t")[0]

    second = clb("app-user", "qr", actor_id).output

    tokens = [text.split("/v1/key/")[1].split("/")[0] for text in (first, second)]
    assert tokens[0] != tokens[1]
    with database.reading() as reading:
        assert not actor.by_key(reading, tokens[0], 1).may("open_form.list", 1)
    with database.reading() as reading:
        assert str(actor.by_key(reading, tokens[1], 1).actor_id) == actor_id


def test_a_form_is_published_once_with_its_media(clb, session, tmp_path):
    path = write_workbook(tmp_path / "forms", PLACE, FILES)

    first = clb("form", "publish", path, "--no-validate")
    again = clb("form", "publish", path, "--no-validate")

    assert "Đã đưa lên biểu mẫu place/1 2026." in first.output
    assert "không có gì thay đổi" in again.output
    assert clb("form", "list").output == "place/1\t2026\tĐịa bàn\topen\t1\t–\t0\n"
    stored = session.scalars(select(FormVersion)).one()
    assert BlobStore(tmp_path / "blobs").read(stored.workbook_sha256) == path.read_bytes()


def test_newer_media_replace_those_of_the_published_form(clb, tmp_path):
    path = write_workbook(tmp_path / "forms", PLACE, FILES)
    clb("form", "publish", path, "--no-validate")
    (path.parent / "media" / "thôn.csv").write_bytes(b"name,label\n3,Ba\n")

    told = clb("form", "publish", path, "--no-validate")

    assert "đã thay tệp thôn.csv" in told.output


def test_other_content_under_the_same_version_is_refused_with_its_cell(clb, tmp_path):
    clb("form", "publish", write_workbook(tmp_path / "a", VISIT), "--no-validate")

    told = clb(
        "form",
        "publish",
        write_workbook(tmp_path / "b", VISIT.replace("Ghi chú", "Ghi thêm")),
        "--no-validate",
    )

    assert told.exit_code == 1
    assert "settings!C2" in told.stderr
    assert "Traceback" not in told.stderr


def test_an_older_version_cannot_come_back_under_its_old_name(clb, tmp_path):
    first = write_workbook(tmp_path / "a", VISIT)
    clb("form", "publish", first, "--no-validate")
    clb("form", "publish", write_workbook(tmp_path / "b", VISIT.replace("| v1 ", "| v2 ")), "--no-validate")

    told = clb("form", "publish", first, "--no-validate")

    assert told.exit_code == 1
    assert "không quay lại" in told.stderr
    assert clb("form", "list").output.split("\t")[1] == "v2"


def test_a_form_whose_media_are_missing_is_refused_by_their_names(clb, session, tmp_path):
    told = clb("form", "publish", write_workbook(tmp_path / "forms", PLACE), "--no-validate")

    assert told.exit_code == 1
    assert "thôn.csv" in told.stderr
    assert session.scalars(select(Form)).all() == []


def test_a_faulty_workbook_is_refused_cell_by_cell(clb, tmp_path):
    path = write_workbook(tmp_path / "forms", VISIT.replace("| image | photo", "| picture | photo"))

    told = clb("form", "publish", path, "--no-validate")

    assert told.exit_code == 1
    assert "survey!" in told.stderr
    assert "Biểu mẫu có lỗi" in told.stderr


def test_a_file_that_is_no_workbook_is_refused(clb, tmp_path):
    path = tmp_path / "letter.docx"
    path.write_bytes(b"PK nothing")

    told = clb("form", "publish", path)

    assert told.exit_code == 1
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["user", "reset-password", "nobody@clb.example"], "Không có người dùng nào"),
        (["user", "add", "lan"], "không phải là địa chỉ"),
        (["user", "add", "lan@clb.example", "--role", "boss"], "Không có vai trò “boss”"),
        (["app-user", "add", "Máy 1", "--unit", "99999"], "99999"),
        (["app-user", "add", "Máy 1", "--unit", "582@yesterday"], "582@yesterday"),
        (["app-user", "add", "Máy 1", "--project", "7"], "Không có dự án số 7"),
        (["app-user", "revoke", "7"], "Không có máy thu thập số 7"),
        (["app-user", "property", "7"], "Không có máy thu thập số 7"),
        (["report", "province", "58", "--period", "2017", "--out", "x.pdf"], "58"),
    ],
)
def test_an_error_is_one_sentence_and_changes_nothing(clb, session, words, sentence):
    told = clb(*words)

    assert told.exit_code == 1
    assert sentence in told.stderr
    assert "Error:" in told.stderr
    assert session.scalars(select(User)).all() == []


def test_a_period_that_is_none_is_explained(clb):
    told = clb("report", "province", "58", "--period", "năm ngoái", "--out", "x.pdf")

    assert told.exit_code == 1
    assert told.stderr.startswith("Lỗi: Không hiểu kỳ báo cáo “năm ngoái”. Viết 2017..2020")


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--rule", "women", "Lỗi: Không hiểu quy định “women”. Viết women=60..70"),
        ("--rule", "wommen=60", "Lỗi: Không có quy định tên “wommen”."),
        (
            "--older-age",
            "12",
            "Lỗi: Tuổi của người cao tuổi chọn trong: 55, 60, 65, 70, 75, 80; không phải “12”.",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_explained(clb, option, value, sentence):
    told = clb("report", "province", "58", "--period", "2017", option, value, "--out", "x.pdf")

    assert told.exit_code == 1
    assert told.stderr.startswith(sentence)


def test_a_report_is_made_in_the_languages_there_are(clb):
    told = clb("report", "province", "58", "--period", "2017", "--language", "fr", "--out", "x.pdf")

    assert told.exit_code == 2
    assert "fr" in told.output


@pytest.mark.parametrize("name", ["báo cáo.odt", "báo cáo"])
def test_a_report_in_a_format_that_is_none_says_which_there_are(clb, tmp_path, name):
    told = clb("report", "province", "58", "--period", "2017", "--out", tmp_path / name)

    assert told.exit_code == 1
    assert told.stderr.startswith(f"Lỗi: Không rõ định dạng của “{name}”")
    assert ".pdf, .docx (Word) hoặc .xlsx (Excel)" in told.stderr


def test_a_report_into_a_folder_that_is_not_there_says_so_before_it_is_made(clb, tmp_path):
    told = clb("report", "province", "58", "--period", "2017", "--out", tmp_path / "chưa có" / "x.pdf")

    assert told.exit_code == 1
    assert told.stderr.startswith("Lỗi: Không có thư mục")
    assert "chưa có" in told.stderr


def test_a_file_that_the_system_refuses_is_named_without_a_traceback(clb, tmp_path):
    (tmp_path / "blobs").write_text("a file where a folder is needed")

    told = clb("form", "publish", write_workbook(tmp_path / "forms", VISIT, FILES), "--no-validate")

    assert told.exit_code == 1
    assert f"Lỗi: Không dùng được “{tmp_path / 'blobs'}" in told.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["frm"], "Không có lệnh “frm”."),
        (["form", "publish"], "Câu lệnh thiếu FILES."),
        (["form", "publish", "gone.xlsx"], "FILES: không có “gone.xlsx”."),
        (["form", "publish", "--halt"], "Không có tùy chọn --halt."),
        (["plan", "import", "/"], "FILES: “/” là thư mục, ở đây cần một tệp."),
        (["report", "province", "58", "--period", "2017"], "Câu lệnh thiếu --out."),
        (
            [
                "report",
                "province",
                "58",
                "--period",
                "2017",
                "--geography-as-of",
                "hôm qua",
                "--out",
                "x.pdf",
            ],
            "--geography-as-of: “hôm qua” không phải là ngày; viết như 2020-12-31 hoặc 31/12/2020.",
        ),
        (
            ["form", "state", "shut", "visit"],
            "{open|closing|closed}: “shut” không dùng được, chỉ nhận: open, closing, closed.",
        ),
        (["app-user", "revoke", "bảy"], "ACTOR_ID: “bảy” không phải là số nguyên."),
    ],
)
def test_a_command_written_wrongly_is_explained_in_vietnamese_first(clb, words, sentence):
    told = clb(*words)

    assert told.exit_code == 2
    assert told.stderr.startswith(f"Lỗi: {sentence} Xem cách viết: ")
    assert "\nError: " in told.stderr
    assert "--help" in told.stderr


def test_a_form_that_no_report_reads_is_published_with_a_word_of_warning(clb, tmp_path):
    told = clb("form", "publish", write_workbook(tmp_path / "forms", VISIT, FILES), "--no-validate")

    assert told.exit_code == 0
    assert "Báo cáo không đọc biểu mẫu" in told.output


def test_the_register_is_loaded_once(clb, session):
    first, second = clb("unit", "load"), clb("unit", "load")

    assert "0 thay đổi" not in first.output
    assert "0 thay đổi" in second.output
    assert session.scalars(select(Unit.full_name).where(Unit.code == "03388")).all() != []


def test_check_names_faults_and_files_that_are_gone(clb, collect, database, tmp_path):
    assert clb("check").exit_code == 0
    collect.send(submission({"photo": "1.jpg"}), [("1.jpg", b"one")])
    collect.send(submission(version="v0"))
    collect.send(submission(xml_form_id="unknown"))
    with database.transaction() as writing:
        first = writing.scalars(select(Submission.id).order_by(Submission.id)).first()
        broken = {"projection_state": "failed", "projection_error": "club_unknown x"}
        writing.execute(update(Submission).where(Submission.id == first).values(broken))
        row = {
            "submission_id": first,
            "code": "month_sent_twice",
            "severity": "warning",
            "question": "q",
            "value": "v",
        }
        writing.execute(insert(Finding), {**row, "details": {}})
        sha256 = writing.scalars(select(SubmissionAttachment.sha256)).one()
    next((tmp_path / "blobs").rglob(sha256)).unlink()

    told = clb("check")

    assert told.exit_code == 1
    assert "club_unknown x" in told.output
    assert sha256 in told.output
    assert "Một tháng gửi hai lần" in told.output
    assert "1 bài giữ riêng: Máy chủ chưa có biểu mẫu này" in told.output
    assert "1 bài của phiên bản lạ" in told.output
    assert "q=v" not in told.output
    assert "q=v" in clb("check", "--list", "month_sent_twice").output


def test_rebuilding_reads_every_submission_again(clb, collect, session):
    collect.send(submission())
    collect.send(submission())

    assert "2 bài gửi" in clb("rebuild").output
    assert len(session.scalars(select(SubmissionVersion)).all()) == 2


def test_a_database_that_was_never_migrated_is_told_so_without_a_traceback(tmp_path):
    environment = os.environ | {"CLB_DATA": str(tmp_path / "new"), "CLB_DATABASE_URL": ""}
    command = [sys.executable, "-m", "server.cli"]

    served = subprocess.run([*command, "serve"], env=environment, capture_output=True, text=True, check=False)
    listed = subprocess.run(
        [*command, "user", "list"], env=environment, capture_output=True, text=True, check=False
    )

    assert (served.returncode, listed.returncode) == (1, 1)
    assert "clb migrate" in served.stderr
    assert "clb migrate" in listed.stderr
    assert "Traceback" not in served.stderr + listed.stderr


def test_a_port_that_another_server_has_is_named_before_anything_is_made(tmp_path):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = subprocess.run(
            [sys.executable, "-m", "server.cli", "demo"],
            env=os.environ | {"CLB_DATA": str(tmp_path / "data"), "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert told.returncode == 1
    assert f"Cổng {port} của 127.0.0.1 đã có chương trình khác dùng" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "data" / "clb.sqlite").exists()


def test_a_wrong_setting_is_named_without_a_traceback(tmp_path):
    environment = os.environ | {"CLB_DATA": str(tmp_path), "PORT": "eighty"}

    told = subprocess.run(
        [sys.executable, "-m", "server.cli", "migrate"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert "PORT: 'eighty'" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_tablet_made_at_the_command_line_can_send(clb, app, forms_published):
    told = clb("app-user", "add", "Máy 1").output
    token = told.split("/v1/key/")[1].split("/")[0]

    assert Collect(app, token, 0).send(submission()).status_code == 201


def test_demo_sets_everything_up_once_and_prints_the_same_keys_again(clb, session, tmp_path):
    first = clb("demo", "--no-sample-data", "--no-serve")
    again = clb("demo", "--no-sample-data", "--no-serve")

    password = re.search(r"một lần: (\w+)", first.output).group(1)
    assert user.verify(session, "admin@clb.example", password) is not None
    assert password in again.output
    user.reset_password(session, "admin@clb.example", actor.SYSTEM_ID)
    session.commit()
    assert password not in clb("demo", "--no-sample-data", "--no-serve").output
    assert "Đã đưa lên biểu mẫu club_founding" in first.output
    assert "Đã đưa lên" not in again.output
    assert [line.split("\t")[0] for line in clb("form", "list").output.splitlines()] == [
        "club_founding",
        "club_meeting",
        "member_survey",
    ]
    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("host", "address"), [("0.0.0.0", "http://127.0.0.1:8102"), ("192.168.1.20", "http://192.168.1.20:8102")]
)
def test_the_demo_knows_an_address_for_the_codes_of_its_reports(host, address):
    assert own_address(Config(host=host, port=8102)) == address


def test_keys_of_a_database_that_is_gone_are_forgotten(clb, tmp_path):
    (tmp_path / "demo.json").write_text('{"database": "2020", "password": "old", "programme": "old"}')

    told = clb("demo", "--no-sample-data", "--no-serve")

    assert told.exit_code == 0
    assert "old" not in told.output
    assert "Mật khẩu dùng một lần" in told.output
