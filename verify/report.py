"""Every figure of one province report, computed from the parsed submissions, named as in reports/cells.py."""

from dataclasses import dataclass, field
from datetime import date

import duckdb

from verify import annex, parts, places, table1, tables
from verify.calendar import Days, alike, is_decree, opening, plain
from verify.cell import Cells
from verify.mask import Veils
from verify.places import Area
from verify.read import Case, run
from verify.stretch import Part, measure


@dataclass(frozen=True, slots=True)
class Computed:
    """cells: id → figure, nothing withheld. unasked: ids that a report may leave out, such as an indicator that nobody
    set a goal for."""

    cells: Cells
    unasked: frozenset[str]
    veils: Veils = field(default_factory=dict)
    """Figures of persons, which must or may be withheld. Every other one is to be printed."""


def compute(connection: duckdb.DuckDBPyConnection, case: Case) -> Computed:
    """All figures of a report. Repeatable with other cases on the same connection, one after the other."""
    _told(connection, case.cut_off)
    area = places.settle(connection, case)
    if area is None:
        return Computed({}, frozenset())
    _rules(connection, case, area)
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


def _rules(connection: duckdb.DuckDBPyConnection, case: Case, area: Area) -> None:
    """The phases and their rules as they hold here: the report's own before the province's before the country's."""
    connection.execute(
        "CREATE OR REPLACE TABLE phase AS SELECT * REPLACE (coalesce(CAST(? AS INTEGER), older_age) AS older_age) "
        "FROM standard_phase",
        [case.older_age],
    )
    connection.execute(
        "CREATE OR REPLACE TABLE rule AS SELECT phase, rule, low, high, false AS is_own FROM phase_rule "
        "WHERE unit_id IS NULL OR unit_id = ? "
        "QUALIFY row_number() OVER (PARTITION BY phase, rule ORDER BY unit_id IS NULL) = 1",
        [area.unit.id],
    )
    for name, (low, high) in case.rules.items():
        connection.execute("DELETE FROM rule WHERE rule = ?", [name])
        connection.execute("INSERT INTO rule SELECT code, ?, ?, ?, true FROM phase", [name, low, high])


def phases(connection: duckdb.DuckDBPyConnection, case: Case) -> list[Part]:
    """The period cut at the borders of phases; where two overlap the earlier one holds to its last day.

    Months are cut by calendar, and counted as the period is. A phase chosen for the report holds for all of it.
    """
    found: list[Part] = []
    start, (begun, ended) = date.min, plain(case.days)
    query = "SELECT code, valid_from, valid_to, older_age FROM phase ORDER BY valid_from"
    for code, valid_from, valid_to, age in connection.execute(query).fetchall():
        if case.phase is not None and code != case.phase:
            continue
        first, last = max(begun, valid_from.replace(day=1), start), min(ended, valid_to)
        if case.phase is not None:
            first, last = begun, ended
        if first <= last:
            found.append(_part(code, valid_from, age, alike((first, last), case.days)))
            start = date.fromordinal(last.toordinal() + 1)
    return found


def _part(code: str, valid_from: date, age: int, days: Days) -> Part:
    since = opening(valid_from) if is_decree(days) else valid_from
    return Part(code, min(since, days[0]), age, *days)


def _whole(cut: list[Part], case: Case) -> Part | None:
    """The report's own period under the rules of its newest phase: tables 2 and 3, annex I."""
    if not cut:
        return None
    newest = cut[-1]
    return Part(newest.phase, min(newest.phase_from, case.first), newest.older_age, case.first, case.last)
