"""A figure of the report of the country traced: to the provinces it is made from, and so to their clubs."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from reports import nation as content
from reports.nation.traced import Line
from reports.privacy import Masked
from reports.province import explained
from server import auth, clock, scope
from server.context import database
from server.services.report import nation as report
from server.web.figure import FigureNotFound, cell
from server.web.nation import of_provinces, parameters
from server.web.page import show
from server.web.report import read_period, read_settings
from server.web.trace import NationLinks, anchor
from server.web.turn import heavy

ORDERS = ("province", "clubs", "numerator", "denominator", "value", "missing")
"""What the list can be put in order of: first as in the table of provinces; of the others the largest comes first."""


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/reports/nation/figure/<indicator>", "nation_figure", figure, defaults={"project_id": 1})


@auth.rule("report.read")
@heavy
def figure(project_id: int, indicator: str) -> Response:
    """What a figure of the country is, and what each province adds to it; nothing for people bound to units."""
    period, settings = read_period(request.args.get("period", "")), read_settings(request.args)
    given = (request.args.get(name, "").strip() for name in ("part", "of", "span"))
    asked, today = content.Asked(indicator.upper(), *given), clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        found = _found(lambda: report.figure(session, seen, asked, period, today=today, settings=settings))
    links = _links(found)
    order = request.args.get("order", "")
    return show(
        "nation_figure.html",
        whole=found,
        parts=[(one, in_order(one, order)) for one in found.made_of or (found,)],
        asked=asked,
        method=explained(found.counted.phase, [asked.code])[0],
        links=links,
        back=f"{links.to_report}#{anchor(asked.code, asked.part, asked.phase, asked.span)}",
        order=order if order in ORDERS else ORDERS[0],
        ordered_by=lambda name: links.to(asked.code, asked.part, asked.phase, asked.span, _asked_for(name)),
        cell=cell,
    )


def in_order(found: content.NationFigure, order: str) -> tuple[Line, ...]:
    """The lines by a column, the largest first; what is withheld or not known comes last."""
    if order not in ORDERS[1:]:
        return found.lines

    def key(line: Line) -> tuple[Any, ...]:
        value = getattr(line, order)
        is_known = value is not None and not isinstance(value, Masked)
        return not is_known, -value if is_known else 0, line.unit is None, line.unit and line.unit.code

    return tuple(sorted(found.lines, key=key))


def _asked_for(order: str) -> str:
    return "" if order == ORDERS[0] else order


def _found(look: Callable[[], content.NationFigure]) -> content.NationFigure:
    try:
        return look()
    except content.NoSuchFigure as error:
        raise FigureNotFound from error


def _links(found: content.NationFigure) -> NationLinks:
    """To provinces over the stretch's own days. A phase chosen for the report measures its own period alone."""
    own, args = found.counted, parameters()
    of_stretch = {name: value for name, value in args.items() if name != "phase" or not found.asked.phase}
    return NationLinks(args, of_provinces(own.stretch.period, own.as_of, own.day, of_stretch))
