"""What cannot be taken is kept aside with its reason, and taken once the reason is gone."""

import pytest
from sqlalchemy import func, select, update

from server.clock import now
from server.errors import QuarantineNotFound
from server.models import (
    Assignment,
    Audit,
    Form,
    Quarantine,
    Submission,
    SubmissionAttachment,
    SubmissionVersion,
)
from server.services import app_user, form, quarantine
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.quarantine import QuarantineFileNotFound
from server.services.sent import Held, Stored
from tests.builders import VISIT, Collect, new_instance_id, publish, submission
from tests.builders_web import Browser, a_person

pytestmark = pytest.mark.database

OTHER = VISIT.replace("| visit ", "| later ")


@pytest.mark.parametrize(
    ("xml", "status", "reason"),
    [
        (b"<data id='visit'><note>cut", 400, "malformed_xml"),
        (b"", 400, "malformed_xml"),
        (b"<!DOCTYPE data><data id='visit'/>", 400, "doctype_refused"),
        ("<data id='visit'><note>Bà Sáu</note></data>".encode("utf-16"), 400, "wrong_encoding"),
        (b"<?xml version='1.0' encoding='windows-1258'?><data id='visit'/>", 400, "wrong_encoding"),
        (b"<data><note>x</note></data>", 400, "missing_form_id"),
        (b"<data id='visit'>" + b"<a>" * 3_000_000 + b"</data>", 400, "too_deep"),
        (submission(xml_form_id="unknown"), 404, "unknown_form"),
        (submission(xml_form_id="VISIT"), 404, "unknown_form"),
        (submission(xml_form_id="v" * 201), 400, "id_too_long"),
        (submission(version="1" * 201), 400, "id_too_long"),
        (submission(instance_id="uuid:" + "0" * 9000), 400, "id_too_long"),
        (submission(deprecated_id="uuid:" + "0" * 9000), 400, "id_too_long"),
    ],
    ids=[
        *("cut", "empty", "doctype", "utf-16", "windows-1258", "no-form", "nesting", "unknown", "case"),
        *("long-form", "long-version", "long-instance", "long-deprecated"),
    ],
)
def test_bad_input_gets_a_clear_answer_and_is_kept(collect, session, blobs, xml, status, reason):
    response = collect.send(xml, [("1.jpg", b"one")])

    assert response.status_code == status
    assert "Bài gửi đã được giữ riêng" in response.text
    kept = session.scalars(select(Quarantine)).one()
    assert (kept.reason, kept.actor_id, kept.device_id) == (reason, collect.actor_id, "collect:aB3")
    assert blobs.read(kept.xml_sha256) == xml
    assert [blobs.read(file["sha256"]) for file in kept.attachments] == [b"one"]


def test_the_same_bytes_for_the_same_reason_are_kept_once_with_all_files(collect, session):
    xml = submission(xml_form_id="unknown")

    for name in ("1.jpg", "2.jpg", "1.jpg"):
        collect.send(xml, [(name, b"one")])

    kept = session.scalars(select(Quarantine)).one()
    assert kept.times == 3
    assert [file["name"] for file in kept.attachments] == ["1.jpg", "2.jpg"]


def test_a_form_that_was_deleted_keeps_what_comes_late(collect, session, database):
    with database.transaction() as writing:
        writing.execute(update(Form).values(deleted_at=now()))

    assert collect.send(submission()).status_code == 404
    assert quarantine.count_by_reason(session) == {"deleted_form": 1}


def test_a_form_not_assigned_to_the_tablet_keeps_what_comes(app, forms_published, database, session):
    with database.transaction() as writing:
        place = form.get(writing, 1, "place/1")
        made = app_user.create(writing, 1, "Máy khác", [], SYSTEM_ID, form_ids=[place.id])

    response = Collect(app, made.token, made.actor_id).send(submission())

    assert response.status_code == 403
    assert quarantine.count_by_reason(session) == {"not_assigned": 1}


def test_releasing_takes_in_what_has_a_form_by_now(collect, session, database, blobs):
    xml = submission({"photo": "1.jpg"}, xml_form_id="later")
    collect.send(xml, [("1.jpg", b"one")])
    with database.transaction() as writing:
        publish(writing, blobs, OTHER)
        kept = writing.scalars(select(Quarantine)).one()

        outcome = submissions.release(writing, blobs, kept.id, SYSTEM_ID)

    assert isinstance(outcome, Stored)
    assert session.scalars(select(SubmissionVersion.xml)).one() == xml
    stored = session.scalars(select(Submission)).one()
    assert (stored.actor_id, stored.device_id) == (collect.actor_id, "collect:aB3")
    assert session.scalars(select(SubmissionAttachment.size)).one() == 3
    assert quarantine.count_by_reason(session) == {}


