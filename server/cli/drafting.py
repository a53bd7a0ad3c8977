"""What `clb worker` does with a job of drafts: several provinces at a time, each in a transaction of its own."""

from collections.abc import Callable, Sequence

from server import clock, jobs
from server.blobs import BlobStore
from server.cli.shell import blobs, database
from server.db import Database
from server.errors import NoRights
from server.models import Job
from server.services import pool
from server.services.report import draft
from server.services.schedule import work
from server.services.schedule.run import NOBODY
from server.services.schedule.work import Order

PER_PROCESS = 8
"""Provinces that a process computes before it ends with its memory, and before a worker looks whether to stop."""


def drafts(job: Job, worker: str, processes: int, is_stopping: Callable[[], bool]) -> bool:
    """Draft every province of the job that waits. False when told to stop before the end. Raises JobLost."""
    with database().reading() as session:
        orders = work.orders(session, job, worker, blobs().root, clock.today())
    url = database().url.render_as_string(hide_password=False)
    for begin in range(0, len(orders), PER_PROCESS * processes):
        if is_stopping():
            return False
        outcomes = pool.each(
            url, make_one, orders[begin : begin + PER_PROCESS * processes], processes=processes
        )
        if not _write_failures(outcomes, is_stopping()):
            return False
    return True


def make_one(opened: Database, order: Order) -> str:
    """Compute and keep the draft of one province: whether it was made or kept.

    Raises JobLost, and what work.compute raises.
    """
    with opened.reading() as session:
        computed = work.compute(session, order)
    stored = draft.keep(BlobStore(order.blobs), computed.report)
    with opened.transaction() as session:
        return work.make(session, order, computed, stored, clock.now())[1]


def _write_failures(outcomes: Sequence[pool.Outcome[Order, str]], is_stopping: bool) -> bool:
    """Keep why provinces failed. False when some were only cut off, as they are when everything is told to stop."""
    is_whole = True
    for one in outcomes:
        if one.failure is None:
            continue
        if is_stopping and one.failure.code == pool.ReportFailed.code:
            is_whole = False
            continue
        message = NOBODY if one.failure.code == NoRights.code else (one.failure.vi, one.failure.en)
        order = one.item
        with database().transaction() as session:
            jobs.item_done(session, order.job_id, order.worker, order.code, jobs.FAILED, None, message)
    return is_whole
