"""The tables of the report of the country: the targets of each phase, the phases beside each other, the provinces."""

from reports import catalogue
from reports.nation.model import Cell as Phase
from reports.nation.model import NationReport, PhaseTable, ProvinceRow, TargetRow
from reports.nation.words import Spoken
from reports.tables.model import Cell, Column, Content, Row, Say, Table, row, share, total
from reports.tables.targets import figure, goal, rate
from reports.tables.units import SHARES, beside, cell, shares_kept


def of(report: NationReport, lang: str = "vi") -> tuple[Table, ...]:
    """In the order of the report; those without any figure are left out."""
    _, w = catalogue.of(lang).gettext, Spoken(lang)
    targets = [_targets(n, one, lang, w, _) for n, one in enumerate(report.tables, start=1) if one.rows]
    compared = [_beside(report, lang, w, _)] if report.beside else []
    return (*targets, *compared, _provinces(report, w, _))


def _targets(number: int, found: PhaseTable, lang: str, w: Spoken, _: Say) -> Table:
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("name", _("Chỉ tiêu"), 56, "text"),
        Column("unit", _("ĐVT"), 11, "centre"),
        Column("goal", _("Chỉ tiêu giao"), 12),
        Column("value", _("Thực hiện"), 13),
        Column("rate", _("Tỷ lệ (%)"), 10),
        Column("verdict", _("Đánh giá"), 19, "text"),
    )
    title = _("Bảng 1.%(number)s. %(phase)s") % {"number": number, "phase": w.name(found.phase)}
    rows = tuple(_target(n, one, found, lang, w) for n, one in enumerate(found.rows, start=1))
    return Table(_("Bảng %(number)s") % {"number": f"1.{number}"}, title, columns, rows)


def _target(number: int, found: TargetRow, table: PhaseTable, lang: str, w: Spoken) -> Row:
    plain = found.period.plain
    period = f", {w.say(plain.name_vi, plain.name_en)}" if found.period != table.period else ""
    note = w.note(found)
    return row(
        number,
        w.name(found) + period + (f" ({note})" if note else ""),
        w.unit(found.unit),
        Cell(None) if found.goal.op == "none" else goal(found.goal, lang),
        figure(found.value, found.unit, found.decimals),
        rate(found.verdict),
        w.status(found.verdict),
    )


def _beside(report: NationReport, lang: str, w: Spoken, _: Say) -> Table:
    heads = (("goal", _("Giao"), 11), ("value", _("Thực hiện"), 13), ("verdict", _("Đánh giá"), 17))
    columns = (
        Column("name", _("Chỉ tiêu"), 44, "text"),
        Column("unit", _("ĐVT"), 11, "centre"),
        *(
            Column(f"{key}_{n}", head, width, "text" if key == "verdict" else "number", w.name(table.phase))
            for n, table in enumerate(report.tables)
            for key, head, width in heads
        ),
    )
    rows = tuple(
        Row(
            (
                Cell(w.name(found)),
                Cell(w.unit(found.unit)),
                *(one for told in found.cells for one in _phase(told, found.unit, found.decimals, lang, w)),
            )
        )
        for found in report.beside
    )
    return Table(
        _("Bảng %(number)s") % {"number": "2"},
        _("Bảng 2. Kết quả từng giai đoạn"),
        columns,
        rows,
        is_wide=True,
    )


def _phase(told: Phase, unit: str, decimals: int, lang: str, w: Spoken) -> tuple[Cell, Cell, Cell]:
    """Goal, figure and how it stands. A goal that is a share of the provinces says so."""
    demanded = Cell(None)
    if told.goal is not None and told.goal.op != "none":
        of_provinces = unit == "province" and told.goal.measure == "percent"
        demanded = Cell(f"{w.goal(told.goal)}%") if of_provinces else goal(told.goal, lang)
    return demanded, figure(told.value, unit, decimals), Cell(w.status(told.verdict) if told.goal else None)


def _provinces(report: NationReport, w: Spoken, _: Say) -> Table:
    """The provinces, with what the shares were made from beside the table."""
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("unit", _("Tỉnh, thành phố"), 34, "text"),
        Column("plan", _("Kế hoạch (CLB)"), 11),
        Column("founded", _("Thành lập (CLB)"), 11),
        Column("standing", _("Hiện có (CLB)"), 11),
        Column("active", _("Đang hoạt động (CLB)"), 11),
        Column("members", _("Thành viên (người)"), 12),
        Column("women", _("Nữ (%)"), 9),
        Column("older", _("NCT (%)"), 9),
        Column("fund", _("QTTN (đồng)"), 18),
        Column("borrowed", _("Được vay (%)"), 10),
        Column("full_and_well", _("Đủ hoạt động, quản lý tốt (%)"), 13),
        Column("silent", _("Chưa báo cáo (CLB)"), 11),
        *beside(_),
    )
    parts = [_province(one, w) for one in report.provinces]
    rows = [Row(tuple(cell(cells[column.key]) for column in columns)) for cells in parts[:-1]]
    last = total(columns, rows, parts[-1])
    period = w.say(report.period.name_vi, report.period.name_en)
    return Table(
        _("Bảng %(number)s") % {"number": "3"},
        _("Bảng 3. Kết quả theo tỉnh, thành phố, %(period)s") % {"period": period},
        columns,
        (*rows, shares_kept(columns, rows, last)),
        _notes(report, _),
        is_wide=True,
    )


def _province(found: ProvinceRow, w: Spoken) -> dict[str, Content | Cell]:
    cells: dict[str, Content | Cell] = {
        "number": "" if found.number is None else found.number,
        "unit": w.place(found),
        "plan": found.plan,
        "founded": found.founded,
        "standing": None if found.is_empty else found.standing,
        "active": found.active,
        "members": found.members,
        "fund": found.fund,
        "silent": found.silent,
    }
    for name in SHARES:
        pair = found.made_of.get(name)
        cells[name] = share(getattr(found, name), f"{name}_top", f"{name}_bottom", pair)
        cells[f"{name}_top"], cells[f"{name}_bottom"] = pair or ("", "")
    return cells


def _notes(report: NationReport, _: Say) -> tuple[str, ...]:
    notes = [_("Tử số và mẫu số của các tỷ lệ nằm ở những cột thu gọn bên phải bảng.")]
    if report.is_masked:
        notes.append(
            _(
                "Dấu *: không in để bảo vệ thông tin cá nhân, vì tính trên dưới 5 người hoặc cho phép suy ra số đó."
            )
        )
    return tuple(notes)