def test_releasing_what_still_cannot_be_taken_leaves_it_as_it_is(collect, session, blobs):
    collect.send(submission(xml_form_id="unknown"))
    kept = session.scalars(select(Quarantine)).one()

    outcome = submissions.release(session, blobs, kept.id, SYSTEM_ID)

    assert isinstance(outcome, Held)
    assert (kept.reason, kept.times, kept.released_at) == ("unknown_form", 1, None)


def test_releasing_an_original_links_the_edits_that_wait_for_it(collect, session, database, blobs):
    original = new_instance_id()
    collect.send(submission(xml_form_id="later", instance_id=original))
    with database.transaction() as writing:
        publish(writing, blobs, OTHER)
    collect.send(submission({"note": "sửa"}, xml_form_id="later", deprecated_id=original))

    kept = session.scalars(select(Quarantine).where(Quarantine.reason == "unknown_form")).one()
    submissions.release(session, blobs, kept.id, SYSTEM_ID)

    assert session.scalar(select(func.count()).select_from(SubmissionVersion)) == 2
    assert quarantine.count_by_reason(session) == {}


def test_an_item_that_does_not_exist_is_said_to_be_missing(session, blobs):
    with pytest.raises(QuarantineNotFound, match="no item 7"):
        submissions.release(session, blobs, 7, SYSTEM_ID)


@pytest.fixture
def unknown(collect, session):
    """Two submissions of a form that is not there yet."""
    for _ in range(2):
        collect.send(submission({"photo": "1.jpg"}, xml_form_id="later"), [("1.jpg", b"one")])
    ids = session.scalars(select(Quarantine.id).order_by(Quarantine.id)).all()
    session.rollback()
    return ids


def test_what_was_dismissed_is_kept_but_not_counted(session, unknown):
    quarantine.dismiss(session, unknown[0], SYSTEM_ID, "bài thử")

    assert quarantine.count_by_reason(session) == {"unknown_form": 1}
    assert [one.id for one in quarantine.listed(session, 1)] == [unknown[1], unknown[0]]
    acts = select(Audit.action, Audit.details).where(Audit.action == "quarantine.dismiss")
    assert [tuple(row) for row in session.execute(acts)] == [("quarantine.dismiss", {"comment": "bài thử"})]


def test_a_dismissal_can_be_taken_back(session, unknown):
    quarantine.dismiss(session, unknown[0], SYSTEM_ID)

    quarantine.hold_again(session, unknown[0], SYSTEM_ID)

    assert quarantine.count_by_reason(session) == {"unknown_form": 2}


def test_what_was_dismissed_stays_so_when_the_tablet_repeats_itself(collect, session, database):
    xml = submission(xml_form_id="later")
    collect.send(xml)
    with database.transaction() as writing:
        quarantine.dismiss(writing, writing.scalars(select(Quarantine.id)).one(), SYSTEM_ID)

    collect.send(xml, [("1.jpg", b"one")])

    kept = session.scalars(select(Quarantine)).one()
    assert (kept.times, kept.dismissed_at is not None, len(kept.attachments)) == (2, True, 1)


def test_all_that_is_held_for_one_reason_is_released_at_once(collect, session, database, blobs, unknown):
    collect.send(b"<data")
    with database.transaction() as writing:
        publish(writing, blobs, OTHER)
        done = submissions.release_all(writing, blobs, 1, ("unknown_form", "malformed_xml"), SYSTEM_ID)

    assert (done.taken, done.held) == (2, 1)
    assert quarantine.count_by_reason(session) == {"malformed_xml": 1}
    assert session.scalar(select(func.count()).select_from(Submission)) == 2


def test_once_a_form_is_published_what_waited_for_it_is_taken_in(session, database, blobs, unknown):
    with database.transaction() as writing:
        quarantine.dismiss(writing, unknown[0], SYSTEM_ID)
        publish(writing, blobs, OTHER)
        later = form.get(writing, 1, "later")

        done = submissions.release_for_form(writing, blobs, later.id, SYSTEM_ID)

    assert (done.taken, done.held) == (1, 0)
    assert session.get_one(Quarantine, unknown[0]).released_at is None


