"""What people decide about entities, and that a rebuild does all of it again at its place."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from server.models import (
    Audit,
    Entity,
    EntityBacklog,
    EntityList,
    EntityListPart,
    EntityVersion,
    Finding,
    Submission,
)
from server.scope import Scope
from server.services import rebuild as rebuilding
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.entity import backlog, history, part, people
from tests.builders_entity import Server, a_uuid, open_server

ALL = Scope(None, SYSTEM_ID, date(2026, 3, 1))
NONE = Scope(frozenset(), SYSTEM_ID, date(2026, 3, 1))
LONG = timedelta(days=6)


@pytest.fixture
def server(session, blobs) -> Server:
    return open_server(session, blobs)


@pytest.fixture
def disputed(server: Server) -> str:
    """A tree whose height two people have changed, one not knowing of the other."""
    tree = a_uuid()
    server.create(tree, {"height": "1", "health": "tốt"})
    server.send(tree, {"height": "5"}, base=1)
    server.send(tree, {"height": "7", "health": "yếu"}, base=1)
    return tree


def later(server: Server):
    """The next moment: a person acts."""
    server.moment += timedelta(minutes=1)
    return server.moment


def acts(session) -> list[str]:
    rows = select(Audit.action).where(Audit.actee_type == "entity").order_by(Audit.id)
    return list(session.scalars(rows))


def reasons(session, submission: Submission) -> list[str]:
    rows = select(Finding).where(Finding.submission_id == submission.id, Finding.code == "entity_faulty")
    return [one.details["reason"] for one in session.scalars(rows)]


def test_a_conflict_shows_each_property_as_it_was_before_as_sent_and_now(server, session, disputed):
    (one,) = history.conflicts(session, ALL, 1)

    assert (one.entity.id, one.entity.list_name, one.entity.conflict) == (disputed, "trees", "hard")
    (conflict,) = one.conflicts
    assert [made.version for made in conflict.others] == [2]
    assert conflict.made.submission_id is not None
    assert conflict.made.form == "Cây"
    shown = [(p.name, p.base, p.before, p.received, p.now, p.is_clashing) for p in conflict.properties]
    assert shown == [("height", "1", "5", "7", "7", True), ("health", "tốt", "tốt", "yếu", "yếu", False)]
    assert history.count_conflicts(session, ALL, 1) == 1


def test_keeping_it_as_it_is_settles_the_conflict_and_nothing_else(server, session, disputed):
    people.resolve(session, ALL, 1, disputed, seen=3, at=later(server))

    assert server.entity(disputed).conflict is None
    assert server.entity(disputed).version == 3
    assert history.conflicts(session, ALL, 1) == []
    assert acts(session) == ["entity.update.resolve"]


def test_taking_the_other_puts_back_what_clashed_and_only_that(server, session, disputed):
    people.put_back(session, ALL, 1, disputed, 3, seen=3, at=later(server))

    now = server.entity(disputed)
    assert (now.version, now.data, now.conflict) == (4, {"height": "5", "health": "yếu"}, None)
    newest = server.versions(disputed)[-1]
    assert (newest.submission_id, newest.actor_id, newest.received) == (None, SYSTEM_ID, {"height": "5"})
    assert acts(session) == ["entity.update.version", "entity.update.resolve"]


def test_values_may_be_chosen_one_by_one(server, session, disputed):
    people.write(session, ALL, 1, disputed, {"height": "6", "label": "Cây đa"}, seen=3, at=later(server))

    now = server.entity(disputed)
    assert (now.label, now.data, now.conflict) == ("Cây đa", {"height": "6", "health": "yếu"}, None)


def test_an_older_version_may_be_taken_whole(server, session, disputed):
    server.send(disputed, {"species": "đa"}, base=3)

    people.take(session, ALL, 1, disputed, 1, at=later(server))

    assert server.entity(disputed).data == {"height": "1", "health": "tốt", "species": ""}


def test_who_decides_on_what_has_moved_meanwhile_is_asked_to_look_again(server, session, disputed):
    with pytest.raises(people.EntityMoved):
        people.resolve(session, ALL, 1, disputed, seen=2)

    assert server.entity(disputed).conflict == "hard"


@pytest.mark.parametrize("said", [{"colour": "xanh"}, {"label": " "}])
def test_a_property_the_list_does_not_have_is_refused(server, session, disputed, said):
    with pytest.raises(people.UnknownProperty):
        people.write(session, ALL, 1, disputed, said)


def test_a_version_that_never_was_cannot_be_taken(server, session, disputed):
    with pytest.raises(people.EntityVersionNotFound):
        people.take(session, ALL, 1, disputed, 9)
    with pytest.raises(people.EntityVersionNotFound):
        people.put_back(session, ALL, 1, disputed, 2)


def test_nobody_decides_outside_their_scope(server, session, disputed):
    for act in (people.resolve, people.delete, people.restore):
        with pytest.raises(people.EntityNotFound):
            act(session, NONE, 1, disputed)
    assert history.conflicts(session, NONE, 1) == []
    with pytest.raises(people.EntityNotFound):
        people.resolve(session, ALL, 2, disputed)


def test_a_conflict_that_comes_after_one_was_settled_stands_alone(server, session, disputed):
    people.resolve(session, ALL, 1, disputed, at=later(server))

    server.send(disputed, {"species": "đa"}, base=1)

    (one,) = history.conflicts(session, ALL, 1)
    assert [conflict.made.version for conflict in one.conflicts] == [4]
    assert server.entity(disputed).conflict == "soft"


def test_a_deleted_entity_leaves_the_list_and_comes_back_with_what_was_sent_meanwhile(server, session):
    tree = a_uuid()
    server.create(tree, {"height": "1"})
    people.delete(session, ALL, 1, tree, at=later(server))
    meanwhile = server.send(tree, {"height": "2"}, base=1)

    assert reasons(session, meanwhile) == ["entity_deleted"]
    assert [one.id for one in history.deleted(session, ALL, 1)] == [tree]
    assert session.scalars(select(EntityListPart.rows)).all() == [0]
    people.restore(session, ALL, 1, tree, at=later(server))

    assert server.entity(tree).data == {"height": "2"}
    assert server.entity(tree).deleted_at is None
    assert reasons(session, meanwhile) == []
    assert session.scalars(select(EntityListPart.rows)).all() == [1]
    assert part.faults(session) == []
    assert acts(session) == ["entity.delete", "entity.restore"]


def test_what_is_deleted_cannot_be_written(server, session, disputed):
    people.delete(session, ALL, 1, disputed, at=later(server))

    with pytest.raises(people.EntityDeleted):
        people.write(session, ALL, 1, disputed, {"height": "2"})


def test_deleting_or_restoring_twice_changes_nothing(server, session, disputed):
    for act in (people.restore, people.delete, people.delete):
        act(session, ALL, 1, disputed, at=later(server))

    assert acts(session) == ["entity.delete"]


def test_a_person_may_force_one_change_and_what_follows_is_released(server, session):
    tree, branch = a_uuid(), a_uuid()
    server.create(tree)
    server.send(tree, {"height": "2"}, base=2, branch=branch)
    server.send(tree, {"height": "3"}, base=3, branch=branch)
    (first, _) = history.backlog(session, ALL, 1)
    assert (first.list_name, first.label, first.base_version) == ("trees", "cây", 2)
    assert first.forced_from == first.held_at + timedelta(days=5)

    backlog.force_one(session, ALL, 1, first.id, at=later(server))

    assert server.entity(tree).data == {"height": "3"}
    assert history.backlog(session, ALL, 1) == []
    with pytest.raises(backlog.NothingHeld):
        backlog.force_one(session, ALL, 1, first.id)


def test_what_is_held_is_forced_only_within_scope(server, session):
    server.send(a_uuid(), {"height": "2"}, base=2, branch=a_uuid())
    (held,) = history.backlog(session, ALL, 1)
    stranger = Scope(frozenset(), SYSTEM_ID + 1, ALL.day)

    assert history.backlog(session, stranger, 1) == []
    with pytest.raises(backlog.NothingHeld):
        backlog.force_one(session, stranger, 1, held.id)


def test_all_that_is_older_than_a_moment_is_forced_at_once(server, session):
    trees = [a_uuid() for _ in range(3)]
    for tree in trees:
        server.send(tree, {"height": "2"}, base=2, branch=a_uuid())
    at = later(server)

    assert backlog.force(session, at - timedelta(days=1), at) == 0
    assert backlog.force(session, at, at) == 3

    assert {server.entity(tree).version for tree in trees} == {1}


# -- Lists that ask for approval --


@pytest.fixture
def closed(server: Server, session) -> Server:
    session.execute(update(EntityList).values(approval_required=True))
    return server


def test_an_entry_is_made_when_its_submission_is_approved_and_then_what_waited_for_it(closed, session):
    tree = a_uuid()
    made = closed.create(tree, {"height": "1"})
    waiting = closed.send(tree, {"height": "2"}, base=1, branch=a_uuid())
    assert closed.entity(tree) is None
    assert (reasons(session, made), reasons(session, waiting)) == (["not_approved"], ["held"])

    submissions.review(session, ALL, made.id, "approved", SYSTEM_ID)

    assert closed.entity(tree).data == {"height": "2"}
    assert (reasons(session, made), reasons(session, waiting)) == ([], [])


def test_another_review_state_makes_nothing_and_approving_twice_makes_one(closed, session):
    tree = a_uuid()
    made = closed.create(tree)

    submissions.review(session, ALL, made.id, "hasIssues", SYSTEM_ID)
    assert closed.entity(tree) is None
    submissions.review(session, ALL, made.id, "approved", SYSTEM_ID)
    submissions.review(session, ALL, made.id, "approved", SYSTEM_ID)

    assert len(closed.versions(tree)) == 1


def test_an_entry_nobody_approved_is_not_made_by_force(closed, session):
    tree = a_uuid()
    closed.create(tree)
    closed.send(tree, {"height": "2"}, base=1, branch=a_uuid())
    closed.moment += LONG

    closed.create(a_uuid())

    assert closed.entity(tree) is None
    assert closed.held(tree) == [1]
    (held,) = history.backlog(session, ALL, 1)
    with pytest.raises(backlog.AwaitsApproval):
        backlog.force_one(session, ALL, 1, held.id)


# -- Rebuilding --


def a_season(server: Server, session) -> None:
    """Conflicts settled and open, values by hand, forced and held changes, deletions, approvals, edits."""
    settled, by_hand, gone, back, forced, held = (a_uuid() for _ in range(6))
    for tree in (settled, by_hand, gone, back):
        server.create(tree, {"height": "1"})
        server.send(tree, {"height": "5"}, base=1)
        server.send(tree, {"height": "7"}, base=1)
    people.resolve(session, ALL, 1, settled, at=later(server))
    server.send(settled, {"health": "yếu"}, base=2)
    people.put_back(session, ALL, 1, by_hand, 3, at=later(server))
    server.send(by_hand, {"species": "đa"}, base=4)
    people.delete(session, ALL, 1, gone, at=later(server))
    people.delete(session, ALL, 1, back, at=later(server))
    server.send(back, {"species": "si"}, base=3)
    people.restore(session, ALL, 1, back, at=later(server))
    server.send(back, {"species": "đề"}, base=3)
    branch = a_uuid()
    server.send(forced, {"height": "2"}, base=2, branch=branch)
    (one,) = history.backlog(session, ALL, 1)
    backlog.force_one(session, ALL, 1, one.id, at=later(server))
    first = server.create(forced, {"species": "đa"})
    server.send(forced, {"height": "8"}, base=5, branch=branch)
    server.moment += LONG
    server.send(forced, {"height": "1"}, base=1, branch=branch)
    server.create(forced, {"species": "lim"})
    server.send(forced, {"species": "gụ"}, action="create", label="cây", replaces=first)
    server.send(held, {"height": "3"}, base=3, branch=a_uuid())
    session.flush()


def test_a_rebuild_gives_the_same_entities_versions_conflicts_and_backlog(server, session):
    a_season(server, session)
    before = rebuilding.fingerprint(session)
    assert session.scalars(select(Entity.conflict)).all().count("hard") > 1
    assert len(session.scalars(select(EntityBacklog)).all()) == 3

    rebuilding.rebuild(session)

    assert rebuilding.fingerprint(session) == before
    assert part.faults(session) == []


def test_a_rebuild_mends_entities_that_were_damaged(server, session):
    a_season(server, session)
    before = rebuilding.fingerprint(session)
    session.execute(update(Entity).values(label="hỏng", conflict=None, club_id=None))
    session.execute(delete(EntityBacklog).where(EntityBacklog.forced_at.is_(None)))
    session.execute(update(EntityVersion).where(EntityVersion.submission_id.is_not(None)).values(data={}))

    rebuilding.rebuild(session)

    assert rebuilding.fingerprint(session) == before


def test_a_rebuild_approves_again_at_the_moment_at_which_it_was_approved(closed, session):
    tree, other = a_uuid(), a_uuid()
    made, rejected = closed.create(tree, {"height": "1"}), closed.create(other)
    closed.send(tree, {"height": "2"}, base=1, branch=a_uuid())
    submissions.review(session, ALL, made.id, "approved", SYSTEM_ID)
    submissions.review(session, ALL, rejected.id, "rejected", SYSTEM_ID)
    submissions.review(session, ALL, made.id, "hasIssues", SYSTEM_ID)
    before = rebuilding.fingerprint(session)

    rebuilding.rebuild(session)

    assert rebuilding.fingerprint(session) == before
    states = select(Submission.review_state).order_by(Submission.id)
    assert session.scalars(states).all() == ["hasIssues", "rejected", None]


def test_what_a_deleted_submission_did_to_entities_stays_after_a_rebuild(server, session):
    tree = a_uuid()
    server.create(tree, {"height": "1"})
    second = server.send(tree, {"height": "2"}, base=1)
    server.send(tree, {"health": "tốt"}, base=2)
    submissions.delete(session, ALL, second.id, SYSTEM_ID)
    before = rebuilding.fingerprint(session)

    rebuilding.rebuild(session)

    assert rebuilding.fingerprint(session) == before
    assert server.entity(tree).version == 3
