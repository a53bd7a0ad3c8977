"""The public page of an issued report, where the QR code on the paper leads: no login, nothing about persons."""

from flask import Blueprint, Response

from server import auth
from server.context import database
from server.services.report import public
from server.web.page import show


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/r/<token>", "verify", verify)


@auth.rule(auth.PUBLIC)
def verify(token: str) -> Response:
    """Who issued what and when, a few figures, whether it still holds, and how to tell a true copy."""
    with database().reading() as session:
        told = public.find(session, token)
    response = show("verify.html", told=told)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
