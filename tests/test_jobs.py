"""Jobs as rows: one worker at a time, nothing twice, nothing lost when a worker dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from server import jobs
from server.models import Job, JobItem
from server.services.actor import SYSTEM_ID

pytestmark = pytest.mark.database

NOW = datetime(2021, 4, 11, 2, tzinfo=UTC)
LATER = NOW + timedelta(minutes=2)
ONE, OTHER = "worker one", "worker two"
PARTS = {"12": "Tỉnh Lai Châu", "58": "Tỉnh Ninh Thuận"}


def add(database, key="drafts/1/2021-Q1"):
    with database.transaction() as session:
        job = jobs.add(session, 1, "drafts", key, {}, PARTS, SYSTEM_ID, NOW)
        return job and job.id


def claim(database, worker, at=NOW):
    with database.transaction() as session:
        job = jobs.claim(session, worker, at)
        return job and job.id


def finish(database, job_id, worker, code, state=jobs.MADE):
    with database.transaction() as session:
        jobs.item_done(session, job_id, worker, code, state)


def read(database, job_id):
    with database.reading() as session:
        job = session.get_one(Job, job_id)
        return job, {one.code: one.state for one in jobs.items(session, job_id)}


def test_the_same_thing_becomes_one_job(database):
    first = add(database)

    assert first is not None
    assert add(database) is None
    with database.reading() as session:
        assert session.scalars(select(JobItem.code).order_by(JobItem.code)).all() == ["12", "58"]


def test_jobs_are_taken_oldest_first_and_each_by_one_worker(database):
    first, second = add(database, "a"), add(database, "b")

    assert [claim(database, ONE), claim(database, OTHER), claim(database, OTHER)] == [first, second, None]


def test_workers_that_ask_in_the_same_moment_never_get_the_same_job(database):
    for number in range(3):
        add(database, str(number))

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda number: claim(database, f"worker {number}"), range(24)))

    got = [job_id for job_id in taken if job_id is not None]
    assert len(got) == len(set(got)) == 3


def test_progress_counts_each_part_once(database):
    job_id = add(database)
    claim(database, ONE)

    finish(database, job_id, ONE, "12")
    finish(database, job_id, ONE, "12", jobs.FAILED)

    job, items = read(database, job_id)
    assert (job.done, job.total, job.current) == (1, 2, "Tỉnh Lai Châu")
    assert items == {"12": "made", "58": "waiting"}


def test_a_worker_that_fell_silent_loses_its_job_and_cannot_write_beside_the_next_one(database):
    job_id = add(database)
    claim(database, ONE)
    finish(database, job_id, ONE, "12")
    with database.transaction() as session:
        assert jobs.sweep(session, NOW + timedelta(seconds=59)) == 0
        assert jobs.has_work(session, LATER)
        assert jobs.sweep(session, LATER) == 1

    assert claim(database, OTHER, LATER) == job_id
    with pytest.raises(jobs.JobLost):
        finish(database, job_id, ONE, "58")

    finish(database, job_id, OTHER, "58")
    job, items = read(database, job_id)
    assert (job.done, job.attempts, set(items.values())) == (2, 2, {"made"})


def test_a_worker_that_says_it_is_alive_keeps_its_job(database):
    job_id = add(database)
    claim(database, ONE)
    with database.transaction() as session:
        jobs.beat(session, job_id, ONE, LATER)
        assert jobs.sweep(session, LATER + timedelta(seconds=30)) == 0

    with pytest.raises(jobs.JobLost), database.transaction() as session:
        jobs.beat(session, job_id, OTHER, LATER)


def test_a_job_over_which_three_workers_died_fails_in_words(database):
    job_id, at = add(database), NOW
    for _ in range(jobs.ATTEMPTS):
        assert claim(database, ONE, at) == job_id
        at += timedelta(minutes=2)
        with database.transaction() as session:
            jobs.sweep(session, at)

    job, _ = read(database, job_id)
    assert job.state == "failed"
    assert "3 lần" in job.message_vi
    assert "3 times" in job.message_en
    assert claim(database, ONE, at) is None


def test_a_worker_that_ends_in_good_order_gives_its_job_back_uncounted(database):
    job_id = add(database)
    claim(database, ONE)
    with database.transaction() as session:
        jobs.give_back(session, job_id, ONE)

    job, _ = read(database, job_id)
    assert (job.state, job.attempts) == ("waiting", 0)


def test_a_failed_job_runs_again_for_what_is_not_there(database):
    job_id = add(database)
    claim(database, ONE)
    finish(database, job_id, ONE, "12", jobs.FAILED)
    with database.transaction() as session:
        assert not jobs.again(session, session.get_one(Job, job_id), PARTS)
        jobs.end(session, job_id, ONE, jobs.FAILED, ("Lỗi.", "Error."), NOW)

    with database.transaction() as session:
        assert jobs.again(session, session.get_one(Job, job_id), PARTS | {"34": "Tỉnh Thái Bình"})

    job, items = read(database, job_id)
    assert (job.state, job.done, job.total, job.attempts) == ("waiting", 0, 3, 0)
    assert items == {"12": "waiting", "34": "waiting", "58": "waiting"}
