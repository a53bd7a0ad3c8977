"""Where clubs stand on the day a report's geography is of, followed from the commune that each founding form names."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from verify.read import Case

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the register in one state; valid_to is its last day, None while it stands."""

    id: int
    code: str
    valid_from: date
    valid_to: date | None
    level: str
    full_name: str
    parent_id: int | None

    def stands(self, day: date) -> bool:
        """Whether it was in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Spot:
    """A unit that certainly holds a club. is_certain False: reforms leave open which part of it."""

    unit: Unit | None
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Area:
    """The province reported. rows: the units that tables list; communes: all of them on the day."""

    unit: Unit
    is_former: bool
    rows: tuple[Unit, ...]
    communes: tuple[Unit, ...]
    inside: frozenset[int]


class Register:
    """The units with what each came from and became."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = connection.execute("SELECT * FROM unit ORDER BY code, valid_from").fetchall()
        self.units = {row[0]: Unit(*row) for row in rows}
        self.states: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            self.states[unit.code].append(unit)
        self.became: dict[int, list[int]] = defaultdict(list)
        self.was: dict[int, list[int]] = defaultdict(list)
        self.partial: set[tuple[int, int]] = set()
        links = connection.execute(
            "SELECT CAST(old_id AS BIGINT), CAST(new_id AS BIGINT), lower(is_partial) IN ('true', '1') "
            "FROM raw_unit_link"
        )
        for old, new, is_partial in links.fetchall():
            self.became[old].append(new)
            self.was[new].append(old)
            if is_partial:
                self.partial.add((old, new))
        chosen = connection.execute(
            "SELECT club_id, CAST(valid_from AS DATE), CAST(unit_id AS BIGINT) FROM raw_club_place"
        )
        self.chosen = {(club, day): unit for club, day, unit in chosen.fetchall()}

    def above(self, unit: Unit | None) -> list[Unit]:
        """The unit itself and all it lies in, lowest first."""
        chain = []
        while unit is not None:
            chain.append(unit)
            unit = self.units[unit.parent_id] if unit.parent_id is not None else None
        return chain

    def area(self, case: Case) -> Area | None:
        """The province in the state that stands on the geography's day, else in its last one; None: no such code."""
        states = [u for u in self.states[case.place] if u.level == "p"]
        standing = [u for u in states if u.stands(case.as_of)]
        past = [u for u in states if u.valid_from <= case.as_of]
        unit = next(iter(standing), max(past or states, key=lambda u: u.valid_from, default=None))
        if unit is None:
            return None
        inside = frozenset(u.id for u in self.units.values() if unit in self.above(u))
        stood = [u for u in self._units(inside) if u.stands(case.as_of)]
        now = stood if standing else self._became(inside, case.as_of)
        communes = tuple(u for u in now if u.level == "c")
        districts = tuple(u for u in now if u.level == "d")
        return Area(unit, not standing, districts or communes, communes, inside)

    def listed(self, day: date) -> dict[int, list[Unit]]:
        """Province → what tables list of it on a day: its districts, else its communes."""
        found: dict[tuple[int, str], list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            if unit.level in ("d", "c") and unit.stands(day):
                for above in self.above(unit):
                    found[above.id, unit.level].append(unit)
        return {id_: found.get((id_, "d")) or found[id_, "c"] for id_ in {key[0] for key in found}}

    def _units(self, ids: Iterable[int]) -> list[Unit]:
        return sorted((self.units[i] for i in ids), key=lambda u: (u.code, u.valid_from))

    def _became(self, ids: Iterable[int], day: date) -> list[Unit]:
        """What these units have become by the day, wholly or in part."""
        found: set[int] = set()
        todo = list(ids)
        while todo:
            unit = self.units[todo.pop()]
            if unit.stands(day):
                found.add(unit.id)
            elif unit.valid_to is not None and unit.valid_to < day:
                todo += self.became[unit.id]
        return self._units(found)

    def spot(self, club: str, commune: str | None, founded_on: date, day: date) -> Spot:
        """Where a club stands on a day. commune: `03388@2016-01-01`, or a bare code as of the founding."""
        unit = self._named(commune or "", founded_on)
        while unit is not None and not unit.stands(day):
            if unit.valid_from > day:
                sources = self.was[unit.id]
                unit = self.units[sources[0]] if len(sources) == 1 else None
                continue
            assert unit.valid_to is not None
            found = self._after(club, unit, unit.valid_to + DAY)
            if not found.is_certain:
                return found
            unit = found.unit
        return Spot(unit, unit is not None and unit.level == "c")

    def _named(self, commune: str, founded_on: date) -> Unit | None:
        code, _, day = commune.partition("@")
        states = self.states[code]
        exact = [u for u in states if u.valid_from.isoformat() == day]
        return next(iter(exact or [u for u in states if u.stands(founded_on)]), None)

    def _after(self, club: str, unit: Unit, day: date) -> Spot:
        """What became of a club's unit: a person's word, the one successor, else the lowest that holds them all."""
        if (club, day) in self.chosen:
            return Spot(self.units[self.chosen[club, day]], True)
        successors = self.became[unit.id]
        if len(successors) == 1 and (unit.id, successors[0]) not in self.partial:
            return Spot(self.units[successors[0]], True)
        shared = [{u.id for u in self.above(self.units[one])} - set(successors) for one in successors]
        common = set.intersection(*shared) if shared else set()
        above = [u for u in self.above(self.units[successors[0]]) if u.id in common] if successors else []
        return Spot(next(iter(above), None), False)


def settle(connection: duckdb.DuckDBPyConnection, case: Case) -> Area | None:
    """Fill the table `place` with the clubs of the area, and return the area."""
    register = Register(connection)
    area = register.area(case)
    connection.execute(
        "CREATE OR REPLACE TABLE place (club VARCHAR, row_id BIGINT, commune_id BIGINT, is_undecided BOOLEAN)"
    )
    connection.execute("CREATE OR REPLACE TABLE in_province (club VARCHAR, province_id BIGINT)")
    connection.execute("CREATE OR REPLACE TABLE in_force (unit_id BIGINT, level VARCHAR)")
    if area is None:
        return None
    provinces = [u for u in register.units.values() if u.level == "p" and u.stands(case.as_of)]
    for unit in (*area.communes, *provinces):
        connection.execute("INSERT INTO in_force VALUES (?, ?)", [unit.id, unit.level])
    rows = {u.id for u in area.rows}
    reference = area.unit.valid_to if area.is_former and area.unit.valid_to else case.as_of
    for club, commune, founded_on in connection.execute(
        "SELECT id, commune, founding_date FROM club"
    ).fetchall():
        now = register.spot(club, commune, founded_on, case.as_of)
        above = register.above(now.unit)
        province = next((u.id for u in above if u.level == "p"), None)
        connection.execute("INSERT INTO in_province VALUES (?, ?)", [club, province])
        then = register.spot(club, commune, founded_on, reference)
        if any(u.id in area.inside for u in register.above(then.unit)):
            row = next((u.id for u in above if u.id in rows), None)
            commune_id = now.unit.id if now.is_certain and now.unit else None
            connection.execute("INSERT INTO place VALUES (?, ?, ?, ?)", [club, row, commune_id, row is None])
    return area


def over_country(connection: duckdb.DuckDBPyConnection, register: Register, day: date) -> tuple[Unit, ...]:
    """Fill the table `home` with the province that every club stands in on a day, and return the provinces of that
    day. A club that no province can be named for has none."""
    provinces = tuple(u for u in register.units.values() if u.level == "p" and u.stands(day))
    standing = {unit.id for unit in provinces}
    clubs, homes = [], []
    for club, commune, founded_on in connection.execute(
        "SELECT id, commune, founding_date FROM club"
    ).fetchall():
        above = register.above(register.spot(club, commune, founded_on, day).unit)
        clubs.append(club)
        homes.append(next((u.id for u in above if u.id in standing), None))
    connection.execute(
        "CREATE OR REPLACE TABLE in_force AS SELECT unnest(?::BIGINT[]) AS unit_id, 'p' AS level",
        [list(standing)],
    )
    connection.execute(
        "CREATE OR REPLACE TABLE home AS SELECT unnest(?::VARCHAR[]) AS club, unnest(?::BIGINT[]) AS row_id, "
        "CAST(NULL AS BIGINT) AS commune_id, false AS is_undecided",
        [clubs, homes],
    )
    connection.execute("CREATE OR REPLACE TABLE in_province AS SELECT club, row_id AS province_id FROM home")
    return provinces
