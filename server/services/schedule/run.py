"""What a schedule does on its day: one job for each period that is due, with a part for each province."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.period import Period, parse
from server import jobs, scope
from server.errors import NoRights
from server.models import Job, ReportSchedule, Unit
from server.scope import Scope
from server.services import actor, audit
from server.services.actor import SYSTEM_ID
from server.services.schedule import store
from server.services.schedule.dates import Run, latest, runs

KIND = "drafts"
VERB = "report.draft"
NOBODY = (
    "Người lập lịch không còn quyền lập báo cáo. Xin giao lịch này cho người khác (tạo lịch mới).",
    "Whoever set up this schedule may no longer draft reports. Please have somebody else make a new one.",
)
NO_PROVINCE = (
    "Không có tỉnh nào có câu lạc bộ, nằm trọn trong địa bàn của người lập lịch.",
    "No province with clubs lies wholly within the units of the schedule's owner.",
)


def owner_scope(session: Session, actor_id: int, project_id: int, day: date) -> Scope:
    """What the owner of a schedule may see on a day. Raises NoRights when they may not draft reports any more."""
    if actor_id == SYSTEM_ID:
        return Scope(None, SYSTEM_ID, day)
    who = actor.get(session, actor_id)
    if not who.may(VERB, project_id):
        raise NoRights
    return scope.of(session, who, project_id, day)


def due(session: Session, today: date, at: datetime) -> list[Job]:
    """Put every run that is due by today and was not made yet into the queue, the oldest first; those jobs."""
    made = [request(session, row, one, row.owner_id, today, at) for row, one in _waiting(session, today)]
    return [job for job in made if job is not None]


def is_due(session: Session, today: date) -> bool:
    """Whether `due` would make a job: asked often, so it only reads."""
    return bool(_waiting(session, today))


def _waiting(session: Session, today: date) -> list[tuple[ReportSchedule, Run]]:
    known = set(session.scalars(select(Job.key).where(Job.kind == KIND)))
    found = [
        (row, one)
        for row in store.active(session)
        for one in runs(store.rhythm(row), row.active_from, today)
        if key(row, one) not in known
    ]
    return sorted(found, key=lambda pair: (pair[1].due, pair[0].id))


def now(session: Session, seen: Scope, row: ReportSchedule, today: date, at: datetime) -> Job:
    """Run a schedule by hand for its last period that is over: the job of that period.

    One that is in the queue or at work is left so; of one that ended, what is not there is done once more.
    """
    wanted = latest(store.rhythm(row), today)
    made = request(session, row, wanted, seen.actor_id, today, at)
    if made is not None:
        return made
    found = session.scalars(select(Job).where(Job.key == key(row, wanted))).one()
    again(session, row, found, today)
    return found


def again(session: Session, row: ReportSchedule, job: Job, today: date) -> None:
    """Put a job that ended into the queue once more, for what is not there: with the owner's provinces of today.

    Raises NoRights.
    """
    span = parse(job.params["period"])
    period = span.decree if job.params["calendar"] == "decree" else span
    jobs.again(session, job, provinces(session, row, period, today))


def key(row: ReportSchedule, one: Run) -> str:
    """What the job of a run is known by."""
    return f"{KIND}/{row.id}/{row.calendar}/{one.period.text}"


def request(
    session: Session, row: ReportSchedule, one: Run, by: int, today: date, at: datetime
) -> Job | None:
    """Put one run into the queue; None when it has a job already. One that nobody may do fails at once, in words."""
    parts, problem = {}, None
    try:
        parts = provinces(session, row, one.period, today)
        problem = None if parts else NO_PROVINCE
    except NoRights:
        problem = NOBODY
    job = jobs.add(session, row.project_id, KIND, key(row, one), params(row, one, today), parts, by, at)
    if job is None:
        return None
    if problem is not None:
        job.state, job.finished_at = jobs.FAILED, at
        job.message_vi, job.message_en = problem
    audit.log(session, by, "schedule.run", "schedule", row.id, {"job": job.id, "period": one.period.text})
    session.flush()
    return job


def params(row: ReportSchedule, one: Run, today: date) -> dict[str, Any]:
    """All that the job needs: the schedule may change while it waits."""
    return {
        "schedule_id": row.id,
        "owner_id": row.owner_id,
        "name": row.name,
        "period": one.period.text,
        "calendar": row.calendar,
        "cut_off": min(one.cut_off, today).isoformat(),
        "language": row.language,
        "issuer": row.issuer,
    }


def provinces(session: Session, row: ReportSchedule, period: Period, today: date) -> dict[str, str]:
    """Code → name of the provinces of a run: those chosen, or all that have clubs and lie wholly within the owner's
    units, by the boundaries of the period's last day. Raises NoRights."""
    from server.services.report import batch  # WeasyPrint takes a second to import.

    seen = owner_scope(session, row.owner_id, row.project_id, today)
    as_of = min(period.last, today)
    codes = row.provinces or batch.provinces(session, seen, row.project_id, as_of)
    standing = select(Unit.code, Unit.full_name).where(
        Unit.level == "p", Unit.code.in_(codes), Unit.valid_from <= as_of
    )
    inside = seen.units_wholly_within()
    if inside is not None and not row.provinces:
        standing = standing.where(Unit.id.in_(inside), (Unit.valid_to.is_(None)) | (Unit.valid_to >= as_of))
    rows = session.execute(standing.order_by(Unit.code, Unit.valid_from))
    names = {row.code: row.full_name for row in rows}
    if row.provinces:
        return {code: names.get(code, code) for code in row.provinces}
    return names
