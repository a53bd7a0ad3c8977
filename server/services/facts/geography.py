"""The geography of a report: which units its tables list on a day, and where each club stands among them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from reports.facts import Geography, Place, Unit
from server.errors import Problem, UnitNotFound
from server.models import ClubUnit, UnitClosure, UnitLink
from server.models import Unit as UnitRow
from server.services import unit as register
from server.services.unit.lookup import in_force

UNIT_COLUMNS = (
    UnitRow.id,
    UnitRow.code,
    UnitRow.valid_from,
    UnitRow.valid_to,
    UnitRow.level,
    UnitRow.kind,
    UnitRow.name,
    UnitRow.full_name,
    UnitRow.parent_id,
    UnitRow.is_urban,
    UnitRow.lat,
    UnitRow.lon,
)


class NotAProvince(Problem):
    """A report was asked for a unit of another level."""

    code = "400.2"
    message_vi = "Mã {code} là {name}, không phải tỉnh hay thành phố; báo cáo tỉnh cần mã tỉnh, ví dụ 58."
    message_en = (
        "The code {code} is {name}, not a province; a province report needs the code of one, such as 58."
    )


@dataclass(frozen=True, slots=True)
class Area:
    """A province as reported: its state, everything below it, and what became of that.

    own: units at or below it, of all days. others: what those came from and became outside it, with what stands above
    them. successor: the province it belongs to on the geography's day, if it stands no more.
    """

    province: Unit
    as_of: date
    own: Mapping[int, Unit]
    others: Mapping[int, Unit]
    became: Mapping[int, tuple[int, ...]]
    """Unit → units that took its land over, wholly or in part, at the next reform."""
    was: Mapping[int, tuple[int, ...]]
    successor: Unit | None

    @property
    def communes_now(self) -> tuple[Unit, ...]:
        """Communes on the geography's day, in order of code; of a former province those that hold its land."""
        units = self.own if self.successor is None else self.others
        return tuple(u for u in units.values() if u.level == "c" and u.stands_on(self.as_of))

    @property
    def unit_ids(self) -> frozenset[int]:
        """Units whose clubs are in the report; of a former province, clubs founded later on its land too."""
        return frozenset(self.own).union(u.id for u in self.communes_now)

    def unit(self, unit_id: int | None) -> Unit | None:
        """A unit of the area, of what it came from or became."""
        return None if unit_id is None else self.own.get(unit_id) or self.others.get(unit_id)


@dataclass(frozen=True, slots=True)
class Spell:
    """A club in a unit from when to when."""

    unit_id: int
    valid_from: date
    valid_to: date | None


def area(session: Session, code: str, as_of: date) -> Area:
    """The province a code names on a day; if it stands no more, its last state, as an area inside its successor.

    Raises UnitNotFound, NotAProvince.
    """
    found = state(session, code, as_of)
    if found.level != "p":
        raise NotAProvince(code=code, name=found.full_name)
    below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == found.id)
    own = _units(session, UnitRow.id.in_(below))
    became, was = _walk(session, own, forwards=True), _walk(session, own, forwards=False)
    others = _outside(session, own, became, was)
    successor = None
    if not own[found.id].stands_on(as_of):
        ends = register.trace(session, [found.id], as_of).get(found.id, [])
        successor = next((_units(session, UnitRow.id == end.unit.id)[end.unit.id] for end in ends), None)
    return Area(own[found.id], as_of, own, others, became, was, successor)


def state(session: Session, code: str, as_of: date) -> UnitRow:
    """The unit a code names on a day; if it stands no more, its last state. Raises UnitNotFound."""
    standing = register.at(session, code, as_of)
    if standing is not None:
        return standing
    earlier = select(UnitRow).where(UnitRow.code == code, UnitRow.valid_from <= as_of)
    last = session.scalars(earlier.order_by(UnitRow.valid_from.desc())).first()
    if last is None:
        raise UnitNotFound(code=code, day=as_of)
    return last


def _units(session: Session, condition: ColumnElement[bool]) -> dict[int, Unit]:
    rows = session.execute(select(*UNIT_COLUMNS).where(condition).order_by(UnitRow.code, UnitRow.id))
    return {row.id: Unit(*row) for row in rows}


def _walk(session: Session, start: Iterable[int], *, forwards: bool) -> dict[int, tuple[int, ...]]:
    """Links out of these units, or into them, step by step until none is new: unit → units at the other end."""
    here, there = (UnitLink.old_id, UnitLink.new_id) if forwards else (UnitLink.new_id, UnitLink.old_id)
    links: dict[int, list[int]] = defaultdict(list)
    step = set(start)
    while step:
        rows = session.execute(select(here, there).where(here.in_(step)).order_by(here, there)).all()
        for one, other in rows:
            links[one].append(other)
        step = {other for _, other in rows} - set(links)
    return {one: tuple(others) for one, others in links.items()}


