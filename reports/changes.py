"""What differs between two computations of one report, cell by cell in the words of its tables.

Figures are compared as the workbook holds them (reports.tables), money to the đồng. Judgements (đạt, chưa đạt) follow
from the figures and are left out; figures of charts are tables of the workbook too.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports import catalogue, language, tables, words
from reports.frozen import Content
from reports.language import Number
from reports.nation import NationReport
from reports.nation.words import Spoken
from reports.privacy import Masked
from reports.province import ProvinceReport
from reports.tables import Cell, Column, Row, Table
from reports.tables import nation as tables_nation

COMPARED = frozenset(
    {"scope", "steering", "context", "tables", "units", "composition", "funds", "fund_bands", "fund_chart"}
    | {"unbalanced", "clubs", "club_funds", "absent", "activities", "people", "outlook"}
    | {"failing_counts", "difficulties"}
)
NOT_COMPARED = frozenset(
    {"header", "basis", "plan_chart", "sketch", "methods", "written", "settings", "chosen"}
)
"""Fields of a report that are no figures of their own: its head, its papers, pictures of table 2, what people wrote."""
COMPARED_OF_NATION = frozenset(
    {"context", "tables", "provinces", "beside", "composition", "funds", "fund_bands", "day"}
)
NOT_COMPARED_OF_NATION = frozenset(
    {
        "header",
        "period",
        "phase",
        "as_of",
        "geography_vi",
        "geography_en",
        "cut_off",
        "basis",
        "shade",
        "shapes",
    }
    | {"methods", "has_invented", "settings", "chosen", "written"}
)
"""The same of the report of the country; its map shows a column of its table of provinces."""
FOLLOWING = frozenset({"number", "verdict", "change", "grade"})
"""Columns that follow from others or from the order of rows."""

Words = Callable[[str], str]
Key = tuple[str, str, str]
"""Table, row and column, as they are called."""


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that reads otherwise; or, with the column “cả dòng”, a row that came or went."""

    table: str
    row: str
    column: str
    was: str
    now: str


def compare(was: Content, now: Content, code: str) -> tuple[Change, ...]:
    """The cells that differ, in the order of the report, worded in one language (vi, en)."""
    _ = catalogue.of(code).gettext
    before, after = dict(cells(was, code)), dict(cells(now, code))
    rows_before, rows_after = {key[:2] for key in before}, {key[:2] for key in after}
    found: dict[Key, Change] = {}
    for table, row, column in dict.fromkeys((*before, *after)):
        if ((table, row) in rows_before) != ((table, row) in rows_after):
            there, gone = _("có"), _("không có")
            was_there = (table, row) in rows_before
            pair = (there, gone) if was_there else (gone, there)
            found[table, row, ""] = Change(table, row, _("cả dòng"), *pair)
            continue
        pair = (
            before.get((table, row, column), language.MISSING),
            after.get((table, row, column), language.MISSING),
        )
        if pair[0] != pair[1]:
            found[table, row, column] = Change(table, row, column, *pair)
    return tuple(found.values())


def by_table(changes: Iterable[Change]) -> list[tuple[str, list[Change]]]:
    """The changes table by table, in the order in which the tables come first."""
    tables: dict[str, list[Change]] = {}
    for change in changes:
        tables.setdefault(change.table, []).append(change)
    return list(tables.items())


def cells(report: Content, code: str) -> Iterator[tuple[Key, str]]:
    """Every cell of the report with what it holds."""
    _ = catalogue.of(code).gettext
    if isinstance(report, NationReport):
        yield from _of_nation(report, code, _)
        return
    for part in (_scope, _context, _counts):
        yield from part(report, code, _)
    for table in tables.of(report, code)[:-1]:  # The last tells how figures are computed.
        yield from _table(table, code)


