"""Signing in and out."""

import unicodedata
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from server import auth, clock
from server.context import database
from server.services import second_factor, throttle
from server.services import session as sessions
from server.services.session import CODE_MINUTES, SESSION_HOURS, WrongPassword
from server.services.throttle import TooManyAttempts
from server.web import resume
from server.web.door import HOUR_SECONDS, SESSION_COOKIE, SIGN_IN_COOKIE, client, open_form, set_cookie
from server.web.page import is_here, refusal, viewer
from server.web.words import language

STEP_COOKIE = "clb_step"
"""Of whose password was right and whose code is still to come."""


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/session/new", "sign_in", sign_in)
    bp.add_url_rule("/session", "begin_session_by_address", to_form)
    bp.add_url_rule("/session", "begin_session", begin_session, methods=["POST"])
    bp.add_url_rule("/session/end", "end_session", end_session, methods=["POST"])
    bp.register_error_handler(WrongPassword, refused)
    bp.register_error_handler(TooManyAttempts, wait)


@auth.rule(auth.PUBLIC)
def sign_in() -> Answer:
    """The form; somebody signed in already has no use for it."""
    return redirect(next_page(), 303) if viewer() else sign_in_form()


@auth.rule(auth.PUBLIC)
def to_form() -> Answer:
    """Where a failed sign-in stands in the address bar: reloaded, it is the form again."""
    return redirect("/session/new", 303)


@auth.rule(auth.PUBLIC)
def begin_session() -> Answer:
    """Sign in. The attempt is on record before the password is looked at."""
    email = request.form.get("email", "")
    with database().transaction() as session:
        throttle.note(session, email, client().address, clock.now())
    with database().reading() as session:
        actor_id = sessions.verify(session, email, typed("password"))
    return go_in(actor_id, email, next_page())


@auth.rule(auth.PUBLIC)
def end_session() -> Answer:
    """Sign out. A session that is over already is no fault."""
    who = viewer()
    if who is not None:
        with database().transaction() as session:
            sessions.end(session, request.cookies[SESSION_COOKIE], who.actor_id)
    response = redirect("/", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response


def refused(problem: WrongPassword) -> Response:
    """The form again, with what is wrong."""
    return sign_in_form(problem.status, problem.message(language()))


def wait(problem: TooManyAttempts) -> Response:
    """How long to wait: at the form, where it was sent from the form."""
    if request.endpoint == "web.begin_session":
        response = sign_in_form(problem.status, problem.message(language()))
    else:
        response = refusal(problem)
    response.headers["Retry-After"] = str(problem.details["minutes"] * 60)
    return response


def go_in(actor_id: int, email: str, address: str) -> Answer:
    """Go on as somebody whose password was right: to a page, or first to the code of their second factor."""
    with database().transaction() as session:
        if not second_factor.is_on(session, actor_id):
            token = sessions.begin(session, actor_id, email, clock.now(), client())
            return enter_with(token, address)
        token = sessions.begin_waiting(session, actor_id, clock.now(), client())
    response: Answer = redirect(f"/session/code?next={quote(address, safe='')}", 303)
    if resume.given():
        kept = request.form["kept"]
        response = open_form("session_code.html", next=address, problem="", kept=kept)
    set_cookie(response, STEP_COOKIE, token, CODE_MINUTES * 60)
    return response


def enter_with(token: str, address: str) -> Answer:
    """Go on to a page as somebody who has signed in, or to the form that was sent when the last session was over."""
    kept = resume.given()
    if kept is None:
        response: Answer = redirect(address, 303)
    else:
        with database().reading() as session:
            entered = sessions.find(session, token, clock.now())
        response = resume.page(kept, entered.csrf if entered else "")
    set_cookie(response, SESSION_COOKIE, token, SESSION_HOURS * HOUR_SECONDS)
    response.delete_cookie(SIGN_IN_COOKIE)
    response.delete_cookie(STEP_COOKIE)
    return response


def typed(field: str) -> str:
    """A password as typed; keyboards write Vietnamese letters in two ways, which are the same password."""
    return unicodedata.normalize("NFC", request.form.get(field, ""))


def sign_in_form(status: int = 200, problem: str = "") -> Response:
    """The form, with what went wrong."""
    email, kept = request.form.get("email", ""), request.form.get("kept", "")
    return open_form("sign_in.html", status, next=next_page(), email=email, problem=problem, kept=kept)


def next_page() -> str:
    """Where to go after signing in: a place on this server only."""
    asked = request.values.get("next", "/")
    return asked if is_here(asked) else "/"
