"""One stretch of months under the rules of one phase, measured: the tables that all figures are read from."""

from dataclasses import dataclass
from datetime import date

import duckdb

from verify.read import Case, run


@dataclass(frozen=True, slots=True)
class Part:
    """The months of a report that lie in one phase, with that phase's age of “older”."""

    phase: str
    phase_from: date
    older_age: int
    first: date
    last: date


def measure(
    connection: duckdb.DuckDBPyConnection,
    case: Case,
    part: Part,
    initial_min: int | None = None,
    fund_min: int | None = None,
) -> date:
    """Fill `figure`, `graded`, `indicator` and `by_unit` for a stretch of months; returns the last day told of.

    initial_min, fund_min: VND that a goal names for C03 and C04; None: the phase's own.
    """
    day = min(part.last, case.cut_off)
    connection.execute(
        "CREATE OR REPLACE TABLE ctx AS SELECT "
        "CAST(? AS DATE) AS first, CAST(? AS DATE) AS last, CAST(? AS DATE) AS day, "
        "CAST(? AS VARCHAR) AS phase, CAST(? AS DATE) AS phase_from, CAST(? AS INTEGER) AS older_age, "
        "CAST(? AS BIGINT) AS initial_min, CAST(? AS BIGINT) AS fund_min, CAST(? AS DATE) AS cut_off",
        [
            *(part.first, part.last, day, part.phase, part.phase_from, part.older_age),
            *(initial_min, fund_min, case.cut_off),
        ],
    )
    for name in ("clubs", "quality", "indicators", "activities"):
        run(connection, name)
    return day
