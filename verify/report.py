"""Every figure of one report, computed from the parsed submissions, named as in reports/cells.py."""

from datetime import date

import duckdb

from verify import annex, nation, parts, places, table1, tables
from verify.cell import Cells
from verify.computed import Computed
from verify.mask import Veils
from verify.read import Case, run
from verify.standards import phases, rules
from verify.stretch import Part, measure


def compute(connection: duckdb.DuckDBPyConnection, case: Case) -> Computed:
    """All figures of a report. Repeatable with other cases on the same connection, one after the other."""
    _told(connection, case.cut_off)
    country = nation.unit_of(connection, case.place)
    return _province(connection, case) if country is None else nation.compute(connection, case, country)


def _province(connection: duckdb.DuckDBPyConnection, case: Case) -> Computed:
    area = places.settle(connection, case)
    if area is None:
        return Computed({}, frozenset())
    rules(connection, case, area.unit.id)
    cut = phases(connection, case)
    cells: Cells = {}
    veils: Veils = {}
    unasked: set[str] = set()
    for part in cut:
        table1.write(connection, case, area, part, cells, unasked, veils)
    whole = _whole(cut, case)
    if whole is not None:
        measure(connection, case, whole)
        tables.write(connection, case, area, cells, veils)
        annex.write(connection, case, area, cells, veils)
        parts.write(connection, case, area, cells, veils)
    return Computed(cells, frozenset(unasked), veils)


def _told(connection: duckdb.DuckDBPyConnection, cut_off: date) -> None:
    """What was told by the cut-off, worked out again only when that is another day than last time."""
    connection.execute("CREATE TABLE IF NOT EXISTS limits (cut_off DATE)")
    if connection.execute("SELECT cut_off FROM limits").fetchone() != (cut_off,):
        connection.execute("CREATE OR REPLACE TABLE limits AS SELECT CAST(? AS DATE) AS cut_off", [cut_off])
        run(connection, "facts")


def _whole(cut: list[Part], case: Case) -> Part | None:
    """The report's own period under the rules of its newest phase: tables 2 and 3, annex I."""
    if not cut:
        return None
    newest = cut[-1]
    return Part(newest.phase, min(newest.phase_from, case.first), newest.older_age, case.first, case.last)
