"""The bin: submissions that were deleted and can be brought back for thirty days."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as Answer

from server import auth, clock, scope
from server.context import blobs, database
from server.services import submission as submissions
from server.services.submission import deletion, listing, purge
from server.services.submission.comment import LONGEST
from server.web import submission
from server.web.page import id_given, page_number, show


def add_to(bp: Blueprint) -> None:
    """Add the routes of this module."""
    project = {"project_id": 1}
    bp.add_url_rule("/submissions/bin", "bin", listed, defaults=project)
    for path, endpoint, view in (
        (f"{submission.ONE}/delete", "delete_submission", delete),
        (f"{submission.ONE}/restore", "restore_submission", restore),
    ):
        bp.add_url_rule(path, endpoint, view, methods=["POST"], defaults=project)


@auth.rule("submission.restore")
def listed(project_id: int) -> Response:
    """What is in the bin, and how long it can be brought back. deleted: the one just put there."""
    with database().reading() as session:
        seen = scope.of(session, auth.current(), project_id, clock.today())
        total = deletion.count_binned(session, seen, project_id)
        pages = max(1, -(-total // listing.PAGE_ROWS))
        page = min(page_number(), pages)
        at = clock.now()
        rows = deletion.binned(session, seen, project_id, page)
    return show(
        "bin.html",
        rows=rows,
        left={row.id: deletion.days_left(row.deleted_at or at, at) for row in rows},
        page=page,
        pages=pages,
        kept_days=purge.KEPT_DAYS,
        deleted=id_given("deleted"),
    )


@auth.rule("submission.delete")
def delete(project_id: int, submission_id: int) -> Answer:
    """Put a submission into the bin; or its page again when no reason is given."""
    reason = request.form.get("reason", "").strip()[:LONGEST]
    if not reason:
        fault = ("Xin ghi lý do xóa.", "Please write why it is deleted.")
        return submission.show_page(project_id, submission_id, {"reason": fault})
    with database().transaction() as session:
        who = auth.current()
        seen = scope.of(session, who, project_id, clock.today())
        submissions.delete(session, seen, submission_id, who.actor_id, reason)
    return redirect(f"/submissions/bin?deleted={submission_id}", 303)


@auth.rule("submission.restore")
def restore(project_id: int, submission_id: int) -> Answer:
    """Bring a submission back with all it had."""
    with database().transaction() as session:
        who = auth.current()
        seen = scope.of(session, who, project_id, clock.today())
        submissions.restore(session, seen, blobs(), submission_id, who.actor_id)
    return redirect(f"/submissions/{submission_id}?restored=1", 303)
