"""The members of a club, and one of them with what happened."""

from urllib.parse import quote

from flask import Blueprint, Response

from server import auth, clock, scope
from server.context import database
from server.services import club
from server.web import leading
from server.web.page import page_number, show


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/clubs/<given>/members", "members", listed, defaults=project)
    bp.add_url_rule("/members/<uuid:member_id>", "member", one, defaults=project)


@auth.rule("club.read")
def listed(project_id: int, given: str) -> Response:
    """The members of a club, those on the list first."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        found = club.get(session, seen, project_id, given)
        on_list, left = club.count_members(session, found)
        pages = max(1, -(-(on_list + left) // club.MEMBERS_A_PAGE))
        page, sight = min(page_number(), pages), club.sight(session, seen, auth.current(), project_id)
        return show(
            "members.html",
            club=found,
            here=f"/clubs/{quote(found.code)}",
            rows=club.members(session, found, sight, page),
            sight=sight,
            on_list=on_list,
            left=left,
            page=page,
            pages=pages,
            words=club.MEMBER_WORDS,
        )


@auth.rule("club.read")
def one(project_id: int, member_id: object) -> Response:
    """One member, as much of it as the viewer may see."""
    today = clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        sight = club.sight(session, seen, auth.current(), project_id)
        told = club.member(session, seen, project_id, str(member_id), sight, today)
    return show(
        "member.html",
        told=told,
        who=told.listed,
        here=f"/clubs/{quote(told.club.code)}",
        sight=sight,
        today=today,
        words=club.MEMBER_WORDS,
        to_submission=leading.submission,
    )
