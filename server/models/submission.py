"""What tablets sent: submissions with their versions and files, what was kept aside, and what the checks found."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Submission(Base):
    """One filled form, through all its edits. Known by the instance ID it first came with."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("form_id", "instance_id"),
        Index(None, "form_id", "received_at", "id"),
        Index(None, "projection_state"),
        Index(None, "received_at", "id"),
        Index(None, "club_id", "received_at"),
        Index(None, "told_on"),
        Index(None, "deleted_at"),
        Index(None, "review_state", "received_at"),
        CheckConstraint("projection_state in ('pending', 'done', 'failed', 'none')", name="projection_state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    instance_id: Mapped[str] = mapped_column(String(200))
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("submission_version.id", use_alter=True, name="fk_submission_current_version_id")
    )
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"), index=True)
    device_id: Mapped[str | None] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """Receipt of the first version, server clock."""
    projection_state: Mapped[str] = mapped_column(String(8), default="pending")
    """done: its rows stand in the club tables; failed: see projection_error; none: the form feeds no table."""
    projection_error: Mapped[str | None] = mapped_column(Text)
    review_state: Mapped[str | None] = mapped_column(String(12))
    """None (received), edited, hasIssues, rejected or approved, as ODK Central names them."""
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    club_id: Mapped[str | None] = mapped_column(String(36))
    """The club its current text is about, whether that club stands or not; None: of none, or not read yet."""
    told_on: Mapped[date | None] = mapped_column(Date)
    """The month reported (its first day), the day of the interview or of the founding; None: it tells of none."""


class PurgedSubmission(Base):
    """That a submission of this instance ID was here, was deleted and, its time over, purged with all it held."""

    __tablename__ = "purged_submission"

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    instance_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Of each of its texts."""
    submission_id: Mapped[int] = mapped_column(Integer)
    """The number it had."""
    purged_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SubmissionWord(Base):
    """A word of the current text of a submission, in small letters without marks: what people search for."""

    __tablename__ = "submission_word"
    __table_args__ = (Index(None, "submission_id", "word"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)


class SubmissionVersion(Base):
    """One text of a submission, byte for byte as received; an edit has an instance ID of its own."""

    __tablename__ = "submission_version"
    __table_args__ = (
        UniqueConstraint("form_id", "instance_id"),
        Index(None, "submission_id"),
        Index(None, "is_branch", "set_aside_at", "submission_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    form_version_id: Mapped[int | None] = mapped_column(ForeignKey("form_version.id"))
    """None: the XML names a version that was never published here; it was accepted all the same."""
    version: Mapped[str] = mapped_column(String(200))
    instance_id: Mapped[str] = mapped_column(String(200))
    deprecated_id: Mapped[str | None] = mapped_column(String(200))
    instance_name: Mapped[str | None] = mapped_column(Text)
    xml: Mapped[bytes] = mapped_column(LargeBinary)
    xml_sha256: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str | None] = mapped_column(String(255))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    device_id: Mapped[str | None] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_branch: Mapped[bool | None] = mapped_column(Boolean)
    """Not on the line of edits that leads to the current text: made from a text that another edit had replaced."""
    set_aside_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Of a branch: when a person chose another text. None: nobody has decided yet."""
    is_encrypted: Mapped[bool | None] = mapped_column(Boolean)
    """Its answers are in an encrypted file beside it; the XML only says how to open that."""
    audit_sha256: Mapped[str | None] = mapped_column(String(64))
    """The audit log that its rows of ClientAudit were made from; None: none was read yet."""


