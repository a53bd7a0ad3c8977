"""The work of a schedule's job by province: figures computed, a draft made or left alone, and the end told."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.period import parse
from reports.settings import Settings
from server import jobs
from server.models import Job, Report
from server.services.report import draft, paper
from server.services.report.draft import Computed
from server.services.report.problem import DraftExists
from server.services.schedule.run import owner_scope

OPEN = (
    "Đã có dự thảo báo cáo này, giữ nguyên; khi cần, mở dự thảo và bấm “Tính lại số liệu”.",
    "A draft of this report is open and was left alone; refresh its figures on its page if need be.",
)
OUT = (
    "Báo cáo kỳ này đã ban hành ({number}), giữ nguyên.",
    "The report of this period was issued already ({number}) and was left alone.",
)


@dataclass(frozen=True, slots=True)
class Order:
    """One province of a job, for another process. worker: the word under which the job is held."""

    job_id: int
    worker: str
    project_id: int
    code: str
    owner_id: int
    period: str
    settings: Settings
    cut_off: date
    language: str
    issuer: str
    today: date
    blobs: Path

    def __str__(self) -> str:
        return self.code


Ended = tuple[int | None, str, tuple[str, str]]
"""The report, made or kept; which of both; why it was kept."""


def orders(session: Session, job: Job, worker: str, blobs: Path, today: date) -> list[Order]:
    """The parts of a job that wait, by code."""
    waiting = [one.code for one in jobs.items(session, job.id) if one.state == jobs.WAITING]
    return [_order(job, worker, code, blobs, today) for code in waiting]


def compute(session: Session, order: Order) -> Computed:
    """The figures of one province, as its owner may see it. Raises NoRights, and what draft.compute raises."""
    seen = owner_scope(session, order.owner_id, order.project_id, order.today)
    return draft.compute(
        session,
        seen,
        order.code,
        parse(order.period),
        order.today,
        order.settings,
        order.cut_off,
        order.language,
        order.issuer,
    )


def make(session: Session, order: Order, computed: Computed, stored: str, at: datetime) -> Ended:
    """Keep the draft of one province, unless there is one. Raises JobLost."""
    jobs.hold(session, order.job_id, order.worker)
    ended = known(session, computed) or _insert(session, order, computed, stored, at)
    jobs.item_done(session, order.job_id, order.worker, order.code, ended[1], ended[0], ended[2])
    return ended


def _insert(session: Session, order: Order, computed: Computed, stored: str, at: datetime) -> Ended:
    try:
        made = draft.make(session, order.project_id, computed, stored, order.owner_id, at)
    except DraftExists:  # Somebody began it in the same moment.
        return known(session, computed) or (None, jobs.KEPT, OPEN)
    return made.id, jobs.MADE, ("", "")


def known(session: Session, computed: Computed) -> Ended | None:
    """The open draft of the same report, or one of the period that is out; None when there is neither."""
    same = Report.open_key == computed.open_key
    open_one = session.scalar(select(Report.id).where(same))
    if open_one is not None:
        return open_one, jobs.KEPT, OPEN
    issued = session.scalars(
        select(Report)
        .where(Report.unit_id == computed.unit_id, Report.period == computed.period.text)
        .where(Report.state == paper.ISSUED)
        .order_by(Report.id.desc())
    )
    for row in issued:
        basis = paper.Basis.of(row.settings)
        if (basis.settings, basis.language) == (computed.basis.settings, computed.basis.language):
            number = paper.full_number(row)
            return row.id, jobs.KEPT, (OUT[0].format(number=number), OUT[1].format(number=number))
    return None


def _order(job: Job, worker: str, code: str, blobs: Path, today: date) -> Order:
    given = job.params
    return Order(
        job_id=job.id,
        worker=worker,
        project_id=job.project_id,
        code=code,
        owner_id=given["owner_id"],
        period=given["period"],
        settings=Settings(calendar=given["calendar"]),
        cut_off=date.fromisoformat(given["cut_off"]),
        language=given["language"],
        issuer=given["issuer"],
        today=today,
        blobs=blobs,
    )


def ending(session: Session, job_id: int) -> tuple[str, tuple[str, str]]:
    """The state that a job without waiting parts ends in, and what came of it in words: failed when any part did."""
    states = [one.state for one in jobs.items(session, job_id)]
    made, kept, failed = (states.count(state) for state in (jobs.MADE, jobs.KEPT, jobs.FAILED))
    vi = f"Đã lập {made} dự thảo, giữ nguyên {kept} báo cáo đã có, {failed} tỉnh chưa lập được."
    en = f"Drafts made: {made}; reports left alone: {kept}; provinces that failed: {failed}."
    return (jobs.FAILED if failed else jobs.DONE), (vi, en)
