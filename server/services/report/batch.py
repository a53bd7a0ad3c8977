"""Many reports at once, on all cores, as server.services.pool does: which provinces, and one of them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reports.period import Period
from reports.settings import DEFAULT, Settings
from server.db import Database
from server.models import Club, ClubUnit, Unit, UnitClosure
from server.scope import Scope
from server.services import issuing
from server.services.actor import SYSTEM_ID
from server.services.report.province import province, written


@dataclass(frozen=True, slots=True)
class Order:
    """A province report to be written to files. kinds: of report.TYPES; the rest as `report.province` takes it."""

    code: str
    period: Period
    folder: Path
    today: date
    kinds: tuple[str, ...] = ("pdf",)
    language: str = "vi"
    settings: Settings = DEFAULT
    issuer: str = issuing.DEFAULT_KIND

    def __str__(self) -> str:
        return self.code

    def file(self, kind: str) -> Path:
        """Such as 58-2017..2020.pdf; in English 58-2017..2020-en.pdf, so that both have room in one folder."""
        end = "" if self.language == "vi" else f"-{self.language}"
        return self.folder / f"{self.code}-{self.period.text}{end}.{kind}"


def provinces(session: Session, scope: Scope, project_id: int, as_of: date) -> list[str]:
    """Codes of the provinces that clubs within the scope stand in on a day, in order."""
    return sorted(clubs_by_province(session, scope, project_id, as_of))


def clubs_by_province(session: Session, scope: Scope, project_id: int, as_of: date) -> dict[str, int]:
    """Code of a province → clubs within the scope that stand in it on a day; provinces without any are left out."""
    standing = scope.clubs(
        select(Unit.code, func.count(Club.id))
        .join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
        .join(ClubUnit, ClubUnit.unit_id == UnitClosure.descendant_id)
        .join(Club, Club.id == ClubUnit.club_id)
        .where(Unit.level == "p", Club.project_id == project_id, Club.status != "rejected")
        .where(ClubUnit.valid_from <= as_of, or_(ClubUnit.valid_to.is_(None), ClubUnit.valid_to >= as_of))
        .group_by(Unit.code)
        .order_by(Unit.code)
    )
    return dict(session.execute(standing).all())


def write(database: Database, order: Order) -> list[Path]:
    """Compute one province report, of all clubs, and write its files. Raises what `report.province` and
    `report.written` do, and OSError."""
    with database.reading() as session:
        made = province(
            session,
            Scope(None, SYSTEM_ID, order.today),
            order.code,
            order.period,
            today=order.today,
            settings=order.settings,
            issuer=order.issuer,
        )
    files = [order.file(kind) for kind in order.kinds]
    for kind, file in zip(order.kinds, files, strict=True):
        file.write_bytes(written(made, order.today, kind, language=order.language))
    return files
