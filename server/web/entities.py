"""Entries of the shared lists that a person must look at: conflicts, changes that wait, what was deleted."""

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from server import auth, clock, scope
from server.context import database
from server.errors import BadRequest
from server.scope import Scope
from server.services.entity import backlog, history, naming, people
from server.web.page import LAST_ID, page_number, show


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/entities", "entities", listed, defaults=project)
    bp.add_url_rule("/entities/<uuid:uuid>", "entity", one, defaults=project)
    bp.add_url_rule("/entities/<uuid:uuid>/settle", "settle", settle, methods=["POST"], defaults=project)
    bp.add_url_rule(
        "/entities/<uuid:uuid>/delete", "delete_entity", delete, methods=["POST"], defaults=project
    )
    bp.add_url_rule(
        "/entities/<uuid:uuid>/restore", "restore_entity", restore, methods=["POST"], defaults=project
    )
    held = f"/entities/backlog/<int(max={LAST_ID}):backlog_id>/release"
    bp.add_url_rule(held, "force_held", force, methods=["POST"], defaults=project)


@auth.rule("entity.list")
def listed(project_id: int) -> Response:
    """Conflicts side by side, then what waits, then what was deleted, all within the viewer's units."""
    with database().reading() as session:
        seen = _seen(session, project_id)
        found = history.count_conflicts(session, seen, project_id)
        pages = max(1, -(-found // history.PAGE_ROWS))
        page = min(page_number(), pages)
        return show(
            "entities.html",
            disputed=history.conflicts(session, seen, project_id, page),
            found=found,
            page=page,
            pages=pages,
            waiting=history.backlog(session, seen, project_id),
            deleted=history.deleted(session, seen, project_id),
            naming=naming,
        )


@auth.rule("entity.list")
def one(project_id: int, uuid: object) -> Response:
    """One entry with every version of it."""
    with database().reading() as session:
        entity = history.get(session, _seen(session, project_id), project_id, str(uuid))
        return show(
            "entity.html", entity=entity, versions=history.versions(session, str(uuid)), naming=naming
        )


@auth.rule("entity.update")
def settle(project_id: int, uuid: object) -> Answer:
    """Leave an entry as it is, or put back what a version clashed with, or take an older version."""
    act, version, seen_version = request.form.get("act"), _number("version"), _number("seen")
    with database().transaction() as session:
        seen = _seen(session, project_id)
        if act == "keep":
            people.resolve(session, seen, project_id, str(uuid), seen_version)
        elif act == "put_back" and version:
            people.put_back(session, seen, project_id, str(uuid), version, seen_version)
        elif act == "take" and version:
            people.take(session, seen, project_id, str(uuid), version, seen_version)
        else:
            raise BadRequest
    return redirect("/entities" if act != "take" else f"/entities/{uuid}", 303)


@auth.rule("entity.delete")
def delete(project_id: int, uuid: object) -> Answer:
    """Take an entry out of the tablets' lists."""
    with database().transaction() as session:
        people.delete(session, _seen(session, project_id), project_id, str(uuid))
    return redirect("/entities", 303)


@auth.rule("entity.delete")
def restore(project_id: int, uuid: object) -> Answer:
    """Bring a deleted entry back."""
    with database().transaction() as session:
        people.restore(session, _seen(session, project_id), project_id, str(uuid))
    return redirect(f"/entities/{uuid}", 303)


@auth.rule("entity.update")
def force(project_id: int, backlog_id: int) -> Answer:
    """Take a change that waits without what it waits for."""
    with database().transaction() as session:
        backlog.force_one(session, _seen(session, project_id), project_id, backlog_id)
    return redirect("/entities", 303)


def _seen(session: Session, project_id: int) -> Scope:
    return scope.of(session, auth.current(), project_id, clock.today())


def _number(name: str) -> int | None:
    value = request.form.get(name, type=int)
    return value if value and 0 < value <= LAST_ID else None
