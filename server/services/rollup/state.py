"""What state every club is in: what was kept of one in another state no longer holds."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Club, ClubChange, Training


@dataclass(frozen=True, slots=True)
class Clubs:
    """Clubs but for rejected ones, in order of their ids: the day of founding, and a stamp of their state."""

    founded: Mapping[str, date]
    stamps: Mapping[str, str]

    def by(self, last: date) -> dict[str, str]:
        """Club → stamp of those founded by a day."""
        founded = self.founded
        return {club_id: stamp for club_id, stamp in self.stamps.items() if founded[club_id] <= last}


def clubs(session: Session, only: Collection[str] | None = None) -> Clubs:
    """All clubs, or some: how often each was written, what people decided about it, the trainings recorded for it."""
    wanted = (
        select(Club.id, Club.code, Club.status, Club.closed_on, Club.founding_date, ClubChange.serial)
        .outerjoin(ClubChange, ClubChange.club_id == Club.id)
        .where(Club.status != "rejected")
        .order_by(Club.id)
    )
    if only is not None:
        wanted = wanted.where(Club.id.in_(only))
    trained = _trained(session)
    founded, stamps = {}, {}
    for club_id, code, status, closed, since, serial in session.connection().execute(wanted).all():
        founded[club_id] = since
        stamps[club_id] = f"{serial or 0} {status} {closed or ''} {trained.get(code, 0)}"
    return Clubs(founded, stamps)


def _trained(session: Session) -> dict[str | None, int]:
    """Club code → a number that is another when its trainings are."""
    held: dict[str | None, list[tuple[int, int]]] = defaultdict(list)
    t = Training
    told = select(t.club_code, t.starts_on, t.ends_on).where(t.club_code.is_not(None))
    for code, first, last in session.connection().execute(told.order_by(t.starts_on, t.id)).all():
        held[code].append((first.toordinal(), last.toordinal()))
    return {code: sum(map(hash, days)) for code, days in held.items()}