def _outside(
    session: Session, own: Mapping[int, Unit], *links: Mapping[int, tuple[int, ...]]
) -> dict[int, Unit]:
    """Units that links lead to outside the area, and everything above those."""
    ends = {other for walk in links for others in walk.values() for other in others} - set(own)
    above = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id.in_(ends))
    return _units(session, UnitRow.id.in_(above)) if ends else {}


def geography(session: Session, of: Area, clubs: Collection[str]) -> Geography:
    """Rows, communes and places for the clubs of an area on its day."""
    communes = of.communes_now
    districts = tuple(u for u in of.own.values() if u.level == "d" and u.stands_on(of.as_of))
    rows = districts or communes
    spells, reform_on = _spells(session, clubs), _reform(session, of)
    row_ids = {unit.id for unit in rows}
    places = {club_id: _place(of, row_ids, spells.get(club_id, ()), reform_on) for club_id in clubs}
    provinces = _units(session, (UnitRow.level == "p") & in_force(of.as_of))
    return Geography(
        as_of=of.as_of,
        area=of.province,
        successor=of.successor,
        rows=rows,
        communes=communes,
        places=places,
        provinces=tuple(provinces.values()),
        reform_on=reform_on,
        shapes=register.outlines((of.province,)),
    )


def _reform(session: Session, of: Area) -> date | None:
    """The last day on which the area's units changed; None when they stand as the register opened."""
    opening = session.scalar(select(func.min(UnitRow.valid_from)))
    last = max(u.valid_from for u in (*of.own.values(), *of.others.values()))
    return None if last == opening else last


def _spells(session: Session, clubs: Collection[str]) -> dict[str, tuple[Spell, ...]]:
    """Where clubs stood, oldest first."""
    found: dict[str, list[Spell]] = defaultdict(list)
    columns = select(ClubUnit.club_id, ClubUnit.unit_id, ClubUnit.valid_from, ClubUnit.valid_to)
    rows = session.execute(
        columns.where(ClubUnit.club_id.in_(clubs)).order_by(ClubUnit.club_id, ClubUnit.valid_from)
    )
    for club_id, unit_id, first, last in rows:
        found[club_id].append(Spell(unit_id, first, last))
    return {club_id: tuple(spells) for club_id, spells in found.items()}


def _place(of: Area, row_ids: set[int], spells: Sequence[Spell], reform_on: date | None) -> Place:
    """Where a club is counted. A unit that did not stand on the day is followed along the links; if more than one
    commune is possible the commune is open, and the row too unless all of them lie in the same."""
    province_id = (of.successor or of.province).id
    old_name, new_name = _names(of, spells, reform_on)
    if not spells:
        return Place(None, None, province_id)
    spell = next((s for s in reversed(spells) if s.valid_from <= of.as_of), spells[0])
    communes = [u for u in _on_day(of, spell.unit_id) if u.level == "c"]
    found = {_row_above(of, u, row_ids) for u in communes}
    return Place(
        row_id=found.pop() if len(found) == 1 else None,
        commune_id=communes[0].id if len(communes) == 1 else None,
        province_id=province_id,
        old_name=old_name,
        new_name=new_name,
    )


def _on_day(of: Area, unit_id: int) -> list[Unit]:
    """The units that hold a unit's land on the geography's day, along the links forwards or backwards."""
    reached, step, seen = [], [unit_id], {unit_id}
    while step:
        here = step.pop()
        unit = of.unit(here)
        if unit is not None and unit.stands_on(of.as_of):
            reached.append(unit)
        elif unit is not None:
            links = of.became if unit.valid_from <= of.as_of else of.was
            nexts = [other for other in links.get(here, ()) if other not in seen]
            step += nexts
            seen.update(nexts)
    return reached


def _row_above(of: Area, unit: Unit, row_ids: set[int]) -> int | None:
    above: Unit | None = unit
    while above is not None and above.id not in row_ids:
        above = of.unit(above.parent_id)
    return above.id if above else None


def _names(of: Area, spells: Sequence[Spell], reform_on: date | None) -> tuple[str | None, str | None]:
    """The club's place before and since the latest reform: commune and, before it, district. None: none is certain."""
    before = after = None
    for unit in (of.unit(spell.unit_id) for spell in spells):
        if unit is None or unit.level != "c":
            continue
        if reform_on and unit.valid_from < reform_on and unit.valid_to is not None:
            district = of.unit(unit.parent_id)
            before = (
                f"{unit.full_name}, {district.full_name}"
                if district and district.level == "d"
                else unit.full_name
            )
        else:
            after = unit.full_name
    return before, after
