"""Signing in and out with a browser, and the first password."""

import re
import unicodedata
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from server import create_app
from server.clock import now
from server.config import Config
from server.models import Actor, Audit
from server.models import Session as WebSession
from server.services import user as users
from server.services.actor import SYSTEM_ID, hash_token
from tests.builders_web import EMAIL, PASSWORD, Browser, a_person, alert

pytestmark = pytest.mark.database

NEW = "gió đưa cành trúc"


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture
def lan(database) -> int:
    """Somebody with a password of their own."""
    return a_person(database)


def test_who_signs_in_sees_the_start_page_with_their_name(browser, lan):
    response = browser.sign_in(EMAIL.upper())

    assert (response.status_code, response.location) == (303, "/")
    assert ">Lan</a>" in browser.get("/").text


def test_the_cookie_is_for_this_site_only_and_the_database_holds_a_hash(browser, lan, session):
    cookies = browser.sign_in().headers.getlist("Set-Cookie")

    cookie = next(one for one in cookies if one.startswith("clb_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=43200" in cookie
    assert "Secure" not in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    assert len(token) == 43
    stored = session.scalars(select(WebSession)).one()
    assert stored.token_hash == hash_token(token)
    assert stored.expires_at - stored.created_at == timedelta(hours=12)


def test_behind_https_the_cookies_stay_there(database, database_url, tmp_path, lan):
    app = create_app(Config(data=tmp_path, database_url=database_url), database)
    browser = Browser(app, "https://clb.example")

    cookies = [browser.get("/session/new").headers["Set-Cookie"], browser.sign_in().headers["Set-Cookie"]]

    assert all("Secure" in cookie for cookie in cookies)


@pytest.mark.parametrize(
    ("email", "password"), [(EMAIL, "sai mật khẩu"), ("ai@clb.example", PASSWORD), ("", "")]
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(browser, lan, email, password):
    response = browser.sign_in(email, password)

    assert response.status_code == 403
    assert alert(response) == "Địa chỉ e-mail hoặc mật khẩu không đúng."
    assert browser.get("/checks").status_code == 303


def test_the_sixth_attempt_waits_even_with_the_right_password_and_says_how_long(browser, lan):
    for _ in range(5):
        assert browser.sign_in(password="sai").status_code == 403

    response = browser.sign_in()

    assert (response.status_code, response.headers["Retry-After"]) == (429, "60")
    assert alert(response).startswith("Đã nhập sai 5 lần. Xin chờ 1 phút, đến ")
    assert f'value="{EMAIL}"' in response.text
    assert Browser(browser.client.application).sign_in("ai@clb.example").status_code == 403


def test_a_success_forgets_the_failures_before_it(browser, lan):
    for _ in range(4):
        browser.sign_in(password="sai")
    browser.sign_in()
    browser.post("/session/end")

    assert [browser.sign_in(password="sai").status_code for _ in range(4)] == [403] * 4
    assert browser.sign_in().status_code == 303


def test_the_audit_log_knows_who_came_in_but_not_the_address(browser, lan, session):
    browser.sign_in()

    acts = session.scalars(select(Audit).where(Audit.actee_type == "account").order_by(Audit.id)).all()
    assert [(one.action, one.actor_id) for one in acts] == [
        ("user.session.create", lan),
    ]
    assert EMAIL not in str([one.actee_id for one in acts])


def test_signing_out_ends_the_session_on_the_server(browser, lan, session):
    browser.sign_in()
    cookie = browser.client.get_cookie("clb_session").value
    browser.get("/")

    assert browser.post("/session/end").location == "/"

    browser.client.set_cookie("clb_session", cookie)
    assert browser.get("/checks").status_code == 303
    assert session.scalar(select(Audit.action).order_by(Audit.id.desc()).limit(1)) == "session.end"


def test_a_session_is_over_after_its_time_and_when_its_owner_is_deleted(browser, lan, database):
    browser.sign_in()
    with database.transaction() as writing:
        writing.execute(update(Actor).where(Actor.id == lan).values(deleted_at=now()))
    assert browser.get("/checks").status_code == 303

    with database.transaction() as writing:
        writing.execute(update(Actor).where(Actor.id == lan).values(deleted_at=None))
        writing.execute(update(WebSession).values(expires_at=now() - timedelta(seconds=1)))
    assert browser.get("/checks").status_code == 303


@pytest.mark.parametrize(
    ("asked", "goes_to"),
    [
        ("/checks?code=a&page=2", "/checks?code=a&page=2"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/a\tb", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_server(browser, lan, asked, goes_to):
    assert browser.sign_in(next=asked).location == goes_to


def test_a_page_that_needs_a_name_leads_to_the_form_and_back(browser, lan):
    response = browser.get("/checks?code=gps_far")

    assert response.location == "/session/new?next=%2Fchecks%3Fcode%3Dgps_far"
    assert 'value="/checks?code=gps_far"' in browser.get(response.location).text


def test_a_form_without_its_word_is_refused(browser, lan, session):
    browser.get("/session/new")
    assert browser.post("/session", email=EMAIL, password=PASSWORD, csrf="").status_code == 403
    assert browser.post("/session", email=EMAIL, password=PASSWORD, csrf="đoán").status_code == 403
    browser.sign_in()
    browser.get("/")

    for path in ("/session/end", "/password", "/quarantine/1/release"):
        response = browser.post(path, csrf="khác")
        assert response.status_code == 403
        assert "tải lại trang" in alert(response)
    assert browser.get("/checks").status_code == 200


def test_without_the_cookie_of_the_form_no_word_is_right(app, lan):
    response = app.test_client().post("/session", data={"csrf": "", "email": EMAIL, "password": PASSWORD})

    assert response.status_code == 403


class TestOneTimePassword:
    @pytest.fixture
    def once(self, database) -> str:
        """The one-time password of somebody new."""
        with database.transaction() as writing:
            return users.create(writing, EMAIL, "Lan", "admin", SYSTEM_ID).password

    def test_it_must_be_changed_before_anything_else(self, browser, once):
        browser.sign_in(password=once)

        for path in ("/", "/checks", "/quarantine", "/reports/province/58.pdf?period=2020"):
            assert browser.get(path).location == "/password"
        browser.get("/password")
        assert browser.post("/password", current=once, new=NEW, again=NEW).location == "/"
        assert browser.get("/").status_code == 200
        assert Browser(browser.client.application).sign_in(password=once).status_code == 403
        assert Browser(browser.client.application).sign_in(password=NEW).status_code == 303

    @pytest.mark.parametrize(
        ("new", "again", "says"),
        [
            ("chín chữ 9", "chín chữ 8", "không giống nhau"),
            ("chín chữ9", "chín chữ9", "ít nhất 10 ký tự"),
            (EMAIL.upper(), EMAIL.upper(), "địa chỉ e-mail"),
            ("a" * 201, "a" * 201, "nhiều nhất 200"),
        ],
    )
    def test_a_poor_choice_is_refused_with_a_reason(self, browser, once, new, again, says):
        browser.sign_in(password=once)
        browser.get("/password")

        response = browser.post("/password", current=once, new=new, again=again)

        assert response.status_code == 400
        assert says in alert(response)

    def test_the_old_password_is_no_new_one(self, browser, once):
        browser.sign_in(password=once)
        browser.get("/password")

        assert "phải khác" in alert(browser.post("/password", current=once, new=once, again=once))


def test_changing_the_password_ends_every_other_session(app, lan):
    here, elsewhere = Browser(app), Browser(app)
    here.sign_in()
    elsewhere.sign_in()
    here.get("/password")

    here.post("/password", current=PASSWORD, new=NEW, again=NEW)

    assert here.get("/checks").status_code == 200
    assert elsewhere.get("/checks").status_code == 303


def test_a_new_one_time_password_ends_the_sessions_of_the_old_one(browser, lan, database):
    browser.sign_in()

    with database.transaction() as writing:
        users.reset_password(writing, EMAIL, SYSTEM_ID)

    assert browser.get("/checks").status_code == 303


def test_changing_the_password_takes_the_current_one(browser, lan):
    browser.sign_in()
    browser.get("/password")

    response = browser.post("/password", current="sai mật khẩu", new=NEW, again=NEW)

    assert response.status_code == 403
    assert alert(response) == "Mật khẩu đang dùng không đúng."
    assert Browser(browser.client.application).sign_in().status_code == 303


def test_a_password_is_the_same_in_both_spellings_of_vietnamese_letters(app, lan):
    assert Browser(app).sign_in(password=unicodedata.normalize("NFD", PASSWORD)).status_code == 303


class TestSessionOverMeanwhile:
    """A form is sent when the session is over: it is offered once more after signing in, and nothing is done before."""

    @pytest.fixture
    def late(self, browser, lan, database) -> Browser:
        browser.sign_in()
        browser.get("/account")
        with database.transaction() as writing:
            writing.execute(update(WebSession).values(expires_at=now()))
        return browser

    def sent(self, browser, headers):
        fields = {"csrf": browser.word, "name": "Lan <mới>", "language": "vi"}
        response = browser.client.post("/account", data=fields, headers=headers)
        found = re.search(r'name="csrf" value="([^"]+)"', response.text)
        browser.word = found[1] if found else ""
        return response

    def test_nothing_typed_is_lost(self, late):
        asked = self.sent(late, {"Origin": "http://localhost"})
        assert (asked.status_code, "vẫn còn" in asked.text) == (403, True)
        kept = unescape(re.search(r'name="kept" value="([^"]+)"', asked.text)[1])
        assert '"csrf"' not in kept
        wrong = late.post("/session", email=EMAIL, password="sai", kept=kept)
        assert unescape(re.search(r'name="kept" value="([^"]+)"', wrong.text)[1]) == kept

        page = late.post("/session", email=EMAIL, password=PASSWORD, kept=kept)

        assert 'action="/account"' in page.text
        assert 'name="name" value="Lan &lt;mới&gt;"' in page.text
        assert ">Lan</a>" in late.get("/").text  # Not done without one more press.
        assert late.post("/account", name="Lan <mới>", language="vi").status_code == 303
        assert "Lan &lt;mới&gt;" in late.get("/account").text

    @pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
    def test_the_form_of_another_site_is_not_carried_along(self, late, headers):
        assert self.sent(late, headers).location == "/session/new?next=%2F"

    @pytest.mark.parametrize(
        "kept",
        [
            '["//evil.example", []]',
            '["https://evil.example/", []]',
            '["//[", []]',
            '["/account", [["name", "\\ud800"]]]',
            "[" * 20_000,
            "[]",
            "{",
            "7",
        ],
    )
    def test_what_leads_elsewhere_or_cannot_be_read_is_left(self, browser, lan, kept):
        assert browser.sign_in(kept=kept).location == "/"
