"""Every figure that a report prints, each under a name of its own, for comparing two calculations.

Names are paths in the words of the report: `bang1/p1/A01/thuc_hien`, `bang2/582/thanh_vien`, `bang3/tong/du_no`,
`bieu3/2020-05/von`, `pl1/LTH-000004/xep_loai`. A figure that is not known is there with None.
"""

from collections.abc import Iterable, Iterator, Sequence

from reports.frozen import Content
from reports.indicators.base import Number, Value
from reports.nation import NationReport
from reports.nation.cells import all_of
from reports.part_cells import MASKED, Cell, Named, parts
from reports.privacy import Masked
from reports.province.model import (
    BandBar,
    ClubName,
    ClubRow,
    Composition,
    FundRow,
    ProvinceReport,
    Scope,
    Steering,
    TargetRow,
    UnitRow,
)
from reports.targets import NOT_PRINTED, Verdict


def cells(report: Content) -> dict[str, Cell]:
    """All figures of a report by name. The order of rows, the heading and annex IV (words only) are no figures."""
    return dict(all_of(report) if isinstance(report, NationReport) else _all(report))


def _all(report: ProvinceReport) -> Iterator[Named]:
    yield from _under("pham_vi", _scope(report.scope))
    for fact in report.context:
        yield f"boi_canh/{fact.metric}/{fact.period_from.isoformat()}", fact.value
    yield from _under("chi_dao", _steering(report.steering))
    for table in report.tables:
        yield from _under(f"bang1/{table.phase.code}", _table([r for g in table.groups for r in g.rows]))
    for row in report.units:
        yield from _under(f"bang2/{_place(row)}", _unit(row))
    for number, bar in enumerate(report.plan_chart, start=1):
        pair: list[Named] = [("ke_hoach", bar.plan), ("thuc_hien", bar.actual)]
        yield from _under(f"bieu1/{number:02}", pair)
    for composition in report.composition:
        yield from _under(f"bieu2/{composition.phase.code}", _composition(composition))
    for fund in report.funds:
        yield from _under(f"bang3/{_place(fund)}", _funds(fund))
    yield from _rest(report)


def _rest(report: ProvinceReport) -> Iterator[Named]:
    for point in report.fund_chart:
        named: list[Named] = [("von", point.capital), ("du_no", point.outstanding), ("clb", point.clubs)]
        yield from _under(f"bieu3/{point.month:%Y-%m}", named)
    for band in report.fund_bands:
        name = f"nhom_quy/{band.low or 0}-{'' if band.high is None else band.high}"
        yield from _under(name, [("clb", band.clubs), ("ty_le", band.percent)])
    for one in report.unbalanced:
        books: list[Named] = [("thang", f"{one.month:%Y-%m}"), ("qtt", one.income), ("qhd", one.operating)]
        yield from _under(f"so_lech/{one.club.code}", books)
    for club in report.clubs:
        yield from _under(f"pl1/{club.code}", _club(club))
    yield from _under("chua_dat", report.failing_counts)
    yield from _under("kho_khan", report.difficulties)
    yield from parts(report)


def _under(name: str, named: Iterable[Named]) -> Iterator[Named]:
    for key, value in named:
        yield f"{name}/{key}", value


def _scope(scope: Scope) -> Iterator[Named]:
    yield "clb", scope.clubs
    yield "ngay_chot", scope.cut_off.isoformat()
    for key, clubs in (
        ("khong_bao_cao", scope.silent),
        ("cham", scope.late),
        ("chua_xac_dinh", scope.undecided),
    ):
        yield key, len(clubs)
        yield f"{key}/ma", _codes(clubs)


def _codes(clubs: Sequence[ClubName]) -> str:
    return " ".join(sorted(club.code for club in clubs))


def _steering(steering: Steering) -> Iterator[Named]:
    yield "tap_huan", len(steering.trainings)
    yield "luot_nguoi", steering.trainees
    yield "giam_sat", steering.visits
    yield "giam_sat_clb", steering.clubs_visited
    yield from _under("giam_sat", steering.visits_by_level)


