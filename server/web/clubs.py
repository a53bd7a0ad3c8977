"""The register of clubs."""

from flask import Blueprint, Response, request

from server import auth, clock, scope
from server.context import database
from server.services import club
from server.services.club import STATES, Wanted
from server.web.page import id_given, page_number, show, with_args


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/clubs", "clubs", listed, defaults={"project_id": 1})


@auth.rule("club.list")
def listed(project_id: int) -> Response:
    """Clubs within the viewer's units, by name. q: words of name or code; province, unit, state: only these."""
    wanted = wanted_clubs()
    today = clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        total = club.count(session, seen, project_id, wanted)
        pages = max(1, -(-total // club.PAGE_ROWS))
        page = min(page_number(), pages)
        provinces, units = club.units(session, seen, project_id, wanted.province_id)
        return show(
            "clubs.html",
            rows=club.listed(session, seen, project_id, wanted, page),
            page=page,
            pages=pages,
            total=total,
            wanted=wanted,
            is_narrowed=wanted != Wanted(),
            provinces=provinces,
            units=units,
            states=STATES,
            workbook=with_args(page="").replace("/clubs", "/clubs.xlsx", 1),
            may_change=auth.current().may("club.update", project_id),
        )


def wanted_clubs() -> Wanted:
    """Which clubs the address of a list asks for."""
    state, province_id = request.args.get("state", ""), id_given("province")
    return Wanted(
        request.args.get("q", "").strip(),
        province_id,
        id_given("unit") if province_id else None,
        state if state in STATES else "",
    )
