"""Branches of work without a network: laid upon what they were made upon, held until that comes, flagged on a clash."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forms.entities import EntityAction
from server import projection
from server.models import EntityBacklog, EntityVersion, Finding, Submission
from server.services import entity
from tests.builders_entity import Server, a_uuid, open_server

LONG = timedelta(days=6)
MANY = 66_000
"""PostgreSQL takes 65,535 values in a statement, SQLite half as many."""


@pytest.fixture
def server(session, blobs) -> Server:
    return open_server(session, blobs)


def reasons(session, submission: Submission) -> list[str]:
    rows = select(Finding).where(Finding.submission_id == submission.id, Finding.code == "entity_faulty")
    return [one.details["reason"] for one in session.scalars(rows.order_by(Finding.id))]


def line(server: Server, tree: str) -> list[tuple[object, ...]]:
    """Each version of a tree: its base here, the tablet's base, its conflict."""
    return [(one.base_version, one.branch_base_version, one.conflict) for one in server.versions(tree)]


def offline(
    server: Server, tree: str, branch: str, *bases: int, trunk: int | None = None
) -> list[Submission]:
    """Updates of one branch; each sets the height to the tablet's base."""
    return [server.send(tree, {"height": str(base)}, base=base, branch=branch, trunk=trunk) for base in bases]


def test_a_branch_in_order_goes_one_upon_the_other_without_a_conflict(server):
    tree, branch = a_uuid(), a_uuid()
    server.create(tree)

    offline(server, tree, branch, 1, 2, 3)

    assert line(server, tree) == [(None, None, None), (1, 1, None), (2, 2, None), (3, 3, None)]
    assert server.entity(tree).data == {"height": "3"}
    assert server.entity(tree).conflict is None


def test_a_branch_backwards_ends_as_the_branch_in_order(server, session):
    tree, branch = a_uuid(), a_uuid()

    held = offline(server, tree, branch, 3, 2, 1)
    assert server.entity(tree) is None
    assert server.held(tree) == [1, 2, 3]
    assert [reasons(session, one) for one in held] == [["held"]] * 3
    server.create(tree)

    assert line(server, tree) == [(None, None, None), (1, 1, None), (2, 2, None), (3, 3, None)]
    assert server.entity(tree).data == {"height": "3"}
    assert server.held(tree) == []
    assert [reasons(session, one) for one in held] == [[], [], []]


def test_a_branch_from_a_version_of_the_server_starts_there(server):
    tree, branch = a_uuid(), a_uuid()
    server.create(tree)
    server.send(tree, {"health": "tốt"}, base=1)

    offline(server, tree, branch, 3, 2, trunk=2)

    assert line(server, tree)[2:] == [(2, 2, None), (3, 3, None)]
    assert server.entity(tree).data == {"health": "tốt", "height": "3"}


def test_another_tablet_between_makes_a_soft_conflict_and_then_again(server):
    tree, ours, theirs = a_uuid(), a_uuid(), a_uuid()
    server.create(tree)
    offline(server, tree, ours, 1, trunk=1)
    server.send(tree, {"health": "tốt"}, base=1, branch=theirs, trunk=1)

    offline(server, tree, ours, 2, trunk=1)
    offline(server, tree, ours, 3, trunk=1)

    assert line(server, tree)[1:] == [(1, 1, None), (1, 1, "soft"), (2, 2, "soft"), (4, 3, "soft")]
    assert server.entity(tree).conflict == "soft"
    assert server.entity(tree).data == {"health": "tốt", "height": "3"}


def test_the_same_property_with_another_value_is_a_hard_conflict_with_its_name(server):
    tree = a_uuid()
    server.create(tree, {"height": "1", "health": "tốt"})
    server.send(tree, {"height": "5", "health": "yếu"}, base=1)

    server.send(tree, {"height": "7", "health": "yếu", "species": "đa"}, base=1)

    newest = server.versions(tree)[-1]
    assert (newest.conflict, newest.conflicting) == ("hard", ["height"])
    assert server.entity(tree).data == {"height": "7", "health": "yếu", "species": "đa"}


def test_two_labels_clash_as_properties_do(server):
    tree = a_uuid()
    server.create(tree, label="đa")
    server.send(tree, {}, base=1, label="đề")

    server.send(tree, {}, base=1, label="si")

    assert server.versions(tree)[-1].conflicting == ["label"]
    assert server.entity(tree).label == "si"


def test_what_others_changed_to_the_same_or_back_again_is_no_hard_conflict(server):
    tree = a_uuid()
    server.create(tree, {"height": "1", "health": "tốt"})
    server.send(tree, {"height": "5"}, base=1)
    server.send(tree, {"height": "1", "health": "yếu"}, base=2)

    server.send(tree, {"height": "9", "health": "yếu"}, base=1)

    assert server.versions(tree)[-1].conflict == "soft"


