"""Edits after finalisation: in whatever order and however often they come, no text and no file of theirs is lost."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import pytest
from sqlalchemy import func, select, update

from server.clock import now
from server.models import Form, Quarantine, Submission, SubmissionAttachment, SubmissionVersion
from server.services import quarantine
from server.services import submission as submissions
from tests.builders import new_instance_id, submission

pytestmark = pytest.mark.database

A, B, C, D = (f"uuid:0000000{n}-0000-4000-8000-000000000000" for n in range(1, 5))
PHOTO = "1.jpg"


def text(instance_id, deprecated_id=None, note=None, **how):
    """One text of a chain; its note is its instance ID unless the story says otherwise."""
    answers = {"note": note or instance_id, "photo": PHOTO}
    return submission(answers, instance_id=instance_id, deprecated_id=deprecated_id, **how)


CHAIN = (text(A), text(B, A), text(C, B))


def versions(session):
    """Instance ID and whether a branch, of every text, in the order they were placed."""
    rows = session.execute(
        select(SubmissionVersion.instance_id, SubmissionVersion.is_branch).order_by(SubmissionVersion.id)
    )
    return [tuple(row) for row in rows]


def current(session):
    """The instance ID of the current text of the only submission."""
    return session.scalars(
        select(SubmissionVersion.instance_id).join(
            Submission, Submission.current_version_id == SubmissionVersion.id
        )
    ).one()


def files(session, instance_id):
    """Sizes of the current files of one text, by name; None: still to come."""
    rows = session.execute(
        select(SubmissionAttachment.name, SubmissionAttachment.size)
        .join(SubmissionVersion, SubmissionVersion.id == SubmissionAttachment.submission_version_id)
        .where(SubmissionVersion.instance_id == instance_id, SubmissionAttachment.is_current)
    )
    return dict(tuple(row) for row in rows)


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_an_edit_becomes_the_current_text_and_is_marked_for_review(collect, session):
    collect.send(CHAIN[0])

    assert collect.send(CHAIN[1]).status_code == 201

    stored = session.scalars(select(Submission)).one()
    assert (stored.instance_id, stored.review_state) == (A, "edited")
    assert (current(session), versions(session)) == (B, [(A, False), (B, False)])


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda order: "".join(map(str, order)))
def test_a_chain_ends_as_one_submission_whatever_the_order(collect, session, order):
    for place in order:
        assert collect.send(CHAIN[place]).status_code == 201

    assert current(session) == C
    assert versions(session) == [(A, False), (B, False), (C, False)]
    assert session.scalars(select(SubmissionVersion.xml).order_by(SubmissionVersion.id)).all() == list(CHAIN)
    assert quarantine.count_by_reason(session) == {}


@pytest.mark.parametrize("seed", range(4))
def test_any_post_of_a_chain_may_come_any_number_of_times(collect, session, seed):
    posts = [xml for xml in CHAIN for _ in range(4)]
    random.Random(seed).shuffle(posts)

    assert {collect.send(xml, [(PHOTO, b"one")]).status_code for xml in posts} == {201}

    assert (current(session), len(versions(session))) == (C, 3)
    assert {is_branch for _, is_branch in versions(session)} == {False}
    assert count(session, SubmissionAttachment) == 3


def test_an_edit_that_brings_its_own_file_does_not_take_the_older_one_along(collect, session):
    collect.send(CHAIN[0], [(PHOTO, b"of the first text")])
    collect.send(CHAIN[1], [(PHOTO, b"of the edit")])

    assert (files(session, A), files(session, B)) == ({PHOTO: 17}, {PHOTO: 11})
    assert count(session, SubmissionAttachment) == 2


def test_twenty_posts_of_a_chain_at_once_are_one_submission(collect, session):
    posts = [CHAIN[number % 3] for number in range(60)]
    random.Random(0).shuffle(posts)

    with ThreadPoolExecutor(20) as tablets:
        answers = list(tablets.map(lambda xml: collect.send(xml, [(PHOTO, b"one")]).status_code, posts))

    assert set(answers) == {201}
    assert (current(session), len(versions(session))) == (C, 3)
    assert {is_branch for _, is_branch in versions(session)} == {False}
    assert quarantine.count_by_reason(session) == {}
    assert count(session, SubmissionAttachment) == 3


def test_twenty_first_posts_of_one_submission_at_once_are_one(collect, session):
    with ThreadPoolExecutor(20) as tablets:
        answers = list(
            tablets.map(lambda _: collect.send(CHAIN[0], [(PHOTO, b"one")]).status_code, range(20))
        )

    assert answers == [201] * 20
    assert versions(session) == [(A, False)]
    assert (count(session, Submission), count(session, SubmissionAttachment)) == (1, 1)


def test_an_edit_whose_original_never_comes_stays_visible(collect, session):
    assert collect.send(CHAIN[1], [(PHOTO, b"one")]).status_code == 201

    kept = session.scalars(select(Quarantine)).one()
    assert (kept.reason, kept.instance_id, kept.deprecated_id) == ("edit_before_original", B, A)
    assert [file["name"] for file in kept.attachments] == [PHOTO]
    assert quarantine.count_by_reason(session) == {"edit_before_original": 1}


def test_an_edit_of_an_older_text_is_kept_as_a_branch(collect, session):
    collect.send(CHAIN[0])
    collect.send(CHAIN[1])

    response = collect.send(text(C, A), [(PHOTO, b"one")])

    assert response.status_code == 201
    assert versions(session) == [(A, False), (B, False), (C, True)]
    assert (current(session), files(session, C)) == (B, {PHOTO: 3})
    assert count(session, Quarantine) == 0


def test_later_edits_of_a_branch_continue_it(collect, session):
    for xml in (text(A), text(B, A), text(C, A), text(D, C)):
        collect.send(xml)

    assert versions(session) == [(A, False), (B, False), (C, True), (D, True)]
    assert current(session) == B


def test_a_branch_sent_again_is_not_a_second_branch(collect, session):
    branch = text(C, A)
    for xml in (text(A), text(B, A), branch, branch):
        assert collect.send(xml).status_code == 201

    assert len(versions(session)) == 3


def test_two_edits_that_wait_for_one_original_end_as_an_edit_and_a_branch(collect, session):
    collect.send(text(B, A))
    collect.send(text(C, A))

    collect.send(text(A))

    assert versions(session) == [(A, False), (B, False), (C, True)]
    assert quarantine.count_by_reason(session) == {}


def test_files_of_the_original_go_along_and_those_given_win(collect, session):
    collect.send(text(A), [(PHOTO, b"one"), ("extra.txt", b"x")])

    collect.send(text(B, A))
    collect.send(text(C, B), [(PHOTO, b"newer")])

    assert (files(session, B), files(session, C)) == ({PHOTO: 3}, {PHOTO: 5})
    assert files(session, A) == {PHOTO: 3, "extra.txt": 1}


def test_files_that_come_late_for_the_original_reach_the_edits_that_wait_for_them(collect, session):
    for xml in (text(A), text(B, A), text(C, B), text(D, A)):
        collect.send(xml)
    assert files(session, C) == {PHOTO: None}
    session.rollback()

    collect.send(text(A), [(PHOTO, b"one")])

    assert [files(session, one) for one in (A, B, C, D)] == [{PHOTO: 3}] * 4


def test_files_that_come_late_for_the_original_leave_what_an_edit_has(collect, session):
    collect.send(text(A))
    collect.send(text(B, A), [(PHOTO, b"newer")])

    collect.send(text(A), [(PHOTO, b"one")])

    assert (files(session, A), files(session, B)) == ({PHOTO: 3}, {PHOTO: 5})


def test_an_empty_file_of_an_edit_gives_way_to_the_originals_whichever_came_first(collect, session):
    collect.send(text(A))
    collect.send(text(B, A), [(PHOTO, b"")])
    assert files(session, B) == {PHOTO: 0}
    session.rollback()

    collect.send(text(A), [(PHOTO, b"one")])

    assert files(session, B) == {PHOTO: 3}


def test_files_of_an_edit_in_a_later_batch_land_on_that_edit(collect, session):
    collect.send(text(A), [(PHOTO, b"one")])
    collect.send(text(B, A), incomplete=True)
    collect.send(text(C, B))

    collect.send(text(B, A), [(PHOTO, b"newer")])

    assert (files(session, A), files(session, B), files(session, C)) == ({PHOTO: 3}, {PHOTO: 5}, {PHOTO: 3})


def test_files_of_an_edit_that_waits_come_along_when_it_is_linked(collect, session):
    edit = text(B, A)
    collect.send(edit, [(PHOTO, b"newer")], incomplete=True)
    collect.send(edit, [("2.jpg", b"two")])

    collect.send(text(A), [(PHOTO, b"one")])

    assert files(session, B) == {PHOTO: 5, "2.jpg": 3}


def test_an_edit_whose_instance_id_is_taken_by_other_answers_is_refused_and_kept(collect, session):
    collect.send(text(A))
    collect.send(text(B, A))

    response = collect.send(text(B, A, note="khác"))

    assert response.status_code == 409
    assert quarantine.count_by_reason(session) == {"xml_conflict": 1}
    assert session.scalars(select(SubmissionVersion.xml).where(SubmissionVersion.instance_id == B)).one() == (
        text(B, A)
    )


def test_an_edit_that_names_itself_is_a_submission(collect, session):
    assert collect.send(text(A, A)).status_code == 201

    assert (current(session), versions(session)) == (A, [(A, False)])


def test_edits_that_name_each_other_wait_and_stay_visible(collect, session):
    assert [collect.send(xml).status_code for xml in (text(A, B), text(B, A), text(A, B))] == [201] * 3

    assert quarantine.count_by_reason(session) == {"edit_before_original": 2}
    assert count(session, Submission) == 0


def test_an_edit_of_another_forms_submission_waits_for_one_of_its_own(collect, session):
    collect.send(submission(instance_id=A, xml_form_id="place/1", version="2026"))

    assert collect.send(text(B, A)).status_code == 201

    assert quarantine.count_by_reason(session) == {"edit_before_original": 1}
    assert session.scalars(select(Submission.review_state)).all() == [None]


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"state": "closed"}, 409, "closed_form"),
        ({"deleted_at": now()}, 404, "deleted_form"),
    ],
    ids=["closed", "deleted"],
)
def test_an_edit_for_a_form_that_takes_no_more_is_kept_aside(
    collect, session, database, change, status, reason
):
    collect.send(text(A))
    with database.transaction() as writing:
        writing.execute(update(Form).values(change))

    assert collect.send(text(B, A)).status_code == status

    assert quarantine.count_by_reason(session) == {reason: 1}
    assert current(session) == A


def test_an_edit_for_a_form_about_to_close_is_taken(collect, session, database):
    collect.send(text(A))
    with database.transaction() as writing:
        writing.execute(update(Form).values(state="closing"))

    assert collect.send(text(B, A)).status_code == 201
    assert current(session) == B


def test_an_edit_of_a_version_nobody_published_is_taken_and_marked(collect, session):
    collect.send(text(A))

    assert collect.send(text(B, A, version="v0")).status_code == 201

    row = session.scalars(select(SubmissionVersion).where(SubmissionVersion.instance_id == B)).one()
    assert (row.version, row.form_version_id) == ("v0", None)
    assert current(session) == B


def test_who_owes_which_files_is_known_by_sender(collect, session):
    two = {"photo": PHOTO, "voice": "2.m4a"}
    collect.send(submission(two, instance_id=A), [(PHOTO, b"one")])
    collect.send(submission(two, instance_id=B))
    collect.send(submission({"note": "không ảnh"}))

    owed = submissions.outstanding(session, [collect.actor_id, 999])

    ids = session.scalars(select(Submission.id).order_by(Submission.id)).all()
    assert owed == {
        collect.actor_id: [(ids[0], None, ["2.m4a"]), (ids[1], None, [PHOTO, "2.m4a"])],
    }


def test_what_only_a_replaced_or_deleted_text_names_is_not_waited_for(collect, session, database):
    collect.send(text(A))
    collect.send(submission({"note": "bỏ ảnh"}, instance_id=B, deprecated_id=A))
    collect.send(submission({"photo": "3.jpg"}, instance_id=C))
    with database.transaction() as writing:
        writing.execute(update(Submission).where(Submission.instance_id == C).values(deleted_at=now()))

    assert submissions.outstanding(session, [collect.actor_id]) == {}


def encrypted(meta):
    return (
        '<data xmlns="http://opendatakit.org/submissions" id="visit" version="v1" encrypted="yes">'
        "<base64EncryptedKey>a2V5</base64EncryptedKey>"
        f'<meta xmlns="http://openrosa.org/xforms">{meta}</meta>'
        "<media><file>1.jpg.enc</file></media><encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"
    ).encode()


def test_an_encrypted_submission_is_kept_whole_and_feeds_no_table(collect, session):
    xml = encrypted(f"<instanceID>{new_instance_id()}</instanceID>")

    response = collect.send(xml, [("submission.xml.enc", b"yy")], incomplete=True)
    collect.send(xml, [("1.jpg.enc", b"x")])

    assert response.status_code == 201
    stored = session.scalars(select(SubmissionVersion)).one()
    assert (stored.is_encrypted, files(session, stored.instance_id)) == (
        True,
        {"1.jpg.enc": 1, "submission.xml.enc": 2},
    )
    assert session.execute(select(Submission.projection_state, Submission.projection_error)).one() == (
        "none",
        None,
    )


def test_an_encrypted_submission_that_does_not_name_itself_is_refused_and_kept(collect, session, blobs):
    xml = encrypted("")

    response = collect.send(xml, [("submission.xml.enc", b"yy")])

    assert response.status_code == 400
    assert "mã phiếu" in response.text
    kept = session.scalars(select(Quarantine)).one()
    assert (kept.reason, blobs.read(kept.xml_sha256)) == ("encrypted_without_id", xml)
