"""Entity lists: what tablets carry with them to know clubs, members, loans and people in care."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class EntityList(Base):
    """A list that forms share. revision grows with every change of any of its rows: the change token of tablets."""

    __tablename__ = "entity_list"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    name: Mapped[str] = mapped_column(String(120))
    properties: Mapped[list[str]] = mapped_column(JSON)
    """In the order of their columns; only ever grows."""
    revision: Mapped[int] = mapped_column(Integer, default=0)


class Entity(Base):
    """One row of a list in its newest state."""

    __tablename__ = "entity"
    __table_args__ = (Index(None, "entity_list_id", "club_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """UUID as the tablet made it, lower case."""
    entity_list_id: Mapped[int] = mapped_column(ForeignKey("entity_list.id"))
    club_id: Mapped[str | None] = mapped_column(String(36))
    """The club it belongs to (its own id in the list clubs): what the scope filter goes by."""
    label: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer, default=1)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    """The list's revision when this row last changed."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EntityVersion(Base):
    """One state of an entity and where it came from; the newest equals the entity itself."""

    __tablename__ = "entity_version"
    __table_args__ = (UniqueConstraint("entity_id", "version"), Index(None, "submission_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    version: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, str]] = mapped_column(JSON)
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    base_version: Mapped[int | None] = mapped_column(Integer)
    branch_id: Mapped[str | None] = mapped_column(String(36))
    trunk_version: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