@pytest.mark.parametrize(
    ("gone", "back"),
    [({"state": "closed"}, {"state": "open"}), ({"deleted_at": now()}, {"deleted_at": None})],
    ids=["closed", "deleted"],
)
def test_once_a_form_stands_open_again_what_came_meanwhile_is_taken_in(
    collect, session, database, blobs, gone, back
):
    original = new_instance_id()
    collect.send(submission(instance_id=original))
    with database.transaction() as writing:
        writing.execute(update(Form).values(gone))
    collect.send(submission())
    collect.send(submission({"note": "sửa"}, deprecated_id=original))
    collect.send(submission(xml_form_id="place/1", version="2026"))
    with database.transaction() as writing:
        writing.execute(update(Form).values(back))
        visit = form.get(writing, 1, "visit")

        done = submissions.release_for_form(writing, blobs, visit.id, SYSTEM_ID)

    assert (done.taken, done.held) == (2, 0)
    assert session.scalar(select(func.count()).select_from(SubmissionVersion)) == 3
    assert sum(quarantine.count_by_reason(session).values()) == 1


def test_once_a_form_is_assigned_what_its_tablets_sent_is_taken_in(
    app, forms_published, database, session, blobs
):
    with database.transaction() as writing:
        place = form.get(writing, 1, "place/1")
        visit = form.get(writing, 1, "visit")
        made = app_user.create(writing, 1, "Máy khác", [], SYSTEM_ID, form_ids=[place.id])
    Collect(app, made.token, made.actor_id).send(submission())
    with database.transaction() as writing:
        before = submissions.release_for_form(writing, blobs, visit.id, SYSTEM_ID)
        given = writing.scalars(select(Assignment).where(Assignment.actor_id == made.actor_id)).one()
        writing.add(Assignment(actor_id=made.actor_id, role_id=given.role_id, project_id=1, form_id=visit.id))
        writing.flush()

        after = submissions.release_for_form(writing, blobs, visit.id, SYSTEM_ID)

    assert ((before.taken, before.held), (after.taken, after.held)) == ((0, 0), (1, 0))
    assert session.scalars(select(Submission.actor_id)).all() == [made.actor_id]


def test_an_edit_that_was_dismissed_is_not_linked_when_its_original_comes(collect, session, database):
    original = new_instance_id()
    collect.send(submission({"note": "sửa"}, deprecated_id=original))
    with database.transaction() as writing:
        quarantine.dismiss(writing, writing.scalars(select(Quarantine.id)).one(), SYSTEM_ID)

    collect.send(submission(instance_id=original))

    assert session.scalar(select(func.count()).select_from(SubmissionVersion)) == 1


def test_a_file_that_did_not_come_along_is_said_to_be_missing(session, unknown):
    kept = quarantine.get(session, unknown[0])

    assert quarantine.file_of(kept, 1)["name"] == "1.jpg"
    for number in (0, 2):
        with pytest.raises(QuarantineFileNotFound, match=f"no file {number}"):
            quarantine.file_of(kept, number)


@pytest.fixture
def admin(app, database):
    a_person(database)
    browser = Browser(app)
    browser.sign_in()
    return browser


def test_the_page_gives_files_dismisses_and_takes_that_back(session, admin, unknown):
    page = admin.get("/quarantine").text
    assert f'href="/quarantine/{unknown[0]}/files/1" download>1.jpg' in page

    file = admin.get(f"/quarantine/{unknown[0]}/files/1")
    assert (file.data, file.headers["Content-Type"]) == (b"one", "application/octet-stream")
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''1.jpg"
    assert file.headers["X-Content-Type-Options"] == "nosniff"

    assert admin.post(f"/quarantine/{unknown[0]}/dismiss").location == "/quarantine"
    assert quarantine.count_by_reason(session) == {"unknown_form": 1}
    session.rollback()
    assert "đã bỏ qua" in admin.get("/quarantine").text

    assert admin.post(f"/quarantine/{unknown[0]}/hold-again").location == "/quarantine"
    assert quarantine.count_by_reason(session) == {"unknown_form": 2}


def test_what_the_page_does_not_have_it_says(admin, unknown):
    admin.get("/quarantine")

    assert admin.get(f"/quarantine/{unknown[0]}/files/9").status_code == 404
    assert admin.post("/quarantine/999/dismiss").status_code == 404
    assert admin.post("/quarantine/999/hold-again").status_code == 404


def test_only_managers_dismiss(app, database, units, unknown):
    a_person(database, "province_editor", [units["12@2004-01-01"]], "ai@clb.example")
    other = Browser(app)
    other.sign_in("ai@clb.example")
    other.get("/")

    for response in (
        other.get(f"/quarantine/{unknown[0]}/files/1"),
        other.post(f"/quarantine/{unknown[0]}/dismiss"),
        other.post(f"/quarantine/{unknown[0]}/hold-again"),
    ):
        assert response.status_code == 403
