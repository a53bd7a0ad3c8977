"""The people who sign in, as those who manage them see and change them."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from server.clock import now
from server.models import Actor, Assignment, Audit, Role, Unit
from server.scope import Scope
from server.services import actor, person
from server.services import user as users
from server.services.actor import SYSTEM_ID
from server.services.person import LastAdministrator
from tests.builders_web import EMAIL, Browser, a_person, alert

pytestmark = pytest.mark.database

HERE, ELSEWHERE = "56@2025-07-01", "12@2004-01-01"
"""Khánh Hòa and Lai Châu."""


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture
def people(database, units) -> dict[str, int]:
    """An administrator of Khánh Hòa at the browser's address; others around."""
    a_person(database, "province_admin", [units[HERE]])
    with database.transaction() as session:
        return {
            email: users.create(session, f"{email}@clb.example", name, role, SYSTEM_ID, 1, where).actor_id
            for email, name, role, where in (
                ("huong", "Đặng Thị Hường", "commune_supervisor", [units["22837@2025-07-01"]]),
                ("an", "Lê Văn An", "official", [units[HERE]]),
                ("chau", "Lò Thị Châu", "official", [units[ELSEWHERE]]),
                ("cao", "Trần Cao", "national_admin", [units[HERE]]),
            )
        }


def names(response) -> list[str]:
    return re.findall(r'class="row-link" href="/people/\d+">([^<]+)<', response.text)


def test_a_province_sees_its_own_people_by_given_name_and_finds_them_without_marks(browser, people):
    browser.sign_in()

    assert names(browser.get("/people")) == ["Lê Văn An", "Trần Cao", "Đặng Thị Hường", "Lan"]
    assert names(browser.get("/people?q=huong+DANG")) == ["Đặng Thị Hường"]
    assert names(browser.get("/people?role=official")) == ["Lê Văn An"]
    assert names(browser.get("/people?state=active")) == ["Lan"]
    assert names(browser.get("/people?q=100%25")) == []
    assert "Không có ai khớp" in browser.get("/people?q=chau").text
    assert browser.get(f"/people?q={'+'.join(['a'] * 1500)}").status_code == 200


def test_somebody_of_another_province_is_not_there_whatever_is_asked(browser, people):
    browser.sign_in()
    browser.get("/people")
    stranger = f"/people/{people['chau']}"

    assert browser.get(stranger).status_code == 404
    assert (
        alert(browser.get("/people/9999"))
        == alert(browser.get(stranger))
        == "Không có trang nào ở địa chỉ này."
    )
    for path in ("", "/roles", "/roles/end", "/units", "/units/end", "/disable", "/enable", "/sessions/end"):
        assert browser.post(stranger + path, role="official", unit="56").status_code == 404


def test_nobody_gives_or_changes_more_than_they_hold_themselves(browser, people, session):
    browser.sign_in()
    page = browser.get(f"/people/{people['an']}").text

    assert re.findall(r'<option value="(\w+)"', page) == [
        "province_admin", "province_editor", "commune_supervisor", "reviewer",
    ]  # fmt: skip
    refused = browser.post(f"/people/{people['an']}/roles", role="national_admin")
    assert (refused.status_code, "Xin chọn một vai trò trong danh sách" in refused.text) == (400, True)
    above = browser.post(f"/people/{people['cao']}/disable")
    assert above.status_code == 403
    assert alert(above).startswith("Tài khoản của anh/chị không được thay đổi người này")
    outside = browser.post(f"/people/{people['an']}/units", unit="12")
    assert (outside.status_code, "ngoài địa bàn" in outside.text) == (400, True)
    assert session.scalars(select(Audit.action).where(Audit.actee_id == str(people["an"]))).all() == [
        "user.create"
    ]


def test_a_name_holds_no_sign_that_a_terminal_obeys_or_that_turns_letters_around(browser, people, session):
    browser.sign_in()
    browser.get("/account")
    browser.post("/account", name="Lan\x1b[2J\u202egnourT", language="vi")
    browser.get(f"/people/{people['an']}")
    browser.post(f"/people/{people['an']}", name="An\u200b\x07 ", email="an@clb.example")

    assert {"Lan [2J gnourT", "An"} <= set(session.scalars(select(Actor.display_name)))


