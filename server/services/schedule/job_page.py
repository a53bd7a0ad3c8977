"""Jobs as pages show them, to who asked for them and to who sees every unit."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from server.errors import Problem
from server.jobs import PAGE_ROWS
from server.models import Job, ReportSchedule
from server.scope import Scope


class JobNotFound(Problem):
    """No such job, or not one somebody may see."""

    code = "404.1"
    message_vi = "Không có việc số {job_id} của anh/chị."
    message_en = "You have no job {job_id}."


def get(session: Session, scope: Scope, project_id: int, job_id: int) -> Job:
    """One job. Raises JobNotFound."""
    found = session.scalar(_seen(scope, project_id).where(Job.id == job_id))
    if found is None:
        raise JobNotFound(job_id=job_id)
    return found


def newest(session: Session, scope: Scope, project_id: int) -> Sequence[Job]:
    """The newest jobs, at most a page of them."""
    return session.scalars(_seen(scope, project_id).order_by(Job.id.desc()).limit(PAGE_ROWS)).all()


def schedule_of(session: Session, scope: Scope, job: Job) -> ReportSchedule | None:
    """The schedule that a job is of, for who may run it again."""
    found = session.get(ReportSchedule, job.params["schedule_id"])
    return found if found and (scope.unit_ids is None or found.owner_id == scope.actor_id) else None


def _seen(scope: Scope, project_id: int) -> Select[Job]:
    jobs = select(Job).where(Job.project_id == project_id)
    if scope.unit_ids is None:
        return jobs
    own = select(ReportSchedule.id).where(ReportSchedule.owner_id == scope.actor_id)
    return jobs.where(
        or_(Job.requested_by == scope.actor_id, Job.params["schedule_id"].as_integer().in_(own))
    )
