"""Schedules: what is due becomes one job each, whose drafts are made once, also when the worker is killed."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select, update

from reports.period import parse
from server import clock, jobs
from server.cli import main
from server.cli import schedule as commands
from server.errors import NoRights
from server.models import Actor, Job, Report
from server.scope import Scope
from server.services.actor import SYSTEM_ID
from server.services.schedule import dates, run, store
from server.services.schedule.store import Plan, ScheduleNotFound, ScheduleRefused
from tests.builders_paper import two_clubs
from tests.builders_web import Browser, a_person
from tests.live import ROOT, free_port

pytestmark = pytest.mark.database

FEBRUARY = date(2021, 2, 10)
AT = datetime(2021, 2, 10, 2, tzinfo=UTC)
EVERYTHING = Scope(None, SYSTEM_ID, FEBRUARY)
QUARTERLY = Plan("Báo cáo quý", "quarter", "calendar", (), 11, 10, "vi", "so", True)
TYPED = {
    "name": "Báo cáo quý",
    "kind": "quarter",
    "calendar": "calendar",
    "provinces": "",
    "draft_day": "11",
    "cut_off_day": "10",
    "language": "vi",
    "issuer": "so",
    "is_active": "1",
}


@pytest.fixture
def world(database, units, standards):
    """Two clubs in Ninh Thuận, founded in May 2018."""
    two_clubs(database, units)
    return units


def a_schedule(database, plan=QUARTERLY, scope=EVERYTHING, since=date(2021, 1, 1)):
    with database.transaction() as session:
        return store.add(session, scope, 1, plan, since).id


def due(database, today):
    with database.transaction() as session:
        return [(job.params["period"], job.params["cut_off"]) for job in run.due(session, today, AT)]


def work(database_url, tmp_path, *options):
    """A worker in a process of its own."""
    environment = {**os.environ, "CLB_DATA": str(tmp_path), "CLB_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "server.cli", "worker", "--processes", "1", *options]
    return subprocess.Popen(
        command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True
    )


def finish(database_url, tmp_path):
    process = work(database_url, tmp_path, "--once")
    told = process.communicate(timeout=120)[1].decode()
    assert process.returncode == 0, told
    return told


def request(database, schedule_id, period="2020"):
    """A run put into the queue, of a schedule that then rests, so that the day of the test does not matter."""
    with database.transaction() as session:
        row = store.get(session, EVERYTHING, 1, schedule_id)
        one = dates.run(store.rhythm(row), parse(period))
        job = run.request(session, row, one, row.owner_id, FEBRUARY, AT)
        row.is_active = False
        return job.id


def test_what_is_due_becomes_a_job_once(database, world):
    a_schedule(database)

    assert due(database, date(2021, 1, 10)) == []
    assert due(database, date(2021, 1, 11)) == [("2020-Q4", "2021-01-10")]
    assert due(database, date(2021, 1, 11)) == []
    assert due(database, FEBRUARY) == []


def test_a_server_that_was_off_catches_up_oldest_first(database, world):
    a_schedule(database)

    assert due(database, date(2021, 8, 1)) == [
        ("2020-Q4", "2021-01-10"),
        ("2021-Q1", "2021-04-10"),
        ("2021-Q2", "2021-07-10"),
    ]


def test_a_schedule_that_was_at_rest_catches_up_with_nothing(database, world):
    number = a_schedule(database, replace(QUARTERLY, is_active=False))
    assert due(database, FEBRUARY) == []

    with database.transaction() as session:
        store.edit(session, EVERYTHING, 1, number, QUARTERLY, FEBRUARY)

    assert due(database, FEBRUARY) == []
    assert due(database, date(2021, 4, 11)) == [("2021-Q1", "2021-04-10")]


def test_by_the_decree_the_year_is_due_in_december(database, world):
    a_schedule(database, replace(QUARTERLY, kind="year", calendar="decree", cut_off_day=17, draft_day=20))

    assert due(database, date(2021, 12, 19)) == []
    assert due(database, date(2021, 12, 20)) == [("2021", "2021-12-17")]


def test_a_job_has_the_provinces_that_had_clubs_and_lie_within_the_owners_units(database, world):
    whole = a_person(database, "province_editor", [world["58@2004-01-01"]], "tinh@clb.example")
    part = a_person(database, "province_editor", [world["582@2004-01-01"]], "huyen@clb.example")
    for owner in (whole, part):
        with database.transaction() as session:
            seen = run.owner_scope(session, owner, 1, FEBRUARY)
            store.add(session, seen, 1, QUARTERLY, date(2021, 1, 1))

    with database.transaction() as session:
        first, second = run.due(session, FEBRUARY, AT)
        assert [one.code for one in jobs.items(session, first.id)] == ["58"]
        assert (second.state, second.total) == ("failed", 0)
        assert "Không có tỉnh nào" in second.message_vi


def test_a_schedule_of_somebody_who_left_fails_in_words(database, world):
    owner = a_person(database, "province_editor", [world["58@2004-01-01"]])
    a_schedule(database, scope=Scope(frozenset({world["58@2004-01-01"]}), owner, FEBRUARY))
    with database.transaction() as session:
        session.get_one(Actor, owner).deleted_at = AT
        job = run.due(session, FEBRUARY, AT)[0]

        assert job.state == "failed"
        assert "không còn quyền" in job.message_vi
        with pytest.raises(NoRights):
            run.owner_scope(session, owner, 1, FEBRUARY)


def test_schedules_of_others_are_not_found_but_by_who_sees_every_unit(database, world):
    number = a_schedule(database)
    with database.reading() as session:
        mine = Scope(frozenset({world["58@2004-01-01"]}), 99, FEBRUARY)

        assert store.listed(session, mine, 1) == []
        assert [one.row.id for one in store.listed(session, EVERYTHING, 1)] == [number]
        with pytest.raises(ScheduleNotFound):
            store.get(session, mine, 1, number)


def test_one_person_has_so_many_schedules_and_no_more(database, world):
    with database.transaction() as session:
        for _ in range(store.MOST):
            store.add(session, EVERYTHING, 1, QUARTERLY, FEBRUARY)

        with pytest.raises(store.ScheduleRefused, match="at most 30") as refused:
            store.add(session, EVERYTHING, 1, QUARTERLY, FEBRUARY)

    assert set(refused.value.faults) == {"name"}


def test_every_fault_of_a_schedule_is_told_at_once(database, world):
    with pytest.raises(ScheduleRefused) as refused:
        store.read(TYPED | {"name": " ", "kind": "week", "draft_day": "32", "cut_off_day": "x"})
    assert set(refused.value.faults) == {"name", "kind", "draft_day", "cut_off_day"}

    with pytest.raises(ScheduleRefused) as refused:
        store.read(TYPED | {"draft_day": "10"})
    assert set(refused.value.faults) == {"draft_day"}

    lai_chau = replace(QUARTERLY, provinces=("12",))
    with pytest.raises(ScheduleRefused) as refused, database.reading() as session:
        store.add(session, Scope(frozenset({world["58@2004-01-01"]}), 99, FEBRUARY), 1, lai_chau, FEBRUARY)
    assert set(refused.value.faults) == {"provinces"}


def test_a_worker_makes_the_drafts_and_leaves_those_that_are_open_alone(
    database, database_url, tmp_path, world
):
    number = a_schedule(database, replace(QUARTERLY, kind="year"))
    with database.transaction() as session:
        store.get(session, EVERYTHING, 1, number).provinces = ["58", "99"]
    job_id = request(database, number)
    finish(database_url, tmp_path)

    with database.reading() as session:
        job, parts = session.get_one(Job, job_id), jobs.items(session, job_id)
        made = session.scalars(select(Report)).one()
    assert [(one.code, one.state, one.report_id) for one in parts] == [
        ("58", "made", made.id),
        ("99", "failed", None),
    ]
    assert (made.period, made.settings["cut_off"], made.state) == ("2020", "2021-01-10", "draft")
    assert (job.state, job.done, job.total) == ("failed", 2, 2)
    assert job.message_vi == "Đã lập 1 dự thảo, giữ nguyên 0 báo cáo đã có, 1 tỉnh chưa lập được."
    assert "99" in parts[1].message_vi

    again = request(database, a_schedule(database, replace(QUARTERLY, kind="year", provinces=("58",))))
    finish(database_url, tmp_path)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Report)) == 1
        (kept,) = jobs.items(session, again)
        assert (kept.state, kept.report_id) == ("kept", made.id)
        assert "giữ nguyên" in kept.message_vi
        assert session.get_one(Job, again).state == "done"


def test_a_killed_worker_is_noticed_and_another_one_makes_its_drafts(database, database_url, tmp_path, world):
    job_id = request(database, a_schedule(database, replace(QUARTERLY, kind="year")))
    process = work(database_url, tmp_path)
    wait_until(lambda: state(database, job_id) == "running")
    process.kill()
    process.communicate(timeout=60)  # Processes that it left behind would keep the line open.
    assert state(database, job_id) == "running"

    with database.transaction() as session:  # Two minutes later.
        session.execute(update(Job).values(beat_at=clock.now() - timedelta(minutes=2)))
    told = finish(database_url, tmp_path)

    assert "attempt=2" in told
    assert "Ninh" not in told
    with database.reading() as session:
        assert session.get_one(Job, job_id).state == "done"
        assert session.scalar(select(func.count()).select_from(Report)) == 1


def test_a_worker_ends_with_the_server_it_was_started_beside(database, database_url, tmp_path):
    environment = {**os.environ, "CLB_DATA": str(tmp_path), "CLB_DATABASE_URL": database_url}
    command = [sys.executable, "-m", "server.cli", "serve", "--port", str(free_port())]
    server = subprocess.Popen(
        command,
        env=environment,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: workers(server.pid))
    (worker,) = workers(server.pid)

    os.killpg(server.pid, signal.SIGKILL)
    server.wait()

    wait_until(lambda: not is_alive(worker))


def test_the_pages_set_a_schedule_up_run_it_and_show_its_progress(app, database, world):
    a_person(database)
    browser = Browser(app)
    browser.sign_in()
    assert "Chưa có lịch nào chạy" in browser.get("/schedules").text

    browser.get("/schedules/new")
    refused = browser.post("/schedules/new", **TYPED | {"draft_day": "9"})
    assert refused.status_code == 400
    assert "Ngày lập dự thảo phải sau ngày chốt" in refused.text
    assert browser.post("/schedules/new", **TYPED).status_code == 303
    assert "Báo cáo quý" in browser.get("/schedules").text

    sent = browser.post("/schedules/1/run")
    page = browser.get(sent.location).text
    assert 'http-equiv="refresh"' not in page
    assert '<meta http-equiv="refresh" content="3">' in browser.get(f"{sent.location}?follow=1").text
    assert "Việc đang chờ đến lượt" in page
    assert browser.post("/schedules/1/run").location == sent.location
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 1


def test_the_command_sets_a_schedule_up_changes_it_and_runs_it(database, world, monkeypatch):
    monkeypatch.setattr(commands, "database", lambda: database)

    def clb(*words):
        return CliRunner().invoke(main, ["schedule", *words])

    refused = clb("add", "--name", "Báo cáo năm", "--kind", "year", "--cut-off-day", "5", "--draft-day", "5")
    assert refused.exit_code == 1
    assert "--draft-day: Ngày lập dự thảo phải sau ngày chốt" in refused.output
    added = clb("add", "--name", "Báo cáo năm", "--kind", "year", "--cut-off-day", "5", "--draft-day", "6")
    assert "Đã thêm lịch 1." in added.output
    assert clb("edit", "1", "--active", "no", "--provinces", "58").exit_code == 0
    told = clb("list").output.split("\t")
    assert told[:4] == ["1", "nghỉ | resting", "year", "58"]

    assert "Việc 1" in clb("run", "1").output
    assert "đang chờ" in clb("run", "1").output
    with database.reading() as session:
        assert [one.code for one in jobs.items(session, 1)] == ["58"]


def test_a_page_of_a_job_is_for_who_asked_for_it(app, database, world):
    job_id = request(database, a_schedule(database), "2020-Q4")
    a_person(database, "province_editor", [world["58@2004-01-01"]])
    browser = Browser(app)
    browser.sign_in()

    assert browser.get(f"/jobs/{job_id}").status_code == 404
    assert browser.get("/schedules/1").status_code == 404
    assert "Báo cáo quý" not in browser.get("/schedules").text


def state(database, job_id):
    with database.reading() as session:
        return session.get_one(Job, job_id).state


def wait_until(is_so):
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def workers(server_pid):
    """Processes that a server started beside itself."""
    children = Path(f"/proc/{server_pid}/task/{server_pid}/children").read_text().split()
    return [int(pid) for pid in children if "--beside-server" in command_of(pid)]


def is_alive(pid):
    return "--beside-server" in command_of(pid)


def command_of(pid):
    """What a process was started with; empty once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
