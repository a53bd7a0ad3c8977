"""Many reports at once: every one as if made alone, and one that fails stops no other."""

from datetime import date

import pytest
from click.testing import CliRunner

from reports.period import parse
from server import clock
from server.cli import main, report_all
from server.db import Database
from server.errors import UnitNotFound
from server.scope import Scope
from server.services import pool, report
from server.services.actor import SYSTEM_ID
from server.services.report import batch
from tests.test_report_service import TODAY, programme  # noqa: F401 - a fixture

pytestmark = pytest.mark.database

PROJECT_ID = 1
EVERYTHING = Scope(None, SYSTEM_ID, TODAY)
YEAR = parse("2020")


@pytest.mark.usefixtures("programme")
def test_provinces_are_those_that_clubs_stood_in_on_the_day(shared_database):
    with shared_database.reading() as session:
        before = batch.provinces(session, EVERYTHING, PROJECT_ID, date(2020, 12, 31))
        after = batch.provinces(session, EVERYTHING, PROJECT_ID, date(2025, 12, 31))
        nobody = batch.provinces(session, Scope((), SYSTEM_ID, TODAY), PROJECT_ID, date(2020, 12, 31))

    assert before == ["12", "58"]
    assert after == ["12", "56"]
    assert nobody == []


@pytest.mark.usefixtures("programme")
def test_the_command_writes_for_every_province_the_report_that_is_made_alone(
    shared_database, tmp_path, monkeypatch
):
    monkeypatch.setattr(report_all, "database", lambda: shared_database)

    told = CliRunner().invoke(main, ["report", "all", "--period", "2020", "--out", str(tmp_path / "mới")])

    assert told.exit_code == 0, told.output
    assert "2/2" in told.output
    assert sorted(path.name for path in (tmp_path / "mới").iterdir()) == ["12-2020.pdf", "58-2020.pdf"]
    today = clock.today()
    with shared_database.reading() as session:
        alone = report.province(session, EVERYTHING, "58", YEAR, today=today)
    assert (tmp_path / "mới" / "58-2020.pdf").read_bytes() == report.pdf(alone, today)


def halve(database: Database, number: int) -> int:
    """An act that fails at some of its items: in words, or as a mistake in a program would."""
    if number < 0:
        raise UnitNotFound(code=str(number))
    if number % 2:
        raise ArithmeticError("odd")
    return number // 2


def test_what_one_runs_into_is_told_of_and_stops_no_other(database):
    told = []

    outcomes = pool.each(
        address(database), halve, [2, 3, -4, 8], lambda *said: told.append(said), processes=1
    )

    assert [one.made for one in outcomes] == [1, None, None, 4]
    assert outcomes[1].failure.code == "500.9"
    assert "ArithmeticError" in outcomes[1].failure.en
    assert "-4" in outcomes[2].failure.vi
    assert [(done, total) for done, total, _ in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {name for _, _, name in told} == {"2", "3", "-4", "8"}


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)
