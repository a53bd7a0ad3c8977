"""The database: how to open it, and the transactions that the edges begin and end.

The only module that asks which database it is. Errors never show parameters: they are people's answers.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    URL,
    Connection,
    Dialect,
    Engine,
    Table,
    create_engine,
    event,
    insert,
    make_url,
    text,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from sqlalchemy.orm import Session

WAIT_SECONDS = 30
"""How long a write waits for another one to end before it fails."""
BRIEF_WAIT_SECONDS = 0.05
"""How long a write waits that may as well be made another time."""


def _to_json(value: Any) -> str:
    """JSON text. orjson takes integers of 64 bits only, and a tablet may send longer ones."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False)


COMMON: dict[str, Any] = {
    "hide_parameters": True,
    "json_serializer": _to_json,
    "json_deserializer": orjson.loads,
}
PRIMARY_CODE = 0xFF
"""What of SQLite's codes says what went wrong; the rest says how."""

LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL's code for a lock that did not come in the time given."""
HURRY = text("SELECT set_config('lock_timeout', :wait, true), set_config('synchronous_commit', 'off', true)")

Values = dict[str, Any]
"""One row: column → value."""


class WriterBusy(Exception):
    """A write that can wait was not made, because others were writing."""


class Database:
    """One database with engines that write, that only read, and that write what can wait.

    On SQLite a single connection writes, and requests queue for it: a transaction that begins as a reader
    and then writes would fail as soon as another writes too. Readers see the last commit and block nobody.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        open_engines = _open_sqlite if self.is_sqlite else _open_postgresql
        self.writer, self.reader, self.brief = open_engines(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether one process must do all the writing."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that is committed at the end, or rolled back by an exception. Only edges begin one."""
        with Session(self.writer, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def brief_transaction(self) -> Iterator[Session]:
        """As `transaction`, for what may be lost when power fails and need not be written now.

        Raises WriterBusy at once when others are writing.
        """
        try:
            with Session(self.brief, expire_on_commit=False) as session, session.begin():
                if not self.is_sqlite:
                    session.execute(HURRY, {"wait": f"{round(BRIEF_WAIT_SECONDS * 1000)}ms"})
                yield session
        except WaitedTooLong as error:
            raise WriterBusy from error
        except OperationalError as error:
            if is_locked(error):
                raise WriterBusy from error
            raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and cannot change it."""
        with Session(self.reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Close every connection."""
        for engine in (self.writer, self.reader, self.brief):
            engine.dispose()


def is_locked(error: OperationalError) -> bool:
    """Whether another process, such as a rebuild, was writing for too long; what failed will work later."""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    sqlstate = getattr(error.orig, "sqlstate", "")
    return code & PRIMARY_CODE == sqlite3.SQLITE_BUSY or sqlstate == LOCK_NOT_AVAILABLE


def take_turn(session: Session, turn: int) -> None:
    """Wait until no other transaction has this turn, and keep it until this one ends.

    For work that reads what another transaction may be about to write. On SQLite there is one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": turn})


@contextmanager
def savepoint(conn: Connection) -> Iterator[None]:
    """What is done within stands whole, or after an exception not at all; the transaction goes on.

    As `Connection.begin_nested`, which takes five times as long: every submission needs two of these. They may nest,
    for a name means the last savepoint that bears it.
    """
    conn.exec_driver_sql("SAVEPOINT part")
    try:
        yield
    except BaseException:
        conn.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        conn.exec_driver_sql("RELEASE SAVEPOINT part")
        raise
    conn.exec_driver_sql("RELEASE SAVEPOINT part")


def add_rows(conn: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Insert rows that all have the same columns, every one that needs a value; none at all is fine.

    No default is filled in. The statement is compiled once for each set of columns and handed to the driver as it is:
    on intake, most of the time of an insert through the expression language goes into finding it in the cache.
    """
    if rows:
        prepared = _prepare(conn.dialect, table, tuple(rows[0]))
        conn.exec_driver_sql(prepared.sql, [prepared.values(row) for row in rows])


def add_row(conn: Connection, table: Table, row: Values) -> int:
    """Insert one row into a table that numbers its rows, and give its number. Else as `add_rows`."""
    prepared = _prepare(conn.dialect, table, tuple(row), gives_id=True)
    return int(conn.exec_driver_sql(prepared.sql, prepared.values(row)).scalar_one())


@dataclass(frozen=True, slots=True)
class _Prepared:
    """An INSERT in the driver's own terms. columns: each with what makes of its value something the driver takes."""

    sql: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    is_positional: bool

    def values(self, row: Values) -> Any:
        """The parameters of one row: a tuple where the driver counts places, else a dict."""
        values = [process(row[name]) if process else row[name] for name, process in self.columns]
        if self.is_positional:
            return tuple(values)
        return {name: value for (name, _), value in zip(self.columns, values, strict=True)}


_statements: dict[tuple[str, str, tuple[str, ...], bool], _Prepared] = {}


def _prepare(
    dialect: Dialect, table: Table, columns: tuple[str, ...], *, gives_id: bool = False
) -> _Prepared:
    """The statement, made on first use; there are as many as tables and forms of rows."""
    key = dialect.name, table.name, columns, gives_id
    if key not in _statements:
        statement = insert(table).returning(table.c.id) if gives_id else insert(table).inline()
        compiled = statement.compile(dialect=dialect, column_keys=list(columns))
        names = compiled.positiontup or columns
        kinds = (table.c[name].type.dialect_impl(dialect) for name in names)
        processors = [kind.bind_processor(dialect) for kind in kinds]
        _statements[key] = _Prepared(
            str(compiled), tuple(zip(names, processors, strict=True)), compiled.positional
        )
    return _statements[key]


def _open_sqlite(url: URL) -> tuple[Engine, Engine, Engine]:
    writer = create_engine(url, **COMMON, pool_size=1, max_overflow=0, pool_timeout=WAIT_SECONDS)
    reader = create_engine(url, **COMMON, pool_size=8, max_overflow=56)
    brief = create_engine(url, **COMMON, pool_size=1, max_overflow=0, pool_timeout=BRIEF_WAIT_SECONDS)
    event.listen(writer, "connect", _prepare_writer)
    event.listen(reader, "connect", _prepare_reader)
    event.listen(brief, "connect", _prepare_brief)
    # A listener to "begin" would do the same, but then every statement asks for listeners: a tenth of an intake.
    writer.dialect.do_begin = _begin_writing  # type: ignore[assignment, method-assign]
    brief.dialect.do_begin = _begin_writing  # type: ignore[assignment, method-assign]
    reader.dialect.do_begin = _begin_reading  # type: ignore[assignment, method-assign]
    return writer, reader, brief


def _prepare_writer(connection: Any, _record: Any) -> None:
    """Durable at every commit: synchronous=NORMAL would lose acknowledged rows when power fails."""
    connection.isolation_level = None  # The driver would begin transactions of its own, and not for DDL.
    connection.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _prepare_brief(connection: Any, record: Any) -> None:
    """Without a sync at each commit: the next durable commit syncs these rows with its own."""
    _prepare_writer(connection, record)
    connection.execute(f"PRAGMA busy_timeout = {round(BRIEF_WAIT_SECONDS * 1000)}")
    connection.execute("PRAGMA synchronous = NORMAL")


def _prepare_reader(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    connection.execute("PRAGMA query_only = ON")


def _begin_writing(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE")


def _begin_reading(connection: Any) -> None:
    connection.execute("BEGIN")


def _open_postgresql(url: URL) -> tuple[Engine, Engine, Engine]:
    writer = create_engine(url, **COMMON, pool_size=8, max_overflow=24, pool_pre_ping=True)
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return writer, reader, writer
