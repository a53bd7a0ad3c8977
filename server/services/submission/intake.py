"""Where a submission goes: new, a repeat, an edit, or aside."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from forms.errors import FormsError
from forms.submission import Envelope
from server import db, projection
from server.blobs import BlobStore
from server.errors import (
    FormClosed,
    FormNotAssigned,
    Problem,
    UnknownFormSubmitted,
    UnreadableSubmission,
    XMLConflict,
)
from server.models import Submission, SubmissionVersion
from server.services import audit, form, quarantine
from server.services.sent import Held, Outcome, Sent, Stored
from server.services.submission import attachment, purge, row, words
from server.services.submission.row import Place

PURGED = "purged_submission"
"""Why something is held that was deleted here and purged, or is an edit of such: only a person lets it in again."""


class EncryptedWithoutID(Problem):
    """An encrypted submission that does not say which one it is: its key cannot be unwrapped without."""

    code = "400.2"
    message_vi = (
        "Bài gửi mã hóa thiếu mã phiếu (instanceID) nên không giải mã được. "
        "Bài gửi đã được giữ riêng; xin báo cho quản trị viên."
    )
    message_en = (
        "This encrypted submission has no instance ID, without which nobody can open it. "
        "What you sent was kept aside; please tell the administrator."
    )


def receive(session: Session, blobs: BlobStore, sent: Sent) -> Outcome:
    """Take one submission, or some of its files, as one POST brings them.

    Collect may send one submission in several requests, each with the same XML and some of the files, and may
    repeat a request whose answer it never saw, at once or weeks later. All of it ends in one submission.
    What cannot be taken is kept in quarantine: Held then says why, and what the sender is told.
    Source: https://docs.getodk.org/openrosa-form-submission/
    """
    outcome = place(session, sent)
    if isinstance(outcome, Held):
        quarantine.keep(session, blobs, sent, outcome)
    else:
        place_waiting(session, blobs, sent)
    return outcome


def place(session: Session, sent: Sent) -> Outcome:
    """Find the place of a submission and put it there; keep nothing aside."""
    envelope = sent.envelope
    if isinstance(envelope, FormsError):
        return Held(envelope.code, UnreadableSubmission(envelope))
    if envelope.encrypted and envelope.instance_id_derived:
        return Held("encrypted_without_id", EncryptedWithoutID())
    found = row.find(session, sent, envelope)
    if found is None and row.is_elsewhere(session, sent, envelope):
        return Held("other_project", FormNotAssigned(xml_form_id=envelope.xml_form_id))
    if found is None or found.current_version_id is None:
        return Held("unknown_form", UnknownFormSubmitted(xml_form_id=envelope.xml_form_id))
    if sent.sender.form_ids is not None and found.id not in sent.sender.form_ids:
        return Held("not_assigned", FormNotAssigned(xml_form_id=envelope.xml_form_id))
    if found.known_id is not None:
        return repeat(session, sent, found.id, envelope.instance_id)
    if held := _takes_no_new(found, envelope.xml_form_id):
        return held
    if envelope.deprecated_id and envelope.deprecated_id != envelope.instance_id:
        return edit(session, sent, found, envelope, envelope.deprecated_id)
    return add(session, sent, found, envelope)


def _takes_no_new(found: Place, xml_form_id: str) -> Held | None:
    """Why a text that is not here is not taken in; None when it is."""
    if found.purged_at is not None:
        return Held(PURGED)
    if found.deleted_at is not None:
        return Held("deleted_form", UnknownFormSubmitted(xml_form_id=xml_form_id))
    if found.state == "closed":
        return Held("closed_form", FormClosed(xml_form_id=xml_form_id))
    return None


def repeat(session: Session, sent: Sent, form_id: int, instance_id: str) -> Outcome:
    """The same instance ID again: the same bytes add files, other bytes are a conflict.

    A deleted submission stays deleted, and the tablet is told that all is well.
    """
    known = get_version(session, form_id, instance_id)
    if known.xml_sha256 != sent.xml_sha256:
        return Held("xml_conflict", XMLConflict(instance_id=instance_id))
    if attachment.add(session, known.id, sent.uploads, sent.received_at):
        attachment.carry_on(session, known)
        audit.log(
            session, sent.sender.actor_id, "submission.attachment.update", "submission", known.submission_id
        )
    return Stored(known.submission_id)


def add(session: Session, sent: Sent, found: Place, envelope: Envelope) -> Outcome:
    """A submission not seen before; when another request got there first, a repeat of that one."""
    try:
        with db.savepoint(session.connection()):
            submission = row.add_submission(session, sent, found, envelope)
            version = row.add_version(session, sent, found, envelope, submission)
    except IntegrityError:
        return repeat(session, sent, found.id, envelope.instance_id)
    row.make_current(session, submission, version.id, None)
    attachment.expect(session, version.id, envelope.root, found.md5)
    attachment.add(session, version.id, sent.uploads, sent.received_at)
    _keep_words(session, submission.id, found, envelope, is_new=True)
    audit.log(session, sent.sender.actor_id, "submission.create", "submission", submission.id)
    projection.attempt(session, submission, version, root=envelope.root)
    return Stored(submission.id)


def edit(session: Session, sent: Sent, found: Place, envelope: Envelope, deprecated_id: str) -> Outcome:
    """A new text of a known submission, which becomes the current one if it replaces the current one.

    An edit that came before its original waits for it. One that replaces an older text is kept beside the current one
    as a branch, for a person to choose, and so are the edits that follow it. One that is encrypted where the text it
    replaces is not is a branch too: no table could be filled from it.
    """
    # The original may be arriving in another transaction, which looks for waiting edits in its own turn; and its rows
    # must not be locked by one who still waits for the turn.
    db.take_turn(session, projection.TURN)
    replaced = find_version(session, found.id, deprecated_id)
    if replaced is None:
        return Held(PURGED if purge.find(session, found.id, deprecated_id) else "edit_before_original")
    submission = session.get_one(Submission, replaced.submission_id, with_for_update=True)
    if submission.deleted_at is not None:
        return Held("deleted_submission")
    is_branch = submission.current_version_id != replaced.id or envelope.encrypted != bool(
        replaced.is_encrypted
    )
    try:
        with db.savepoint(session.connection()):
            version = row.add_version(session, sent, found, envelope, submission, is_branch=is_branch)
    except IntegrityError:
        return repeat(session, sent, found.id, envelope.instance_id)
    attachment.expect(session, version.id, envelope.root, found.md5)
    attachment.add(session, version.id, sent.uploads, sent.received_at)
    attachment.carry(session, replaced.id, version.id)
    details = {"instance_id": version.instance_id, "is_branch": is_branch}
    audit.log(
        session, sent.sender.actor_id, "submission.update.version", "submission", submission.id, details
    )
    if not is_branch:
        row.make_current(session, submission, version.id, row.EDITED)
        _keep_words(session, submission.id, found, envelope)
        projection.attempt(session, submission, version, root=envelope.root)
    return Stored(submission.id)


def _keep_words(
    session: Session, submission_id: int, found: Place, envelope: Envelope, *, is_new: bool = False
) -> None:
    """Let people find the submission by what this text says."""
    fields = form.fields_of_text(session, found.md5)
    texts = words.read(envelope.root, fields, envelope.instance_name)
    words.keep(session, submission_id, texts, is_new=is_new)


def find_version(session: Session, form_id: int, instance_id: str) -> SubmissionVersion | None:
    """The text of that instance ID, locked until the end: two batches of its files may come at once."""
    return session.scalar(
        select(SubmissionVersion)
        .where(SubmissionVersion.form_id == form_id, SubmissionVersion.instance_id == instance_id)
        .with_for_update()
    )


def get_version(session: Session, form_id: int, instance_id: str) -> SubmissionVersion:
    """The text of an instance ID that is known to be there, locked."""
    known = find_version(session, form_id, instance_id)
    if known is None:
        raise RuntimeError(f"instance ID {instance_id} is taken, but no version has it")
    return known


def place_waiting(session: Session, blobs: BlobStore, sent: Sent) -> None:
    """Put edits that came before this one in their place, and then those that waited for them."""
    arrived = [sent]
    while arrived:
        envelope = arrived.pop().envelope
        if isinstance(envelope, FormsError):
            continue
        for kept in quarantine.waiting_for(session, sent.project_id, envelope):
            waiting = quarantine.unpack(blobs, kept)
            outcome = place(session, waiting)
            quarantine.settle(session, kept, outcome)
            if isinstance(outcome, Stored):
                arrived.append(waiting)
