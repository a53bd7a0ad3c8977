"""The register as a workbook: taken along, changed in Excel, looked at before anything is written, and undone."""

from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from forms.errors import FormRejected
from server import auth, clock, scope
from server.context import blobs, config, database
from server.services import club
from server.services.club import LookAgain, NewerThere
from server.services.form import upload
from server.web import words
from server.web.clubs import wanted_clubs
from server.web.page import LAST_ID, show
from server.web.turn import heavy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 100
"""Cells of a preview that are listed, and of an import; all of them are counted, and applied."""
TOO_LARGE = (
    "Tệp quá lớn hoặc có quá nhiều dòng (tối đa 20.000). Xin xóa dòng, cột thừa, hoặc chia thành nhiều tệp.",
    "The file is too large or has too many rows (20,000 at most). Please delete spare rows and columns, or divide it.",
)
OWN_WORDS = dict.fromkeys(("too_many_rows", "too_large"), TOO_LARGE)


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/clubs.xlsx", "clubs_workbook", workbook, defaults=project)
    bp.add_url_rule("/clubs/import", "import_clubs", start, defaults=project)
    bp.add_url_rule("/clubs/import", "upload_clubs", take, methods=["POST"], defaults=project)
    bp.add_url_rule("/clubs/import/<token>", "preview_clubs", preview, defaults=project)
    bp.add_url_rule("/clubs/import/<token>", "apply_clubs", apply, methods=["POST"], defaults=project)
    one = f"/clubs/batches/<int(max={LAST_ID}):batch_id>"
    bp.add_url_rule(one, "club_batch", batch, defaults=project)
    bp.add_url_rule(f"{one}/undo", "undo_clubs", undo, methods=["POST"], defaults=project)


@auth.rule("club.list")
@heavy
def workbook(project_id: int) -> Response:
    """The clubs that the list shows, on all its pages, as a workbook to change."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        content = club.workbook(session, seen, project_id, wanted_clubs())
    name = f"so-cau-lac-bo-{clock.today().isoformat()}.xlsx"
    return Response(
        content,
        content_type=XLSX,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )


@auth.rule("club.update")
def start(project_id: int) -> Response:
    """The form for a workbook, and what was imported before."""
    return _start(project_id)


@auth.rule("club.update")
def take(project_id: int) -> Answer:
    """Keep a workbook for a day and go on to what it would change; a harmful file is refused with a sentence."""
    given = request.files.get("file")
    try:
        token = upload.keep(_folder(), given.read() if given is not None else b"", clock.now())
    except FormRejected as refused:
        found = refused.findings[0]
        return _start(project_id, OWN_WORDS.get(found.code, (found.vi, found.en)))
    return redirect(f"/clubs/import/{token}", 303)


@auth.rule("club.update")
@heavy
def preview(project_id: int, token: str) -> Response:
    """What a workbook would change, cell by cell; nothing is written."""
    return _preview(project_id, token)


@auth.rule("club.update")
@heavy
def apply(project_id: int, token: str) -> Answer:
    """Write what was looked at; if that has changed meanwhile, show it again."""
    content = upload.read(_folder(), token)
    try:
        with database().transaction() as session:
            seen = scope.of(session, auth.current(), project_id, clock.today())
            batch_id = club.apply_batch(
                session,
                blobs(),
                seen,
                project_id,
                token,
                content,
                request.form.get("looked_at", ""),
                clock.now(),
                clock.today(),
                auth.current().may("submission.create", project_id),
            )
    except LookAgain as problem:
        return _preview(project_id, token, problem)
    return redirect(f"/clubs/batches/{batch_id}", 303)


@auth.rule("club.update")
def batch(project_id: int, batch_id: int) -> Response:
    """What an import changed."""
    return _batch(project_id, batch_id)


@auth.rule("club.update")
@heavy
def undo(project_id: int, batch_id: int) -> Answer:
    """Put every cell of an import back, if nothing newer stands in any."""
    try:
        with database().transaction() as session:
            seen = scope.of(session, auth.current(), project_id, clock.today())
            club.undo(session, blobs(), seen, project_id, batch_id, clock.now())
    except NewerThere as problem:
        return _batch(project_id, batch_id, problem)
    return redirect(f"/clubs/batches/{batch_id}", 303)


def _start(project_id: int, refused: tuple[str, str] | None = None) -> Response:
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        made = club.recent(session, seen, project_id)
    return show(
        "clubs_import.html", 400 if refused else 200, refused=refused, made=made, most=club.MOST_CHANGES
    )


def _preview(project_id: int, token: str, problem: LookAgain | None = None) -> Response:
    content, today = upload.read(_folder(), token), clock.today()
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, today)
        may_add = auth.current().may("submission.create", project_id)
        found = club.compare(session, seen, project_id, content, today, may_add)
    return show(
        "clubs_preview.html",
        problem.status if problem else 200,
        problem=problem.message(words.language()) if problem else "",
        found=found,
        lines=found.first(SHOWN),
        refused=found.refused[: SHOWN // 2],
        token=token,
        shown=cell,
        language_is=words.language(),
    )


def _batch(project_id: int, batch_id: int, problem: NewerThere | None = None) -> Response:
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        made, changes = club.batch(session, seen, project_id, batch_id)
    return show(
        "clubs_batch.html",
        problem.status if problem else 200,
        problem=problem.message(words.language()) if problem else "",
        made=made,
        changes=changes[:SHOWN],
        total=len(changes),
        shown=cell,
    )


def cell(column: club.Column, value: str) -> str:
    """A value of a cell in the language of the page; “–” for none."""
    return club.shown(column, value, vietnamese=words.language() == "vi") or "–"


def _folder() -> Path:
    return config().data / "uploads"
