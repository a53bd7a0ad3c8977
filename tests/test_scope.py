"""Scope: what somebody bound to units may see, now and of times gone by."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from server import scope
from server.models import Club, ClubUnit, Submission
from server.scope import Scope
from server.services import actor, app_user, user
from server.services.actor import SYSTEM_ID
from tests.builders import a_club, new_instance_id, seed_units

pytestmark = pytest.mark.database

BEFORE, AFTER = date(2021, 6, 1), date(2026, 1, 1)
LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def places(session):
    return seed_units(session)


def seen(session, unit_ids, day):
    statement = Scope(frozenset(unit_ids), 99, day).clubs(select(Club.name)).order_by(Club.name)
    return session.scalars(statement).all()


def test_a_unit_shows_the_clubs_in_it_and_below(session, places):
    a_club(session, places["22837@2004-01-01"], "Lợi Hải")
    a_club(session, places["22870@2004-01-01"], "An Hải")
    a_club(session, places["03388@2004-01-01"], "Đoàn Kết")

    assert seen(session, [places["582@2004-01-01"]], BEFORE) == ["Lợi Hải"]
    assert seen(session, [places["58@2004-01-01"]], BEFORE) == ["An Hải", "Lợi Hải"]
    assert seen(session, [places["12@2004-01-01"], places["582@2004-01-01"]], BEFORE) == [
        "Lợi Hải",
        "Đoàn Kết",
    ]
    assert seen(session, [places["VN@2004-01-01"]], BEFORE) == ["An Hải", "Lợi Hải", "Đoàn Kết"]


def test_nobody_bound_to_nothing_sees_anything(session, places):
    a_club(session, places["22837@2004-01-01"], "Lợi Hải")

    assert seen(session, [], BEFORE) == []


def test_a_unit_that_is_gone_keeps_the_clubs_it_had_and_its_successor_has_them_too(session, places):
    club = a_club(session, places["22837@2004-01-01"], "Lợi Hải")
    session.get_one(ClubUnit, (club.id, date(2019, 1, 1))).valid_to = LAST_DAY
    session.add(
        ClubUnit(club_id=club.id, valid_from=FIRST_DAY, unit_id=places["22837@2025-07-01"], basis="reform")
    )
    session.flush()

    assert seen(session, [places["582@2004-01-01"]], AFTER) == ["Lợi Hải"]
    assert seen(session, [places["22837@2025-07-01"]], AFTER) == ["Lợi Hải"]
    assert seen(session, [places["56@2025-07-01"]], AFTER) == ["Lợi Hải"]


def test_a_unit_does_not_show_what_left_it_before_the_day(session, places):
    club = a_club(session, places["22837@2004-01-01"], "Lợi Hải")
    session.get_one(ClubUnit, (club.id, date(2019, 1, 1))).valid_to = date(2020, 12, 31)
    session.add(
        ClubUnit(
            club_id=club.id, valid_from=date(2021, 1, 1), unit_id=places["22870@2004-01-01"], basis="person"
        )
    )
    session.flush()

    assert seen(session, [places["582@2004-01-01"]], BEFORE) == []
    assert seen(session, [places["585@2004-01-01"]], BEFORE) == ["Lợi Hải"]


def test_submissions_are_seen_through_their_club_or_their_sender(session, places):
    ours = a_club(session, places["22837@2004-01-01"], "Lợi Hải")
    theirs = a_club(session, places["22870@2004-01-01"], "An Hải")
    colleague = app_user.create(session, 1, "Máy Lợi Hải", [places["22837@2004-01-01"]], SYSTEM_ID)
    stranger = app_user.create(session, 1, "Máy An Hải", [places["22870@2004-01-01"]], SYSTEM_ID)
    form_id = session.scalars(select(Submission.form_id)).first()
    failed = [
        Submission(
            form_id=form_id,
            instance_id=new_instance_id(),
            actor_id=sender.actor_id,
            received_at=datetime(2021, 1, 1, tzinfo=UTC),
            projection_state="failed",
        )
        for sender in (colleague, stranger)
    ]
    session.add_all(failed)
    session.flush()

    mine = Scope(frozenset([places["582@2004-01-01"]]), 99, BEFORE)

    assert set(session.scalars(mine.submissions(select(Submission.id)))) == {ours.submission_id, failed[0].id}
    everything = Scope(None, 99, BEFORE).submissions(select(Submission.id))
    assert theirs.submission_id in session.scalars(everything).all()


@pytest.mark.parametrize(
    ("role", "sees_all"),
    [
        ("admin", True),
        ("manager", True),
        ("viewer", True),
        ("national_admin", True),
        ("province_editor", False),
        ("commune_supervisor", False),
        ("reviewer", False),
        ("official", False),
    ],
)
def test_roles_of_region_see_their_units_and_others_the_whole_country(session, places, role, sees_all):
    made = user.create(session, "a@clb.example", "A", role, SYSTEM_ID, 1, [places["582@2004-01-01"]])

    found = scope.of(session, actor.get(session, made.actor_id), 1, BEFORE)

    assert found.unit_ids == (None if sees_all else frozenset([places["582@2004-01-01"]]))


def test_a_role_in_one_project_shows_nothing_of_another(session, places):
    made = user.create(session, "a@clb.example", "A", "manager", SYSTEM_ID, 1)

    assert scope.of(session, actor.get(session, made.actor_id), 2, BEFORE).unit_ids == frozenset()
