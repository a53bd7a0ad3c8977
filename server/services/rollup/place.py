"""In which province each club stands on a day, found for all clubs at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import facts
from server.errors import UnitNotFound
from server.models import ClubUnit, Unit, UnitClosure
from server.services import unit as register
from server.services.facts.geography import UNIT_COLUMNS
from server.services.unit.lookup import in_force


def provinces(session: Session, as_of: date) -> tuple[facts.Unit, ...]:
    """Provinces in force on a day, in order of code."""
    rows = session.execute(
        select(*UNIT_COLUMNS).where((Unit.level == "p") & in_force(as_of)).order_by(Unit.code)
    )
    return tuple(facts.Unit(*row) for row in rows)


def nation(session: Session) -> facts.Unit:
    """The unit above all provinces."""
    row = session.execute(select(*UNIT_COLUMNS).where(Unit.level == "n").order_by(Unit.valid_from)).first()
    if row is None:
        raise UnitNotFound(code="VN", day=date.max)
    return facts.Unit(*row)


class Places:
    """Where clubs stood from when to when; read once, asked for as many days as are needed."""

    def __init__(self, session: Session, only: Collection[str] | None = None) -> None:
        c = ClubUnit
        held = select(c.club_id, c.valid_from, c.valid_to, c.unit_id).order_by(c.club_id, c.valid_from)
        if only is not None:
            held = held.where(c.club_id.in_(only))
        self.session = session
        self.rows: Sequence[Any] = session.connection().execute(held).all()
        self.above = _above(session)

    def of_clubs(self, as_of: date) -> dict[str, int]:
        """Club → id of its province in force on the day. A club that no province can be named for is left out.

        Of a club founded after the day its first place counts.
        """
        standing: list[tuple[str, int]] = []
        seen: str | None = None
        for club_id, since, until, unit_id in self.rows:
            is_first, seen = club_id != seen, club_id
            if since <= as_of:
                if until is None or until >= as_of:
                    standing.append((club_id, unit_id))
            elif is_first:
                standing.append((club_id, unit_id))
        homes = self._homes({unit_id for _, unit_id in standing}, as_of)
        return {club_id: home for club_id, unit_id in standing if (home := homes.get(unit_id)) is not None}

    def _homes(self, unit_ids: Collection[int], as_of: date) -> dict[int, int]:
        """Unit → the province it lies in on the day, where that is certain."""
        found, former = {}, {}
        for unit_id in unit_ids:
            for province, since, until in self.above.get(unit_id, ()):
                if since <= as_of and (until is None or as_of <= until):
                    found[unit_id] = province
                else:
                    former[unit_id] = province
        lost = {unit_id: province for unit_id, province in former.items() if unit_id not in found}
        ends = register.trace(self.session, sorted(set(lost.values())), as_of) if lost else {}
        for unit_id, province in lost.items():
            became = ends.get(province, ())
            if len(became) == 1:
                found[unit_id] = became[0].unit.id
        return found


def _above(session: Session) -> dict[int, list[tuple[int, date, date | None]]]:
    """Unit in which a club ever stood → the provinces above it, each with its first and last day."""
    rows = session.connection().execute(
        select(UnitClosure.descendant_id, Unit.id, Unit.valid_from, Unit.valid_to)
        .join(Unit, Unit.id == UnitClosure.ancestor_id)
        .where(Unit.level == "p", UnitClosure.descendant_id.in_(select(ClubUnit.unit_id)))
    )
    above: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
    for unit_id, province, since, until in rows.all():
        above[unit_id].append((province, since, until))
    return above
