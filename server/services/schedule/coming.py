"""The runs that somebody's clubs should be ready for, by their cut-off."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.period import Period, add_months, end_of_month
from server.models import ActorUnit, ReportSchedule, UnitClosure
from server.scope import Scope
from server.services import overview
from server.services.actor import SYSTEM_ID
from server.services.schedule import store
from server.services.schedule.dates import coming as coming_run


@dataclass(frozen=True, slots=True)
class Coming:
    """A period whose report is being waited for. cut_off: None where no schedule says a day. names: of the reader's own
    schedules, or of all for who sees every unit."""

    period: Period
    cut_off: date | None
    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """What an address knows it by: the period, and by the decree nd09."""
        return self.period.text + ("-nd09" if self.period.is_decree else "")

    def days_left(self, today: date) -> int | None:
        """Days until the cut-off; None without one."""
        return None if self.cut_off is None else (self.cut_off - today).days


def coming(session: Session, scope: Scope, project_id: int, today: date) -> list[Coming]:
    """Of every schedule that touches the scope the next period, the nearest cut-off first; of one period and cut-off
    once. Without any schedule the last month that is over."""
    found: dict[tuple[date, str, bool], Coming] = {}
    for row in store.active(session, project_id):
        if not _touches(session, scope, project_id, row):
            continue
        one = coming_run(store.rhythm(row), today)
        key = one.cut_off, one.period.text, one.period.is_decree
        names = found[key].names if key in found else ()
        is_theirs = scope.unit_ids is None or row.owner_id == scope.actor_id
        found[key] = Coming(one.period, one.cut_off, (*names, row.name) if is_theirs else names)
    if found:
        return [found[key] for key in sorted(found)]
    month = add_months(today, -1)
    return [Coming(Period(month, end_of_month(month)), None, ())]


def _touches(session: Session, scope: Scope, project_id: int, row: ReportSchedule) -> bool:
    """Whether clubs within the scope may be in the reports of a schedule."""
    if scope.unit_ids is None or row.owner_id == scope.actor_id:
        return True
    if row.provinces:
        return not {one.code for one in overview.choices(session, scope, project_id)}.isdisjoint(
            row.provinces
        )
    owned = select(ActorUnit.unit_id).where(ActorUnit.actor_id == row.owner_id)
    if row.owner_id == SYSTEM_ID or session.scalar(owned.limit(1)) is None:
        return True
    shared = select(UnitClosure.descendant_id).where(
        UnitClosure.ancestor_id.in_(owned), UnitClosure.descendant_id.in_(scope.unit_ids)
    )
    return session.scalar(shared.limit(1)) is not None
