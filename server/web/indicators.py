"""The indicators explained: all of them on one page, and one by one, by the rules of a phase."""

from flask import Blueprint, Response, request

from reports import words
from reports.indicators import REGISTER
from reports.period import Period, end_of_month
from reports.province import closing_phase, explained
from reports.standards import Phase, Standards
from server import auth, clock
from server.context import database
from server.errors import Problem
from server.services import plan, report
from server.web.page import show


class IndicatorNotFound(Problem):
    """The catalogue has no indicator of that code."""

    code = "404.1"
    message_vi = "Không có chỉ tiêu mã “{given}”. Xem danh mục tại /indicators."
    message_en = "There is no indicator “{given}”. See the list at /indicators."


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/indicators", "indicators", listed, defaults=project)
    bp.add_url_rule("/indicators/<code>", "indicator", one, defaults=project)


@auth.rule("report.read")
def listed(project_id: int) -> Response:
    """Every indicator with its formula. phase: by whose rules; without one, those of today."""
    standards = _standards()
    phase = _phase(standards)
    return show(
        "indicators.html", methods=explained(phase), phase=phase, phases=standards.phases, goal=words.goal
    )


@auth.rule("report.read")
def one(project_id: int, code: str) -> Response:
    """One indicator, with what each phase asks of it."""
    known = code.upper()
    if known not in REGISTER:
        raise IndicatorNotFound(given=code)
    standards = _standards()
    phase = _phase(standards)
    asked = [(each, explained(each, [known])[0].rule) for each in standards.phases]
    method = explained(phase, [known])[0]
    return show("indicator.html", method=method, phase=phase, asked=asked, goal=words.goal)


def _standards() -> Standards:
    """The country's own; raises StandardsMissing."""
    with database().reading() as session:
        found = plan.standards(session)
    if not found.phases:
        raise report.StandardsMissing
    return found


def _phase(standards: Standards) -> Phase:
    today = clock.today()
    now = Period(today.replace(day=1), end_of_month(today))
    return standards.phase(request.args.get("phase", "")) or closing_phase(standards, now)
