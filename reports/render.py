"""The province report as HTML and as PDF. Templates lay out; every figure comes computed in the report given."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports import catalogue, charts, fonts, language, pdf, words
from reports.province import Composition, FundPoint, PlanBar, ProvinceReport

FUND_MILLION = Decimal(1_000_000)
WORDS = (
    words.unit,
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
    words.capital,
    words.letter,
    words.unbroken_names,
    words.unbroken_numbers,
)


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
    made.filters.update({function.__name__: function for function in WORDS})
    made.filters.update(context_line=words.context)
    return made


def page(template: str, code: str, /, **values: Any) -> str:
    """A template with its values in one language (vi, en)."""
    return environment(code).get_template(template).render(**values)


def printed(html: str, font_folder: str = "") -> bytes:
    """A document of the family as a tagged PDF with bookmarks, in one embedded font family.

    Raises fonts.FontProblem when the family is not there or lacks Vietnamese letters, pdf.RenderProblem when
    something of the page could not be drawn.
    """
    return pdf.render(html, stylesheet(), fonts.find(font_folder))


def stylesheet() -> str:
    """The style sheet of the family of documents, without the fonts."""
    return (Path(pdf.TEMPLATES) / "report.css").read_text(encoding="utf-8")


def html(report: ProvinceReport, made_on: date) -> str:
    """The whole document in the language of its settings. made_on: the day it is made, printed on drafts."""
    return page(
        "province.html",
        report.settings.language,
        report=report,
        made_on=made_on,
        plan_chart=plan_chart(report.plan_chart),
        plan_series=["Kế hoạch", "Thực hiện"] if is_planned(report.plan_chart) else ["Thực hiện"],
        band_charts=[(part, band_chart(part)) for part in report.composition],
        fund_chart=fund_chart(report.fund_chart),
    )


def province(report: ProvinceReport, made_on: date, font_folder: str = "") -> bytes:
    """The province report as a PDF; raises what `printed` does."""
    return printed(html(report, made_on), font_folder)


def plan_chart(rows: Sequence[PlanBar]) -> charts.BarChart | None:
    """Biểu đồ 1; None when there is no unit to show. Without a plan for any unit it shows what was done alone."""
    if not rows:
        return None
    if not is_planned(rows):
        return charts.bars([(row.label, (row.actual,)) for row in rows])
    return charts.bars([(row.label, (row.plan, row.actual)) for row in rows])


def is_planned(rows: Sequence[PlanBar]) -> bool:
    """Whether any unit has a plan of its own."""
    return any(row.plan is not None for row in rows)


def band_chart(part: Composition) -> charts.BandChart | None:
    """Biểu đồ 2 for one phase's clubs: shares only (size has another scale); None when nothing is known."""
    shares = [bar for bar in part.bars if bar.unit == "percent"]
    if not any(bar.value is not None for bar in shares):
        return None
    return charts.bands(
        [
            (bar.name_vi, None if bar.value is None else Decimal(bar.value), bar.low, bar.high)
            for bar in shares
        ]
    )


def fund_chart(points: Sequence[FundPoint]) -> charts.LineChart | None:
    """Biểu đồ 3 in millions of đồng; None when no month has a figure."""
    if not any(point.capital is not None for point in points):
        return None
    months = [language.month_short(point.month) for point in points]
    series: list[tuple[str, list[Any]]] = [
        ("Tổng Quỹ tăng thu nhập", [_million(point.capital) for point in points]),
        ("Dư nợ", [_million(point.outstanding) for point in points]),
    ]
    return charts.lines(months, series)


def _million(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value) / FUND_MILLION
