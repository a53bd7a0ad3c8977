"""The province report as HTML and as PDF. Templates lay out; every figure comes computed in the report given."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import activity_words, catalogue, charts, fonts, issuing, language, pdf, pictures, words
from reports.province import Composition, FundPoint, PlanBar, ProvinceReport, narrative, telling, voice
from reports.province.shown import shown

FUND_MILLION = Decimal(1_000_000)
MANY_UNITS = 12
"""Bars of more units than this, most of them 0, would fill a page."""
STYLES = ("report.css", "parts.css")
WORDS = (
    words.unit,
    words.counted,
    words.people,
    words.goal,
    words.status,
    words.actual,
    words.attainment,
    words.rate,
    words.grade,
    words.item,
    words.level,
    words.figure,
    words.change,
    words.fund_band,
    words.spoken,
    words.during,
    words.place,
    words.named,
    words.paper,
    words.legal_basis,
    words.office,
    words.superior,
    words.signature,
    words.page_mark,
    words.made_up,
)
"""Filters that speak one language or the other."""
PLAIN = (
    words.band_indicator,
    words.capital,
    words.small,
    voice.in_full,
    words.letter,
    words.unbroken_names,
    words.unbroken_numbers,
    words.joined_ranges,
)
"""Filters that are the same in both."""


@lru_cache(maxsize=4)
def environment(code: str) -> Environment:
    """Templates with the formats of one language; a name that is not given raises."""
    made = Environment(
        loader=FileSystemLoader(pdf.TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    spoken = catalogue.of(code)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        spoken.gettext, spoken.ngettext, newstyle=False
    )
    made.globals.update(language=code)
    made.filters.update(language.filters(code))
    made.filters.update({function.__name__: partial(function, lang=code) for function in WORDS})
    made.filters.update({function.__name__: function for function in PLAIN})
    made.filters.update(document_number=issuing.number, head_lines=issuing.lines)
    made.filters.update(recipient=partial(issuing.recipient, lang=code))
    made.filters.update(date_in_text=partial(language.date_in_text, language=code))
    made.filters.update(activity_words.filters(code))
    made.filters.update(context_line=partial(words.context, lang=code))
    return made


class Trace(Protocol):
    """What templates ask of each figure they print, with the cell's text: the text itself, or a link around it."""

    def __call__(self, shown: str, code: str, part: str, *, row: str = "", unit: str = "") -> str:
        """The figure of an indicator (code) in a column (part) and row of the report. Source: figures.Asked."""

    def club(self, shown: str, club: str, code: str = "") -> str:
        """What is told of one club; code: of which indicator, "" its name."""


class Paper:
    """On paper nothing leads anywhere."""

    def __call__(self, shown: str, code: str, part: str, *, row: str = "", unit: str = "") -> str:
        """The text as it is."""
        return shown

    def club(self, shown: str, club: str, code: str = "") -> str:
        """The text as it is."""
        return shown


PLAIN_TRACE = Paper()


def page(template: str, code: str, /, **values: Any) -> str:
    """A template with its values in one language (vi, en)."""
    return language.straight(environment(code).get_template(template).render(**values))


def printed(
    html: str,
    font_folder: str = "",
    attachments: Sequence[pdf.Attachment] = (),
    sheets: Sequence[str] = STYLES,
) -> bytes:
    """A document of the family as PDF/UA-1 and PDF/A-3a with bookmarks, in one embedded font family.

    sheets: files of style in the folder of templates, in the order they apply.
    Raises fonts.FontProblem when the family is not there or lacks Vietnamese letters, pdf.RenderProblem when
    something of the page could not be drawn.
    """
    return pdf.render(html, stylesheet(sheets), fonts.find(font_folder), attachments)


def stylesheet(sheets: Sequence[str] = STYLES) -> str:
    """The style sheet of a document of the family, without the fonts."""
    return "\n".join((Path(pdf.TEMPLATES) / name).read_text(encoding="utf-8") for name in sheets)


def html(report: ProvinceReport, made_on: date, code: str = "vi") -> str:
    """The whole document in one language (vi, en). made_on: the day it is made, printed on drafts."""
    return _document("province.html", report, made_on, code, trace=PLAIN_TRACE, is_page=False)


def body(report: ProvinceReport, made_on: date, code: str, trace: Trace) -> str:
    """The same as the body of a web page, as reports.screen takes it. trace: makes links of the figures."""
    return _document("province_page.html", report, made_on, code, trace=trace, is_page=True)


def _document(template: str, report: ProvinceReport, made_on: date, code: str, **values: Any) -> str:
    return page(
        template,
        code,
        **values,
        report=report,
        made_on=made_on,
        units=shown(report.units),
        funds=shown(report.funds),
        plan_chart=plan_chart(report.plan_chart, code),
        is_planned=is_planned(report.plan_chart),
        band_charts=[(part, band_chart(part, code)) for part in report.composition],
        fund_chart=fund_chart(report.fund_chart, code),
        told=telling.tell(report, code),
        written=narrative.paragraphs(report, code),
        **pictures.pictures(report, code),
    )


def province(report: ProvinceReport, made_on: date, font_folder: str = "", code: str = "vi") -> bytes:
    """The province report as a PDF in one language (vi, en); raises what `printed` does."""
    return printed(html(report, made_on, code), font_folder)


def plan_chart(rows: Sequence[PlanBar], code: str = "vi") -> charts.BarChart | None:
    """Biểu đồ 1; None when there is no unit to show. Without a plan for any unit it shows what was done alone, and of
    many units only those where something was."""
    if not is_planned(rows) and len(rows) > MANY_UNITS:
        rows = [row for row in rows if row.actual]
    if not rows:
        return None
    labels = [row.label_en if code == "en" and row.label_en else row.label for row in rows]
    if not is_planned(rows):
        return charts.bars([(label, (row.actual,)) for label, row in zip(labels, rows, strict=True)])
    return charts.bars([(label, (row.plan, row.actual)) for label, row in zip(labels, rows, strict=True)])


def is_planned(rows: Sequence[PlanBar]) -> bool:
    """Whether any unit has a plan of its own."""
    return any(row.plan is not None for row in rows)


def band_chart(part: Composition, code: str = "vi") -> charts.BandChart | None:
    """Biểu đồ 2 for one phase's clubs: shares only (size has another scale); None when nothing is known."""
    shares = [bar for bar in part.bars if bar.unit == "percent"]
    if not any(bar.value is not None for bar in shares):
        return None
    return charts.bands(
        [(words.spoken(bar, "name", lang=code), bar.value, bar.low, bar.high) for bar in shares]
    )


def fund_chart(points: Sequence[FundPoint], code: str = "vi") -> charts.LineChart | None:
    """Biểu đồ 3 in millions of đồng; None when no month has a figure."""
    if not any(point.capital is not None for point in points):
        return None
    months = [language.month_short(point.month, language=code) for point in points]
    _ = catalogue.of(code).gettext
    series: list[tuple[str, list[Any]]] = [
        (_("Tổng Quỹ tăng thu nhập"), [_million(point.capital) for point in points]),
        (_("Dư nợ"), [_million(point.outstanding) for point in points]),
    ]
    return charts.lines(months, series)


def _million(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value) / FUND_MILLION
