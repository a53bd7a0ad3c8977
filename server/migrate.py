"""Bringing the database to the state this software was written for.

Alembic takes a quarter of a second to import, so only what migrates or checks does.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from server.db import Database
from server.errors import NotMigrated

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parent.parent / "migrations"


@cache
def newest() -> str:
    """The last revision there is."""
    from alembic.script import ScriptDirectory

    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError(f"no migrations in {FOLDER}")
    return revision


def current(session: Session) -> str | None:
    """The revision the database is at; None for an empty one."""
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(session.connection()).get_current_revision()


def check(session: Session) -> None:
    """Raises NotMigrated when the database is empty or of another age."""
    if current(session) != newest():
        raise NotMigrated


def upgrade(database: Database) -> str:
    """Run what is missing, all of it or nothing; the revision then reached. Costs little when nothing is."""
    from alembic import command

    with database.transaction() as session:
        if current(session) != newest():
            config = _config()
            config.attributes["connection"] = session.connection()
            command.upgrade(config, "head")
    return newest()


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
