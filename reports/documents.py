"""The smaller documents of the family as HTML and as PDF, in Vietnamese and in English: the one-page summary, the club
sheet and all sheets of a commune, the commune page.

Each has a body that a web page shows too, and a whole document around it. The body holds a photo as the address it is
given: a page has a route for it, a PDF carries it inside.
"""

import io
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from reports import charts, render
from reports.club_sheet import ClubSheet, SheetBook
from reports.commune import CommunePage
from reports.spoken import Spoken
from reports.summary import Summary

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

SHEETS = ("documents.css",)
DENSITIES = ("roomy", "close", "dense", "tight", "tight least")
"""How the summary is set, until all of it fits on its page."""
FEW_LETTERS = 900
"""Less than about a quarter of a page: what a club sheet or commune page should not turn the page for."""
CHART_UNITS = 12
"""Bars of more units than this would fill the page: then the funds by month are drawn."""


class TooLong(Exception):
    """A summary that no setting brings onto one page; says which."""


def summary(made: Summary, made_on: date, code: str) -> bytes:
    """The summary as a PDF of one page. Raises TooLong, and what `render.printed` does."""
    for density in DENSITIES:
        pdf = render.printed(summary_html(made, made_on, code, density), sheets=SHEETS)
        if _page_count(pdf) == 1:
            return pdf
    raise TooLong(made.report.scope.area_vi)


def summary_html(made: Summary, made_on: date, code: str, density: str = DENSITIES[0]) -> str:
    """The whole document."""
    return _document(
        "summary",
        code,
        made_on,
        summary=made,
        density=density,
        chart=_chart(made, code),
        trace=render.PLAIN_TRACE,
    )


def summary_body(made: Summary, code: str, trace: render.Trace = render.PLAIN_TRACE) -> str:
    """What a web page shows of it. trace: makes links of the figures of its table, as on the report's page."""
    chart = _chart(made, code)
    return render.page(
        "documents/summary_body.html", code, w=Spoken(code), summary=made, chart=chart, trace=trace
    )


def club(sheet: ClubSheet, made_on: date, code: str) -> bytes:
    """One club's sheet as a PDF; raises what `render.printed` does."""
    return _sheets((sheet,), None, made_on, code)


def club_body(sheet: ClubSheet, code: str) -> str:
    """What a web page shows of a sheet."""
    return render.page("documents/club_body.html", code, w=Spoken(code), sheet=sheet, close=None)


def book(made: SheetBook, made_on: date, code: str) -> bytes:
    """All sheets of a commune in one file, with an index and bookmarks; raises what `render.printed` does."""
    return _sheets(made.sheets, made, made_on, code)


def _sheets(sheets: Sequence[ClubSheet], made: SheetBook | None, made_on: date, code: str) -> bytes:
    """Sheets as a PDF. One that would end with a few lines on a page of its own is set closer, if that saves it."""
    pdf = _printed_sheets(sheets, made, made_on, code, frozenset())
    if sparse := _sparse(pdf, sheets):
        closer = _printed_sheets(sheets, made, made_on, code, sparse)
        if _page_count(closer) < _page_count(pdf):
            return closer
    return pdf


def _printed_sheets(
    sheets: Sequence[ClubSheet], made: SheetBook | None, made_on: date, code: str, close: frozenset[str]
) -> bytes:
    html = _document("club", code, made_on, sheets=sheets, book=made, close=close)
    return render.printed(html, sheets=SHEETS)


def _sparse(pdf: bytes, sheets: Sequence[ClubSheet]) -> frozenset[str]:
    """Codes of the clubs whose sheet has more than one page and little on its last."""
    from pypdf.generic import Destination  # Imported here: most processes count no pages.

    read = _read(pdf)
    first = [
        read.get_destination_page_number(mark) or 0 for mark in read.outline if isinstance(mark, Destination)
    ]
    if not sheets:
        return frozenset()
    starts = first[-len(sheets) :]
    ends = [*starts[1:], len(read.pages)]
    return frozenset(
        sheet.code
        for sheet, start, end in zip(sheets, starts, ends, strict=True)
        if end - start > 1 and _is_sparse(read.pages[end - 1])
    )


def _is_sparse(page: "PageObject") -> bool:
    return len(page.extract_text()) < FEW_LETTERS


def _page_count(pdf: bytes) -> int:
    return len(_read(pdf).pages)


def _read(pdf: bytes) -> "PdfReader":
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(pdf))


def commune(made: CommunePage, made_on: date, code: str) -> bytes:
    """The commune page as a PDF, set closer if that spares a page of few lines; raises what `render.printed` does."""
    pdf = _printed_commune(made, made_on, code, DENSITIES[0])
    pages = _read(pdf).pages
    if len(pages) > 1 and _is_sparse(pages[-1]):
        closer = _printed_commune(made, made_on, code, DENSITIES[1])
        return closer if _page_count(closer) < len(pages) else pdf
    return pdf


def _printed_commune(made: CommunePage, made_on: date, code: str, density: str) -> bytes:
    html = _document("commune", code, made_on, page=made, link=None, density=density)
    return render.printed(html, sheets=SHEETS)


def commune_body(made: CommunePage, code: str, link: Callable[[str], str]) -> str:
    """What a web page shows of it. link: a club's code → the address of its sheet."""
    return render.page("documents/commune_body.html", code, w=Spoken(code), page=made, link=link)


def _document(name: str, code: str, made_on: date, **values: Any) -> str:
    return render.page(f"documents/{name}.html", code, w=Spoken(code), made_on=made_on, **values)


def _chart(made: Summary, code: str) -> dict[str, Any] | None:
    """The one picture: plan and actual by unit; of many units, or without any, the funds by month; else none."""
    report, say = made.report, Spoken(code).say
    if made.is_empty:
        return None
    if report.plan_chart and len(report.plan_chart) <= CHART_UNITS:
        is_planned = render.is_planned(report.plan_chart)
        series = [say(_("Kế hoạch")), say(_("Thực hiện"))] if is_planned else [say(_("Thực hiện"))]
        chart = render.plan_chart(report.plan_chart, code)
        return {"kind": "bars", "chart": chart, "series": series}
    points = report.fund_chart
    if not any(point.capital is not None for point in points):
        return None
    months = [f"{point.month.month}/{point.month.year}" for point in points]
    drawn = charts.lines(
        months,
        [
            (say(_("Tổng Quỹ tăng thu nhập")), [render._million(point.capital) for point in points]),
            (say(_("Dư nợ")), [render._million(point.outstanding) for point in points]),
        ],
    )
    return {"kind": "lines", "chart": drawn, "series": []}


def _(text: str) -> str:
    """Marks a text for the catalogue."""
    return text
