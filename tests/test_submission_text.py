"""Every text of a submission can be read, and what each edit changed."""

import pytest
from sqlalchemy import select

from server.clock import today
from server.models import Submission
from server.scope import Scope
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.submission.text import TextNotFound
from tests.builders import VISIT, publish, submission
from tests.test_submission_edit import PHOTO, A, B, C, encrypted, text

pytestmark = pytest.mark.database

ALL = Scope(None, SYSTEM_ID, today())
NEWER = VISIT.replace("v1 ", "v2 ").replace(
    "| text  | note  | Ghi chú    |", "| text  | note  | Ghi chú mới |"
)


def only_id(session):
    return session.scalars(select(Submission.id)).one()


def answers(one):
    return [("/".join(change.path), change.before, change.after) for change in one.changes or ()]


def test_each_text_says_what_it_replaced_and_what_it_changed(collect, session):
    collect.send(submission({"note": "31", "photo": PHOTO}, instance_id=A), [(PHOTO, b"one")])
    collect.send(submission({"note": "33", "photo": PHOTO}, instance_id=B, deprecated_id=A))
    collect.send(submission({"note": "35"}, instance_id=C, deprecated_id=A))

    first, second, third = submissions.texts(session, ALL, only_id(session))

    assert (first.number, first.replaces, first.changes, first.standing) == (1, None, None, "replaced")
    assert (second.replaces, second.standing, answers(second)) == (1, "current", [("note", "31", "33")])
    assert (third.replaces, third.standing) == (1, "branch")
    assert answers(third) == [("note", "31", "35"), ("photo", PHOTO, None)]
    assert [(file.name, file.size, file.is_current) for file in second.files] == [(PHOTO, 3, True)]
    assert (first.sender, first.device_id) == ("Máy thử", "collect:aB3")


def test_texts_of_two_form_versions_are_compared_with_both_field_lists(collect, session, database, blobs):
    collect.send(submission({"note": "31"}, instance_id=A))
    with database.transaction() as writing:
        publish(writing, blobs, NEWER)
    collect.send(submission({"note": "33"}, instance_id=B, deprecated_id=A, version="v2"))
    collect.send(submission({"note": "34"}, instance_id=C, deprecated_id=B))

    _, second, third = submissions.texts(session, ALL, only_id(session))

    assert (second.version, second.is_version_known) == ("v2", True)
    (change,) = second.changes or ()
    assert change.field is not None
    assert change.field.label == {"default": "Ghi chú mới"}
    assert (third.version, answers(third)) == ("v1", [("note", "33", "34")])


def test_a_text_of_a_version_nobody_published_is_read_with_the_current_fields(collect, session):
    collect.send(text(A))
    collect.send(text(B, A, note="mới", version="v0"))

    _, second = submissions.texts(session, ALL, only_id(session))

    assert (second.is_version_known, answers(second)) == (False, [("note", A, "mới")])


def test_every_text_is_read_byte_for_byte(collect, session):
    collect.send(text(A))
    collect.send(text(B, A))
    submission_id = only_id(session)

    assert submissions.xml(session, ALL, submission_id) == text(B, A)
    assert submissions.xml(session, ALL, submission_id, "1") == text(A)
    assert submissions.xml(session, ALL, submission_id, A) == text(A)
    with pytest.raises(TextNotFound):
        submissions.xml(session, ALL, submission_id, "3")


def test_an_encrypted_text_is_listed_without_differences(collect, session):
    collect.send(encrypted(f"<instanceID>{A}</instanceID>"))

    (one,) = submissions.texts(session, ALL, only_id(session))

    assert (one.is_encrypted, one.changes) == (True, None)
    assert [file.size for file in one.files] == [None, None]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ("", ["a", "b", "c", "d", "e", "f"]),
        ("incomplete", ["a", "f"]),
        ("empty-files", ["b"]),
        ("branches", ["c"]),
        ("edited", ["c"]),
        ("unknown-version", ["d"]),
        ("encrypted", ["f"]),
        ("approved", ["e"]),
        ("rejected", []),
        ("deleted", ["g"]),
    ],
)
def test_the_list_is_narrowed_to_what_a_person_should_see_to(collect, session, database, only, expected):
    named = {"photo": PHOTO}
    collect.send(submission(named, instance_id="uuid:a"))
    collect.send(submission(named, instance_id="uuid:b"), [(PHOTO, b"")])
    collect.send(submission(instance_id="uuid:c"))
    for name in ("c2", "c3"):
        collect.send(submission(instance_id=f"uuid:{name}", deprecated_id="uuid:c"))
    collect.send(submission(instance_id="uuid:d", version="v0"))
    collect.send(submission(instance_id="uuid:e"))
    collect.send(encrypted("<instanceID>uuid:f</instanceID>"))
    collect.send(submission(instance_id="uuid:g"))
    with database.transaction() as writing:
        ids = {one.instance_id: one.id for one in writing.scalars(select(Submission))}
        submissions.review(writing, ALL, ids["uuid:e"], "approved", SYSTEM_ID)
        submissions.delete(writing, ALL, ids["uuid:g"], SYSTEM_ID)

    found = submissions.listed(session, ALL, 1, only)

    assert sorted(one.instance_id.removeprefix("uuid:") for one in found) == expected


def test_the_list_is_given_page_by_page_newest_first(collect, session):
    for number in range(52):
        collect.send(submission(instance_id=f"uuid:{number}"))

    pages = [submissions.listed(session, ALL, 1, page=page) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [50, 2, 0]
    assert pages[0][0].instance_id == "uuid:51"
    assert submissions.listed(session, ALL, 1, xml_form_id="place/1") == []
