"""What the checks found, for a person to look at."""

from flask import Blueprint, Response, request

from server import auth, clock, scope
from server.context import database
from server.services import finding, overview
from server.web.page import page_number, show


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/checks", "checks", checks, defaults={"project_id": 1})


@auth.rule("finding.list")
def checks(project_id: int) -> Response:
    """Findings by check, then one page of them; above, the submissions that stand in no table."""
    code, province = request.args.get("code", ""), request.args.get("province", "")
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        counts = finding.count(session, seen, project_id, province)
        pages = finding.pages(counts, code)
        page = min(page_number(), pages)
        return show(
            "checks.html",
            code=code,
            province=province,
            page=page,
            pages=pages,
            counts=counts,
            code_titles=finding.titles(code) if code else None,
            rows=finding.listed(session, seen, project_id, code, province, page),
            faults=finding.faults(session, seen, project_id),
            fault_count=finding.count_faults(session, seen, project_id),
            choices=[one for one in overview.choices(session, seen, project_id) if one.has_clubs],
        )
