"""Intake: whatever comes, however often, in whatever order, nothing is lost and nothing is doubled."""

import os
import resource
import signal
import sqlite3
import unicodedata
from contextlib import ExitStack, closing

import pytest
from sqlalchemy import func, select, update

from server.clock import now
from server.config import Config
from server.context import CONFIG
from server.models import (
    AppUser,
    Audit,
    Form,
    FormVersion,
    Project,
    Quarantine,
    Submission,
    SubmissionAttachment,
    SubmissionVersion,
)
from tests.builders import CONTENT_TYPE, VISIT, multipart, new_instance_id, publish, submission

pytestmark = pytest.mark.database

SUCCESS = b'<message nature="submit_success">full submission upload was successful!</message>'


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def kept_because(session):
    return session.scalars(select(Quarantine.reason).order_by(Quarantine.id)).all()


def attachments(session):
    """Name, size and whether current, of everything that is there, in the order it came."""
    rows = session.scalars(select(SubmissionAttachment).order_by(SubmissionAttachment.id))
    return [(row.name, row.size, row.is_current) for row in rows]


def test_a_submission_is_stored_byte_for_byte_and_answered_in_collects_words(collect, session):
    xml = submission({"note": "Ông Tư khoẻ hơn"})

    response = collect.send(xml)

    assert response.status_code == 201
    assert SUCCESS in response.data
    assert b'<OpenRosaResponse xmlns="http://openrosa.org/http/response">' in response.data
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert session.scalars(select(SubmissionVersion.xml)).all() == [xml]
    stored = session.scalars(select(Submission)).one()
    assert (stored.device_id, stored.actor_id) == ("collect:aB3", collect.actor_id)
    assert session.scalars(select(SubmissionVersion.user_agent)).one().startswith("org.odk.collect.android/")


def test_it_is_noted_when_a_tablet_last_sent_something(collect, session):
    before = now()

    collect.send(submission())

    assert before <= session.get_one(AppUser, collect.actor_id).last_used_at <= now()


def test_a_server_whose_writers_do_not_end_says_it_is_busy(collect, database, monkeypatch):
    monkeypatch.setattr(database.writer.pool, "_timeout", 0.05)
    with ExitStack() as stack:
        for _ in range(database.writer.pool.size() + database.writer.pool._max_overflow):
            stack.enter_context(database.writer.connect())

        response = collect.send(submission())

    assert response.status_code == 503
    assert "đang bận" in response.text


