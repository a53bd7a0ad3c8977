"""Transactions: writers queue, readers do not wait, and what was committed is on disk."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from server.config import BadSetting, Config, read
from server.models import Audit, EntityList, Project

pytestmark = pytest.mark.database


def entry(number):
    return {"logged_at": datetime(2021, 1, 1, tzinfo=UTC), "action": f"test.{number}", "details": {}}


def test_an_exception_undoes_all_of_a_transaction(database):
    def write_and_fail(session):
        session.execute(insert(Audit), entry(1))
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as session:
        write_and_fail(session)

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Audit)) == 0


def test_racing_writers_all_succeed(database):
    def write(number):
        with database.transaction() as session:
            session.scalar(select(func.count()).select_from(Audit))
            session.execute(insert(Audit), entry(number))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Audit)) == 40


def test_a_reader_does_not_wait_for_a_writer_and_sees_one_state(database):
    with database.reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Audit)) == 0
        with database.transaction() as writer:
            writer.execute(insert(Audit), entry(1))
            assert reader.scalar(select(func.count()).select_from(Audit)) == 0
        assert reader.scalar(select(func.count()).select_from(Audit)) == 0

    with database.reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Audit)) == 1


def test_a_reader_cannot_write(database):
    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(insert(Audit), entry(1))


def test_a_lost_race_in_a_savepoint_leaves_the_transaction_alive(database):
    row = {"project_id": 1, "name": "clubs", "properties": []}
    with database.transaction() as session:
        session.execute(insert(EntityList), row)
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(insert(EntityList), row)
        session.execute(insert(Audit), entry(1))

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EntityList)) == 1
        assert session.scalar(select(func.count()).select_from(Audit)) == 1


def test_a_row_cannot_point_at_nothing(database):
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(insert(EntityList), {"project_id": 99, "name": "x", "properties": []})


def test_times_come_back_aware_and_in_utc(database):
    hanoi = datetime(2021, 3, 1, 7, 30, tzinfo=timezone(timedelta(hours=7)))
    with database.transaction() as session:
        session.execute(insert(Project), {"name": "Dự án hai", "created_at": hanoi})

    with database.reading() as session:
        stored = session.scalars(select(Project.created_at).where(Project.name == "Dự án hai")).one()
    assert stored == hanoi
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(database):
    naive = datetime(2021, 3, 1)
    with pytest.raises(StatementError, match="without a zone"), database.transaction() as session:
        session.execute(insert(Project), {"name": "x", "created_at": naive})


def test_errors_do_not_show_answers(database):
    with pytest.raises(IntegrityError) as raised, database.transaction() as session:
        session.execute(insert(EntityList), {"project_id": 99, "name": "Bà Sáu", "properties": []})

    assert "Bà Sáu" not in str(raised.value)


def test_sqlite_is_durable_at_every_commit(database):
    if not database.is_sqlite:
        pytest.skip("a question to SQLite")
    sent: list[str] = []
    pooled = database.writer.raw_connection()
    pooled.driver_connection.set_trace_callback(sent.append)
    pooled.close()
    with database.transaction() as session:
        settings = [
            session.scalar(text(f"PRAGMA {name}")) for name in ("synchronous", "journal_mode", "foreign_keys")
        ]

    assert settings == [2, "wal", 1]
    assert sent[0] == "BEGIN IMMEDIATE"


def test_settings_are_read_from_the_environment(tmp_path):
    config = read(
        {"CLB_DATA": str(tmp_path), "PORT": "9000", "CLB_PUBLIC_URL": "https://x.vn/", "CLB_TRUST_PROXY": "1"}
    )

    assert (config.port, config.public_url, config.trust_proxy) == (9000, "https://x.vn", True)
    assert config.database == f"sqlite:///{tmp_path}/clb.sqlite"
    assert read({"CLB_DATABASE_URL": "postgres://u:p@h/d"}).database == "postgresql+psycopg://u:p@h/d"
    assert read({}) == Config()


@pytest.mark.parametrize(
    "given",
    [
        {"PORT": "eighty"},
        {"CLB_LANGUAGE": "fr"},
        {"CLB_BATCH_BYTES": "10 MB"},
        {"CLB_REPORT_URL": "clb.example.vn"},
        {"CLB_PUBLIC_URL": "https://clb.example.vn/?from=paper"},
    ],
)
def test_a_setting_of_the_wrong_kind_is_named(given):
    with pytest.raises(BadSetting, match=next(iter(given))):
        read(given)
