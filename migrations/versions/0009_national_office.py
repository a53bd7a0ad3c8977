"""Keep who issues reports of the whole country, beside the offices of the provinces."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

MINISTRY: dict[str, Any] = {
    "level": "n",
    "kind": "so",
    "unit_id": None,
    "parent": "",
    "collective": "",
    "signer": "Bộ trưởng",
    "deputy": "Thứ trưởng",
    "place": "Hà Nội",
    "parent_en": "",
    "signer_en": "Minister",
}
BODIES: list[dict[str, Any]] = [
    MINISTRY
    | {
        "valid_from": date(2016, 1, 1),
        "name": "Bộ Lao động - Thương binh và Xã hội",
        "name_en": "Ministry of Labour, Invalids and Social Affairs",
        "symbol": "BC-BLĐTBXH",
        "recipients": [
            "Thủ tướng Chính phủ (để b/c)",
            "Hội Người cao tuổi Việt Nam",
            "UBND các tỉnh, thành phố trực thuộc Trung ương",
            "Lưu: VT, BTXH",
        ],
    },
    MINISTRY
    | {
        "valid_from": date(2025, 3, 1),
        "name": "Bộ Y tế",
        "name_en": "Ministry of Health",
        "symbol": "BC-BYT",
        "recipients": [
            "Thủ tướng Chính phủ (để b/c)",
            "Hội Người cao tuổi Việt Nam",
            "UBND các tỉnh, thành phố trực thuộc Trung ương",
            "Lưu: VT, BTXH",
        ],
    },
    {
        "level": "n",
        "kind": "hoi_nct",
        "unit_id": None,
        "valid_from": date(2016, 1, 1),
        "parent": "",
        "name": "Hội Người cao tuổi Việt Nam",
        "symbol": "BC-HNCT",
        "collective": "Ban Thường vụ",
        "signer": "Chủ tịch",
        "deputy": "Phó Chủ tịch",
        "place": "Hà Nội",
        "parent_en": "",
        "name_en": "Viet Nam Association of the Elderly",
        "signer_en": "Chairperson",
        "recipients": [
            "Thủ tướng Chính phủ (để b/c)",
            "Bộ Y tế",
            "Hội, Ban đại diện Hội Người cao tuổi các tỉnh, thành phố",
            "Lưu: VT",
        ],
    },
]
"""The ministry moved with the task, by Nghị định 42/2025/NĐ-CP; symbols and recipients are to be confirmed."""

body = sa.table(
    "issuing_body",
    *(
        sa.column(name, sa.String())
        for name in ("level", "kind", "parent", "name", "symbol", "collective", "signer")
    ),
    *(sa.column(name, sa.String()) for name in ("deputy", "place", "parent_en", "name_en", "signer_en")),
    sa.column("unit_id", sa.Integer()),
    sa.column("valid_from", sa.Date()),
    sa.column("recipients", sa.JSON()),
)


def upgrade() -> None:
    op.add_column("issuing_body", sa.Column("level", sa.String(length=1), nullable=False, server_default="p"))
    op.bulk_insert(body, BODIES)
