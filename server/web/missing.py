"""What is missing before the next cut-off, and whether one is reminded of it by mail."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from server import auth, clock, mail, scope
from server.context import config, database
from server.services.schedule import coming, missing, reminder
from server.web.page import show, viewer
from server.web.words import language


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    bp.add_url_rule("/missing", "missing", page, defaults={"project_id": 1})
    bp.add_url_rule("/missing/mail", "remind", remind, methods=["POST"], defaults={"project_id": 1})


@auth.rule("report.read")
def page(project_id: int) -> Response:
    """Clubs with the months they owe by commune, and all else that stands against a coming report."""
    today = clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        ahead = coming.coming(session, seen, project_id, today)
        chosen = next((one for one in ahead if one.key == request.args.get("period")), ahead[0])
        return show(
            "missing.html",
            ahead=ahead,
            chosen=chosen,
            days_left=chosen.days_left(today),
            found=missing.look(session, seen, project_id, chosen.period, today),
            has_mail=mail.is_set_up(config()),
            is_reminded=reminder.wants(session, viewer().actor_id, project_id),
            last_mail=reminder.newest(session, viewer().actor_id),
            days_before=reminder.DAYS_BEFORE,
        )


@auth.rule("report.read")
def remind(project_id: int) -> Answer:
    """Be reminded by mail in the language of the page, or no more."""
    with database().transaction() as session:
        if request.form.get("wanted"):
            reminder.ask(session, viewer().actor_id, project_id, language())
        else:
            reminder.stop(session, viewer().actor_id, project_id)
    return redirect("/missing#mail", 303)
