"""All clubs of the country measured over one stretch: each by the rules of its province, then added up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from verify.annex import Record, records
from verify.cell import Cell
from verify.indicator import Indicators, Measured, read
from verify.nation.stretch import Stretch
from verify.places import Register, Unit, over_country
from verify.read import Case, run
from verify.standards import rules
from verify.stretch import measure

NEEDED = {"A08": "active_months", "C04": "fund_band_high"}
"""Indicators of which nothing is known under a phase that lacks a rule."""
ROWS = (
    "SELECT u.*, b.* EXCLUDE (row_id) FROM by_unit u JOIN beside_unit b ON b.row_id IS NOT DISTINCT FROM u.row_id "
    "WHERE NOT u.is_total"
)
NEWEST = (
    "WITH newest AS (SELECT round, year FROM interview GROUP BY ALL "
    "ORDER BY max(surveyed_on) DESC, year DESC, round DESC LIMIT 1) "
    "SELECT count(*), count(*) FILTER (e01), count(e01), count(*) FILTER (e02), count(e02), count(*) FILTER (e03), "
    "count(e03) FROM interview JOIN newest USING (round, year)"
)
"""The interviews of the round that was held last in the whole country."""
SURVEYED = ("E01", "E02", "E03")
SINCE_PHASE = frozenset({"C05", "D10"})
"""Told of the country as they stand since the phase began."""

KNOWN_OF_ALL = frozenset({"A03"})
"""Indicators that need no monthly report of a club."""


@dataclass(frozen=True, slots=True)
class Country:
    """The figures of one stretch. rows: province → sums over its clubs; None: of clubs that no province is known of."""

    stretch: Stretch
    provinces: tuple[Unit, ...]
    whole: Indicators
    rows: Mapping[int | None, Record]
    survey: Mapping[str, Measured]

    @property
    def total(self) -> Record:
        """Sums over all clubs."""
        return added(self.rows.values())

    @property
    def with_clubs(self) -> int:
        """Provinces in which a club stands."""
        return sum(bool(self.rows.get(unit.id, {}).get("standing")) for unit in self.provinces)

    def figure(self, code: str) -> Measured:
        """An indicator over all clubs; without a numerator where nothing is known."""
        if code in SURVEYED:
            return self.survey.get(code, Measured(100, None, None, 0))
        part = "phase" if code in SINCE_PHASE else ""
        found = self.whole.get((code, part), Measured(1, None, None, 0))
        told = self.whole.get((code, ""))
        return replace(found, missing=told.missing if told and code not in KNOWN_OF_ALL else 0)

    def percent(self, code: str) -> Cell:
        """A share, exact; None where nothing stands below the line."""
        found = self.whole.get((code, ""))
        return None if found is None else found.value


class Counting:
    """Measures stretches, each once. Whoever asks for one again gets what was worked out."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, case: Case) -> None:
        self._connection, self._case = connection, case
        self.register = Register(connection)
        self._units = self.register.listed(case.as_of)
        self._known: dict[Stretch, Country] = {}

    def of(self, stretch: Stretch) -> Country:
        """The country over a stretch."""
        if stretch not in self._known:
            self._known[stretch] = self._count(stretch)
        return self._known[stretch]

    def units_of(self, province: Unit) -> Sequence[Unit]:
        """The units that its own report lists on the day of the boundaries."""
        return self._units.get(province.id, ())

    def last_day(self, phase: str) -> date:
        """The day that a phase ends on."""
        query = "SELECT valid_to FROM standard_phase WHERE code = ?"
        row = self._connection.execute(query, [phase]).fetchone()
        assert row is not None
        day: date = row[0]
        return day

    def _count(self, stretch: Stretch) -> Country:
        connection = self._connection
        provinces = over_country(connection, self.register, stretch.as_of)
        connection.execute("DROP TABLE IF EXISTS interview")
        case = replace(self._case, cut_off=stretch.closed)
        apart = self._ruled(stretch)
        found = [self._measured(case, stretch, unit_id, apart[1:]) for unit_id in apart]
        rows = {key: row for _, own in found for key, row in own.items()}
        rules(connection, self._case, None)
        return Country(stretch, provinces, _together(one for one, _ in found), rows, _survey(connection))

    def _ruled(self, stretch: Stretch) -> list[int | None]:
        """Provinces whose clubs are measured by rules of their own, and None for all the rest together. Rules count of
        the phase that measures, and of those that clubs were founded in."""
        query = (
            "SELECT DISTINCT h.row_id FROM home h JOIN phase_rule r ON r.unit_id = h.row_id WHERE r.phase = ? "
            "OR r.phase IN (SELECT c.phase FROM home o JOIN club c ON c.id = o.club WHERE c.founding_date <= ?) "
            "ORDER BY h.row_id"
        )
        values = [stretch.part.phase, stretch.part.last]
        return [None, *(row[0] for row in self._connection.execute(query, values).fetchall())]

    def _measured(
        self, case: Case, stretch: Stretch, unit_id: int | None, others: Sequence[int | None]
    ) -> tuple[Indicators, dict[int | None, Record]]:
        """The clubs of one province, or of all but some, by the rules that hold there."""
        connection = self._connection
        rules(connection, case, unit_id)
        connection.execute(
            "CREATE OR REPLACE TABLE place AS SELECT * FROM home WHERE CASE WHEN CAST(? AS BIGINT) IS NULL "
            "THEN NOT coalesce(list_contains(CAST(? AS BIGINT[]), row_id), false) ELSE row_id = CAST(? AS BIGINT) END",
            [unit_id, others, unit_id],
        )
        measure(connection, case, stretch.part)
        run(connection, "nation")
        rows = {row["row_id"]: row for row in records(connection, ROWS)}
        return (_known(connection, stretch) if rows else {}), rows


def _known(connection: duckdb.DuckDBPyConnection, stretch: Stretch) -> Indicators:
    """What has been measured, but for what the phase has no rule for."""
    query = "SELECT rule FROM rule WHERE phase = ? AND low IS NOT NULL"
    held = {row[0] for row in connection.execute(query, [stretch.part.phase]).fetchall()}
    return {
        (code, part): replace(one, is_empty=False)
        for (code, part), one in read(connection).items()
        if code not in NEEDED or NEEDED[code] in held
    }


def _together(found: Iterable[Indicators]) -> Indicators:
    whole: dict[tuple[str, str], Measured] = {}
    for one in found:
        for key, measured in one.items():
            whole[key] = _plus(whole[key], measured) if key in whole else measured
    return whole


def _plus(one: Measured, other: Measured) -> Measured:
    return Measured(
        one.scale,
        _sum([one.numerator, other.numerator]),
        _sum([one.denominator, other.denominator]),
        one.missing + other.missing,
    )


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def added(rows: Iterable[Record]) -> Record:
    """Rows of some provinces as one; a column that none of them knows stays unknown."""
    held = list(rows)
    names = {name for row in held for name in row} - {"row_id", "is_total"}
    return {name: _sum(row[name] for row in held) for name in names}


def _survey(connection: duckdb.DuckDBPyConnection) -> dict[str, Measured]:
    """The newest round of the whole country; nothing without one."""
    row = connection.execute(NEWEST).fetchone()
    if row is None or not row[0]:
        return {}
    pairs = zip(row[1::2], row[2::2], strict=True)
    return {code: Measured(100, n, d, 0) for code, (n, d) in zip(SURVEYED, pairs, strict=True)}