def test_a_hard_conflict_is_never_lowered_to_a_soft_one(server):
    tree = a_uuid()
    server.create(tree, {"height": "1"})
    server.send(tree, {"height": "5"}, base=1)
    server.send(tree, {"height": "7"}, base=1)

    server.send(tree, {"species": "đa"}, base=1)

    assert server.versions(tree)[-1].conflict == "soft"
    assert server.entity(tree).conflict == "hard"


def test_what_has_waited_for_five_days_is_forced_at_the_next_intake_in_the_order_of_the_branch(server):
    tree, branch = a_uuid(), a_uuid()
    server.create(tree)
    offline(server, tree, branch, 4, 3)
    server.moment += LONG

    server.create(a_uuid())

    assert line(server, tree)[1:] == [(1, 3, None), (2, 4, None)]
    assert server.held(tree) == []


def test_what_has_waited_for_less_waits_on(server):
    tree, branch = a_uuid(), a_uuid()
    server.create(tree)
    offline(server, tree, branch, 4)
    server.moment += timedelta(days=4, hours=23)

    server.create(a_uuid())

    assert server.held(tree) == [4]


def test_the_predecessor_that_comes_after_five_days_is_taken_first(server):
    tree, branch = a_uuid(), a_uuid()
    server.create(tree)
    offline(server, tree, branch, 2)
    server.moment += LONG

    offline(server, tree, branch, 1)

    assert line(server, tree)[1:] == [(1, 1, None), (2, 2, None)]


def test_a_predecessor_that_comes_after_its_successor_was_forced_is_flagged(server):
    tree, branch = a_uuid(), a_uuid()
    server.create(tree, {"height": "0"})
    offline(server, tree, branch, 2)
    server.moment += LONG
    server.create(a_uuid())

    offline(server, tree, branch, 1)

    assert line(server, tree)[1:] == [(1, 2, None), (1, 1, "hard")]
    assert server.versions(tree)[-1].conflicting == ["height"]


def test_an_entity_nobody_created_is_made_by_force_and_its_creation_then_updates_it(server):
    tree, branch = a_uuid(), a_uuid()
    offline(server, tree, branch, 2)
    server.moment += LONG
    server.create(a_uuid())
    made = server.entity(tree)
    assert (made.version, made.label, made.data) == (1, "tự tạo (auto generated)", {"height": "2"})

    offline(server, tree, branch, 3)
    server.create(tree, {"species": "đa"}, label="Cây đa")

    assert line(server, tree) == [(0, 2, None), (1, 3, None), (0, None, "hard")]
    now = server.entity(tree)
    assert (now.label, now.data) == ("Cây đa", {"height": "3", "species": "đa"})
    assert server.versions(tree)[-1].conflicting == ["label"]


def test_two_creations_of_one_uuid_are_a_fault_even_so(server, session):
    tree = a_uuid()
    server.create(tree)

    again = server.create(tree)

    assert reasons(session, again) == ["entity_exists"]
    assert server.entity(tree).version == 1


def test_what_was_forced_stays_forced_when_its_submission_is_read_again(server, session):
    tree, branch = a_uuid(), a_uuid()
    (held,) = offline(server, tree, branch, 2)
    server.moment += LONG
    server.create(a_uuid())

    projection.attempt(session, held)

    assert len(server.versions(tree)) == 1
    assert reasons(session, held) == []
    assert len(session.scalars(select(EntityBacklog)).all()) == 1


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"base": 7}, "base_unknown"),
        ({"base": 7, "trunk": 7, "branch": "b"}, "trunk_ahead"),
        ({"base": 8, "trunk": 7, "branch": "b"}, "trunk_ahead"),
    ],
)
def test_a_version_that_never_was_is_a_fault_and_not_held(server, session, how, reason):
    tree = a_uuid()
    server.create(tree)
    if "branch" in how:
        how |= {"branch": a_uuid()}

    refused = server.send(tree, {"height": "2"}, **how)

    assert reasons(session, refused) == [reason]
    assert server.held(tree) == []


@pytest.mark.parametrize("how", [{"base": 3}, {"base": 3, "trunk": 3, "branch": "b"}])
def test_an_update_of_what_the_server_once_had_and_has_no_more_is_a_fault(server, session, how):
    if "branch" in how:
        how |= {"branch": a_uuid()}

    refused = server.send(a_uuid(), {"height": "2"}, **how)

    assert reasons(session, refused) == ["entity_unknown"]


def test_an_update_without_a_branch_waits_for_the_creation_too(server, session):
    tree = a_uuid()
    waiting = server.send(tree, {"height": "2"}, base=1)
    assert reasons(session, waiting) == ["held"]

    server.create(tree, {"height": "1"})

    assert line(server, tree) == [(None, None, None), (1, 1, None)]
    assert reasons(session, waiting) == []


