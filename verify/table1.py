"""Table 1: every indicator of one phase's part of the period, against what is demanded."""

from dataclasses import replace
from datetime import date

import duckdb

from verify.calendar import year_before
from verify.cell import Cell, Cells
from verify.demands import Demands
from verify.indicator import Indicators, Measured, read
from verify.mask import Veils
from verify.places import Area
from verify.read import Case
from verify.row import Row
from verify.stretch import Part, measure

STOCKS = ("A03", "A06", "A07")
NATIONAL = ("A02", "A05")
"""No rows of a province's table: A02 is the rate beside A01, A05 counts provinces."""


def write(
    connection: duckdb.DuckDBPyConnection,
    case: Case,
    area: Area,
    part: Part,
    cells: Cells,
    unasked: set[str],
    veils: Veils,
) -> None:
    """Add the rows of one phase to the cells; those that no goal asks for to unasked as well, and what must be withheld
    to the veils."""
    demands = Demands(connection, area, part)
    limits = demands.thresholds()
    day = measure(connection, case, part, *limits)
    now = read(connection)
    before = _before(connection, case, part, limits)
    cumulative = _cumulative(now)
    for code in sorted({code for code, _ in now} - set(NATIONAL)):
        goals = demands.of(code)
        for n, goal in enumerate(goals or (None,)):
            name = f"bang1/{part.phase}/{code}" + (f"~{n + 1}" if n else "")
            row = Row(code, part, day, goal, now, before, cumulative, lambda a, b: _founded(connection, a, b))
            if goal is not None and goal.measure == "club" and now[code, ""].is_share:
                row = _as_count(connection, case, part, row)
            written = row.estimated().cells(name)
            cells |= written
            veils |= row.veils(name)
            if goal is None or goal.is_reference:
                unasked |= set(written)


def _before(
    connection: duckdb.DuckDBPyConnection, case: Case, part: Part, limits: tuple[int | None, int | None]
) -> Indicators:
    """The same months of the year before under this phase's rules; nothing for more than a year."""
    if (part.last - part.first).days > 366:
        return {}
    before = _measured(connection, case, _year_before(part), limits)
    return before if before["A03", ""].numerator else {}


def _measured(
    connection: duckdb.DuckDBPyConnection, case: Case, part: Part, limits: tuple[int | None, int | None]
) -> Indicators:
    measure(connection, case, part, *limits)
    return read(connection)


def _year_before(part: Part) -> Part:
    first, last = year_before((part.first, part.last))
    return replace(part, first=first, last=last, phase_from=min(part.phase_from, first))


def _founded(connection: duckdb.DuckDBPyConnection, since: date, day: date) -> int:
    """Clubs of the area founded in a stretch of days."""
    query = "SELECT count(*) FROM mine WHERE is_club AND founding_date BETWEEN ? AND ?"
    row = connection.execute(query, [since, day]).fetchone()
    assert row is not None
    return int(row[0])


def _cumulative(now: Indicators) -> dict[str, Cell]:
    """Counts as they stand; shares that are counted from the beginning of the phase."""
    stocks = {code: now[code, ""].value for code in STOCKS}
    return stocks | {code: now[code, "phase"].value for code in ("C05", "D10")}


def _as_count(connection: duckdb.DuckDBPyConnection, case: Case, part: Part, row: Row) -> Row:
    """A goal that counts clubs where the indicator is a share: its numerator, in the goal's own period."""
    goal = row.goal
    assert goal is not None
    own = part
    if goal.first and goal.last and not goal.covers(part.first, part.last):
        own = replace(part, first=goal.first, last=goal.last)
    none: tuple[None, None] = (None, None)
    now, before = _measured(connection, case, own, none), _measured(connection, case, _year_before(own), none)
    return replace(row, now=_numerators(now, row.code), before=_numerators(before, row.code))


def _numerators(found: Indicators, code: str) -> Indicators:
    one = found[code, ""]
    return {
        (code, ""): Measured(
            1, None if one.missing and not one.denominator else one.numerator, None, one.missing
        )
    }
