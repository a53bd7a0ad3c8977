"""The pictures of parts III–VI in one language: from the report's content to geometry, each with its text alternative.

A text alternative carries the figures of its picture, so that who cannot see it loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from reports import activity_words as words
from reports import catalogue, charts, language
from reports.charts.map import TALLEST, TALLEST_NUMBERED, TALLEST_OF_MANY
from reports.privacy import Count
from reports.province import FundBand, ProvinceReport
from reports.province.activity_model import Group, Heat, HeatCell, HeatRow
from reports.province.shown import shown

HEAT_ROWS = 6
"""Clubs in one piece of the heat table, which no page tears: few enough to leave no page half empty."""
NAMED_UNITS = 12
"""Units whose names fit on the map; with more, their numbers in table 2 are written instead."""
NUMBERED_UNITS = 24
"""Numbers that have room at the edges of a map of a third of a page."""


@dataclass(frozen=True)
class Picture:
    """A picture with what it tells in words."""

    chart: Any
    alt: str


def pictures(report: ProvinceReport, lang: str = "vi") -> dict[str, Any]:
    """What the templates of these parts draw, by name; None, or an empty list, where nothing is known."""
    people, _ = report.people, catalogue.of(lang).gettext
    return {
        "map_picture": map_picture(report, lang),
        "pyramid": pyramid(report, lang),
        "ethnicity_picture": groups(
            [(words.ethnicity(g.code, lang=lang), g) for g in people.ethnicity],
            _("Thành viên theo dân tộc: %(figures)s."),
            lang,
        ),
        "disability_picture": groups(
            [(words.disability(g.code, lang=lang), g) for g in people.disability],
            _("Thành viên khuyết tật theo mức độ: %(figures)s."),
            lang,
        )
        if people.disabled
        else None,
        "band_picture": bands(report.fund_bands, lang),
        "heat_pictures": heat(report.activities.heat, lang),
        "attendance_picture": attendance(report, lang),
    }


def _known(count: Count) -> int | None:
    return count if isinstance(count, int) else None


def pyramid(report: ProvinceReport, lang: str = "vi") -> Picture | None:
    """The age–sex pyramid, oldest on top; None where no member's sex and year of birth are known, or no bar may be
    drawn because every group is of few."""
    bands = report.people.ages[::-1]
    if not any(_known(count) for band in bands for count in (band.men, band.women)):
        return None
    _ = catalogue.of(lang).gettext
    rows, told = [], []
    for band in bands:
        label = words.ages(band, lang=lang)
        men, women = words.persons(band.men, lang=lang), words.persons(band.women, lang=lang)
        rows.append((label, _known(band.men), men, _known(band.women), women))
        told.append(f"{label}: {men}/{women}")
    alt = _("Tháp tuổi, số thành viên nam/nữ theo nhóm tuổi: %(figures)s.") % {"figures": "; ".join(told)}
    return Picture(charts.pyramid(rows), alt)


def groups(named: Sequence[tuple[str, Group]], alt: str, lang: str = "vi") -> Picture | None:
    """Bars of groups of members; alt: a text with a place for the figures. None without any group."""
    if not named:
        return None
    rows = []
    for label, group in named:
        text = words.persons(group.count, lang=lang)
        if group.percent is not None:
            text += f" ({language.share(group.percent, language=lang)})"
        rows.append((label, _known(group.count), text))
    return Picture(charts.shares(rows), alt % {"figures": "; ".join(f"{row[0]} {row[2]}" for row in rows)})


def bands(found: Sequence[FundBand], lang: str = "vi") -> Picture | None:
    """Clubs by the size of their income fund; None where the phase has no marks or no club told its fund."""
    if not any(band.clubs for band in found):
        return None
    _ = catalogue.of(lang).gettext
    rows = []
    for band in found:
        low, high = (_millions(end, lang) for end in (band.low, band.high))
        if band.low is None:
            label = _("Dưới %(high)s triệu đồng") % {"high": high}
        elif band.high is None:
            label = _("Từ %(low)s triệu đồng") % {"low": low}
        else:
            label = _("Từ %(low)s đến dưới %(high)s triệu đồng") % {"low": low, "high": high}
        share = language.share(band.percent, language=lang)
        rows.append((label, band.clubs, f"{language.number(band.clubs, language=lang)} ({share})"))
    told = "; ".join(f"{label}: {text}" for label, _clubs, text in rows)
    alt = _("Số CLB theo mức Quỹ tăng thu nhập: %(figures)s.") % {"figures": told}
    return Picture(charts.shares(rows), alt)


def _millions(value: int | None, lang: str) -> str:
    return language.million(value, 0, language=lang)


def heat(found: Heat | None, lang: str = "vi") -> list[Picture]:
    """Chart 4 cut into pages of clubs; [] without any club or month."""
    if found is None:
        return []
    columns = words.columns(found, lang=lang)
    pieces = -(-len(found.rows) // HEAT_ROWS)
    ends = [len(found.rows) * n // pieces for n in range(pieces + 1)] if pieces else [0]
    parts = [found.rows[start:end] for start, end in pairwise(ends)]
    return [_heat_part(found, columns, part, lang) for part in parts]


def _heat_part(found: Heat, columns: list[str], rows: Sequence[HeatRow], lang: str) -> Picture:
    _ = catalogue.of(lang).gettext
    drawn, told = [], []
    for row in rows:
        cells = [(cell.state, _cell_text(found, cell)) for cell in row.cells]
        drawn.append((f"{row.number}. {short_name(row.name)}", cells))
        held, due = sum(cell.held for cell in row.cells), sum(cell.due for cell in row.cells)
        told.append(f"{row.number}. {row.name} {held}/{due}")
    alt = _("Số buổi sinh hoạt đã tổ chức trên số buổi phải tổ chức của từng CLB: %(figures)s.")
    return Picture(charts.heat(columns, drawn), alt % {"figures": "; ".join(told)})


def _cell_text(found: Heat, cell: HeatCell) -> str:
    if cell.state == "not_held":
        return words.reason_letter(cell.reason)
    if found.months_each == 1 or cell.state not in ("held", "part"):
        return ""
    return str(cell.held) if cell.state == "held" else f"{cell.held}/{cell.due}"


def short_name(name: str) -> str:
    """A club's name without the words that all clubs share."""
    for start in ("Câu lạc bộ Liên thế hệ tự giúp nhau", "CLB Liên thế hệ tự giúp nhau", "CLB LTHTGN", "CLB"):
        if name.casefold().startswith(start.casefold()) and name[len(start) :].strip():
            return name[len(start) :].strip(" -–:,")
    return name


