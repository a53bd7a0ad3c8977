"""The start page: what this server is; signed in, what it has received and the form for a report."""

from flask import Blueprint, Response, request

from server import auth, clock, scope
from server.context import config, database
from server.services import issuing, overview, project
from server.services.schedule import coming, missing
from server.web import period
from server.web.page import show, viewer


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/", "start", start, defaults={"project_id": 1})


@auth.rule(auth.PUBLIC)
def start(project_id: int) -> Response:
    """Anybody learns where they are; who has signed in sees their provinces."""
    base = config().public_url or request.host_url.rstrip("/")
    with database().reading() as session:
        name = project.get(session, project_id).name
        if viewer() is None:
            return show("welcome.html", project_name=name, address=f"{base}/v1/key/…/projects/{project_id}")
        seen = scope.of(session, auth.current(), project_id, clock.today())
        totals = overview.totals(session, seen, project_id)
        ahead = coming.coming(session, seen, project_id, clock.today())[0]
        first_year = totals.first_founded.year if totals.first_founded else clock.today().year
        return show(
            "start.html",
            project_name=name,
            provinces=overview.provinces(session, seen, project_id),
            totals=totals,
            sees_all=seen.unit_ids is None,
            choices=overview.choices(session, seen, project_id),
            phases=overview.phase_names(session),
            periods=period.choices(first_year, clock.today(), overview.phases(session)),
            ahead=ahead,
            owed=missing.count(session, seen, project_id, ahead.period, clock.today()),
            issuers=[(kind, issuing.KINDS[kind]) for kind in issuing.kinds(session)],
        )