def test_roles_and_units_are_given_ended_and_given_back(browser, people, session):
    browser.sign_in()
    browser.get("/people")
    an = f"/people/{people['an']}"

    assert browser.post(f"{an}/roles", role="reviewer").location == f"{an}?done=role"
    browser.post(f"{an}/roles", role="reviewer")
    done = browser.post(f"{an}/roles/end", role="official").location
    assert "Hoàn tác: giao lại “Cán bộ xem báo cáo”" in browser.get(done).text
    browser.post(f"{an}/units", unit="22837")
    wrong = browser.post(f"{an}/units", unit="Xã Không Có")
    assert wrong.status_code == 400
    assert 'value="Xã Không Có"' in wrong.text
    assert 'id="unit_fault" class="fault">Không có đơn vị nào tên này' in wrong.text

    held = select(Role.system).join(Assignment).where(Assignment.actor_id == people["an"])
    assert session.scalars(held).all() == ["reviewer"]
    acts = session.scalars(select(Audit.action).where(Audit.actee_id == str(people["an"])).order_by(Audit.id))
    assert acts.all()[1:] == ["user.assignment.create", "user.assignment.delete", "user.unit.create"]
    added = re.search(r"<td>Thêm đơn vị: ([^<]*)</td>", browser.get(an).text)
    assert added is not None
    name, _, province = added[1].partition(", ")
    assert province == "tỉnh Khánh Hòa"
    assert name in session.scalars(select(Unit.full_name).where(Unit.code == "22837")).all()


def test_the_last_unit_of_somebody_stays_so_that_they_stay_in_sight(browser, people, units):
    browser.sign_in()
    browser.get("/people")

    refused = browser.post(f"/people/{people['an']}/units/end", unit_id=str(units[HERE]))

    assert (refused.status_code, "đơn vị cuối cùng" in refused.text) == (400, True)


def test_who_is_shut_out_is_out_at_once_and_may_be_let_in_again(app, database, units, session):
    lan, boss = a_person(database, "official", [units[HERE]]), "boss@clb.example"
    a_person(database, "admin", email=boss)
    there, browser = Browser(app), Browser(app)
    there.sign_in()
    browser.sign_in(boss)
    assert "127.0.0.1" in browser.get(f"/people/{lan}").text

    done = browser.post(f"/people/{lan}/disable").location

    assert there.get("/password").status_code == 303
    assert Browser(app).sign_in(EMAIL).status_code == 403
    assert "Hoàn tác: mở lại tài khoản" in browser.get(done).text
    browser.post(f"/people/{lan}/enable")
    assert Browser(app).sign_in(EMAIL).status_code == 303


def test_of_two_administrators_who_end_each_other_at_once_one_stays(database, session):
    with database.transaction() as writing:
        a, b = (
            users.create(writing, f"{name}@clb.example", name, "admin", SYSTEM_ID).actor_id for name in "ab"
        )
    both = {one: actor.get(session, one) for one in (a, b)}
    everywhere = Scope(None, a, date(2026, 12, 1))

    person.end_role(session, everywhere, both[a], b, "admin")

    with pytest.raises(LastAdministrator):
        person.end_role(session, everywhere, both[b], a, "admin")
    with pytest.raises(LastAdministrator):
        person.disable(session, everywhere, both[b], a, now())


def test_who_is_administrator_of_one_project_does_not_touch_one_of_the_site(app, database):
    a_person(database)
    with database.transaction() as writing:
        boss = users.create(writing, "root@clb.example", "R", "admin", SYSTEM_ID).actor_id
    browser = Browser(app)
    browser.sign_in()
    browser.get("/people")

    assert browser.post(f"/people/{boss}/disable").status_code == 403


def test_an_official_sees_no_list_of_people(app, database, units):
    a_person(database, "official", [units[HERE]])
    browser = Browser(app)
    browser.sign_in()

    assert browser.get("/people").status_code == 403
    assert '"/people"' not in browser.get("/").text
