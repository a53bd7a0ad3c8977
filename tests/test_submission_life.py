"""What people decide about submissions: which text counts, what a reviewer thinks of it, that it goes or comes back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server.clock import today
from server.models import (
    Audit,
    Club,
    Entity,
    Finding,
    Meeting,
    Member,
    Quarantine,
    Submission,
    SubmissionVersion,
    Survey,
)
from server.scope import Scope
from server.services import quarantine
from server.services import rebuild as rebuilding
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.entity.declare import set_approval
from server.services.submission import Sender, Stored
from server.services.submission.review import UnknownReviewState
from server.services.submission.text import SubmissionNotFound, TextNotFound
from tests.builders import new_instance_id, submission
from tests.builders_club import Filled, club_id, edit, founding, interview, meeting
from tests.test_rebuild import content, season

pytestmark = pytest.mark.database

A_CLUB = "5a1f6bf0-0000-4000-8000-000000000001"
ALL = Scope(None, SYSTEM_ID, today())
NOBODY = Sender(None, None, None)


class Field:
    """Sends filled forms as tablets do, one after another."""

    def __init__(self, session, blobs):
        self.session, self.blobs = session, blobs
        self.moment = datetime(2019, 3, 12, tzinfo=UTC)

    def send(self, filled: Filled) -> int:
        """The submission it ended in."""
        self.moment += timedelta(minutes=1)
        sent = submissions.read(1, filled.xml(), (), NOBODY, self.moment)
        outcome = submissions.receive(self.session, self.blobs, sent)
        assert isinstance(outcome, Stored)
        return outcome.submission_id


@pytest.fixture
def field(session, blobs, programme_published):
    return Field(session, blobs)


def instead(filled: Filled, name: str, **answers) -> Filled:
    """An edit of a form under a name of its own, so that one form can be edited twice."""
    one = edit(filled, **answers)
    one.instance_id = f"{filled.instance_id}-{name}"
    return one


def fees(session, submission_id):
    return session.scalar(select(Meeting.n_present).where(Meeting.id == submission_id))


def acts(session, action):
    rows = session.scalars(select(Audit.details).where(Audit.action == action).order_by(Audit.id))
    return [dict(row) for row in rows]


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def apart(field):
    """A month whose report was corrected twice, on two tablets: to 20 present, and to 30. The submission's number."""
    field.send(founding("a"))
    april = meeting("2019-04", n_present=10)
    field.send(april)
    field.send(instead(april, "left", n_present=20))
    return field.send(instead(april, "right", n_present=30))


def test_the_tables_follow_the_current_text_and_not_a_branch(session, apart):
    assert fees(session, apart) == 20

    rebuilding.rebuild(session)

    assert fees(session, apart) == 20


def test_a_person_chooses_which_text_counts_and_the_tables_follow_at_once(session, apart):
    submissions.choose(session, ALL, apart, "3", SYSTEM_ID, "đã gọi hỏi chủ nhiệm")

    assert fees(session, apart) == 30
    assert [(one.number, one.standing) for one in submissions.texts(session, ALL, apart)] == [
        (1, "replaced"),
        (2, "set_aside"),
        (3, "current"),
    ]
    assert session.get_one(Submission, apart).review_state == "edited"
    (act,) = acts(session, "submission.update.current")
    assert act["comment"] == "đã gọi hỏi chủ nhiệm"
    assert act["instance_id"].endswith("-right")


def test_a_choice_outlives_a_rebuild(session, apart):
    submissions.choose(session, ALL, apart, "3", SYSTEM_ID)
    before = content(session)

    rebuilding.rebuild(session)

    assert fees(session, apart) == 30
    assert content(session) == before


def test_a_choice_may_be_taken_back(session, apart):
    submissions.choose(session, ALL, apart, "3", SYSTEM_ID)

    submissions.choose(session, ALL, apart, "2", SYSTEM_ID)

    assert fees(session, apart) == 20
    assert [one.standing for one in submissions.texts(session, ALL, apart)] == [
        "replaced",
        "current",
        "set_aside",
    ]


def test_going_back_to_the_first_text_sets_its_edits_aside(session, apart):
    submissions.choose(session, ALL, apart, "1", SYSTEM_ID)

    assert fees(session, apart) == 10
    assert [one.standing for one in submissions.texts(session, ALL, apart)] == [
        "current",
        "set_aside",
        "set_aside",
    ]


def test_choosing_the_current_text_decides_about_the_branch(session, apart):
    assert [one.id for one in submissions.listed(session, ALL, 1, "branches")] == [apart]

    submissions.choose(session, ALL, apart, "2", SYSTEM_ID)

    assert submissions.listed(session, ALL, 1, "branches") == []
    assert fees(session, apart) == 20


