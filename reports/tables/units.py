"""Tables 2, 3 and 6: by unit."""

from decimal import Decimal

from reports import activity_words, words
from reports.facts import Unit
from reports.province import FundRow, ProvinceReport, UnitRow
from reports.province.activity_model import NextRow
from reports.tables.model import Cell, Column, Content, Ratio, Row, Say, Table, share, total
from reports.tables.targets import rate

SHARES = ("women", "older", "borrowed", "full_and_well")
"""Columns of table 2 that are shares; each has two columns beside the table: what it was made from."""
MOVES = ("opening", "added", "disbursed", "repaid", "outstanding", "overdue", "interest", "closing")
"""Columns of table 3."""


def _name(kind: str, unit: Unit | None, lang: str, _: Say) -> str:
    if unit is not None:
        return str(words.place(unit, lang=lang)) if lang == "vi" else _english(unit)
    return _("Chưa xác định xã, phường") if kind == "undecided" else _("Tổng cộng")


def _english(unit: Unit) -> str:
    return f"{unit.name} {words.KINDS.get(unit.kind, '')}".rstrip()


def table_2(report: ProvinceReport, lang: str, _: Say) -> Table:
    """Results by unit, with what the shares were made from beside it."""
    by = report.scope.row_level == "d"
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("unit", _("Địa bàn"), 34, "text"),
        Column("plan", _("Kế hoạch (CLB)"), 11),
        Column("founded", _("Thành lập (CLB)"), 11),
        Column("rate", _("Tỷ lệ (%)"), 9),
        Column("active", _("Đang hoạt động (CLB)"), 11),
        Column("members", _("Thành viên (người)"), 12),
        Column("women", _("Nữ (%)"), 9),
        Column("older", _("NCT (%)"), 9),
        Column("fund", _("QTTN (đồng)"), 16),
        Column("borrowed", _("Được vay (%)"), 10),
        Column("full_and_well", _("Đủ hoạt động, quản lý tốt (%)"), 13),
        *beside(_),
    )
    empty = report.scope.is_empty
    parts = [_unit_cells(n, one, empty, lang, _) for n, one in enumerate(report.units, start=1)]
    rows = [Row(tuple(cell(cells[column.key]) for column in columns)) for cells in parts[:-1]]
    last = total(columns, rows, parts[-1])
    return Table(
        _("Bảng %(number)s") % {"number": "2"},
        _("Bảng 2. Kết quả theo huyện, thành phố") if by else _("Bảng 2. Kết quả theo xã, phường"),
        columns,
        (*rows, shares_kept(columns, rows, last)),
        _notes_2(report, _),
        is_wide=True,
    )


def beside(_: Say) -> list[Column]:
    """The folded columns: what each of SHARES was made from."""
    heads = {
        "women": _("Nữ (%)"),
        "older": _("NCT (%)"),
        "borrowed": _("Được vay (%)"),
        "full_and_well": _("Đủ hoạt động, quản lý tốt (%)"),
    }
    return [
        Column(f"{name}_{part}", word, 12, group=heads[name], is_beside=True)
        for name in SHARES
        for part, word in (("top", _("Tử số")), ("bottom", _("Mẫu số")))
    ]


def cell(content: Content | Cell) -> Cell:
    """Itself, or a value that follows from nothing."""
    return content if isinstance(content, Cell) else Cell(content)


def _unit_cells(number: int, found: UnitRow, empty: bool, lang: str, _: Say) -> dict[str, Content | Cell]:
    cells: dict[str, Content | Cell] = {
        "number": number if found.kind != "total" else "",
        "unit": _name(found.kind, found.unit, lang, _),
        "plan": found.plan,
        "founded": None if empty else found.founded,
        "rate": _rate(found),
        "active": None if empty else found.active,
        "members": None if empty else found.members,
        "fund": found.fund,
    }
    for name in SHARES:
        pair = found.made_of.get(name)
        cells[name] = share(getattr(found, name), f"{name}_top", f"{name}_bottom", pair)
        cells[f"{name}_top"], cells[f"{name}_bottom"] = pair or ("", "")
    return cells


def _rate(found: UnitRow) -> Cell:
    """Founded over planned, computed where it is just that."""
    told = rate(found.verdict)
    if not found.plan or told.value != Decimal(found.founded) * 100 / found.plan:
        return told
    return Cell(told.value, told.decimals, Ratio("founded", "plan"))


