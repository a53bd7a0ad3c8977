"""The country's figures worked out while nobody waits: by several processes at a command, in rounds by the worker."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from reports.nation import Stretch
from reports.period import parse
from reports.settings import Settings
from server import log
from server.cli import rolling
from server.db import Database
from server.models import ClubFigure
from server.services import rollup
from server.services.report import nation
from server.services.rollup import Asked
from tests.builders_club import Intake, club_id, edit, founding, meeting

pytestmark = pytest.mark.database

TODAY = date(2026, 11, 22)
PHASES = ["2016..2020", "2021..2025", "2026..2035"]


@pytest.fixture
def intake(session: Session, programme_published: None, standards: None, national_plan: None) -> Intake:
    """Three clubs founded in 2019, each with a month."""
    made = Intake(session)
    for club in ("a", "b", "c"):
        made.send(founding(club))
        made.send(meeting("2019-11", club))
    session.commit()
    return made


def kept(session: Session) -> dict[tuple[str, str], tuple[str, str]]:
    rows = session.scalars(select(ClubFigure))
    found = {(row.key, row.club_id): (row.stamp, row.numbers) for row in rows}
    session.rollback()
    return found


def left(database: Database, period: str) -> list[str]:
    with database.reading() as session:
        return list(rollup.outdated(session, nation.wanted(session, parse(period)), TODAY))


def go_on() -> bool:
    return False


def test_several_processes_keep_what_one_keeps(intake, session, database, monkeypatch):
    monkeypatch.setattr(rolling, "ALONE", 0)
    monkeypatch.setattr(rolling, "PART", 1)
    told: list[tuple[int, int]] = []

    number = rolling.refresh(database, [Asked(parse("2016..2020"))], TODAY, 2, lambda *at: told.append(at))
    by_two = kept(session)
    with database.transaction() as writing:
        rollup.clear(writing)
    again = rolling.refresh(database, [Asked(parse("2016..2020"))], TODAY, 1)

    assert number == again == len(by_two) == told[-1][0] == told[-1][1] >= 3
    assert kept(session) == by_two
    assert left(database, "2016..2020") == []


def test_the_worker_keeps_the_phases_ready_and_what_somebody_asked_for(
    intake, session, database, monkeypatch
):
    # A logger keeps the settings it first spoke under; this one has not spoken yet, whatever ran before.
    monkeypatch.setattr(rolling, "speak", log.logger("rollup"))
    with database.reading() as reading:
        assert [one.period.text for one in rollup.periods(reading, TODAY)] == PHASES
    with database.transaction() as writing:
        rollup.note(writing, Asked(parse("2019-H2")), TODAY)
        rollup.note(writing, Asked(parse("2019-H2")), TODAY)
        assert rollup.is_noted(writing, Asked(parse("2019-H2")), TODAY)

    with capture_logs() as logs:
        assert rolling.look(database, TODAY, go_on)

    assert [(one["event"], one["clubs"], one["left"]) for one in logs] == [("figures kept", 3, 0)]
    assert not any(left(database, period) for period in (*PHASES, "2019-H2"))

    intake.send(edit(meeting("2019-11", "a"), n_present=3))
    session.commit()
    assert left(database, "2019-H2") == [club_id("a")]
    with capture_logs() as logs:
        assert rolling.look(database, TODAY, go_on)
        assert rolling.look(database, TODAY, go_on)
    assert [(one["clubs"], one["left"]) for one in logs] == [(1, 0)]
    with database.reading() as reading:
        year = Stretch(parse("2016..2020"), "p1"), date(2020, 12, 31)
        assert rollup.measure(reading, [year], TODAY, most=0)[0].whole.count("standing") == 3


def test_a_report_with_its_own_settings_is_kept_ready_beside_the_others(intake, session, database):
    """The boundaries chosen are no reason to work anything out twice."""
    older = Asked(parse("2019"), Settings(older_age=70, geography_as_of=date(2025, 7, 1)))
    with database.transaction() as writing:
        rollup.note(writing, Asked(parse("2019"), Settings(older_age=70)), TODAY)
        assert rollup.is_noted(writing, older, TODAY)
        assert not rollup.is_noted(writing, Asked(parse("2019")), TODAY)

    assert rolling.look(database, TODAY, go_on)
    assert rolling.look(database, TODAY, go_on)

    with database.reading() as reading:
        wanted = nation.wanted(reading, older.period, older.settings)
        assert not rollup.outdated(reading, wanted, TODAY, older.settings)
        assert rollup.outdated(reading, wanted, TODAY)


def test_a_worker_that_is_told_to_stop_does_and_goes_on_the_next_time(intake, database, monkeypatch):
    monkeypatch.setattr(rolling, "PART", 1)
    answers = iter([False, True])

    assert not rolling.look(database, TODAY, lambda: next(answers))
    assert left(database, "2016..2020") == sorted([club_id("a"), club_id("b"), club_id("c")])[1:]
    assert rolling.look(database, TODAY, go_on)
    assert left(database, "2016..2020") == []


def test_what_nobody_asks_for_any_more_is_forgotten_in_the_end(intake, session, database):
    with database.transaction() as writing:
        rollup.note(writing, Asked(parse("2019")), date(2026, 10, 1))
    rolling.refresh(database, [Asked(parse("2019"))], TODAY, 1)
    stretch = Stretch(parse("2019"), "p1"), date(2019, 12, 31)
    with database.reading() as reading:
        keys = rollup.keys(reading, [stretch], TODAY)

    def number() -> int:
        with database.reading() as reading:
            rows = select(func.count()).select_from(ClubFigure).where(ClubFigure.key.in_(keys))
            return reading.scalar(rows) or 0

    assert rolling.look(database, date(2026, 11, 10), go_on)
    assert number() == 3
    assert rolling.look(database, TODAY, go_on)
    assert number() == 0
    assert left(database, "2016..2020") == []
