"""What could not be taken: the list of quarantine, the bytes as they came, and another try."""

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as Answer

from server import auth
from server.context import blobs, database
from server.services import quarantine, submission
from server.web.page import LAST_ID, id_given, page_number, show


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/quarantine", "quarantine", listed, defaults=project)
    one = f"/quarantine/<int(max={LAST_ID}):quarantine_id>"
    bp.add_url_rule(f"{one}.xml", "quarantined_xml", xml, defaults=project)
    bp.add_url_rule(f"{one}/release", "release", release, methods=["POST"], defaults=project)


@auth.rule("quarantine.list")
def listed(project_id: int) -> Response:
    """What is held and what was released. tried: the item whose release was just asked for."""
    tried = id_given("tried")
    with database().reading() as session:
        pages = quarantine.count_pages(session, project_id)
        page = min(page_number(), pages)
        return show(
            "quarantine.html",
            rows=quarantine.listed(session, project_id, page),
            page=page,
            pages=pages,
            tried=quarantine.get_in(session, project_id, tried) if tried else None,
            reasons=quarantine.REASONS,
        )


@auth.rule("quarantine.list")
def xml(project_id: int, quarantine_id: int) -> Response:
    """The XML part, byte for byte, as a plain file that no browser will interpret."""
    with database().reading() as session:
        kept = quarantine.get_in(session, project_id, quarantine_id)
    return Response(
        blobs().read(kept.xml_sha256),
        content_type="text/plain",
        headers={"Content-Disposition": f'attachment; filename="quarantine-{kept.id}.xml"'},
    )


@auth.rule("quarantine.update")
def release(project_id: int, quarantine_id: int) -> Answer:
    """Try to take it in once more; the list says what came of it."""
    with database().transaction() as session:
        quarantine.get_in(session, project_id, quarantine_id)
        submission.release(session, blobs(), quarantine_id, auth.current().actor_id)
    return redirect(f"/quarantine?tried={quarantine_id}", 303)
