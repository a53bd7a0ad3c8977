"""The page of one club, with its pictures."""

from datetime import date
from urllib.parse import quote

from flask import Blueprint, Response, request

from reports.spoken import Spoken
from server import auth, clock, scope
from server.context import blobs, database
from server.errors import PageNotFound
from server.services import club, report
from server.services.club import STATES
from server.web import leading, words
from server.web.page import show
from server.web.turn import heavy


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/clubs/<given>", "club_page", page, defaults=project)
    bp.add_url_rule("/clubs/<given>/photos/<month>.jpg", "club_picture", photo, defaults=project)


@auth.rule("club.read")
@heavy
def page(project_id: int, given: str) -> Response:
    """A club with its history, and its figures of a year. given: its code or its id."""
    year, today = request.args.get("year", type=int), clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        told = club.look(session, seen, project_id, given, year, today, lambda _: None)
        on_list, left = club.count_members(session, told.club)
    return show(
        "club.html",
        told=told,
        page=told.page,
        sheet=told.page.sheet if told.page else None,
        here=f"/clubs/{quote(told.club.code)}",
        on_list=on_list,
        left=left,
        states=STATES,
        issuers=club.ISSUERS,
        w=Spoken(words.language()),
        to_submission=leading.submission,
        key=picture_key,
    )


@auth.rule("club.read")
@heavy
def photo(project_id: int, given: str, month: str) -> Response:
    """A picture, scaled down: of the meeting of a month (2021-05), or of the place. Raises PageNotFound."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        found = club.photo(session, seen, project_id, given, _month(month))
    content = report.photo.scaled(blobs(), found) if found else None
    if content is None:
        raise PageNotFound
    return Response(content, content_type="image/jpeg")


def picture_key(month: date | None) -> str:
    """A picture's name in its address, the inverse of what the route reads."""
    return f"{month:%Y-%m}" if month else "place"


def _month(given: str) -> date | None:
    if given == "place":
        return None
    try:
        return date.fromisoformat(f"{given}-01")
    except ValueError:
        raise PageNotFound from None