def test_an_edit_says_only_what_it_says_otherwise(server):
    tree = a_uuid()
    first = server.create(tree, {"height": "1", "health": "tốt"})
    server.send(tree, {"height": "5"}, base=1)

    server.send(tree, {"height": "1", "health": "yếu"}, action="create", label="cây", replaces=first)

    assert server.entity(tree).data == {"height": "5", "health": "yếu"}
    assert server.entity(tree).conflict is None


def test_an_edit_is_no_conflict_with_its_own_submission_or_its_own_tablet(server):
    tree, branch = a_uuid(), a_uuid()
    first = server.create(tree, {"height": "0", "health": "tốt"})
    server.send(tree, {"health": "yếu"}, action="create", label="cây", replaces=first)
    (second, *_) = offline(server, tree, branch, 1, 2)
    server.send(tree, {"height": "1", "species": "đa"}, base=1, branch=branch, replaces=second)

    offline(server, tree, branch, 3)

    assert [one.conflict for one in server.versions(tree)] == [None] * 6
    assert server.entity(tree).data == {"height": "3", "health": "yếu", "species": "đa"}


def test_an_edit_of_what_others_have_changed_since_is_a_hard_conflict(server):
    tree = a_uuid()
    first = server.create(tree, {"height": "1"})
    server.send(tree, {"height": "5"}, base=1)

    server.send(tree, {"height": "2"}, action="create", label="cây", replaces=first)

    newest = server.versions(tree)[-1]
    assert (newest.base_version, newest.conflict, newest.conflicting) == (1, "hard", ["height"])
    assert server.entity(tree).data == {"height": "2"}


def test_an_edit_of_what_is_held_is_what_counts_when_it_is_released(server):
    tree, branch = a_uuid(), a_uuid()
    (held,) = offline(server, tree, branch, 1)
    server.send(tree, {"height": "99"}, base=1, branch=branch, replaces=held)

    server.create(tree)

    assert server.entity(tree).data == {"height": "99"}
    assert server.held(tree) == []


def test_an_edit_of_what_is_held_stays_in_its_place_though_the_tablet_has_counted_on(server):
    tree, branch = a_uuid(), a_uuid()
    (held, _) = offline(server, tree, branch, 1, 2)
    # Opened again, the form reads the version of the tablet's list, where the change itself has been counted.
    server.send(tree, {"height": "99"}, base=3, branch=branch, replaces=held)

    server.create(tree)

    assert line(server, tree) == [(None, None, None), (1, 1, None), (2, 2, None)]
    assert [one.data for one in server.versions(tree)][1:] == [{"height": "99"}, {"height": "2"}]
    assert server.held(tree) == []


def test_a_deleted_submission_is_not_released(server, session):
    tree, branch = a_uuid(), a_uuid()
    (held,) = offline(server, tree, branch, 1)
    held.deleted_at = server.moment
    session.flush()

    server.create(tree)

    assert server.entity(tree).version == 1
    assert server.held(tree) == []


def test_an_entity_that_was_made_and_changed_in_one_form_goes_on_from_there(server):
    tree, branch = a_uuid(), a_uuid()
    actions = [
        _action(tree, {"height": "1"}, create=True, label="cây"),
        _action(tree, {"height": "2"}, base_version=1, branch_id=branch),
    ]
    entity.apply(server.session, server.create(a_uuid()), actions)

    offline(server, tree, branch, 2)

    assert line(server, tree) == [(None, 1, None), (1, 2, None)]


def test_two_changes_of_an_entity_in_one_form_are_one_version_and_no_conflict(server):
    tree, branch = a_uuid(), a_uuid()
    server.create(tree)
    submission = server.create(a_uuid())
    same = {"base_version": 1, "branch_id": branch, "trunk_version": 1}
    entity.apply(
        server.session,
        submission,
        [_action(tree, {"height": "1"}, **same), _action(tree, {"health": "x"}, **same)],
    )

    offline(server, tree, branch, 3, trunk=1)

    assert line(server, tree) == [(None, None, None), (1, 2, None), (2, 3, None)]
    assert server.entity(tree).data == {"height": "3", "health": "x"}


def _action(tree, data, *, create=False, label=None, **how):
    versions = {"base_version": None, "trunk_version": None, "branch_id": None} | how
    return EntityAction(
        "trees", tree, create=create, update=not create, label=label, data=data, container=(), repeat=None,
        positions=(), **versions,
    )  # fmt: skip


def test_a_submission_with_more_entities_than_a_statement_has_places_is_taken_and_read_again(server, session):
    actions = [_action(a_uuid(), {"height": "1"}, create=True, label="cây") for _ in range(MANY)]
    submission = server.create(a_uuid())
    assert entity.apply(session, submission, actions) == ()

    assert entity.apply(session, submission, actions) == ()

    assert session.scalar(select(func.count()).select_from(EntityVersion)) == MANY + 1
