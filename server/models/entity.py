"""Entity lists: what tablets carry with them to know clubs, members, loans and people in care."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class EntityList(Base):
    """A list that forms share."""

    __tablename__ = "entity_list"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    name: Mapped[str] = mapped_column(String(120))
    properties: Mapped[list[str]] = mapped_column(JSON)
    """In the order of their columns; only ever grows."""
    access: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Which rows a tablet gets: {"type": "unit"} those of clubs within its units, and those without a club whose
    property unit (or the one named in datasetProperty) names a unit within; {"type": "ownerOnly"} those its app user
    made; {"type": "property", "rules": [{"datasetProperty": …, "actorProperty": …}]} those that match its app user's
    properties, every one; None all."""
    approval_required: Mapped[bool | None] = mapped_column(Boolean)
    """A row is made only when a person has approved the submission; None as False."""


class EntityListPart(Base):
    """Some rows of a list that stand or fall together in what a tablet sees: those of one club, unit, owner or team.

    content is the sum, modulo 2**62, of a hash of each living row: it changes exactly when the rows do, whatever the
    order in which they came about, and two databases with the same rows have the same. A tablet's change token is made
    from the parts it sees, without a look at the rows.
    """

    __tablename__ = "entity_list_part"

    entity_list_id: Mapped[int] = mapped_column(ForeignKey("entity_list.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(500), primary_key=True)
    """club/ID, unit/key, owner/actor or =values, as the list's access says; empty where all see all, "nobody" where a
    row says nothing of what the access asks."""
    rows: Mapped[int] = mapped_column(Integer)
    content: Mapped[int] = mapped_column(BigInteger)


class Entity(Base):
    """One row of a list in its newest state."""

    __tablename__ = "entity"
    __table_args__ = (Index(None, "entity_list_id", "club_id"), Index(None, "entity_list_id", "part"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    """UUID as the tablet made it, lower case."""
    entity_list_id: Mapped[int] = mapped_column(ForeignKey("entity_list.id"))
    club_id: Mapped[str | None] = mapped_column(String(36))
    """The club it belongs to (its own id in the list clubs): what the scope filter goes by."""
    label: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    part: Mapped[str | None] = mapped_column(String(500))
    """The part of the list it is in, by the list's access."""
    conflict: Mapped[str | None] = mapped_column(String(4))
    """soft or hard: versions were made without knowledge of each other, and no person has looked at them yet."""
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """A person has settled the conflicts of all versions up to this moment."""


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
    """The version here that the change was made upon."""
    branch_id: Mapped[str | None] = mapped_column(String(36))
    """One tablet's row of changes without a sync between them."""
    trunk_version: Mapped[int | None] = mapped_column(Integer)
    """The version here that the branch began from; None for one begun by a creation offline."""
    branch_base_version: Mapped[int | None] = mapped_column(Integer)
    """The version the tablet counted as its base."""
    received: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """The properties that were sent; data has those before them too."""
    conflict: Mapped[str | None] = mapped_column(String(4))
    conflicting: Mapped[list[str] | None] = mapped_column(JSON)
    """Of a hard conflict, the properties that others had changed to something else."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    """Who made it by hand; None when a submission did."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class EntityBacklog(Base):
    """An offline change whose predecessor has not come yet: held until that comes, or it is applied all the same."""

    __tablename__ = "entity_backlog"
    __table_args__ = (
        UniqueConstraint("submission_id", "entity_id"),
        Index(None, "entity_id", "branch_id", "branch_base_version"),
        Index(None, "entity_list_id", "forced_at", "held_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[str] = mapped_column(String(36))
    """An entity that may not be known yet."""
    entity_list_id: Mapped[int] = mapped_column(ForeignKey("entity_list.id"))
    branch_id: Mapped[str | None] = mapped_column(String(36))
    branch_base_version: Mapped[int] = mapped_column(Integer)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    held_at: Mapped[datetime] = mapped_column(UTCDateTime)
    forced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was applied without its predecessor; None while it waits."""
