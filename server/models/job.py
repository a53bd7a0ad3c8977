"""Work that goes on behind the pages: jobs with what became of each part, schedules that make them, and reminders."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Job(Base):
    """One piece of work for a worker process. This row is the truth: a worker only looks for rows that wait."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name="state"),
        Index(None, "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[str] = mapped_column(String(20))
    """drafts: a draft of each of its provinces."""
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """What it is about; the same thing is never two jobs, whatever became of the first."""
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    current: Mapped[str] = mapped_column(String(200), default="")
    """The part that was finished last."""
    message_vi: Mapped[str] = mapped_column(Text, default="")
    """What came of it, in words; empty before there is an end."""
    message_en: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """How often a worker took it."""
    worker: Mapped[str | None] = mapped_column(String(36))
    """The word of the worker that has it; whoever holds another word may not write."""
    beat_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When that worker last said that it is alive."""
    requested_by: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class JobItem(Base):
    """One part of a job, done once whatever happens to workers."""

    __tablename__ = "job_item"
    __table_args__ = (CheckConstraint("state in ('waiting', 'made', 'kept', 'failed')", name="state"),)

    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    """Of the province."""
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    """waiting, made, kept (there was one already, left alone) or failed."""
    report_id: Mapped[int | None] = mapped_column(Integer)
    """The report made or left alone; drafts may be deleted later, so nothing holds it."""
    message_vi: Mapped[str] = mapped_column(Text, default="")
    """Why it was left alone or failed."""
    message_en: Mapped[str] = mapped_column(Text, default="")


class ReportSchedule(Base):
    """Reports that are drafted by themselves, period after period, within what their owner may see."""

    __tablename__ = "report_schedule"
    __table_args__ = (
        CheckConstraint("kind in ('month', 'quarter', 'half', 'year')", name="kind"),
        CheckConstraint("calendar in ('calendar', 'decree')", name="calendar"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    """Within whose units drafts are made, and who is named as having drafted them."""
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(8))
    calendar: Mapped[str] = mapped_column(String(8), default="calendar")
    provinces: Mapped[list[str]] = mapped_column(JSON)
    """Codes; empty: every province of the owner that has clubs."""
    draft_day: Mapped[int] = mapped_column(Integer)
    """Drafts are made on the first day of that number after the period."""
    cut_off_day: Mapped[int] = mapped_column(Integer)
    """Forms count that were received up to the first day of that number after the period."""
    language: Mapped[str] = mapped_column(String(2), default="vi")
    issuer: Mapped[str] = mapped_column(String(12))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    active_from: Mapped[date] = mapped_column(Date)
    """Runs that were due before this day are not caught up with."""


class Reminder(Base):
    """Somebody asked to be told by mail of what is missing."""

    __tablename__ = "reminder"

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(2))


class ReminderMail(Base):
    """The one mail of a person and day; its text is not kept."""

    __tablename__ = "reminder_mail"
    __table_args__ = (CheckConstraint("state in ('sending', 'sent', 'failed')", name="state"),)

    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    """sending (left so by a worker that was killed: it may have gone out, and is not sent again), sent or failed."""
    attempts: Mapped[int] = mapped_column(Integer)
    tried_at: Mapped[datetime] = mapped_column(UTCDateTime)
    problem: Mapped[str] = mapped_column(String(200), default="")
    """What the mail server or the line answered; no address, no text of the mail."""
