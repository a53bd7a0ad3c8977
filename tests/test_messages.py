"""Every way in which a tablet can be refused: what it is told, in Vietnamese or in English, and in which form.

Each is provoked through the whole application. Collect shows the sentence in a small dialog, so it is short and ends
with what to do.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from lxml import etree
from sqlalchemy import text
from werkzeug.test import TestResponse

from server import create_app
from server.config import Config
from server.context import DATABASE
from server.models import Form
from server.services import app_user
from server.services.actor import SYSTEM_ID
from tests.builders import BOUNDARY, CONTENT_TYPE, Collect, multipart, new_instance_id, submission

pytestmark = pytest.mark.database

LIMIT = 160
"""Characters of a sentence that Collect's dialog shows without scrolling on a small tablet."""
MESSAGE = "{http://openrosa.org/http/response}message"
KEPT = ("đã được giữ riêng", "was kept aside")
MAX_BODY_BYTES = 30_000


@dataclass(frozen=True)
class Way:
    """One way to be refused: how, with which status, and words of the sentence in both languages."""

    name: str
    status: int
    vi: str
    en: str
    ask: Callable[[Collect], TestResponse]


def transaction(collect: Collect):
    return collect.app.extensions[DATABASE].transaction()


def stranger(collect: Collect) -> Collect:
    return replace(collect, token="wrong")


def set_form(collect: Collect, **values) -> None:
    with transaction(collect) as session:
        form = session.query(Form).filter_by(xml_form_id="visit").one()
        for name, value in values.items():
            setattr(form, name, value)


def revoke(collect: Collect, grace: timedelta = timedelta(0)) -> Collect:
    with transaction(collect) as session:
        app_user.revoke(session, collect.actor_id, SYSTEM_ID, grace)
    return collect


def renewed(collect: Collect) -> Collect:
    with transaction(collect) as session:
        app_user.renew(session, collect.actor_id, SYSTEM_ID)
    return collect


def assigned_elsewhere(collect: Collect) -> Collect:
    with transaction(collect) as session:
        form_id = session.query(Form).filter_by(xml_form_id="register").one().id
        made = app_user.create(session, 1, "Máy một biểu mẫu", [], SYSTEM_ID, form_ids=[form_id])
    return Collect(collect.app, made.token, made.actor_id)


def closed(collect: Collect) -> TestResponse:
    set_form(collect, state="closed")
    return collect.send(submission())


def deleted_form(collect: Collect) -> TestResponse:
    set_form(collect, deleted_at=datetime(2020, 1, 1, tzinfo=UTC))
    return collect.send(submission())


def twice(collect: Collect) -> TestResponse:
    instance_id = new_instance_id()
    collect.send(submission({"note": "một"}, instance_id=instance_id))
    return collect.send(submission({"note": "hai"}, instance_id=instance_id))


def broken_table(collect: Collect) -> TestResponse:
    with transaction(collect) as session:
        session.execute(text("ALTER TABLE submission RENAME TO lost"))
    return collect.send(submission())


def busy(collect: Collect) -> TestResponse:
    """While another process writes for longer than anybody waits."""
    with held(collect):
        return collect.send(submission())


