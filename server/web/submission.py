"""One submission as a page, its XML and its files, each only for who may see it."""

import secrets
from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from server import auth, clock, scope
from server.blobs import pieces
from server.context import blobs, database
from server.errors import PageNotFound
from server.scope import Scope
from server.services import report, settling, submission
from server.services.submission import file as files
from server.services.submission import listing
from server.services.submission import page as pages
from server.services.submission.review import find_batch
from server.web.page import LAST_ID, may, show
from server.web.turn import heavy

ONE = f"/submissions/<int(max={LAST_ID}):submission_id>"
FILE = f"{ONE}/files/<int(max={LAST_ID}):file_id>"


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule(ONE, "submission", page, defaults=project)
    bp.add_url_rule(f"{ONE}/texts/<int(max=9999):number>.xml", "submission_xml", xml, defaults=project)
    bp.add_url_rule(FILE, "submission_file", file, defaults=project)
    bp.add_url_rule(f"{FILE}/small.jpg", "submission_picture", picture, defaults=project)


@auth.rule("submission.read")
def page(project_id: int, submission_id: int) -> Response:
    """Answers, places, times, texts and acts of one submission."""
    return show_page(project_id, submission_id)


def show_page(
    project_id: int,
    submission_id: int,
    faults: Mapping[str, tuple[str, str]] | None = None,
    comment: str = "",
) -> Response:
    """The page of one submission. faults, comment: of a review that could not be taken."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        _refuse_binned(session, seen, submission_id)
        return show(
            "submission.html",
            400 if faults else 200,
            told=pages.told(session, seen, blobs(), submission_id),
            states=listing.STATES,
            notes=listing.NOTES,
            outcomes=settling.OUTCOMES,
            faults=faults or {},
            comment=comment,
            done=find_batch(session, request.args.get("done", ""), auth.current().actor_id),
            word=secrets.token_urlsafe(32),
        )


@auth.rule("submission.read")
def xml(project_id: int, submission_id: int, number: int) -> Response:
    """A text byte for byte, as a plain file that no browser will interpret."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        _refuse_binned(session, seen, submission_id)
        content = submission.xml(session, seen, submission_id, str(number))
    name = f'attachment; filename="phieu-{submission_id}-{number}.xml"'
    return Response(content, content_type="text/plain", headers={"Content-Disposition": name})


@auth.rule("submission.read")
def file(project_id: int, submission_id: int, file_id: int) -> Response:
    """A file as it came, to be saved under its name and not to be interpreted."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        _refuse_binned(session, seen, submission_id)
        found = files.get_file(session, seen, submission_id, file_id)
    return Response(
        pieces(blobs().open(found.sha256 or "")),
        content_type="application/octet-stream",
        headers={
            "Content-Length": str(found.size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        },
    )


@auth.rule("submission.read")
@heavy
def picture(project_id: int, submission_id: int, file_id: int) -> Response:
    """A picture scaled down, without what the camera wrote beside it. Raises PageNotFound where it cannot be read."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        _refuse_binned(session, seen, submission_id)
        found = files.get_file(session, seen, submission_id, file_id)
    content = report.photo.scaled(
        blobs(), report.photo.StoredPhoto("", found.sha256 or "", "submission", None)
    )
    if content is None:
        raise PageNotFound
    kept = {"Cache-Control": "private, max-age=86400"}
    return Response(content, content_type="image/jpeg", headers=kept)


def _refuse_binned(session: Session, seen: Scope, submission_id: int) -> None:
    """Raises PageNotFound for what is in the bin, but to those who may bring it back."""
    found = submission.described(session, seen, submission_id)
    if found.deleted_at is not None and not may("submission.restore"):
        raise PageNotFound
