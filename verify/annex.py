"""What a report prints outside its tables: what it covers, steering, composition, fund charts, lists of clubs."""

from datetime import date
from fractions import Fraction
from typing import Any

import duckdb

from verify.calendar import plain
from verify.cell import Cells, share
from verify.goals import Demand, judge
from verify.mask import Veils, of_shares
from verify.places import Area
from verify.read import Case, run

Record = dict[str, Any]


def write(connection: duckdb.DuckDBPyConnection, case: Case, area: Area, cells: Cells, veils: Veils) -> None:
    """Add it to the cells and veils. `measure` has been run for the whole period under the newest phase."""
    run(connection, "annex")
    _scope(connection, case, cells)
    _context(connection, area, case, cells)
    _steering(connection, area, cells)
    _composition(connection, cells, veils)
    _funds(connection, cells)
    _clubs(connection, cells)


def records(
    connection: duckdb.DuckDBPyConnection, query: str, values: list[object] | None = None
) -> list[Record]:
    """The rows of a query, by column name."""
    cursor = connection.execute(query, values or [])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _scope(connection: duckdb.DuckDBPyConnection, case: Case, cells: Cells) -> None:
    clubs = records(connection, "SELECT * FROM scope_club ORDER BY code")
    cells["pham_vi/clb"] = sum(club["standing"] for club in clubs)
    cells["pham_vi/ngay_chot"] = case.cut_off.isoformat()
    for name in ("khong_bao_cao", "cham", "chua_xac_dinh"):
        codes = [club["code"] for club in clubs if club[name]]
        cells[f"pham_vi/{name}"] = len(codes)
        cells[f"pham_vi/{name}/ma"] = " ".join(codes)


def _context(connection: duckdb.DuckDBPyConnection, area: Area, case: Case, cells: Cells) -> None:
    query = (
        "SELECT metric, CAST(period_from AS DATE) AS since, CAST(value AS DECIMAL(18, 4)) AS value "
        "FROM raw_context_fact WHERE CAST(unit_id AS BIGINT) = ? AND CAST(period_from AS DATE) <= ? "
        "QUALIFY row_number() OVER (PARTITION BY metric ORDER BY period_to DESC, CAST(id AS BIGINT)) = 1"
    )
    for row in records(connection, query, [area.unit.id, plain(case.days)[1]]):
        value = None if row["value"] is None else Fraction(row["value"])
        cells[f"boi_canh/{row['metric']}/{row['since']}"] = value


def _steering(connection: duckdb.DuckDBPyConnection, area: Area, cells: Cells) -> None:
    query = (
        "SELECT t.participants FROM training t, span s "
        "WHERE list_contains(?, t.unit_id) AND t.starts_on <= s.day AND t.ends_on >= s.first"
    )
    held = records(connection, query, [sorted(area.inside)])
    visits = records(connection, "SELECT * FROM visit")
    cells["chi_dao/tap_huan"] = len(held)
    cells["chi_dao/luot_nguoi"] = sum(row["participants"] for row in held) if held else None
    cells["chi_dao/giam_sat"] = len(visits)
    cells["chi_dao/giam_sat_clb"] = len({row["club"] for row in visits})
    for level in ("xa", "huyen", "tinh", "trung_uong", "sponsor"):
        if count := sum(level in row["sup_level"].split() for row in visits):
            cells[f"chi_dao/giam_sat/{level}"] = count


def _composition(connection: duckdb.DuckDBPyConnection, cells: Cells, veils: Veils) -> None:
    rows = records(connection, "SELECT * FROM composition")
    for bar in sorted({row["bar"] for row in rows if row["scale"] == 100}):
        pairs = {f"bieu2/{row['phase']}/{bar}": (row["n"], row["d"]) for row in rows if row["bar"] == bar}
        for name, veil in of_shares(pairs).items():
            veils |= {f"{name}/{key}": veil for key in ("gia_tri", "tu_so", "mau_so")}
    for row in rows:
        name = f"bieu2/{row['phase']}"
        cells[f"{name}/clb"] = row["clubs"]
        cells[f"{name}/thanh_vien"] = row["members"]
        cells[f"{name}/dat_tat_ca"] = row["meeting"]
        cells |= {f"{name}/{row['bar']}/{key}": value for key, value in _bar(row).items()}


def _bar(row: Record) -> Cells:
    low, high = (None if row[end] is None else Fraction(row[end]) for end in ("low", "high"))
    value = share(row["n"], row["d"], row["scale"])
    demand = None
    if low is not None or high is not None:
        demand = Demand(">=" if high is None else "range", low or Fraction(0), high, "")
    verdict = judge(value, demand, date.max, is_growing=False)
    return {
        "gia_tri": value,
        "tu_so": row["n"],
        "mau_so": row["d"],
        "duoi": low,
        "tren": high,
        "danh_gia": verdict.status,
        "ty_le": verdict.attainment,
        "vuot": verdict.surplus,
    }


def _funds(connection: duckdb.DuckDBPyConnection, cells: Cells) -> None:
    for row in records(connection, "SELECT * FROM fund_month"):
        name = f"bieu3/{row['month']:%Y-%m}"
        cells[f"{name}/von"] = row["capital"]
        cells[f"{name}/du_no"] = row["outstanding"]
        cells[f"{name}/clb"] = row["clubs"]
    for row in records(connection, "SELECT * FROM fund_band"):
        name = f"nhom_quy/{row['low'] or 0}-{'' if row['high'] is None else row['high']}"
        cells[f"{name}/clb"] = row["clubs"]
        cells[f"{name}/ty_le"] = share(row["clubs"], row["told"])
    for row in records(connection, "SELECT * FROM unbalanced"):
        name = f"so_lech/{row['code']}"
        cells[f"{name}/thang"] = f"{row['counted_in']:%Y-%m}"
        cells[f"{name}/qtt"] = row["income"]
        cells[f"{name}/qhd"] = row["operating"]


def _clubs(connection: duckdb.DuckDBPyConnection, cells: Cells) -> None:
    for row in records(connection, "SELECT * FROM club_row"):
        found: Cells = {
            "don_vi": row["unit"],
            "ngay_thanh_lap": row["founding_date"].isoformat(),
            "so_quyet_dinh": row["decision_no"],
            "chu_nhiem": row["chair"],
            "thanh_vien": row["members"],
            "quy": row["fund"],
            "du_no": row["book_loans"],
            "xep_loai": row["grade"],
            "chua_dat": row["failing"],
        }
        cells |= {f"pl1/{row['code']}/{key}": value for key, value in found.items()}
    for row in records(connection, "SELECT item, count(*) AS clubs FROM missed GROUP BY item"):
        cells[f"chua_dat/{row['item']}"] = row["clubs"]
    for row in records(connection, "SELECT * FROM difficulty"):
        cells[f"kho_khan/{row['code']}"] = row["clubs"]
