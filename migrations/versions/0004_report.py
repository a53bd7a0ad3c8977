"""Reports as papers: drafts, checks, numbers, what was frozen at issue, and the texts that people write."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STEPS = ["report.draft", "report.check", "report.issue"]
ADDED_VERBS = {1: STEPS, 5: STEPS, 101: STEPS, 102: STEPS, 104: ["report.check"]}
"""Administrators and a province's editors take every step; reviewers check."""

role = sa.table("role", sa.column("id", sa.Integer()), sa.column("verbs", sa.JSON()))


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=12), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("open_key", sa.String(length=160), nullable=True),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("symbol", sa.String(length=40), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issuing_office", sa.String(length=200), nullable=True),
        sa.Column("issuing_body", sa.JSON(), nullable=True),
        sa.Column("signer_title", sa.String(length=120), nullable=True),
        sa.Column("signer_name", sa.String(length=120), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=43), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("html_sha256", sa.String(length=64), nullable=True),
        sa.Column("css_sha256", sa.String(length=64), nullable=True),
        sa.Column("workbook_sha256", sa.String(length=64), nullable=True),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=True),
        sa.Column("signed_sha256", sa.String(length=64), nullable=True),
        sa.Column("made_with", sa.JSON(), nullable=True),
        sa.CheckConstraint("state in ('draft', 'checked', 'issued', 'replaced')", name="ck_report_state"),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_report_project_id"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_report_unit_id"),
        sa.ForeignKeyConstraint(["drafted_by"], ["actor.id"], name="fk_report_drafted_by"),
        sa.ForeignKeyConstraint(["checked_by"], ["actor.id"], name="fk_report_checked_by"),
        sa.ForeignKeyConstraint(["issued_by"], ["actor.id"], name="fk_report_issued_by"),
        sa.ForeignKeyConstraint(["replaces_id"], ["report.id"], name="fk_report_replaces_id"),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["report.id"], name="fk_report_replaced_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("open_key", name="uq_report_open_key"),
        sa.UniqueConstraint("token", name="uq_report_token"),
        sa.UniqueConstraint(
            "issuing_office", "symbol", "year", "number", name="uq_report_issuing_office_symbol_year_number"
        ),
    )
    op.create_index("ix_report_project_id", "report", ["project_id"], unique=False)
    op.create_index("ix_report_replaces_id", "report", ["replaces_id"], unique=False)
    op.create_index("ix_report_unit_id_period", "report", ["unit_id", "period"], unique=False)
    op.create_table(
        "report_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_text_report_id"),
        sa.ForeignKeyConstraint(["written_by"], ["actor.id"], name="fk_report_text_written_by"),
        sa.PrimaryKeyConstraint("id", name="pk_report_text"),
    )
    op.create_index(
        "ix_report_text_report_id_key_id", "report_text", ["report_id", "key", "id"], unique=False
    )
    _give_verbs()


def _give_verbs() -> None:
    """Append what is new to the verbs of each role."""
    connection = op.get_bind()
    known = {row.id: row.verbs for row in connection.execute(sa.select(role.c.id, role.c.verbs))}
    for role_id, added in ADDED_VERBS.items():
        if role_id in known:
            verbs = [*known[role_id], *(verb for verb in added if verb not in known[role_id])]
            connection.execute(role.update().where(role.c.id == role_id).values(verbs=verbs))
