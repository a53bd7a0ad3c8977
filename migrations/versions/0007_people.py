"""Keep what managing people needs: who is shut out, who was seen when and where, and a role that manages a province."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

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
    _make_people_sought()
    _add_role()


def _make_people_sought() -> None:
    connection = op.get_bind()
    people = sa.select(user.c.actor_id, user.c.email, actor.c.display_name).join_from(
        user, actor, actor.c.id == user.c.actor_id
    )
    for actor_id, email, name in connection.execute(people).all():
        sought = _plain(f"{name.split()[-1] if name.split() else ''} {name} {email}")
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