class SubmissionAttachment(Base):
    """A file of a submission version: expected (named in the XML), received, or both.

    sha256 None: expected and not here yet. Content that came later under the same name with other bytes
    goes beside the first as another row with is_current False on the older one; nothing is overwritten.
    """

    __tablename__ = "submission_attachment"
    __table_args__ = (Index(None, "submission_version_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_version_id: Mapped[int] = mapped_column(ForeignKey("submission_version.id"))
    name: Mapped[str] = mapped_column(Text)
    """NFC; the name as sent is original_name."""
    original_name: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    size: Mapped[int | None] = mapped_column(BigInteger)
    media_type: Mapped[str | None] = mapped_column(String(120))
    is_expected: Mapped[bool] = mapped_column(Boolean)
    is_current: Mapped[bool] = mapped_column(Boolean, default=True)
    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ClientAudit(Base):
    """One line of the audit log (audit.csv) that Collect keeps while a form is filled in. Read when first asked for."""

    __tablename__ = "client_audit"
    __table_args__ = (UniqueConstraint("submission_version_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_version_id: Mapped[int] = mapped_column(ForeignKey("submission_version.id"))
    position: Mapped[int] = mapped_column(Integer)
    """Its line in the file, from 1."""
    event: Mapped[str] = mapped_column(String(60))
    node: Mapped[str | None] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """By the tablet's clock, as ended_at is."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """None for events of one moment."""
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    accuracy_m: Mapped[float | None] = mapped_column(Float)
    old_value: Mapped[str | None] = mapped_column(Text)
    new_value: Mapped[str | None] = mapped_column(Text)
    user: Mapped[str | None] = mapped_column(Text)
    change_reason: Mapped[str | None] = mapped_column(Text)
    rest: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Columns that are not known here, and values that could not be read, by their header."""


class Quarantine(Base):
    """What could not be accepted, kept whole with the reason, until a person releases or dismisses it."""

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("project_id", "reason", "xml_sha256"),
        Index(None, "project_id", "deprecated_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    reason: Mapped[str] = mapped_column(String(40))
    """A code such as unknown_form, xml_conflict, malformed_xml, doctype, edit_before_original."""
    detail: Mapped[str] = mapped_column(Text, default="")
    xml_form_id: Mapped[str | None] = mapped_column(String(200))
    instance_id: Mapped[str | None] = mapped_column(String(200))
    deprecated_id: Mapped[str | None] = mapped_column(String(200))
    """The instance an edit waits for, or was not the next edit of."""
    xml_sha256: Mapped[str] = mapped_column(String(64))
    """Blob with the bytes of the XML part as they came."""
    attachments: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[{name, original_name, sha256, size, media_type}], blobs too."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    device_id: Mapped[str | None] = mapped_column(String(255))
    user_agent: Mapped[str | None] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    times: Mapped[int] = mapped_column(default=1)
    """How often the same bytes came for the same reason."""
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dismissed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a person said that it need not be taken in; it is kept all the same."""


class SubmissionComment(Base):
    """What somebody wrote about a submission, for those who work through it."""

    __tablename__ = "submission_comment"
    __table_args__ = (Index(None, "submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    text: Mapped[str] = mapped_column(Text)
    word: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the form it came with: the same form sent twice is one comment."""


class ReviewBatch(Base):
    """Review states that somebody set with one form, so that it is done once and can be taken back."""

    __tablename__ = "review_batch"

    word: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of the form."""
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(12))
    before: Mapped[list[Any]] = mapped_column(JSON)
    """[[submission, review state or null]] of those that it changed."""
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FindingDecision(Base):
    """That somebody worked a finding off, and how. It outlives the finding: made again, it stays worked off."""

    __tablename__ = "finding_decision"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12))
    """right, mended or unknown."""
    reason: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


def finding_key(code: str, question: str, value: str, details: Mapping[str, Any]) -> str:
    """SHA-256 of what a finding says, in hex."""
    said = json.dumps([code, question, value, details], ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _key_of_row(context: Any) -> str:
    row = context.get_current_parameters()
    return finding_key(row["code"], row["question"], row["value"], row["details"])


class Finding(Base):
    """What a server check noticed in an accepted submission. Rebuilt with the projection."""

    __tablename__ = "finding"
    __table_args__ = (Index(None, "submission_id", "key"), Index(None, "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    code: Mapped[str] = mapped_column(String(40))
    """Such as duplicate_club, month_sent_twice, opening_differs, money_in_thousands."""
    severity: Mapped[str] = mapped_column(String(8))
    """error: figures would be wrong; warning: a person should look."""
    key: Mapped[str] = mapped_column(String(64), default=_key_of_row, server_default="")
    """Of its content: the same finding made again has the same one, so that what people decided about it stands."""
    question: Mapped[str] = mapped_column(String(120))
    """Name of the question, with [n] behind a repeat's name."""
    value: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """What the sentence needs, such as the other submission or the expected figure."""
    club_id: Mapped[str | None] = mapped_column(String(36), index=True)
