"""Signing in with the account of another office, where the settings name its provider."""

import hmac
import secrets
from urllib.parse import quote, unquote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from server import auth, clock, log, oidc
from server.context import config, database
from server.errors import PageNotFound, Problem
from server.oidc import ProviderFailed
from server.services import guest
from server.web.door import HOUR_SECONDS, set_cookie
from server.web.page import is_here
from server.web.sign_in import go_in, next_page, sign_in_form
from server.web.words import language

COOKIE = "clb_oidc"
"""The random word of one sign-in, and where to go after it."""

speak = log.logger("oidc")


class ProviderUnreachable(Problem):
    """The provider does not answer, or not as it should."""

    code = "502.1"
    message_vi = (
        "Chưa đăng nhập được bằng tài khoản cơ quan: máy chủ của cơ quan không trả lời đúng. Xin thử lại, hoặc đăng "
        "nhập bằng mật khẩu."
    )
    message_en = (
        "Signing in with the office account did not work: its server did not answer as it should. Please try again, or "
        "sign in with your password."
    )


class ProviderRefused(Problem):
    """The person or the provider said no, or the answer belongs to no question of this browser."""

    code = "403.1"
    message_vi = "Chưa đăng nhập được bằng tài khoản cơ quan. Xin bắt đầu lại từ trang này."
    message_en = "Signing in with the office account did not work. Please begin again from this page."


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/session/oidc", "ask_provider", ask)
    bp.add_url_rule("/session/oidc/return", "provider_answered", answered)
    for problem in (ProviderUnreachable, ProviderRefused, guest.NotInvited):
        bp.register_error_handler(problem, refused)


@auth.rule(auth.PUBLIC)
def ask() -> Answer:
    """To the provider, which asks who this is."""
    if not oidc.is_set_up(config()):
        raise PageNotFound
    word = secrets.token_urlsafe(32)
    try:
        address = oidc.ask(config(), word, _return_to())
    except ProviderFailed as failed:
        speak.warning("provider failed", reason=str(failed))
        raise ProviderUnreachable from failed
    response = redirect(address, 303)
    set_cookie(response, COOKIE, f"{word}.{quote(next_page(), safe='')}", HOUR_SECONDS)
    return response


@auth.rule(auth.PUBLIC)
def answered() -> Answer:
    """Back from the provider. Only the browser that asked has the word that the answer must match."""
    if not oidc.is_set_up(config()):
        raise PageNotFound
    word, _, asked = request.cookies.get(COOKIE, "").partition(".")
    expected, given = oidc.derived(word, "state"), request.args.get("state", "")
    if not word or not hmac.compare_digest(expected.encode(), given.encode()) or "error" in request.args:
        raise ProviderRefused
    try:
        known = oidc.answer(config(), word, _return_to(), request.args.get("code", ""))
    except ProviderFailed as failed:
        speak.warning("provider failed", reason=str(failed))
        raise ProviderUnreachable from failed
    with database().transaction() as session:
        actor_id, email = guest.admit(session, known.email, known.is_verified, clock.now())
    address = unquote(asked)
    response = go_in(actor_id, email, address if is_here(address) else "/")
    response.delete_cookie(COOKIE)
    return response


def refused(problem: Problem) -> Response:
    """The form for signing in, with what went wrong."""
    return sign_in_form(problem.status, problem.message(language()))


def _return_to() -> str:
    return f"{config().public_url or request.host_url.rstrip('/')}/session/oidc/return"
