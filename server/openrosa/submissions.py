"""What Collect sends: a question before each submission, then the submission in one POST or several."""

from flask import Response, request

from server import auth
from server.clock import now
from server.context import blobs, config, database, notes
from server.openrosa import answer, multipart
from server.openrosa.door import BASE, bp, look_at, sender
from server.services import app_user, submission, tablet
from server.services.sent import Held


@bp.route(BASE + "/submission", methods=["HEAD"])
@bp.route(BASE + "//submission", methods=["HEAD"])
@auth.rule("submission.create")
def before_submission(token: str, project_id: int) -> Response:
    """Collect asks this before each submission."""
    return answer.nothing()


@bp.post(BASE + "/submission")
@bp.post(BASE + "//submission")
@auth.rule("submission.create")
def post_submission(token: str, project_id: int) -> Response:
    """Take one submission, or some of its files. The answer leaves after the commit, when all of it is on disk."""
    if auth.current().is_late:
        with database().reading() as session:
            app_user.check_late(session, auth.current().actor_id)
    body = multipart.read(
        request.stream,
        request.headers.get("Content-Type", ""),
        request.content_length,
        blobs(),
        config().max_body_bytes,
    )
    sent = submission.read(project_id, body.xml, body.uploads, sender(project_id), now())
    note = notes().due(look_at(sent))
    with database().transaction() as session:
        receive = app_user.hold_late if auth.current().is_late else submission.receive
        outcome = receive(session, blobs(), sent)
        tablet.write(session, note)
    notes().written(note)
    if isinstance(outcome, Held) and outcome.problem is not None:
        return answer.refusal(outcome.problem)
    return answer.received()
