"""The report of the whole country, as a page and as a PDF, for people who see all of it; to others nothing is there."""

from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from markupsafe import Markup

from reports import workbook
from reports.nation import SHADES, NationReport
from reports.nation import render as pages
from reports.period import Period
from reports.screen import screen
from server import auth, clock, scope
from server.context import database
from server.db import WriterBusy
from server.errors import PageNotFound
from server.services import issuing, overview, rollup
from server.services.report import TYPES
from server.services.report import nation as report
from server.web import period as periods
from server.web import words
from server.web.page import show
from server.web.report import WHOLE_MONTHS, read_period, read_settings
from server.web.trace import NationLinks
from server.web.turn import heavy

FIELDS = ("period", "geography_as_of", "calendar", "phase", "older_age", "rule", "map")
NATION = "VN"
"""Code of the country in the register of units."""


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/reports/nation", "nation", page, defaults=project)
    bp.add_url_rule("/reports/nation.pdf", "nation_pdf", pdf, defaults=project)
    bp.add_url_rule("/reports/nation.xlsx", "nation_xlsx", xlsx, defaults=project)


@auth.rule("report.read")
def page(project_id: int) -> Response:
    """The report of a period with a form to choose another; without a period the form alone."""
    today = clock.today()
    body = _body(project_id, today) if request.args.get("period") else None
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        if seen.unit_ids is not None:
            raise PageNotFound
        totals = overview.totals(session, seen, project_id)
        phases, phase_names = overview.phases(session), overview.phase_names(session)
        issuers = [(kind, issuing.OF_NATION[kind]) for kind in issuing.kinds(session, issuing.NATIONAL)]
    first_year = totals.first_founded.year if totals.first_founded else today.year
    offered = [
        one for one in periods.choices(first_year, today, phases) if one.kind in ("years", "year", "half")
    ]
    wanted = {name: request.args.get(name, "").strip() for name in FIELDS}
    return show(
        "nation.html",
        body=body,
        pdf=f"/reports/nation.pdf?{urlencode({k: v for k, v in wanted.items() if v})}",
        xlsx=f"/reports/nation.xlsx?{urlencode({k: v for k, v in wanted.items() if v and k != 'map'})}",
        wanted=wanted,
        lived=rollup.whole_phases(phases, today),
        periods=offered,
        phases=phase_names,
        issuers=issuers,
        nation=NATION,
        shades=[(code, (vi, en)) for code, (vi, en, _) in SHADES.items()],
    )


@auth.rule("report.read")
@heavy
def pdf(project_id: int) -> Response:
    """The same as a PDF, in the language of the page."""
    today = clock.today()
    made = _made(project_id, today)
    content = report.pdf(made, today, words.language())
    name = file_name(made.period, words.language())
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, content_type="application/pdf", headers=headers)


@auth.rule("report.read")
@heavy
def xlsx(project_id: int) -> Response:
    """Its tables as an Excel workbook."""
    today = clock.today()
    made = _made(project_id, today)
    name = file_name(made.period, words.language(), "xlsx")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(
        workbook.nation(made, today, words.language()), content_type=TYPES["xlsx"], headers=headers
    )


def file_name(period: Period, language: str, kind: str = "pdf") -> str:
    """bao-cao-ca-nuoc-2021-2025.pdf, in English national-report-2021-2025.pdf."""
    stem = "national-report" if language == "en" else "bao-cao-ca-nuoc"
    by = ["nd09"] if period.is_decree else []
    return "-".join([stem, *period.text.lower().split(".."), *by]) + f".{kind}"


def _made(project_id: int, today: date) -> NationReport:
    """Raises PageNotFound for people who do not see the whole country."""
    period, settings = read_period(request.args.get("period", "")), read_settings(request.args)
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        asked = rollup.Asked(period, settings)
        is_new = seen.unit_ids is None and not rollup.is_noted(session, asked, today)
        if is_new:
            report.wanted(
                session, period, settings
            )  # What no report can be made of is not kept ready either.
    if is_new:
        _note(asked, today)
    with database().reading() as session:
        shade = request.args.get("map", "").strip() or next(iter(SHADES))
        return report.nation(session, seen, period, today=today, settings=settings, shade=shade)


def _note(asked: rollup.Asked, today: date) -> None:
    """Have the worker keep its figures ready. If others are writing, the next time will do."""
    with suppress(WriterBusy), database().brief_transaction() as session:
        rollup.note(session, asked, today)


@heavy
def _body(project_id: int, today: date) -> Markup:
    """A body that a template of the reports made, in which every value is escaped. Raises what `_made` does."""
    made = _made(project_id, today)
    links = NationLinks(parameters(), of_provinces(made.period, made.as_of, made.day, parameters()))
    return Markup(screen(pages.body(made, words.language(), links)).html)  # noqa: S704


def parameters() -> dict[str, str]:
    """The report's parameters in the address of this page; what the map shows changes no figure."""
    given = {name: request.args.get(name, "").strip() for name in FIELDS if name != "map"}
    return {name: value for name, value in given.items() if value}


def of_provinces(period: Period, as_of: date, day: date, args: dict[str, str]) -> dict[str, str]:
    """Parameters of the provinces' reports that show the figures of a stretch of time: over the same days, in the same
    boundaries, counted to the same day. args: of the report of the country."""
    kept = args | {"period": period.text, "geography_as_of": as_of.isoformat()}
    return kept | ({"months": WHOLE_MONTHS} if day < period.last else {})
