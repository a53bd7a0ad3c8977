"""What most tests need: a migrated database of their own, the application on it, and a tablet's client.

Every test gets its own database: on SQLite a copy of one that was migrated once, on PostgreSQL (TEST_DATABASE_URL)
a database made from a template. Nothing is shared, so tests may run in any order and at once.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.orm import Session

from server import create_app, db, migrate, settle_memory
from server.blobs import BlobStore
from server.config import Config
from server.db import Database
from server.services import plan, user
from server.services.actor import SYSTEM_ID
from tests.builders import Collect, Published, publish_forms, seed_units
from tests.builders_club import publish_programme
from tests.wire import Wire, wired

POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "")
PLANS = Path(__file__).parents[1] / "xlsforms" / "plans"


class Statements(dict[tuple[Any, ...], Any]):
    """Statements compiled once for the databases of all tests: left alone, every engine would compile them anew.

    A key begins with the dialect, an object of each engine; its name says as much here, for there is one driver.
    """

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: tuple[Any, ...], statement: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), statement)


class Pages(BytecodeCache):
    """Templates compiled once for the applications of all tests. A key holds the name, the checksum is of the text."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.codes[bucket.key, bucket.checksum] = bucket.code


db.COMMON["execution_options"] = {"compiled_cache": Statements()}
Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": Pages()}


HASHER = user.HASHER
COSTLY = HASHER.time_cost, HASHER.memory_cost, HASHER.parallelism
CHEAP = 1, 8, 1
HASHER.__init__(*CHEAP)
"""Hundreds of tests begin by signing in; those about the passwords kept ask for `costly_passwords`."""


def pytest_collection_finish() -> None:
    """What was loaded to collect the tests stays; the garbage collector need not walk it after every few objects."""
    settle_memory()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test that gets a database, so that `-m database` runs just those on PostgreSQL.

    Tests that take minutes are left out unless `-m` names them.
    """
    for item in items:
        if "templates" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
    if "soak" not in config.getoption("markexpr"):
        long = [item for item in items if item.get_closest_marker("soak")]
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


class Templates:
    """Databases to copy, each made once in a run: migrated, and filled with what a test's fixtures ask for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made: dict[frozenset[str], Furnished] = {}

    def with_(self, wanted: frozenset[str]) -> "Furnished":
        """The template that holds those of FILLINGS that are wanted."""
        if wanted not in self.made:
            self.made[wanted] = self._make(wanted)
        return self.made[wanted]

    def _make(self, wanted: frozenset[str]) -> "Furnished":
        name = f"clb_template_{uuid4().hex[:12]}"
        files = self.folder / name
        empty = self.with_(frozenset()).place if wanted else None
        place = _create(name, empty) if POSTGRESQL else _create_file(self.folder / f"{name}.sqlite", empty)
        fresh = Database(_url(name) if POSTGRESQL else f"sqlite:///{place}")
        if empty is None:
            migrate.upgrade(fresh)
        store, values = BlobStore(files), {}
        for filling in FILLINGS:
            if filling in wanted:
                with fresh.transaction() as writing:
                    values[filling] = FILLINGS[filling](writing, store)
        fresh.close()
        return Furnished(place, files, values)

    def drop(self) -> None:
        """Take those on a PostgreSQL server away again."""
        for filled in self.made.values() if POSTGRESQL else ():
            _drop(filled.place)


@dataclass(frozen=True)
class Furnished:
    """A template: the path of a file or the name of a PostgreSQL database, its blobs, what filling it gave."""

    place: str
    files: Path
    values: dict[str, Any]


def _import_plan(session: Session, name: str) -> None:
    plan.import_workbook(session, PLANS / f"{name}.xlsx", actor_id=SYSTEM_ID)


FILLINGS: dict[str, Callable[[Session, BlobStore], Any]] = {
    "forms_published": publish_forms,
    "units": lambda session, _: seed_units(session),
    "programme_published": publish_programme,
    "standards": lambda session, _: _import_plan(session, "tieu_chuan"),
    "national_plan": lambda session, _: _import_plan(session, "ke_hoach_quoc_gia"),
}
"""What the fixtures of these names put into a test's database, in this order."""


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Templates]:
    """Databases to copy, made when first asked for."""
    made = Templates(tmp_path_factory.mktemp("template"))
    yield made
    made.drop()


@pytest.fixture(scope="session")
def template(templates: Templates) -> str:
    """A migrated, otherwise empty database to copy."""
    return templates.with_(frozenset()).place


@pytest.fixture
def furnished(templates: Templates, request: pytest.FixtureRequest) -> Furnished:
    """The template of this test: with forms and units where it asks for them."""
    return templates.with_(frozenset(FILLINGS).intersection(request.fixturenames))


@pytest.fixture
def database_url(furnished: Furnished, tmp_path: Path) -> Iterator[str]:
    """Where this test's own migrated database is."""
    with _copy(furnished.place, tmp_path) as url:
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
def costly_passwords() -> Iterator[None]:
    """Passwords are hashed at the cost that they have outside tests."""
    HASHER.__init__(*COSTLY)
    yield
    HASHER.__init__(*CHEAP)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    """This test's own stored files: those of the application too."""
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def app(database: Database, database_url: str, tmp_path: Path) -> Flask:
    """The application on this test's database."""
    return create_app(Config(data=tmp_path, database_url=database_url), database)


@pytest.fixture
def forms_published(database: Database, blobs: BlobStore, furnished: Furnished) -> dict[str, Published]:
    """Three small forms of tests.builders, published in project 1: xml_form_id → what publishing came to."""
    shutil.copytree(furnished.files, blobs.root, dirs_exist_ok=True)
    return dict(furnished.values["forms_published"])


@pytest.fixture
def units(database: Database, furnished: Furnished) -> dict[str, int]:
    """A small register of units, old and new: code@valid_from → id. See tests.builders.seed_units."""
    return dict(furnished.values["units"])


@pytest.fixture
def programme_published(database: Database, blobs: BlobStore, furnished: Furnished) -> None:
    """The programme's own forms, published in project 1, and the whole register of units."""
    shutil.copytree(furnished.files, blobs.root, dirs_exist_ok=True)


@pytest.fixture
def standards(database: Database) -> None:
    """The standards of the scheme. Needs `programme_published` or `units`."""


@pytest.fixture
def national_plan(database: Database) -> None:
    """The plan of the country. Needs `programme_published` or `units`."""


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
        yield f"sqlite:///{_create_file(folder / 'clb.sqlite', template)}"
        return
    name = _create(f"clb_test_{uuid4().hex[:12]}", template)
    yield _url(name)
    _drop(name)


def _create_file(path: Path, template: str | None) -> str:
    if template:
        shutil.copyfile(template, path)
    return str(path)


def _create(name: str, template: str | None) -> str:
    _on_server(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else ""))
    return name


def _drop(name: str) -> None:
    _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@cache
def _server() -> Engine:
    return create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")


def _on_server(statement: str) -> None:
    with _server().connect() as connection:
        connection.exec_driver_sql(statement)


def _url(name: str) -> str:
    return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
