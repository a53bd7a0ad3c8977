"""Every figure that the report of the country prints, named as in `reports.cells`: `bang1/p1/NB-05/thuc_hien`,
`bang2/p2/A03/danh_gia`, `bang3/58/thanh_vien`, `bang4/quy/so_lieu`, `ban_do/58/gia_tri`."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from reports.indicators.base import Number
from reports.nation.chart import nation_map
from reports.nation.model import BesideRow, NationReport, PhaseTable, ProvinceRow, TargetRow
from reports.nation.model import Cell as Beside
from reports.part_cells import MASKED, Cell, Named
from reports.privacy import Masked
from reports.province.model import Goal
from reports.targets import NOT_PRINTED, Verdict

MEMBERS = ("women", "older", "young", "disadvantaged")
"""The bars of chart 1, in order."""
FUNDS = ("quy", "du_no", "cho_vay", "thu_goc", "lai", "qua_han", "dung_von", "dung_han", "ty_le_qua_han")
"""The lines of table 4, in order."""
SHARES = {"women": "nu", "older": "cao_tuoi", "borrowed": "duoc_vay", "full_and_well": "d07"}
"""Columns of table 3 that are shares."""


def all_of(report: NationReport) -> Iterator[Named]:
    """All figures by name. The order of rows, the heading, outlines and the annex of methods are no figures."""
    yield from _under("pham_vi", _scope(report))
    for fact in report.context:
        yield f"boi_canh/{fact.metric}/{fact.period_from.isoformat()}", fact.value
    for table in report.tables:
        yield from _under(f"bang1/{table.phase.code}", _table(table))
    for found in report.beside:
        yield from _beside(found, [table.phase.code for table in report.tables])
    for row in report.provinces:
        yield from _under(f"bang3/{_place(row)}", _province(row))
    for key, band in zip(MEMBERS, report.composition, strict=True):
        bar: list[Named] = [("gia_tri", _shown(band.value)), ("duoi", band.low), ("tren", band.high)]
        yield from _under(f"bieu1/{key}", bar)
    for key, line in zip(FUNDS, report.funds, strict=True):
        yield f"bang4/{key}/so_lieu", line.value
    for fund in report.fund_bands:
        name = f"nhom_quy/{fund.low or 0}-{'' if fund.high is None else fund.high}"
        yield from _under(name, [("clb", fund.clubs), ("ty_le", fund.percent)])
    yield from _under("ban_do", _map(report))


def _under(name: str, named: Iterable[Named]) -> Iterator[Named]:
    for key, value in named:
        yield f"{name}/{key}", value


def _scope(report: NationReport) -> Iterator[Named]:
    yield "ngay_chot", report.cut_off.isoformat()
    yield "ngay", report.day.isoformat()
    yield "tinh", len(report.listed)
    yield "tinh_co_clb", sum(not row.is_empty for row in report.listed)


def _table(table: PhaseTable) -> Iterator[Named]:
    """A row is called by the figure of the paper it answers to, else by its indicator; a second one `A01~2`."""
    yield "ngay", table.day.isoformat()
    yield "tinh", table.provinces
    seen: dict[str, int] = {}
    for row in table.rows:
        name = row.goal.fact_id or row.code
        seen[name] = seen.get(name, 0) + 1
        yield from _under(name if seen[name] == 1 else f"{name}~{seen[name]}", _target(row))


def _target(row: TargetRow) -> Iterator[Named]:
    """khao_sat: how many borrowers an estimate rests on, which only its note tells."""
    asked = "".join(filter(str.isdigit, row.note_vi))
    yield "chi_so", row.code
    yield "tu", row.period.first.isoformat()
    yield "den", row.period.last.isoformat()
    yield from _goal(row.goal)
    yield "nguong", row.goal.threshold
    yield "thuc_hien", _shown(row.value)
    yield "tu_so", MASKED if isinstance(row.value, Masked) and row.numerator is None else row.numerator
    yield "mau_so", MASKED if isinstance(row.value, Masked) and row.denominator is None else row.denominator
    yield "thieu", row.missing
    yield "khao_sat", int(asked) if asked else None
    yield from _verdict(row.verdict)


def _goal(goal: Goal | None) -> Iterator[Named]:
    is_asked = goal is not None and goal.op != "none"
    yield "chi_tieu", goal.low if goal and is_asked else None
    yield "chi_tieu_den", goal.high if goal and is_asked else None


def _verdict(verdict: Verdict) -> Iterator[Named]:
    if verdict == NOT_PRINTED:
        yield from ((key, MASKED) for key in ("danh_gia", "ty_le", "vuot"))
        return
    yield "danh_gia", verdict.status
    yield "ty_le", verdict.attainment
    yield "vuot", verdict.surplus


def _shown(value: Number | Masked | None) -> Cell:
    return MASKED if isinstance(value, Masked) else value


def _beside(row: BesideRow, phases: Iterable[str]) -> Iterator[Named]:
    for phase, cell in zip(phases, row.cells, strict=True):
        yield from _under(f"bang2/{phase}/{row.code}", _phase(cell))


def _phase(cell: Beside) -> Iterator[Named]:
    yield from _goal(cell.goal)
    yield "thuc_hien", _shown(cell.value)
    yield from _verdict(cell.verdict)


def _place(row: ProvinceRow) -> str:
    if row.kind == "undecided":
        return "chua_xac_dinh"
    return row.unit.code if row.kind == "province" and row.unit else "tong"


def _province(row: ProvinceRow) -> Iterator[Named]:
    yield "ke_hoach", row.plan
    yield "thanh_lap", row.founded
    yield from _verdict(row.verdict)
    yield "hien_co", row.standing
    yield "hoat_dong", row.active
    yield "thanh_vien", row.members
    yield "quy", row.fund
    yield "chua_den_ky", row.not_yet
    yield "khong_bao_cao", row.silent
    for field, name in SHARES.items():
        share: Decimal | Masked | None = getattr(row, field)
        sides: tuple[Cell, Cell] = row.made_of.get(field, (None, None))
        above, below = (MASKED, MASKED) if isinstance(share, Masked) else sides
        yield from _under(name, [("gia_tri", _shown(share)), ("tu_so", above), ("mau_so", below)])


def _map(report: NationReport) -> Iterator[Named]:
    """What colours each province, and the legend: its classes from the lowest, then provinces without a figure."""
    for row in report.listed:
        if row.unit is not None:
            yield f"{row.unit.code}/gia_tri", _shown(report.shade.values.get(row.unit.id))
    drawn = nation_map(report.provinces, report.shade, report.shapes)
    for one in drawn.classes if drawn else ():
        if one.low is None:
            yield f"chu_giai/{one.fill}/tinh", one.provinces
    told = [one for one in drawn.classes if one.low is not None] if drawn else []
    for number, one in enumerate(reversed(told), start=1):
        yield from _under(f"chu_giai/{number}", [("tu", one.low), ("den", one.high), ("tinh", one.provinces)])
