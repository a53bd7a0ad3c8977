"""What differs between two computations of one report, cell by cell in the words of its tables.

Figures are compared as they are printed: what rounding hides is no change. Judgements (đạt, chưa đạt) follow from
the figures and are left out, and so are charts, whose figures stand in tables 1 to 3.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports import catalogue, language, words
from reports.language import Number
from reports.privacy import WITHHELD, Masked
from reports.province import FundRow, ProvinceReport, TargetRow, UnitRow

COMPARED = frozenset(
    {"scope", "steering", "context", "tables", "units", "composition", "funds", "fund_bands", "unbalanced"}
    | {"clubs", "failing_counts", "difficulties"}
)
NOT_COMPARED = frozenset(
    {"header", "basis", "plan_chart", "fund_chart", "methods", "written"}
    | {"settings", "chosen"}
    | {"activities", "people", "sketch", "club_funds", "absent", "outlook"}
)
"""Fields of a report that are no figures of their own: its head, its papers, its charts, what people wrote."""

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


def compare(was: ProvinceReport, now: ProvinceReport, code: str) -> tuple[Change, ...]:
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


def cells(report: ProvinceReport, code: str) -> Iterator[tuple[Key, str]]:
    """Every cell of the report with what is printed in it."""
    _ = catalogue.of(code).gettext
    parts = (
        _scope,
        _context,
        _targets,
        _units,
        _composition,
        _funds,
        _fund_bands,
        _unbalanced,
        _clubs,
        _counts,
    )
    for part in parts:
        yield from part(report, code, _)


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


def _context(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for fact in report.context:
        row = fact.note or fact.metric
        yield (_("Đặc điểm tình hình"), row, _("Số lượng")), _shown(fact.value, fact.measure, 1, code)


def _targets(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for part in report.tables:
        name = part.period.name_vi if code == "vi" else part.period.name_en
        table = _("Bảng 1") + f" ({name})"
        for group in part.groups:
            for row in group.rows:
                label = f"{row.number}. {row.name_vi if code == 'vi' else row.name_en} ({row.code})"
                for column, shown in _target_cells(row, code, _):
                    yield (table, label, column), shown


def _target_cells(row: TargetRow, code: str, _: Words) -> Iterator[tuple[str, str]]:
    goal, verdict = row.goal, row.verdict
    demanded = "" if goal is None else _shown(goal.low, goal.measure, 1, code)
    if goal is not None and goal.high is not None:
        demanded += f"–{_shown(goal.high, goal.measure, 1, code)}"
    yield _("Chỉ tiêu giao"), demanded or language.MISSING
    yield (
        _("Thực hiện kỳ"),
        _shown(WITHHELD if row.actual.is_withheld else row.actual.value, row.unit, row.decimals, code),
    )
    yield _("Lũy kế"), _shown(row.cumulative, row.unit, row.decimals, code)
    yield _("Tỷ lệ (%)"), language.number(verdict.attainment, 1, language=code)
    yield _("Cùng kỳ năm trước"), _shown(row.previous, row.unit, row.decimals, code)
    yield _("CLB thiếu số liệu"), language.number(row.actual.missing, language=code)


def _units(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for row in report.units:
        whole = {
            _("Kế hoạch (CLB)"): row.plan,
            _("Thành lập (CLB)"): row.founded,
            _("CLB có đến cuối kỳ"): row.standing,
            _("Đang hoạt động (CLB)"): row.active,
            _("Thành viên (người)"): row.members,
            _("CLB chưa đến kỳ đánh giá"): row.not_yet,
            _("CLB thiếu số liệu"): row.missing,
        }
        shares = {
            _("Nữ (%)"): row.women,
            _("NCT (%)"): row.older,
            _("Được vay (%)"): row.borrowed,
            _("Đủ hoạt động, quản lý tốt (%)"): row.full_and_well,
        }
        place = _("Bảng 2"), _place(row, _)
        for column, value in whole.items():
            yield (*place, column), language.number(value, language=code)
        for column, share in shares.items():
            yield (*place, column), _shown(share, "percent", 1, code)
        yield (*place, _("QTTN (triệu đồng)")), language.million(row.fund, language=code)


def _composition(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for part in report.composition:
        name = part.phase.name_vi if code == "vi" else part.phase.name_en
        table = _("Chất lượng thành viên") + f" ({name})"
        for bar in part.bars:
            row = bar.name_vi if code == "vi" else bar.name_en
            yield (table, row, _("Thực hiện")), _shown(bar.value, bar.unit, 1, code)
        row = _("Tất cả")
        yield (table, row, _("CLB")), language.number(part.clubs, language=code)
        yield (table, row, _("Thành viên (người)")), language.number(part.members, language=code)
        yield (table, row, _("CLB đạt đủ các khung")), language.number(part.meeting_all, language=code)


def _funds(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for row in report.funds:
        amounts = {
            _("Vốn đầu kỳ"): row.opening,
            _("Bổ sung"): row.added,
            _("Cho vay"): row.disbursed,
            _("Thu gốc"): row.repaid,
            _("Dư nợ"): row.outstanding,
            _("Quá hạn"): row.overdue,
            _("Lãi thu"): row.interest,
            _("Rút, giảm vốn"): row.withdrawn,
            _("Xóa nợ"): row.written_off,
            _("Vốn cuối kỳ"): row.closing,
        }
        for column, value in amounts.items():
            shown = language.million(value, language=code)
            yield (_("Bảng 3 (triệu đồng)"), _place(row, _), column), shown


def _fund_bands(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for band in report.fund_bands:
        low, high = (language.money(value, language=code) for value in (band.low, band.high))
        shown = language.number(band.clubs, language=code)
        yield (_("Mức Quỹ tăng thu nhập"), f"{low} … {high}", _("CLB")), shown


def _unbalanced(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for row in report.unbalanced:
        place = _("CLB có sổ quỹ chênh lệch (đồng)"), f"{row.club.code} {row.club.name}"
        yield (*place, _("Tháng")), language.month_short(row.month, language=code)
        yield (*place, _("Quỹ tăng thu nhập")), language.number(row.income, language=code)
        yield (*place, _("Quỹ hoạt động")), language.number(row.operating, language=code)


def _clubs(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for club in report.clubs:
        place = _("Phụ lục I"), f"{club.code} {club.name}"
        yield (*place, _("Ngày thành lập")), language.date_short(club.founding_date)
        yield (*place, _("Số quyết định")), club.decision_no or language.MISSING
        yield (*place, _("Chủ nhiệm")), club.chair or language.MISSING
        yield (*place, _("Số TV")), language.number(club.members, language=code)
        yield (*place, _("QTTN (triệu đồng)")), language.million(club.fund, language=code)
        yield (*place, _("Dư nợ (triệu đồng)")), language.million(club.outstanding, language=code)
        yield (*place, _("Nội dung chưa đạt")), ", ".join(club.failing) or language.MISSING


def _counts(report: ProvinceReport, code: str, _: Words) -> Iterator[tuple[Key, str]]:
    for item, clubs in report.failing_counts:
        yield (_("Nội dung chưa đạt"), item, _("CLB")), language.number(clubs, language=code)
    for item, clubs in report.difficulties:
        yield (_("Khó khăn được nêu"), item, _("CLB")), language.number(clubs, language=code)


def _place(row: UnitRow | FundRow, _: Words) -> str:
    if row.unit is not None:
        return row.unit.full_name
    return _("Tổng cộng") if row.kind == "total" else _("Chưa xác định xã, phường")


def _shown(value: Number | Masked | None, measure: str, decimals: int, code: str) -> str:
    if isinstance(value, Masked):
        return words.mark(value)
    if measure == "VND":
        return language.money(None if value is None else int(value), language=code)
    if value is not None and value == Decimal(value).to_integral_value() and measure != "percent":
        decimals = 0
    return language.number(value, decimals, language=code)
