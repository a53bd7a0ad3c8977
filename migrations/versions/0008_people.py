"""Keep what people who sign in need: who is shut out, who was seen when and where, invitations, second factors; and a
role that manages the people of a province."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

PEOPLE = ["user.list", "user.create", "user.read", "user.update"]
NATIONAL_ADMIN, PROVINCE_ADMIN = 101, 106
BELOW = (102, 103, 104, 105)
"""Roles whose verbs a province's administrator holds, who can therefore give them: editor to official."""

role = sa.table(
    "role",
    sa.column("id", sa.Integer()),
    sa.column("system", sa.String()),
    sa.column("name_vi", sa.String()),
    sa.column("name_en", sa.String()),
    sa.column("verbs", sa.JSON()),
)
user = sa.table(
    "user_account",
    sa.column("actor_id", sa.Integer()),
    sa.column("email", sa.String()),
    sa.column("sought", sa.String()),
)
actor = sa.table("actor", sa.column("id", sa.Integer()), sa.column("display_name", sa.String()))


def upgrade() -> None:
    op.add_column("user_account", sa.Column("disabled_at", sa.DateTime(timezone=True)))
    op.add_column("user_account", sa.Column("last_seen_at", sa.DateTime(timezone=True)))
    op.add_column(
        "user_account", sa.Column("sought", sa.String(length=500), server_default="", nullable=False)
    )
    op.add_column(
        "web_session", sa.Column("address", sa.String(length=45), server_default="", nullable=False)
    )
    op.add_column(
        "web_session", sa.Column("browser", sa.String(length=255), server_default="", nullable=False)
    )
    op.add_column("web_session", sa.Column("last_seen_at", sa.DateTime(timezone=True)))
    op.add_column("user_account", sa.Column("totp_secret", sa.String(length=64)))
    op.add_column("user_account", sa.Column("totp_step", sa.Integer()))
    op.add_column(
        "web_session", sa.Column("awaits_code", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    _make_people_sought()
    _add_role()
    _invitations()
    _recovery_codes()
    _throttle()


def _throttle() -> None:
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('account', 'address')", name="ck_sign_in_throttle_kind"),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_throttle"),
    )
    op.create_index("ix_sign_in_throttle_last_at", "sign_in_throttle", ["last_at"])


def _recovery_codes() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_recovery_code_actor_id"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_actor_id", "recovery_code", ["actor_id"])


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=6), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=200), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel in ('mail', 'letter')", name="ck_invitation_channel"),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_invitation_actor_id"),
        sa.ForeignKeyConstraint(["created_by"], ["actor.id"], name="fk_invitation_created_by"),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_invitation_token_hash"),
    )
    op.create_index("ix_invitation_actor_id", "invitation", ["actor_id"])


def _make_people_sought() -> None:
    connection = op.get_bind()
    people = sa.select(user.c.actor_id, user.c.email, actor.c.display_name).join_from(
        user, actor, actor.c.id == user.c.actor_id
    )
    for actor_id, email, name in connection.execute(people).all():
        sought = _plain(f"{name.split()[-1] if name.split() else ''} {name} {email}")[:500]
        connection.execute(user.update().where(user.c.actor_id == actor_id).values(sought=sought))


def _plain(text: str) -> str:
    """Small letters without marks."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _add_role() -> None:
    """A province's administrator holds what those of the province hold, and manages them; so does the nation's."""
    connection = op.get_bind()
    known = {row.id: list(row.verbs) for row in connection.execute(sa.select(role.c.id, role.c.verbs))}
    verbs = list(dict.fromkeys(verb for role_id in BELOW for verb in known[role_id]))
    national = list(dict.fromkeys([*known[NATIONAL_ADMIN], *verbs, *PEOPLE]))
    connection.execute(role.update().where(role.c.id == NATIONAL_ADMIN).values(verbs=national))
    values = {"id": PROVINCE_ADMIN, "system": "province_admin", "verbs": [*verbs, *PEOPLE]}
    names = {"name_vi": "Quản trị cấp tỉnh", "name_en": "Province administrator"}
    connection.execute(role.insert().values(**values, **names))
