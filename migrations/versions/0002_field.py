"""The field: drafts, keys, devices and what they fetched, audit logs, entity conflicts, backlog and parts of lists."""

from collections import defaultdict
from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ADDED_VERBS = {
    1: ["field_key.update"],
    5: ["field_key.update"],
    101: ["field_key.update"],
    102: ["field_key.list", "field_key.create", "field_key.update", "field_key.delete"],
    103: ["field_key.list"],
}
"""Verbs that roles get: supervisors see the tablets of their region, a province's editor enrols them."""

role = sa.table("role", sa.column("id", sa.Integer()), sa.column("verbs", sa.JSON()))
entity_list = sa.table(
    "entity_list",
    sa.column("id", sa.Integer()),
    sa.column("name", sa.String()),
    sa.column("properties", sa.JSON()),
    sa.column("access", sa.JSON()),
)
entity = sa.table(
    "entity",
    sa.column("id", sa.String()),
    sa.column("entity_list_id", sa.Integer()),
    sa.column("club_id", sa.String()),
    sa.column("label", sa.Text()),
    sa.column("data", sa.JSON()),
    sa.column("version", sa.Integer()),
    sa.column("deleted_at", sa.DateTime(timezone=True)),
    sa.column("part", sa.String()),
)
entity_list_part = sa.table(
    "entity_list_part",
    sa.column("entity_list_id", sa.Integer()),
    sa.column("part", sa.String()),
    sa.column("rows", sa.Integer()),
    sa.column("content", sa.BigInteger()),
)
ROWS_AT_ONCE = 1000


