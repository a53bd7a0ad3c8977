"""Tables 2 and 3 and chart 1: unit by unit as the register has them on the geography's day, and in all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

import duckdb

from verify.annex import Record, records
from verify.calendar import alike, plain
from verify.cell import Cells, share
from verify.demands import targets
from verify.goals import Demand, fits, judge, planned
from verify.mask import Veils, of_shares
from verify.places import Area, Unit
from verify.read import Case

SHARES = (
    ("nu", "women", "sex_known"),
    ("cao_tuoi", "older", "age_known"),
    ("duoc_vay", "borrowed", "lent_to"),
)
"""Columns of table 2 that tell of persons: cell, numerator, denominator."""


def write(connection: duckdb.DuckDBPyConnection, case: Case, area: Area, cells: Cells, veils: Veils) -> None:
    """Add them to the cells and veils: units, clubs whose unit nobody has decided (only if any), then the total."""
    found = records(connection, "SELECT * FROM by_unit")
    by_id = {row["row_id"]: row for row in found if not row["is_total"]}
    total = next(row for row in found if row["is_total"])
    own = targets(connection, area.unit.id).get("A01", ())
    rows: list[tuple[str, Unit | None, Record]] = [(u.code, u, by_id.get(u.id, {})) for u in area.rows]
    if None in by_id:
        rows.append(("chua_xac_dinh", None, by_id[None]))
    plans = {u.code: _plan(case, targets(connection, u.id).get("A01", ()), own) for u in area.rows}
    plans["tong"] = _plan(case, own, own) or _added([plan for plan in plans.values() if plan])
    everything = [*rows, ("tong", area.unit, total)]
    for code, _, row in everything:
        cells |= {f"bang2/{code}/{key}": value for key, value in _unit(row, plans.get(code), case).items()}
        cells |= {f"bang3/{code}/{key}": value for key, value in _funds(row).items()}
    for key, part, whole in SHARES:
        pairs = {
            f"bang2/{code}/{key}": (row.get(part) or 0, row.get(whole) or 0) for code, _, row in everything
        }
        veils |= of_shares(pairs)
    for number, unit in enumerate(area.rows, start=1):
        cells[f"bieu1/{number:02}/ke_hoach"] = cells[f"bang2/{unit.code}/ke_hoach"]
        cells[f"bieu1/{number:02}/thuc_hien"] = cells[f"bang2/{unit.code}/thanh_lap"]


def _plan(case: Case, plans: tuple[Demand, ...], own: tuple[Demand, ...]) -> Demand | None:
    """Clubs planned for the period; nothing where a plan of the unit or its province reaches into more of it."""
    first, last = plain(case.days)
    counted = planned(plans, first, last)
    total = _added(counted)
    if total is None or not fits(counted, (*plans, *own), first, last):
        return None
    assert total.first is not None
    assert total.last is not None
    return replace(total, last=alike((total.first, total.last), case.days)[1])


def _added(plans: Sequence[Demand]) -> Demand | None:
    """Plans taken together, to be reached on the last day of them all."""
    if not plans:
        return None
    last = max(plan.last or date.min for plan in plans)
    return Demand("=", sum((plan.low for plan in plans), Fraction(0)), None, "club", plans[0].first, last)


def _unit(row: Record, plan: Demand | None, case: Case) -> Cells:
    founded = row.get("founded", 0)
    verdict = judge(founded, plan, min(case.last, case.cut_off), is_growing=True)
    return {
        "ke_hoach": None if plan is None else plan.low,
        "thanh_lap": founded,
        "ty_le": verdict.attainment,
        "vuot": verdict.surplus,
        "danh_gia": verdict.status,
        "hien_co": row.get("standing", 0),
        "hoat_dong": row.get("active", 0),
        "thanh_vien": row.get("members", 0),
        "nu": share(row.get("women"), row.get("sex_known")),
        "cao_tuoi": share(row.get("older"), row.get("age_known")),
        "duoc_vay": share(row.get("borrowed"), row.get("lent_to")),
        "quy": row.get("fund"),
        "d07": share(row.get("full_and_well"), row.get("assessed")),
        "chua_den_ky": row.get("not_yet", 0),
        "khong_bao_cao": row.get("silent", 0),
    }


def _funds(row: Record) -> Cells:
    closing = row.get("fund")
    withdrawn, written_off = row.get("withdrawn", 0), row.get("written_off", 0)
    moved = (row.get("opening") or 0) + (row.get("added") or 0) - withdrawn - written_off
    return {
        "clb": row.get("standing", 0),
        "dau_ky": None if closing is None else row.get("opening") or 0,
        "bo_sung": row.get("added"),
        "cho_vay": row.get("disbursed"),
        "thu_goc": row.get("repaid"),
        "du_no": row.get("outstanding"),
        "qua_han": row.get("overdue"),
        "lai": row.get("interest"),
        "cuoi_ky": closing,
        "thieu": row.get("without_book", 0),
        "rut": withdrawn,
        "xoa_no": written_off,
        "dieu_chinh": 0 if closing is None else closing - moved,
    }
