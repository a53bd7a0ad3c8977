"""Projects, forms, their versions and files."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Project(Base):
    """The space that forms, submissions and entity lists belong to."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    key_id: Mapped[int | None] = mapped_column(ForeignKey("encryption_key.id"))
    """The managed key that forms published from now on are encrypted with; None: they are not."""
    collect_settings: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What this project changes of the settings handed to tablets: {"general": …, "admin": …}; None: nothing."""


class EncryptionKey(Base):
    """A public key that tablets encrypt with. Of a managed one the private half is kept, locked by a passphrase."""

    __tablename__ = "encryption_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    public: Mapped[str] = mapped_column(Text, unique=True)
    """base64RsaPublicKey as it stands in the form."""
    private: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The private key, encrypted, with what derives its key from the passphrase; None: somebody else holds it."""
    hint: Mapped[str | None] = mapped_column(String(255))
    """What reminds of the passphrase."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Form(Base):
    """A questionnaire through all its versions; form IDs are case-sensitive and may hold any character."""

    __tablename__ = "form"
    __table_args__ = (
        UniqueConstraint("project_id", "xml_form_id"),
        CheckConstraint("state in ('open', 'closing', 'closed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    xml_form_id: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8), default="open")
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("form_version.id", use_alter=True, name="fk_form_current_version_id")
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class FormVersion(Base):
    """One published text of a form, fixed for good: phones keep what they have fetched."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("form_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    version: Mapped[str] = mapped_column(String(200))
    """As the XForm says it; '' is a legal version."""
    title: Mapped[str] = mapped_column(String(200))
    xml: Mapped[bytes] = mapped_column(LargeBinary)
    """The XForm, byte for byte as served."""
    md5: Mapped[str] = mapped_column(String(32))
    schema: Mapped[str] = mapped_column(Text)
    """Field list and entity declarations (forms.schema, JSON text): reading a submission never runs pyxform."""
    workbook_sha256: Mapped[str | None] = mapped_column(String(64))
    """Blob of the .xlsx it was made from."""
    warnings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    key_id: Mapped[int | None] = mapped_column(ForeignKey("encryption_key.id"))
    """The key its submissions are encrypted with; None: they come as plain text."""


class FormDraft(Base):
    """A text of a form to be tried out: at an address of its own, apart from everything that counts.

    A new draft of the form takes its place and keeps the address; publishing ends it, and the next draft gets another.
    """

    __tablename__ = "form_draft"

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    """In the test address, and all that is needed there: as it is, because the code is shown again and again."""
    version: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    xml: Mapped[bytes] = mapped_column(LargeBinary)
    md5: Mapped[str] = mapped_column(String(32))
    schema: Mapped[str] = mapped_column(Text)
    workbook_sha256: Mapped[str | None] = mapped_column(String(64))
    warnings: Mapped[list[Any]] = mapped_column(JSON, default=list)
    files: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[{name, sha256, md5, size, media_type}] of uploaded files; sha256 None: named by the form, not uploaded yet."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))


class DraftSubmission(Base):
    """A submission sent to a draft: test data, in no table that counts, gone with its draft."""

    __tablename__ = "draft_submission"
    __table_args__ = (UniqueConstraint("form_id", "instance_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form_draft.form_id"))
    instance_id: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(200))
    xml: Mapped[bytes] = mapped_column(LargeBinary)
    xml_sha256: Mapped[str] = mapped_column(String(64))
    attachments: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """[{name, original_name, sha256, md5, size, media_type}], as in quarantine."""
    device_id: Mapped[str | None] = mapped_column(String(255))
    user_agent: Mapped[str | None] = mapped_column(String(255))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FormAttachment(Base):
    """A file that a form version names: filled by an uploaded blob, or by an entity list."""

    __tablename__ = "form_attachment"
    __table_args__ = (UniqueConstraint("form_version_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"))
    name: Mapped[str] = mapped_column(String(255))
    """NFC, as the XForm names it."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    md5: Mapped[str | None] = mapped_column(String(32))
    size: Mapped[int | None] = mapped_column(BigInteger)
    entity_list_id: Mapped[int | None] = mapped_column(ForeignKey("entity_list.id"))
    media_type: Mapped[str] = mapped_column(Text, default="application/octet-stream")
