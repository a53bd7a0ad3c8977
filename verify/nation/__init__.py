"""Every figure of the report of the country, computed from the parsed submissions, named as in reports/nation/cells.py.

Each club is measured as in the report of its province, by the same SQL, then all are added up: nothing here knows the
parts of clubs that the server keeps.
"""

import duckdb

from verify.cell import Cells
from verify.computed import Computed
from verify.mask import Veils
from verify.nation import asked, stretch, tables
from verify.nation.sums import Counting
from verify.read import Case
from verify.standards import rules


def unit_of(connection: duckdb.DuckDBPyConnection, code: str) -> int | None:
    """The unit above all provinces, if that is its code."""
    query = "SELECT id, code FROM unit WHERE level = 'n' ORDER BY valid_from LIMIT 1"
    found = connection.execute(query).fetchone()
    return int(found[0]) if found is not None and found[1] == code else None


def compute(connection: duckdb.DuckDBPyConnection, case: Case, unit_id: int) -> Computed:
    """All figures. unit_id: the country's own."""
    rules(connection, case, None)
    own = stretch.own(connection, case)
    if own is None:
        return Computed({}, frozenset(), is_of_nation=True)
    counting = Counting(connection, case)
    phases = stretch.of_phases(connection, case)
    targets = asked.of_nation(connection, unit_id)
    cells: Cells = {}
    veils: Veils = {}
    tables.context(connection, case, unit_id, cells)
    for phase in phases:
        asked.table1(case, counting, phase, targets, cells, veils)
    asked.table2(counting, phases, targets, cells, veils)
    unasked = tables.write(connection, case, counting, counting.of(own), cells, veils)
    return Computed(cells, unasked, veils, is_of_nation=True)
