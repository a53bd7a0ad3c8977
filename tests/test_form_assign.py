"""Which tablets get which forms: nobody's list becomes empty, or shorter, unless that was meant."""

import pytest
from lxml import etree
from sqlalchemy import delete, select, update

from server.errors import AppUserNotFound, FormNotFound
from server.models import Assignment, Audit, Project
from server.services import app_user, form
from server.services.actor import SYSTEM_ID
from server.services.form import Assigned, Effect, LastForm
from tests.builders import VISIT, Collect, publish, submission

pytestmark = pytest.mark.database

LIST = "{http://openrosa.org/xforms/xformsList}"


def names(tablet):
    response = tablet.get("formList")
    assert response.status_code == 200
    return {one.findtext(f"{LIST}formID") for one in etree.fromstring(response.data)}


def do(database, act, *arguments, **how):
    with database.transaction() as session:
        return act(session, *arguments, **how)


def form_id(database, xml_form_id):
    with database.reading() as session:
        return form.get(session, 1, xml_form_id).id


@pytest.fixture
def visitor(app, database, forms_published):
    """A tablet that is assigned the form visit, and no other."""
    made = do(
        database,
        app_user.create,
        1,
        "Một biểu",
        [],
        SYSTEM_ID,
        form_ids=[form_id(database, "visit")],
    )
    return Collect(app, made.token, made.actor_id)


def test_a_form_that_is_assigned_is_listed_and_taken_at_once(visitor, database):
    is_new = do(database, form.assign, 1, "register", visitor.actor_id, SYSTEM_ID)
    again = do(database, form.assign, 1, "register", visitor.actor_id, SYSTEM_ID)

    assert (is_new, again) == (True, False)
    assert names(visitor) == {"visit", "register"}
    assert visitor.send(submission(xml_form_id="register", version="1")).status_code == 201
    with database.reading() as session:
        logged = session.scalars(select(Audit).where(Audit.action == "field_key.assignment.create")).all()
        assert [one.actee_id for one in logged] == [str(visitor.actor_id)]


def test_a_form_that_is_taken_away_is_gone_and_what_comes_is_kept_aside(visitor, database):
    do(database, form.assign, 1, "register", visitor.actor_id, SYSTEM_ID)
    taken = do(database, form.unassign, 1, "visit", visitor.actor_id, SYSTEM_ID)
    again = do(database, form.unassign, 1, "visit", visitor.actor_id, SYSTEM_ID)

    assert (taken, again) == (True, False)
    assert names(visitor) == {"register"}
    assert visitor.send(submission()).status_code == 403


def test_the_last_form_is_not_taken_away_by_mistake(visitor, database):
    with pytest.raises(LastForm, match="Một biểu"):
        do(database, form.unassign, 1, "visit", visitor.actor_id, SYSTEM_ID)

    assert names(visitor) == {"visit"}


def test_a_form_that_is_closed_is_no_form_left_to_fill(visitor, database):
    do(database, form.assign, 1, "register", visitor.actor_id, SYSTEM_ID)
    do(database, form.set_state, 1, "register", "closed", SYSTEM_ID)

    with pytest.raises(LastForm):
        do(database, form.unassign, 1, "visit", visitor.actor_id, SYSTEM_ID)


def test_a_tablet_that_was_meant_to_lose_its_last_form_gets_a_refusal_and_no_empty_list(visitor, database):
    do(database, form.unassign, 1, "visit", visitor.actor_id, SYSTEM_ID, may_empty=True)

    response = visitor.get("formList")

    assert response.status_code == 403
    assert b"<xforms" not in response.data


def test_a_tablet_that_gets_all_forms_gets_all_others_when_one_is_taken(collect, database, blobs):
    do(database, form.unassign, 1, "visit", collect.actor_id, SYSTEM_ID)
    do(database, publish, blobs, VISIT.replace("| visit ", "| later "))

    assert names(collect) == {"place/1", "register"}
    assert do(database, form.assign_all, 1, collect.actor_id, SYSTEM_ID)
    assert not do(database, form.assign_all, 1, collect.actor_id, SYSTEM_ID)
    assert names(collect) == {"visit", "place/1", "register", "later"}
    assert not do(database, form.assign, 1, "visit", collect.actor_id, SYSTEM_ID)


def test_the_app_users_of_a_form_are_those_assigned_and_those_that_get_all(collect, visitor, database):
    gone = do(database, app_user.create, 1, "Đã thu hồi", [], SYSTEM_ID)
    do(database, app_user.revoke, gone.actor_id, SYSTEM_ID)

    with database.reading() as session:
        visits = form.assigned(session, 1, form.get(session, 1, "visit").id)
        registers = form.assigned(session, 1, form.get(session, 1, "register").id)

    everything = Assigned(collect.actor_id, "Máy thử", gets_all=True)
    assert visits == [everything, Assigned(visitor.actor_id, "Một biểu", gets_all=False)] or visits == [
        Assigned(visitor.actor_id, "Một biểu", gets_all=False),
        everything,
    ]
    assert registers == [everything]


def test_what_closing_means_for_tablets_is_known_before(collect, visitor, database):
    with database.reading() as session:
        visit, place, register = (form.get(session, 1, name).id for name in ("visit", "place/1", "register"))

        assert form.effect(session, 1, [visit]) == Effect(losing=2, emptied=1)
        assert form.effect(session, 1, [register]) == Effect(losing=1, emptied=0)
        assert form.effect(session, 1, [visit, place, register]) == Effect(losing=2, emptied=2)
        assert form.effect(session, 1, []) == Effect(losing=0, emptied=0)
    do(database, form.set_state, 1, "visit", "closing", SYSTEM_ID)
    with database.reading() as session:
        assert form.effect(session, 1, [visit]) == Effect(losing=0, emptied=0)


def test_only_app_users_and_forms_of_the_project_can_be_brought_together(collect, database, session):
    with pytest.raises(AppUserNotFound):
        do(database, form.assign, 1, "visit", 999, SYSTEM_ID)
    with pytest.raises(AppUserNotFound):
        do(database, form.assign, 1, "visit", SYSTEM_ID, SYSTEM_ID)
    with pytest.raises(FormNotFound):
        do(database, form.assign, 1, "none", collect.actor_id, SYSTEM_ID)
    with pytest.raises(FormNotFound):
        do(database, form.unassign, 1, "none", collect.actor_id, SYSTEM_ID)


def test_an_app_user_whose_assignments_vanished_is_refused_and_keeps_its_forms(collect, session):
    session.execute(delete(Assignment).where(Assignment.actor_id == collect.actor_id))
    session.commit()

    assert collect.get("formList").status_code == 403


def test_a_deleted_project_refuses_its_tablets_and_they_keep_their_forms(collect, session):
    session.execute(update(Project).values(deleted_at=session.get_one(Project, 1).created_at))
    session.commit()

    assert collect.get("formList").status_code == 403
