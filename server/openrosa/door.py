"""Who stands at the door: the key in the address, and what is known of the tablet that sends it."""

from flask import Blueprint, request

from server import auth
from server.context import database
from server.errors import BadRequest
from server.services import actor
from server.services.sent import Sender

DEVICE_CHARACTERS = 255

BASE = "/v1/key/<token>/projects/<int(max=2147483647):project_id>"
"""What tablets have in their settings. Collect takes off one slash of a careless one, so two may come in a row."""

bp = Blueprint("openrosa", __name__)


@bp.before_request
def authenticate() -> None:
    """Find out whose key the address holds."""
    values = request.view_args or {}
    if any("\0" in text for text in (*request.args.values(), *map(str, values.values()))):
        raise BadRequest  # No text in the database may hold it.
    with database().reading() as session:
        auth.enter(actor.by_key(session, values["token"], values["project_id"]))


def sender(project_id: int) -> Sender:
    """Who sends, from which device, with which app."""
    who = auth.current()
    return Sender(
        actor_id=who.actor_id,
        device_id=request.args.get("deviceID", "")[:DEVICE_CHARACTERS] or None,
        user_agent=request.headers.get("User-Agent", "")[:DEVICE_CHARACTERS] or None,
        form_ids=who.forms("submission.create", project_id),
    )
