"""The second factor: set up, asked for, used up, lost and ended."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select

from server import create_app
from server.config import Config, read
from server.models import Audit, RecoveryCode, User
from server.services import one_time, second_factor
from server.services.second_factor import WrongCode
from tests.builders_web import PASSWORD, Browser, a_person, alert

pytestmark = pytest.mark.database

PAGE = "/account/second-factor"
AT = datetime(2026, 12, 1, 2, 0, 10, tzinfo=UTC)
KEY = second_factor.secret("lời")


@pytest.fixture
def lan(database) -> int:
    return a_person(database)


def set_up(browser) -> tuple[pyotp.TOTP, list[str], str]:
    """Turn it on as a person would: the app, the ten codes on paper, the word of the page."""
    page = browser.get(PAGE).text
    app = pyotp.TOTP(re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", ""))
    word = re.search(r'name="word" value="([^"]+)"', page)[1]
    shown = browser.post(PAGE, word=word, code=app.now(), current=PASSWORD)
    return app, re.findall(r"<code>([a-z2-9-]{14})</code>", shown.text), word


def test_from_setting_it_up_to_signing_in_with_it_and_with_a_code_on_paper(app, lan, session):
    here = Browser(app)
    here.sign_in()
    telephone, paper, word = set_up(here)

    assert len(paper) == 10
    again = here.post(PAGE, word=word, code=telephone.now(), current=PASSWORD)  # A double click.
    assert re.findall(r"<code>([a-z2-9-]{14})</code>", again.text) == paper
    stored = session.scalars(select(RecoveryCode.code_hash)).all()
    assert sorted(stored) == sorted(one_time.hashed(one_time.plain(code)) for code in paper)
    taken = session.scalars(select(User.totp_step).where(User.actor_id == lan)).one()
    session.rollback()

    there = Browser(app)
    asked = there.sign_in(next="/checks").location
    assert asked == "/session/code?next=%2Fchecks"
    assert there.get("/checks").status_code == 303  # The password alone opens nothing.
    there.get(asked)
    used_up = there.post("/session/code", code=pyotp.HOTP(telephone.secret).at(taken), next="/checks")
    assert (used_up.status_code, "dùng rồi" in alert(used_up)) == (403, True)
    ahead = pyotp.HOTP(telephone.secret).at(taken + 1)
    assert there.post("/session/code", code=f"{ahead[:3]} {ahead[3:]}", next="/checks").location == "/checks"
    assert there.get("/checks").status_code == 200

    lost = Browser(app)
    lost.get(lost.sign_in().location)
    assert lost.post("/session/code", code=paper[3].upper()).location == PAGE
    assert "Còn 9 trên 10" in lost.get(PAGE).text
    once = Browser(app)
    once.get(once.sign_in().location)
    assert once.post("/session/code", code=paper[3]).status_code == 403


def test_a_code_may_be_half_a_minute_off_and_is_good_once(session, lan):
    codes = pyotp.TOTP(KEY)
    second_factor.turn_on(session, lan, "lời", codes.at(AT - timedelta(seconds=30)), AT)

    second_factor.verify(session, lan, codes.at(AT), AT)
    second_factor.verify(session, lan, codes.at(AT + timedelta(seconds=30)), AT)
    for typed in (
        codes.at(AT),  # Older than the one taken last.
        codes.at(AT + timedelta(seconds=30)),
        codes.at(AT + timedelta(seconds=60)),  # Two steps off.
        "",
    ):
        with pytest.raises(WrongCode):
            second_factor.verify(session, lan, typed, AT)


def test_it_is_not_turned_on_or_off_without_the_password_and_a_code_of_the_app(app, lan):
    here = Browser(app)
    here.sign_in()
    page = here.get(PAGE).text
    word = re.search(r'name="word" value="([^"]+)"', page)[1]
    code = pyotp.TOTP(second_factor.secret(word)).now()

    wrong = here.post(PAGE, word=word, code=code, current="sai")
    assert (wrong.status_code, alert(wrong)) == (403, "Mật khẩu đang dùng không đúng.")
    wrong = here.post(PAGE, word=word, code="000000" if code != "000000" else "1", current=PASSWORD)
    assert wrong.status_code == 403
    assert f'value="{word}"' in wrong.text  # The app has this secret already.
    assert here.post(PAGE, word=word, code=code, current=PASSWORD).status_code == 200
    assert here.post(f"{PAGE}/end", current="sai").status_code == 403
    assert here.post(f"{PAGE}/end", current=PASSWORD).location == f"{PAGE}?done=off"
    assert Browser(app).sign_in().location == "/"


def test_an_administrator_ends_it_for_somebody_who_lost_everything(app, lan, database, session):
    here = Browser(app)
    here.sign_in()
    set_up(here)
    a_person(database, email="boss@clb.example")
    boss = Browser(app)
    boss.sign_in("boss@clb.example")
    boss.get(f"/people/{lan}")

    assert boss.post(f"/people/{lan}/second-factor/end").location == f"/people/{lan}?done=factor-ended"
    assert "The second factor is off" in boss.get(f"/people/{lan}?done=factor-ended&lang=en").text

    assert Browser(app).sign_in().location == "/"
    assert session.scalars(select(RecoveryCode.code_hash)).all() == []
    assert session.scalar(
        select(Audit.action).where(Audit.action.like("user.factor%")).order_by(Audit.id.desc())
    ) == ("user.factor.delete")


def test_a_role_can_be_made_to_have_one(database, database_url, tmp_path, lan):
    roles = read({"CLB_TOTP_ROLES": "admin, national_admin"}).totp_roles
    app = create_app(Config(data=tmp_path, database_url=database_url, totp_roles=roles), database)
    here, other = Browser(app), Browser(app)
    here.sign_in()

    assert here.get("/").location == PAGE
    set_up(here)
    assert here.get("/").status_code == 200
    a_person(database, "reviewer", email="b@clb.example")
    other.sign_in("b@clb.example")
    assert other.get("/").status_code == 200
