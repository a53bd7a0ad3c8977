"""Part VI: table 4, the months of chart 5, and the survey of table 5."""

from reports import activity_words, words
from reports.province import ProvinceReport
from reports.province.activity_model import SurveyRow
from reports.tables.model import Cell, Column, Ratio, Row, Say, Table, row

QUESTIONS = 5
"""Questions behind the mean of the survey: its denominator counts answers, not persons."""


def table_4(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """The eight areas; none where no club reported. A club does several of them, so nothing is added up."""
    if not report.activities.areas:
        return []
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("area", _("Mảng hoạt động"), 40, "text"),
        Column("clubs", _("Số CLB thực hiện"), 13),
        Column("times", _("Số lượt"), 12),
        Column("results", _("Kết quả"), 70, "text"),
    )
    rows = tuple(
        row(
            number,
            activity_words.area(one.code, lang=lang),
            one.clubs,
            one.times,
            activity_words.tallies(one.tallies, lang=lang),
        )
        for number, one in enumerate(report.activities.areas, start=1)
    )
    note = _("Số lượt: số tháng có thực hiện, cộng các câu lạc bộ.")
    name = _("Bảng %(number)s") % {"number": "4"}
    return [Table(name, _("Bảng 4. Kết quả tám mảng hoạt động"), columns, rows, (note,), is_wide=True)]


def attendance(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """Figures of chart 5; none where no meeting tells both who came and who is on the list."""
    points = report.activities.attendance
    if not any(point.on_list for point in points):
        return []
    columns = (
        Column("month", _("Tháng"), 12, "month"),
        Column("present", _("Có mặt"), 12),
        Column("on_list", _("Trong danh sách"), 14),
        Column("percent", _("Tỷ lệ (%)"), 12),
    )
    rows = tuple(
        row(
            one.month,
            one.present if one.on_list else None,
            one.on_list or None,
            Cell(one.percent, 1, Ratio("present", "on_list") if one.on_list else None),
        )
        for one in points
    )
    name = _("Biểu đồ %(number)s") % {"number": "5"}
    return [Table(name, _("Biểu đồ 5. Tỷ lệ tham dự sinh hoạt theo tháng"), columns, rows)]


def table_5(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """The newest round of the member survey; none where there is no answer."""
    survey = report.activities.survey
    known = [one for one in survey.rows if one.denominator] if survey else []
    if not known:
        return []
    columns = (
        Column("item", _("Nội dung"), 52, "text"),
        Column("answers", _("Số người trả lời"), 14),
        Column("unit", _("ĐVT"), 10, "centre"),
        Column("value", _("Kết quả"), 12),
        Column("low", _("Khoảng tin cậy 95% từ"), 14),
        Column("high", _("đến"), 12),
    )
    note = _(
        "Người được hỏi là mẫu trong số thành viên; khoảng tin cậy cho biết tỷ lệ của tất cả thành viên có thể nằm "
        "trong khoảng nào. Dấu “*”: quá ít người để in."
    )
    return [
        Table(
            _("Bảng %(number)s") % {"number": "5"},
            _("Bảng 5. Kết quả khảo sát thành viên"),
            columns,
            tuple(_answer(one, lang) for one in known),
            (note,),
            is_wide=True,
        )
    ]


def _answer(found: SurveyRow, lang: str) -> Row:
    is_share = found.unit == "percent"
    decimals, people = (1, found.denominator) if is_share else (2, (found.denominator or 0) // QUESTIONS)
    value = "*" if is_share and found.value is None else Cell(found.value, decimals)
    return row(
        activity_words.survey_item(found.key, lang=lang),
        people,
        words.unit("percent" if is_share else "point", lang=lang),
        value,
        Cell(found.low, decimals),
        Cell(found.high, decimals),
    )
