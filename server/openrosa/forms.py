"""What Collect fetches first: the form list and the text of a form. Its files are in `files`.

Only formList and submission are fixed by Collect; it takes the others from the documents we write. Parameters it
adds (deviceID) and any others change nothing.
"""

from urllib.parse import quote

from flask import Response, request

from forms import openrosa
from server import auth
from server.context import database
from server.errors import FormNotFound
from server.openrosa import answer
from server.openrosa.door import BASE, bp
from server.services import form
from server.services.form import ListedForm


@bp.get(BASE + "/formList")
@bp.get(BASE + "//formList")
@auth.rule("open_form.list")
def form_list(token: str, project_id: int) -> Response:
    """The forms this tablet may fill now, or the one that formID names: in one version each, whatever else is asked.

    A list that is too short makes tablets delete forms, so a formID that is not there is an error, not an empty list.
    """
    with database().reading() as session:
        listed = form.listed(session, project_id, auth.current().forms("open_form.list", project_id))
    wanted = request.args.get("formID")
    if wanted and not (listed := [entry for entry in listed if entry.xml_form_id == wanted]):
        raise FormNotFound(xml_form_id=wanted)
    entries = [
        openrosa.FormListEntry(
            xml_form_id=entry.xml_form_id,
            name=entry.title,
            version=entry.version,
            md5=entry.md5,
            download_url=_download_url(entry),
            manifest_url=answer.url("forms", entry.xml_form_id, "manifest") if entry.has_files else None,
        )
        for entry in listed
    ]
    return answer.document(openrosa.form_list(entries))


def _download_url(entry: ListedForm) -> str:
    """Of the very text whose hash is listed, even when another version is published before the tablet comes for it."""
    version = quote(entry.version, safe="")
    return f"{answer.url('forms', f'{entry.xml_form_id}.xml')}?version={version}"


@bp.get(BASE + "/forms/<path:xml_form_id>.xml")
@auth.rule("open_form.read")
def form_xml(token: str, project_id: int, xml_form_id: str) -> Response:
    """The text of a form, byte for byte as its hash was taken."""
    form_ids = auth.current().forms("open_form.read", project_id)
    with database().reading() as session:
        served = form.xml(session, project_id, xml_form_id, form_ids, request.args.get("version"))
    return answer.content(served.xml, served.md5, "text/xml; charset=utf-8")
