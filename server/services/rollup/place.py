"""In which province each club stands on a day, found for all clubs at once."""

from collections import defaultdict
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reports import facts
from server.errors import UnitNotFound
from server.models import ClubUnit, Unit, UnitClosure
from server.services import unit as register
from server.services.report.geography import UNIT_COLUMNS
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


def of_clubs(session: Session, as_of: date) -> dict[str, int]:
    """Club → id of its province in force on the day. A club that no province can be named for is left out.

    Of a club founded after the day its first place counts.
    """
    first = select(ClubUnit.club_id, func.min(ClubUnit.valid_from).label("since")).group_by(ClubUnit.club_id)
    begins = first.subquery()
    held = (
        select(ClubUnit.club_id, Unit.id, Unit.valid_from, Unit.valid_to)
        .join(begins, begins.c.club_id == ClubUnit.club_id)
        .join(UnitClosure, UnitClosure.descendant_id == ClubUnit.unit_id)
        .join(Unit, (Unit.id == UnitClosure.ancestor_id) & (Unit.level == "p"))
        .where(
            or_(
                (ClubUnit.valid_from <= as_of) & (ClubUnit.valid_to.is_(None) | (ClubUnit.valid_to >= as_of)),
                (begins.c.since > as_of) & (ClubUnit.valid_from == begins.c.since),
            )
        )
    )
    found, former = {}, defaultdict(list)
    for club_id, unit_id, since, until in session.connection().execute(held).all():
        if since <= as_of and (until is None or as_of <= until):
            found[club_id] = unit_id
        else:
            former[unit_id].append(club_id)
    for unit_id, ends in register.trace(session, list(former), as_of).items() if former else ():
        if len(ends) == 1:
            found.update(dict.fromkeys(former[unit_id], ends[0].unit.id))
    return found
