"""Who sits at the browser, found by the cookie before any page; and our own forms, told from forged ones."""

import hmac
import secrets
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as Answer

from forms import gate
from server import auth, clock
from server.context import config, database
from server.db import WriterBusy
from server.errors import BadRequest, Problem
from server.services import actor, second_factor
from server.services import session as sessions
from server.services.session import Client
from server.web import page, resume

PROJECT_ID = 1
"""The project of the pages while an installation has one. Routes name it as a default, so that rights given in a
project count."""
SESSION_COOKIE, SIGN_IN_COOKIE = "clb_session", "clb_sign_in"
FORM_BYTES = 64 * 1024
HOUR_SECONDS = 3600
UPLOAD_BYTES = dict.fromkeys(
    ("web.check_form", "web.check_plan", "web.upload_clubs"), gate.MAX_BYTES + FORM_BYTES
)
"""Of pages that take a file, from somebody who signed in."""
OPEN_WITH_ONE_TIME_PASSWORD = ("web.password", "web.change_password", "web.end_session")
OPEN_WITHOUT_FACTOR = (*OPEN_WITH_ONE_TIME_PASSWORD, "web.second_factor", "web.turn_on_factor")
bp = Blueprint("web", __name__, template_folder="templates")


class FormNotOurs(Problem):
    """A form came without the word that this server writes into its own."""

    code = "403.1"
    message_vi = (
        "Trang đã mở quá lâu, hoặc trình duyệt không giữ cookie, nên máy chủ chưa làm gì cả. "
        "Xin quay lại, tải lại trang rồi thử lần nữa."
    )
    message_en = (
        "The page was open for too long, or the browser keeps no cookies, so nothing was done. "
        "Please go back, reload the page and try again."
    )


@bp.before_request
def enter() -> Answer | None:
    """Find out who asks, and send whom to sign in or to choose a password first."""
    rule = getattr(current_app.view_functions[request.endpoint or ""], "rule", None)
    g.viewer, g.project_id = None, PROJECT_ID
    if request.endpoint == "web.static":
        return None
    request.max_content_length = FORM_BYTES
    _recognise()
    if g.viewer is not None:
        request.max_content_length = UPLOAD_BYTES.get(request.endpoint or "", FORM_BYTES)
    _refuse_nul()
    if g.viewer is None and rule != auth.PUBLIC and request.method == "POST" and resume.is_from_here():
        return open_form("sign_in.html", 403, next="/", email="", problem="", kept=resume.keep())
    if g.viewer is None and rule != auth.PUBLIC and request.method == "POST" and request.form.get("text"):
        return not_saved()
    if g.viewer is None and rule != auth.PUBLIC:
        asked = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(f"/session/new?next={quote(asked, safe='')}", 303)
    if request.method == "POST":
        _refuse_forged()
    if g.viewer and g.viewer.must_change_password and request.endpoint not in OPEN_WITH_ONE_TIME_PASSWORD:
        return redirect("/password", 303)
    if g.viewer and g.viewer.owes_factor and request.endpoint not in OPEN_WITHOUT_FACTOR:
        return redirect("/account/second-factor", 303)
    return None


@bp.after_request
def leave(response: Response) -> Response:
    """Headers of every answer."""
    return page.secure(response)


def not_saved(problem: Problem | None = None) -> Response:
    """A long text came with a session that is over or a form that is not ours: it is given back to be copied."""
    return page.show("not_saved.html", problem.status if problem else 403, text=request.form["text"])


@bp.errorhandler(FormNotOurs)
def forged(problem: FormNotOurs) -> Response:
    """A long text is never lost with a form; any other form is refused with a sentence."""
    return not_saved(problem) if request.form.get("text") else page.refusal(problem)


def open_form(template: str, status: int = 200, /, **values: Any) -> Response:
    """A page with a form for anybody: it carries the word of the session, or of a cookie while there is none."""
    if g.viewer is not None:
        return page.show(template, status, csrf=g.viewer.csrf, **values)
    word = request.cookies.get(SIGN_IN_COOKIE) or secrets.token_urlsafe(32)
    response = page.show(template, status, csrf=word, **values)
    set_cookie(response, SIGN_IN_COOKIE, word, HOUR_SECONDS)
    return response


def client() -> Client:
    """The browser that asks: where it stands, and what it says it is."""
    return Client(request.remote_addr or "", request.headers.get("User-Agent", ""))


def set_cookie(response: Any, name: str, value: str, seconds: int) -> None:
    """A cookie that no script reads, no other site sends with a form, and https keeps to itself."""
    secure = request.is_secure or config().public_url.startswith("https:")
    response.set_cookie(name, value, max_age=seconds, secure=secure, httponly=True, samesite="Lax")


def _recognise() -> None:
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        return
    at = clock.now()
    with database().reading() as session:
        g.viewer = sessions.find(session, token, at)
        if g.viewer:
            auth.enter(actor.get(session, g.viewer.actor_id))
            owes = second_factor.is_owed(session, g.viewer.actor_id, config().totp_roles)
            g.viewer = replace(g.viewer, owes_factor=owes)
    if g.viewer and sessions.is_stale(g.viewer, at):
        with suppress(WriterBusy), database().brief_transaction() as session:
            sessions.note_seen(session, g.viewer, at)


def _refuse_nul() -> None:
    """Raises BadRequest for the one character that no text in the database may hold."""
    given = (*request.values.values(), *map(str, (request.view_args or {}).values()))
    if any("\0" in text for text in given):
        raise BadRequest


def _refuse_forged() -> None:
    """Raises FormNotOurs unless the form carries the session's word or, before there is one, that of the cookie."""
    expected = g.viewer.csrf if g.viewer else request.cookies.get(SIGN_IN_COOKIE, "")
    given = request.form.get("csrf", "")
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise FormNotOurs
