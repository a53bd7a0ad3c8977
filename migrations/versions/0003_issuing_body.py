"""Keep the offices that issue reports in the database, dated, so that each province can have its own."""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

VERB = "issuing_body.update"
EDITORS = (1, 5, 101, 102)
"""Roles that may edit them: administrators all, a province's editor those of the province."""

SO = {
    "parent": "UBND {province}",
    "signer": "Giám đốc",
    "deputy": "Phó Giám đốc",
    "collective": "",
    "parent_en": "People’s Committee of {province}",
    "signer_en": "Director",
}
HOI = {
    "parent": "Hội Người cao tuổi Việt Nam",
    "recipients": ["UBND {kind} (b/c)", "Lưu: VT"],
    "parent_en": "Viet Nam Association of the Elderly",
}
BODIES = [
    SO
    | {
        "kind": "so",
        "valid_from": date(2016, 1, 1),
        "name": "Sở Lao động - Thương binh và Xã hội",
        "name_en": "Department of Labour, Invalids and Social Affairs",
        "symbol": "BC-SLĐTBXH",
        "recipients": ["UBND {kind} (b/c)", "Hội Người cao tuổi Việt Nam (b/c)", "Lưu: VT, BTXH"],
    },
    SO
    | {
        "kind": "so",
        "valid_from": date(2025, 3, 1),
        "name": "Sở Y tế",
        "name_en": "Department of Health",
        "symbol": "BC-SYT",
        "recipients": ["UBND {kind} (b/c)", "Hội Người cao tuổi Việt Nam (b/c)", "Lưu: VT, BTXH"],
    },
    HOI
    | {
        "kind": "ban_dai_dien",
        "valid_from": date(2016, 1, 1),
        "name": "Ban đại diện Hội Người cao tuổi {province}",
        "symbol": "BC-BĐD",
        "collective": "Ban đại diện",
        "signer": "Trưởng ban",
        "deputy": "Phó Trưởng ban",
        "name_en": "Board of the Association of the Elderly, {province}",
        "signer_en": "Head of the Board",
    },
    HOI
    | {
        "kind": "hoi_nct",
        "valid_from": date(2025, 7, 1),
        "name": "Hội Người cao tuổi {province}",
        "symbol": "BC-HNCT",
        "collective": "Ban Thường vụ",
        "signer": "Chủ tịch",
        "deputy": "Phó Chủ tịch",
        "name_en": "Association of the Elderly, {province}",
        "signer_en": "Chairperson",
    },
]

role = sa.table("role", sa.column("id", sa.Integer()), sa.column("verbs", sa.JSON()))


def upgrade() -> None:
    made = op.create_table(
        "issuing_body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("parent", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("symbol", sa.String(length=40), nullable=False),
        sa.Column("collective", sa.String(length=120), nullable=False),
        sa.Column("signer", sa.String(length=120), nullable=False),
        sa.Column("deputy", sa.String(length=120), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("parent_en", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column("signer_en", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "kind in ('so', 'ubnd', 'ban_dai_dien', 'hoi_nct')", name=op.f("ck_issuing_body_kind")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_issuing_body_unit_id"),
        sa.PrimaryKeyConstraint("id", name="pk_issuing_body"),
        sa.UniqueConstraint("kind", "unit_id", "valid_from", name="uq_issuing_body_kind_unit_id_valid_from"),
    )
    op.create_index("ix_issuing_body_unit_id", "issuing_body", ["unit_id"], unique=False)
    op.bulk_insert(made, [{"unit_id": None, "place": ""} | body for body in BODIES])
    connection = op.get_bind()
    for one in connection.execute(sa.select(role).where(role.c.id.in_(EDITORS))).all():
        if VERB not in one.verbs:
            connection.execute(role.update().where(role.c.id == one.id).values(verbs=[*one.verbs, VERB]))
