"""Who acts: people and app users in one id space, their roles, the units they are bound to, and what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Actor(Base):
    """Anybody or anything that can be given a role: a person, an app user, or the system itself (id 1)."""

    __tablename__ = "actor"
    __table_args__ = (CheckConstraint("type in ('user', 'field_key', 'system')", name="type"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(12))
    """user, field_key (ODK Central's word for an app user) or system."""
    display_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class User(Base):
    """A person who signs in with an e-mail address and a password."""

    __tablename__ = "user_account"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Lower case."""
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str] = mapped_column(String(5), default="vi")
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when they may not sign in; None: they may."""
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Exact to some minutes: most requests write nothing."""
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    """Of the second factor, in base 32; None: they have none."""
    totp_step: Mapped[int | None] = mapped_column(Integer)
    """The half minute since 1970 whose code was taken last: no earlier one is good any more."""
    sought: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """Given name, whole name and address in small letters without marks: what lists are searched and sorted by."""


class AppUser(Base):
    """A tablet's key to one project; the token itself is known only to the tablet."""

    __tablename__ = "app_user"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of the token in hex."""
    created_by: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    send_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Until when a revoked key may still send what its tablet holds; None: no longer than it was revoked."""
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    phone: Mapped[str | None] = mapped_column(String(20))
    """Of the enumerator who carries the tablet."""


class RetiredKey(Base):
    """A key that another one replaced; a tablet not yet set up anew may send with it for a while."""

    __tablename__ = "retired_key"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    retired_at: Mapped[datetime] = mapped_column(UTCDateTime)
    send_until: Mapped[datetime] = mapped_column(UTCDateTime)


class ActorProperty(Base):
    """A property of an app user, such as its team: what the access filter of an entity list compares with."""

    __tablename__ = "actor_property"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    value: Mapped[str] = mapped_column(String(255))


class Device(Base):
    """A tablet as an app user's key was seen on it: who asked last, with which Collect, and how its clock stands."""

    __tablename__ = "device"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    """As Collect names itself; empty when it does not."""
    user_agent: Mapped[str | None] = mapped_column(String(255))
    collect_version: Mapped[str | None] = mapped_column(String(40))
    first_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """Exact to some minutes: most requests write nothing."""
    last_sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    clock_offset_s: Mapped[int | None] = mapped_column(Integer)
    """How far the tablet's clock is ahead of the server's, in seconds, by its word on a twelve-hour clock; None:
    nothing told."""
    clock_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ahead_s: Mapped[int | None] = mapped_column(Integer)
    """By how much at least it was ahead when a form came that was ended only later; None: never more than minutes."""
    ahead_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Download(Base):
    """What a tablet has fetched: a form or file by its hash, a list by its change token; and that it asked what is
    there."""

    __tablename__ = "download"
    __table_args__ = (CheckConstraint("kind in ('form_list', 'form', 'manifest', 'file')", name="kind"),)

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    name: Mapped[str] = mapped_column(String(500), primary_key=True)
    """Form ID, or form ID, slash and file name; empty for the form list."""
    version: Mapped[str] = mapped_column(String(200))
    """MD5 of a form or file, change token of a list; empty for the form list and a manifest."""
    fetched_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When it was fetched first in this version."""
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    """When the tablet last fetched it or said that it has it; exact to some minutes."""


class Role(Base):
    """A set of verbs. Ids 1, 2, 5, 6, 8 are ODK Central's; ours of region begin at 101."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    system: Mapped[str] = mapped_column(String(20), unique=True)
    name_vi: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(80))
    verbs: Mapped[list[str]] = mapped_column(JSON)


class Assignment(Base):
    """An actor holds a role on the whole site (project_id None), one project, or one form of it."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("actor_id", "role_id", "project_id", "form_id"),
        Index(None, "project_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    form_id: Mapped[int | None] = mapped_column(ForeignKey("form.id"))


class ActorUnit(Base):
    """The units an actor is bound to. No row: bound to nothing, sees nothing, unless a role lets it see all."""

    __tablename__ = "actor_unit"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class Session(Base):
    """A signed-in browser; the cookie holds a token of which this is the SHA-256."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    address: Mapped[str] = mapped_column(String(45), default="", server_default="")
    """IP address it was opened from."""
    browser: Mapped[str] = mapped_column(String(255), default="", server_default="")
    """As the browser names itself."""
    last_seen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Exact to some minutes."""
    awaits_code: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """The password was right and the code of the second factor is still to come: it opens nothing but that page."""


class Audit(Base):
    """One act, written in the transaction of the act itself; action names are ODK Central's where it has one."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "action", "id"), Index(None, "actee_type", "actee_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    logged_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    """Such as submission.create, form.update.publish, field_key.create, entity.update.version."""
    actee_type: Mapped[str] = mapped_column(String(20), default="")
    actee_id: Mapped[str] = mapped_column(String(64), default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
