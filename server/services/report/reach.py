"""Who may see the papers of which unit, and how much of people in them."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server.errors import Problem
from server.models import Club, ClubUnit, Unit, UnitClosure
from server.scope import Scope
from server.services import overview


class OutOfReach(Problem):
    """A unit none of whose clubs somebody may see; said as if it were not there."""

    code = "404.1"
    message_vi = "Không có đơn vị mã “{code}” trong địa bàn được giao cho anh/chị."
    message_en = "There is no unit with the code “{code}” among those your account is bound to."


def require_province(session: Session, scope: Scope, project_id: int, code: str) -> None:
    """Raises OutOfReach unless the scope reaches into the province. A code of none is left to the report."""
    known = session.scalar(select(Unit.id).where(Unit.code == code, Unit.level == "p").limit(1))
    if known is not None and code not in {one.code for one in overview.choices(session, scope, project_id)}:
        raise OutOfReach(code=code)


def require_unit(session: Session, scope: Scope, unit: Unit) -> None:
    """Raises OutOfReach unless the unit is at, above or below one of the scope's, or one of its clubs stood there."""
    if scope.unit_ids is None:
        return
    above = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id.in_(scope.unit_ids))
    below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id.in_(scope.unit_ids))
    stood = scope.clubs(select(ClubUnit.unit_id).join(Club, Club.id == ClubUnit.club_id))
    known = or_(Unit.id.in_(above), Unit.id.in_(below), Unit.id.in_(stood))
    if session.scalar(select(Unit.id).where(Unit.id == unit.id, known)) is None:
        raise OutOfReach(code=unit.code)


def is_of_commune(session: Session, scope: Scope) -> bool:
    """Whether a reader works at commune level: bound to communes and nothing above. Only such readers see telephones
    and who borrowed; whoever sees a district, a province or the country does not."""
    if not scope.unit_ids:
        return False
    others = select(func.count()).where(Unit.id.in_(scope.unit_ids), Unit.level != "c")
    return session.scalar(others) == 0
