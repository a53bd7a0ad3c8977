"""What a province is asked for in one part of a report: its own targets, the phase's rules, the nation's shares."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb

from verify.calendar import alike, plain
from verify.goals import BANDED, REFERENCES, Demand, fallen_due, fits, planned, wider
from verify.places import Area
from verify.stretch import Part


class Demands:
    """The targets of the province and the nation, and the rules of the phase, for one part of a report."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, area: Area, part: Part) -> None:
        self.part = part
        self._rules = {
            rule: _asked(low, high, is_reference=rule in PROPOSED and not is_own)
            for rule, low, high, is_own in connection.execute(
                "SELECT rule, low, high, is_own FROM rule WHERE phase = ? AND coalesce(low, high) IS NOT NULL",
                [part.phase],
            ).fetchall()
        }
        self._own = targets(connection, area.unit.id)
        nation = connection.execute(
            "SELECT id FROM unit WHERE level = 'n' ORDER BY valid_from LIMIT 1"
        ).fetchone()
        self._nation = targets(connection, nation[0]) if nation else {}

    def of(self, code: str) -> tuple[Demand, ...]:
        """What is demanded of an indicator: the province's own goals, else the phase's rule, else the nation's.

        Papers plan calendar months; their days are given as the report counts them.
        """
        return tuple(self._counted(demand) for demand in self._of(code))

    def _counted(self, demand: Demand) -> Demand:
        if demand.first is None or demand.last is None:
            return demand
        first, last = alike((demand.first, demand.last), (self.part.first, self.part.last))
        return replace(demand, first=first, last=last)

    def _of(self, code: str) -> tuple[Demand, ...]:
        first, last = plain((self.part.first, self.part.last))
        own = self._own.get(code, ())
        if code == "A01":
            return self._plans(own)
        goal = fallen_due(own, first, last)
        rule = self._rules.get(BANDED.get(code) or REFERENCES.get(code) or "")
        if goal is None and rule is not None and not rule.is_reference:
            goal = rule
        if goal is None:
            goal = fallen_due([d for d in self._nation.get(code, ()) if d.measure == "percent"], first, last)
        if goal is None:
            goal = rule
        return () if goal is None else (goal,)

    def _plans(self, own: Sequence[Demand]) -> tuple[Demand, ...]:
        """Plans for clubs: those of the period itself, and the one for longer that holds it."""
        first, last = plain((self.part.first, self.part.last))
        counted = planned(own, first, last)
        longer = wider([d for d in own if d.measure == "club"], first, last)
        found = []
        if counted:
            total = replace(counted[0], low=sum((p.low for p in counted), Fraction(0)))
            is_whole = fits(counted, own, first, last)
            begun, ended = (first, last) if is_whole else (counted[0].first, counted[-1].last)
            found.append(replace(total, first=begun, last=ended))
        if longer is not None:
            found.append(longer)
        return tuple(found)

    def thresholds(self) -> tuple[int | None, int | None]:
        """VND that the goals of C03 and C04 name."""
        named = [next(iter(self.of(code)), None) for code in ("C03", "C04")]
        return (named[0].threshold if named[0] else None, named[1].threshold if named[1] else None)


PROPOSED = frozenset(REFERENCES.values())
"""Rules that give a level to compare with, unless the report sets one of its own."""


def _asked(low: Decimal | None, high: Decimal | None, *, is_reference: bool) -> Demand:
    """A rule as a demand: a minimum, a band, or a maximum where it has only that."""
    if low is None:
        return Demand("<=", Fraction(high or 0), None, "", is_reference=is_reference)
    if high is None or is_reference:
        return Demand(">=", Fraction(low), None, "", is_reference=is_reference)
    return Demand("range", Fraction(low), Fraction(high), "", is_reference=is_reference)


READ = (
    "SELECT indicator, CAST(unit_id AS BIGINT), op, CAST(value AS DECIMAL(18, 4)), CAST(value_max AS DECIMAL(18, 4)), "
    "measure, CAST(period_from AS DATE), CAST(period_to AS DATE), CAST(threshold_vnd AS BIGINT), metric, kind, "
    "coalesce(fact_id, '') FROM raw_target WHERE indicator IS NOT NULL AND value IS NOT NULL "
    "AND CASE WHEN CAST(? AS BIGINT) IS NULL THEN indicator = ? ELSE CAST(unit_id AS BIGINT) = ? END "
    "ORDER BY period_from, period_to, fact_id"
)


def targets(connection: duckdb.DuckDBPyConnection, unit_id: int) -> dict[str, tuple[Demand, ...]]:
    """The targets with a figure of one unit in one state, by indicator."""
    found: dict[str, list[Demand]] = {}
    for row in connection.execute(READ, [unit_id, None, unit_id]).fetchall():
        found.setdefault(row[0], []).append(_demand(*row[2:]))
    return {code: tuple(demands) for code, demands in found.items()}


def of_indicator(connection: duckdb.DuckDBPyConnection, code: str) -> dict[int, tuple[Demand, ...]]:
    """The targets with a figure of one indicator, by unit in one state."""
    found: dict[int, list[Demand]] = {}
    for row in connection.execute(READ, [None, code, None]).fetchall():
        found.setdefault(row[1], []).append(_demand(*row[2:]))
    return {unit_id: tuple(demands) for unit_id, demands in found.items()}


def _demand(op: str, low: Decimal, high: Decimal | None, *rest: Any) -> Demand:
    return Demand(op, Fraction(low), None if high is None else Fraction(high), *rest)
