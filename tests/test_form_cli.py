"""clb form: drafts with their code, states, ways back, files and assignments, as an administrator types them."""

import re
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from lxml import etree
from sqlalchemy import select

from server import collect_settings
from server.cli import main
from server.models import Form, FormVersion
from server.services import app_user, form
from server.services.actor import SYSTEM_ID
from tests.builders import CONTENT_TYPE, FILES, PLACE, REGISTER, VISIT, Collect, multipart, submission
from tests.test_cli import clb, write_workbook  # noqa: F401 - clb is a fixture

pytestmark = pytest.mark.database


def asked(*words, answer):
    """The command, with somebody at the keyboard."""
    return CliRunner().invoke(main, [str(word) for word in words], input=f"{answer}\n")


def listed(tablet):
    return {one.findtext("{*}formID"): one.findtext("{*}version") for one in _root(tablet.get("formList"))}


def _root(response):
    assert response.status_code == 200
    return etree.fromstring(response.data)


@pytest.fixture
def draft_of(clb, tmp_path):  # noqa: F811
    """Puts a draft by the command, and gives what it printed and the path of its address."""

    def put(markdown, files=None, folder="draft"):
        path = write_workbook(tmp_path / folder, markdown, files)
        told = clb("form", "draft", "put", path, "--no-validate", "--url", "http://clb.vn")
        assert told.exit_code == 0, told.output
        return told.output, re.search(r"http://clb\.vn(/v1/test/\S+/draft)\n", told.output)[1]

    return put


def test_a_draft_is_put_tried_looked_at_and_published(clb, app, collect, draft_of, tmp_path):  # noqa: F811
    _, path = draft_of(VISIT.replace("| v1 ", "| v2 "))
    tester = app.test_client()
    xml = submission({"note": "Thử"}, version="v2", instance_id="uuid:../a")
    sent = tester.post(
        f"{path}/submission", data=multipart(xml, [("../x.jpg", b"x")]), content_type=CONTENT_TYPE
    )

    shown = clb("form", "draft", "show", "visit", "--url", "http://clb.vn")
    lines = clb("form", "test-submissions", "visit", "--out", tmp_path / "out")
    answers = clb("form", "test-submissions", "visit", "--show", "uuid:../a")

    assert sent.status_code == 201
    assert path in shown.output
    assert "Số phiếu thử: 1" in shown.output
    assert lines.output.startswith("uuid:../a\tv2\t")
    assert (tmp_path / "out" / "uuid_.._a" / "submission.xml").read_bytes() == xml
    assert sorted(file.name for file in (tmp_path / "out").rglob("*.jpg")) == ["_x.jpg"]
    assert answers.output == "note\tThử\n"

    refused = asked("form", "draft", "publish", "visit", answer="n")
    assert refused.exit_code == 1
    assert "1 phiếu thử sẽ bị xóa" in refused.output
    assert listed(collect)["visit"] == "v1"

    done = clb("form", "draft", "publish", "visit", "--yes")
    assert done.exit_code == 0
    assert "Đã đưa lên biểu mẫu visit v2." in done.output
    assert listed(collect)["visit"] == "v2"
    assert tester.get(f"{path}/formList").status_code == 404
    assert clb("form", "draft", "show", "visit").exit_code == 1


def test_the_code_of_a_draft_sets_up_a_project_of_its_own(clb, draft_of, monkeypatch):  # noqa: F811
    codes = []
    encode = collect_settings.encode
    monkeypatch.setattr(
        collect_settings, "encode", lambda settings: codes.append(settings) or encode(settings)
    )

    _, path = draft_of(PLACE, FILES)

    (settings,) = codes
    assert settings["general"]["server_url"] == f"http://clb.vn{path}"
    assert "place%2F1" in path
    assert unquote(path).endswith("/forms/place/1/draft")
    assert settings["general"]["form_update_mode"] == "match_exactly"
    assert settings["project"]["name"].startswith("[")
    assert settings["project"]["icon"] == "📝"
    assert settings["admin"] == {}


