"""Taking in again what was kept aside, once its reason is gone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.blobs import BlobStore
from server.models import Assignment, Form, Quarantine, Role
from server.services import quarantine
from server.services.sent import Outcome, Stored
from server.services.submission import purge
from server.services.submission.intake import PURGED, place, place_waiting

OF_FORM = ("unknown_form", "other_project", "deleted_form", "closed_form")
"""Reasons that are gone once the form stands open."""
NOT_ASSIGNED = "not_assigned"
FILL = "submission.create"


@dataclass(frozen=True, slots=True)
class Released:
    """What a release of many came to: how many were taken in, how many still cannot be."""

    taken: int
    held: int


def release(session: Session, blobs: BlobStore, quarantine_id: int, actor_id: int) -> Outcome:
    """Send a kept submission through the intake once more; Held says why it still cannot be taken.

    Such as after the form it names was published. Raises QuarantineNotFound.
    """
    kept = quarantine.get(session, quarantine_id)
    sent = quarantine.unpack(blobs, kept)
    if kept.reason == PURGED:
        purge.forget(session, [one for one in (kept.instance_id, kept.deprecated_id) if one])
    outcome = place(session, sent)
    quarantine.settle(session, kept, outcome, actor_id)
    if isinstance(outcome, Stored):
        place_waiting(session, blobs, sent)
    return outcome


def release_all(
    session: Session, blobs: BlobStore, project_id: int, reasons: Collection[str], actor_id: int
) -> Released:
    """Release all that is held for any of these reasons, in the order it came."""
    return _release_each(session, blobs, quarantine.held_ids(session, project_id, reasons), actor_id)


def release_for_form(session: Session, blobs: BlobStore, form_id: int, actor_id: int) -> Released:
    """Take in what is held because the form was unknown, closed or deleted, or not assigned to its sender.

    To be called after a form was published, opened again, restored or assigned, in the same transaction. What still
    cannot be taken stays as it is; what was dismissed stays dismissed.
    """
    form = session.get_one(Form, form_id)
    waiting = quarantine.held_ids(session, form.project_id, OF_FORM, form.xml_form_id)
    unassigned = quarantine.held_ids(session, form.project_id, (NOT_ASSIGNED,), form.xml_form_id)
    allowed = _allowed(session, form, unassigned)
    return _release_each(session, blobs, sorted({*waiting, *allowed}), actor_id)


def _release_each(session: Session, blobs: BlobStore, ids: Iterable[int], actor_id: int) -> Released:
    outcomes = [release(session, blobs, quarantine_id, actor_id) for quarantine_id in ids]
    taken = sum(isinstance(outcome, Stored) for outcome in outcomes)
    return Released(taken, len(outcomes) - taken)


def _allowed(session: Session, form: Form, ids: Collection[int]) -> list[int]:
    """Those whose sender may fill the form by now."""
    rows = session.execute(
        select(Quarantine.id, Role.verbs)
        .join(Assignment, Assignment.actor_id == Quarantine.actor_id)
        .join(Role, Role.id == Assignment.role_id)
        .where(Quarantine.id.in_(ids))
        .where(or_(Assignment.project_id.is_(None), Assignment.project_id == form.project_id))
        .where(or_(Assignment.form_id.is_(None), Assignment.form_id == form.id))
    )
    return [row.id for row in rows if FILL in row.verbs]
