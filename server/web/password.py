"""Choosing a password of one's own: the first thing after signing in with a one-time password."""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as Answer

from server import auth, clock
from server.context import database
from server.services import password as passwords
from server.services import session as sessions
from server.services import throttle
from server.services.password import PasswordRefused
from server.web.door import client
from server.web.page import show, viewer
from server.web.sign_in import enter_with, typed
from server.web.words import language


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/password", "password", form)
    bp.add_url_rule("/password", "change_password", change, methods=["POST"])
    bp.register_error_handler(PasswordRefused, refused)


@auth.rule(auth.SIGNED_IN)
def form() -> Response:
    """Current password and the new one, twice."""
    return _form()


@auth.rule(auth.SIGNED_IN)
def change() -> Answer:
    """Change it, close every other session of this account, and open a new one here."""
    who = viewer()
    current, new = typed("current"), typed("new")
    passwords.judge(who.email, current, new, typed("again"))
    with database().transaction() as session:
        throttle.note(session, who.email, client().address, clock.now())
    with database().reading() as session:
        passwords.verify(session, who.email, current)
    with database().transaction() as session:
        passwords.change(session, who.actor_id, new)
        sessions.end_all(session, who.actor_id)
        token = sessions.begin(session, who.actor_id, who.email, clock.now(), client())
    return enter_with(token, "/")


def refused(problem: PasswordRefused) -> Response:
    """The form again, with what is wrong."""
    return _form(problem.status, problem.message(language()))


def _form(status: int = 200, problem: str = "") -> Response:
    return show("password.html", status, problem=problem, characters=passwords.CHARACTERS)
