"""What cannot be taken is kept aside with its reason, and taken once the reason is gone."""

import pytest
from sqlalchemy import func, select, update

from server.clock import now
from server.errors import QuarantineNotFound
from server.models import Form, Quarantine, Submission, SubmissionAttachment, SubmissionVersion
from server.services import app_user, form, quarantine
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.sent import Held, Stored
from tests.builders import VISIT, Collect, new_instance_id, publish, submission

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
