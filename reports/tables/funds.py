"""Part V beside table 3: months of chart 3, bands, books that do not balance; and Phụ lục II. All in VND."""

from reports import words
from reports.privacy import without_phones
from reports.province import ProvinceReport
from reports.province.activity_model import ClubFunds
from reports.tables.model import Cell, Column, Content, Row, Say, Table, row, total

MOVES = ("opening", "came", "went", "closing", "difference")


def months(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """Figures of chart 3; none where no month has a figure."""
    if not any(point.capital is not None for point in report.fund_chart):
        return []
    columns = (
        Column("month", _("Tháng"), 12, "month"),
        Column("clubs", _("Số CLB"), 10),
        Column("capital", _("Tổng Quỹ tăng thu nhập"), 20),
        Column("outstanding", _("Dư nợ"), 20),
    )
    rows = tuple(row(one.month, one.clubs, one.capital, one.outstanding) for one in report.fund_chart)
    title = f"{_('Biểu đồ 3. Quỹ tăng thu nhập và dư nợ theo tháng')} ({_('đồng')})"
    return [Table(_("Biểu đồ %(number)s") % {"number": "3"}, title, columns, rows)]


def bands(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """Figures of chart 3a; none where the phase has no marks."""
    if not report.fund_bands:
        return []
    columns = (
        Column("band", _("Quỹ tăng thu nhập"), 44, "text"),
        Column("clubs", _("Số CLB"), 12),
        Column("percent", _("Tỷ lệ (%)"), 12),
    )
    rows = [
        row(words.capital(words.fund_band(band, lang=lang)), band.clubs, Cell(band.percent, 1))
        for band in report.fund_bands
    ]
    clubs = sum(band.clubs for band in report.fund_bands)
    title = _("Biểu đồ 3a. Số câu lạc bộ theo mức Quỹ tăng thu nhập")
    last = total(columns, rows, {"band": _("Tổng cộng"), "clubs": clubs})
    return [Table(_("Biểu đồ %(number)s") % {"number": "3a"}, title, columns, (*rows, last))]


def unbalanced(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """Clubs whose counted money differs from their books; none where all balance."""
    if not report.unbalanced:
        return []
    columns = (
        Column("code", _("Mã"), 14, "centre"),
        Column("club", _("Câu lạc bộ"), 48, "text"),
        Column("month", _("Tháng"), 11, "month"),
        Column("income", _("Quỹ tăng thu nhập"), 16),
        Column("operating", _("Quỹ hoạt động"), 16),
        Column("reason", _("Lý do CLB ghi"), 40, "text"),
    )
    rows = tuple(
        row(
            one.club.code,
            f"{one.club.name}, {one.club.place}",
            one.month,
            one.income,
            one.operating,
            without_phones(one.reason) or None,
        )
        for one in report.unbalanced
    )
    title = _("Câu lạc bộ có sổ quỹ chênh lệch")
    return [Table(_("Sổ chênh lệch"), f"{title} ({_('đồng')})", columns, rows, is_wide=True)]


def annex(report: ProvinceReport, lang: str, _: Say) -> Table:
    """Phụ lục II: both funds of every club."""
    heads = (_("Đầu kỳ"), _("Tăng"), _("Giảm"), _("Cuối kỳ"), _("Chênh lệch"))
    groups = {
        "income": _("Quỹ tăng thu nhập (tiền và dư nợ)"),
        "operating": _("Quỹ hoạt động"),
    }
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("code", _("Mã"), 14, "centre"),
        Column("name", _("Tên câu lạc bộ"), 38, "text"),
        *(
            Column(f"{fund}_{move}", head, 15, group=group)
            for fund, group in groups.items()
            for move, head in zip(MOVES, heads, strict=True)
        ),
    )
    parts = [_club_funds(one, _) for one in report.club_funds]
    rows = [Row(tuple(Cell(cells[column.key]) for column in columns)) for cells in parts[:-1]]
    last = [total(columns, rows, parts[-1])] if parts else []
    note = _(
        "Tăng gồm cả quỹ ban đầu của câu lạc bộ mới; với Quỹ tăng thu nhập, tăng là vốn bổ sung, giảm là rút vốn và "
        "xóa nợ. Chênh lệch: số kiểm quỹ trừ số sổ ở lần kiểm cuối kỳ. Dấu “–”: không có báo cáo trong kỳ; số cuối kỳ "
        "khi đó là của báo cáo gần nhất."
    )
    return Table(
        _("Phụ lục %(number)s") % {"number": "II"},
        f"{_('Biểu quỹ của từng câu lạc bộ')} ({_('đồng')})",
        columns,
        (*rows, *last),
        (note,),
        is_wide=True,
    )


def _club_funds(found: ClubFunds, _: Say) -> dict[str, Content]:
    cells: dict[str, Content] = {
        "number": found.number or "",
        "code": found.code,
        "name": found.name if found.number else _("Tổng cộng"),
    }
    for fund in ("income", "operating"):
        for move in MOVES:
            cells[f"{fund}_{move}"] = getattr(getattr(found, fund), move)
    return cells
