"""Taking in again what was kept aside, once its reason is gone."""

from sqlalchemy.orm import Session

from server.blobs import BlobStore
from server.services import quarantine
from server.services.sent import Outcome, Stored
from server.services.submission.intake import place, place_waiting


def release(session: Session, blobs: BlobStore, quarantine_id: int, actor_id: int) -> Outcome:
    """Send a kept submission through the intake once more; Held says why it still cannot be taken.

    Such as after the form it names was published. Raises QuarantineNotFound.
    """
    kept = quarantine.get(session, quarantine_id)
    sent = quarantine.unpack(blobs, kept)
    outcome = place(session, sent)
    quarantine.settle(session, kept, outcome, actor_id)
    if isinstance(outcome, Stored):
        place_waiting(session, blobs, sent)
    return outcome
