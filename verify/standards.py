"""The phases of the scheme and their rules, as they hold in a place and for one report."""

from datetime import date

import duckdb

from verify.calendar import Days, alike, is_decree, opening, plain
from verify.read import Case
from verify.stretch import Part


def rules(connection: duckdb.DuckDBPyConnection, case: Case, unit_id: int | None) -> None:
    """The phases and their rules as they hold in a province: the report's own before the province's before the
    country's. unit_id None: where no province has some of its own."""
    connection.execute(
        "CREATE OR REPLACE TABLE phase AS SELECT * REPLACE (coalesce(CAST(? AS INTEGER), older_age) AS older_age) "
        "FROM standard_phase",
        [case.older_age],
    )
    connection.execute(
        "CREATE OR REPLACE TABLE rule AS SELECT phase, rule, low, high, false AS is_own FROM phase_rule "
        "WHERE unit_id IS NULL OR unit_id = ? "
        "QUALIFY row_number() OVER (PARTITION BY phase, rule ORDER BY unit_id IS NULL) = 1",
        [unit_id],
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
            found.append(part(code, valid_from, age, alike((first, last), case.days)))
            start = date.fromordinal(last.toordinal() + 1)
    return found


def part(code: str, valid_from: date, age: int, days: Days) -> Part:
    """Some days measured by a phase, which begins as they are counted."""
    since = opening(valid_from) if is_decree(days) else valid_from
    return Part(code, min(since, days[0]), age, *days)
