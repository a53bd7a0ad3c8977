"""Tables 2 and 3 and chart 1: unit by unit as the register has them on the geography's day, and in all."""

from fractions import Fraction

import duckdb

from verify.annex import Record, records
from verify.cell import Cells, share
from verify.demands import targets
from verify.goals import Demand, fits, judge, planned
from verify.places import Area, Unit
from verify.read import Case


def write(connection: duckdb.DuckDBPyConnection, case: Case, area: Area, cells: Cells) -> None:
    """Add them to the cells: the units, then clubs whose unit nobody has decided (only if any), then the total."""
    found = records(connection, "SELECT * FROM by_unit")
    by_id = {row["row_id"]: row for row in found if not row["is_total"]}
    total = next(row for row in found if row["is_total"])
    own = targets(connection, area.unit.id).get("A01", ())
    rows: list[tuple[str, Unit | None, Record]] = [(u.code, u, by_id.get(u.id, {})) for u in area.rows]
    if None in by_id:
        rows.append(("chua_xac_dinh", None, by_id[None]))
    for code, unit, row in [*rows, ("tong", area.unit, total)]:
        plan = _plan(case, targets(connection, unit.id).get("A01", ()) if unit else (), own)
        cells |= {f"bang2/{code}/{key}": value for key, value in _unit(row, plan, case).items()}
        cells |= {f"bang3/{code}/{key}": value for key, value in _funds(row).items()}
    for number, unit in enumerate(area.rows, start=1):
        cells[f"bieu1/{number:02}/ke_hoach"] = cells[f"bang2/{unit.code}/ke_hoach"]
        cells[f"bieu1/{number:02}/thuc_hien"] = cells[f"bang2/{unit.code}/thanh_lap"]


def _plan(case: Case, plans: tuple[Demand, ...], own: tuple[Demand, ...]) -> Fraction | None:
    """Clubs planned for the period; nothing where a plan of the unit or its province reaches into more of it."""
    counted = planned(plans, case.first, case.last)
    if not fits(counted, (*plans, *own), case.first, case.last):
        return None
    return sum((p.low for p in counted), Fraction(0))


def _unit(row: Record, plan: Fraction | None, case: Case) -> Cells:
    founded = row.get("founded", 0)
    demand = None if plan is None else Demand("=", plan, None, "club")
    verdict = judge(founded, demand, case.last, is_growing=False)
    return {
        "ke_hoach": plan,
        "thanh_lap": founded,
        "ty_le": verdict.attainment,
        "vuot": verdict.surplus,
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