def test_an_edit_of_a_text_that_was_set_aside_is_a_branch_again(session, field, apart):
    submissions.choose(session, ALL, apart, "2", SYSTEM_ID)
    right = session.scalars(
        select(SubmissionVersion.instance_id).where(SubmissionVersion.instance_id.like("%-right"))
    ).one()
    again = meeting("2019-04", n_present=40)
    again.instance_id, again.deprecated_id = f"{right}-more", right

    field.send(again)

    assert [one.standing for one in submissions.texts(session, ALL, apart)] == [
        "replaced",
        "current",
        "set_aside",
        "branch",
    ]
    assert [one.branches for one in submissions.listed(session, ALL, 1, "branches")] == [1]


def test_after_a_choice_edits_follow_the_text_that_was_chosen(session, field, apart):
    submissions.choose(session, ALL, apart, "3", SYSTEM_ID)
    april = meeting("2019-04", n_present=50)
    april.deprecated_id = f"{april.instance_id}-right"
    april.instance_id += "-next"

    field.send(april)

    assert fees(session, apart) == 50


def test_a_chain_that_came_reversed_ends_with_its_newest_text_after_a_rebuild_too(session, field):
    field.send(founding("a"))
    april = meeting("2019-04", n_present=10)
    second = instead(april, "2", n_present=20)
    third = instead(second, "3", n_present=30)
    for late in (third, second):
        sent = submissions.read(1, late.xml(), (), NOBODY, field.moment)
        field.moment += timedelta(minutes=1)
        submissions.receive(session, field.blobs, sent)
    submission_id = field.send(april)
    before = content(session)
    assert fees(session, submission_id) == 30

    rebuilding.rebuild(session)

    assert fees(session, submission_id) == 30
    assert content(session) == before


def test_a_text_that_does_not_exist_is_said_to_be_missing(session, apart):
    with pytest.raises(TextNotFound, match="no text “9”"):
        submissions.choose(session, ALL, apart, "9", SYSTEM_ID)
    with pytest.raises(SubmissionNotFound):
        submissions.choose(session, ALL, 999, "1", SYSTEM_ID)


def test_nobody_decides_about_submissions_outside_the_own_units(session, apart):
    elsewhere = Scope(frozenset(), 999, today())

    for act in (
        lambda: submissions.choose(session, elsewhere, apart, "3", SYSTEM_ID),
        lambda: submissions.review(session, elsewhere, apart, "approved", SYSTEM_ID),
        lambda: submissions.delete(session, elsewhere, apart, SYSTEM_ID),
        lambda: submissions.texts(session, elsewhere, apart),
        lambda: submissions.described(session, elsewhere, apart),
    ):
        with pytest.raises(SubmissionNotFound):
            act()


@pytest.mark.parametrize(
    ("state", "stored"),
    [("hasIssues", "hasIssues"), ("rejected", "rejected"), ("approved", "approved"), ("received", None)],
)
def test_a_reviewer_says_what_to_think_of_a_submission(session, apart, state, stored):
    submissions.review(session, ALL, apart, state, SYSTEM_ID, "đúng sổ")

    assert session.get_one(Submission, apart).review_state == stored
    assert acts(session, "submission.update.review") == [{"review_state": state, "comment": "đúng sổ"}]
    assert submissions.described(session, ALL, apart).review_state == state


def test_a_state_nobody_knows_is_refused(session, apart):
    with pytest.raises(UnknownReviewState, match="hasIssues, rejected, approved"):
        submissions.review(session, ALL, apart, "edited", SYSTEM_ID)


def test_a_rejected_submission_stays_in_the_tables(session, apart):
    before = content(session)

    submissions.review(session, ALL, apart, "rejected", SYSTEM_ID)

    assert content(session) == before


def test_an_edit_asks_for_another_review(session, field):
    field.send(founding("a"))
    april = meeting("2019-04")
    submission_id = field.send(april)
    submissions.review(session, ALL, submission_id, "approved", SYSTEM_ID)

    field.send(edit(april, n_present=30))

    session.expire_all()
    assert session.get_one(Submission, submission_id).review_state == "edited"


def test_approving_makes_the_entries_that_waited_for_it(collect, session, database):
    with database.transaction() as writing:
        set_approval(writing, 1, "clubs", True, SYSTEM_ID)
    entity = f'<entity dataset="clubs" id="{A_CLUB}" create="1"><label>CLB Thôn Một</label></entity>'
    body = f"<name_of_club>CLB Thôn Một</name_of_club><meta>{entity}</meta>"
    collect.send(submission(xml_form_id="register", version="1", body=body))
    assert session.get(Entity, A_CLUB) is None
    submission_id = session.scalars(select(Submission.id)).one()

    submissions.review(session, ALL, submission_id, "approved", SYSTEM_ID)

    assert session.get_one(Entity, A_CLUB).label == "CLB Thôn Một"


