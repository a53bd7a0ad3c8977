"""The second factor: setting it up, codes on paper, and the page between the password and the inside."""

import secrets
from collections.abc import Callable
from typing import Any

import segno
from flask import Blueprint, Response, redirect, request
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from server import auth, clock
from server.context import config, database
from server.errors import Problem
from server.services import password as passwords
from server.services import second_factor, throttle
from server.services import session as sessions
from server.services.password import CurrentPasswordWrong
from server.services.second_factor import WrongCode
from server.services.throttle import TooManyAttempts
from server.web.door import client, open_form
from server.web.page import show, viewer
from server.web.sign_in import STEP_COOKIE, enter_with, next_page, typed
from server.web.words import language

QR_SCALE = 5
Act = Callable[[Session, str], None]


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/session/code", "ask_code", ask_code)
    bp.add_url_rule("/session/code", "give_code", give_code, methods=["POST"])
    bp.add_url_rule("/account/second-factor", "second_factor", page)
    bp.add_url_rule("/account/second-factor", "turn_on_factor", turn_on, methods=["POST"])
    bp.add_url_rule("/account/second-factor/codes", "renew_codes", renew_codes, methods=["POST"])
    bp.add_url_rule("/account/second-factor/end", "turn_off_factor", turn_off, methods=["POST"])


@auth.rule(auth.PUBLIC)
def ask_code() -> Answer:
    """The code, once the password was right; without that, the form for the password."""
    with database().reading() as session:
        waiting = sessions.find_waiting(session, request.cookies.get(STEP_COOKIE, ""), clock.now())
    return _code_form() if waiting else redirect("/session/new", 303)


@auth.rule(auth.PUBLIC)
def give_code() -> Answer:
    """Take the code and go in. The attempt is on record before the code is looked at."""
    token, at = request.cookies.get(STEP_COOKIE, ""), clock.now()
    with database().reading() as session:
        waiting = sessions.find_waiting(session, token, at)
    if waiting is None:
        return redirect("/session/new", 303)
    try:
        with database().transaction() as session:
            throttle.note(session, waiting.email, client().address, at)
        with database().transaction() as session:
            is_recovery = second_factor.verify(session, waiting.actor_id, request.form.get("code", ""), at)
            sessions.forget(session, token)
            opened = sessions.begin(session, waiting.actor_id, waiting.email, at, client())
    except (WrongCode, TooManyAttempts) as problem:
        return _code_form(problem)
    return enter_with(opened, "/account/second-factor" if is_recovery else next_page())


@auth.rule(auth.SIGNED_IN)
def page() -> Response:
    """Set it up; or, where it is on, how many recovery codes are left."""
    return _page(secrets.token_urlsafe(32))


@auth.rule(auth.SIGNED_IN)
def turn_on() -> Response:
    """Begin to ask for codes, and show the recovery codes, this once."""
    return _with_password(
        lambda session, word: second_factor.turn_on(
            session, viewer().actor_id, word, request.form.get("code", ""), clock.now()
        )
    )


@auth.rule(auth.SIGNED_IN)
def renew_codes() -> Response:
    """New recovery codes, shown this once."""
    return _with_password(lambda session, word: second_factor.renew_codes(session, viewer().actor_id, word))


@auth.rule(auth.SIGNED_IN)
def turn_off() -> Answer:
    """Ask for codes no more."""
    who = viewer()
    try:
        _check_password()
    except CurrentPasswordWrong as problem:
        return _page(secrets.token_urlsafe(32), problem, "end")
    with database().transaction() as session:
        second_factor.turn_off(session, who.actor_id, who.actor_id)
    return redirect("/account/second-factor?done=off", 303)


def _with_password(act: Act) -> Response:
    """Do an act that the word of the page leads to, and show its recovery codes; or the page with what is wrong."""
    word = request.form.get("word") or secrets.token_urlsafe(32)
    try:
        _check_password()
        with database().transaction() as session:
            act(session, word)
    except (CurrentPasswordWrong, WrongCode) as problem:
        return _page(word, problem, "code" if isinstance(problem, WrongCode) else "current")
    return show("recovery_codes.html", codes=second_factor.recovery_codes(word))


def _check_password() -> None:
    """Whoever sits at a browser left open does not know it. Raises CurrentPasswordWrong, TooManyAttempts."""
    who = viewer()
    with database().transaction() as session:
        throttle.note(session, who.email, client().address, clock.now())
    with database().reading() as session:
        passwords.verify(session, who.email, typed("current"))
    with database().transaction() as session:
        throttle.clear(session, who.email, client().address)


def _page(word: str, problem: Problem | None = None, field: str = "") -> Response:
    who, status = viewer(), problem.status if problem else 200
    fault = {field: problem.message(language())} if problem else {}
    with database().reading() as session:
        is_on = second_factor.is_on(session, who.actor_id)
        left = second_factor.left(session, who.actor_id)
        is_required = second_factor.is_required(session, who.actor_id, config().totp_roles)
    values: dict[str, Any] = {"word": word, "fault": fault, "is_required": is_required}
    if is_on:
        return show("second_factor_on.html", status, left=left, **values)
    key = second_factor.secret(word)
    picture = segno.make(second_factor.address(key, who.email), error="m")
    drawing = Markup(picture.svg_inline(scale=QR_SCALE, border=4, light="#fff"))  # noqa: S704 - our own drawing
    grouped = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    done = request.args.get("done", "")
    return show("second_factor.html", status, drawing=drawing, key=grouped, done=done, **values)


def _code_form(problem: Problem | None = None) -> Response:
    status, told = (problem.status, problem.message(language())) if problem else (200, "")
    return open_form(
        "session_code.html", status, next=next_page(), problem=told, kept=request.form.get("kept", "")
    )
