"""The list of submissions as a browser gets it: with the sample, and with fifty times as many."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Column, ColumnElement, Connection, Table, func, literal, select

from bench.asking import FLOOR, floor_ms
from bench.figures import Figure
from bench.measure import median_ms
from bench.place import Place
from server.cli.demo import PROJECT_ID
from server.clock import now
from server.models import Submission, SubmissionVersion, SubmissionWord
from server.services import password, session, unit, user
from server.services.actor import SYSTEM_ID
from server.web.door import SESSION_COOKIE

EMAIL, PASSWORD = "bench@clb.example", "một mật khẩu để đo"
PAGE_MS, TIMES = 60, 50
PROVINCE, STOOD_ON = "58", date(2025, 6, 30)


def figures(place: Place, runs: int) -> Iterator[Figure]:
    """The first page, a search, and a month of a province. The last to be measured: it leaves many submissions."""
    browser, floor = _signed_in(place), floor_ms(place, runs)
    with place.database.reading() as reading:
        province = unit.get_at(reading, PROVINCE, STOOD_ON).id
    asked = (
        ("Trang danh sách phiếu", "list of submissions", ""),
        ("Tìm “nguyen” trong phiếu", "search of submissions", "?q=nguyen"),
        (
            "Phiếu một tháng của tỉnh",
            "submissions of a month and province",
            f"?period=2019-05&unit={province}",
        ),
    )
    for times in (1, TIMES):
        if times > 1:
            _grow(place)
        for vi, en, args in asked:
            took = median_ms(partial(_open, browser, f"/submissions{args}"), runs)
            yield Figure(f"{vi}, ×{times}", f"{en}, {times} × the sample", took, floor, FLOOR, goal=PAGE_MS)


def _signed_in(place: Place) -> FlaskClient:
    with place.database.transaction() as writing:
        made = user.create(writing, EMAIL, "bench", "admin", SYSTEM_ID, PROJECT_ID, [])
        password.change(writing, made.actor_id, PASSWORD)
        token = session.begin(writing, made.actor_id, EMAIL, now())
    browser = place.app.test_client()
    browser.set_cookie(SESSION_COOKIE, token)
    return browser


def _open(browser: FlaskClient, path: str) -> None:
    assert browser.get(path).status_code == 200


def _grow(place: Place) -> None:
    """Copy every submission until there are fifty, without their texts."""
    submitted, versions, words = (
        model.__table__ for model in (Submission, SubmissionVersion, SubmissionWord)
    )
    with place.database.transaction() as writing:
        conn = writing.connection()
        last, last_version = (
            conn.scalar(select(func.max(table.c.id))) or 0 for table in (submitted, versions)
        )
        for copy in range(1, TIMES):
            more, more_versions = copy * last, copy * last_version
            named = {"instance_id": literal(f"{copy}-")}
            _copy(conn, submitted, last, named | {"id": more, "current_version_id": None})
            _copy(
                conn,
                versions,
                last,
                named
                | {"id": more_versions, "submission_id": more, "xml": literal(b""), "deprecated_id": None},
            )
            _copy(conn, words, last, {"submission_id": more})
            current = submitted.c.current_version_id
            first = select(func.min(versions.c.id)).where(versions.c.submission_id == submitted.c.id)
            new = submitted.c.id > more
            conn.execute(
                submitted.update()
                .where(new, current.is_(None))
                .values(current_version_id=first.scalar_subquery())
            )


def _copy(conn: Connection, table: Table, last: int, changes: dict[str, Any]) -> None:
    """Copy the rows of the first submissions. changes: column → a number to add, text before it, or a value instead."""
    own = table.c.submission_id if "submission_id" in table.c else table.c.id
    columns = [_changed(column, changes) for column in table.columns]
    conn.execute(
        table.insert().from_select(
            [column.name for column in table.columns], select(*columns).where(own <= last)
        )
    )


def _changed(column: Column[Any], changes: dict[str, Any]) -> ColumnElement[Any]:
    if column.name not in changes:
        return column
    change = changes[column.name]
    if isinstance(change, int):
        return column + change
    if column.name == "instance_id":
        joined: ColumnElement[Any] = change.concat(column)
        return joined
    made: ColumnElement[Any] = literal(None) if change is None else change
    return made
