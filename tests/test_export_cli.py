"""The commands clb export, encryption and audit-log, on a database of their own."""

import csv
import io
import os
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from server.cli import main, shell
from server.models import Audit, Form, FormVersion
from server.models.form import EncryptionKey
from server.services import encryption_key
from tests.builders import new_instance_id, submission
from tests.encrypting import encrypt, key_pair
from tests.test_audit_log import VISIT_LOG

pytestmark = pytest.mark.database

PASSPHRASE = "đường về bản Nậm Manh"


@pytest.fixture
def clb(tmp_path, database_url, monkeypatch):
    """Runs a command on this test's database, with what it is to read from standard input."""
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    monkeypatch.setattr(encryption_key, "PBKDF2_ROUNDS", 1000)
    forget()

    def run(*words, told=""):
        return CliRunner().invoke(main, [str(word) for word in words], input=told, catch_exceptions=False)

    yield run
    shell.database().close()
    forget()


def forget():
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()


def form_now(database) -> tuple[str, str]:
    """The version of the form visit, and the key in it."""
    with database.reading() as session:
        return session.execute(
            select(FormVersion.version, EncryptionKey.public)
            .join(Form, Form.current_version_id == FormVersion.id)
            .join(EncryptionKey, EncryptionKey.id == FormVersion.key_id)
            .where(Form.xml_form_id == "visit")
        ).one()


def send_encrypted(collect, database, note: str, public: str | None = None) -> str:
    version, key = form_now(database)
    instance_id = new_instance_id()
    plain = submission({"note": note}, version=version, instance_id=instance_id)
    sent = encrypt(plain, public=public or key, instance_id=instance_id, version=version)
    assert collect.send(sent.xml, sent.files).status_code == 201
    return instance_id


def notes(path) -> list[str]:
    with ZipFile(path) as archive, archive.open("visit.csv") as file:
        return [row["note"] for row in csv.DictReader(io.TextIOWrapper(file, "utf-8-sig"))]


def test_from_enabling_to_an_export_with_the_passphrase(clb, collect, database, tmp_path):
    enabled = clb("encryption", "enable", "--form", "visit", "--yes", "--passphrase-stdin", told=PASSPHRASE)
    assert "KHÔNG tắt lại được" in enabled.output
    send_encrypted(collect, database, "Bà Mai")

    out = tmp_path / "visit.zip"
    told = clb("export", "visit", "--out", out, "--passphrase-stdin", told=PASSPHRASE + "\n")

    assert told.exit_code == 0
    assert notes(out) == ["Bà Mai"]
    assert out.stat().st_mode & 0o077 == 0
    assert PASSPHRASE not in enabled.output + told.output
    with database.reading() as session:
        logged = session.scalars(select(Audit).where(Audit.action == "form.submission.export")).one()
        assert logged.details == {"submissions": 1, "faults": {}}


def test_the_passphrase_is_asked_twice_and_not_shown(clb, collect, database, tmp_path):
    told = clb("encryption", "enable", "--form", "visit", told=f"y\n{PASSPHRASE}\n{PASSPHRASE}\n")

    assert told.exit_code == 0
    assert PASSPHRASE not in told.output
    send_encrypted(collect, database, "x")
    asked = clb("export", "visit", "--out", tmp_path / "a.zip", "--decrypt", told=f"{PASSPHRASE}\n")
    assert asked.exit_code == 0
    assert PASSPHRASE not in asked.output


def test_enabling_is_not_done_unless_confirmed(clb, collect, database):
    told = clb("encryption", "enable", told="n\n")

    assert told.exit_code == 1
    with database.reading() as session:
        assert session.scalars(select(EncryptionKey)).all() == []


def test_the_plan_names_what_stays_and_what_reports_lose(clb, forms_published):
    told = clb("encryption", "enable", told="n\n").output

    assert "visit: sẽ mã hóa" in told
    assert "register: giữ nguyên" in told


def test_a_wrong_passphrase_exports_nothing_and_leaves_no_file(clb, collect, database, tmp_path):
    clb(
        "encryption",
        "enable",
        "--form",
        "visit",
        "--yes",
        "--passphrase-stdin",
        "--hint",
        "bản",
        told=PASSPHRASE,
    )
    out = tmp_path / "out"
    out.mkdir()

    told = clb("export", "visit", "--out", out / "a.zip", "--passphrase-stdin", told="sai bét cả rồi\n")

    assert told.exit_code == 1
    assert "Gợi nhớ: bản" in told.stderr
    assert os.listdir(out) == []