def shares_kept(columns: tuple[Column, ...], rows: list[Row], last: Row) -> Row:
    """The total row, in which a share is computed only from sums that are computed themselves.

    Where a unit's share is withheld, what it was made from is too; the rows then add up to less than the total.
    """
    at = {column.key: n for n, column in enumerate(columns)}
    cells = list(last.cells)
    for name in SHARES:
        sides = [at[f"{name}_top"], at[f"{name}_bottom"]]
        if not all(cells[side].made for side in sides):
            cells[at[name]] = Cell(cells[at[name]].value, 1)
            for side in sides:
                cells[side] = Cell("")
    return Row(tuple(cells), "total")


def _notes_2(report: ProvinceReport, _: Say) -> tuple[str, ...]:
    notes = [
        _(
            "NCT: người cao tuổi theo ngưỡng tuổi của giai đoạn. QTTN: Quỹ tăng thu nhập (tiền và dư nợ). Tỷ lệ của "
            "dòng tổng tính lại từ số người, số CLB, không lấy trung bình các dòng."
        ),
        _("Tử số và mẫu số của các tỷ lệ nằm ở những cột thu gọn bên phải bảng."),
    ]
    if report.is_masked:
        notes.append(
            _(
                "Dấu *: không in để bảo vệ thông tin cá nhân, vì tính trên dưới 5 người hoặc cho phép suy ra số đó."
            )
        )
    return tuple(notes)


def table_3(report: ProvinceReport, lang: str, _: Say) -> Table:
    """The income fund by unit, in VND."""
    heads = dict(
        zip(
            MOVES,
            (
                _("Vốn đầu kỳ"),
                _("Bổ sung"),
                _("Cho vay"),
                _("Thu gốc"),
                _("Dư nợ"),
                _("Quá hạn"),
                _("Lãi thu"),
                _("Vốn cuối kỳ"),
            ),
            strict=True,
        )
    )
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("unit", _("Địa bàn"), 34, "text"),
        *(Column(key, heads[key], 16) for key in MOVES),
    )
    parts = [_fund_cells(n, one, lang, _) for n, one in enumerate(report.funds, start=1)]
    rows = [Row(tuple(cell(cells[column.key]) for column in columns)) for cells in parts[:-1]]
    title = _("Bảng 3. Quỹ tăng thu nhập và vay vốn %(period)s") % {
        "period": words.during(report.scope.period, lang=lang)
    }
    return Table(
        _("Bảng %(number)s") % {"number": "3"},
        f"{title} ({_('đồng')})",
        columns,
        (*rows, total(columns, rows, parts[-1])),
        _notes_3(report, lang, _),
        is_wide=True,
    )


def _fund_cells(number: int, found: FundRow, lang: str, _: Say) -> dict[str, Content | Cell]:
    return {
        "number": number if found.kind != "total" else "",
        "unit": _name(found.kind, found.unit, lang, _),
        **{key: getattr(found, key) for key in MOVES},
    }


def _notes_3(report: ProvinceReport, lang: str, _: Say) -> tuple[str, ...]:
    missing = report.funds[-1].missing
    if not missing:
        return ()
    text = _("Còn %(clubs)s chưa có số liệu quỹ; các CLB này không nằm trong số cộng.")
    return (text % {"clubs": words.counted(missing, "club_short", lang=lang)},)


def table_6(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """The plan of the next year by unit; none where nothing is planned."""
    if report.outlook is None or not report.outlook.rows:
        return []
    found = report.outlook
    begun = found.rows[-1].founded is not None
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("unit", _("Địa bàn"), 34, "text"),
        Column("plan", _("Kế hoạch (CLB)"), 16),
        *(
            (
                Column("founded", _("Đã thành lập (CLB)"), 16),
                Column("left", _("Còn phải thành lập (CLB)"), 16),
            )
            if begun
            else ()
        ),
    )
    parts = [_next_cells(n, one, lang, _) for n, one in enumerate(found.rows, start=1)]
    rows = [Row(tuple(cell(cells[column.key]) for column in columns)) for cells in parts[:-1]]
    title = _("Bảng 6. Kế hoạch thành lập câu lạc bộ năm %(year)s theo địa bàn") % {"year": found.year}
    papers = _("Theo: %(documents)s.") % {"documents": "; ".join(found.documents)} if found.documents else ""
    return [
        Table(
            _("Bảng %(number)s") % {"number": "6"},
            title,
            columns,
            (*rows, total(columns, rows, parts[-1])),
            (papers,) if papers else (),
        )
    ]


def _next_cells(number: int, found: NextRow, lang: str, _: Say) -> dict[str, Content | Cell]:
    return {
        "number": number if found.unit is not None else "",
        "unit": activity_words.unit_name(found.unit, lang=lang) if found.unit else _("Tổng cộng"),
        "plan": found.plan,
        "founded": found.founded,
        "left": found.left,
    }
