"""Who stands at the door: the key in the address, what is known of the tablet that sends it, and what it did."""

import unicodedata

from flask import Blueprint, Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from server import auth, log
from server.clock import now
from server.context import database, notes
from server.db import WriterBusy
from server.errors import BadRequest
from server.services import actor, tablet
from server.services.sent import Sender, Sent
from server.services.tablet import Look, Thing

DEVICE_CHARACTERS = 255

BASE = "/v1/key/<token>/projects/<int(max=2147483647):project_id>"
"""What tablets have in their settings. Collect takes off one slash of a careless one, so two may come in a row."""

THINGS = {
    "openrosa.form_list": "form_list",
    "openrosa.form_xml": "form",
    "openrosa.manifest": "manifest",
    "openrosa.attachment": "file",
}
"""Endpoints whose answer, or word that nothing has changed, tells what a tablet has: endpoint → kind."""

bp = Blueprint("openrosa", __name__)


@bp.before_request
def authenticate() -> None:
    """Find out whose key the address holds."""
    values = request.view_args or {}
    if any("\0" in text for text in (*request.args.values(), *map(str, values.values()))):
        raise BadRequest  # No text in the database may hold it.
    with database().reading() as session:
        auth.enter(actor.by_key(session, values["token"], values["project_id"]))


@bp.after_request
def note(response: Response) -> Response:
    """Note what the tablet did, once the answer is settled. The answer leaves whatever becomes of the note."""
    if "identity" in g:
        _write(_look(response))
    return response


def sender(project_id: int) -> Sender:
    """Who sends, from which device, with which app."""
    who = auth.current()
    return Sender(
        actor_id=who.actor_id,
        device_id=device_id() or None,
        user_agent=user_agent(),
        form_ids=who.forms("submission.create", project_id),
    )


def look_at(sent: Sent) -> Look:
    """What a submission tells of the tablet it came from. Its header Date is older by the time the body took."""
    ahead_s = tablet.ahead_s(sent.envelope, sent.received_at)
    actor_id = auth.current().actor_id
    return Look(actor_id, device_id(), sent.received_at, user_agent(), sent=True, ahead_s=ahead_s)


def _look(response: Response) -> Look:
    date = request.headers.get("Date", "") if request.method != "POST" else ""
    thing, version = _given(response)
    actor_id = auth.current().actor_id
    return Look(actor_id, device_id(), now(), user_agent(), thing, version, date=date)


def _given(response: Response) -> tuple[Thing | None, str]:
    """What this answer gives, or what it confirms that the tablet has, with its hash; None for anything else."""
    kind = THINGS.get(request.endpoint or "")
    if kind is None or request.method != "GET" or response.status_code not in (200, 304):
        return None, ""
    values = request.view_args or {}
    parts = (values[part] for part in ("xml_form_id", "name") if part in values)
    name = unicodedata.normalize("NFC", "/".join(parts))
    return Thing(kind, name), response.get_etag()[0] or ""


def _write(look: Look) -> None:
    due = notes().due(look)
    if due is None:
        return
    try:
        with database().brief_transaction() as session:
            tablet.write(session, due)
    except WriterBusy:
        notes().pause(look.at)
    except SQLAlchemyError as error:
        notes().pause(look.at)
        log.logger("receipt").error("tablet not noted", actor=look.actor_id, exc_info=error)
    else:
        notes().written(due)


def device_id() -> str:
    """What the device calls itself, "" for nothing; without signs that an administrator's terminal would obey."""
    return log.printable(request.args.get("deviceID", ""))[:DEVICE_CHARACTERS]


def user_agent() -> str | None:
    """The app that asks, as it calls itself."""
    return log.printable(request.headers.get("User-Agent", ""))[:DEVICE_CHARACTERS] or None
