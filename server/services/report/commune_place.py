"""Which commune a code names for a period, and what it lies in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.facts import Unit
from reports.period import Period
from server import models as m
from server.errors import Problem, UnitNotFound
from server.scope import Scope
from server.services import unit as register
from server.services.facts.geography import Area, area, state
from server.services.report.province import PeriodNotBegun
from server.services.report.reach import require_unit


class NotACommune(Problem):
    """A commune page was asked for a unit of another level."""

    code = "400.2"
    message_vi = "Mã {code} là {name}, không phải xã, phường, thị trấn hay đặc khu."
    message_en = "The code {code} is {name}, not a commune."


@dataclass(frozen=True, slots=True)
class CommunePlace:
    """A commune in one state, within its province as of a day on which it stands. above: district and province."""

    unit: Unit
    area: Area
    above: str


def find(
    session: Session, scope: Scope, code: str, period: Period, *, today: date, as_of: date | None
) -> CommunePlace:
    """The commune as it stood at the end of the period (or on as_of); if it did not stand then, in its nearest state.

    Raises PeriodNotBegun, UnitNotFound, NotACommune, OutOfReach.
    """
    if period.first > today:
        raise PeriodNotBegun(vi=period.name_vi, en=period.name_en)
    day = as_of or min(period.last, today)
    row = _nearest(session, code, day)
    if row.level != "c":
        raise NotACommune(code=code, name=row.full_name)
    require_unit(session, scope, row)
    above = [unit for unit in register.lineage(session, row) if unit.level in ("p", "d")]
    within = max(row.valid_from, min(day, row.valid_to or day))
    of = area(session, next(unit.code for unit in above if unit.level == "p"), within)
    return CommunePlace(of.own[row.id], of, ", ".join(unit.full_name for unit in reversed(above)))


def _nearest(session: Session, code: str, day: date) -> m.Unit:
    try:
        return state(session, code, day)
    except UnitNotFound:
        later = select(m.Unit).where(m.Unit.code == code).order_by(m.Unit.valid_from).limit(1)
        found = session.scalar(later)
        if found is None:
            raise
        return found
