"""Keep each club's part of national figures, so that a report of the country adds them up and reads no form again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "club_change",
        sa.Column("club_id", sa.String(36), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("club_id", name=op.f("pk_club_change")),
    )
    op.create_table(
        "club_figure",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("club_id", sa.String(36), nullable=False),
        sa.Column("stamp", sa.String(80), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", "club_id", name=op.f("pk_club_figure")),
    )
    op.create_index(op.f("ix_club_figure_club_id"), "club_figure", ["club_id"])
