"""The audit log: an act and its entry stand together, or neither does."""

import json

import pytest
from sqlalchemy import select

from server.models import Audit, User
from server.services import app_user, audit, user
from server.services.actor import SYSTEM_ID

pytestmark = pytest.mark.database


def test_an_act_that_is_rolled_back_leaves_no_entry(database, session):
    def create_and_lose_power(writing):
        user.create(writing, "lan@clb.example", "Lan", "admin", SYSTEM_ID)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError), database.transaction() as writing:
        create_and_lose_power(writing)

    assert session.scalars(select(Audit)).all() == []
    assert session.scalars(select(User)).all() == []


def test_acts_bear_centrals_names_and_who_did_them(database, session):
    with database.transaction() as writing:
        made = app_user.create(writing, 1, "Máy 1", [], SYSTEM_ID)
        app_user.revoke(writing, made.actor_id, SYSTEM_ID)

    entries = session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [entry.action for entry in entries] == ["field_key.create", "field_key.session.end"]
    assert {(entry.actor_id, entry.actee_type, entry.actee_id) for entry in entries} == {
        (SYSTEM_ID, "actor", str(made.actor_id))
    }
    assert entries[0].logged_at.tzinfo is not None


def test_publishing_is_logged_once_for_each_form(forms_published, session):
    actions = session.scalars(select(Audit.action).order_by(Audit.id)).all()

    assert actions.count("form.create") == 3
    assert actions.count("form.update.publish") == 3
    assert actions.count("dataset.create") == 1


def test_no_entry_holds_a_password_or_a_key(session):
    made = user.create(session, "lan@clb.example", "Lan", "admin", SYSTEM_ID)
    password = user.reset_password(session, "lan@clb.example", SYSTEM_ID)
    tablet = app_user.create(session, 1, "Máy 1", [], SYSTEM_ID)

    kept = json.dumps(session.scalars(select(Audit.details)).all())

    assert not any(secret in kept for secret in (made.password, password, tablet.token))


def test_an_act_of_nobody_known_can_be_logged(session):
    audit.log(session, None, "user.session.create.fail", "actor", "", {"reason": "password"})

    assert session.scalars(select(Audit.actor_id)).all() == [None]
