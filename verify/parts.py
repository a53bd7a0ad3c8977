"""Parts IV, VI and VIII, the map and annexes II and III. `measure` has been run for the whole period."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

import duckdb

from verify import interval, mask
from verify.annex import Record, records
from verify.cell import Cell, Cells, share
from verify.demands import targets
from verify.goals import planned
from verify.indicator import read
from verify.mask import Veils
from verify.places import Area
from verify.read import Case, run

TALLIES = {
    "a1": ("production_talks",),
    "a2": ("bp", "weight", "clinic"),
    "a3": ("visits",),
    "a4": ("sudden_help", "community"),
    "a5": ("counselled", "claims"),
    "a6": ("talks",),
    "a7": ("sick_visits", "birthdays"),
    "a8": ("cash", "kind", "days"),
}
SURVEYED = (
    *(("E01", ""), ("E02", ""), ("E02", "health"), ("E02", "knowledge"), ("E02", "rights")),
    *(("E03", ""), ("E04", ""), ("E04", "lonely")),
)
BANDS = ("-39", *(f"{low}-{low + 4}" for low in range(40, 85, 5)), "85-")
SEXES = {"male": "nam", "female": "nu"}


def write(connection: duckdb.DuckDBPyConnection, case: Case, area: Area, cells: Cells, veils: Veils) -> None:
    """Add them to the cells, and what of them may be withheld to the veils."""
    run(connection, "parts")
    _activities(connection, cells)
    _heat(connection, cells)
    _care(connection, cells, veils)
    _survey(connection, cells, veils)
    _people(connection, cells, veils)
    _ledgers(connection, cells)
    _outlook(connection, case, area, cells)
    _map(connection, area, cells)


def _activities(connection: duckdb.DuckDBPyConnection, cells: Cells) -> None:
    (told,) = records(connection, "SELECT * FROM summed")
    cells |= {
        f"phan6/{key}": told[key] for key in ("clb", "kham", "tien", "hien_vat", "ngay_cong") if key in told
    }
    cells["phan6/clb"] = told["clubs"]
    for row in records(connection, "SELECT * FROM area_done") if told["clubs"] else []:
        name = f"bang4/{row['code']}"
        cells |= {f"{name}/clb": row["clubs"], f"{name}/lan": row["times"]}
        cells |= {f"{name}/{key}": row[key] if row["times"] else None for key in TALLIES[row["code"]]}
    for row in records(connection, "SELECT * FROM unheld"):
        cells[f"khong_hop/{row['reason']}"] = row["months"]
    for row in records(connection, "SELECT * FROM giver"):
        cells[f"nguon_luc/{row['code']}"] = row["clubs"]
    for row in records(connection, "SELECT * FROM present_month"):
        name = f"chuyen_can/{row['month']:%Y-%m}"
        cells |= {f"{name}/co_mat": row["present"], f"{name}/danh_sach": row["on_list"]}
        cells[f"{name}/ty_le"] = share(row["present"], row["on_list"])
    for row in records(connection, "SELECT * FROM health WHERE measured IS NOT NULL"):
        name = f"suc_khoe/{row['key']}"
        cells |= {f"{name}/do": row["measured"], f"{name}/ngoai": row["outside"]}
        cells[f"{name}/ty_le"] = share(row["outside"], row["measured"])


def _heat(connection: duckdb.DuckDBPyConnection, cells: Cells) -> None:
    rows = records(connection, "SELECT * FROM heat")
    for row in rows:
        name = f"bieu4/{row['code']}/{row['since']:%Y-%m}"
        reason = row["reason"] if row["state"] in ("part", "not_held") else None
        told: Cells = {"trang_thai": row["state"], "hop": row["held"], "phai_hop": row["due"]}
        told |= {"ly_do": reason or None, "den": f"{row['until']:%Y-%m}"}
        cells |= {f"{name}/{key}": value for key, value in told.items()}
    if rows:
        cells["bieu4/thang_mot_cot"] = rows[0]["each"]
    cells["phan6/hop"] = sum(row["held"] for row in rows)
    cells["phan6/phai_hop"] = sum(row["due"] for row in rows)


def _care(connection: duckdb.DuckDBPyConnection, cells: Cells, veils: Veils) -> None:
    (row,) = records(connection, "SELECT * FROM cared")
    if not row["clubs"] and not row["volunteers"]:
        return
    cells |= {
        "cham_soc/clb": row["clubs"],
        "cham_soc/nguoi": row["recipients"] or None,
        "cham_soc/luot": row["visits"] if row["clubs"] else None,
        "cham_soc/nguoi_thang": row["person_months"],
        "cham_soc/tinh_nguyen_vien": row["volunteers"],
        "cham_soc/clb_neu": row["clubs_told"],
    }
    veils |= mask.of_counts({"cham_soc/nguoi": row["recipients"]})


def _survey(connection: duckdb.DuckDBPyConnection, cells: Cells, veils: Veils) -> None:
    (row,) = records(connection, "SELECT * FROM round")
    if not row["asked"]:
        return
    cells |= {
        "khao_sat/dot": row["round"],
        "khao_sat/tu": row["since"].isoformat(),
        "khao_sat/den": row["until"].isoformat(),
        "khao_sat/phong_van": row["told"],
        "khao_sat/tu_choi": row["refused"],
        "khao_sat/clb": row["clubs"],
    }
    found = read(connection)
    for code, part in SURVEYED:
        one, name = found[code, part], f"khao_sat/{code}" + (f"_{part}" if part else "")
        n, d = one.numerator or 0, one.denominator or 0
        ends = interval.of_share(n, d) if one.scale == 100 else _support(connection)
        told: Cells = {"gia_tri": one.value, "tu_so": n, "duoi": ends and ends[0], "tren": ends and ends[1]}
        cells |= {f"{name}/{key}": value for key, value in told.items()} | {f"{name}/mau_so": d}
        if one.scale == 100:
            (veil,) = mask.of_shares({name: (n, d)}).values()
            veils |= {f"{name}/{key}": veil for key in told}


def _support(connection: duckdb.DuckDBPyConnection) -> tuple[Fraction, Fraction] | None:
    points = [row["points"] for row in records(connection, "SELECT points FROM support")]
    return interval.of_mean(points, 5, 1, 5)


def _people(connection: duckdb.DuckDBPyConnection, cells: Cells, veils: Veils) -> None:
    (row,) = records(connection, "SELECT * FROM peopled")
    members = row["members"]
    placed = records(connection, "SELECT band, sex, count(*) AS n FROM placed GROUP BY ALL")
    cells["thanh_vien/tong"] = members
    cells["thanh_vien/khong_xep"] = members - sum(one["n"] for one in placed)
    _pyramid(placed, cells, veils)
    ethnic = records(connection, "SELECT * FROM ethnic")
    _groups("dan_toc", {one["code"]: one["n"] for one in ethnic}, members, cells, veils)
    degrees = {one["code"]: one["n"] for one in records(connection, "SELECT * FROM disabled")}
    total: dict[str, int] = {"khuyet_tat/tong/nguoi": sum(degrees.values())}
    cells |= total if row["asked"] else {"khuyet_tat/tong/nguoi": None}
    if row["asked"]:
        _groups("khuyet_tat", degrees, members, cells, veils, total)


def _pyramid(placed: list[Record], cells: Cells, veils: Veils) -> None:
    """Every band by sex, with all men and all women; the totals of bands are not printed but could be known."""
    counts = {(one["band"], one["sex"]): one["n"] for one in placed}
    found: dict[str, int] = {}
    for sex, word in SEXES.items():
        for band, name in enumerate(BANDS) if placed else []:
            found[f"thap_tuoi/{name}/{word}"] = counts.get((band, sex), 0)
        found[f"thap_tuoi/tong/{word}"] = sum(n for (_, one), n in counts.items() if one == sex)
    cells |= found if placed else dict.fromkeys(found)
    veils |= mask.of_counts(found)


def _groups(
    table: str,
    counts: Mapping[str, int],
    members: int,
    cells: Cells,
    veils: Veils,
    total: Mapping[str, int] | None = None,
) -> None:
    found = {f"{table}/{code}/nguoi": n for code, n in counts.items()}
    shares: Cells = {f"{table}/{code}/ty_le": share(n, members) for code, n in counts.items()}
    cells |= {**found, **shares}
    withheld = mask.of_counts({**found, **(total or {})})
    veils |= withheld | {name.replace("/nguoi", "/ty_le"): withheld[name] for name in found}


def _ledgers(connection: duckdb.DuckDBPyConnection, cells: Cells) -> None:
    rows = records(connection, "SELECT * FROM ledger")
    names = ("opening", "came", "went", "closing", "difference")
    for fund, prefix in (("qtt", ""), ("qhd", "o_")):
        moves = {row["code"]: [row[prefix + name] for name in names] for row in rows}
        if moves:
            moves["tong"] = [_sum(column) for column in zip(*moves.values(), strict=True)]
        for code, move in moves.items():
            cells |= {f"pl2/{code}/{fund}/{key}": value for key, value in _move(*move).items()}
    for row in records(connection, "SELECT * FROM missing_month"):
        cells[f"pl3/{row['code']}/phai_nop"] = row["due"]
        cells[f"pl3/{row['code']}/thang_thieu"] = row["months"]


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _move(
    opening: int | None, came: int | None, went: int | None, closing: int | None, difference: int | None
) -> Cells:
    unexplained = 0
    if opening is not None and came is not None and went is not None and closing is not None:
        unexplained = closing - opening - came + went
    return {
        "dau_ky": opening,
        "vao": came,
        "ra": went,
        "cuoi_ky": closing,
        "lech": difference,
        "chua_ro": unexplained,
    }


def _outlook(connection: duckdb.DuckDBPyConnection, case: Case, area: Area, cells: Cells) -> None:
    """The calendar year after the period, or that it is a part of; units with a plan, then all of them."""
    year = (case.last + timedelta(days=18)).year
    first, last = date(year, 1, 1), date(year, 12, 31)
    day = min(case.last, case.cut_off)
    query = "SELECT row_id FROM mine WHERE is_club AND founding_date BETWEEN ? AND ?"
    founded = [row["row_id"] for row in records(connection, query, [first, day])]
    kept = planned(targets(connection, area.unit.id).get("A08", ()), first, last)
    cells |= {
        "bang6/nam": year,
        "bang6/duy_tri": sum((one.low for one in kept), Fraction(0)) if kept else None,
    }
    plans: dict[str, Fraction] = {}
    for unit in (*area.rows, None):
        own = planned(targets(connection, (unit or area.unit).id).get("A01", ()), first, last)
        if own:
            plans[unit.code if unit else "tong"] = sum((one.low for one in own), Fraction(0))
    if plans and "tong" not in plans:
        plans["tong"] = sum(plans.values(), Fraction(0))
    ids = {unit.code: unit.id for unit in area.rows}
    for code, plan in plans.items():
        count = len(founded) if code == "tong" else founded.count(ids[code])
        found: Cell = count if day >= first else None
        cells |= {f"bang6/{code}/ke_hoach": plan, f"bang6/{code}/thanh_lap": found}
        cells[f"bang6/{code}/con_lai"] = max(
            plan - (found or 0 if isinstance(found, int) else 0), Fraction(0)
        )


def _map(connection: duckdb.DuckDBPyConnection, area: Area, cells: Cells) -> None:
    rows = records(connection, "SELECT * FROM mapped")
    (known,) = records(
        connection,
        "SELECT count(*) AS n FROM centre c JOIN in_force i ON i.unit_id = c.unit_id AND i.level = 'c'",
    )
    placed = [row for row in rows if row["is_placed"]]
    if not known["n"] and not placed:
        return
    for unit in area.rows:
        cells[f"ban_do/{unit.code}/clb"] = sum(row["unit"] == unit.code for row in rows)
    cells["ban_do/tong/khong_vi_tri"] = len(rows) - len(placed)
    cells |= {f"ban_do/{row['code']}/don_vi": row["unit"] for row in placed}