def test_what_a_draft_lacks_is_said(clb, forms_published, draft_of):  # noqa: F811
    lacking, _ = draft_of(PLACE.replace("place/1", "other"), folder="a")
    sampled, _ = draft_of(REGISTER.replace("| 1 ", "| 2 "), folder="b")
    taken, _ = draft_of(VISIT.replace("Ghi chú", "Ghi chép"), folder="c")

    assert "Còn thiếu tệp: thôn.csv" in lacking
    assert "Danh sách chỉ có dòng mẫu: clubs.csv" in sampled
    assert "Phiên bản v1 đã dùng cho nội dung khác" in taken
    assert clb("form", "list").output.splitlines() == [
        "other\t–\t–\topen\t0\t2026\t0",
        "place/1\t2026\tĐịa bàn\topen\t1\t–\t0",
        "register\t1\tGhi tên\topen\t1\t2\t0",
        "visit\tv1\tThăm hộ\topen\t1\tv1\t0",
    ]


def test_a_draft_is_deleted_without_a_question_when_nothing_was_sent(clb, draft_of):  # noqa: F811
    draft_of(VISIT)

    assert clb("form", "draft", "delete", "visit").exit_code == 0
    assert "không có bản nháp" in clb("form", "draft", "delete", "visit").output


def test_closing_says_what_tablets_lose_and_asks(clb, collect):  # noqa: F811
    refused = asked("form", "state", "closing", "visit", answer="n")
    nobody = clb("form", "state", "closing", "visit")

    assert refused.exit_code == 1
    assert nobody.exit_code == 1
    assert "chưa có gì thay đổi" in refused.output
    assert "Aborted" not in nobody.output
    assert "1 máy sẽ không còn thấy biểu mẫu: visit" in refused.output
    assert "vẫn gửi được" in refused.output
    assert "không còn biểu mẫu nào" not in refused.output
    assert set(listed(collect)) == {"visit", "place/1", "register"}

    done = asked("form", "state", "closing", "visit", answer="y")
    assert done.exit_code == 0
    assert "clb form state open visit" in done.output
    assert set(listed(collect)) == {"place/1", "register"}


def test_closing_every_form_at_once_says_that_tablets_would_have_none(clb, collect):  # noqa: F811
    refused = asked("form", "state", "closed", "visit", "place/1", "register", answer="n")

    assert "Trong đó 1 máy không còn biểu mẫu nào" in refused.output
    assert "được giữ riêng" in refused.output
    assert len(listed(collect)) == 3

    assert clb("form", "state", "closed", "visit", "place/1", "register", "--yes").exit_code == 0
    assert listed(collect) == {}
    assert collect.send(submission()).status_code == 409
    reopened = clb("form", "state", "open", "visit")
    assert "Đã nhận 1 phiếu trước đây giữ riêng" in reopened.output


def test_one_wrong_form_id_changes_no_other_form(clb, collect):  # noqa: F811
    told = clb("form", "state", "closed", "visit", "none", "--yes")

    assert told.exit_code == 1
    assert "none" in told.output
    assert len(listed(collect)) == 3


def test_a_form_is_deleted_and_brought_back(clb, collect):  # noqa: F811
    refused = asked("form", "delete", "visit", answer="n")
    deleted = clb("form", "delete", "visit", "--yes")
    lines = clb("form", "list").output

    assert refused.exit_code == 1
    assert "clb form restore visit" in deleted.output
    assert "visit" not in listed(collect)
    assert "visit\tv1\tThăm hộ\tdeleted" in lines
    assert clb("form", "show", "visit").exit_code == 1
    assert clb("form", "restore", "visit").exit_code == 0
    assert listed(collect)["visit"] == "v1"


def test_a_form_is_rolled_back_and_downloaded(clb, collect, tmp_path):  # noqa: F811
    second = write_workbook(tmp_path / "b", VISIT.replace("| v1 ", "| v2 ").replace("Ghi chú", "Ghi chép"))
    clb("form", "publish", second, "--no-validate")

    refused = asked("form", "rollback", "visit", "v1", answer="n")
    done = clb("form", "rollback", "visit", "v1", "--yes")
    version = listed(collect)["visit"]
    lines = clb("form", "versions", "visit").output.splitlines()
    clb("form", "download", "visit", "--out", tmp_path / "out")
    again = clb("form", "publish", tmp_path / "out" / f"visit-{version}.xlsx", "--no-validate")

    assert refused.exit_code == 1
    assert "Nội dung bản v1 sẽ thay bản v2" in refused.output
    assert "clb form rollback visit v2" in done.output
    assert [line[:2] + line[2:].split("\t")[0] for line in lines] == [f"* {version}", "  v2", "  v1"]
    assert "không có gì thay đổi" in again.output
    assert (tmp_path / "out" / f"visit-{version}.xml").read_bytes() == collect.get("forms/visit.xml").data


