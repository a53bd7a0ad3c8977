"""Who may do what: every route has a rule, keys and passwords are stored so that nobody can read them."""

import re

import pytest
from sqlalchemy import select

from server import auth, log, migrate
from server.errors import BadEmail, EmailTaken, NoRights, RoleNotFound
from server.models import AppUser, Assignment, Role, User
from server.services import actor, app_user, user
from server.services.actor import SYSTEM_ID, Grant, Identity

pytestmark = pytest.mark.database

CENTRAL_ROLES = {1: "admin", 2: "app-user", 5: "manager", 6: "viewer", 8: "formfill"}


def rules(app):
    """The rule of every route."""
    views = ((route.rule, app.view_functions[route.endpoint]) for route in app.url_map.iter_rules())
    return {path: getattr(view, "rule", None) for path, view in views}


def test_every_route_has_a_rule(app):
    found = rules(app)

    assert "/healthz" in found
    assert [path for path, rule in found.items() if rule is None] == []


def test_a_route_without_a_rule_would_be_found(app):
    app.add_url_rule("/forgotten", view_func=lambda: "")

    assert rules(app)["/forgotten"] is None


def test_every_rule_is_a_verb_some_role_gives(app, session):
    verbs = {verb for role in session.scalars(select(Role)) for verb in role.verbs}

    assert set(rules(app).values()) <= verbs | {auth.PUBLIC, auth.SIGNED_IN}


def test_roles_have_centrals_ids_and_ours_begin_at_101(session):
    roles = {role.id: role for role in session.scalars(select(Role))}

    assert {role_id: roles[role_id].system for role_id in CENTRAL_ROLES} == CENTRAL_ROLES
    assert all(role_id > 100 for role_id in roles.keys() - CENTRAL_ROLES.keys())
    assert set(roles[2].verbs) == {"open_form.list", "open_form.read", "submission.create"}
    assert all(set(role.verbs) <= set(roles[1].verbs) for role in roles.values())
    assert all(role.name_vi and role.name_en for role in roles.values())


def test_a_grant_covers_its_project_or_the_whole_site():
    here = Grant(frozenset({"form.list"}), 1, None)
    everywhere = Grant(frozenset({"form.list"}), None, None)
    one_form = Grant(frozenset({"form.list"}), 1, 7)

    assert Identity(5, "user", (here,)).may("form.list", 1)
    assert not Identity(5, "user", (here,)).may("form.list", 2)
    assert not Identity(5, "user", (here,)).may("form.list")
    assert not Identity(5, "user", (here,)).may("form.create", 1)
    assert Identity(5, "user", (everywhere,)).may("form.list", 2)
    assert Identity(5, "user", (one_form,)).forms("form.list", 1) == {7}
    assert Identity(5, "user", (one_form, here)).forms("form.list", 1) is None
    assert Identity(5, "user", ()).forms("form.list", 1) == frozenset()


def test_a_key_has_256_bits_and_only_its_hash_is_stored(session):
    made = app_user.create(session, 1, "Máy 1", [], SYSTEM_ID)

    assert re.fullmatch(r"[\w-]{43}", made.token)
    stored = session.get_one(AppUser, made.actor_id)
    assert made.token not in repr(vars(stored))
    assert len(stored.token_hash) == 64
    assert actor.by_key(session, made.token, 1).actor_id == made.actor_id


def test_a_revoked_key_is_listed_as_such(session):
    made = app_user.create(session, 1, "Máy 1", [], SYSTEM_ID)

    app_user.revoke(session, made.actor_id, SYSTEM_ID)

    assert [(one.name, one.revoked_at is not None) for one in app_user.listed(session, 1)] == [
        ("Máy 1", True)
    ]


def test_passwords_are_hashed_with_argon2id_and_must_be_changed(session, costly_passwords):
    made = user.create(session, "Lan@CLB.example ", "Lan", "admin", SYSTEM_ID)

    stored = session.get_one(User, made.actor_id)
    assert (stored.email, stored.must_change_password) == ("lan@clb.example", True)
    assert stored.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert user.verify(session, "LAN@clb.example", made.password) is stored
    assert user.verify(session, "lan@clb.example", "khác") is None
    assert user.verify(session, "nobody@clb.example", made.password) is None


def test_a_reset_password_ends_the_old_one(session):
    made = user.create(session, "lan@clb.example", "Lan", "admin", SYSTEM_ID)

    password = user.reset_password(session, "lan@clb.example", SYSTEM_ID)

    assert user.verify(session, "lan@clb.example", made.password) is None
    assert user.verify(session, "lan@clb.example", password) is not None


@pytest.mark.parametrize(
    ("email", "role", "problem"),
    [
        ("lan@clb.example", "admin", EmailTaken),
        ("lan", "admin", BadEmail),
        ("@clb.example", "admin", BadEmail),
        ("hoa@clb.example", "boss", RoleNotFound),
    ],
)
def test_a_user_that_cannot_be_added_is_refused_with_the_reason(session, email, role, problem):
    user.create(session, "lan@clb.example", "Lan", "viewer", SYSTEM_ID)

    with pytest.raises(problem) as raised:
        user.create(session, email, "", role, SYSTEM_ID)

    assert email in raised.value.message("vi") or role in raised.value.message("vi")


def test_an_actor_who_left_has_no_rights(session):
    made = user.create(session, "lan@clb.example", "Lan", "admin", SYSTEM_ID)
    user.delete(session, "lan@clb.example", SYSTEM_ID)

    with pytest.raises(NoRights):
        actor.get(session, made.actor_id)
    assert user.listed(session) == []
    assert user.create(session, "lan@clb.example", "Lan khác", "viewer", SYSTEM_ID).actor_id != made.actor_id
    assert session.scalars(select(Assignment).where(Assignment.actor_id == made.actor_id)).all() != []


def test_health_is_public_and_says_when_the_database_is_of_another_age(app, monkeypatch):
    client = app.test_client()
    assert client.get("/healthz").text == "ok\n"

    monkeypatch.setattr(migrate, "newest", lambda: "9999")

    response = client.get("/healthz")
    assert response.status_code == 503
    assert "clb migrate" in response.text


@pytest.mark.parametrize(
    "path", ["/v1/key/{}/projects/1", "/v1/key//{}/projects/1", "/V1/KEY/{}/x", "/v1/test/{}"]
)
def test_a_key_in_an_address_typed_wrongly_is_no_more_in_the_log_than_one_typed_right(path):
    assert "s3cret" not in log.redact(path.format("s3cret"))


def test_what_a_stranger_asks_for_cannot_move_the_cursor_of_whoever_reads_the_log():
    assert log.redact("/a\x1b[2J\r\nế") == "/a�[2J��ế"
