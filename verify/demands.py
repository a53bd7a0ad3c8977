"""What a province is asked for in one part of a report: its own targets, the phase's rules, the nation's shares."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import duckdb

from verify.goals import BANDED, REFERENCES, Demand, fallen_due, fits, planned, wider
from verify.places import Area
from verify.stretch import Part


class Demands:
    """The targets of the province and the nation, and the rules of the phase, for one part of a report."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, area: Area, part: Part) -> None:
        self.part = part
        self._rules = {
            rule: Demand(
                ">=" if high is None else "range", Fraction(low), None if high is None else Fraction(high), ""
            )
            for rule, low, high in connection.execute(
                "SELECT rule, low, high FROM rule WHERE phase = ? AND low IS NOT NULL", [part.phase]
            ).fetchall()
        }
        self._ceilings = {
            rule: Fraction(high)
            for rule, high in connection.execute(
                "SELECT rule, high FROM rule WHERE phase = ? AND low IS NULL AND high IS NOT NULL",
                [part.phase],
            ).fetchall()
        }
        self._own = targets(connection, area.unit.id)
        nation = connection.execute(
            "SELECT id FROM unit WHERE level = 'n' ORDER BY valid_from LIMIT 1"
        ).fetchone()
        self._nation = targets(connection, nation[0]) if nation else {}

    def of(self, code: str) -> tuple[Demand, ...]:
        """What is demanded of an indicator: the province's own goals, else the phase's rule, else the nation's."""
        first, last = self.part.first, self.part.last
        own = self._own.get(code, ())
        if code == "A01":
            return self._plans(own)
        goal = fallen_due(own, first, last)
        if goal is None and code in BANDED and BANDED[code] in self._rules:
            goal = self._rules[BANDED[code]]
        if goal is None:
            goal = fallen_due([d for d in self._nation.get(code, ()) if d.measure == "percent"], first, last)
        if goal is None and code in REFERENCES:
            goal = self._reference(REFERENCES[code])
        return () if goal is None else (goal,)

    def _reference(self, rule: str) -> Demand | None:
        """A level to compare with: a minimum, or a maximum where the rule has only that."""
        if rule in self._rules:
            return replace(self._rules[rule], op=">=", high=None, is_reference=True)
        high = self._ceilings.get(rule)
        return None if high is None else Demand("<=", high, None, "", is_reference=True)

    def _plans(self, own: Sequence[Demand]) -> tuple[Demand, ...]:
        """Plans for clubs: those of the period itself, and the one for longer that holds it."""
        first, last = self.part.first, self.part.last
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


def targets(connection: duckdb.DuckDBPyConnection, unit_id: int) -> dict[str, tuple[Demand, ...]]:
    """The targets with a figure of one unit in one state, by indicator."""
    rows = connection.execute(
        "SELECT indicator, op, CAST(value AS DECIMAL(18, 4)), CAST(value_max AS DECIMAL(18, 4)), measure, "
        "CAST(period_from AS DATE), CAST(period_to AS DATE), CAST(threshold_vnd AS BIGINT), metric, kind, "
        "coalesce(fact_id, '') FROM raw_target "
        "WHERE CAST(unit_id AS BIGINT) = ? AND indicator IS NOT NULL AND value IS NOT NULL "
        "ORDER BY period_from, period_to, fact_id",
        [unit_id],
    ).fetchall()
    found: dict[str, list[Demand]] = {}
    for code, op, low, high, *rest in rows:
        demand = Demand(op, Fraction(low), None if high is None else Fraction(high), *rest)
        found.setdefault(code, []).append(demand)
    return {code: tuple(demands) for code, demands in found.items()}
