"""The table of a commune's clubs."""

from reports import catalogue
from reports.commune.model import ClubLine, CommunePage
from reports.spoken import Spoken
from reports.tables.model import Cell, Column, Content, Row, Table, total
from reports.tables.units import cell


def of(page: CommunePage, lang: str = "vi") -> tuple[Table, ...]:
    """The one table; none without a club."""
    if not page.clubs:
        return ()
    _, w = catalogue.of(lang).gettext, Spoken(lang)
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("club", _("Câu lạc bộ"), 34, "text"),
        Column("code", _("Mã"), 14, "centre"),
        Column("members", _("Thành viên"), 11),
        Column("held", _("Đã sinh hoạt (buổi)"), 12),
        Column("due", _("Phải sinh hoạt (buổi)"), 12),
        Column("attendance", _("Tham dự (%)"), 11),
        Column("fund", _("QTTN (đồng)"), 16),
        Column("outstanding", _("Dư nợ (đồng)"), 16),
        Column("overdue", _("Quá hạn (đồng)"), 16),
        Column("overdue_loans", _("Khoản quá hạn"), 11),
        Column("grade", _("Xếp loại"), 19, "text"),
        Column("failing", _("Nội dung chưa đạt"), 24, "text"),
    )
    parts = [_club(n, one, w) for n, one in enumerate(page.clubs, start=1)]
    rows = [Row(tuple(cell(cells[column.key]) for column in columns)) for cells in parts]
    last = total(columns, rows, {"club": _("Cộng"), **_sums(page)})
    return (Table(_("Các câu lạc bộ"), _("Các câu lạc bộ"), columns, (*rows, last), is_wide=True),)


def _club(number: int, found: ClubLine, w: Spoken) -> dict[str, Content | Cell]:
    return {
        "number": number,
        "club": f"{found.name}, {found.village}" if found.village else found.name,
        "code": found.code,
        "members": found.members or None,
        "held": found.held,
        "due": found.due,
        "attendance": Cell(found.attendance, 1),
        "fund": found.fund,
        "outstanding": found.outstanding,
        "overdue": found.overdue,
        "overdue_loans": found.overdue_loans,
        "grade": w.grade(found.grade),
        "failing": ", ".join(found.failing),
    }


def _sums(page: CommunePage) -> dict[str, Content | Cell]:
    """Attendance of all clubs is none of the rows', nor their mean: it stays the page's figure."""
    sums = page.sums
    return {
        "members": sums.members,
        "held": sums.held.numerator,
        "due": sums.held.denominator,
        "attendance": Cell(sums.attendance, 1),
        "fund": sums.fund,
        "outstanding": sums.outstanding,
        "overdue": sums.overdue.parts["amount"].numerator,
        "overdue_loans": sums.overdue.parts["loans"].numerator,
    }