def test_a_database_that_a_rebuild_holds_for_long_is_called_busy(collect, database, monkeypatch):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has many writers")
    monkeypatch.setattr("server.db.WAIT_SECONDS", 0)
    database.writer.dispose()
    with closing(sqlite3.connect(database.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        response = collect.send(submission())

    assert response.status_code == 503
    assert "đang bận" in response.text


def test_before_each_submission_collect_gets_exactly_204(collect):
    response = collect.head()

    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["X-OpenRosa-Accept-Content-Length"] == "10485760"
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert "Location" not in response.headers


def test_the_address_with_two_slashes_takes_submissions_too(collect, session):
    response = collect.post(multipart(submission()), path="/submission")

    assert response.status_code == 201
    assert count(session, Submission) == 1


def test_the_same_bytes_again_are_one_submission(collect, session):
    xml = submission()

    answers = [collect.send(xml) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert [SUCCESS in answer.data for answer in answers] == [True, True, True]
    assert count(session, Submission) == 1


def test_the_same_instance_id_with_other_answers_is_refused_and_kept_aside(collect, session, blobs):
    instance_id = new_instance_id()
    first = submission({"note": "31"}, instance_id=instance_id)
    second = submission({"note": "99"}, instance_id=instance_id)
    collect.send(first)

    response = collect.send(second, [("ảnh.jpg", b"jpeg")])

    assert response.status_code == 409
    assert "câu trả lời khác" in response.text
    assert session.scalars(select(SubmissionVersion.xml)).all() == [first]
    kept = session.scalars(select(Quarantine)).one()
    assert (kept.reason, kept.instance_id) == ("xml_conflict", instance_id)
    assert blobs.read(kept.xml_sha256) == second
    assert [blobs.read(file["sha256"]) for file in kept.attachments] == [b"jpeg"]


def test_one_instance_id_on_two_forms_is_two_submissions(collect, session):
    instance_id = new_instance_id()

    collect.send(submission(instance_id=instance_id))
    response = collect.send(submission(instance_id=instance_id, xml_form_id="place/1", version="2026"))

    assert response.status_code == 201
    assert count(session, Submission) == 2


def test_files_come_in_several_requests_and_none_is_taken_away(collect, session):
    xml = submission({"photo": "1.jpg", "voice": "2.m4a"})

    collect.send(xml, [("1.jpg", b"one")], incomplete=True)
    collect.send(xml, [("2.m4a", b"two two")])
    collect.send(xml)

    assert attachments(session) == [("1.jpg", 3, True), ("2.m4a", 7, True)]
    assert session.scalars(select(SubmissionAttachment.is_expected)).all() == [True, True]


def test_a_file_the_xml_names_is_awaited_until_it_comes(collect, session):
    collect.send(submission({"photo": "1.jpg"}))

    assert attachments(session) == [("1.jpg", None, True)]


def test_a_file_nobody_named_is_kept(collect, session, blobs):
    collect.send(submission(), [("ghi-chu.txt", b"extra")])

    row = session.scalars(select(SubmissionAttachment)).one()
    assert (row.is_expected, blobs.read(row.sha256)) == (False, b"extra")


def test_other_bytes_under_the_same_name_stand_beside_the_first(collect, session):
    xml = submission({"photo": "1.jpg"})

    for content in (b"one", b"longer", b"one"):
        assert collect.send(xml, [("1.jpg", content)]).status_code == 201

    assert attachments(session) == [("1.jpg", 3, False), ("1.jpg", 6, True)]


def test_a_file_without_a_byte_never_replaces_one_that_has_some(collect, session):
    xml = submission({"photo": "1.jpg"})

    collect.send(xml, [("1.jpg", b"one")])
    response = collect.send(xml, [("1.jpg", b"")])

    assert response.status_code == 201
    assert attachments(session) == [("1.jpg", 3, True), ("1.jpg", 0, False)]


def test_a_file_without_a_byte_is_filled_by_one_that_comes_later(collect, session):
    xml = submission({"photo": "1.jpg"})

    collect.send(xml, [("1.jpg", b"")])
    collect.send(xml, [("1.jpg", b"one")])

    assert attachments(session) == [("1.jpg", 0, False), ("1.jpg", 3, True)]


def test_names_are_kept_as_sent_and_compared_in_nfc(collect, session):
    name = 'ảnh "1" của\r\nÔng Tư.jpg'
    decomposed = unicodedata.normalize("NFD", name)
    xml = submission({"photo": "x"})

    collect.send(xml, [(decomposed, b"one")])
    collect.send(xml, [(name, b"one")])

    rows = session.scalars(select(SubmissionAttachment).where(SubmissionAttachment.sha256.is_not(None))).all()
    assert [(row.name, row.original_name) for row in rows] == [(name, decomposed)]


def test_a_backslash_and_a_percent_in_a_name_mean_themselves(collect, session):
    collect.send(submission(), [(r"a\b%41.jpg", b"one"), ("../../etc/passwd", b"two")])

    assert [row[0] for row in attachments(session)] == [r"a\b%41.jpg", "../../etc/passwd"]


def test_files_may_come_before_the_xml(collect, session):
    response = collect.send(submission({"photo": "1.jpg"}), [("1.jpg", b"one")], xml_last=True)

    assert response.status_code == 201
    assert attachments(session) == [("1.jpg", 3, True)]


def test_110_files_fit_into_one_request(collect, session):
    files = [(f"{number}.jpg", str(number).encode()) for number in range(110)]

    assert collect.send(submission(), files).status_code == 201
    assert len(attachments(session)) == 110


def test_a_nul_in_a_name_is_stored_as_the_mark_of_a_letter_that_was_lost(collect, session):
    body = multipart(submission(), [("a.jpg", b"one")]).replace(b"a.jpg", b"a\0b.jpg")

    assert collect.post(body).status_code == 201

    assert attachments(session) == [("a\ufffdb.jpg", 3, True)]


@pytest.mark.parametrize("path", ["forms/a%00b.xml", "forms/visit/attachments/%00", "formList?x=%00"])
def test_a_nul_in_an_address_is_no_fault_of_the_server(collect, path):
    assert collect.get(path).status_code == 400


def test_files_of_one_request_do_not_stay_open_until_the_last_has_come(collect, session):
    """Ten tablets that send a hundred photos each would use up what a process may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) + 40, hard))
    try:
        response = collect.send(submission(), [(f"{n}.jpg", b"%d" % n) for n in range(100)])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert response.status_code == 201
    assert count(session, SubmissionAttachment) == 100


def test_a_full_disk_is_not_called_a_cut_line_and_leaves_nothing(collect, session, blobs):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    try:
        response = collect.send(submission(), [("film.mp4", b"x" * 300_000)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)

    assert response.status_code == 500
    assert "Số liệu trong máy của anh/chị vẫn còn nguyên" in response.text
    assert count(session, Submission) == 0
    assert not list(blobs.incoming.iterdir())


def test_a_body_cut_anywhere_leaves_nothing(collect, session, blobs):
    body = multipart(submission({"photo": "1.jpg"}), [("1.jpg", b"one" * 1000)])

    for length in (0, 10, len(body) // 2, len(body) - 3):
        response = collect.post(body[:length])

        assert response.status_code == 400, length
        assert b"OpenRosaResponse" in response.data

    assert list(blobs.incoming.iterdir()) == []
    assert (count(session, Submission), count(session, Quarantine)) == (0, 0)
    session.rollback()
    assert collect.post(body).status_code == 201


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"<data/>", "text/xml", 400),
        (b"", "", 400),
        (multipart(None, [("1.jpg", b"one")]), CONTENT_TYPE, 400),
        (multipart(submission()), "multipart/form-data", 400),
        (multipart(submission()), "multipart/form-data; boundary=other", 400),
    ],
)
def test_a_request_that_is_no_submission_is_refused_with_a_sentence(
    collect, session, body, content_type, status
):
    response = collect.post(body, content_type)

    assert response.status_code == status
    assert b"<message" in response.data
    assert count(session, Submission) == 0


def test_a_body_over_the_limit_is_refused_with_a_sentence(collect, app, session):
    app.extensions[CONFIG] = Config(data=app.extensions[CONFIG].data, max_body_bytes=2**20)

    response = collect.send(submission(), [("phim.mp4", bytes(2**20))])

    assert response.status_code == 413
    assert "1 MB" in response.text
    assert count(session, Submission) == 0


def test_a_submission_without_an_instance_id_is_one_however_often_it_comes(collect, session):
    xml = b'<data id="visit" version="v1"><note>x</note></data>'

    assert [collect.send(xml).status_code for _ in range(2)] == [201, 201]
    assert session.scalars(select(Submission.instance_id)).one().startswith("uuid:")


def test_an_unknown_version_is_accepted_and_marked(collect, session):
    response = collect.send(submission(version="v0"))

    assert response.status_code == 201
    version = session.scalars(select(SubmissionVersion)).one()
    assert (version.version, version.form_version_id) == ("v0", None)


def test_a_version_that_was_replaced_is_taken_and_stays_its_own(collect, session, database, blobs):
    with database.transaction() as writing:
        publish(writing, blobs, VISIT.replace("| v1 ", "| v2 "))

    assert collect.send(submission(version="v1")).status_code == 201

    version = session.scalars(select(SubmissionVersion)).one()
    named = session.get_one(FormVersion, version.form_version_id)
    assert (version.version, named.version) == ("v1", "v1")


def test_a_client_that_does_not_name_the_protocol_is_served_all_the_same(collect):
    collect.headers.pop("X-OpenRosa-Version")

    assert collect.head().status_code == 204
    assert collect.send(submission()).status_code == 201


def test_a_form_of_another_project_is_not_of_this_one(collect, session, database, blobs):
    with database.transaction() as writing:
        other = Project(name="Khác", created_at=now())
        writing.add(other)
        writing.flush()
        publish(writing, blobs, VISIT.replace("| visit ", "| theirs "), project_id=other.id)
        other_id = other.id

    assert collect.send(submission(xml_form_id="theirs")).status_code == 403
    assert kept_because(session) == ["other_project"]
    session.rollback()
    collect.project_id = other_id
    response = collect.send(submission(xml_form_id="theirs"))
    assert response.status_code == 403
    assert "OpenRosaResponse" in response.text


def test_an_edit_becomes_the_current_text_and_takes_the_files_along(collect, session):
    original = new_instance_id()
    collect.send(submission({"photo": "1.jpg"}, instance_id=original), [("1.jpg", b"one")])

    response = collect.send(submission({"note": "sửa", "photo": "1.jpg"}, deprecated_id=original))

    assert response.status_code == 201
    stored = session.scalars(select(Submission)).one()
    current = session.get(SubmissionVersion, stored.current_version_id)
    assert (stored.instance_id, current.deprecated_id) == (original, original)
    assert count(session, SubmissionVersion) == 2
    assert attachments(session) == [("1.jpg", 3, True), ("1.jpg", 3, True)]


def test_an_edit_that_brings_a_new_file_leaves_the_old_one_with_the_text_before(collect, session):
    original = new_instance_id()
    collect.send(submission({"photo": "1.jpg"}, instance_id=original), [("1.jpg", b"one")])

    collect.send(submission({"photo": "1.jpg"}, deprecated_id=original), [("1.jpg", b"newer")])

    assert attachments(session) == [("1.jpg", 3, True), ("1.jpg", 5, True)]


def test_an_edit_sent_again_is_not_a_second_edit(collect, session):
    original = new_instance_id()
    edit = submission({"note": "sửa"}, deprecated_id=original)
    collect.send(submission(instance_id=original))

    assert [collect.send(edit).status_code for _ in range(2)] == [201, 201]
    assert count(session, SubmissionVersion) == 2


def test_edits_that_came_before_their_original_are_linked_when_it_arrives(collect, session):
    first, second, third = new_instance_id(), new_instance_id(), new_instance_id()
    chain = [
        submission({"note": "1"}, instance_id=first),
        submission({"note": "2"}, instance_id=second, deprecated_id=first),
        submission({"note": "3", "photo": "1.jpg"}, instance_id=third, deprecated_id=second),
    ]

    assert collect.send(chain[2], [("1.jpg", b"one")]).status_code == 201
    assert collect.send(chain[1]).status_code == 201
    assert count(session, Submission) == 0
    session.rollback()
    assert collect.send(chain[0]).status_code == 201

    stored = session.scalars(select(Submission)).one()
    assert session.get(SubmissionVersion, stored.current_version_id).xml == chain[2]
    assert session.scalars(select(SubmissionVersion.xml).order_by(SubmissionVersion.id)).all() == chain
    assert ("1.jpg", 3, True) in attachments(session)
    assert session.scalar(select(func.count()).where(Quarantine.released_at.is_(None))) == 0


def test_a_deleted_submission_stays_deleted_and_its_tablet_is_content(collect, session, database):
    xml = submission({"photo": "1.jpg"})
    collect.send(xml)
    with database.transaction() as writing:
        writing.execute(update(Submission).values(deleted_at=now()))

    response = collect.send(xml, [("1.jpg", b"one")])

    assert response.status_code == 201
    assert session.scalars(select(Submission.deleted_at)).one() is not None
    assert attachments(session) == [("1.jpg", 3, True)]


def test_a_closed_form_still_takes_the_rest_of_what_it_had_begun_to_take(collect, session, database):
    xml = submission({"photo": "1.jpg"})
    collect.send(xml)
    with database.transaction() as writing:
        writing.execute(update(Form).values(state="closed"))

    assert collect.send(xml, [("1.jpg", b"one")]).status_code == 201
    assert collect.send(submission()).status_code == 409
    assert kept_because(session) == ["closed_form"]


def test_a_form_about_to_close_takes_submissions(collect, database):
    with database.transaction() as writing:
        writing.execute(update(Form).values(state="closing"))

    assert collect.send(submission()).status_code == 201


def test_each_act_is_in_the_audit_log(collect, session):
    original = new_instance_id()
    collect.send(submission(instance_id=original))
    collect.send(submission({"note": "sửa"}, deprecated_id=original))
    collect.send(submission(instance_id=original, xml_form_id="unknown"))

    acts = session.execute(
        select(Audit.action, Audit.actor_id).where(Audit.actor_id == collect.actor_id).order_by(Audit.id)
    ).all()
    assert [action for action, _ in acts] == [
        "submission.create",
        "submission.update.version",
        "quarantine.create",
    ]
