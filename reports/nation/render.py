"""The report of the country as a web page's body, as HTML and as PDF, in Vietnamese and in English."""

from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from reports import charts, render
from reports.facts import Unit
from reports.nation import narrative
from reports.nation.chart import nation_map
from reports.nation.model import NationReport
from reports.nation.words import Spoken
from reports.period import Period


class Trace(Protocol):
    """What templates ask of each figure, with the cell's text: the text itself, or a link around it."""

    def __call__(self, shown: str, province: Unit | None, code: str = "", part: str = "unit") -> str:
        """A province's figure of an indicator in a column of its own report, or without a code its name. province: None
        in rows of no province. Source: figures.Asked."""

    def whole(
        self, shown: str, code: str, part: str = "", *, phase: str = "", span: Period | None = None
    ) -> str:
        """A figure of the whole country. span: of a target set for a part of the phase. Source: traced.Asked."""


class Paper:
    """On paper nothing leads anywhere."""

    def __call__(self, shown: str, province: Unit | None, code: str = "", part: str = "unit") -> str:
        """The text as it is."""
        return shown

    def whole(
        self, shown: str, code: str, part: str = "", *, phase: str = "", span: Period | None = None
    ) -> str:
        """The text as it is."""
        return shown


PLAIN_TRACE = Paper()


def pdf(report: NationReport, made_on: date, code: str, font_folder: str = "") -> bytes:
    """The document as a PDF; raises what `render.printed` does. made_on: the day it is made, printed on drafts."""
    return render.printed(html(report, made_on, code), font_folder)


def html(report: NationReport, made_on: date, code: str) -> str:
    """The whole document."""
    return render.page(
        "nation/document.html",
        code,
        made_on=made_on,
        trace=PLAIN_TRACE,
        is_page=False,
        **_values(report, code),
    )


def body(report: NationReport, code: str, trace: Trace = PLAIN_TRACE) -> str:
    """What a web page shows of it. trace: makes links of its figures."""
    values = _values(report, code)
    return render.page("nation/body.html", code, made_on=report.cut_off, trace=trace, is_page=True, **values)


def _values(report: NationReport, code: str) -> dict[str, Any]:
    w = Spoken(code)
    bars = [(w.name(row), row.value, row.low, row.high) for row in report.composition]
    is_known = any(isinstance(row.value, Decimal) for row in report.composition)
    return {
        "report": report,
        "w": w,
        "written": narrative.paragraphs(report, code),
        "map": nation_map(report.provinces, report.shade, report.shapes),
        "band_chart": charts.bands(bars) if is_known else None,
    }
