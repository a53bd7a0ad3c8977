"""Where a submission goes: new, a repeat, an edit, or aside."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from forms.errors import FormsError
from forms.submission import Envelope
from server import projection
from server.blobs import BlobStore
from server.errors import FormClosed, NoRights, UnknownFormSubmitted, UnreadableSubmission, XMLConflict
from server.models import Form, Submission, SubmissionVersion
from server.services import audit, form, quarantine
from server.services.sent import Held, Outcome, Sent, Stored
from server.services.submission import attachment


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
    target = form.find(session, sent.project_id, envelope.xml_form_id)
    if target is None or target.current_version_id is None:
        return Held("unknown_form", UnknownFormSubmitted(xml_form_id=envelope.xml_form_id))
    if sent.sender.form_ids is not None and target.id not in sent.sender.form_ids:
        return Held("not_assigned", NoRights())
    known = find_version(session, target, envelope.instance_id)
    if known is not None:
        return repeat(session, sent, known)
    if target.deleted_at is not None:
        return Held("deleted_form", UnknownFormSubmitted(xml_form_id=envelope.xml_form_id))
    if target.state == "closed":
        return Held("closed_form", FormClosed(xml_form_id=envelope.xml_form_id))
    if envelope.deprecated_id and envelope.deprecated_id != envelope.instance_id:
        return edit(session, sent, target, envelope, envelope.deprecated_id)
    return add(session, sent, target, envelope)


def find_version(session: Session, target: Form, instance_id: str) -> SubmissionVersion | None:
    """The text of that instance ID, locked until the end: two batches of its files may come at once."""
    return session.scalar(
        select(SubmissionVersion)
        .where(SubmissionVersion.form_id == target.id, SubmissionVersion.instance_id == instance_id)
        .with_for_update()
    )


def repeat(session: Session, sent: Sent, known: SubmissionVersion) -> Outcome:
    """The same instance ID again: the same bytes add files, other bytes are a conflict.

    A deleted submission stays deleted, and the tablet is told that all is well.
    """
    if known.xml_sha256 != sent.xml_sha256:
        return Held("xml_conflict", XMLConflict(instance_id=known.instance_id))
    if attachment.add(session, known.id, sent.uploads, sent.received_at):
        audit.log(
            session, sent.sender.actor_id, "submission.attachment.update", "submission", known.submission_id
        )
    return Stored(known.submission_id)


def add(session: Session, sent: Sent, target: Form, envelope: Envelope) -> Outcome:
    """A submission not seen before; when another request got there first, a repeat of that one."""
    submission = Submission(
        form_id=target.id,
        instance_id=envelope.instance_id,
        actor_id=sent.sender.actor_id,
        device_id=sent.sender.device_id,
        received_at=sent.received_at,
    )
    try:
        with session.begin_nested():
            session.add(submission)
            session.flush()
            version = _insert_version(session, sent, submission, envelope)
    except IntegrityError:
        return _repeat_of_the_first(session, sent, target, envelope)
    attachment.expect(session, target, version)
    attachment.add(session, version.id, sent.uploads, sent.received_at)
    audit.log(session, sent.sender.actor_id, "submission.create", "submission", submission.id)
    projection.attempt(session, submission, version)
    return Stored(submission.id)


def edit(session: Session, sent: Sent, target: Form, envelope: Envelope, deprecated_id: str) -> Outcome:
    """A new text of a known submission, which becomes the current one if it replaces the current one.

    An edit that came before its original waits for it; one that replaces an older text is a branch for a person.
    """
    replaced = find_version(session, target, deprecated_id)
    if replaced is None:
        return Held("edit_before_original")
    submission = session.get_one(Submission, replaced.submission_id, with_for_update=True)
    if submission.deleted_at is not None:
        return Held("deleted_submission")
    if submission.current_version_id != replaced.id:
        return Held("edit_conflict")
    try:
        with session.begin_nested():
            version = _insert_version(session, sent, submission, envelope)
    except IntegrityError:
        return _repeat_of_the_first(session, sent, target, envelope)
    attachment.expect(session, target, version)
    attachment.carry(session, replaced.id, version.id)
    attachment.add(session, version.id, sent.uploads, sent.received_at)
    audit.log(session, sent.sender.actor_id, "submission.update.version", "submission", submission.id)
    projection.attempt(session, submission, version)
    return Stored(submission.id)


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


def _insert_version(
    session: Session, sent: Sent, submission: Submission, envelope: Envelope
) -> SubmissionVersion:
    """One text of a submission, which becomes its current one. Raises IntegrityError when it is there already."""
    version = SubmissionVersion(
        submission_id=submission.id,
        form_id=submission.form_id,
        form_version_id=form.find_version_id(session, submission.form_id, envelope.version),
        version=envelope.version,
        instance_id=envelope.instance_id,
        deprecated_id=envelope.deprecated_id,
        instance_name=envelope.instance_name,
        xml=sent.xml,
        xml_sha256=sent.xml_sha256,
        user_agent=sent.sender.user_agent,
        actor_id=sent.sender.actor_id,
        device_id=sent.sender.device_id,
        received_at=sent.received_at,
    )
    session.add(version)
    session.flush()
    submission.current_version_id = version.id
    session.flush()
    return version


def _repeat_of_the_first(session: Session, sent: Sent, target: Form, envelope: Envelope) -> Outcome:
    """Another request stored this instance ID while this one was on its way."""
    known = find_version(session, target, envelope.instance_id)
    if known is None:
        raise RuntimeError(f"instance ID {envelope.instance_id} is taken, but no version has it")
    return repeat(session, sent, known)