def upgrade() -> None:
    op.create_table(
        "encryption_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("private", sa.JSON(), nullable=True),
        sa.Column("hint", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_encryption_key"),
        sa.UniqueConstraint("public", name="uq_encryption_key_public"),
    )
    op.create_table(
        "actor_property",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_actor_property_actor_id"),
        sa.PrimaryKeyConstraint("actor_id", "name", name="pk_actor_property"),
    )
    op.create_table(
        "device",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=255), nullable=False),
        sa.Column("user_agent", sa.String(length=255), nullable=True),
        sa.Column("collect_version", sa.String(length=40), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_offset_s", sa.Integer(), nullable=True),
        sa.Column("clock_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ahead_s", sa.Integer(), nullable=True),
        sa.Column("ahead_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_device_actor_id"),
        sa.PrimaryKeyConstraint("actor_id", "device_id", name="pk_device"),
    )
    op.create_table(
        "download",
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("device_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('form_list', 'form', 'manifest', 'file')", name="ck_download_kind"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_download_actor_id"),
        sa.PrimaryKeyConstraint("actor_id", "device_id", "kind", "name", name="pk_download"),
    )
    op.create_table(
        "retired_key",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_retired_key_actor_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_retired_key"),
    )
    op.create_index("ix_retired_key_actor_id", "retired_key", ["actor_id"], unique=False)
    op.create_table(
        "entity_list_part",
        sa.Column("entity_list_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=500), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("content", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entity_list_id"], ["entity_list.id"], name="fk_entity_list_part_entity_list_id"
        ),
        sa.PrimaryKeyConstraint("entity_list_id", "part", name="pk_entity_list_part"),
    )
    op.create_table(
        "form_draft",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("md5", sa.String(length=32), nullable=False),
        sa.Column("schema", sa.Text(), nullable=False),
        sa.Column("workbook_sha256", sa.String(length=64), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["actor.id"], name="fk_form_draft_created_by"),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name="fk_form_draft_form_id"),
        sa.PrimaryKeyConstraint("form_id", name="pk_form_draft"),
        sa.UniqueConstraint("token", name="uq_form_draft_token"),
    )
    op.create_table(
        "draft_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=200), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("xml_sha256", sa.String(length=64), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("device_id", sa.String(length=255), nullable=True),
        sa.Column("user_agent", sa.String(length=255), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form_draft.form_id"], name="fk_draft_submission_form_id"),
        sa.PrimaryKeyConstraint("id", name="pk_draft_submission"),
        sa.UniqueConstraint("form_id", "instance_id", name="uq_draft_submission_form_id_instance_id"),
    )
    op.create_table(
        "entity_backlog",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entity_id", sa.String(length=36), nullable=False),
        sa.Column("entity_list_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.String(length=36), nullable=True),
        sa.Column("branch_base_version", sa.Integer(), nullable=False),
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["entity_list_id"], ["entity_list.id"], name="fk_entity_backlog_entity_list_id"
        ),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_entity_backlog_submission_id"),
        sa.PrimaryKeyConstraint("id", name="pk_entity_backlog"),
        sa.UniqueConstraint("submission_id", "entity_id", name="uq_entity_backlog_submission_id_entity_id"),
    )
    op.create_index(
        "ix_entity_backlog_entity_id_branch_id_branch_base_version",
        "entity_backlog",
        ["entity_id", "branch_id", "branch_base_version"],
        unique=False,
    )
    op.create_index(
        "ix_entity_backlog_entity_list_id_forced_at_held_at",
        "entity_backlog",
        ["entity_list_id", "forced_at", "held_at"],
        unique=False,
    )
    op.create_index("ix_entity_backlog_submission_id", "entity_backlog", ["submission_id"], unique=False)
    op.create_table(
        "client_audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("submission_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("node", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("old_value", sa.Text(), nullable=True),
        sa.Column("new_value", sa.Text(), nullable=True),
        sa.Column("user", sa.Text(), nullable=True),
        sa.Column("change_reason", sa.Text(), nullable=True),
        sa.Column("rest", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_version_id"], ["submission_version.id"], name="fk_client_audit_submission_version_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_client_audit"),
        sa.UniqueConstraint(
            "submission_version_id", "position", name="uq_client_audit_submission_version_id_position"
        ),
    )
    op.add_column("app_user", sa.Column("send_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("app_user", sa.Column("phone", sa.String(length=20), nullable=True))
    op.add_column("entity", sa.Column("part", sa.String(length=500), nullable=True))
    op.add_column("entity", sa.Column("conflict", sa.String(length=4), nullable=True))
    op.add_column("entity", sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("entity_list", sa.Column("access", sa.JSON(), nullable=True))
    op.add_column("entity_list", sa.Column("approval_required", sa.Boolean(), nullable=True))
    op.add_column("entity_version", sa.Column("branch_base_version", sa.Integer(), nullable=True))
    op.add_column("entity_version", sa.Column("received", sa.JSON(), nullable=True))
    op.add_column("entity_version", sa.Column("conflict", sa.String(length=4), nullable=True))
    op.add_column("entity_version", sa.Column("conflicting", sa.JSON(), nullable=True))
    op.add_column(
        "entity_version",
        sa.Column(
            "actor_id",
            sa.Integer(),
            sa.ForeignKey("actor.id", name="fk_entity_version_actor_id"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column(
        "form_version",
        sa.Column(
            "key_id",
            sa.Integer(),
            sa.ForeignKey("encryption_key.id", name="fk_form_version_key_id"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column(
        "project",
        sa.Column(
            "key_id",
            sa.Integer(),
            sa.ForeignKey("encryption_key.id", name="fk_project_key_id"),
            nullable=True,
        ),
        inline_references=True,
    )
    op.add_column("project", sa.Column("collect_settings", sa.JSON(), nullable=True))
    op.add_column("submission", sa.Column("review_state", sa.String(length=12), nullable=True))
    op.add_column("quarantine", sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submission_version", sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submission_version", sa.Column("is_branch", sa.Boolean(), nullable=True))
    op.add_column("submission_version", sa.Column("is_encrypted", sa.Boolean(), nullable=True))
    op.add_column("submission_version", sa.Column("audit_sha256", sa.String(length=64), nullable=True))
    op.create_index("ix_entity_entity_list_id_part", "entity", ["entity_list_id", "part"], unique=False)
    op.drop_column("entity_list", "revision")
    op.drop_column("entity", "revision")
    _give_verbs()
    _divide_lists()
    _count_branches()


def _give_verbs() -> None:
    """Append what is new to the verbs of each role."""
    connection = op.get_bind()
    known = {row.id: row.verbs for row in connection.execute(sa.select(role.c.id, role.c.verbs))}
    for role_id, added in ADDED_VERBS.items():
        if role_id in known:
            verbs = [*known[role_id], *(verb for verb in added if verb not in known[role_id])]
            connection.execute(role.update().where(role.c.id == role_id).values(verbs=verbs))


def _count_branches() -> None:
    """What a tablet counted as the base of a change on a branch stood as its base here until now."""
    version = sa.table(
        "entity_version",
        sa.column("branch_id", sa.String()),
        sa.column("base_version", sa.Integer()),
        sa.column("branch_base_version", sa.Integer()),
    )
    counted = version.update().values(branch_base_version=version.c.base_version)
    op.get_bind().execute(counted.where(version.c.branch_id.is_not(None)))


def _divide_lists() -> None:
    """Let lists about clubs go with their club, and all others to every tablet as before; count each part."""
    connection = op.get_bind()
    known = sa.select(entity_list.c.id, entity_list.c.name, entity_list.c.properties)
    for one in connection.execute(known).all():
        by_club = one.name == "clubs" or "club_id" in one.properties
        if by_club:
            rule = entity_list.update().where(entity_list.c.id == one.id)
            connection.execute(rule.values(access={"type": "unit"}))
        _count_parts(one.id, by_club)


def _count_parts(list_id: int, by_club: bool) -> None:
    """Write the part of each row of a list; and of each part, how many living rows it has and the sum of their hashes.

    A tablet's change token is made from these sums.
    """
    connection = op.get_bind()
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    after = ""
    place = entity.update().where(entity.c.id == sa.bindparam("key")).values(part=sa.bindparam("to"))
    rows = sa.select(entity).where(entity.c.entity_list_id == list_id).order_by(entity.c.id)
    while batch := connection.execute(rows.where(entity.c.id > after).limit(ROWS_AT_ONCE)).all():
        after = batch[-1].id
        parts = [_part(row.club_id) if by_club else "" for row in batch]
        connection.execute(place, [{"key": row.id, "to": to} for row, to in zip(batch, parts, strict=True)])
        for row, part in zip(batch, parts, strict=True):
            if row.deleted_at is None:
                counted[part][0] += 1
                counted[part][1] = (counted[part][1] + _content(row)) % 2**62
    sums = [
        {"entity_list_id": list_id, "part": part, "rows": number, "content": content}
        for part, (number, content) in counted.items()
    ]
    if sums:
        connection.execute(entity_list_part.insert(), sums)


def _part(club_id: str | None) -> str:
    return f"club/{club_id}" if club_id else "nobody"


def _content(row: sa.Row) -> int:
    """A hash below 2**62 of UUID, label, version and the properties that are not blank, by name."""
    values = [text for pair in sorted(row.data.items()) if pair[1] for text in pair]
    line = "\0".join((row.id, row.label, str(row.version), *values))
    return int.from_bytes(blake2b(line.encode(), digest_size=8).digest()) % 2**62
