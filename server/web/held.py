"""What could not be taken: the list of quarantine, the bytes as they came, another try, and setting it aside."""

from urllib.parse import quote

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as Answer

from server import auth
from server.blobs import pieces
from server.context import blobs, database
from server.services import quarantine, submission
from server.web.page import LAST_ID, id_given, page_number, show


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/quarantine", "quarantine", listed, defaults=project)
    one = f"/quarantine/<int(max={LAST_ID}):quarantine_id>"
    bp.add_url_rule(one, "quarantined", page, defaults=project)
    bp.add_url_rule(f"{one}.xml", "quarantined_xml", xml, defaults=project)
    bp.add_url_rule(f"{one}/files/<int(max={LAST_ID}):number>", "quarantined_file", file, defaults=project)
    bp.add_url_rule(f"{one}/release", "release", release, methods=["POST"], defaults=project)
    bp.add_url_rule(f"{one}/dismiss", "dismiss", dismiss, methods=["POST"], defaults=project)
    bp.add_url_rule(f"{one}/hold-again", "hold_again", hold_again, methods=["POST"], defaults=project)


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
def page(project_id: int, quarantine_id: int) -> Response:
    """One item: why it is held, what was sent as text, its files, and what can be done about it."""
    with database().reading() as session:
        kept = quarantine.get_in(session, project_id, quarantine_id)
    text, is_cut = quarantine.readable(blobs(), kept)
    return show("quarantined.html", kept=kept, text=text, is_cut=is_cut, reasons=quarantine.REASONS)


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


@auth.rule("quarantine.list")
def file(project_id: int, quarantine_id: int, number: int) -> Response:
    """One of the files that came along, to be saved under its name and not to be interpreted."""
    with database().reading() as session:
        kept = quarantine.file_of(quarantine.get_in(session, project_id, quarantine_id), number)
    return Response(
        pieces(blobs().open(kept["sha256"])),
        content_type="application/octet-stream",
        headers={
            "Content-Length": str(kept["size"]),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept['name'], safe='')}",
        },
    )


@auth.rule("quarantine.update")
def release(project_id: int, quarantine_id: int) -> Answer:
    """Try to take it in once more; the list says what came of it."""
    with database().transaction() as session:
        quarantine.get_in(session, project_id, quarantine_id)
        submission.release(session, blobs(), quarantine_id, auth.current().actor_id)
    return redirect(f"/quarantine?tried={quarantine_id}", 303)


@auth.rule("quarantine.update")
def dismiss(project_id: int, quarantine_id: int) -> Answer:
    """Somebody has looked: it need not be taken in, but is kept."""
    with database().transaction() as session:
        quarantine.get_in(session, project_id, quarantine_id)
        quarantine.dismiss(session, quarantine_id, auth.current().actor_id)
    return redirect("/quarantine", 303)


@auth.rule("quarantine.update")
def hold_again(project_id: int, quarantine_id: int) -> Answer:
    """Take a dismissal back."""
    with database().transaction() as session:
        quarantine.get_in(session, project_id, quarantine_id)
        quarantine.hold_again(session, quarantine_id, auth.current().actor_id)
    return redirect("/quarantine", 303)
