"""Table 3 of the report of the country, its charts and funds, and what stands outside the tables."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

import duckdb

from verify.annex import Record, records
from verify.calendar import plain
from verify.cell import Cell, Cells, share
from verify.demands import of_indicator
from verify.goals import Demand, fits, judge, planned
from verify.mask import Veils, of_shares
from verify.nation.legend import legend
from verify.nation.sums import Counting, Country
from verify.places import Unit
from verify.read import Case

SHARES = {
    "nu": ("women", "sex_known"),
    "cao_tuoi": ("older", "age_known"),
    "duoc_vay": ("borrowed", "lent_to"),
    "d07": ("full_and_well", "assessed"),
}
"""Columns of table 3 that are shares: numerator, denominator."""
OF_PERSONS = ("nu", "cao_tuoi", "duoc_vay")
SHADES = {"A03": "hien_co", "A06": "thanh_vien", "C05": "duoc_vay/gia_tri", "D07": "d07/gia_tri"}
"""What the map can show → the column of table 3."""
BANDS = {"women": "B02", "older": "B03", "young": "B04", "disadvantaged": "B05"}
FUNDS = {"quy": "fund", "du_no": "outstanding", "cho_vay": "lent", "thu_goc": "principal"}
FUNDS |= {"lai": "interest_of_standing", "qua_han": "overdue"}
FUND_SHARES = {"dung_von": "C07", "dung_han": "C08", "ty_le_qua_han": "C09"}


def write(
    connection: duckdb.DuckDBPyConnection,
    case: Case,
    counting: Counting,
    country: Country,
    cells: Cells,
    veils: Veils,
) -> frozenset[str]:
    """Add them to the cells and veils. country: of the report's own period. Returns those that a report may leave out:
    the legend, where no outline of a province is known."""
    _provinces(connection, case, counting, country, cells, veils)
    held = [cells[f"bang3/{unit.code}/hien_co"] for unit in country.provinces]
    cells |= {
        "pham_vi/ngay_chot": case.cut_off.isoformat(),
        "pham_vi/ngay": country.stretch.day.isoformat(),
        "pham_vi/tinh": len(held),
        "pham_vi/tinh_co_clb": sum(bool(clubs) for clubs in held),
    }
    drawn = _map(case, country, cells, veils)
    cells |= drawn
    _funds(connection, country, cells)
    _members(connection, country, cells)
    return frozenset(drawn)


def context(connection: duckdb.DuckDBPyConnection, case: Case, nation: int, cells: Cells) -> None:
    """What papers say of the country besides targets, by the period's end."""
    query = (
        "SELECT metric, CAST(period_from AS DATE) AS since, CAST(value AS DECIMAL(18, 4)) AS value "
        "FROM raw_context_fact WHERE CAST(unit_id AS BIGINT) = ? AND CAST(period_from AS DATE) <= ? "
        "ORDER BY CAST(id AS BIGINT)"
    )
    for row in records(connection, query, [nation, plain(case.days)[1]]):
        cells[f"boi_canh/{row['metric']}/{row['since']}"] = (
            None if row["value"] is None else Fraction(row["value"])
        )


def _provinces(
    connection: duckdb.DuckDBPyConnection,
    case: Case,
    counting: Counting,
    country: Country,
    cells: Cells,
    veils: Veils,
) -> None:
    """Provinces by code, clubs of none that can be named (only if there are any), and all clubs counted again."""
    papers, plans = of_indicator(connection, "A01"), {}
    for unit in country.provinces:
        plan = _plan(papers, case, unit, counting.units_of(unit))
        if plan is not None:
            plans[unit.code] = plan
    if plans:
        plans["tong"] = sum(plans.values(), Fraction(0))
    rows: list[tuple[str, Record]] = [(u.code, country.rows.get(u.id, {})) for u in country.provinces]
    rows += [("chua_xac_dinh", country.rows[None])] if None in country.rows else []
    rows.append(("tong", country.total))
    for code, row in rows:
        cells |= {f"bang3/{code}/{key}": value for key, value in _row(code, row, plans.get(code)).items()}
    for key in OF_PERSONS:
        above, below = SHARES[key]
        pairs = {f"bang3/{code}/{key}": (row.get(above) or 0, row.get(below) or 0) for code, row in rows}
        for name, veil in of_shares(pairs).items():
            veils |= {f"{name}/{column}": veil for column in ("gia_tri", "tu_so", "mau_so")}