def _of_nation(report: NationReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    """The tables of the report of the country, and what it draws or says in sentences."""
    w = Spoken(code)
    yield (_("Phạm vi số liệu"), _("Ngày của số thời điểm"), _("Ngày")), language.date_short(report.day)
    yield from _context(report, code, _)
    for table in tables_nation.of(report, code):
        yield from _table(table, code)
    for share in report.composition:
        shown = _shown(share.value, "percent", 1, code)
        yield (_("Cơ cấu thành viên"), w.name(share), _("Thực hiện")), shown
    for fund in report.funds:
        yield (
            (_("Quỹ tăng thu nhập và vay vốn"), w.name(fund), _("Số liệu")),
            _shown(fund.value, fund.unit, 1, code),
        )
    for band in report.fund_bands:
        clubs = language.number(band.clubs, language=code)
        yield (_("Quỹ tăng thu nhập và vay vốn"), w.fund_band(band), _("CLB")), clubs


def _table(table: Table, code: str) -> Iterator[tuple[Key, str]]:
    name_at = next(n for n, column in enumerate(table.columns) if column.key not in ("number", "code"))
    for row in (row for row in table.rows if row.kind != "group"):
        label = _label(table, row, name_at, code)
        for column, cell in zip(table.columns[name_at + 1 :], row.cells[name_at + 1 :], strict=False):
            if column.key.split("_")[0] not in FOLLOWING and not column.is_beside:
                head = f"{column.group}: {column.head}" if column.group else column.head
                yield (table.title, label, head), _text(column, cell, code)


def _label(table: Table, row: Row, name_at: int, code: str) -> str:
    """What a row is called: its code and name; in table 1, where one indicator may have two goals, its number first."""
    keys = [column.key for column in table.columns]
    name = _text(table.columns[name_at], row.cells[name_at], code)
    if "code" in keys[:name_at] and row.kind == "row":
        return f"{row.cells[keys.index('code')].value} {name}"
    if "goal" in keys and row.kind == "row":  # Notes behind a name hold figures, which change.
        return f"{row.cells[0].value}. {name.partition(' (')[0]}"
    return name


def _text(column: Column, cell: Cell, code: str) -> str:
    value = cell.value
    if isinstance(value, Masked):
        return words.mark(value)
    if isinstance(value, date):
        shown = language.month_short if column.kind == "month" else language.date_short
        return shown(value, language=code)
    if isinstance(value, int | Decimal):
        return language.number(value, cell.decimals, language=code)
    return value or language.MISSING


def _scope(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    table, steering = _("Phạm vi số liệu và chỉ đạo"), report.steering
    numbers = {
        _("CLB đến cuối kỳ"): report.scope.clubs,
        _("CLB không gửi báo cáo tháng nào trong kỳ"): len(report.scope.silent),
        _("CLB chưa gửi báo cáo tháng cuối kỳ"): len(report.scope.late),
        _("CLB chưa xác định xã, phường mới"): len(report.scope.undecided),
        _("Lớp tập huấn"): len(steering.trainings),
        _("Lượt người dự tập huấn"): steering.trainees,
        _("Lượt giám sát, hỗ trợ"): steering.visits,
        _("CLB được giám sát, hỗ trợ"): steering.clubs_visited,
    }
    for row, value in numbers.items():
        yield (table, row, _("Số lượng")), language.number(value, language=code)


def _context(report: Content, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for fact in report.context:
        row = fact.note or fact.metric
        yield (_("Đặc điểm tình hình"), row, _("Số lượng")), _shown(fact.value, fact.measure, 1, code)


def _counts(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for item, clubs in report.failing_counts:
        yield (_("Nội dung chưa đạt"), item, _("CLB")), language.number(clubs, language=code)
    for item, clubs in report.difficulties:
        yield (_("Khó khăn được nêu"), item, _("CLB")), language.number(clubs, language=code)


def _shown(value: Number | Masked | None, measure: str, decimals: int, code: str) -> str:
    if isinstance(value, Masked):
        return words.mark(value)
    if measure == "VND":
        return language.money(None if value is None else int(value), language=code)
    if value is not None and value == Decimal(value).to_integral_value() and measure != "percent":
        decimals = 0
    return language.number(value, decimals, language=code)
