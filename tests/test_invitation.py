"""Codes that are good once: by mail through a real mail server, and in a printed letter that scans."""

import io
import re
import subprocess
from datetime import timedelta

import pdfplumber
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from server import create_app
from server.cli import inviting
from server.clock import now
from server.models import Audit, Invitation, User
from server.services import invitation, one_time
from server.services.actor import SYSTEM_ID
from tests.builders_mail import a_mail_server
from tests.builders_web import EMAIL, PASSWORD, Browser, a_person, alert

pytestmark = pytest.mark.database

HERE = "56@2025-07-01"
NEW = "gió đưa cành trúc"
SOMEBODY = {"name": "Lê Thị Mai", "email": "Mai@clb.example", "role": "official", "unit": "56"}


@pytest.fixture
def post(monkeypatch, database):
    """A mail server, and what a worker does about the mails that wait."""
    with a_mail_server() as server:
        monkeypatch.setattr(inviting, "database", lambda: database)
        monkeypatch.setattr(inviting, "settings", lambda: server.config)
        yield server


@pytest.fixture
def mailing(post, database, database_url, tmp_path):
    """The application with mail set up."""
    config = post.config
    return create_app(
        type(config)(**fields_of(config) | {"data": tmp_path, "database_url": database_url}), database
    )


def fields_of(config):
    return {name: getattr(config, name) for name in config.__dataclass_fields__}


def link(message) -> str:
    return re.search(r"https://clb\.example\.vn(/invitation/\w+)", message.get_content())[1]


def test_an_invitation_by_mail_leads_to_a_password_of_ones_own_once(mailing, post, database, units, session):
    a_person(database, "province_admin", [units[HERE]])
    boss, mai = Browser(mailing), Browser(mailing)
    boss.sign_in()
    boss.get("/people/new")

    made = boss.post("/people/new", **SOMEBODY, by="mail").location
    assert boss.post("/people/new", **SOMEBODY, by="mail").location == made  # A double click.
    assert "đang chờ gửi" in boss.get(made).text
    assert [inviting.send_due(now()), inviting.send_due(now())] == [1, 0]

    (message,) = post.messages
    assert (message["To"], message["Subject"]) == ("mai@clb.example", "CLB: mời anh/chị sử dụng hệ thống")
    code = link(message).rpartition("/")[2]
    stored = session.scalars(select(Invitation)).one()
    assert (stored.token_hash, stored.expires_at - stored.created_at) == (
        one_time.hashed(code),
        timedelta(days=7),
    )
    session.rollback()
    assert "Lê Thị Mai" in mai.get(link(message)).text
    assert "ít nhất 10 ký tự" in alert(mai.post(link(message), new="ngắn", again="ngắn"))
    assert mai.post(link(message), new=NEW, again=NEW).location == "/"
    assert "Lê Thị Mai" in mai.get("/").text
    assert Browser(mailing).sign_in("mai@clb.example", NEW).status_code == 303
    second = Browser(mailing).get(link(message))
    assert (second.status_code, "Mã này không dùng được" in alert(second)) == (404, True)
    acts = session.scalars(select(Audit.action).where(Audit.actee_type == "actor").order_by(Audit.id)).all()
    assert acts[-4:] == ["user.create", "user.invite", "user.update", "user.invite.use"]


def test_a_letter_is_one_page_that_scans_and_the_same_page_prints_it_again(app, database, units):
    lan = a_person(database, "official", [units[HERE]])
    a_person(database, "admin", email="boss@clb.example")
    boss, there = Browser(app), Browser(app)
    there.sign_in()
    boss.sign_in("boss@clb.example")
    word = re.search(r'name="word" value="([^"]+)"', boss.get(f"/people/{lan}").text)[1]

    first, again = (boss.post(f"/people/{lan}/letter", word=word).data for _ in range(2))

    with pdfplumber.open(io.BytesIO(first)) as pdf:
        assert len(pdf.pages) == 1
        text = pdf.pages[0].extract_text()
    for said in ("THƯ CẤP LẠI MẬT KHẨU", "Lan", EMAIL, "http://localhost/invitation"):
        assert said in text
    code = re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", text)[0]
    assert code in pdfplumber.open(io.BytesIO(again)).pages[0].extract_text()
    assert scanned(first) == f"http://localhost/invitation/{one_time.plain(code)}"

    visitor = Browser(app)
    visitor.get("/invitation")
    opened = visitor.post("/invitation", code=f" {code.upper().replace('-', ' ')}").location
    visitor.get(opened)
    assert there.get("/").text.count(">Lan</a>") == 1  # A letter that was only printed ends nothing.
    assert visitor.post(opened, new=NEW, again=NEW).status_code == 303
    assert there.get("/password").status_code == 303
    assert "xin tải lại trang" in alert(boss.post(f"/people/{lan}/letter", word=word)).lower()


