"""What signing in needs besides account and session: invitations, recovery codes, and how often it failed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Invitation(Base):
    """A code, sent by mail or printed in a letter, with which somebody once chooses a password."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("channel in ('mail', 'letter')", name="channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    channel: Mapped[str] = mapped_column(String(6))
    language: Mapped[str] = mapped_column(String(2))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """SHA-256 of the code; None: a mail that still waits, whose code is made when it goes out."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    """None: asked for on the page for a forgotten password."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """How often a mail was tried."""
    tried_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    problem: Mapped[str] = mapped_column(String(200), default="")
    """Why the mail did not go out; empty: no such reason."""
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When a newer one took its place, or the person got in by another way."""


class RecoveryCode(Base):
    """A code on paper that stands in for the second factor, once."""

    __tablename__ = "recovery_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the code."""
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Throttle(Base):
    """Attempts to sign in with an account, or from a network address, that did not succeed yet."""

    __tablename__ = "sign_in_throttle"
    __table_args__ = (CheckConstraint("kind in ('account', 'address')", name="kind"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the e-mail address that was typed, known or not, or of the network address."""
    kind: Mapped[str] = mapped_column(String(7))
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    blocked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
