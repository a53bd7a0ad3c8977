"""One's own account: name, language, and where one is signed in."""

import re

import pytest

from tests.builders_web import PASSWORD, Browser, a_person, alert

pytestmark = pytest.mark.database

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"


@pytest.fixture
def lan(database) -> int:
    return a_person(database)


def test_name_and_language_are_ones_own_to_change(app, lan):
    here = Browser(app)
    here.sign_in()
    here.get("/account?lang=vi")

    wrong = here.post("/account", name="  ", language="en")
    assert (wrong.status_code, "Xin điền họ và tên" in wrong.text) == (400, True)
    assert here.post("/account", name=" Nguyễn  Thị Lan ", language="en").location == "/account?done=saved"
    page = here.get("/account?done=saved").text
    assert '<html lang="en">' in page
    assert ">Nguyễn Thị Lan</a>" in page
    assert "Nguyễn Thị Lan" in here.get("/people?q=nguyen").text


def test_sessions_are_listed_and_ended_one_by_one_or_all_others_at_once(app, lan, database):
    here, office, phone, cafe = (Browser(app) for _ in range(4))
    office.client.environ_base["HTTP_USER_AGENT"] = WINDOWS
    for one in (office, phone, cafe, here):
        one.sign_in()
    page = here.get("/account").text
    words = re.findall(r'name="session" value="(\w+)"', page)

    assert "Chrome 142, Windows" in page
    assert "127.0.0.1" in page
    assert len(words) == 3  # Not the one that asks.
    assert (
        here.post("/account/sessions/end", session=words[0]).status_code == 303
    )  # The newest of the others.
    assert [one.get("/account").status_code for one in (office, phone, cafe, here)] == [200, 200, 303, 200]

    other = a_person(database, email="b@clb.example")
    assert other
    there = Browser(app)
    there.sign_in("b@clb.example")
    there.get("/account")
    there.post("/account/sessions/end", session=words[1])
    assert phone.get("/account").status_code == 200  # It is not theirs to end.

    here.get("/account")
    here.post("/account/sessions/end-others")
    assert [one.get("/account").status_code for one in (office, phone, here)] == [303, 303, 200]
    assert alert(here.get("/account")) == ""
    assert Browser(app).sign_in(password=PASSWORD).status_code == 303
