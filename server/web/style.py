"""The style sheet of all pages and that of reports, kept by browsers until it changes."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from server import auth

FOLDER = Path(__file__).parent / "static"
SHEET = "clb.css"
YEAR_SECONDS = 365 * 24 * 3600


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/static/<path:name>", "static", static)


@auth.rule(auth.PUBLIC)
def static(name: str) -> Response:
    """A file of the pages; its address changes with its content."""
    return send_from_directory(FOLDER, name, max_age=YEAR_SECONDS)


@cache
def url(sheet: str = SHEET) -> str:
    """Address of a style sheet."""
    digest = hashlib.sha256((FOLDER / sheet).read_bytes()).hexdigest()
    return f"/static/{sheet}?v={digest[:12]}"
