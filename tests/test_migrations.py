"""Migrations: the database they make is the one the models describe, on SQLite and on PostgreSQL."""

import ast
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from server import migrate
from server.db import Database
from server.errors import NotMigrated
from server.models import Actor, Base, Project
from server.services.actor import SYSTEM_ID

pytestmark = pytest.mark.database

VERSIONS = Path(__file__).parent.parent / "migrations" / "versions"


def differences(database):
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, Base.metadata)


def test_a_migrated_database_is_what_the_models_describe(database):
    assert differences(database) == []


def test_a_difference_would_be_found(database):
    with database.transaction() as session:
        session.execute(text("ALTER TABLE survey ADD COLUMN forgotten VARCHAR(5)"))
        session.execute(text("DROP INDEX ix_finding_code"))

    assert {difference[0] for difference in differences(database)} == {"remove_column", "add_index"}


def test_foreign_keys_that_go_in_a_circle_are_there(database):
    keys = {
        key["name"]
        for table in ("form", "submission")
        for key in inspect(database.writer).get_foreign_keys(table)
    }

    assert {"fk_form_current_version_id", "fk_submission_current_version_id"} <= keys


def test_migrating_again_changes_nothing(database):
    assert migrate.upgrade(database) == migrate.newest()

    with database.reading() as session:
        assert session.scalars(select(Project.id)).all() == [1]
        assert session.scalars(select(Actor.type).where(Actor.id == SYSTEM_ID)).all() == ["system"]
        migrate.check(session)


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path, monkeypatch):
    database = Database(f"sqlite:///{tmp_path}/clb.sqlite")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE role (id INTEGER)"))

    with pytest.raises(Exception, match="role"):
        migrate.upgrade(database)

    assert inspect(database.writer).get_table_names() == ["role"]


def test_an_empty_database_is_told_from_a_migrated_one(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/clb.sqlite")

    with pytest.raises(NotMigrated), database.reading() as session:
        migrate.check(session)


def test_every_migration_says_what_it_is_for_and_goes_forward_only():
    for path in sorted(VERSIONS.glob("*.py")):
        tree = ast.parse(path.read_text())

        assert ast.get_docstring(tree), path.name
        functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        public = [name for name in functions if not name.startswith("_")]
        assert public == ["upgrade"], path.name