def test_an_export_that_lacks_answers_says_so_and_keeps_the_rest(clb, collect, database, tmp_path):
    clb("encryption", "enable", "--form", "visit", "--yes", "--passphrase-stdin", told=PASSPHRASE)
    send_encrypted(collect, database, "đọc được")
    lost = send_encrypted(collect, database, "không", public=key_pair().public)
    out = tmp_path / "visit.zip"

    told = clb("export", "visit", "--out", out, "--passphrase-stdin", told=PASSPHRASE)

    assert told.exit_code == 1
    assert lost in told.output
    assert "problems.csv" in told.stderr
    assert notes(out) == ["đọc được", ""]


def test_a_private_key_file_opens_what_was_locked_with_it(clb, collect, database, tmp_path):
    clb("encryption", "enable", "--form", "visit", "--yes", "--passphrase-stdin", told=PASSPHRASE)
    send_encrypted(collect, database, "của người khác", public=key_pair().public)
    key = tmp_path / "khóa.pem"
    key.write_bytes(key_pair().pem())

    told = clb("export", "visit", "--out", tmp_path / "a.zip", "--private-key", key)

    assert told.exit_code == 0
    assert notes(tmp_path / "a.zip") == ["của người khác"]


def test_a_file_that_is_no_key_is_refused(clb, forms_published, tmp_path):
    (tmp_path / "key.pem").write_text("hello")

    told = clb("export", "visit", "--out", tmp_path / "a.zip", "--private-key", tmp_path / "key.pem")

    assert told.exit_code == 1
    assert "không phải là khóa riêng" in told.stderr


def test_the_passphrase_is_changed(clb, collect, database, tmp_path):
    clb("encryption", "enable", "--form", "visit", "--yes", "--passphrase-stdin", told=PASSPHRASE)
    send_encrypted(collect, database, "trước khi đổi")

    two = f"{PASSPHRASE}\nmật khẩu thứ hai\n"
    assert clb("encryption", "change-passphrase", "--passphrase-stdin", told=two).exit_code == 0

    old = clb("export", "visit", "--out", tmp_path / "a.zip", "--passphrase-stdin", told=PASSPHRASE)
    new = clb("export", "visit", "--out", tmp_path / "a.zip", "--passphrase-stdin", told="mật khẩu thứ hai")
    assert (old.exit_code, new.exit_code) == (1, 0)
    assert notes(tmp_path / "a.zip") == ["trước khi đổi"]


def test_keys_are_listed(clb, collect, database):
    clb(
        "encryption",
        "enable",
        "--form",
        "visit",
        "--yes",
        "--passphrase-stdin",
        "--hint",
        "bản",
        told=PASSPHRASE,
    )
    send_encrypted(collect, database, "x")

    assert clb("encryption", "list").output == "1\tmáy chủ giữ | managed\tbản\tvisit\t1\t0\n"


def test_an_export_can_be_bounded_by_days_and_unit(clb, collect, tmp_path):
    collect.send(submission({"note": "nay"}))
    out = tmp_path / "a.zip"

    clb("export", "visit", "--out", out, "--from", "2001-01-01", "--to", "31/12/2001")
    assert notes(out) == []
    clb("export", "visit", "--out", out, "--unit", "58@2004-01-01", "--from", "2001-01-01")
    assert notes(out) == ["nay"]
    clb("export", "visit", "--out", out, "--unit", "12")
    assert notes(out) == []


def test_a_folder_that_is_not_there_is_named(clb, forms_published, tmp_path):
    told = clb("export", "visit", "--out", tmp_path / "chưa có" / "a.zip")

    assert told.exit_code == 1
    assert "chưa có" in told.stderr


def test_audit_logs_are_told_by_submission_and_by_enumerator(clb, collect):
    instance_id = new_instance_id()
    collect.send(submission({"note": "x"}, instance_id=instance_id), [("audit.csv", VISIT_LOG)])

    one = clb("audit-log", "submission", instance_id).output
    each = clb("audit-log", "enumerators", "--short-minutes", "11.5").output

    assert "Trên màn hình: 11.0 phút" in one
    assert "Quay lại câu trước: 1" in one
    assert "360.0\t1\t/data/note\tGhi chú" in one
    assert each.splitlines()[1] == "Máy thử\tvisit\t1\t11.0\t1\t0\t1.0\t1.0"
    assert "Đã đọc 1 nhật ký" in clb("audit-log", "rebuild").output


def test_a_submission_without_a_log_or_that_is_not_there_says_so(clb, collect):
    instance_id = new_instance_id()
    collect.send(submission({"note": "x"}, instance_id=instance_id))

    assert "không có nhật ký" in clb("audit-log", "submission", instance_id).output
    assert clb("audit-log", "submission", "99").exit_code == 1
