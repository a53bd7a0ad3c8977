"""Jobs: rows that wait, are taken by one worker, tell how far they are, and end in words.

The row is the truth. A worker holds a job under a word of its own and says every few seconds that it is alive; one
that says nothing for long has lost its job, which another takes up where the first one stopped. Everything a worker
writes about a job asks for its word first, so that one that was only thought dead cannot write beside its successor.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import false, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server.models import Job, JobItem, Report

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
MADE, KEPT = "made", "kept"
BEAT_SECONDS = 10
LOST_AFTER = timedelta(seconds=60)
"""A worker that said nothing for so long is taken for dead."""
ATTEMPTS = 3
"""Workers that may die over one job before it is given up."""
PAGE_ROWS = 50
PLAIN = {"synchronize_session": False}
"""Rows that a session holds stay as they were read; whoever needs them anew reads them anew."""
GIVEN_UP = (
    "Tiến trình xử lý bị ngắt {attempts} lần khi làm việc này. Xin báo cho quản trị viên, rồi bấm “Chạy lại”.",
    "The worker was cut off {attempts} times over this job. Please tell the administrator, then run it again.",
)


class JobLost(Exception):
    """This worker no longer holds the job: it was taken for dead, or the job came to an end."""


def add(
    session: Session,
    project_id: int,
    kind: str,
    key: str,
    params: dict[str, Any],
    items: Mapping[str, str],
    requested_by: int,
    at: datetime,
) -> Job | None:
    """Put a job into the queue. items: code → name of each part. None when the key has a job already."""
    job = Job(
        project_id=project_id,
        kind=kind,
        key=key,
        params=params,
        total=len(items),
        requested_by=requested_by,
        created_at=at,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        return None
    session.add_all(JobItem(job_id=job.id, code=code, name=name) for code, name in items.items())
    session.flush()
    return job


def items(session: Session, job_id: int) -> Sequence[JobItem]:
    """The parts of a job, by code."""
    return session.scalars(select(JobItem).where(JobItem.job_id == job_id).order_by(JobItem.code)).all()


def has_work(session: Session, at: datetime) -> bool:
    """Whether a job waits, or its worker fell silent: asked often, so it only reads."""
    lost = (Job.state == RUNNING) & (Job.beat_at < at - LOST_AFTER)
    return session.scalar(select(Job.id).where((Job.state == WAITING) | lost).limit(1)) is not None


def sweep(session: Session, at: datetime) -> int:
    """Take jobs from workers that fell silent: they wait again, or fail after too many. How many there were."""
    silent = (Job.state == RUNNING) & (Job.beat_at < at - LOST_AFTER)
    vi, en = (text.format(attempts=ATTEMPTS) for text in GIVEN_UP)
    given_up = session.execute(
        update(Job)
        .where(silent, Job.attempts >= ATTEMPTS)
        .values(state=FAILED, worker=None, finished_at=at, message_vi=vi, message_en=en)
        .returning(Job.id),
        execution_options=PLAIN,
    ).all()
    again = session.execute(
        update(Job).where(silent).values(state=WAITING, worker=None).returning(Job.id),
        execution_options=PLAIN,
    ).all()
    return len(given_up) + len(again)


def claim(session: Session, worker: str, at: datetime) -> Job | None:
    """The oldest job that waits, now this worker's; None when there is none, or another worker was quicker."""
    oldest = select(Job.id).where(Job.state == WAITING).order_by(Job.id).limit(1).scalar_subquery()
    return session.scalar(
        update(Job)
        .where(Job.id == oldest, Job.state == WAITING)
        .values(
            state=RUNNING,
            worker=worker,
            beat_at=at,
            attempts=Job.attempts + 1,
            started_at=func.coalesce(Job.started_at, at),
            finished_at=None,
            message_vi="",
            message_en="",
        )
        .returning(Job),
        execution_options=PLAIN | {"populate_existing": True},
    )


def beat(session: Session, job_id: int, worker: str, at: datetime) -> None:
    """Say that the worker is alive. Raises JobLost."""
    _change(session, job_id, worker, beat_at=at)


def item_done(
    session: Session,
    job_id: int,
    worker: str,
    code: str,
    state: str,
    report_id: int | None = None,
    message: tuple[str, str] = ("", ""),
) -> None:
    """Write what became of a part, once; in the transaction that made it so. Raises JobLost."""
    hold(session, job_id, worker)
    done = session.execute(
        update(JobItem)
        .where(JobItem.job_id == job_id, JobItem.code == code, JobItem.state == WAITING)
        .values(state=state, report_id=report_id, message_vi=message[0], message_en=message[1])
        .returning(JobItem.name),
        execution_options=PLAIN,
    ).scalar_one_or_none()
    if done is not None:
        _change(session, job_id, worker, done=Job.done + 1, current=done)


def hold(session: Session, job_id: int, worker: str) -> None:
    """Keep the job for the rest of the transaction: nobody takes it meanwhile. Raises JobLost."""
    _change(session, job_id, worker, worker=worker)


def end(
    session: Session, job_id: int, worker: str, state: str, message: tuple[str, str], at: datetime
) -> None:
    """The job is done or failed. Raises JobLost."""
    vi, en = message
    _change(session, job_id, worker, state=state, worker=None, finished_at=at, message_vi=vi, message_en=en)


def give_back(session: Session, job_id: int, worker: str) -> None:
    """The worker ends in good order: the job waits for the next one. Raises JobLost."""
    _change(session, job_id, worker, state=WAITING, worker=None, attempts=Job.attempts - 1)


def again(session: Session, job: Job, parts: Mapping[str, str]) -> bool:
    """Put a job that ended into the queue once more, for what is not there: parts that failed or are new, and those
    whose report was deleted since. parts: code → name. False when the job has not ended, or nothing is to do."""
    if job.state not in (DONE, FAILED):
        return False
    known = {one.code for one in items(session, job.id)}
    new = [JobItem(job_id=job.id, code=code, name=name) for code, name in parts.items() if code not in known]
    session.add_all(new)
    session.flush()
    stands = JobItem.state.in_((MADE, KEPT)) & JobItem.report_id.in_(select(Report.id))
    of_job = JobItem.job_id == job.id
    total = session.scalar(select(func.count()).select_from(JobItem).where(of_job)) or 0
    done = session.scalar(select(func.count()).select_from(JobItem).where(of_job, stands)) or 0
    if done == total:
        return False
    changes = {"state": WAITING, "attempts": 0, "done": done, "total": total, "current": ""}
    ended = update(Job).where(Job.id == job.id, Job.state.in_((DONE, FAILED))).values(changes)
    session.execute(ended, execution_options=PLAIN)
    session.execute(
        update(JobItem)
        .where(of_job, ~func.coalesce(stands, false()))
        .values(state=WAITING, report_id=None, message_vi="", message_en=""),
        execution_options=PLAIN,
    )
    session.expire(job)
    return True


def _change(session: Session, job_id: int, held_by: str, /, **values: Any) -> None:
    held = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.worker == held_by, Job.state == RUNNING)
        .values(**values)
        .returning(Job.id),
        execution_options=PLAIN,
    ).one_or_none()
    if held is None:
        raise JobLost
