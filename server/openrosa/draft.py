"""Where the draft of a form is tried out: an address of its own, open to whoever has its token, apart from real data.

It answers as the real door does, so that what works here works there. Nothing of it is ever real: no key, no entity
list of real people, no submission that counts.
"""

from flask import Blueprint, Response, request

from forms import openrosa
from server import auth
from server.blobs import Blob
from server.clock import now
from server.context import blobs, config, database
from server.errors import BadRequest
from server.openrosa import answer, files, multipart
from server.openrosa.door import device_id, user_agent
from server.services import sent
from server.services.form import draft, draft_submission
from server.services.sent import Sender

DRAFT = "/v1/test/<token>/projects/<int(max=2147483647):project_id>/forms/<path:xml_form_id>/draft"
"""What testers' tablets have in their settings."""

bp = Blueprint("draft", __name__)


@bp.before_request
def refuse_nul() -> None:
    """No text in the database may hold it."""
    texts = (*request.args.values(), *map(str, (request.view_args or {}).values()))
    if any("\0" in text for text in texts):
        raise BadRequest


@bp.get(DRAFT + "/formList")
@bp.get(DRAFT + "//formList")
@auth.rule(auth.PUBLIC)
def form_list(token: str, project_id: int, xml_form_id: str) -> Response:
    """The draft, and nothing else."""
    with database().reading() as session:
        found = draft.at(session, token, project_id, xml_form_id)
    entry = openrosa.FormListEntry(
        xml_form_id=xml_form_id,
        name=found.title,
        version=found.version,
        md5=found.md5,
        download_url=_url("draft.xml"),
        manifest_url=_url("draft", "manifest") if found.files else None,
    )
    return answer.document(openrosa.form_list([entry]))


@bp.get(DRAFT + ".xml")
@auth.rule(auth.PUBLIC)
def form_xml(token: str, project_id: int, xml_form_id: str) -> Response:
    """The text of the draft, byte for byte as its hash was taken."""
    with database().reading() as session:
        found = draft.at(session, token, project_id, xml_form_id)
    return answer.content(found.xml, found.md5, "text/xml; charset=utf-8")


@bp.get(DRAFT + "/manifest")
@auth.rule(auth.PUBLIC)
def manifest(token: str, project_id: int, xml_form_id: str) -> Response:
    """The files of the draft that are there, and stand-ins for entity lists."""
    with database().reading() as session:
        found = draft.at(session, token, project_id, xml_form_id)
        served = draft.files(session, blobs(), found)
    entries = [
        openrosa.ManifestEntry(
            filename=file.name,
            md5=file.md5,
            download_url=_url("draft", "attachments", file.name),
            kind="file" if isinstance(file.content, Blob) else "entityList",
        )
        for file in served
    ]
    return answer.document(openrosa.manifest(entries))


@bp.get(DRAFT + "/attachments/<path:name>")
@auth.rule(auth.PUBLIC)
def attachment(token: str, project_id: int, xml_form_id: str, name: str) -> Response:
    """One file of the draft, or the stand-in for an entity list."""
    with database().reading() as session:
        found = draft.at(session, token, project_id, xml_form_id)
        file = draft.file(session, blobs(), found, name)
    if isinstance(file.content, Blob):
        return files.stored_file(file.content, file.media_type)
    return answer.content(file.content, file.md5, file.media_type)


@bp.route(DRAFT + "/submission", methods=["HEAD"])
@bp.route(DRAFT + "//submission", methods=["HEAD"])
@auth.rule(auth.PUBLIC)
def before_submission(token: str, project_id: int, xml_form_id: str) -> Response:
    """Collect asks this before each submission."""
    with database().reading() as session:
        draft.at(session, token, project_id, xml_form_id)
    return answer.nothing()


@bp.post(DRAFT + "/submission")
@bp.post(DRAFT + "//submission")
@auth.rule(auth.PUBLIC)
def post_submission(token: str, project_id: int, xml_form_id: str) -> Response:
    """Take one test submission, or some of its files. Nothing is read at a wrong or full address, nor stored of what is
    refused: whoever has the code may send for ever."""
    with database().reading() as session:
        draft_submission.check_room(session, draft.at(session, token, project_id, xml_form_id))

    def accept(xml: bytes) -> None:
        with database().reading() as session:
            draft_submission.check(
                session, token, xml_form_id, sent.read(project_id, xml, (), _sender(), now())
            )

    body = multipart.read(
        request.stream,
        request.headers.get("Content-Type", ""),
        request.content_length,
        blobs(),
        min(draft_submission.BODY_BYTES, config().max_body_bytes),
        accept,
    )
    came = sent.read(project_id, body.xml, body.uploads, _sender(), now())
    with database().transaction() as session:
        draft_submission.receive(session, token, xml_form_id, came)
    return answer.received()


def _sender() -> Sender:
    """Nobody that is known, from some device."""
    return Sender(actor_id=None, device_id=device_id() or None, user_agent=user_agent())


def _url(*segments: str) -> str:
    """An absolute address below the form whose draft was asked for."""
    values = request.view_args or {}
    base = ("v1", "test", values["token"], "projects", str(values["project_id"]))
    return answer.absolute(*base, "forms", values["xml_form_id"], *segments)
