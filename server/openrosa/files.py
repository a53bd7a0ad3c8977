"""The files of a form as Collect fetches them: manifest, stored files, entity lists, and which entities are gone.

A fault in a manifest goes unseen: Collect installs the form without its files. So nothing is listed that cannot be
served, and one wrong entry is an error here.
"""

from collections.abc import Callable, Collection, Mapping

import structlog
from flask import Response, request
from sqlalchemy.orm import Session

from forms import csvlist, openrosa
from server import auth
from server.blobs import Blob, pieces
from server.clock import today
from server.context import blobs, database
from server.openrosa import answer
from server.openrosa.door import BASE, bp
from server.scope import ALL_UNITS
from server.services import entity, form
from server.services.entity import Seen, Viewer
from server.services.form import ServedFile

log = structlog.get_logger(part="openrosa")
Address = Callable[[str], str]
"""Makes an absolute address of a file's name."""


@bp.get(BASE + "/forms/<path:xml_form_id>/manifest")
@auth.rule("open_form.read")
def manifest(token: str, project_id: int, xml_form_id: str) -> Response:
    """The files of a form, entity lists with a token that changes with what this tablet may see of them."""
    with database().reading() as session:
        form_ids = auth.current().forms("open_form.read", project_id)
        files = form.files(session, project_id, xml_form_id, form_ids)
        lists = entity.seen(session, viewer(project_id), list_ids(files))
    return manifest_of(files, lists, lambda name: answer.url("forms", xml_form_id, "attachments", name))


@bp.get(BASE + "/forms/<path:xml_form_id>/attachments/<path:name>")
@auth.rule("open_form.read")
def attachment(token: str, project_id: int, xml_form_id: str, name: str) -> Response:
    """One file of a form: stored bytes, or an entity list as it stands now."""
    form_ids = auth.current().forms("open_form.read", project_id)
    with database().reading() as session:
        file = form.file(session, project_id, xml_form_id, name, form_ids)
        if not isinstance(file.content, Blob):
            return entity_list(session, viewer(project_id), file.content)
    return stored_file(file.content, file.media_type)


@bp.get(BASE + "/datasets/<name>/integrity")
@auth.rule("open_form.read")
def integrity(token: str, project_id: int, name: str) -> Response:
    """Which of the entities that a tablet made and does not find in its list are gone. ?id=UUID,UUID,…

    Collect asks about all of them at once. Unknown ones are left out: what makes them may be on its way.
    """
    form_ids = auth.current().forms("open_form.read", project_id)
    asked = [one.strip() for text in request.args.getlist("id") for one in text.split(",")]
    with database().reading() as session:
        entity_list_id = entity.get_fetched(session, project_id, name, form_ids)
        gone = entity.gone(session, viewer(project_id), entity_list_id, asked)
    return answer.document(openrosa.integrity(gone))


def viewer(project_id: int) -> Viewer:
    """Whoever is asking, as entity lists know them."""
    who = auth.current()
    return Viewer(who.actor_id, today(), sees_all=who.may(ALL_UNITS, project_id))


def list_ids(files: Collection[ServedFile]) -> list[int]:
    """The ids of the entity lists among the files of a form."""
    return [file.content for file in files if not isinstance(file.content, Blob)]


def manifest_of(files: Collection[ServedFile], lists: Mapping[int, Seen], address: Address) -> Response:
    """A manifest of these files. lists: the entity lists among them, by id. address: of a file, from its name.

    A stored file that is gone from the disk is left out, and the log says so: a tablet that has it keeps it, where one
    file that cannot be fetched would keep it from everything else that is new.
    """
    entries = [_entry(file, lists, address(file.name)) for file in files if _can_be_served(file)]
    return answer.document(openrosa.manifest(entries))


def _can_be_served(file: ServedFile) -> bool:
    if not isinstance(file.content, Blob) or blobs().has(file.content.sha256):
        return True
    log.error("stored file gone", name=file.name, sha256=file.content.sha256)
    return False


def _entry(file: ServedFile, lists: Mapping[int, Seen], address: str) -> openrosa.ManifestEntry:
    if isinstance(file.content, Blob):
        return openrosa.ManifestEntry(file.name, file.content.md5, address)
    seen = lists[file.content]
    return openrosa.ManifestEntry(
        filename=file.name,
        md5=seen.token,
        download_url=address,
        kind="approvalEntityList" if seen.approval_required else "entityList",
        integrity_url=answer.url("datasets", seen.name, "integrity"),
    )


def stored_file(blob: Blob, media_type: str) -> Response:
    """A stored file, whole and with its length, or that nothing has changed."""
    if (known := answer.not_modified(blob.md5)) is not None:
        return known
    response = Response(pieces(blobs().open(blob.sha256)), content_type=media_type)
    response.content_length = blob.size
    return answer.tagged(response, blob.md5)


def entity_list(session: Session, who: Viewer, entity_list_id: int) -> Response:
    """The rows of a list that somebody sees, or that nothing has changed.

    Token and rows come from one state of the database. Collect keeps the token: rows older than it would stay.
    """
    seen = entity.seen(session, who, [entity_list_id])[entity_list_id]
    if (known := answer.not_modified(seen.token)) is not None:
        return known
    content = csvlist.write_list(seen.properties, entity.rows(session, who, seen))
    return answer.tagged(answer.spooled(content, "text/csv; charset=utf-8"), seen.token)
