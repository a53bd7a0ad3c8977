"""Keep which cells of the register of clubs a workbook changed, so that it can be undone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "register_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Integer(), nullable=False),
        sa.Column("upload", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name="fk_register_batch_project_id"),
        sa.ForeignKeyConstraint(["made_by"], ["actor.id"], name="fk_register_batch_made_by"),
        sa.ForeignKeyConstraint(["undone_by"], ["actor.id"], name="fk_register_batch_undone_by"),
        sa.PrimaryKeyConstraint("id", name="pk_register_batch"),
        sa.UniqueConstraint("upload", name="uq_register_batch_upload"),
    )
    op.create_index("ix_register_batch_made_by", "register_batch", ["made_by"])
    op.create_table(
        "register_change",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("club_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["register_batch.id"], name="fk_register_change_batch_id"),
        sa.PrimaryKeyConstraint("batch_id", "club_id", "field", name="pk_register_change"),
    )
