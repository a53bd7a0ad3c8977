"""Schedules of reports, and the jobs they make: lists, a form, and how far a job is."""

from collections.abc import Mapping
from dataclasses import fields

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from reports.period import parse
from server import auth, clock, jobs, scope
from server.context import database
from server.models import Job
from server.scope import Scope
from server.services import issuing, overview
from server.services.schedule import dates, job_page, run, store
from server.services.schedule.store import Plan, ScheduleRefused
from server.web.page import LAST_ID, show

ONE = f"/schedules/<int(max={LAST_ID}):schedule_id>"
FIELDS = tuple(field.name for field in fields(Plan))
NEW = {
    "kind": "quarter",
    "calendar": "calendar",
    "draft_day": "11",
    "cut_off_day": "10",
    "issuer": issuing.DEFAULT_KIND,
    "is_active": "1",
}


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/schedules", "schedules", listed, defaults=project)
    bp.add_url_rule("/schedules/new", "new_schedule", new, defaults=project)
    bp.add_url_rule("/schedules/new", "add_schedule", add, methods=["POST"], defaults=project)
    bp.add_url_rule(ONE, "schedule", form, defaults=project)
    bp.add_url_rule(ONE, "edit_schedule", edit, methods=["POST"], defaults=project)
    bp.add_url_rule(f"{ONE}/run", "run_schedule", run_now, methods=["POST"], defaults=project)
    again = f"{ONE}/again/<int(max={LAST_ID}):job_id>"
    bp.add_url_rule(again, "run_job_again", run_again, methods=["POST"], defaults=project)
    bp.add_url_rule(f"/jobs/<int(max={LAST_ID}):job_id>", "job", job, defaults=project)


@auth.rule("report.draft")
def listed(project_id: int) -> Response:
    """The viewer's schedules with their next run, and the newest jobs."""
    today = clock.today()
    with database().reading() as session:
        seen = _seen(session, project_id)
        found = store.listed(session, seen, project_id)
        return show(
            "schedules.html",
            rows=[(one, dates.coming(store.rhythm(one.row), today)) for one in found],
            kinds=store.KINDS,
            jobs=[(one, _period(one)) for one in job_page.newest(session, seen, project_id)],
            today=today,
        )


@auth.rule("report.draft")
def new(project_id: int) -> Response:
    """The form, filled with what most want."""
    with database().reading() as session:
        return _form(session, _seen(session, project_id), project_id, NEW, {}, None)


@auth.rule("report.draft")
def add(project_id: int) -> Answer:
    """Keep a new schedule, or the form again with what is wrong beside each field."""
    return _save(project_id, None)


@auth.rule("report.draft")
def form(project_id: int, schedule_id: int) -> Response:
    """The form with a schedule as it is kept."""
    with database().reading() as session:
        seen = _seen(session, project_id)
        given = store.texts(store.get(session, seen, project_id, schedule_id))
        return _form(session, seen, project_id, given, {}, schedule_id)


@auth.rule("report.draft")
def edit(project_id: int, schedule_id: int) -> Answer:
    """Change a schedule, or the form again with what is wrong beside each field."""
    return _save(project_id, schedule_id)


@auth.rule("report.draft")
def run_now(project_id: int, schedule_id: int) -> Answer:
    """Make, or make whole, the drafts of the last period that is over."""
    today = clock.today()
    with database().transaction() as session:
        seen = _seen(session, project_id)
        row = store.get(session, seen, project_id, schedule_id)
        made = run.now(session, seen, row, today, clock.now())
    return redirect(f"/jobs/{made.id}", 303)


@auth.rule("report.draft")
def run_again(project_id: int, schedule_id: int, job_id: int) -> Answer:
    """Put a job that ended into the queue once more, for what is not there."""
    with database().transaction() as session:
        seen = _seen(session, project_id)
        row = store.get(session, seen, project_id, schedule_id)
        found = job_page.get(session, seen, project_id, job_id)
        if found.params["schedule_id"] != row.id:
            raise job_page.JobNotFound(job_id=job_id)
        run.again(session, row, found, clock.today())
    return redirect(f"/jobs/{job_id}", 303)


@auth.rule("report.draft")
def job(project_id: int, job_id: int) -> Response:
    """How far a job is and what became of each province; for who asks so, it reloads itself until there is an end."""
    with database().reading() as session:
        seen = _seen(session, project_id)
        found = job_page.get(session, seen, project_id, job_id)
        return show(
            "job.html",
            job=found,
            period=_period(found),
            items=jobs.items(session, job_id),
            schedule=job_page.schedule_of(session, seen, found),
            is_open=found.state in (jobs.WAITING, jobs.RUNNING),
            follows="follow" in request.args,
        )


def _save(project_id: int, schedule_id: int | None) -> Answer:
    given = {name: request.form.get(name, "") for name in FIELDS}
    given["provinces"] = " ".join(request.form.getlist("provinces"))
    today = clock.today()
    try:
        with database().transaction() as session:
            seen, plan = _seen(session, project_id), store.read(given)
            if schedule_id is None:
                store.add(session, seen, project_id, plan, today)
            else:
                store.edit(session, seen, project_id, schedule_id, plan, today)
    except ScheduleRefused as refused:
        with database().reading() as session:
            seen = _seen(session, project_id)
            return _form(session, seen, project_id, given, refused.faults, schedule_id)
    return redirect("/schedules", 303)


def _form(
    session: Session,
    seen: Scope,
    project_id: int,
    given: Mapping[str, str],
    faults: Mapping[str, tuple[str, str]],
    schedule_id: int | None,
) -> Response:
    return show(
        "schedule.html",
        400 if faults else 200,
        given={name: given.get(name, "") for name in FIELDS},
        faults=faults,
        kinds=store.KINDS,
        issuers=[(kind, issuing.KINDS[kind]) for kind in issuing.kinds(session)],
        choices=[
            one
            for one in overview.choices(session, seen, project_id)
            if one.has_clubs or one.code in given.get("provinces", "").split()
        ],
        schedule_id=schedule_id,
    )


def _period(found: Job) -> tuple[str, str]:
    """The period of a job in both languages."""
    span = parse(found.params["period"])
    by_decree = found.params["calendar"] == "decree"
    named = span.decree if by_decree else span
    return named.name_vi, named.name_en


def _seen(session: Session, project_id: int) -> Scope:
    return scope.of(session, auth.current(), project_id, clock.today())
