"""Part IV: the members against the bands of each phase, and broken down by age, people and disability."""

from collections.abc import Sequence
from decimal import Decimal

from reports import activity_words, words
from reports.privacy import Masked
from reports.province import BandBar, Composition, ProvinceReport
from reports.province.activity_model import Group
from reports.tables.model import Cell, Column, Ratio, Row, Say, Table, row, total


def composition(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """Figures of chart 2, one table for each phase whose clubs there are."""
    several = len(report.composition) > 1
    return [
        _composition(found, f"2.{number}" if several else "2", lang, _)
        for number, found in enumerate(report.composition, start=1)
    ]


def _composition(found: Composition, number: str, lang: str, _: Say) -> Table:
    columns = (
        Column("name", _("Nội dung"), 34, "text"),
        Column("unit", _("ĐVT"), 10, "centre"),
        Column("top", _("Tử số"), 12),
        Column("bottom", _("Mẫu số"), 12),
        Column("value", _("Thực hiện"), 12),
        Column("low", _("Khung từ"), 11),
        Column("high", _("Khung đến"), 11),
        Column("verdict", _("Đánh giá"), 19, "text"),
    )
    title = _("Biểu đồ %(number)s. Cơ cấu thành viên so với khung quy định") % {"number": number}
    masked = _(
        "Dấu *: không in để bảo vệ thông tin cá nhân, vì tính trên dưới 5 người hoặc cho phép suy ra số đó."
    )
    return Table(
        _("Biểu đồ %(number)s") % {"number": number},
        f"{title} ({words.spoken(found.phase, 'name', lang=lang)})",
        columns,
        tuple(_bar(bar, lang) for bar in found.bars),
        (masked,) if found.is_masked else (),
        is_wide=True,
    )


def _bar(bar: BandBar, lang: str) -> Row:
    times = 100 if bar.unit == "percent" else 1
    known = isinstance(bar.value, Decimal) and bool(bar.denominator)
    whole = known and bar.value == Decimal(bar.numerator) / bar.denominator * times
    hidden = isinstance(bar.value, Masked)
    return row(
        words.spoken(bar, "name", lang=lang),
        words.unit(bar.unit, lang=lang),
        "" if hidden else bar.numerator,
        "" if hidden else bar.denominator,
        Cell(bar.value, 1, Ratio("top", "bottom", times) if whole else None),
        bar.low,
        bar.high,
        words.status(bar.verdict, lang=lang),
    )


def people(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """Figures of charts 2a, 2b and 2c; none of what was not asked."""
    found, made = report.people, []
    if found.ages:
        made.append(_ages(report, lang, _))
    if found.ethnicity:
        names = [activity_words.ethnicity(one.code, lang=lang) for one in found.ethnicity]
        made.append(_groups("2b", _("Biểu đồ 2b. Thành viên theo dân tộc"), names, found.ethnicity, _))
    if found.disability and found.disabled:
        names = [activity_words.disability(one.code, lang=lang) for one in found.disability]
        made.append(
            _groups("2c", _("Biểu đồ 2c. Thành viên khuyết tật theo mức độ"), names, found.disability, _)
        )
    return made


def _ages(report: ProvinceReport, lang: str, _: Say) -> Table:
    columns = (
        Column("ages", _("Nhóm tuổi"), 20, "text"),
        Column("men", _("Nam"), 12),
        Column("women", _("Nữ"), 12),
    )
    rows = [
        row(activity_words.ages(band, lang=lang), band.men, band.women)
        for band in reversed(report.people.ages)
    ]
    last = {"ages": _("Tổng cộng"), "men": report.people.men, "women": report.people.women}
    return Table(
        _("Biểu đồ %(number)s") % {"number": "2a"},
        _("Biểu đồ 2a. Thành viên theo tuổi và giới tính"),
        columns,
        (*rows, total(columns, rows, last)),
        (_key(_),),
    )


def _groups(number: str, title: str, names: Sequence[str], groups: Sequence[Group], _: Say) -> Table:
    columns = (
        Column("group", _("Nhóm"), 28, "text"),
        Column("count", _("Số người"), 12),
        Column("percent", _("Tỷ lệ (%)"), 12),
    )
    rows = tuple(
        row(name, group.count, Cell(group.percent, 1)) for name, group in zip(names, groups, strict=True)
    )
    head = _("Biểu đồ %(number)s") % {"number": number}
    return Table(head, title, columns, rows, (_key(_),))


def _key(_: Say) -> str:
    return _(
        "Dấu “<5”: từ 1 đến 4 người, không in để không nhận ra từng người; dấu “*”: không in vì từ đó suy ra được số "
        "bị che."
    )
