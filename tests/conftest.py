"""What most tests need: a migrated database of their own, the application on it, and a tablet's client.

Every test gets its own database: on SQLite a copy of one that was migrated once, on PostgreSQL (TEST_DATABASE_URL)
a database made from a template. Nothing is shared, so tests may run in any order and at once.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session

from server import create_app, migrate
from server.blobs import BlobStore
from server.config import Config
from server.db import Database
from tests.builders import Collect, Published, publish_forms, seed_units
from tests.wire import Wire, wired

POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test that gets a database, so that `-m database` runs just those on PostgreSQL.

    Tests that take minutes are left out unless `-m` names them.
    """
    for item in items:
        if "template" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
    if "soak" not in config.getoption("markexpr"):
        long = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, otherwise empty database to copy: the path of a file, or the name of a PostgreSQL database."""
    if not POSTGRESQL:
        path = tmp_path_factory.mktemp("template") / "clb.sqlite"
        _migrate(f"sqlite:///{path}")
        yield str(path)
        return
    name = f"clb_template_{uuid4().hex[:12]}"
    engine = _server()
    _run(engine, f'CREATE DATABASE "{name}"')
    _migrate(_url(name))
    yield name
    _run(engine, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(template: str, tmp_path: Path) -> Iterator[str]:
    """Where this test's own migrated database is."""
    with _copy(template, tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def shared_database(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One migrated database for the tests of a module that fill it once and then only read."""
    with _copy(template, tmp_path_factory.mktemp("shared")) as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """This test's own migrated database."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that writes, and is rolled back at the end. It begins when first used: after that, and until
    `session.commit()` or `session.rollback()`, a request to the application would wait for it."""
    with Session(database.writer, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    """This test's own stored files: those of the application too."""
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def app(database: Database, database_url: str, tmp_path: Path) -> Flask:
    """The application on this test's database."""
    return create_app(Config(data=tmp_path, database_url=database_url), database)


@pytest.fixture
def forms_published(database: Database, blobs: BlobStore) -> dict[str, Published]:
    """Three small forms of tests.builders, published in project 1: xml_form_id → what publishing came to."""
    with database.transaction() as writing:
        return publish_forms(writing, blobs)


@pytest.fixture
def units(database: Database) -> dict[str, int]:
    """A small register of units, old and new: code@valid_from → id. See tests.builders.seed_units."""
    with database.transaction() as writing:
        return seed_units(writing)


@pytest.fixture
def collect(app: Flask, forms_published: dict[str, Published], units: dict[str, int]) -> Collect:
    """A tablet with a key to project 1, bound to Thuận Bắc district (582 until 30/6/2025)."""
    return Collect.enrol(app, [units["582@2004-01-01"]])


@pytest.fixture
def wire(database: Database, database_url: str, tmp_path: Path) -> Iterator[Wire]:
    """A real server of this test's own, which it may kill, with three small forms; not together with `collect`."""
    with wired(database, database_url, tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def shared_wire(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    """One real server for a module whose tests leave each other alone."""
    data = tmp_path_factory.mktemp("wire")
    with _copy(template, data) as url:
        opened = Database(url)
        with wired(opened, url, data) as server:
            yield server
        opened.close()


@contextmanager
def _copy(template: str, folder: Path) -> Iterator[str]:
    """A copy of the template, as an address; gone at the end."""
    if not POSTGRESQL:
        path = folder / "clb.sqlite"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        return
    name = f"clb_test_{uuid4().hex[:12]}"
    engine = _server()
    _run(engine, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _url(name)
    _run(engine, f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrate(url: str) -> None:
    fresh = Database(url)
    migrate.upgrade(fresh)
    fresh.close()


def _server() -> Engine:
    return create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _url(name: str) -> str:
    return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
