"""Findings worked off one by one: how each was settled, and which comes next."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from server import db, projection
from server.clock import now
from server.errors import Problem
from server.models import Finding, FindingDecision, Submission
from server.scope import Scope
from server.services import audit, finding
from server.services.submission import text

OUTCOMES = {
    "right": ("Phiếu ghi đúng", "Right as it stands"),
    "mended": ("Đã cho sửa phiếu", "Correction asked for"),
    "unknown": ("Không xác minh được", "Could not be verified"),
}
"""How a finding is worked off, in both languages."""
LONGEST = 500
PLACE = (Finding.severity, Submission.received_at, Finding.submission_id, Finding.key)
"""What makes figures wrong first, then what has waited longest."""


class FindingNotFound(Problem):
    """No such finding, or it is about a submission that whoever asks may not see."""

    code = "404.1"
    message_vi = "Không còn điểm cần xem này: có thể phiếu đã được sửa."
    message_en = "This finding is no longer there: the submission may have been corrected."


class SettlingRefused(Problem):
    """A form that works a finding off and cannot be taken. faults: field → what is wrong, in both languages."""

    code = "400.8"
    message_vi, message_en = "{vi}", "{en}"

    def __init__(self, field: str, vi: str, en: str) -> None:
        self.faults = {field: (vi, en)}
        super().__init__(vi=vi, en=en)


@dataclass(frozen=True, slots=True)
class Ref:
    """A finding by its submission and the key of its content."""

    submission_id: int
    key: str

    def __str__(self) -> str:
        return f"{self.submission_id}-{self.key}"


@dataclass(frozen=True, slots=True)
class Queued:
    """One finding with its place in the queue. left: how many are open; before, after: open ones beside it, or None."""

    shown: finding.Listed
    left: int
    before: Ref | None
    after: Ref | None


def queued(
    session: Session, scope: Scope, project_id: int, code: str, province: str, at: Ref | None
) -> Queued | None:
    """A finding of the queue: that of the reference, open or not; without one, or when it is gone, the first open one.

    None: no finding is open. code, province: "" for all.
    """
    wanted = finding.within(select(*PLACE), scope, project_id, province).where(finding.is_open())
    if code:
        wanted = wanted.where(Finding.code == code)
    here = _place(session, scope, project_id, at) if at else None
    here = here or session.execute(wanted.order_by(*PLACE).limit(1)).first()
    if here is None:
        return None
    place, (_, _, submission_id, key) = tuple_(*PLACE), here
    after = session.execute(wanted.where(place > tuple_(*here)).order_by(*PLACE).limit(1)).first()
    back = [column.desc() for column in PLACE]
    before = session.execute(wanted.where(place < tuple_(*here)).order_by(*back).limit(1)).first()
    left = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    shown = next(one for one in finding.of_submission(session, scope, submission_id) if one.key == key)
    return Queued(shown, left, _ref(before), _ref(after))


def settle(
    session: Session, scope: Scope, ref: Ref, outcome: str, reason: str, actor_id: int
) -> FindingDecision:
    """Work a finding off. What was worked off already stays as it was. Raises FindingNotFound, SettlingRefused."""
    if outcome not in OUTCOMES:
        raise SettlingRefused("outcome", "Xin chọn kết quả.", "Please choose what came of it.")
    if outcome != "mended" and not reason:
        raise SettlingRefused(
            "reason", "Xin ghi căn cứ, ví dụ đã hỏi ai.", "Please write why, such as who was asked."
        )
    found = _get(session, scope, ref)
    known = session.get(FindingDecision, (ref.submission_id, ref.key))
    if known is not None:
        return known
    made = FindingDecision(
        submission_id=ref.submission_id,
        key=ref.key,
        outcome=outcome,
        reason=reason[:LONGEST],
        actor_id=actor_id,
        made_at=now(),
    )
    session.add(made)
    session.flush()
    details = {"code": found.code, "outcome": outcome}
    audit.log(session, actor_id, "finding.settle", "submission", ref.submission_id, details)
    return made


def reopen(session: Session, scope: Scope, ref: Ref, actor_id: int) -> None:
    """Take the working off of a finding back. Raises FindingNotFound."""
    found = _get(session, scope, ref)
    known = session.get(FindingDecision, (ref.submission_id, ref.key))
    if known is not None:
        session.delete(known)
        session.flush()
        audit.log(session, actor_id, "finding.reopen", "submission", ref.submission_id, {"code": found.code})


def _get(session: Session, scope: Scope, ref: Ref) -> Finding:
    """The finding, with its submission locked: two people may work on it at once."""
    db.take_turn(session, projection.TURN)
    try:
        text.get(session, scope, ref.submission_id)
    except text.SubmissionNotFound as gone:
        raise FindingNotFound from gone
    found = session.scalars(
        select(Finding).where(Finding.submission_id == ref.submission_id, Finding.key == ref.key).limit(1)
    ).first()
    if found is None:
        raise FindingNotFound
    return found


def _place(session: Session, scope: Scope, project_id: int, at: Ref) -> Any:
    wanted = finding.within(select(*PLACE), scope, project_id, "")
    wanted = wanted.where(Finding.submission_id == at.submission_id, Finding.key == at.key)
    return session.execute(wanted.limit(1)).first()


def _ref(row: Any) -> Ref | None:
    return Ref(row[2], row[3]) if row is not None else None
