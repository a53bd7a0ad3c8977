"""The offices that issue reports: the list, and one of them to be filled in."""

from collections.abc import Mapping
from dataclasses import fields

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from server import auth, clock, scope
from server.context import database
from server.scope import Scope
from server.services import issuing
from server.services.issuing import Body, BodyRefused
from server.web.page import LAST_ID, id_given, show

FIELDS = tuple(field.name for field in fields(Body))


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    one = f"/issuing-bodies/<int(max={LAST_ID}):body_id>"
    bp.add_url_rule("/issuing-bodies", "issuing_bodies", listed, defaults=project)
    bp.add_url_rule("/issuing-bodies/new", "new_issuing_body", new, defaults=project)
    bp.add_url_rule("/issuing-bodies/new", "add_issuing_body", add, methods=["POST"], defaults=project)
    bp.add_url_rule(one, "issuing_body", form, defaults=project)
    bp.add_url_rule(one, "edit_issuing_body", edit, methods=["POST"], defaults=project)


@auth.rule("issuing_body.update")
def listed(project_id: int) -> Response:
    """Offices of every province and of the viewer's own, by kind and day."""
    with database().reading() as session:
        rows = issuing.listed(session, _seen(session, project_id))
    return show("issuing_bodies.html", rows=rows, kinds=issuing.KINDS, of_nation=issuing.OF_NATION)


@auth.rule("issuing_body.update")
def new(project_id: int) -> Response:
    """The form, empty, or filled with a known office to begin from (?like=ID)."""
    like = id_given("like")
    with database().reading() as session:
        seen = _seen(session, project_id)
        given = issuing.texts(issuing.body_of(issuing.get(session, seen, like))) if like else {}
        return _form(session, seen, given, {}, None)


@auth.rule("issuing_body.update")
def add(project_id: int) -> Answer:
    """Keep a new office, or the form again with what is wrong beside each field."""
    return _save(project_id, None)


@auth.rule("issuing_body.update")
def form(project_id: int, body_id: int) -> Response:
    """The form with an office as it is kept."""
    with database().reading() as session:
        seen = _seen(session, project_id)
        return _form(
            session, seen, issuing.texts(issuing.body_of(issuing.get(session, seen, body_id))), {}, body_id
        )


@auth.rule("issuing_body.update")
def edit(project_id: int, body_id: int) -> Answer:
    """Change an office, or the form again with what is wrong beside each field."""
    return _save(project_id, body_id)


def _save(project_id: int, body_id: int | None) -> Answer:
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        with database().transaction() as session:
            seen = _seen(session, project_id)
            body = issuing.read(given)
            if body_id is None:
                issuing.add(session, seen, body)
            else:
                issuing.edit(session, seen, body_id, body)
    except BodyRefused as refused:
        with database().reading() as session:
            return _form(session, _seen(session, project_id), given, refused.faults, body_id)
    return redirect("/issuing-bodies", 303)


def _form(
    session: Session,
    seen: Scope,
    given: Mapping[str, str],
    faults: Mapping[str, tuple[str, str]],
    body_id: int | None,
) -> Response:
    return show(
        "issuing_body.html",
        400 if faults else 200,
        given={name: given.get(name, "") for name in FIELDS},
        faults=faults,
        kinds=issuing.KINDS,
        provinces=issuing.provinces(session, seen),
        may_set_all=seen.unit_ids is None,
        whole_country=issuing.WHOLE_COUNTRY,
        body_id=body_id,
    )


def _seen(session: Session, project_id: int) -> Scope:
    return scope.of(session, auth.current(), project_id, clock.today())
