"""The people who sign in: the list of those within one's units, and one of them with what may be changed."""

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from server import auth, clock, mail, scope
from server.context import config, database
from server.scope import Scope
from server.services import invitation, person
from server.services.actor import Identity
from server.services.person import STATES, PersonRefused, Wanted
from server.services.person.people import PAGE_ROWS
from server.web.page import LAST_ID, id_given, page_number, show

DONE = (
    "saved",
    "role",
    "role-ended",
    "unit",
    "unit-ended",
    "disabled",
    "enabled",
    "sessions-ended",
    "factor-ended",
    "unlocked",
    "mailed",
    "made",
)
"""What a page says was just done, by the word in its address."""
Act = Callable[[Session, Scope, Identity], None]


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    one = f"/people/<int(max={LAST_ID}):actor_id>"
    bp.add_url_rule("/people", "people", listed, defaults=project)
    bp.add_url_rule(one, "person", page, defaults=project)
    for path, endpoint, view in (
        ("", "rename_person", rename),
        ("/roles", "add_role", add_role),
        ("/roles/end", "end_role", end_role),
        ("/units", "add_unit", add_unit),
        ("/units/end", "end_unit", end_unit),
        ("/disable", "disable_person", disable),
        ("/enable", "enable_person", enable),
        ("/sessions/end", "end_sessions_of", end_sessions),
        ("/second-factor/end", "end_factor_of", end_factor),
        ("/unlock", "unlock_person", unlock),
    ):
        bp.add_url_rule(one + path, endpoint, view, methods=["POST"], defaults=project)


@auth.rule("user.list")
def listed(project_id: int) -> Response:
    """People within the viewer's units, by given name. q: words of name or address; role, unit, state: only these."""
    state = request.args.get("state", "")
    wanted = Wanted(
        request.args.get("q", "").strip(),
        request.args.get("role", ""),
        id_given("unit"),
        state if state in STATES else "",
    )
    today = clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        total = person.count(session, seen, wanted)
        pages = max(1, -(-total // PAGE_ROWS))
        page = min(page_number(), pages)
        return show(
            "people.html",
            rows=person.listed(session, seen, wanted, page, today),
            page=page,
            pages=pages,
            total=total,
            wanted=wanted,
            is_narrowed=wanted != Wanted(),
            roles=person.offered(session, auth.current(), project_id),
            may_add=auth.current().may("user.create", project_id),
            units=person.units(session, seen, today),
            states=STATES,
        )


@auth.rule("user.read")
def page(project_id: int, actor_id: int) -> Response:
    """One person. done, what: what was just done, for the notice that may take it back."""
    return show_person(project_id, actor_id)


@auth.rule("user.update")
def rename(project_id: int, actor_id: int) -> Answer:
    """Correct name and address."""
    given = {name: request.form.get(name, "") for name in ("name", "email")}
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.rename(session, seen, who, actor_id, given["name"], given["email"]),
        "saved",
        given=given,
    )


@auth.rule("user.update")
def add_role(project_id: int, actor_id: int) -> Answer:
    """Give a role."""
    role = request.form.get("role", "")
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.add_role(session, seen, who, project_id, actor_id, role),
        "role",
    )


@auth.rule("user.update")
def end_role(project_id: int, actor_id: int) -> Answer:
    """Take a role away; the page that follows offers to give it back."""
    role = request.form.get("role", "")
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.end_role(session, seen, who, actor_id, role),
        "role-ended",
        what=role,
    )


@auth.rule("user.update")
def add_unit(project_id: int, actor_id: int) -> Answer:
    """Bind to a unit."""
    text, today = request.form.get("unit", ""), clock.today()
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.add_unit(session, seen, who, actor_id, text, today),
        "unit",
        given={"unit": text},
    )


@auth.rule("user.update")
def end_unit(project_id: int, actor_id: int) -> Answer:
    """Bind to a unit no more; the page that follows offers to take it back."""
    unit_id, key = request.form.get("unit_id", 0, type=int), request.form.get("key", "")
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.end_unit(session, seen, who, actor_id, unit_id),
        "unit-ended",
        what=key,
    )


@auth.rule("user.update")
def disable(project_id: int, actor_id: int) -> Answer:
    """Shut out."""
    at = clock.now()
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.disable(session, seen, who, actor_id, at),
        "disabled",
    )


@auth.rule("user.update")
def enable(project_id: int, actor_id: int) -> Answer:
    """Let in again."""
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.enable(session, seen, who, actor_id),
        "enabled",
    )


@auth.rule("user.update")
def end_sessions(project_id: int, actor_id: int) -> Answer:
    """Sign out of one browser, or of all."""
    word = request.form.get("session", "")
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.end_sessions(session, seen, who, actor_id, word),
        "sessions-ended",
    )


@auth.rule("user.update")
def end_factor(project_id: int, actor_id: int) -> Answer:
    """Ask for no code any more."""
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.end_factor(session, seen, who, actor_id),
        "factor-ended",
    )


@auth.rule("user.update")
def unlock(project_id: int, actor_id: int) -> Answer:
    """Let try again at once."""
    at = clock.now()
    return _do(
        project_id,
        actor_id,
        lambda session, seen, who: person.unlock(session, seen, who, actor_id, at),
        "unlocked",
    )


def show_person(
    project_id: int,
    actor_id: int,
    faults: Mapping[str, tuple[str, str]] | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    """The page of one person. given: what was typed and could not be taken, with its faults."""
    today, who = clock.today(), auth.current()
    with database().reading() as session:
        seen = scope.of(session, who, project_id, today)
        told = person.detail(session, seen, who, project_id, actor_id, clock.now(), today)
        offers = person.offered(session, who, project_id)
        code = invitation.status(session, actor_id, clock.now())
    done = request.args.get("done", "")
    return show(
        "person.html",
        400 if faults else 200,
        told=told,
        offers=[one for one in offers if one.system not in dict(told.roles)],
        role_names={one.system: one.names for one in offers},
        states=STATES,
        faults=faults or {},
        given={"name": told.name, "email": told.email, "unit": ""} | dict(given or {}),
        done=done if done in DONE else "",
        what=request.args.get("what", ""),
        code=code,
        can_mail=mail.can_invite(config()),
        word=secrets.token_urlsafe(32),
        change=told.may_manage and who.may("user.update", project_id),
    )


def _do(
    project_id: int,
    actor_id: int,
    act: Act,
    done: str,
    what: str = "",
    given: Mapping[str, str] | None = None,
) -> Answer:
    """Do one act and go on to the page that says so; or the page again with what is wrong at its field."""
    try:
        with database().transaction() as session:
            who = auth.current()
            act(session, scope.of(session, who, project_id, clock.today()), who)
    except PersonRefused as refused:
        return show_person(project_id, actor_id, refused.faults, given)
    told = {"done": done} | ({"what": what} if what else {})
    return redirect(f"/people/{actor_id}?{urlencode(told)}", 303)
