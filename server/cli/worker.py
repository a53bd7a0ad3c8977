"""clb worker: the process that does what need not be done while somebody waits."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import click
from sqlalchemy.exc import OperationalError

from server import clock, jobs, log
from server import migrate as migrations
from server.cli import inviting, purging, reminding, rolling
from server.cli.shell import database
from server.errors import Problem
from server.models import Job
from server.services.schedule import run

LOOK_SECONDS = 2
"""How long a job waits at most before an idle worker sees it."""
ROUND_SECONDS = 60
"""How often schedules are looked at."""
MAIL_SECONDS = 900
"""How often somebody's mail may be due, or something in the bin."""
INVITING_SECONDS = 5
"""How often somebody may wait for a mail with a link."""
FIGURES_SECONDS = 120
"""How often clubs are looked for whose part of the country's figures is outdated."""
GRACE_SECONDS = 10
"""How long a worker may go on once the server beside it is gone; what is cut then another one does again."""
FAILED = (
    "Máy chủ gặp lỗi không lường trước ({reason}); chi tiết ở nhật ký máy chủ.",
    "The server failed in a way nobody foresaw ({reason}); its log says more.",
)
speak = log.logger("worker")


@click.command(short_help="Làm việc nền | Work behind the pages")
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="Số tiến trình tính; bỏ trống: mọi lõi | One a core if left out",
)
@click.option("--once", is_flag=True, help="Làm hết việc đang chờ rồi thôi | Do what waits, then end")
@click.option("--beside-server", is_flag=True, hidden=True)
def worker(processes: int | None, once: bool, beside_server: bool) -> None:
    """Lập dự thảo theo lịch, gửi thư mời và thư nhắc, tính sẵn số liệu cả nước, dọn thùng rác quá hạn. `clb serve` và
    `clb demo` tự chạy một tiến trình này; chạy riêng thì dùng `clb serve --no-worker`.

    Make scheduled drafts, send invitations and reminders, keep the country's figures ready, purge the bin. clb serve
    and clb demo start one beside them unless told --no-worker.
    """
    log.configure()
    with database().reading() as session:
        migrations.check(session)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if beside_server:
        threading.Thread(target=_end_with_server, args=(stop,), daemon=True).start()
    many = processes or len(os.sched_getaffinity(0))
    if once:
        _round()
        reminding.send_due(clock.today(), clock.now())
        inviting.send_due(clock.now())
        purging.purge_due(clock.now())
        while not stop.is_set() and _one_job(many, stop):
            pass
        while not stop.is_set() and not _figures(stop.is_set):
            pass
    else:
        _work(many, stop)


@contextmanager
def beside() -> Iterator[None]:
    """A worker that runs while the block lasts, and ends when this process does, in whatever way that comes."""
    command = [sys.executable, "-m", "server.cli", "worker", "--beside-server"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 - our own words
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _end_with_server(stop: threading.Event) -> None:
    """The server holds the other end of standard input; it is closed when the server is gone."""
    while os.read(0, 1):
        pass
    stop.set()
    threading.Event().wait(GRACE_SECONDS)
    os._exit(1)


def _work(processes: int, stop: threading.Event) -> None:
    next_round = next_mail = next_inviting = next_figures = 0.0
    while not stop.is_set():
        try:
            moment = clock.now().timestamp()
            if moment >= next_round:
                next_round = moment + ROUND_SECONDS
                _round()
            if moment >= next_mail:
                next_mail = moment + MAIL_SECONDS
                reminding.send_due(clock.today(), clock.now())
                purging.purge_due(clock.now())
            if moment >= next_inviting:
                next_inviting = moment + INVITING_SECONDS
                inviting.send_due(clock.now())
            if _one_job(processes, stop):
                continue
            if moment >= next_figures and _figures(partial(_has_other, stop)):
                next_figures = moment + FIGURES_SECONDS
        except OperationalError as error:  # Locked by a rebuild, or restarting: it comes back.
            speak.warning("database not available", reason=type(error.orig).__name__)
        stop.wait(LOOK_SECONDS)


def _round() -> None:
    """Put what schedules have due into the queue."""
    today, at = clock.today(), clock.now()
    with database().reading() as session:
        is_due = run.is_due(session, today)
    if is_due:
        with database().transaction() as session:
            made = [(job.id, job.total) for job in run.due(session, today, at)]
        for job_id, total in made:
            speak.info("job waits", job=job_id, parts=total)


def _figures(is_stopping: Callable[[], bool]) -> bool:
    """Work out clubs whose part of the country's figures is outdated; False when some are left."""
    try:
        return rolling.look(database(), clock.today(), is_stopping)
    except OperationalError:
        raise
    except Problem as problem:  # Such as standards that were taken away: there is nothing to keep ready then.
        speak.warning("figures not kept", reason=type(problem).__name__)
    except Exception as error:  # The edge: drafts and reminders go on.
        speak.error("figures failed", exc_info=error)
    return True


def _has_other(stop: threading.Event) -> bool:
    """Whether to end, or a job waits: somebody waits for that one."""
    with database().reading() as session:
        return stop.is_set() or jobs.has_work(session, clock.now())


def _one_job(processes: int, stop: threading.Event) -> bool:
    """Do the oldest job that waits. False when there was none."""
    at = clock.now()
    with database().reading() as session:
        if not jobs.has_work(session, at):
            return False
    word = str(uuid4())
    with database().transaction() as session:
        jobs.sweep(session, at)
        job = jobs.claim(session, word, at)
    if job is None:
        return False
    speak.info("job begins", job=job.id, kind=job.kind, attempt=job.attempts)
    try:
        with _heartbeat(job.id, word):
            _do(job, word, processes, stop)
    except jobs.JobLost:
        speak.warning("job lost", job=job.id)
    return True


def _do(job: Job, word: str, processes: int, stop: threading.Event) -> None:
    """Do a job to its end, which may be a sentence on what went wrong. Raises JobLost."""
    from server.cli import drafting  # WeasyPrint takes a second to import.

    try:
        is_over = drafting.drafts(job, word, processes, stop.is_set)
    except jobs.JobLost:
        raise
    except Problem as problem:
        _end(job.id, word, jobs.FAILED, (problem.message("vi"), problem.message("en")))
    except Exception as error:  # The edge: nobody else would tell whoever waits for the job.
        speak.error("job failed", job=job.id, exc_info=error)
        vi, en = (text.format(reason=type(error).__name__) for text in FAILED)
        _end(job.id, word, jobs.FAILED, (vi, en))
    else:
        if is_over:
            with database().reading() as session:
                state, message = drafting.work.ending(session, job.id)
            _end(job.id, word, state, message)
        else:
            with database().transaction() as session:
                jobs.give_back(session, job.id, word)


def _end(job_id: int, word: str, state: str, message: tuple[str, str]) -> None:
    with database().transaction() as session:
        jobs.end(session, job_id, word, state, message, clock.now())
    speak.info("job ends", job=job_id, state=state)


@contextmanager
def _heartbeat(job_id: int, word: str) -> Iterator[None]:
    """Say every few seconds that this worker is alive, while the block lasts."""
    is_over = threading.Event()
    thread = threading.Thread(target=_beat, args=(job_id, word, is_over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _beat(job_id: int, word: str, is_over: threading.Event) -> None:
    while not is_over.wait(jobs.BEAT_SECONDS):
        try:
            with database().transaction() as session:
                jobs.beat(session, job_id, word, clock.now())
        except jobs.JobLost:
            return
        except OperationalError as error:
            speak.warning("heartbeat missed", job=job_id, reason=type(error.orig).__name__)
