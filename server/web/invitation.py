"""Codes that are good once, from a mail or a letter: choosing a password with one, and asking for one."""

from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from server import auth, clock, mail
from server.context import config, database
from server.errors import Problem
from server.services import invitation, one_time, throttle
from server.services import password as passwords
from server.services.invitation import InvitationOver, Opened
from server.services.password import PasswordRefused
from server.web.door import client, open_form
from server.web.sign_in import go_in, typed
from server.web.words import language


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/invitation", "type_code", type_code)
    bp.add_url_rule("/invitation", "open_code", open_code, methods=["POST"])
    bp.add_url_rule("/invitation/<code>", "invitation", form)
    bp.add_url_rule("/invitation/<code>", "use_invitation", use, methods=["POST"])
    bp.add_url_rule("/session/forgot", "forgot", forgot)
    bp.add_url_rule("/session/forgot", "ask_again", ask_again, methods=["POST"])
    bp.register_error_handler(InvitationOver, over)


@auth.rule(auth.PUBLIC)
def type_code() -> Response:
    """Where the code of a letter is typed."""
    return open_form("invitation_code.html", problem="", code="")


@auth.rule(auth.PUBLIC)
def open_code() -> Answer:
    """On to the page of the code."""
    return redirect(f"/invitation/{quote(one_time.plain(request.form.get('code', '')) or '-', safe='')}", 303)


@auth.rule(auth.PUBLIC)
def form(code: str) -> Response:
    """The new password, twice. Looking at it does not use the code up."""
    with database().reading() as session:
        found = invitation.opened(session, code, clock.now())
    return _form(code, found)


@auth.rule(auth.PUBLIC)
def use(code: str) -> Answer:
    """Choose the password and go in; every other session of the account ends."""
    with database().reading() as session:
        found = invitation.opened(session, code, clock.now())
    new = typed("new")
    try:
        passwords.judge(found.email, "", new, typed("again"))
    except PasswordRefused as problem:
        return _form(code, found, problem)
    with database().transaction() as session:
        invitation.use(session, code, new, clock.now())
    return go_in(found.actor_id, found.email, "/")


def over(problem: InvitationOver) -> Response:
    """Where a code is typed, with why this one did not work."""
    code = (request.view_args or {}).get("code", "")
    return open_form("invitation_code.html", problem.status, problem=problem.message(language()), code=code)


@auth.rule(auth.PUBLIC)
def forgot() -> Response:
    """What to do without the password: ask for a mail, or for a letter."""
    return _forgot(asked="")


@auth.rule(auth.PUBLIC)
def ask_again() -> Response:
    """Have a code mailed. The answer is the same for every address, known or not, and takes as long."""
    email = request.form.get("email", "").strip()
    if mail.can_invite(config()) and email:
        with database().transaction() as session:
            throttle.note(session, "", client().address, clock.now())
            invitation.ask_again(session, email, clock.now(), language())
    return _forgot(asked=email)


def _forgot(asked: str) -> Response:
    return open_form(
        "forgot.html",
        asked=asked,
        can_mail=mail.can_invite(config()),
        hotline=config().hotline,
        days=invitation.DAYS,
    )


def _form(code: str, found: Opened, problem: Problem | None = None) -> Response:
    return open_form(
        "invitation.html",
        problem.status if problem else 200,
        code=code,
        found=found,
        problem=problem.message(language()) if problem else "",
        characters=passwords.CHARACTERS,
    )
