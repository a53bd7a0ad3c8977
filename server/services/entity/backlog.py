"""Taking held changes without what they wait for: all that have waited too long, or the one a person names."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.clock import now
from server.errors import Problem
from server.models import EntityBacklog, EntityList, Submission
from server.scope import Scope
from server.services import audit
from server.services.entity import table, text
from server.services.entity.apply import force_overdue
from server.services.entity.batch import Batch


class NothingHeld(Problem):
    """No such held change, or it is held no longer, or it may not be seen."""

    code = "404.1"
    message_vi = "Không còn thay đổi số {backlog_id} nào đang chờ."
    message_en = "There is no held change {backlog_id} any more."


class AwaitsApproval(Problem):
    """The entry that the change is about is only made when its submission is approved."""

    code = "409.1"
    message_vi = "Mục này còn chờ duyệt phiếu tạo ra nó, nên chưa cập nhật được."
    message_en = "The submission that makes this entry waits for approval, so it cannot be changed yet."


def force(session: Session, before: datetime, at: datetime | None = None) -> int:
    """Take every change that has been held since before a moment; returns how many were forced.

    In the order of branches and versions; what then follows them is released. at: None for now.
    """
    waiting = select(EntityBacklog.entity_list_id).where(
        EntityBacklog.forced_at.is_(None), EntityBacklog.held_at < before
    )
    list_ids = sorted(set(session.scalars(waiting)))
    if not list_ids:
        return 0
    batch = _open(session, list_ids, at)
    forced = force_overdue(batch, before)
    batch.write()
    return forced


def force_one(
    session: Session, scope: Scope, project_id: int, backlog_id: int, at: datetime | None = None
) -> None:
    """Take one held change now, and release what follows it. Raises NothingHeld, AwaitsApproval."""
    statement = (
        select(EntityBacklog.entity_id, EntityBacklog.entity_list_id)
        .join(EntityList, EntityList.id == EntityBacklog.entity_list_id)
        .join(Submission, Submission.id == EntityBacklog.submission_id)
        .where(EntityBacklog.id == backlog_id, EntityList.project_id == project_id)
    )
    row = session.execute(scope.submissions(statement)).first()
    if row is None:
        raise NothingHeld(backlog_id=backlog_id)
    batch = _open(session, [row.entity_list_id], at)
    batch.load([row.entity_id])
    waiting = next((one for one in batch.waiting(row.entity_id) if one["id"] == backlog_id), None)
    if waiting is None:
        raise NothingHeld(backlog_id=backlog_id)
    if batch.needs_approval(waiting):
        raise AwaitsApproval
    batch.force(waiting)
    batch.release()
    batch.write()
    details = {"submission_id": waiting["submission_id"], "at": batch.moment.isoformat()}
    audit.log(session, scope.actor_id, "entity.update.force", "entity", row.entity_id, details)


def _open(session: Session, list_ids: list[int], at: datetime | None) -> Batch:
    moment, conn = at or now(), session.connection()
    return Batch(conn, table.read_lists(conn, list_ids), moment, text.Reader(session, moment))
