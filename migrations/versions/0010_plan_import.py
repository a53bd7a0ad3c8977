"""Keep every workbook of plans that came in, with what it took the place of, so that an import can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "plan_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workbook", sa.String(length=120), nullable=False),
        sa.Column("workbook_sha256", sa.String(length=64), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("phases", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["imported_by"], ["actor.id"], name="fk_plan_import_imported_by"),
        sa.ForeignKeyConstraint(["undone_by"], ["actor.id"], name="fk_plan_import_undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_import"),
    )
    op.create_index("ix_plan_import_workbook", "plan_import", ["workbook"])
