"""The province report as a web page."""

from dataclasses import replace
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, request
from markupsafe import Markup

from reports import screen
from server import auth, clock, scope
from server.context import database
from server.i18n import Language
from server.services import issuing, overview, report
from server.web import period as periods
from server.web import words
from server.web.page import show
from server.web.report import FIELDS, read_counted_to, read_language, read_period, read_settings
from server.web.trace import Links
from server.web.turn import heavy

FILES = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel"}
"""What people call report.TYPES."""


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/reports/province/<code>", "province_page", province, defaults={"project_id": 1})


@auth.rule("report.read")
@heavy
def province(project_id: int, code: str) -> Response:
    """The report of a province for a period, of the clubs within the viewer's scope; every figure leads on."""
    period, settings, language = (
        read_period(request.args.get("period", "")),
        read_settings(request.args),
        spoken_language(),
    )
    issuer = request.args.get("issuer") or issuing.DEFAULT_KIND
    today = clock.today()
    counted_to = read_counted_to(request.args, settings.over(period), today)
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        report.require_province(session, seen, project_id, code)
        made = report.province(
            session,
            seen,
            code,
            period,
            today=today,
            counted_to=counted_to,
            settings=settings,
            issuer=issuer,
        )
        founded = overview.totals(session, seen, project_id).first_founded
        phases = overview.phases(session)
    links = Links(base(code), parameters())
    body = screen.screen(report.body(made, today, language, links))
    return show(
        "report_page.html",
        title=made.scope.geography.area.full_name,
        body=Markup(body.html),  # noqa: S704 (made by templates that escape)
        contents=body.contents,
        body_language=language,
        files=[(f"{links.base}.{kind}?{urlencode(links.args)}", FILES[kind]) for kind in report.TYPES],
        base=links.base,
        kept={name: value for name, value in links.args.items() if name != "period"},
        chosen=made.scope.period.plain,
        counted_to=counted_to,
        to_today=replace(links, args={k: v for k, v in links.args.items() if k != "months"}).to_report,
        periods=periods.choices((founded or today).year, today, phases),
    )


def base(code: str) -> str:
    """The address of a province's report."""
    return f"/reports/province/{quote(code, safe='')}"


def parameters() -> dict[str, str]:
    """The report's parameters in the address of this page."""
    given = {name: request.args.get(name, "").strip() for name in FIELDS}
    return {name: value for name, value in given.items() if value}


def spoken_language() -> Language:
    """The language of the report: the one asked for, else that of the page."""
    asked = request.args.get("language", "")
    return "en" if (read_language(asked) if asked else words.language()) == "en" else "vi"
