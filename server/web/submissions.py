"""The list of submissions: what people look for, page by page."""

import secrets
from collections.abc import Collection, Mapping

from flask import Blueprint, Response, request

from reports.period import Period
from server import auth, clock, scope
from server.context import database
from server.services import finding
from server.services.submission import choices, listing
from server.services.submission.listing import OFFERED, STATES, Wanted
from server.services.submission.review import find_batch
from server.web.page import id_given, show
from server.web.report import BadPeriod, read_period


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/submissions", "submissions", listed, defaults={"project_id": 1})


@auth.rule("submission.list")
def listed(project_id: int) -> Response:
    """Submissions within the viewer's units. q, form, unit, period, sender, state, finding: only these; older, newer:
    the page after or before the submission of that number."""
    return show_list(project_id)


def show_list(
    project_id: int,
    faults: Mapping[str, tuple[str, str]] | None = None,
    given: Mapping[str, str] | None = None,
    ticked: Collection[int] = (),
) -> Response:
    """The list that the address asks for. faults, given, ticked: of a review that could not be taken."""
    period, fault = _period(request.args.get("period", "").strip())
    wanted = _wanted(period)
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        page = listing.page(
            session, seen, project_id, wanted, older=id_given("older"), newer=id_given("newer")
        )
        return show(
            "submissions.html",
            400 if fault or faults else 200,
            wanted=wanted,
            period_text=request.args.get("period", ""),
            fault=fault,
            is_narrowed=wanted != Wanted(),
            page=page,
            choices=choices.choices(session, seen, project_id, wanted.unit_id),
            checks=finding.count(session, seen, project_id),
            states=STATES,
            notes=listing.NOTES,
            offered=OFFERED,
            faults=faults or {},
            given={"comment": "", "state": ""} | dict(given or {}),
            ticked=ticked,
            is_all_ticked=request.args.get("all") == "1",
            done=find_batch(session, request.args.get("done", ""), auth.current().actor_id),
            word=secrets.token_urlsafe(32),
        )


def _wanted(period: Period | None) -> Wanted:
    """What the address asks for; a word that means nothing is left out."""
    state, given = request.args.get("state", ""), request.args
    return Wanted(
        text=given.get("q", "").strip(),
        xml_form_id=given.get("form", ""),
        unit_id=id_given("unit"),
        period=period,
        sender_id=id_given("sender"),
        state=state if state in (*STATES, *OFFERED) else "",
        finding=given.get("finding", ""),
    )


def _period(text: str) -> tuple[Period | None, tuple[str, str] | None]:
    """The period in the address, or what is wrong with it in both languages."""
    if not text:
        return None, None
    try:
        return read_period(text), None
    except BadPeriod as problem:
        return None, (problem.message("vi"), problem.message("en"))
