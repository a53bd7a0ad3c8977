"""Keep each club's figures as bare numbers under shared names, so that a report of the country opens in half a second.

What was kept before is forgotten: `clb rollup refresh`, or the worker by itself, works it out again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.drop_index(op.f("ix_club_figure_club_id"), "club_figure")
    op.drop_table("club_figure")
    op.create_table(
        "club_figure",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("club_id", sa.String(36), nullable=False),
        sa.Column("stamp", sa.String(80), nullable=False),
        sa.Column("layout", sa.String(40), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("rounds", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("key", "club_id", name=op.f("pk_club_figure")),
    )
    op.create_index(op.f("ix_club_figure_club_id"), "club_figure", ["club_id"])
    op.create_table(
        "figure_layout",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_layout")),
    )
    op.create_table(
        "figure_period",
        sa.Column("period", sa.String(40), nullable=False),
        sa.Column("settings_key", sa.String(40), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("period", "settings_key", name=op.f("pk_figure_period")),
    )
