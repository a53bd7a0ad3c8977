"""Many reports at once, on all cores, as server.services.pool does: which provinces, and one of them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports.period import Period
from server.db import Database
from server.models import Club, ClubUnit, Unit, UnitClosure
from server.scope import Scope
from server.services.actor import SYSTEM_ID
from server.services.report.province import pdf, province


@dataclass(frozen=True, slots=True)
class Order:
    """A province report to be written to a file. today, geography_as_of: as `report.province` takes them."""

    code: str
    period: Period
    out: Path
    today: date
    geography_as_of: date | None = None

    def __str__(self) -> str:
        return self.code


def provinces(session: Session, scope: Scope, project_id: int, as_of: date) -> list[str]:
    """Codes of the provinces that clubs within the scope stand in on a day, in order."""
    standing = scope.clubs(
        select(Unit.code)
        .join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
        .join(ClubUnit, ClubUnit.unit_id == UnitClosure.descendant_id)
        .join(Club, Club.id == ClubUnit.club_id)
        .where(Unit.level == "p", Club.project_id == project_id, Club.status != "rejected")
        .where(ClubUnit.valid_from <= as_of, or_(ClubUnit.valid_to.is_(None), ClubUnit.valid_to >= as_of))
        .distinct()
        .order_by(Unit.code)
    )
    return list(session.scalars(standing))


def write(database: Database, order: Order) -> Path:
    """Make one province report, of all clubs, and write it. Raises what `report.province` and `report.pdf` do."""
    with database.reading() as session:
        made = province(
            session,
            Scope(None, SYSTEM_ID, order.today),
            order.code,
            order.period,
            today=order.today,
            geography_as_of=order.geography_as_of,
        )
    order.out.write_bytes(pdf(made, order.today))
    return order.out
