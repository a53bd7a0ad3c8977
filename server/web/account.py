"""One's own account: name, language, password, second factor, and where one is signed in."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from server import auth, clock
from server.context import database
from server.i18n import Language
from server.services import account, person, second_factor
from server.services.account import NameRefused
from server.services.person.look import sessions_of
from server.web import words
from server.web.page import show, viewer

DONE = ("saved", "ended", "others-ended")


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/account", "account", page)
    bp.add_url_rule("/account", "change_account", change, methods=["POST"])
    bp.add_url_rule("/account/sessions/end", "end_one_session", end_one, methods=["POST"])
    bp.add_url_rule("/account/sessions/end-others", "end_other_sessions", end_others, methods=["POST"])


@auth.rule(auth.SIGNED_IN)
def page() -> Response:
    """Everything about oneself."""
    return _page(viewer().name, "")


@auth.rule(auth.SIGNED_IN)
def change() -> Answer:
    """Change name and language; the pages speak it from the next one on."""
    name, given = request.form.get("name", ""), request.form.get("language", "")
    language: Language = "en" if given == "en" else "vi"
    try:
        with database().transaction() as session:
            account.change(session, viewer().actor_id, name, language)
    except NameRefused as problem:
        return _page(name, problem.message(words.language()))
    response = redirect("/account?done=saved", 303)
    response.delete_cookie(
        words.COOKIE
    )  # What was chosen for one browser gives way to what was chosen for oneself.
    return response


@auth.rule(auth.SIGNED_IN)
def end_one() -> Answer:
    """Sign out of one browser."""
    with database().transaction() as session:
        account.end_session(session, viewer().actor_id, request.form.get("session", ""))
    return redirect("/account?done=ended#sessions", 303)


@auth.rule(auth.SIGNED_IN)
def end_others() -> Answer:
    """Sign out everywhere else."""
    with database().transaction() as session:
        account.end_others(session, viewer().actor_id, viewer().token_hash)
    return redirect("/account?done=others-ended#sessions", 303)


def _page(name: str, fault: str) -> Response:
    who, today = viewer(), clock.today()
    with database().reading() as session:
        mine = person.held(session, who.actor_id, today)
        return show(
            "account.html",
            400 if fault else 200,
            name=name,
            fault=fault,
            roles=mine.roles,
            places=mine.places,
            sessions=sessions_of(session, who.actor_id, clock.now(), who.token_hash),
            has_factor=second_factor.is_on(session, who.actor_id),
            codes_left=second_factor.left(session, who.actor_id),
            done=request.args.get("done", "") if request.args.get("done") in DONE else "",
        )
