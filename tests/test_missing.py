"""What is missing before a cut-off, within a reader's scope, on the page and by mail through a real mail server."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from reports.period import parse
from server import mail
from server.cli import reminding
from server.config import BadSetting, Config, read
from server.models import BoardPosition, Club, ClubUnit, IncomeFundMonth, Meeting, Member, ReminderMail
from server.scope import Scope
from server.services import app_user
from server.services.actor import SYSTEM_ID
from server.services.schedule import coming, missing, reminder, store
from tests.builders import a_club
from tests.builders_mail import a_mail_server
from tests.builders_paper import a_late_month
from tests.builders_web import EMAIL, Browser, a_person
from tests.test_schedule import QUARTERLY

pytestmark = pytest.mark.database

TODAY = date(2021, 4, 5)
AT = datetime(2021, 4, 5, 2, tzinfo=UTC)
EVERYTHING = Scope(None, SYSTEM_ID, TODAY)
QUARTER = parse("2021-Q1")
PHONES = ("0912000111", "0987000222")


@pytest.fixture
def world(database, units):
    """Lợi Hải reported February only, and counted 50,000 đồng too little; An Hải reported nothing and waits for its
    new commune; both were founded in 2020. A quarterly schedule is cut off on 10/04."""
    with database.transaction() as session:
        first = a_club(session, units["22837@2004-01-01"], "CLB Lợi Hải", date(2020, 5, 1))
        second = a_club(session, units["22870@2004-01-01"], "CLB An Hải", date(2020, 5, 1))
        a_late_month(session, first, date(2021, 2, 1), datetime(2021, 3, 2, tzinfo=UTC))
        meeting = session.scalars(select(Meeting)).one()
        session.add(IncomeFundMonth(meeting_id=meeting.id, difference=-50_000))
        session.get_one(ClubUnit, (second.id, second.founding_date)).basis = "split"
        a_chair(session, first)
        app_user.create(session, 1, "Máy Thuận Bắc", [units["582@2004-01-01"]], SYSTEM_ID, phone=PHONES[1])
        store.add(session, EVERYTHING, 1, QUARTERLY, date(2021, 1, 1))
    return units


def a_chair(session, club: Club) -> None:
    member = Member(
        id="0b0e0000-0000-4000-8000-000000000001",
        club_id=club.id,
        submission_id=club.submission_id,
        member_no=1,
        full_name="Nguyễn Thị Lan",
        name_key="nguyen thi lan",
        phone=PHONES[0],
        consent=True,
        joined_on=club.founding_date,
    )
    session.add(member)
    session.flush()
    session.add(
        BoardPosition(club_id=club.id, member_id=member.id, role="chair", valid_from=club.founding_date)
    )


def look(database, scope=EVERYTHING, today=TODAY):
    with database.reading() as session:
        return missing.look(session, scope, 1, QUARTER, today)


def test_months_that_are_over_and_not_reported_are_missing_by_commune(database, world):
    found = look(database)

    assert (found.clubs, found.reports) == (2, 5)
    told = {one.name: (one.above, one.clubs[0].name, one.clubs[0].months) for one in found.communes}
    january, february, march = (date(2021, month, 1) for month in (1, 2, 3))
    assert told == {
        "Xã An Hải": ("Huyện Ninh Phước, Tỉnh Ninh Thuận", "CLB An Hải", (january, february, march)),
        "Xã Lợi Hải": ("Huyện Thuận Bắc, Tỉnh Ninh Thuận", "CLB Lợi Hải", (january, march)),
    }
    silent = found.communes[0].clubs[0]
    assert silent.spans == ((january, march),)
    assert [(one.name, one.month, one.income, one.operating) for one in found.unbalanced] == [
        ("CLB Lợi Hải", february, -50_000, None)
    ]
    assert [name for _, name in found.undecided] == ["CLB An Hải"]


def test_a_month_that_is_not_over_is_not_missing(database, world):
    assert look(database, today=date(2021, 3, 31)).reports == 3
    assert look(database, today=date(2021, 1, 31)).is_nothing is False
    assert look(database, today=date(2021, 1, 31)).reports == 0


def test_a_reader_sees_the_clubs_of_their_own_units_only(database, world):
    found = look(database, Scope(frozenset({world["582@2004-01-01"]}), 99, TODAY))

    assert [one.name for one in found.communes] == ["Xã Lợi Hải"]
    assert (found.clubs, found.undecided) == (1, ())


def test_only_readers_at_commune_level_see_telephones_and_the_chair(database, world):
    def people(unit):
        communes = look(database, Scope(frozenset({world[unit]}), 99, TODAY)).communes
        commune = next(one for one in communes if one.name == "Xã Lợi Hải")
        return commune.clubs[0].chair, commune.enumerators

    chair, tablets = people("22837@2004-01-01")
    assert (chair.name, chair.phone, tablets[0].phone) == ("Nguyễn Thị Lan", *PHONES)
    for above in ("582@2004-01-01", "58@2004-01-01"):
        chair, tablets = people(above)
        assert (chair, tablets[0].name, tablets[0].phone) == (None, "Máy Thuận Bắc", None)


def test_the_next_cut_off_comes_first_and_without_a_schedule_the_last_month_counts(database, world):
    with database.transaction() as session:
        ahead = coming.coming(session, EVERYTHING, 1, TODAY)
        assert [(one.period.text, one.cut_off, one.days_left(TODAY)) for one in ahead] == [
            ("2021-Q1", date(2021, 4, 10), 5)
        ]
        store.edit(session, EVERYTHING, 1, 1, replace(QUARTERLY, is_active=False), TODAY)
        (alone,) = coming.coming(session, EVERYTHING, 1, TODAY)
        assert (alone.period.text, alone.cut_off) == ("2021-03", None)


def test_the_day_of_a_schedule_is_told_to_all_and_its_name_to_its_owner(database, world):
    province = frozenset({world["58@2004-01-01"]})
    editor = a_person(database, "province_editor", province)
    with database.transaction() as session:
        store.add(session, Scope(province, editor, TODAY), 1, replace(QUARTERLY, name="Việc riêng"), TODAY)

        def told(actor_id: int, units=province):
            return [
                (one.cut_off, one.names)
                for one in coming.coming(session, Scope(units, actor_id, TODAY), 1, TODAY)
            ]

        assert told(editor) == [(date(2021, 4, 10), ("Việc riêng",))]
        assert told(99) == [(date(2021, 4, 10), ())]
        assert told(99, None) == [(date(2021, 4, 10), (QUARTERLY.name, "Việc riêng"))]


def test_the_page_and_the_start_page_tell_what_is_missing(app, database, world):
    a_person(database, "province_editor", [world["58@2004-01-01"]])
    browser = Browser(app)
    browser.sign_in()

    page = browser.get("/missing").text
    assert "Chưa có tháng nào" not in page
    assert "Xã An Hải" in page
    assert "chưa được thiết lập thư điện tử" in page
    assert not any(phone in page for phone in PHONES)
    assert 'href="/missing"' in browser.get("/").text
    clubs = re.findall(r'href="(/reports/club/[^"]+)"', page)
    assert clubs
    assert all(re.fullmatch(r"/reports/club/LTH-\d{6}\?period=20[\d.HQ-]+", one) for one in clubs)
    assert re.findall(r'<a href="/\w+" aria-current="(\w+)">([^<]+)', page) == [
        ("true", "Số liệu"),
        ("page", "Còn thiếu"),
    ]
    assert 'aria-label="Các trang của phần này"' not in browser.get("/").text

    assert browser.post("/missing/mail", wanted="1").status_code == 303
    assert "Thôi nhắc tôi" in browser.get("/missing").text
    browser.post("/missing/mail")
    assert "Nhắc tôi qua thư điện tử" in browser.get("/missing").text


@pytest.fixture
def reader(database, world) -> int:
    """An editor of Ninh Thuận who asked to be reminded."""
    actor_id = a_person(database, "province_editor", [world["58@2004-01-01"]])
    with database.transaction() as session:
        reminder.ask(session, actor_id, 1, "vi")
    return actor_id


def test_a_mail_tells_what_is_missing_once_a_day_and_every_third_day(database, reader, monkeypatch):
    with a_mail_server() as server:
        use(monkeypatch, database, server.config)
        sent = [
            reminding.send_due(TODAY + timedelta(days=n), AT + timedelta(days=n))
            for n in (0, 0, 1, 2, 3, 4, 5)
        ]

    assert sent == [1, 0, 0, 0, 1, 1, 1]  # The cut-off is five days on: the last two days remind every day.
    first = server.messages[0]
    assert (first["To"], first["From"]) == (EMAIL, "CLB <clb@so.example.vn>")
    assert first["Subject"] == "CLB: còn thiếu số liệu trước ngày chốt 10/04/2021"
    text = first.get_content()
    assert "Báo cáo quý I/2021, chốt số liệu hết ngày 10/04/2021 (còn 5 ngày):" in text
    assert "- 5 báo cáo tháng của 2 câu lạc bộ chưa gửi" in text
    assert "LTH-000002 CLB An Hải: 01/2021–03/2021" in text
    assert "https://clb.example.vn/missing" in text
    assert not any(private in text for private in (*PHONES, "Nguyễn Thị Lan", "Máy Thuận Bắc"))


def test_a_mail_is_in_the_readers_language_and_about_their_units(database, world, monkeypatch):
    actor_id = a_person(database, "commune_supervisor", [world["22837@2004-01-01"]])
    with database.transaction() as session:
        reminder.ask(session, actor_id, 1, "en")
    with a_mail_server() as server:
        use(monkeypatch, database, server.config)
        assert reminding.send_due(TODAY, AT) == 1

    text = server.messages[0].get_content()
    assert "- 2 monthly reports of 1 clubs have not come" in text
    assert "An Hải" not in text


def test_nobody_is_reminded_by_night_long_before_a_cut_off_or_without_rights(database, reader, monkeypatch):
    with a_mail_server() as server:
        use(monkeypatch, database, server.config)
        assert reminding.send_due(TODAY, datetime(2021, 4, 4, 23, 59, tzinfo=UTC)) == 0  # 06:59 in Vietnam.
        assert reminding.send_due(date(2021, 3, 30), AT) == 0
        use(monkeypatch, database, Config())
        assert reminding.send_due(TODAY, AT) == 0
    assert server.messages == []


def test_a_mail_that_failed_is_kept_and_tried_again(database, reader, monkeypatch):
    with a_mail_server() as server:
        gone = server.config
    use(monkeypatch, database, gone)
    assert reminding.send_due(TODAY, AT) == 0
    with database.reading() as session:
        kept = session.get_one(ReminderMail, (reader, TODAY))
        assert (kept.state, kept.attempts, kept.problem) == ("failed", 1, "ConnectionRefusedError")

    with a_mail_server() as server:
        use(monkeypatch, database, server.config)
        assert reminding.send_due(TODAY, AT + timedelta(minutes=14)) == 0
        assert reminding.send_due(TODAY, AT + timedelta(minutes=15)) == 1
    with database.reading() as session:
        kept = session.get_one(ReminderMail, (reader, TODAY))
        assert (kept.state, kept.attempts, kept.problem) == ("sent", 2, "")


def test_a_mail_that_the_server_refuses_fails_with_its_code(tmp_path):
    with a_mail_server(refuses=True) as server, pytest.raises(mail.MailFailed, match="550"):
        mail.send(server.config, EMAIL, "Chủ đề", "Nội dung", "vi")


def test_a_password_is_never_sent_over_an_open_line(monkeypatch):
    with a_mail_server() as server:
        config = replace(server.config, smtp_url=server.config.smtp_url.replace("//", "//clb:secret@"))
        monkeypatch.setattr(mail, "LOCAL", ())
        with pytest.raises(mail.MailFailed, match="no TLS"):
            mail.send(config, EMAIL, "Chủ đề", "Nội dung", "vi")


def test_an_address_of_a_mail_server_that_is_none_is_refused():
    with pytest.raises(BadSetting, match="CLB_SMTP_URL"):
        read({"CLB_SMTP_URL": "mail.example.vn"})


def use(monkeypatch, database, config):
    monkeypatch.setattr(reminding, "database", lambda: database)
    monkeypatch.setattr(reminding, "settings", lambda: config)
