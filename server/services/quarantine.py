"""What could not be taken, kept whole with the reason, until a person releases it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from forms.errors import FormsError
from forms.submission import Envelope
from server.blobs import Blob, BlobStore
from server.clock import now
from server.errors import Problem, QuarantineNotFound
from server.models import Quarantine
from server.services import audit
from server.services.sent import Held, Outcome, Sender, Sent, Stored, Upload, read

WAITS = "edit_before_original"
SHOWN_CHARACTERS = 8000
"""Of what was sent, on its page; the whole of it is saved as a file."""

quarantined = Quarantine.__table__
WAITING = (
    select(quarantined.c.id)
    .where(
        quarantined.c.project_id == bindparam("project_id"),
        quarantined.c.deprecated_id == bindparam("instance_id"),
    )
    .where(quarantined.c.xml_form_id == bindparam("xml_form_id"), quarantined.c.reason == WAITS)
    .where(quarantined.c.released_at.is_(None), quarantined.c.dismissed_at.is_(None))
    .order_by(quarantined.c.received_at, quarantined.c.id)
)
HELD = Quarantine.released_at.is_(None) & Quarantine.dismissed_at.is_(None)
"""Neither taken in by now nor dismissed: a person should look."""
PAGE_ROWS = 50
REASONS = {
    "unknown_form": ("Máy chủ chưa có biểu mẫu này", "The server has no such form"),
    "deleted_form": ("Biểu mẫu đã bị xóa", "The form was deleted"),
    "closed_form": ("Biểu mẫu đã đóng", "The form is closed"),
    "other_project": ("Biểu mẫu thuộc dự án khác", "The form belongs to another project"),
    "not_assigned": ("Máy không được giao biểu mẫu này", "The form is not assigned to this device"),
    "revoked_key": ("Mã QR của máy đã hết hạn gửi", "The key had no time left to send"),
    "xml_conflict": ("Trùng mã phiếu nhưng khác câu trả lời", "Same instance ID with other answers"),
    "edit_before_original": ("Bản sửa đến trước bản gốc", "The edit came before its original"),
    "edit_conflict": ("Sửa từ một bản đã cũ", "An edit of a text that was replaced already"),
    "deleted_submission": ("Phiếu gốc đã bị xóa", "The submission was deleted"),
    "purged_submission": (
        "Phiếu này đã bị xóa và hết hạn lấy lại",
        "It was deleted here, and the time to bring it back is over",
    ),
    "malformed_xml": ("Nội dung hỏng, không đọc được", "The content is broken"),
    "wrong_encoding": ("Bảng mã chữ không phải UTF-8", "Not encoded as UTF-8"),
    "doctype_refused": ("Có khai báo DOCTYPE, không an toàn", "Has a DOCTYPE, which is unsafe"),
    "too_deep": ("Nội dung lồng nhau quá sâu", "Nested too deeply"),
    "xml_too_large": ("Nội dung quá lớn", "Too large"),
    "id_too_long": ("Mã biểu mẫu hoặc mã phiếu quá dài", "An ID is too long"),
    "missing_form_id": ("Không ghi mã biểu mẫu", "Names no form"),
    "encrypted_without_id": ("Bài mã hóa không ghi mã phiếu", "Encrypted, without an instance ID"),
}
"""Why something is held, in Vietnamese and in English."""


class QuarantineFileNotFound(Problem):
    """What is held came with fewer files."""

    code = "404.1"
    message_vi = "Mục số {quarantine_id} trong khu giữ riêng không có tệp thứ {number}."
    message_en = "Item {quarantine_id} in quarantine has no file {number}."


def keep(session: Session, blobs: BlobStore, sent: Sent, held: Held) -> Quarantine:
    """Keep a submission aside. The same bytes for the same reason are kept once, with the files of every time."""
    blobs.store(sent.xml)
    kept = _find(session, sent, held) or _add(session, sent, held)
    files = {
        (file["name"], file["sha256"]): file for file in [*kept.attachments, *map(_packed, sent.uploads)]
    }
    kept.attachments = list(files.values())
    session.flush()
    return kept


def get(session: Session, quarantine_id: int) -> Quarantine:
    """One kept submission. Raises QuarantineNotFound."""
    kept = session.get(Quarantine, quarantine_id)
    if kept is None:
        raise QuarantineNotFound(quarantine_id=quarantine_id)
    return kept


def get_in(session: Session, project_id: int, quarantine_id: int) -> Quarantine:
    """One kept submission of a project. Raises QuarantineNotFound."""
    kept = get(session, quarantine_id)
    if kept.project_id != project_id:
        raise QuarantineNotFound(quarantine_id=quarantine_id)
    return kept


def listed(session: Session, project_id: int, page: int = 1) -> Sequence[Quarantine]:
    """One page of what is held, then of what was released or dismissed, each newest first."""
    return session.scalars(
        select(Quarantine)
        .where(Quarantine.project_id == project_id)
        .order_by(~HELD, Quarantine.received_at.desc(), Quarantine.id.desc())
        .offset((page - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS)
    ).all()


def count_pages(session: Session, project_id: int) -> int:
    """How many pages the whole list has; at least one."""
    rows = session.scalars(select(func.count()).where(Quarantine.project_id == project_id)).one()
    return max(1, -(-rows // PAGE_ROWS))


def held_ids(
    session: Session, project_id: int, reasons: Collection[str], xml_form_id: str | None = None
) -> list[int]:
    """What is held for any of these reasons, in the order it came. xml_form_id: None for all forms."""
    wanted = select(Quarantine.id).where(Quarantine.project_id == project_id, HELD)
    if xml_form_id is not None:
        wanted = wanted.where(Quarantine.xml_form_id == xml_form_id)
    return list(
        session.scalars(
            wanted.where(Quarantine.reason.in_(reasons)).order_by(Quarantine.received_at, Quarantine.id)
        )
    )


def dismiss(session: Session, quarantine_id: int, actor_id: int, comment: str = "") -> Quarantine:
    """Say that a person has looked and that it need not be taken in. It is kept. Raises QuarantineNotFound.

    What was taken in meanwhile stays so. Sent again, it stays dismissed: a tablet repeats itself for days.
    """
    kept = get(session, quarantine_id)
    if kept.released_at is None and kept.dismissed_at is None:
        kept.dismissed_at = now()
        session.flush()
        audit.log(session, actor_id, "quarantine.dismiss", "quarantine", kept.id, {"comment": comment})
    return kept


def hold_again(session: Session, quarantine_id: int, actor_id: int) -> Quarantine:
    """Take a dismissal back. Raises QuarantineNotFound."""
    kept = get(session, quarantine_id)
    if kept.dismissed_at is not None:
        kept.dismissed_at = None
        session.flush()
        audit.log(session, actor_id, "quarantine.restore", "quarantine", kept.id)
    return kept


def file_of(kept: Quarantine, number: int) -> Mapping[str, Any]:
    """One of the files that came along, by its number from 1: name, sha256, size. Raises QuarantineFileNotFound."""
    if not 1 <= number <= len(kept.attachments):
        raise QuarantineFileNotFound(quarantine_id=kept.id, number=number)
    file: Mapping[str, Any] = kept.attachments[number - 1]
    return file


def readable(blobs: BlobStore, kept: Quarantine) -> tuple[str, bool]:
    """The beginning of what was sent as text that can be shown, whatever the bytes are; and whether there is more."""
    content = blobs.read(kept.xml_sha256)
    said = content[: 4 * SHOWN_CHARACTERS].decode("utf-8-sig", "replace")
    plain = "".join(
        sign if sign.isprintable() or sign in "\n\t" else "\N{REPLACEMENT CHARACTER}" for sign in said
    )
    return plain[:SHOWN_CHARACTERS], len(plain) > SHOWN_CHARACTERS or len(content) > 4 * SHOWN_CHARACTERS


def waiting_for(session: Session, project_id: int, envelope: Envelope) -> Sequence[Quarantine]:
    """Edits of this very text that came before it, in the order they came."""
    places = {
        "project_id": project_id,
        "instance_id": envelope.instance_id,
        "xml_form_id": envelope.xml_form_id,
    }
    ids = session.connection().execute(WAITING, places).scalars().all()
    return [session.get_one(Quarantine, quarantine_id) for quarantine_id in ids]


def unpack(blobs: BlobStore, kept: Quarantine) -> Sent:
    """What was sent, as it was sent."""
    sender = Sender(kept.actor_id, kept.device_id, kept.user_agent)
    uploads = tuple(
        Upload(
            file["name"],
            file["original_name"],
            Blob(file["sha256"], file["md5"], file["size"]),
            file["media_type"],
        )
        for file in kept.attachments
    )
    return read(kept.project_id, blobs.read(kept.xml_sha256), uploads, sender, kept.received_at)


def settle(session: Session, kept: Quarantine, outcome: Outcome, actor_id: int | None = None) -> None:
    """Note what another try at taking it in came to: released, or held for a reason that may have changed.

    actor_id: who asked for it; None when it was the arrival of what it waited for.
    """
    if isinstance(outcome, Stored):
        kept.released_at, kept.dismissed_at = now(), None
        audit.log(session, actor_id, "quarantine.release", "quarantine", kept.id)
    elif outcome.reason != kept.reason and _same(session, kept, outcome.reason) is None:
        kept.reason = outcome.reason
    session.flush()


def count_by_reason(session: Session) -> dict[str, int]:
    """Submissions held now, by reason; a reason without any is absent."""
    rows = session.execute(
        select(Quarantine.reason, func.count().label("held"))
        .where(HELD)
        .group_by(Quarantine.reason)
        .order_by(Quarantine.reason)
    )
    return {row.reason: row.held for row in rows}


def _find(session: Session, sent: Sent, held: Held) -> Quarantine | None:
    kept = session.scalar(
        select(Quarantine)
        .where(Quarantine.project_id == sent.project_id, Quarantine.reason == held.reason)
        .where(Quarantine.xml_sha256 == sent.xml_sha256)
        .with_for_update()
    )
    if kept is not None:
        kept.times += 1
        kept.released_at = None
    return kept


def _add(session: Session, sent: Sent, held: Held) -> Quarantine:
    """A first copy; when another request got there first, that one."""
    envelope = None if isinstance(sent.envelope, FormsError) else sent.envelope
    kept = Quarantine(
        project_id=sent.project_id,
        reason=held.reason,
        detail=held.problem.message("vi") if held.problem else "",
        xml_form_id=envelope.xml_form_id if envelope else None,
        instance_id=envelope.instance_id if envelope else None,
        deprecated_id=envelope.deprecated_id if envelope else None,
        xml_sha256=sent.xml_sha256,
        attachments=[],
        actor_id=sent.sender.actor_id,
        device_id=sent.sender.device_id,
        user_agent=sent.sender.user_agent,
        received_at=sent.received_at,
        times=1,
    )
    try:
        with session.begin_nested():
            session.add(kept)
    except IntegrityError:
        return session.scalars(
            select(Quarantine)
            .where(Quarantine.project_id == sent.project_id, Quarantine.reason == held.reason)
            .where(Quarantine.xml_sha256 == sent.xml_sha256)
            .with_for_update()
        ).one()
    details = {"reason": held.reason}
    audit.log(session, sent.sender.actor_id, "quarantine.create", "quarantine", kept.id, details)
    return kept


def _same(session: Session, kept: Quarantine, reason: str) -> int | None:
    """Another copy of the same bytes that is held for that reason."""
    return session.scalar(
        select(Quarantine.id)
        .where(Quarantine.project_id == kept.project_id, Quarantine.reason == reason)
        .where(Quarantine.xml_sha256 == kept.xml_sha256)
    )


def _packed(upload: Upload) -> dict[str, Any]:
    blob = upload.blob
    return {
        "name": upload.name,
        "original_name": upload.original_name,
        "sha256": blob.sha256,
        "md5": blob.md5,
        "size": blob.size,
        "media_type": upload.media_type,
    }
