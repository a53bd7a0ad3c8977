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