def _row(code: str, row: Record, plan: Fraction | None) -> Cells:
    """Of a province without a club standing nothing is known but clubs that a plan asks for, or that were founded."""
    standing, founded = row.get("standing") or 0, row.get("founded") or 0
    demand = None if plan is None or code == "tong" else Demand("=", plan, None, "club")
    verdict = judge(founded, demand, date.max, is_growing=False)
    found: Cells = {
        "ke_hoach": plan,
        "thanh_lap": founded if row.get("known") or plan is not None else None,
        "danh_gia": verdict.status,
        "ty_le": verdict.attainment,
        "vuot": verdict.surplus,
        "hien_co": standing,
        "hoat_dong": row["active"] if standing else None,
        "thanh_vien": row["members"] if standing else None,
        "quy": row["fund"] if standing else None,
        "chua_den_ky": row.get("not_yet") or 0,
        "khong_bao_cao": row["silent"] if standing else None,
    }
    for key, (above, below) in SHARES.items():
        n, d = row.get(above) or 0, row.get(below) or 0
        found |= {f"{key}/gia_tri": share(n, d), f"{key}/tu_so": n if d else None, f"{key}/mau_so": d or None}
    return found


def _plan(
    papers: Mapping[int, tuple[Demand, ...]], case: Case, unit: Unit, below: Iterable[Unit]
) -> Fraction | None:
    """Clubs a province is to found in just this period: by its own plan, else by those of its units."""
    own = papers.get(unit.id, ())
    if (whole := _held(case, own, own)) is not None:
        return whole
    parts = []
    for one in below:
        part = papers.get(one.id, ())
        if part and (plan := _held(case, part, (*part, *own))) is not None:
            parts.append(plan)
    return sum(parts, Fraction(0)) if parts else None


def _held(case: Case, plans: tuple[Demand, ...], others: tuple[Demand, ...]) -> Fraction | None:
    first, last = plain(case.days)
    counted = planned(plans, first, last)
    return sum((one.low for one in counted), Fraction(0)) if fits(counted, others, first, last) else None


def _map(case: Case, country: Country, cells: Cells, veils: Veils) -> Cells:
    """The column of table 3 that colours it, withheld where that is. Returns the legend, which no calculation knows
    where a figure is withheld: that would be told by it."""
    column = SHADES[case.shade]
    shown: list[Cell] = []
    is_whole = True
    for unit in country.provinces:
        row = f"bang3/{unit.code}"
        cells[f"ban_do/{unit.code}/gia_tri"] = None
        if not cells[f"{row}/hien_co"]:
            continue
        shown.append(cells[f"{row}/{column}"])
        cells[f"ban_do/{unit.code}/gia_tri"] = shown[-1]
        if veil := veils.get(f"{row}/{column}"):
            veils[f"ban_do/{unit.code}/gia_tri"] = veil
            is_whole = is_whole and not veil.may
    told = legend(shown, len(country.provinces) - len(shown)) if is_whole else {}
    return {f"ban_do/chu_giai/{key}": value for key, value in told.items()}


def _funds(connection: duckdb.DuckDBPyConnection, country: Country, cells: Cells) -> None:
    total = country.total
    cells |= {f"bang4/{key}/so_lieu": total.get(column) for key, column in FUNDS.items()}
    cells |= {f"bang4/{key}/so_lieu": country.percent(code) for key, code in FUND_SHARES.items()}
    _bands(connection, country, total, cells)


def _bands(connection: duckdb.DuckDBPyConnection, country: Country, total: Record, cells: Cells) -> None:
    """Clubs by the size of their fund; nothing where the phase has no marks, or no club tells."""
    marks = _rule(connection, country, "fund_band_low"), _rule(connection, country, "fund_band_high")
    low, high = (None if mark is None else mark[0] for mark in marks)
    told = total.get("told_fund")
    if low is None or high is None or not told:
        return
    counts = (total["below"], told - total["below"] - total["above"], total["above"])
    names = (f"0-{int(low)}", f"{int(low)}-{int(high)}", f"{int(high)}-")
    for name, clubs in zip(names, counts, strict=True):
        cells |= {f"nhom_quy/{name}/clb": clubs, f"nhom_quy/{name}/ty_le": share(clubs, told)}


def _members(connection: duckdb.DuckDBPyConnection, country: Country, cells: Cells) -> None:
    for rule, code in BANDS.items():
        low, high = _rule(connection, country, rule) or (None, None)
        cells |= {
            f"bieu1/{rule}/gia_tri": country.percent(code),
            f"bieu1/{rule}/duoi": low,
            f"bieu1/{rule}/tren": high,
        }


def _rule(
    connection: duckdb.DuckDBPyConnection, country: Country, name: str
) -> tuple[Fraction | None, Fraction | None] | None:
    """Both ends of a rule that the phase of the period has for the whole country; None: it has none."""
    query = "SELECT low, high FROM rule WHERE phase = ? AND rule = ?"
    row = connection.execute(query, [country.stretch.part.phase, name]).fetchone()
    if row is None:
        return None
    low, high = (None if end is None else Fraction(end) for end in row)
    return low, high
