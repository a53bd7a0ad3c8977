"""What Collect fetches: the form list, the text of a form, its manifest, its files and entity lists.

Only formList and submission are fixed by Collect; it takes the others from the documents we write. Parameters it
adds (deviceID) and any others change nothing.
"""

from collections.abc import Mapping

from flask import Response, request

from forms import csvlist, openrosa
from server import auth, scope
from server.blobs import Blob, pieces
from server.clock import today
from server.context import blobs, database
from server.openrosa import answer
from server.openrosa.door import BASE, bp
from server.services import entity, form
from server.services.form import ServedFile


@bp.get(BASE + "/formList")
@bp.get(BASE + "//formList")
@auth.rule("open_form.list")
def form_list(token: str, project_id: int) -> Response:
    """The forms this tablet may fill now."""
    with database().reading() as session:
        listed = form.listed(session, project_id, auth.current().forms("open_form.list", project_id))
    entries = [
        openrosa.FormListEntry(
            xml_form_id=entry.xml_form_id,
            name=entry.title,
            version=entry.version,
            md5=entry.md5,
            download_url=answer.url("forms", f"{entry.xml_form_id}.xml"),
            manifest_url=answer.url("forms", entry.xml_form_id, "manifest") if entry.has_files else None,
        )
        for entry in listed
    ]
    return answer.document(openrosa.form_list(entries))


@bp.get(BASE + "/forms/<path:xml_form_id>.xml")
@auth.rule("open_form.read")
def form_xml(token: str, project_id: int, xml_form_id: str) -> Response:
    """The text of a form, byte for byte as its hash was taken."""
    form_ids = auth.current().forms("open_form.read", project_id)
    with database().reading() as session:
        served = form.xml(session, project_id, xml_form_id, form_ids, request.args.get("version"))
    return answer.content(served.xml, served.md5, "text/xml; charset=utf-8")


@bp.get(BASE + "/forms/<path:xml_form_id>/manifest")
@auth.rule("open_form.read")
def manifest(token: str, project_id: int, xml_form_id: str) -> Response:
    """The files of a form, entity lists with a token that changes with what this tablet may see of them."""
    who = auth.current()
    with database().reading() as session:
        seen = scope.of(session, who, project_id, today())
        files = form.files(session, project_id, xml_form_id, who.forms("open_form.read", project_id))
        lists = [file.content for file in files if not isinstance(file.content, Blob)]
        tokens = entity.tokens(session, seen, lists)
    entries = [_manifest_entry(xml_form_id, file, tokens) for file in files]
    return answer.document(openrosa.manifest(entries))


def _manifest_entry(xml_form_id: str, file: ServedFile, tokens: Mapping[int, str]) -> openrosa.ManifestEntry:
    address = answer.url("forms", xml_form_id, "attachments", file.name)
    if isinstance(file.content, Blob):
        return openrosa.ManifestEntry(file.name, file.content.md5, address)
    return openrosa.ManifestEntry(file.name, tokens[file.content], address, "entityList")


@bp.get(BASE + "/forms/<path:xml_form_id>/attachments/<path:name>")
@auth.rule("open_form.read")
def attachment(token: str, project_id: int, xml_form_id: str, name: str) -> Response:
    """One file of a form: stored bytes, or an entity list as it stands now."""
    form_ids = auth.current().forms("open_form.read", project_id)
    with database().reading() as session:
        file = form.file(session, project_id, xml_form_id, name, form_ids)
    if isinstance(file.content, Blob):
        return _stored_file(file.content, file.media_type)
    return _entity_list(file.content, project_id)


def _stored_file(blob: Blob, media_type: str) -> Response:
    if (known := answer.not_modified(blob.md5)) is not None:
        return known
    response = Response(pieces(blobs().open(blob.sha256)), content_type=media_type)
    response.content_length = blob.size
    return answer.tagged(response, blob.md5)


def _entity_list(entity_list_id: int, project_id: int) -> Response:
    """The rows within the tablet's scope. Token and rows are of one moment, so neither is older than the other."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today())
        tag = entity.tokens(session, seen, [entity_list_id])[entity_list_id]
        if (known := answer.not_modified(tag)) is not None:
            return known
        properties = entity.properties(session, entity_list_id)
        body = b"".join(csvlist.write_list(properties, entity.rows(session, seen, entity_list_id)))
    return answer.content(body, tag, "text/csv; charset=utf-8")
