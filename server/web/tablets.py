"""The tablets of somebody's units, and the receipt of one: what to send again before it goes back to its village."""

from flask import Blueprint, Response, request

from server import auth, clock, scope
from server.context import database
from server.services import receipt
from server.services.receipt import PROBLEMS
from server.web.page import LAST_ID, id_given, page_number, show

PAGE_ROWS = 50


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/tablets", "tablets", listed, defaults=project)
    bp.add_url_rule(f"/tablets/<int(max={LAST_ID}):actor_id>", "tablet", one, defaults=project)


@auth.rule("field_key.list")
def listed(project_id: int) -> Response:
    """The tablets within the viewer's units, those that need attention first. unit, problem: only these."""
    at, unit_id, problem = clock.now(), id_given("unit"), request.args.get("problem", "")
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        found = receipt.tablets(session, seen, project_id, at, unit_id)
        chosen = [tablet for tablet in found if problem in tablet.problems] if problem in PROBLEMS else found
        pages = max(1, -(-len(chosen) // PAGE_ROWS))
        page = min(page_number(), pages)
        return show(
            "tablets.html",
            rows=chosen[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
            page=page,
            pages=pages,
            total=len(found),
            counts=receipt.count_problems(found),
            problem=problem if problem in PROBLEMS else "",
            problems=PROBLEMS,
            unit_id=unit_id,
            units=receipt.units(session, seen, project_id, at),
            month=receipt.last_month(at),
        )


@auth.rule("field_key.list")
def one(project_id: int, actor_id: int) -> Response:
    """One tablet's receipt, to be read with the tablet at hand, or printed."""
    at = clock.now()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        told = receipt.receipt(session, seen, project_id, actor_id, at)
    return show("tablet.html", told=told, tablet=told.tablet, problems=PROBLEMS, at=at)
