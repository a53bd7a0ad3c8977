"""Lists follow the units of a tablet: its moves, a club's moves, and the reform of 2025 with its real register."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from server import projection
from server.models import Club, EntityList, Submission, Unit
from server.projection import club_unit
from server.services import app_user, app_user_scope, entity, rebuild, unit
from server.services.actor import SYSTEM_ID
from server.services.entity import Viewer
from tests.builders_club import DONG_HAI, VAN_HAI, Intake, club_id, founding

pytestmark = pytest.mark.database

OLD_PROVINCE, NEW_PROVINCE, OTHER_PROVINCE = "58@2016-01-01", "56@2025-07-01", "12@2016-01-01"
LAST_DAY, FIRST_DAY = date(2025, 6, 30), date(2025, 7, 1)
LATER = date(2026, 11, 22)


@pytest.fixture
def sent(session, programme_published):
    """Submissions as they arrive; a club in Văn Hải, which went whole, one in Đông Hải, which was split."""
    intake = Intake(session)
    intake.send(founded("a", VAN_HAI))
    intake.send(founded("b", DONG_HAI))
    return intake


def founded(club, commune):
    """A founding form with three members, each of whom says which club it is."""
    filled = founding(club, commune=commune)
    for member in filled.repeats["members"]:
        member["m_club_id"] = club_id(club)
    return filled


def unit_of(session, key):
    return unit.get(session, *unit.parse_key(key))


def parent_of(session, key):
    return unit.key_of(session.get_one(Unit, unit_of(session, key).parent_id))


def successors(session, key):
    return [unit.key_of(one.unit) for one in unit.became(session, unit_of(session, key), LATER)]


def tablet(session, *keys):
    """A new tablet bound to units: its actor id."""
    return app_user.create(session, 1, "Máy", [unit_of(session, key).id for key in keys], SYSTEM_ID).actor_id


def view(session, actor_id, name="clubs", day=LATER):
    """What a tablet's token for a list is, and the labels of the rows it gets."""
    list_id = session.scalars(select(EntityList.id).where(EntityList.name == name)).one()
    viewer = Viewer(actor_id, day)
    seen = entity.seen(session, viewer, [list_id])[list_id]
    return seen.token, {row.uuid for row in entity.rows(session, viewer, seen)}


def clubs(session, actor_id, day=LATER):
    return view(session, actor_id, "clubs", day)[1]


def test_an_old_district_and_commune_keep_the_club_they_had(session, sent):
    city = parent_of(session, VAN_HAI)

    assert clubs(session, tablet(session, VAN_HAI)) == {club_id("a")}
    assert clubs(session, tablet(session, city)) == {club_id("a"), club_id("b")}
    assert clubs(session, tablet(session, OLD_PROVINCE)) == {club_id("a"), club_id("b")}
    assert clubs(session, tablet(session, OTHER_PROVINCE)) == set()


def test_what_a_commune_became_gets_its_club_on_the_day_of_the_reform(session, sent):
    (ninh_chu,) = successors(session, VAN_HAI)
    bound = tablet(session, ninh_chu)

    before, after = view(session, bound, day=LAST_DAY), view(session, bound, day=FIRST_DAY)

    assert (before[1], after[1]) == (set(), {club_id("a")})
    assert before[0] != after[0]


def test_the_people_of_a_club_are_where_the_club_is(session, sent):
    (ninh_chu,) = successors(session, VAN_HAI)

    assert len(view(session, tablet(session, ninh_chu), "members")[1]) == 3
    assert len(view(session, tablet(session, NEW_PROVINCE), "members")[1]) == 6
    assert view(session, tablet(session, OTHER_PROVINCE), "members")[1] == set()


def test_a_club_of_a_split_commune_is_in_the_province_until_a_person_chooses(session, sent):
    parts = successors(session, DONG_HAI)
    assert len(parts) > 1
    tablets = {key: tablet(session, key) for key in parts}
    of_province = tablet(session, NEW_PROVINCE)

    assert not any(club_id("b") in clubs(session, one) for one in tablets.values())
    assert club_id("b") in clubs(session, of_province)
    before = {key: view(session, one)[0] for key, one in tablets.items()}
    of_province_before = view(session, of_province)[0]

    chosen, *others = parts
    club_unit.choose(session.connection(), club_id("b"), FIRST_DAY, unit_of(session, chosen).id)
    founded = session.get_one(Submission, session.get_one(Club, club_id("b")).submission_id)
    projection.attempt(session, founded)

    assert club_id("b") in clubs(session, tablets[chosen])
    assert view(session, tablets[chosen])[0] != before[chosen]
    assert all(view(session, tablets[key])[0] == before[key] for key in others)
    assert view(session, of_province)[0] == of_province_before


def test_a_tablet_that_moves_to_another_unit_gets_that_units_clubs(session, sent):
    moving = tablet(session, OLD_PROVINCE)
    before = view(session, moving)

    app_user_scope.set_units(session, moving, [unit_of(session, OTHER_PROVINCE).id], SYSTEM_ID)

    assert view(session, moving)[1] == set()
    assert view(session, moving)[0] == view(session, tablet(session, OTHER_PROVINCE))[0] != before[0]
    app_user_scope.set_units(
        session, moving, [unit_of(session, VAN_HAI).id, unit_of(session, DONG_HAI).id], SYSTEM_ID
    )
    assert view(session, moving) == before


def test_a_tablet_without_a_unit_gets_no_club_and_no_person(session, sent):
    nowhere = tablet(session)

    assert view(session, nowhere)[1] == set()
    assert view(session, nowhere, "members")[1] == set()


def test_the_token_is_of_the_rows_and_not_of_the_way_they_are_seen(session, sent):
    (ninh_chu,) = successors(session, VAN_HAI)

    through = [VAN_HAI], [ninh_chu], [VAN_HAI, ninh_chu], [parent_of(session, VAN_HAI), VAN_HAI]
    commune, successor, both, overlapping = (view(session, tablet(session, *keys)) for keys in through)

    assert commune == successor == both
    assert overlapping[1] == {club_id("a"), club_id("b")}
    assert overlapping == view(session, tablet(session, OLD_PROVINCE))


def test_midnight_a_rebuild_and_another_province_leave_the_token(session, sent):
    bound = tablet(session, VAN_HAI)
    lists = ("clubs", "members")
    before = [view(session, bound, name) for name in lists]

    assert [view(session, bound, name, LATER + timedelta(days=1)) for name in lists] == before
    sent.send(founded("c", DONG_HAI))
    assert [view(session, bound, name) for name in lists] == before
    rebuild.rebuild(session)
    assert [view(session, bound, name) for name in lists] == before


def test_an_edit_that_moves_the_club_takes_it_and_its_people_from_one_tablet_to_the_other(session, sent):
    here, there = tablet(session, VAN_HAI), tablet(session, DONG_HAI)
    tokens = [view(session, one, "members")[0] for one in (here, there)]
    moved = founded("a", DONG_HAI)
    moved.deprecated_id, moved.instance_id = moved.instance_id, f"{moved.instance_id}-2"

    sent.send(moved)

    assert clubs(session, here) == set()
    assert clubs(session, there) == {club_id("a"), club_id("b")}
    assert len(view(session, there, "members")[1]) == 6
    assert [view(session, one, "members")[0] for one in (here, there)] != tokens
