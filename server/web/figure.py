"""A figure of the province report traced: to the clubs it was made from, and to the rows of one club."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from reports import figures
from reports.figures import Asked, Figure, Sources
from reports.province import explained
from reports.words import item, people
from server import auth, clock, scope
from server.context import database
from server.errors import Problem
from server.services import report
from server.web import words
from server.web.page import show
from server.web.report import read_counted_to, read_period, read_settings
from server.web.report_page import base, parameters
from server.web.trace import Links, anchor
from server.web.turn import heavy

DECIMALS = {"percent": 1, "area": 1, "visit": 1, "point": 2}
"""Decimals of a figure by its unit; a mean of persons has one, too."""


class FigureNotFound(Problem):
    """A report has no figure at that address."""

    code = "404.1"
    message_vi = "Báo cáo không có số liệu nào ở địa chỉ này. Mở lại báo cáo và chọn số cần xem."
    message_en = "The report has no figure at this address. Open the report again and choose one."


class ClubNotInFigure(Problem):
    """No club of that code is among those the viewer may see in the report."""

    code = "404.1"
    message_vi = "Không có câu lạc bộ mã “{given}” trong báo cáo này."
    message_en = "There is no club “{given}” in this report."


@dataclass(frozen=True, slots=True)
class Page:
    """What both pages are made from. is_named: whether the viewer works at commune level and sees who is who."""

    asked: Asked
    source: Sources
    is_named: bool
    links: Links
    area: str
    counted_to: date | None
    """A day before today, as the report of the country counts; None: today."""


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    path = "/reports/province/<code>/figure/<indicator>"
    bp.add_url_rule(path, "figure", figure, defaults=project)
    bp.add_url_rule(f"{path}/club/<club>", "figure_club", of_club, defaults=project)


@auth.rule("report.read")
@heavy
def figure(project_id: int, code: str, indicator: str) -> Response:
    """What a figure is, and what each club adds to it."""
    page = _page(project_id, code, indicator)
    found = _found(page)
    parts = [_seen(page, one) for one in found.made_of or (found,)]
    return show("figure.html", **_head(page, found), parts=parts, whole=found, line_links=page.links)


@auth.rule("report.read")
@heavy
def of_club(project_id: int, code: str, indicator: str, club: str) -> Response:
    """The rows of one club behind a figure. A club outside the viewer's scope is not there."""
    page = _page(project_id, code, indicator)
    found = _found(page)
    found = next(iter(found.made_of), found)
    one = next((one for one in page.source.whole.data.clubs if one.code == club), None)
    if one is None:
        raise ClubNotInFigure(given=club)
    rows = figures.behind(found, one, is_named=page.is_named)
    return show(
        "figure_club.html",
        **_head(page, found),
        rows=rows,
        failing=[item(code, lang=words.language()) for code in rows.failing],
        sent=_sent(project_id, one.id),
        line=_seen(page, found).line(club),
        sheet=page.links.sheet(club),
    )


def _sent(project_id: int, club_id: str) -> dict[date, int]:
    """Month → number of the submission it was told in, for who may read submissions."""
    if not auth.current().may("submission.read", project_id):
        return {}
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        return report.submissions_of(session, seen, club_id)


def _page(project_id: int, code: str, indicator: str) -> Page:
    """Raises what the report raises."""
    period, settings, today = (
        read_period(request.args.get("period", "")),
        read_settings(request.args),
        clock.today(),
    )
    counted_to = read_counted_to(request.args, settings.over(period), today)
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        report.require_province(session, seen, project_id, code)
        source = report.sources(
            session, seen, code, period, today=today, counted_to=counted_to, settings=settings
        )
        is_named = report.is_of_commune(session, seen)
    asked = Asked(indicator.upper(), *(request.args.get(name, "") for name in ("part", "row", "unit")))
    area = source.whole.geography.area.full_name
    return Page(asked, source, is_named, Links(base(code), parameters()), area, counted_to)


def _found(page: Page) -> Figure:
    try:
        return figures.figure(page.source, page.asked)
    except figures.NoSuchFigure as error:
        raise FigureNotFound from error


def _seen(page: Page, found: Figure) -> Figure:
    return found if page.is_named else figures.for_public(found)


def _head(page: Page, found: Figure) -> dict[str, Any]:
    """What both templates take."""
    asked, links = page.asked, page.links
    method = explained(found.made.ctx.phase, [asked.code])[0]
    return {
        "asked": asked,
        "method": method,
        "area": page.area,
        "period": found.made.ctx.period,
        "counted_to": page.counted_to,
        "value": _seen(page, found).shown,
        "unit": found.value.unit,
        "back": f"{links.to_report}#{anchor(asked.code, asked.part, asked.row, asked.unit)}",
        "up": links.to(asked.code, asked.part, asked.row, asked.unit),
        "is_named": page.is_named,
        "cell": cell,
        "club_link": lambda club: links.to(asked.code, asked.part, asked.row, asked.unit, club),
    }


def cell(value: Any, unit: str = "") -> str:
    """A figure in a table: grouped, with the decimals of its unit; a mark where it is masked; “–” for none."""
    return people(value, 0 if isinstance(value, int) else DECIMALS.get(unit, 1), lang=words.language())
