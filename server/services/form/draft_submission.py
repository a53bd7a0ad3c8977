"""Test submissions: what was sent to a draft. They count nowhere, and go with the draft."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from forms import schema
from forms.errors import FormsError
from forms.rows import read_rows
from forms.submission import Envelope
from server.errors import InFormsWords, Problem
from server.models import DraftSubmission, FormDraft
from server.services.form import draft
from server.services.form.draft import DraftEnded
from server.services.sent import Sent, Upload


class OtherForm(Problem):
    """A submission of another form came to a draft's address."""

    code = "400.8"
    message_vi = (
        "Địa chỉ thử này chỉ nhận biểu mẫu “{wanted}”, không nhận “{came}”. Xin quét mã QR của đúng biểu mẫu."
    )
    message_en = (
        "This test address takes the form “{wanted}”, not “{came}”. Please scan the right form's code."
    )


class DraftConflict(Problem):
    """A test submission came again with other answers."""

    code = "409.1"
    message_vi = (
        "Phiếu thử này đã có với câu trả lời khác. Bản thử này không được giữ; xin điền phiếu thử mới."
    )
    message_en = (
        "This test submission exists with other answers. This copy was not kept; please fill in a new one."
    )


SUBMISSIONS = 500
BYTES = 2**31
"""How many test submissions a draft takes, and how large all their files may be together."""
BODY_BYTES = 100 * 2**20


class DraftFull(Problem):
    """So much was sent to a draft that it takes no more."""

    code = "409.2"
    message_vi = (
        "Bản nháp này đã nhận đủ phiếu thử (tối đa {submissions} phiếu hoặc {limit_mb} MB). Xin báo quản trị viên công "
        "bố hoặc xóa bản nháp rồi quét mã QR mới."
    )
    message_en = (
        "This draft has all the test submissions it takes ({submissions}, or {limit_mb} MB). Please ask the "
        "administrator to publish or delete the draft, then scan the new code."
    )


class DraftSubmissionNotFound(Problem):
    """No such test submission."""

    code = "404.1"
    message_vi = "Bản nháp không có phiếu thử {instance_id}."
    message_en = "The draft has no test submission {instance_id}."


def check_room(session: Session, found: FormDraft) -> None:
    """Whether a draft takes more, be it files of a submission that is here. Raises DraftFull."""
    kept = session.scalars(
        select(DraftSubmission.attachments).where(DraftSubmission.form_id == found.form_id)
    ).all()
    if len(kept) >= SUBMISSIONS or sum(file["size"] for files in kept for file in files) >= BYTES:
        raise DraftFull(submissions=SUBMISSIONS, limit_mb=BYTES // 2**20)


def check(session: Session, token: str, xml_form_id: str, sent: Sent) -> Envelope:
    """Whether a draft takes this text, its envelope. Raises as `receive`."""
    found = draft.at(session, token, sent.project_id, xml_form_id)
    if isinstance(sent.envelope, FormsError):
        raise InFormsWords(sent.envelope)
    if sent.envelope.xml_form_id != xml_form_id:
        raise OtherForm(wanted=xml_form_id, came=sent.envelope.xml_form_id)
    known = session.scalar(_of(found, sent.envelope.instance_id))
    if known is not None and known.xml_sha256 != sent.xml_sha256:
        raise DraftConflict(instance_id=known.instance_id)
    return sent.envelope


def receive(session: Session, token: str, xml_form_id: str, sent: Sent) -> None:
    """Keep what a tester's tablet sent, in one request or several; any version of the form is taken.

    No entity changes, no club table is written, no audit entry is made. Collect's rules hold as for real submissions:
    the same again is fine, and adds the files that came along.
    Raises DraftEnded, OtherForm, DraftConflict, InFormsWords for what cannot be read.
    """
    envelope = check(session, token, xml_form_id, sent)
    found = draft.at(session, token, sent.project_id, xml_form_id)
    known = _find(session, found, envelope.instance_id) or _add(session, found, sent, envelope)
    if known.xml_sha256 != sent.xml_sha256:
        raise DraftConflict(instance_id=known.instance_id)
    files = {(one["name"], one["sha256"]): one for one in [*known.attachments, *map(_packed, sent.uploads)]}
    known.attachments = list(files.values())
    session.flush()


def listed(session: Session, project_id: int, xml_form_id: str) -> Sequence[DraftSubmission]:
    """The test submissions of a form's draft, in the order they came. Raises FormNotFound, NoDraft."""
    found = draft.get(session, project_id, xml_form_id)
    return session.scalars(
        select(DraftSubmission).where(DraftSubmission.form_id == found.form_id).order_by(DraftSubmission.id)
    ).all()


def get(session: Session, project_id: int, xml_form_id: str, instance_id: str) -> DraftSubmission:
    """One test submission. Raises FormNotFound, NoDraft, DraftSubmissionNotFound."""
    known = session.scalar(_of(draft.get(session, project_id, xml_form_id), instance_id))
    if known is None:
        raise DraftSubmissionNotFound(instance_id=instance_id)
    return known


def count(session: Session, form_id: int) -> int:
    """How many test submissions publishing or deleting the draft would wipe."""
    return session.scalars(select(func.count()).where(DraftSubmission.form_id == form_id)).one()


def answers(found: FormDraft, kept: DraftSubmission) -> list[tuple[str, str]]:
    """What a tester answered, in the order of the questions: name → text as it was sent; blank ones are left out.

    A question in a repeat has the number of its instance behind its name, such as name[2].
    """
    rows = read_rows(kept.xml, schema.from_json(found.schema))
    told = _told("", rows.root)
    for instances in rows.repeats.values():
        for row in instances:
            told += _told("".join(f"[{number}]" for number in row.positions or (row.position,)), row.values)
    return told


def _told(place: str, values: Mapping[str, object]) -> list[tuple[str, str]]:
    return [(f"{name}{place}", _spoken(value)) for name, value in values.items() if value is not None]


def _spoken(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def _find(session: Session, found: FormDraft, instance_id: str) -> DraftSubmission | None:
    """The one of that instance ID, locked until the end: two batches of its files may come at once."""
    return session.scalar(_of(found, instance_id).with_for_update())


def _of(found: FormDraft, instance_id: str) -> Select[DraftSubmission]:
    return select(DraftSubmission).where(
        DraftSubmission.form_id == found.form_id, DraftSubmission.instance_id == instance_id
    )


def _add(session: Session, found: FormDraft, sent: Sent, envelope: Envelope) -> DraftSubmission:
    """A first copy; when another request got there first, that one. Raises DraftEnded."""
    new = DraftSubmission(
        form_id=found.form_id,
        instance_id=envelope.instance_id,
        version=envelope.version,
        xml=sent.xml,
        xml_sha256=sent.xml_sha256,
        attachments=[],
        device_id=sent.sender.device_id,
        user_agent=sent.sender.user_agent,
        received_at=sent.received_at,
    )
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError as error:
        known = _find(session, found, envelope.instance_id)
        if known is None:  # the draft was published or deleted this moment
            raise DraftEnded from error
        return known
    return new


def _packed(upload: Upload) -> dict[str, Any]:
    """A file as in quarantine."""
    named = {"name": upload.name, "original_name": upload.original_name, "media_type": upload.media_type}
    return named | asdict(upload.blob)