def scanned(pdf: bytes) -> str:
    png = subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-"], input=pdf, capture_output=True, check=True
    ).stdout
    return zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))[0].text


def test_a_newer_code_time_shutting_out_and_a_new_address_end_a_code(mailing, post, database, units):
    lan = a_person(database, "official", [units[HERE]])
    a_person(database, "admin", email="boss@clb.example")
    boss = Browser(mailing)
    boss.sign_in("boss@clb.example")
    boss.get(f"/people/{lan}")
    for _ in range(2):
        boss.post(f"/people/{lan}/mail")
        inviting.send_due(now())
    older, newer = map(link, post.messages)

    assert [Browser(mailing).get(one).status_code for one in (older, newer)] == [404, 200]
    with database.transaction() as writing:
        writing.execute(update(Invitation).values(expires_at=now()))
    assert Browser(mailing).get(newer).status_code == 404
    for path, fields in (
        ("/disable", {}),
        ("", {"name": "Lan", "email": "lan.moi@clb.example"}),  # The mail went to an address that was wrong.
    ):
        boss.post(f"/people/{lan}/mail")
        inviting.send_due(now())
        code = link(post.messages[-1])
        assert Browser(mailing).get(code).status_code == 200
        boss.post(f"/people/{lan}{path}", **fields)
        boss.post(f"/people/{lan}/enable")
        assert Browser(mailing).get(code).status_code == 404


def test_who_asks_for_a_new_password_is_told_the_same_whether_the_address_is_known(mailing, post, database):
    a_person(database)
    visitor = Browser(mailing)
    answers = []
    for email in (EMAIL, "ai@clb.example", EMAIL):
        visitor.get("/session/forgot")
        answers.append(visitor.post("/session/forgot", email=email).text.replace(email, ""))
        inviting.send_due(now())

    assert len(set(answers)) == 1
    assert [message["To"] for message in post.messages] == [EMAIL]  # Once in a quarter of an hour.
    assert Browser(mailing).sign_in(password=PASSWORD).status_code == 303


def test_whoever_says_that_a_password_is_lost_does_not_end_the_letter_on_its_way(mailing, post, database):
    lan = a_person(database, "official")
    code = one_time.random()
    with database.transaction() as session:
        invitation.by_letter(session, lan, SYSTEM_ID, now(), code)
    stranger = Browser(mailing)
    stranger.get("/session/forgot")
    stranger.post("/session/forgot", email=EMAIL)
    inviting.send_due(now())

    mailed = link(post.messages[0])
    assert [Browser(mailing).get(one).status_code for one in (f"/invitation/{code}", mailed)] == [200, 200]
    whoever = Browser(mailing)
    whoever.get(mailed)
    assert whoever.post(mailed, new=NEW, again=NEW).status_code == 303
    assert Browser(mailing).get(f"/invitation/{code}").status_code == 404


def test_without_mail_or_an_address_of_its_own_the_server_offers_letters_only(app, database):
    a_person(database)
    boss = Browser(app)
    boss.sign_in()

    assert "in ở trang sau" in boss.get("/people/new").text
    made = boss.post(
        "/people/new", name="Mai", email="mai@clb.example", role="national_admin", unit="", by="mail"
    ).location
    assert made.endswith("?done=made")
    assert "Gửi đường dẫn" not in boss.get(made).text
    assert 'name="email"' not in Browser(app).get("/session/forgot").text


def test_faults_stand_at_their_fields_and_what_was_typed_stays(app, database, units, session):
    a_person(database, "province_admin", [units[HERE]])
    boss = Browser(app)
    boss.sign_in()
    boss.get("/people/new")

    wrong = boss.post("/people/new", name="Mai", email="mai", role="admin", unit="12", by="letter")

    assert wrong.status_code == 400
    for field in ("email", "role", "unit"):
        assert re.search(rf'id="{field}_told"><p class="fault">', wrong.text)
    assert 'value="Mai"' in wrong.text
    assert 'value="12"' in wrong.text
    taken = boss.post("/people/new", name="Khác", email=EMAIL, role="official", unit="56")
    assert "Đã có tài khoản" in taken.text
    assert session.scalars(select(User.email)).all() == [EMAIL]