def test_the_original_workbook_and_files_of_any_version_are_downloaded(clb, tmp_path):  # noqa: F811
    path = write_workbook(tmp_path / "a", PLACE, FILES)
    clb("form", "publish", path, "--no-validate")

    told = clb("form", "download", "place/1", "--version", "2026", "--out", tmp_path / "out")

    assert told.exit_code == 0
    assert (tmp_path / "out" / "place_1-2026.xlsx").read_bytes() == path.read_bytes()
    assert (tmp_path / "out" / "media" / "thôn.csv").read_bytes() == FILES["thôn.csv"]
    assert "Các phiên bản: “2026”" in clb("form", "download", "place/1", "--version", "1").output


def test_files_are_listed_and_replaced(clb, collect, tmp_path):  # noqa: F811
    new = tmp_path / "thôn.csv"
    new.write_bytes("name,label\n1,Thôn Ba\n".encode())

    before = clb("form", "media", "place/1").output
    done = clb("form", "media", "place/1", new)
    again = clb("form", "media", "place/1", new)
    wrong = clb("form", "media", "visit", new)

    assert before.startswith("thôn.csv\t")
    assert done.output.startswith("→ thôn.csv")
    assert "Không có tệp nào khác" in again.output
    assert collect.get("forms/place%2F1/attachments/thôn.csv").data == new.read_bytes()
    assert "không dùng tệp “thôn.csv”" in wrong.output


def test_forms_are_assigned_and_taken_by_number(clb, app, database, forms_published):  # noqa: F811
    with database.transaction() as session:
        visit = form.get(session, 1, "visit").id
        made = app_user.create(session, 1, "Máy Một", [], SYSTEM_ID, form_ids=[visit])
    tablet = Collect(app, made.token, made.actor_id)

    last = clb("form", "unassign", "visit", made.actor_id)
    given = clb("form", "assign", "register", made.actor_id)
    gets = clb("form", "assigned", "register")
    taken = clb("form", "unassign", "visit", made.actor_id)

    assert last.exit_code == 1
    assert "biểu mẫu cuối cùng" in last.output
    assert f"clb form unassign register {made.actor_id}" in given.output
    assert gets.output == f"{made.actor_id}\tMáy Một\tgiao riêng | assigned\n"
    assert f"đã lấy lại. Hoàn tác: clb form assign visit {made.actor_id}" in taken.output
    assert set(listed(tablet)) == {"register"}
    assert clb("form", "assign-all", made.actor_id).exit_code == 0
    assert len(listed(tablet)) == 3
    of_all = clb("form", "unassign", "visit", made.actor_id)
    assert f"Hoàn tác: clb form assign-all {made.actor_id}" in of_all.output
    assert clb("form", "assign-all", made.actor_id).exit_code == 0
    assert "mọi biểu mẫu" in clb("form", "assigned", "visit").output


def test_a_form_is_shown_with_all_that_belongs_to_it(clb, collect, draft_of):  # noqa: F811
    draft_of(PLACE.replace("| 2026 ", "| 2027 "), FILES)

    told = clb("form", "show", "place/1").output

    assert "Tình trạng: mở" in told
    assert "Phiên bản hiện hành: 2026" in told
    assert "Bản nháp: 2027" in told
    assert "thôn.csv" in told
    assert "Số máy nhận biểu mẫu này: 1" in told


def test_what_was_published_once_does_not_come_back_by_itself(clb, database, tmp_path):  # noqa: F811
    path = write_workbook(tmp_path / "a", VISIT)
    clb("form", "publish", path, "--no-validate")
    with database.reading() as session:
        assert not form.is_past(session, 1, path.read_bytes())
        assert not form.is_past(session, 1, b"another")

    clb("form", "publish", write_workbook(tmp_path / "b", VISIT.replace("| v1 ", "| v2 ")), "--no-validate")
    with database.reading() as session:
        assert form.is_past(session, 1, path.read_bytes())
        assert session.scalars(select(FormVersion.version).join(Form, Form.id == FormVersion.form_id)).all()
