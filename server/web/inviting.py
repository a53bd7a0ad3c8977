"""Adding a person, and giving somebody a code by mail or in a printed letter."""

import secrets

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from reports.letter import pdf
from server import auth, clock, mail, scope
from server.context import config, database
from server.services import invitation, one_time, person
from server.services.invitation import Invited
from server.services.invitation.letter import letter as written
from server.services.person import PersonRefused
from server.web.page import LAST_ID, show
from server.web.turn import turns
from server.web.words import language

FIELDS = ("name", "email", "role", "unit", "by")


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    one = f"/people/<int(max={LAST_ID}):actor_id>"
    bp.add_url_rule("/people/new", "new_person", new, defaults=project)
    bp.add_url_rule("/people/new", "invite", invite, methods=["POST"], defaults=project)
    bp.add_url_rule(f"{one}/mail", "mail_code", by_mail, methods=["POST"], defaults=project)
    bp.add_url_rule(f"{one}/letter", "print_code", by_letter, methods=["POST"], defaults=project)


@auth.rule("user.create")
def new(project_id: int) -> Response:
    """The form for somebody new."""
    return _form(project_id, dict.fromkeys(FIELDS, "") | {"by": "mail"}, {})


@auth.rule("user.create")
def invite(project_id: int) -> Answer:
    """Add somebody, with the mail that invites them; or the form again with what is wrong at each field."""
    given = {name: request.form.get(name, "") for name in FIELDS}
    by_mail = given["by"] == "mail" and mail.can_invite(config())
    wanted = Invited(given["name"], given["email"], given["role"], given["unit"], by_mail, language())
    try:
        with database().transaction() as session:
            who = auth.current()
            seen = scope.of(session, who, project_id, clock.today())
            actor_id = invitation.invite(session, seen, who, project_id, wanted, clock.today())
    except PersonRefused as refused:
        return _form(project_id, given, refused.faults)
    return redirect(f"/people/{actor_id}?done={'mailed' if by_mail else 'made'}", 303)


@auth.rule("user.update")
def by_mail(project_id: int, actor_id: int) -> Answer:
    """Have a code sent."""
    if not mail.can_invite(config()):
        return redirect(f"/people/{actor_id}", 303)
    with database().transaction() as session:
        _require(session, project_id, actor_id)
        invitation.by_mail(session, actor_id, auth.current().actor_id, clock.now(), language())
    return redirect(f"/people/{actor_id}?done=mailed", 303)


@auth.rule("user.update")
def by_letter(project_id: int, actor_id: int) -> Response:
    """A letter with a code as a PDF. The same page prints the same letter, however often it is sent."""
    code = one_time.derived(request.form.get("word", "") or secrets.token_urlsafe(32), f"letter {actor_id}")
    base = config().public_url or request.host_url.rstrip("/")
    today = clock.today()
    with database().transaction() as session:
        _require(session, project_id, actor_id)
        until = invitation.by_letter(session, actor_id, auth.current().actor_id, clock.now(), code)
        made = written(session, actor_id, project_id, code, until, base, config().hotline, today)
    with turns:
        content = pdf(made)
    return Response(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="thu-moi-{actor_id}.pdf"'},
    )


def _require(session: Session, project_id: int, actor_id: int) -> None:
    who = auth.current()
    person.require(session, scope.of(session, who, project_id, clock.today()), who, actor_id)


def _form(project_id: int, given: dict[str, str], faults: dict[str, tuple[str, str]]) -> Response:
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        offers = person.offered(session, auth.current(), project_id)
    return show(
        "person_new.html",
        400 if faults else 200,
        given=given,
        faults=faults,
        offers=offers,
        can_mail=mail.can_invite(config()),
        sees_all=seen.unit_ids is None,
        days=invitation.DAYS,
    )