def attendance(report: ProvinceReport, lang: str = "vi") -> Picture | None:
    """The attendance line in percent; None where no meeting told both who came and who is on the list."""
    points = report.activities.attendance
    if not any(point.on_list for point in points):
        return None
    _ = catalogue.of(lang).gettext
    months = [language.month_short(point.month, language=lang) for point in points]
    values = [point.percent for point in points]
    told = "; ".join(
        f"{month}: {language.percent(value, language=lang)}"
        for month, value in zip(months, values, strict=True)
    )
    alt = _("Tỷ lệ thành viên có mặt tại các buổi sinh hoạt theo tháng: %(figures)s.") % {"figures": told}
    drawn: list[tuple[str, Sequence[int | Decimal | None]]] = [(_("Tỷ lệ tham dự"), values)]
    return Picture(charts.lines(months, drawn, height=270), alt)


def map_picture(report: ProvinceReport, lang: str = "vi") -> Picture | None:
    """The sketch map with each unit's clubs; None without any place. Many units bear their number in table 2, and those
    that one row of it stands for bear none."""
    sketch = report.sketch
    if sketch is None:
        return None
    _ = catalogue.of(lang).gettext
    named = len(sketch.rows) <= NAMED_UNITS
    folded = {row.unit.id for row in shown(report.units).blank if row.unit}
    numbered = [(unit, clubs) for unit, clubs in sketch.rows if unit.id not in folded]
    names = {
        unit.id: f"{unit.name} ({clubs})" if named else f"{number} ({clubs})"
        for number, (unit, clubs) in enumerate(numbered, start=1)
    }
    chart = charts.map_chart(
        sketch.outline,
        [(site.lon, site.lat, site.row_id) for site in sketch.sites if site.club is None],
        [((site.lon, site.lat, site.row_id), site.is_measured) for site in sketch.sites if site.club],
        names,
        {unit.id for unit, clubs in sketch.rows if not clubs},
        TALLEST if named else TALLEST_NUMBERED if len(names) <= NUMBERED_UNITS else TALLEST_OF_MANY,
    )
    told = "; ".join(f"{words.unit_name(unit, lang=lang)}: {clubs}" for unit, clubs in sketch.rows)
    return Picture(chart, _("Sơ đồ phân bố CLB, số CLB theo địa bàn: %(figures)s.") % {"figures": told})
