"""Signing in with the account of an office, through a provider that really signs."""

import threading
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from server import create_app, oidc
from server.config import BadSetting, Config, read
from server.models import User
from server.services import user as users
from server.services.actor import SYSTEM_ID
from tests.builders_oidc import CLIENT_ID, CLIENT_SECRET, a_provider
from tests.builders_web import EMAIL, Browser, a_person, alert

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def running():
    with a_provider() as server:
        yield server


@pytest.fixture
def provider(running):
    """The provider, honest again after each test."""
    kept = running.person, running.signing_key, running.algorithm
    yield running
    running.person, running.signing_key, running.algorithm = kept
    running.claims = {}


@pytest.fixture
def browser(provider, database, database_url, tmp_path) -> Browser:
    config = Config(
        data=tmp_path,
        database_url=database_url,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
    )
    return Browser(create_app(config, database))


def to_provider(browser, path="/session/oidc") -> str:
    """Go to the provider and say yes; gives where it sends the browser."""
    parts = urlsplit(browser.get(path).location)
    connection = HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}")
    back = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    assert f"{back.scheme}://{back.netloc}" == "http://localhost"
    return f"{back.path}?{back.query}"


def test_a_verified_address_of_somebody_known_gets_in_and_goes_where_it_wanted(browser, database):
    a_person(database)
    assert 'href="/session/oidc?next=/checks"' in browser.get("/session/new?next=/checks").text

    back = browser.get(to_provider(browser, "/session/oidc?next=%2Fchecks"))

    assert (back.status_code, back.location) == (303, "/checks")
    assert browser.get("/checks").status_code == 200


def test_who_was_invited_has_arrived_and_their_one_time_password_ends(browser, database, session):
    with database.transaction() as writing:
        once = users.create(writing, EMAIL, "Lan", "admin", SYSTEM_ID).password

    assert browser.get(to_provider(browser)).location == "/"

    assert browser.get("/").status_code == 200
    assert Browser(browser.client.application).sign_in(password=once).status_code == 403


@pytest.mark.parametrize(
    "person", [{"email": "ai@clb.example"}, {"email_verified": False}, {"email_verified": "true"}]
)
def test_nobody_is_added_and_an_address_that_is_not_verified_counts_for_nothing(
    browser, provider, database, session, person
):
    a_person(database)
    provider.person = provider.person | person

    response = browser.get(to_provider(browser))

    assert response.status_code == 403
    assert alert(response).startswith("Tài khoản cơ quan này chưa được cấp quyền")
    assert session.scalars(select(User.email)).all() == [EMAIL]


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"iss": "https://evil.example"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"azp": "another"},
    ],
)
def test_a_token_that_is_not_for_this_sign_in_is_refused(browser, provider, database, claims):
    a_person(database)
    provider.claims = claims

    response = browser.get(to_provider(browser))

    assert (response.status_code, browser.get("/account").status_code) == (502, 303)


@pytest.mark.parametrize("key", ["another", "shared"])
def test_a_token_signed_by_anybody_else_is_refused(browser, provider, database, key):
    a_person(database)
    if key == "another":
        provider.signing_key = RSAKey.generate_key(2048, {"kid": "1"})
    else:
        provider.signing_key, provider.algorithm = OctKey.import_key(CLIENT_SECRET * 4, {"kid": "1"}), "HS256"

    assert browser.get(to_provider(browser)).status_code == 502


def test_the_answer_is_good_for_the_browser_that_asked_and_once(browser, database):
    a_person(database)
    back = to_provider(browser)

    assert Browser(browser.client.application).get(back).status_code == 403
    assert browser.get("/session/oidc/return?error=access_denied&state=x").status_code == 403
    cookie = browser.client.get_cookie("clb_oidc").value
    assert browser.get(back).status_code == 303
    browser.client.set_cookie("clb_oidc", cookie)
    assert browser.get(back).status_code == 502  # The provider gives no second token for a code.


def test_address_and_verification_may_come_from_where_the_provider_tells_of_people(
    browser, provider, database
):
    a_person(database)
    provider.claims = {"email": None, "email_verified": None}

    assert browser.get(to_provider(browser)).location == "/"


def test_a_provider_that_is_away_leaves_the_password(browser, database, database_url, tmp_path):
    a_person(database)
    gone = Config(
        data=tmp_path, database_url=database_url, oidc_issuer="http://127.0.0.1:9",
        oidc_client_id="a", oidc_client_secret="b",
    )  # fmt: skip
    away = Browser(create_app(gone, database))

    response = away.get("/session/oidc")

    assert (response.status_code, "đăng nhập bằng mật khẩu" in alert(response)) == (502, True)
    assert away.sign_in().status_code == 303


def test_a_slow_provider_does_not_hold_every_thread_of_the_server(browser, database, monkeypatch):
    a_person(database)
    few = threading.BoundedSemaphore(1)
    monkeypatch.setattr(oidc, "ASKING", few)
    monkeypatch.setattr(oidc, "PATIENCE_SECONDS", 0.01)

    with few:
        assert browser.get("/session/oidc").status_code == 502
    assert browser.get(to_provider(browser)).location == "/"


def test_without_settings_there_is_no_such_page_and_an_issuer_is_an_address(app):
    assert Browser(app).get("/session/oidc").status_code == 404
    assert "/session/oidc" not in Browser(app).get("/session/new").text
    assert read({"CLB_OIDC_ISSUER": "https://id.example/"}).oidc_issuer == "https://id.example"
    with pytest.raises(BadSetting, match="CLB_OIDC_ISSUER"):
        read({"CLB_OIDC_ISSUER": "id.example"})