@contextmanager
def held(collect: Collect) -> Iterator[None]:
    database = collect.app.extensions[DATABASE]
    if database.is_sqlite:
        with closing(sqlite3.connect(database.url.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
        return
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(database.writer.pool, "_timeout", 0.05)
        for _ in range(database.writer.pool.size() + database.writer.pool._max_overflow):
            stack.enter_context(database.writer.connect())
        yield


def at(path: str, method: str = "GET", base: str = "") -> Callable[[Collect], TestResponse]:
    """Ask below the tablet's address, or below another base."""

    def ask(collect: Collect) -> TestResponse:
        url = f"{base or collect.base}{path}"
        return collect.app.test_client().open(url, method=method, headers=collect.headers)

    return ask


UNREADABLE = {
    "encrypted without an ID": (b'<data id="visit" encrypted="yes"/>', 400, "instanceID", "no instance ID"),
    "cut XML": (submission()[:-20], 400, "cắt cụt", "cut off"),
    "a DOCTYPE": (b'<!DOCTYPE a><data id="visit"/>', 400, "DOCTYPE", "DOCTYPE"),
    "no form ID": (b"<data><note/></data>", 400, "Thiếu mã biểu mẫu", "form id is missing"),
    "an ID too long": (submission(instance_id="x" * 201), 400, "200 ký tự", "200 characters"),
    "not UTF-8": ('<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"), 400, "UTF-8", "UTF-8"),
    "too deep": (b'<data id="visit">' + b"<a>" * 600 + b"</a>" * 600 + b"</data>", 400, "tầng", "deeply"),
}
WAYS = [
    Way("a wrong key: list", 403, "khóa sai", "key", lambda c: stranger(c).get("formList")),
    Way("a wrong key: form", 403, "khóa sai", "key", lambda c: stranger(c).get("forms/visit.xml")),
    Way("a wrong key: submission", 403, "khóa sai", "key", lambda c: stranger(c).send(submission())),
    Way("another project", 403, "khóa sai", "key", at("/formList", base="/v1/key/x/projects/7")),
    Way("a revoked key", 403, "thu hồi", "revoked", lambda c: revoke(c).get("formList")),
    Way(
        "a revoked key that may send",
        403,
        "bị thu hồi",
        "was revoked",
        lambda c: revoke(c, timedelta(days=9)).get("formList"),
    ),
    Way(
        "a key too late to send",
        403,
        "hết hạn gửi",
        "time to send",
        lambda c: revoke(c, timedelta(microseconds=1)).send(submission()),
    ),
    Way("a replaced key", 403, "thẻ mới", "new card", lambda c: renewed(c).get("formList")),
    Way(
        "a form not assigned: text",
        404,
        "không có biểu mẫu",
        "no form",
        lambda c: assigned_elsewhere(c).get("forms/visit.xml"),
    ),
    Way(
        "a form not assigned: submission",
        403,
        "không được phép gửi",
        "may not send",
        lambda c: assigned_elsewhere(c).send(submission()),
    ),
    Way(
        "an unknown form",
        404,
        "không có biểu mẫu “none”",
        "no form “none”",
        lambda c: c.get("forms/none.xml"),
    ),
    Way(
        "an unknown form's manifest",
        404,
        "không có biểu mẫu",
        "no form",
        lambda c: c.get("forms/none/manifest"),
    ),
    Way(
        "an unknown file",
        404,
        "không có tệp “x.jpg”",
        "no file “x.jpg”",
        lambda c: c.get("forms/visit/attachments/x.jpg"),
    ),
    Way(
        "an unknown list",
        404,
        "không có danh sách",
        "no list",
        lambda c: c.get("datasets/none/integrity?id=1"),
    ),
    Way("an unknown form sent", 404, KEPT[0], KEPT[1], lambda c: c.send(submission(xml_form_id="none"))),
    Way("a deleted form sent", 404, KEPT[0], KEPT[1], deleted_form),
    Way("a closed form sent", 409, KEPT[0], KEPT[1], closed),
    Way("other answers", 409, "câu trả lời khác", "other answers", twice),
    *(
        Way(f"unreadable: {name}", status, vi, en, lambda c, xml=xml: c.send(xml))
        for name, (xml, status, vi, en) in UNREADABLE.items()
    ),
    Way("no submission in it", 400, "xml_submission_file", "xml_submission_file", lambda c: c.send(None)),
    Way(
        "another content type",
        400,
        "xml_submission_file",
        "xml_submission_file",
        lambda c: c.post(submission(), "text/xml"),
    ),
    Way("no content type", 400, "xml_submission_file", "xml_submission_file", lambda c: c.post(b"", "")),
    Way(
        "no boundary",
        400,
        "không đến đủ|chưa đến đủ",
        "not arrive whole",
        lambda c: c.post(multipart(submission()), "multipart/form-data"),
    ),
    Way(
        "a cut body", 400, "chưa đến đủ", "not arrive whole", lambda c: c.post(multipart(submission())[:-40])
    ),
    Way(
        "another boundary",
        400,
        "chưa đến đủ",
        "not arrive whole",
        lambda c: c.post(multipart(submission()), CONTENT_TYPE.replace(BOUNDARY, "another")),
    ),
    Way(
        "a body too large",
        413,
        "lớn hơn mức",
        "larger than",
        lambda c: c.send(submission(), [("a", bytes(40_000))]),
    ),
    Way("a NUL in the address", 400, "không đọc được", "cannot read", at("/formList?deviceID=%00")),
    Way("nothing there", 404, "Không có gì ở địa chỉ", "nothing at this address", at("/nothing")),
    Way(
        "no project number",
        404,
        "Không có gì ở địa chỉ",
        "nothing at this address",
        at("/formList", base="/v1/key/x/projects/abc"),
    ),
    Way("only a key", 404, "Không có gì ở địa chỉ", "nothing at this address", at("", base="/v1/key/x")),
    Way("only the path", 404, "Không có gì ở địa chỉ", "nothing at this address", at("", base="/v1/key/")),
    Way(
        "the wrong method: list",
        405,
        "không nhận phương thức POST",
        "not accept POST",
        at("/formList", "POST"),
    ),
    Way("the wrong method: submission", 405, "phương thức GET", "not accept GET", at("/submission")),
    Way("the wrong method: PUT", 405, "phương thức PUT", "not accept PUT", at("/submission", "PUT")),
    Way(
        "the wrong method: OPTIONS",
        405,
        "phương thức OPTIONS",
        "not accept OPTIONS",
        at("/submission", "OPTIONS"),
    ),
    Way(
        "a draft that ended: list",
        404,
        "không còn",
        "ended",
        at("/formList", base="/v1/test/x/projects/1/forms/visit/draft"),
    ),
    Way(
        "nothing below a draft",
        404,
        "Không có gì ở địa chỉ",
        "nothing at this address",
        at("", base="/v1/test/x"),
    ),
    Way("no key at all", 403, "thiếu khóa", "no key", at("/formList", base="/v1")),
    Way("a fault of ours", 500, "Máy chủ gặp lỗi", "server failed", broken_table),
    Way("a busy database", 503, "đang bận", "is busy", busy),
]


@pytest.fixture
def app(database, database_url, tmp_path, monkeypatch, request):
    """The application with a small limit, in the language of the test; writers give up at once."""
    monkeypatch.setattr("server.db.WAIT_SECONDS", 0)
    database.writer.dispose()
    language = request.getfixturevalue("language")
    config = Config(
        data=tmp_path, database_url=database_url, language=language, max_body_bytes=MAX_BODY_BYTES
    )
    return create_app(config, database)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_every_refusal_is_an_openrosa_message_that_says_what_to_do(collect, way, language):
    response = way.ask(collect)

    sentence = told(response)
    assert response.status_code == way.status, sentence
    expected = way.vi if language == "vi" else way.en
    assert any(part in sentence for part in expected.split("|")), sentence
    assert says_what_to_do(sentence, language), sentence
    assert len(sentence) <= LIMIT, (len(sentence), sentence)


def told(response: TestResponse) -> str:
    """The sentence of an OpenRosa message, once the answer is known to be one."""
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert response.headers["X-OpenRosa-Accept-Content-Length"].isdigit()
    assert response.headers["Cache-Control"] == "no-store"
    assert b"OpenRosaResponse" in response.data
    (message,) = etree.fromstring(response.data)
    assert (message.tag, message.get("nature")) == (MESSAGE, "error")
    return message.text


def says_what_to_do(sentence: str, language: str) -> bool:
    """Whether its end asks for something."""
    end = sentence[len(sentence) // 4 :].lower()
    return ("xin " if language == "vi" else "please ") in end
