"""What the country is added up from: kept once, noticed when it no longer holds, the same when worked out anew."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from reports.facts import NotRead
from reports.nation import Stretch, figures
from reports.nation.figures import Sums
from reports.period import parse
from reports.settings import Settings
from server.models import Club, PhaseRule, Training, Unit
from server.scope import Scope
from server.services import plan, rebuild, rollup
from server.services.actor import SYSTEM_ID
from server.services.facts.load import of_clubs
from server.services.rollup import place, stock_day
from server.services.rollup.stretch import context
from server.services.submission import deletion
from tests.builders_club import Intake, club_id, edit, founding, interview, meeting, publish_programme
from tests.live import XLSFORMS

pytestmark = pytest.mark.database

TODAY = date(2026, 11, 22)
YEAR = Stretch(parse("2019"), "p1")
LAST = date(2019, 12, 31)
WANTED = [(YEAR, LAST)]


@pytest.fixture
def intake(session: Session, blobs) -> Intake:
    """Two clubs of Ninh Thuận with a month each, and everything about them kept."""
    publish_programme(session, blobs)
    for name in ("tieu_chuan.xlsx", "ke_hoach_quoc_gia.xlsx"):
        plan.import_workbook(session, XLSFORMS / "plans" / name, actor_id=SYSTEM_ID)
    made = Intake(session)
    for club in ("a", "b"):
        made.send(founding(club))
        made.send(meeting("2019-11", club))
    made.send(meeting("2019-12", "a"))
    keep(session)
    return made


def keep(session: Session) -> None:
    clubs = rollup.outdated(session, WANTED, TODAY)
    rollup.keep(session, rollup.worked_out(session, WANTED, TODAY, clubs))


def outdated(session: Session) -> list[str]:
    return list(rollup.outdated(session, WANTED, TODAY))


def whole(session: Session, most: int = rollup.LIVE) -> Sums:
    return rollup.measure(session, WANTED, TODAY, most)[0].whole


def test_what_is_kept_is_added_up_without_working_anything_out(intake, session):
    sums = whole(session, most=0)

    assert (sums.clubs, sums.count("standing"), sums.count("A06.n")) == (2, 2, 6)
    assert (sums.count("D01.n"), sums.count("D02.n"), sums.count("D02.d")) == (3, 6, 9)
    assert sums.ratio("B02").percent == 100


def test_an_own_age_is_worked_out_for_itself_and_changes_nothing_that_is_kept(intake, session):
    older = Settings(older_age=95)

    assert len(rollup.outdated(session, WANTED, TODAY, older)) == 2
    with pytest.raises(rollup.RollupCold, match="--older-age 95"):
        rollup.measure(session, WANTED, TODAY, 1, older)
    assert rollup.measure(session, WANTED, TODAY, 2, older)[0].whole.count("A07.n") == 0
    assert whole(session, most=0).count("A07.n") > 0


def test_a_page_is_refused_rather_than_made_to_wait(intake, session):
    rollup.clear(session)

    with pytest.raises(rollup.RollupCold) as refused:
        whole(session, most=1)
    assert "clb rollup refresh --period 2019" in refused.value.message("vi")
    assert whole(session, most=2).count("A06.n") == 6


def late(intake: Intake) -> None:
    intake.send(meeting("2019-10", "a"))


def corrected(intake: Intake) -> None:
    intake.send(edit(meeting("2019-11", "a"), n_present=3))


def moved_to_another_club(intake: Intake) -> None:
    intake.send(edit(meeting("2019-12", "a"), club=club_id("b")))


def deleted(intake: Intake) -> None:
    sent = intake.send(meeting("2019-09", "a"))
    keep(intake.session)
    everything = Scope(None, SYSTEM_ID, TODAY)
    deletion.delete(intake.session, everything, sent.id, SYSTEM_ID)


def asked(intake: Intake) -> None:
    intake.send(interview("a1", "a", today=date(2019, 12, 10)))


def rebuilt(intake: Intake) -> None:
    intake.session.flush()
    rebuild.rebuild(intake.session)


def closed(intake: Intake) -> None:
    club = update(Club).where(Club.id == club_id("a"))
    intake.session.execute(club.values(status="closed", closed_on=date(2019, 12, 20)))


def trained(intake: Intake) -> None:
    session = intake.session
    code = session.scalar(select(Club.code).where(Club.id == club_id("a")))
    unit_id = session.scalar(select(Unit.id).where(Unit.code == "58"))
    day = date(2019, 6, 1)
    held = {"starts_on": day, "ends_on": day, "participants": 5, "workbook": "x.xlsx"}
    session.add(Training(unit_id=unit_id, club_code=code, **held))
    session.flush()


def measured_by_another_threshold(intake: Intake) -> None:
    rule = update(PhaseRule).where(PhaseRule.phase_code == "p1", PhaseRule.rule == "active_months")
    intake.session.execute(rule.values(low=1))


A, BOTH = {club_id("a")}, {club_id("a"), club_id("b")}


@pytest.mark.parametrize(
    ("act", "clubs"),
    [
        (late, A),
        (corrected, A),
        (deleted, A),
        (asked, A),
        (closed, A),
        (trained, A),
        (moved_to_another_club, BOTH),
        (rebuilt, BOTH),
        (measured_by_another_threshold, BOTH),
    ],
)
def test_what_no_longer_holds_is_noticed_and_worked_out_again(
    intake, session, act: Callable[[Intake], None], clubs
):
    act(intake)

    assert set(outdated(session)) == clubs
    anew = whole(session).figures
    keep(session)
    assert whole(session, most=0).figures == anew
    rollup.clear(session)
    assert whole(session).figures == anew


def test_a_club_found_to_be_none_is_counted_nowhere(intake, session):
    session.execute(update(Club).where(Club.id == club_id("b")).values(status="rejected"))

    assert outdated(session) == []
    assert whole(session, most=0).count("standing") == 1


def test_a_late_form_changes_the_figures_of_its_club(intake, session):
    before = whole(session)
    late(intake)

    assert (before.count("D01.n"), whole(session).count("D01.n")) == (3, 4)


def test_by_the_decree_a_period_under_way_is_counted_to_the_last_14th():
    year = parse("2026").decree

    assert stock_day(year, date(2026, 11, 14)) == date(2026, 10, 14)
    assert stock_day(year, date(2026, 11, 15)) == date(2026, 11, 14)


def test_a_period_under_way_is_counted_to_the_end_of_the_last_whole_month():
    assert stock_day(parse("2026"), TODAY) == date(2026, 10, 31)
    assert stock_day(parse("2019"), TODAY) == LAST + timedelta(days=45)
    assert stock_day(parse("2026-10"), TODAY) == TODAY


def test_what_was_left_out_when_reading_is_read_once_a_figure_asks_for_it(intake, session):
    """At the end of 2020 windows look back to December 2019; of b the last operating fund's book is of November."""
    stretch, last = Stretch(parse("2016..2020"), "p1"), date(2020, 12, 31)
    measured = rollup.measure(session, [(stretch, last)], TODAY)[0].whole

    ids, day = [club_id("a"), club_id("b")], stock_day(stretch.period, TODAY)
    early = of_clubs(session, ids, last, day, TODAY, since=date(2019, 12, 1)).meetings_of(club_id("b"))[0]
    with pytest.raises(NotRead):
        bool(early.operating)
    data = of_clubs(session, ids, last, day, TODAY)
    standards, nation = plan.standards(session), place.nation(session)
    in_full = Sums()
    for club in data.clubs:
        in_full.add(figures.whole(context(stretch, data.alone(club), standards, nation), club))
    assert measured.figures == in_full.figures
    assert in_full.count("C02.d") == 2
