"""A database of the first release gets the parts of its lists by migrating, as if they had been kept all along."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import MetaData, create_engine, func, insert, make_url, select

from server import migrate
from server.db import Database
from server.models import Entity, EntityList, EntityListPart
from server.services.entity import part

pytestmark = pytest.mark.database

POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "")
EARLY = datetime(2021, 1, 1, tzinfo=UTC)
CLUB = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
def empty_database(template, tmp_path) -> Iterator[Database]:
    """A database with nothing in it, not even tables."""
    name = f"clb_empty_{uuid4().hex[:12]}"
    if not POSTGRESQL:
        database = Database(f"sqlite:///{tmp_path}/empty.sqlite")
        yield database
        database.close()
        return
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    database = Database(make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False))
    yield database
    database.close()
    with server.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    server.dispose()


@pytest.fixture
def first_release(empty_database) -> Database:
    """A database of the first release: three lists, with rows of two clubs, of none, and a deleted one."""
    with empty_database.transaction() as session:
        config = migrate._config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0001")
        tables = MetaData()
        tables.reflect(session.connection(), only=["entity_list", "entity"])
        lists = [("clubs", ["status"]), ("members", ["club_id", "sex"]), ("trees", ["height"])]
        for number, (name, properties) in enumerate(lists, 1):
            given = {"id": number, "project_id": 1, "name": name, "properties": properties, "revision": 3}
            session.execute(insert(tables.tables["entity_list"]), given)
        rows = [
            row(1, CLUB, {"status": "active"}, CLUB),
            row(1, OTHER, {"status": ""}, OTHER),
            row(2, str(uuid4()), {"club_id": CLUB, "sex": "female"}, CLUB),
            row(2, str(uuid4()), {"club_id": CLUB, "sex": "male"}, CLUB),
            row(2, str(uuid4()), {"sex": "male"}, None),
            row(2, str(uuid4()), {"club_id": OTHER}, OTHER, deleted_at=EARLY),
            *(row(3, str(uuid4()), {"height": str(n)}, None) for n in range(1500)),
        ]
        session.execute(insert(tables.tables["entity"]), rows)
    return empty_database


def row(entity_list_id, uuid, data, club_id, **given):
    return {
        "id": uuid,
        "entity_list_id": entity_list_id,
        "club_id": club_id,
        "label": "Bà Sáu",
        "data": data,
        "version": 2,
        "revision": 3,
        "created_at": EARLY,
        "updated_at": EARLY,
        "deleted_at": None,
    } | given


def test_lists_about_clubs_are_divided_by_unit_and_others_stay_open(first_release):
    migrate.upgrade(first_release)

    with first_release.reading() as session:
        rules = dict(session.execute(select(EntityList.name, EntityList.access)).all())
    assert rules == {"clubs": {"type": "unit"}, "members": {"type": "unit"}, "trees": None}


def test_each_row_gets_its_part_and_each_part_its_sum(first_release):
    migrate.upgrade(first_release)

    with first_release.reading() as session:
        counted = {
            (one.entity_list_id, one.part): one.rows
            for one in session.scalars(select(EntityListPart))
            if one.rows
        }
        placed = dict(session.execute(select(Entity.part, func.count()).group_by(Entity.part)).all())
        assert part.faults(session) == []
    assert counted == {
        (1, f"club/{CLUB}"): 1,
        (1, f"club/{OTHER}"): 1,
        (2, f"club/{CLUB}"): 2,
        (2, "nobody"): 1,
        (3, ""): 1500,
    }
    assert placed == {f"club/{CLUB}": 3, f"club/{OTHER}": 2, "nobody": 1, "": 1500}
