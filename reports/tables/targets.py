"""Table 1, once for each phase of the period, and Phụ lục IV."""

from dataclasses import replace
from decimal import Decimal

from reports import words
from reports.indicators.base import Number
from reports.privacy import WITHHELD, Masked
from reports.province import Goal, Method, PhaseTable, ProvinceReport, TargetRow, Verdict
from reports.tables.model import Cell, Column, Row, Say, Table, row
from reports.targets import NEAR

MILLION = 1_000_000
MOST_DECIMALS = 4


def table_1(report: ProvinceReport, lang: str, _: Say) -> list[Table]:
    """One for each phase. Amounts of money are in millions, as its column of units says."""
    several = len(report.tables) > 1
    return [
        _phase(found, f"1.{number}" if several else "1", lang, _)
        for number, found in enumerate(report.tables, start=1)
    ]


def _phase(found: PhaseTable, number: str, lang: str, _: Say) -> Table:
    title = _("Bảng %(number)s. Kết quả thực hiện chỉ tiêu %(period)s") % {
        "number": number,
        "period": words.during(found.period, lang=lang),
    }
    columns = (
        Column("number", _("STT"), 6, "centre"),
        Column("name", _("Chỉ tiêu"), 44, "text"),
        Column("unit", _("ĐVT"), 11, "centre"),
        Column("goal", _("Chỉ tiêu giao"), 11),
        Column("actual", _("Thực hiện kỳ"), 12),
        Column("cumulative", _("Lũy kế"), 12),
        Column("rate", _("Tỷ lệ (%)"), 10),
        Column("change", _("So cùng kỳ"), 11),
        Column("verdict", _("Đánh giá"), 19, "text"),
    )
    rows: list[Row] = []
    for at, group in enumerate(found.groups, start=1):
        rows.append(row(f"{words.letter(at)}. {words.spoken(group, 'name', lang=lang)}", kind="group"))
        rows += [_target(one, lang) for one in group.rows]
    note = _(
        "Đánh giá: Đạt từ 100% chỉ tiêu; Gần đạt từ 80% đến dưới 100%; Chưa đạt dưới 80%. Khung: tỷ lệ nằm trong "
        "khoảng quy định. Chưa đến hạn: chỉ tiêu cộng dồn có hạn sau ngày tính số liệu, tỷ lệ cho biết tiến độ; tỷ lệ "
        "phải giữ thường xuyên được đánh giá ở từng kỳ."
    )
    return Table(
        _("Bảng %(number)s") % {"number": number},
        f"{title} ({words.spoken(found.phase, 'name', lang=lang)})",
        columns,
        tuple(rows),
        (note,),
        is_wide=True,
    )


def _target(found: TargetRow, lang: str) -> Row:
    name, note = (words.spoken(found, part, lang=lang) for part in ("name", "note"))
    return row(
        int(found.number) if found.number.isdecimal() else found.number,
        f"{name} ({note})" if note else name,
        words.unit(found.unit, lang=lang),
        goal(found.goal, lang),
        figure(
            WITHHELD if found.actual.is_withheld else found.actual.value, found.unit, words.decimals(found)
        ),
        figure(found.cumulative, found.unit, found.decimals),
        rate(found.verdict),
        replace(figure(found.change, found.unit, found.decimals), is_signed=True),
        words.status(found.verdict, lang=lang),
    )


def goal(demand: Goal | None, lang: str) -> Cell:
    """A number where it is one to be reached exactly; else as it is printed: ≥50, 60–70."""
    if demand is None:
        return Cell(None)
    if demand.op != "=":
        return Cell(words.goal(demand, lang=lang))
    return figure(demand.low, demand.measure, 0 if demand.low == demand.low.to_integral_value() else 1)


def figure(value: Number | Masked | None, measure: str, decimals: int) -> Cell:
    """A figure whose unit stands in a column of its own: money in millions."""
    if measure == "VND" and not isinstance(value, Masked):
        return Cell(None if value is None else Decimal(value) / MILLION, 1)
    return Cell(value, decimals)


def rate(verdict: Verdict) -> Cell:
    """A percentage with one decimal, or so many that it is not seen to reach a mark that it does not reach."""
    value, decimals = verdict.attainment, 1
    while value is not None and decimals < MOST_DECIMALS and _hides_miss(value, decimals):
        decimals += 1
    return Cell(value, decimals)


def _hides_miss(value: Decimal, decimals: int) -> bool:
    return any(value < mark <= round(value, decimals) for mark in (NEAR, Decimal(100)))


def annex_methods(report: ProvinceReport, lang: str, _: Say) -> Table:
    """Phụ lục IV: how each figure is computed."""
    columns = (
        Column("code", _("Mã"), 7, "centre"),
        Column("name", _("Chỉ tiêu (ĐVT)"), 34, "text"),
        Column("numerator", _("Tử số"), 44, "text"),
        Column("denominator", _("Mẫu số"), 34, "text"),
        Column("rule", _("Mức quy định, chỉ tiêu"), 12),
        Column("source", _("Nguồn số liệu"), 22, "text"),
        Column("absence", _("Khi thiếu số liệu"), 36, "text"),
    )
    return Table(
        _("Phụ lục %(number)s") % {"number": "IV"},
        _("Cách tính chỉ tiêu"),
        columns,
        tuple(_method(one, lang) for one in report.methods),
        is_wide=True,
    )


def _method(found: Method, lang: str) -> Row:
    rest = words.spoken(found, "rest", lang=lang)
    said = f"{words.spoken(found, 'numerator', lang=lang)}." + (f" {words.capital(rest)}." if rest else "")
    return row(
        found.code,
        f"{words.spoken(found, 'name', lang=lang)} ({words.unit(found.unit, lang=lang)})",
        said,
        words.spoken(found, "denominator", lang=lang),
        goal(found.rule, lang),
        words.capital(words.spoken(found, "source", lang=lang)),
        words.spoken(found, "absence", lang=lang),
    )