def _table(rows: Sequence[TargetRow]) -> Iterator[Named]:
    """A second row of one indicator, against another goal, is named `A01~2`."""
    seen: dict[str, int] = {}
    for row in rows:
        seen[row.code] = seen.get(row.code, 0) + 1
        yield from _under(row.code if seen[row.code] == 1 else f"{row.code}~{seen[row.code]}", _target(row))


def _target(row: TargetRow) -> Iterator[Named]:
    goal, value = row.goal, row.actual
    yield "chi_tieu", goal.low if goal else None
    yield "chi_tieu_den", goal.high if goal else None
    yield "nguong", goal.threshold if goal else None
    yield "thuc_hien", _value(value)
    yield from _counts(value)
    yield "luy_ke", _shown(row.cumulative)
    yield "ky_truoc", _shown(row.previous)
    yield "so_cung_ky", _shown(row.change)
    yield from _verdict(row.verdict)
    for key, part in value.parts.items():
        yield from _under(f"kem/{key}", [("gia_tri", _value(part)), *_counts(part)])


def _counts(value: Value) -> Iterator[Named]:
    yield "tu_so", MASKED if value.is_withheld else value.numerator
    yield "mau_so", value.denominator
    yield "thieu", value.missing


def _value(value: Value) -> Cell:
    return MASKED if value.is_withheld else value.value


def _verdict(verdict: Verdict) -> Iterator[Named]:
    if verdict == NOT_PRINTED:
        yield from ((key, MASKED) for key in ("danh_gia", "ty_le", "vuot"))
        return
    yield "danh_gia", verdict.status
    yield "ty_le", verdict.attainment
    yield "vuot", verdict.surplus


def _shown(value: Number | Masked | None) -> Cell:
    return MASKED if isinstance(value, Masked) else value


def _place(row: UnitRow | FundRow) -> str:
    if row.kind == "undecided":
        return "chua_xac_dinh"
    return row.unit.code if row.kind == "unit" and row.unit else "tong"


def _unit(row: UnitRow) -> Iterator[Named]:
    yield "ke_hoach", row.plan
    yield "thanh_lap", row.founded
    yield "ty_le", row.verdict.attainment
    yield "vuot", row.verdict.surplus
    yield "danh_gia", row.verdict.status
    yield "hien_co", row.standing
    yield "hoat_dong", row.active
    yield "thanh_vien", row.members
    yield "nu", _shown(row.women)
    yield "cao_tuoi", _shown(row.older)
    yield "duoc_vay", _shown(row.borrowed)
    yield "quy", row.fund
    yield "d07", row.full_and_well
    yield "chua_den_ky", row.not_yet
    yield "khong_bao_cao", row.missing


def _funds(row: FundRow) -> Iterator[Named]:
    yield "clb", row.clubs
    yield "dau_ky", row.opening
    yield "bo_sung", row.added
    yield "cho_vay", row.disbursed
    yield "thu_goc", row.repaid
    yield "du_no", row.outstanding
    yield "qua_han", row.overdue
    yield "lai", row.interest
    yield "cuoi_ky", row.closing
    yield "thieu", row.missing
    yield "rut", row.withdrawn
    yield "xoa_no", row.written_off
    yield "dieu_chinh", row.adjusted


def _composition(composition: Composition) -> Iterator[Named]:
    yield "clb", composition.clubs
    yield "thanh_vien", composition.members
    yield "dat_tat_ca", composition.meeting_all
    for bar in composition.bars:
        yield from _under(bar.rule, _bar(bar))


def _bar(bar: BandBar) -> Iterator[Named]:
    is_masked = isinstance(bar.value, Masked)
    yield "gia_tri", _shown(bar.value)
    yield "tu_so", MASKED if is_masked else bar.numerator
    yield "mau_so", MASKED if is_masked else bar.denominator
    yield "duoi", bar.low
    yield "tren", bar.high
    yield from _verdict(bar.verdict)


def _club(club: ClubRow) -> Iterator[Named]:
    yield "don_vi", club.unit.code if club.unit else None
    yield "ngay_thanh_lap", club.founding_date.isoformat()
    yield "so_quyet_dinh", club.decision_no
    yield "chu_nhiem", club.chair
    yield "thanh_vien", club.members
    yield "quy", club.fund
    yield "du_no", club.outstanding
    yield "xep_loai", club.grade
    yield "chua_dat", " ".join(club.failing)
