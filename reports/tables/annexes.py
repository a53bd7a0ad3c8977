"""Phụ lục I and III: lists of clubs."""

from reports import activity_words, words
from reports.province import ClubRow, ProvinceReport
from reports.tables.model import Column, Row, Say, Table, row


def clubs(report: ProvinceReport, lang: str, _: Say) -> Table:
    """Phụ lục I: every club, with its funds in VND."""
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("code", _("Mã"), 14, "centre"),
        Column("name", _("Tên câu lạc bộ"), 38, "text"),
        Column("village", _("Thôn"), 22, "text"),
        Column("old", _("Xã, huyện (cũ)"), 38, "text"),
        Column("new", _("Xã, phường (mới)"), 26, "text"),
        Column("founded", _("Ngày thành lập"), 13, "day"),
        Column("decision", _("Số quyết định"), 16, "centre"),
        Column("chair", _("Chủ nhiệm"), 26, "text"),
        Column("members", _("Số TV"), 9),
        Column("fund", _("QTTN (đồng)"), 15),
        Column("outstanding", _("Dư nợ (đồng)"), 15),
        Column("grade", _("Xếp loại"), 20, "text"),
        Column("failing", _("Nội dung chưa đạt"), 22, "text"),
    )
    has_new = report.scope.geography.is_former or any(one.place_new for one in report.clubs)
    rows = tuple(_club(one, has_new, lang, _) for one in report.clubs)
    notes = [f"{code}: {words.item(code, lang=lang)}" for code, _clubs in report.failing_counts]
    return Table(
        _("Phụ lục %(number)s") % {"number": "I"},
        _("Danh sách câu lạc bộ"),
        columns,
        rows,
        ("; ".join(notes) + ".",) if notes else (),
        is_wide=True,
    )


def _club(found: ClubRow, has_new: bool, lang: str, _: Say) -> Row:
    new = found.place_new or (_("chưa xác định") if has_new else None)
    return row(
        found.number,
        found.code,
        found.name,
        found.village,
        found.place_old,
        new,
        found.founding_date,
        found.decision_no or None,
        found.chair or None,
        found.members,
        found.fund,
        found.outstanding,
        words.grade(found.grade, lang=lang),
        ", ".join(found.failing),
    )


def absent(report: ProvinceReport, lang: str, _: Say) -> Table:
    """Phụ lục III: clubs that sent no report of some months."""
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("code", _("Mã"), 14, "centre"),
        Column("club", _("Câu lạc bộ"), 52, "text"),
        Column("missing", _("Số tháng thiếu"), 12),
        Column("due", _("Số tháng phải báo cáo"), 12),
        Column("months", _("Tháng không báo cáo"), 52, "text"),
    )
    rows = tuple(
        row(
            number,
            one.code,
            f"{one.name}, {one.place}" if one.place else one.name,
            len(one.months),
            one.due,
            activity_words.months(one.months, lang=lang),
        )
        for number, one in enumerate(report.absent, start=1)
    )
    all_sent = _("Không có: các câu lạc bộ đã gửi đủ báo cáo của các tháng trong kỳ.")
    notes = (all_sent,) if not rows and not report.scope.is_empty else ()
    name = _("Phụ lục %(number)s") % {"number": "III"}
    return Table(name, _("Câu lạc bộ không báo cáo, báo cáo thiếu tháng"), columns, rows, notes, is_wide=True)
