"""Keep jobs, the schedules that make them, and who is reminded by mail: so that reports are drafted on time."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _jobs()
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("calendar", sa.String(length=8), nullable=False),
        sa.Column("provinces", sa.JSON(), nullable=False),
        sa.Column("draft_day", sa.Integer(), nullable=False),
        sa.Column("cut_off_day", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("issuer", sa.String(length=12), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.CheckConstraint("kind in ('month', 'quarter', 'half', 'year')", name="ck_report_schedule_kind"),
        sa.CheckConstraint("calendar in ('calendar', 'decree')", name="ck_report_schedule_calendar"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_report_schedule_project_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["actor.id"], name="fk_report_schedule_owner_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report_schedule"),
    )
    op.create_index("ix_report_schedule_project_id", "report_schedule", ["project_id"], unique=False)
    op.create_index("ix_report_schedule_owner_id", "report_schedule", ["owner_id"], unique=False)
    _reminders()


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("current", sa.String(length=200), nullable=False),
        sa.Column("message_vi", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=36), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("requested_by", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('waiting', 'running', 'done', 'failed')", name="ck_job_state"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_job_project_id"),
        sa.ForeignKeyConstraint(["requested_by"], ["actor.id"], name="fk_job_requested_by"),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("key", name="uq_job_key"),
    )
    op.create_index("ix_job_state_id", "job", ["state", "id"], unique=False)
    op.create_table(
        "job_item",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.Column("message_vi", sa.Text(), nullable=False),
        sa.Column("message_en", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'made', 'kept', 'failed')", name="ck_job_item_state"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_job_item_job_id"),
        sa.PrimaryKeyConstraint("job_id", "code", name="pk_job_item"),
    )


def _reminders() -> None:
    op.create_table(
        "reminder",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_reminder_actor_id"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_reminder_project_id"),
        sa.PrimaryKeyConstraint("actor_id", "project_id", name="pk_reminder"),
    )
    op.create_table(
        "reminder_mail",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.CheckConstraint("state in ('sending', 'sent', 'failed')", name="ck_reminder_mail_state"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_reminder_mail_actor_id"),
        sa.PrimaryKeyConstraint("actor_id", "day", name="pk_reminder_mail"),
    )