def test_deleting_any_submission_leaves_what_a_rebuild_without_it_gives_and_restoring_brings_all_back(
    session, field
):
    for filled in season():
        field.send(filled)
    whole = content(session)
    ids = session.scalars(select(Submission.id).order_by(Submission.id)).all()
    assert len(ids) == 10

    for submission_id in ids:
        submissions.delete(session, ALL, submission_id, SYSTEM_ID)
        left = content(session)
        assert left != whole
        session.expire_all()
        rebuilding.rebuild(session)
        assert content(session) == left, submission_id
        submissions.restore(session, ALL, field.blobs, submission_id, SYSTEM_ID)
        assert content(session) == whole, submission_id


def test_a_deleted_founding_form_takes_its_club_along_and_what_was_sent_about_it_waits(session, field):
    first = field.send(founding("a"))
    field.send(meeting("2019-04"))
    field.send(interview("a1"))

    submissions.delete(session, ALL, first, SYSTEM_ID, "nhập nhầm tỉnh")

    session.expire_all()
    assert [count(session, model) for model in (Club, Member, Meeting, Survey, Finding)] == [0] * 5
    errors = session.scalars(select(Submission.projection_error).order_by(Submission.id)).all()
    assert errors == [None, *[f"ClubUnknown: {club_id('a')}"] * 2]
    assert acts(session, "submission.delete") == [{"comment": "nhập nhầm tỉnh"}]


def test_a_second_founding_form_of_a_club_takes_the_place_of_the_deleted_one(session, field):
    first = field.send(founding("a"))
    field.send(meeting("2019-04"))
    double = founding("a", club_name="CLB LTHTGN bản hai")
    double.instance_id = new_instance_id()
    second = field.send(double)
    assert session.get_one(Submission, second).projection_state == "failed"

    submissions.delete(session, ALL, first, SYSTEM_ID)

    session.expire_all()
    club = session.scalars(select(Club)).one()
    assert (club.submission_id, club.name) == (second, "CLB LTHTGN bản hai")
    assert count(session, Meeting) == 1


def test_entities_of_a_deleted_submission_stay_in_their_lists(session, field):
    first = field.send(founding("a"))

    submissions.delete(session, ALL, first, SYSTEM_ID)

    assert session.get_one(Entity, club_id("a")).deleted_at is None


def test_deleting_twice_is_deleting_once(session, field):
    first = field.send(founding("a"))

    for _ in range(2):
        submissions.delete(session, ALL, first, SYSTEM_ID)

    assert len(acts(session, "submission.delete")) == 1
    assert [one.id for one in submissions.listed(session, ALL, 1, "deleted")] == [first]
    assert submissions.listed(session, ALL, 1) == []


def test_an_edit_of_a_deleted_submission_is_kept_and_taken_in_when_it_is_restored(
    collect, session, database, blobs
):
    original, second, third = (new_instance_id() for _ in range(3))
    collect.send(submission({"note": "1"}, instance_id=original))
    submission_id = session.scalars(select(Submission.id)).one()
    session.rollback()
    with database.transaction() as writing:
        submissions.delete(writing, ALL, submission_id, SYSTEM_ID)

    edits = [
        submission({"note": "2"}, instance_id=second, deprecated_id=original),
        submission({"note": "3"}, instance_id=third, deprecated_id=second),
    ]
    assert [collect.send(one, [("1.jpg", b"one")]).status_code for one in edits] == [201, 201]
    assert quarantine.count_by_reason(session) == {"deleted_submission": 1, "edit_before_original": 1}
    session.rollback()
    with database.transaction() as writing:
        submissions.restore(writing, ALL, blobs, submission_id, SYSTEM_ID)

    assert quarantine.count_by_reason(session) == {}
    texts = submissions.texts(session, ALL, submission_id)
    assert [(one.instance_id, one.standing) for one in texts] == [
        (original, "replaced"),
        (second, "replaced"),
        (third, "current"),
    ]
    assert [file.name for file in texts[2].files] == ["1.jpg"]


def test_a_deleted_submission_sent_again_gets_201_and_stays_deleted(collect, session, database):
    xml = submission({"photo": "1.jpg"})
    collect.send(xml)
    with database.transaction() as writing:
        submission_id = writing.scalars(select(Submission.id)).one()
        submissions.delete(writing, ALL, submission_id, SYSTEM_ID)

    assert collect.send(xml, [("1.jpg", b"one")]).status_code == 201

    assert session.get_one(Submission, submission_id).deleted_at is not None
    assert count(session, Quarantine) == 0
    (text,) = submissions.texts(session, ALL, submission_id)
    assert [(file.name, file.size) for file in text.files] == [("1.jpg", 3)]
