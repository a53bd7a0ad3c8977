"""Many reports at once: every one as if made alone, and one that fails stops no other."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reports.period import parse
from reports.settings import Settings
from server import clock
from server.cli import main, report_all
from server.db import Database
from server.errors import UnitNotFound
from server.scope import Scope
from server.services import pool, report
from server.services.actor import SYSTEM_ID
from server.services.report import batch
from tests.test_report_service import TODAY, programme  # noqa: F401 - a fixture

pytestmark = [pytest.mark.database, pytest.mark.printing]

PROJECT_ID = 1
EVERYTHING = Scope(None, SYSTEM_ID, TODAY)
YEAR = parse("2020")


@pytest.mark.usefixtures("programme")
def test_provinces_are_those_that_clubs_stood_in_on_the_day(shared_database):
    with shared_database.reading() as session:
        before = batch.provinces(session, EVERYTHING, PROJECT_ID, date(2020, 12, 31))
        after = batch.provinces(session, EVERYTHING, PROJECT_ID, date(2025, 12, 31))
        clubs = batch.clubs_by_province(session, EVERYTHING, PROJECT_ID, date(2020, 12, 31))
        nobody = batch.provinces(session, Scope((), SYSTEM_ID, TODAY), PROJECT_ID, date(2020, 12, 31))

    assert before == ["12", "58"]
    assert clubs == {"12": 1, "58": 3}
    assert after == ["12", "56"]
    assert nobody == []


@pytest.mark.usefixtures("programme")
def test_the_command_writes_for_every_province_the_report_that_is_made_alone(
    shared_database, tmp_path, monkeypatch
):
    monkeypatch.setattr(report_all, "database", lambda: shared_database)
    out = tmp_path / "mới"

    told = every(
        out,
        "--format",
        "xlsx",
        "--format",
        "pdf",
        "--format",
        "xlsx",
        "--older-age",
        "65",
        "--language",
        "en",
    )

    assert told.exit_code == 0, told.output
    assert "2/2 báo cáo, 4 tệp" in told.output
    assert sorted(path.name for path in out.iterdir()) == [
        f"{code}-2020-en.{kind}" for code in ("12", "58") for kind in ("pdf", "xlsx")
    ]
    today, aged = clock.today(), Settings(older_age=65)
    with shared_database.reading() as session:
        alone = report.province(session, EVERYTHING, "58", YEAR, today=today, settings=aged)
    for kind in ("pdf", "xlsx"):
        assert (out / f"58-2020-en.{kind}").read_bytes() == report.written(alone, today, kind, language="en")


@pytest.mark.usefixtures("programme")
def test_provinces_that_fail_are_named_with_their_reason_and_the_others_are_made(
    shared_database, tmp_path, monkeypatch
):
    monkeypatch.setattr(report_all, "database", lambda: shared_database)
    (tmp_path / "12-2020.xlsx").mkdir()

    some = every(tmp_path, "--format", "xlsx", "--calendar", "decree")
    none = every(tmp_path, "--format", "docx", "--phase", "p9")
    early = every(tmp_path, "--period", "2090")

    assert some.exit_code == none.exit_code == early.exit_code == 1
    assert "1/2 báo cáo, 1 tệp" in some.output
    assert "✗ 12: Không lập được báo cáo “12” (Is a directory)." in some.output
    assert "Chưa lập được: 12." in some.output
    assert "✗ 12, 58: Không có giai đoạn “p9”" in none.output
    assert "0/2 báo cáo" in none.output
    assert "Kỳ báo cáo chưa bắt đầu" in early.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["12-2020.xlsx", "58-2020.xlsx"]


def every(out: Path, *words: str) -> Result:
    return CliRunner().invoke(
        main, ["report", "all", "--period", "2020", "--processes", "1", "--out", str(out), *words]
    )


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
