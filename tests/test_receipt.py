"""The receipt of a tablet: what it has, what came from it, what is to be sent again; and the list of all tablets."""

import csv
import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update

from server.cli import main, shell
from server.context import DATABASE
from server.models import (
    Club,
    Device,
    EntityBacklog,
    EntityList,
    Form,
    Meeting,
    Project,
    Quarantine,
    Submission,
    UnitLink,
)
from server.scope import Scope
from server.services import app_user, receipt
from server.services.actor import SYSTEM_ID
from server.services.receipt.problem import ADVICE, PROBLEMS, is_old_collect, is_shared
from tests.builders import VISIT, Collect, a_club, new_instance_id, publish, submission
from tests.builders_web import Browser, a_person

pytestmark = pytest.mark.database

NOW = datetime(2020, 6, 20, 3, tzinfo=UTC)
MAY, JUNE = date(2020, 5, 1), date(2020, 6, 1)
ALL = Scope(None, 1, date(2020, 6, 20))


def report(session, club: Club, month: date) -> None:
    """A club's monthly report."""
    form_id = session.scalars(select(Form.id).limit(1)).one()
    sent = Submission(
        form_id=form_id, instance_id=new_instance_id(), received_at=NOW, projection_state="done"
    )
    session.add(sent)
    session.flush()
    session.add(
        Meeting(
            id=sent.id,
            submission_id=sent.id,
            club_id=club.id,
            report_month=month,
            received_at=NOW,
            held=True,
        )
    )
    session.flush()


def told(session, collect: Collect, scope: Scope = ALL, at: datetime = NOW) -> receipt.Receipt:
    session.expire_all()
    try:
        return receipt.receipt(session, scope, 1, collect.actor_id, at)
    finally:
        session.rollback()  # It would keep the tablet's next request waiting.


def lack(of: receipt.Receipt, code: str):
    (found,) = [one for one in of.lacks if one.code == code]
    return found


def test_a_tablet_that_owes_nothing_has_a_clean_receipt(collect, session):
    collect.get("forms/visit.xml")
    collect.send(submission())

    got = told(session, collect, at=datetime.now(UTC))

    assert (got.lacks, got.is_complete, got.total) == ([], True, 1)
    assert [(one.counts, one.month.day) for one in got.sent] == [({"Thăm hộ": 1}, 1)]
    assert got.tablet.last_sent_at is not None


def test_a_tablet_never_seen_says_so_and_is_not_called_complete_on_the_page(collect, session):
    assert [one.code for one in told(session, collect).lacks] == ["never"]


class TestExpected:
    """Which clubs had to report: from the month after the founding to the month before the end."""

    @pytest.mark.parametrize(
        ("founded", "status", "closed_on", "is_expected"),
        [
            (date(2019, 1, 1), "active", None, True),
            (date(2020, 4, 30), "active", None, True),
            (date(2020, 5, 1), "active", None, False),
            (date(2020, 6, 10), "active", None, False),
            (date(2019, 1, 1), "closed", date(2020, 5, 31), False),
            (date(2019, 1, 1), "closed", date(2020, 6, 1), True),
            (date(2019, 1, 1), "closed", None, False),
            (date(2019, 1, 1), "rejected", None, False),
        ],
    )
    def test_a_club_is_expected(
        self, collect, database, session, units, founded, status, closed_on, is_expected
    ):
        with database.transaction() as writing:
            club = a_club(writing, units["22837@2004-01-01"], "CLB Lợi Hải", founded)
            club.status, club.closed_on = status, closed_on

        got = told(session, collect)

        assert (got.month, got.tablet.clubs) == (MAY, int(is_expected))
        assert [one.items for one in got.lacks if one.code == "missing"] == (
            [((f"{club.code} CLB Lợi Hải",) * 2,)] if is_expected else []
        )

    def test_a_report_that_is_here_is_not_missing(self, collect, database, session, units):
        with database.transaction() as writing:
            here = a_club(writing, units["22837@2004-01-01"], "CLB Lợi Hải")
            a_club(writing, units["22837@2004-01-01"], "CLB Kiền Kiền")
            a_club(writing, units["22870@2004-01-01"], "CLB An Hải")
            report(writing, here, MAY)
            report(writing, here, JUNE)

        got = told(session, collect)

        assert (got.reported, got.tablet.clubs, got.tablet.missing, got.this_month) == (1, 2, 1, 1)
        assert lack(got, "missing").sentence[0] == "1/2 CLB chưa có báo cáo tháng 05/2020"
        assert not got.is_complete

    def test_the_month_that_is_due_is_vietnams(self, collect, session):
        assert told(session, collect, at=datetime(2020, 5, 31, 18, tzinfo=UTC)).month == MAY
        assert told(session, collect, at=datetime(2020, 5, 31, 16, tzinfo=UTC)).month == date(2020, 4, 1)


class TestOwed:
    def test_files_that_have_not_come_are_named_with_their_form(self, collect, session):
        collect.send(submission({"photo": "1.jpg", "voice": "2.m4a"}), [("1.jpg", b"x")])

        got = told(session, collect)

        assert got.tablet.files == 1
        (item,) = lack(got, "files").items
        assert item[0].startswith("Thăm hộ · ")
        assert item[0].endswith(": 2.m4a")
        assert lack(got, "files").is_to_send

    def test_nothing_is_owed_once_they_came(self, collect, session):
        xml = submission({"photo": "1.jpg"})
        collect.send(xml)
        collect.send(xml, [("1.jpg", b"x")])

        assert told(session, collect).tablet.files == 0

    def test_an_edit_that_waits_for_its_original_is_to_be_sent(self, collect, session):
        original = new_instance_id()
        collect.send(submission(deprecated_id=original))

        got = told(session, collect)

        assert (got.tablet.waiting, got.tablet.held) == (1, 0)
        assert lack(got, "waiting").items[0][0].endswith("Bản sửa đến trước bản gốc")

        collect.send(submission(instance_id=original))
        assert told(session, collect).tablet.waiting == 0

    def test_a_change_of_an_entity_that_waits_for_another_is_too(self, collect, database, session):
        collect.send(submission())
        with database.transaction() as writing:
            writing.add(
                EntityBacklog(
                    entity_id="00000000-0000-4000-8000-000000000001",
                    entity_list_id=writing.scalars(select(EntityList.id)).first(),
                    branch_base_version=2,
                    submission_id=writing.scalars(select(Submission.id)).one(),
                    held_at=NOW,
                )
            )

        assert told(session, collect).tablet.waiting == 1

    def test_what_is_held_aside_is_the_offices_and_not_to_be_sent(self, collect, session):
        collect.send(submission(xml_form_id="later"))

        got = told(session, collect)

        assert (got.tablet.held, lack(got, "held").is_to_send, got.is_complete) == (1, False, True)
        vi, en = lack(got, "held").items[0]
        assert vi.startswith("later · ")
        assert vi.endswith("Máy chủ chưa có biểu mẫu này")
        assert en.endswith("The server has no such form")

    @pytest.mark.parametrize("column", ["released_at", "dismissed_at"])
    def test_what_somebody_decided_on_is_held_no_more(self, collect, database, session, column):
        collect.send(submission(xml_form_id="later"))
        with database.transaction() as writing:
            writing.execute(update(Quarantine).values({column: NOW}))

        assert told(session, collect).tablet.held == 0


class TestFetched:
    def states(self, session, collect) -> dict[str, bool | None]:
        ((_, things),) = told(session, collect).fetched
        return {thing.name or thing.form: thing.is_current for thing in things}

    def test_each_form_file_and_list_is_current_old_or_not_seen(self, collect, session):
        collect.get("forms/visit.xml")
        collect.get("forms/place%2F1/attachments/th%C3%B4n.csv")
        collect.get("forms/register/attachments/clubs.csv")

        assert self.states(session, collect) == {
            "Thăm hộ": True,
            "Địa bàn": None,
            "thôn.csv": True,
            "Ghi tên": None,
            "clubs.csv": True,
        }

    def test_a_form_published_anew_makes_the_old_one_a_problem(self, collect, database, blobs, session):
        collect.get("forms/visit.xml")
        with database.transaction() as writing:
            publish(writing, blobs, VISIT.replace("v1", "v2").replace("Ghi chú", "Ghi chép"))

        got = told(session, collect)

        assert lack(got, "old_form").items == (("Thăm hộ", "Thăm hộ"),)
        ((_, things),) = got.fetched
        assert [(one.version, one.is_current) for one in things if one.form == "Thăm hộ"] == [("v1", False)]

        collect.get("forms/visit.xml")
        assert told(session, collect).tablet.old_forms == ()

    def test_a_list_with_a_new_row_is_not_current_any_more(self, collect, session):
        collect.get("forms/register/attachments/clubs.csv")
        collect.send(
            submission(
                {"name_of_club": "CLB Mới"},
                xml_form_id="register",
                version="1",
                body='<meta><entity dataset="clubs" id="5a1d2b6e-0c3f-4d2a-9a55-111111111111" create="1">'
                "<label>CLB Mới</label></entity></meta>",
            )
        )
        session.execute(text("UPDATE entity_list_part SET content = content + 1"))
        session.execute(text('UPDATE entity_list SET properties = \'["title", "x"]\''))
        session.commit()

        assert self.states(session, collect)["clubs.csv"] is False
        assert [one.code for one in told(session, collect, at=datetime.now(UTC)).lacks] == []

    def test_only_forms_that_were_assigned_are_told_of(self, app, database, forms_published, units, session):
        with database.transaction() as writing:
            form_id = writing.scalars(select(Form.id).where(Form.xml_form_id == "visit")).one()
            made = app_user.create(writing, 1, "Máy một biểu mẫu", [], SYSTEM_ID, form_ids=[form_id])
        tablet = Collect(app, made.token, made.actor_id)
        tablet.get("formList")

        assert list(self.states(session, tablet)) == ["Thăm hộ"]
        assert told(session, tablet).tablet.forms == ("Thăm hộ",)


class TestDevices:
    def device(self, number: int, first: int, last: int, **rest) -> receipt.model.DeviceSeen:
        """Seen from so many days ago to so many days ago."""
        days = [NOW - timedelta(days=one) for one in (first, last)]
        known = {"collect_version": "2026.1", "last_sent_at": None, "clock_offset_s": 0, "ahead_s": None}
        return receipt.model.DeviceSeen(
            device_id=f"collect:{number}",
            first_seen_at=days[0],
            last_seen_at=days[1],
            **{**known, "others": (), "others_outside": 0, **rest},
        )

    @pytest.mark.parametrize(
        ("spans", "shared"),
        [
            ([(20, 0)], False),
            ([(5, 0), (20, 1)], True),
            ([(5, 0), (20, 6)], False),  # a new tablet, or Collect installed anew
            ([(50, 0), (60, 40)], False),  # long ago
        ],
    )
    def test_one_key_on_several_devices_by_turns_is_shared(self, spans, shared):
        devices = [self.device(number, *span) for number, span in enumerate(spans)]

        assert is_shared(devices, NOW) is shared

    @pytest.mark.parametrize(
        ("version", "old"),
        [
            ("2024.3.4", True),
            ("2025.1", True),
            ("2025.2.0-beta.1", False),
            ("2026.1.2", False),
            ("1.30.1", True),
            ("dev", False),
            (None, False),
        ],
    )
    def test_an_old_collect_is_told_by_its_version(self, version, old):
        assert is_old_collect(version) is old

    @pytest.mark.parametrize(
        ("how", "codes"),
        [
            ({"clock_offset_s": 600}, []),
            ({"clock_offset_s": -601}, ["clock"]),
            ({"clock_offset_s": 0, "ahead_s": 43_200}, ["clock"]),
            ({"clock_offset_s": None}, []),
            ({"collect_version": "2023.1"}, ["old_collect"]),
            ({"others": ("Máy khác",)}, ["shared_device"]),
            ({"others_outside": 1}, ["shared_device"]),
            ({"last": 36}, ["silent"]),
        ],
    )
    def test_what_is_wrong_with_a_device(self, how, codes):
        rest = {name: value for name, value in how.items() if name != "last"}

        assert receipt.problem.of_devices([self.device(1, 90, how.get("last", 0), **rest)], NOW) == codes

    def test_two_keys_on_one_device_name_each_other(self, app, collect, units, session):
        other = Collect.enrol(app, [units["582@2004-01-01"]])
        for tablet in (collect, other, collect):
            tablet.get("formList")
        session.execute(text("UPDATE device SET first_seen_at = '2020-01-01 00:00:00'"))
        session.commit()

        assert told(session, collect).tablet.devices[0].others == ("Máy thử",)

    @pytest.mark.parametrize("elsewhere", ["unit", "project"])
    def test_a_key_of_another_unit_or_project_on_the_device_is_counted_not_named(
        self, app, collect, units, session, elsewhere
    ):
        with app.extensions[DATABASE].transaction() as writing:
            writing.add(Project(id=2, name="Dự án khác", created_at=NOW))
            writing.flush()
            place = (1, "585@2004-01-01") if elsewhere == "unit" else (2, "582@2004-01-01")
            made = app_user.create(writing, place[0], "Người nơi khác", [units[place[1]]], SYSTEM_ID)
        other = Collect(app, made.token, made.actor_id, place[0])
        for tablet in (collect, other, collect):
            tablet.get("formList")
        session.execute(text("UPDATE device SET first_seen_at = '2020-01-01 00:00:00'"))
        session.commit()

        scope = Scope(frozenset({units["582@2004-01-01"]}), 1, ALL.day)
        seen = told(session, collect, scope)

        assert (seen.tablet.devices[0].others, seen.tablet.devices[0].others_outside) == ((), 1)
        assert lack(seen, "shared_device").items == (
            ("mã của đơn vị hoặc dự án khác: 1", "keys of other units or projects: 1"),
        )

    def test_a_sign_of_a_fast_clock_is_forgotten_after_a_month(self, collect, database, session):
        collect.get("formList")
        with database.transaction() as writing:
            values = {"ahead_s": 7200, "ahead_seen_at": NOW, "last_seen_at": NOW}
            writing.execute(update(Device).values(values))

        assert "clock" in told(session, collect).tablet.problems
        assert "clock" not in told(session, collect, at=NOW + timedelta(days=31)).tablet.problems


class TestWho:
    """A supervisor sees the tablets of their units and no others."""

    def visible(self, session, units, *keys) -> bool:
        scope = Scope(frozenset(units[key] for key in keys), 1, ALL.day)
        return bool(receipt.tablets(session, scope, 1, NOW))

    @pytest.mark.parametrize(
        ("bound_to", "seen"),
        [
            (["582@2004-01-01"], True),
            (["58@2004-01-01"], True),
            (["VN@2004-01-01"], True),
            (["22837@2004-01-01"], False),  # below: the tablet has other communes too
            (["585@2004-01-01"], False),
            (["12@2004-01-01"], False),
            ([], False),
        ],
    )
    def test_a_tablet_is_seen_from_its_unit_and_from_above(self, collect, units, session, bound_to, seen):
        assert self.visible(session, units, *bound_to) is seen

    def test_a_tablet_with_a_unit_elsewhere_is_for_those_above_both(
        self, app, forms_published, units, session
    ):
        Collect.enrol(app, [units["582@2004-01-01"], units["12@2004-01-01"]])

        assert not self.visible(session, units, "58@2004-01-01")
        assert self.visible(session, units, "VN@2004-01-01")

    def test_a_tablet_bound_to_no_unit_is_for_those_who_see_all(self, app, forms_published, units, session):
        Collect.enrol(app, [])

        assert not self.visible(session, units, "VN@2004-01-01")
        assert len(receipt.tablets(session, ALL, 1, NOW)) == 1

    def test_a_tablet_of_before_the_reform_is_seen_where_its_commune_went(
        self, app, database, units, session
    ):
        Collect.enrol(app, [units["22837@2004-01-01"]])
        with database.transaction() as writing:
            old, new = units["22837@2004-01-01"], units["22837@2025-07-01"]
            writing.add(UnitLink(old_id=old, new_id=new, is_partial=False))

        assert self.visible(session, units, "22837@2025-07-01")
        assert self.visible(session, units, "56@2025-07-01")
        assert not self.visible(session, units, "12@2004-01-01")

    def test_a_revoked_key_is_listed_while_it_may_still_send(self, collect, database, session):
        with database.transaction() as writing:
            app_user.revoke(writing, collect.actor_id, SYSTEM_ID)
            writing.execute(text("UPDATE app_user SET send_until = '2020-07-01 00:00:00+00'"))

        assert len(receipt.tablets(session, ALL, 1, NOW)) == 1
        assert receipt.tablets(session, ALL, 1, NOW + timedelta(days=12)) == []
        assert told(session, collect).tablet.revoked_at is not None


def test_who_may_still_hold_something_comes_first(app, forms_published, units, session):
    clean, silent, owing = (Collect.enrol(app, [units["582@2004-01-01"]]) for _ in range(3))
    clean.get("formList")
    owing.send(submission({"photo": "1.jpg"}))

    listed = receipt.tablets(session, ALL, 1, datetime.now(UTC))

    assert [one.actor_id for one in listed] == [owing.actor_id, silent.actor_id, clean.actor_id]
    counted = receipt.count_problems(listed)
    assert (counted["files"], counted["never"]) == (1, 1)


def test_every_problem_says_what_to_do_in_both_languages():
    assert set(ADVICE) == set(PROBLEMS)
    assert all(vi and en and vi != en for vi, en in (*PROBLEMS.values(), *ADVICE.values()))


class TestPages:
    @pytest.fixture
    def browser(self, app) -> Browser:
        return Browser(app)

    @pytest.fixture
    def supervisor(self, browser, database, units) -> Browser:
        a_person(database, "commune_supervisor", [units["582@2004-01-01"]])
        browser.sign_in()
        return browser

    def test_a_supervisor_is_led_from_the_list_to_the_receipt(self, supervisor, collect):
        collect.send(submission({"photo": "1.jpg"}))

        page = supervisor.get("/tablets").text
        assert f'href="/tablets/{collect.actor_id}">Máy thử</a>' in page
        assert "Thiếu ảnh, tệp" in words(page)
        assert 'href="/tablets" aria-current="page"' in page

        one = words(supervisor.get(f"/tablets/{collect.actor_id}").text)
        assert "Cần gửi lại: 1 ảnh hoặc tệp của phiếu chưa đến." in one
        assert "vào “Gửi biểu mẫu đã hoàn thành”" in one
        assert "Thăm hộ" in one

    def test_the_verdict_of_a_tablet_that_owes_nothing(self, supervisor, collect):
        collect.get("formList")

        page = words(supervisor.get(f"/tablets/{collect.actor_id}").text)

        assert "Đã nhận đủ." in page
        assert "Cần gửi lại" not in page

    def test_a_tablet_that_never_connected_is_not_called_complete(self, supervisor, collect):
        page = words(supervisor.get(f"/tablets/{collect.actor_id}").text)

        assert "Chưa kết nối lần nào." in page
        assert "Đã nhận đủ" not in page

    def test_it_speaks_english_too(self, supervisor, collect):
        collect.send(submission({"photo": "1.jpg"}))

        page = words(supervisor.get(f"/tablets/{collect.actor_id}?lang=en").text)

        assert "To be sent again: 1 files of forms have not come." in page
        assert "On the tablet: go online" in page

    def test_the_list_is_filtered_by_unit_and_problem(self, browser, app, database, collect, units):
        a_person(database)
        browser.sign_in()
        other = Collect.enrol(app, [units["12@2004-01-01"]])
        other.send(submission({"photo": "1.jpg"}))

        def listed(query: str) -> list[str]:
            return re.findall(r'href="/tablets/(\d+)"', browser.get(f"/tablets?{query}").text)

        mine, theirs = str(collect.actor_id), str(other.actor_id)
        assert listed("") == [theirs, mine]
        assert listed(f"unit={units['12@2004-01-01']}") == [theirs]
        assert listed(f"unit={units['58@2004-01-01']}") == [mine]
        assert listed("problem=files") == [theirs]
        assert listed("problem=clock") == []
        assert "Không có máy nào như vậy." in browser.get("/tablets?problem=clock").text

    def test_a_supervisor_elsewhere_sees_neither_list_nor_receipt(self, browser, database, units, collect):
        a_person(database, "commune_supervisor", [units["12@2004-01-01"]])
        browser.sign_in()

        assert "Chưa có máy nào" in browser.get("/tablets").text
        assert browser.get(f"/tablets/{collect.actor_id}").status_code == 404

    @pytest.mark.parametrize("role", ["official", "reviewer"])
    def test_who_may_not_see_tablets_is_refused(self, browser, database, units, collect, role):
        a_person(database, role, [units["582@2004-01-01"]])
        browser.sign_in()

        assert browser.get("/tablets").status_code == 403
        assert browser.get(f"/tablets/{collect.actor_id}").status_code == 403
        assert 'href="/tablets"' not in browser.get("/").text

    def test_a_name_is_not_taken_for_html(self, supervisor, app, collect, database):
        with database.transaction() as writing:
            writing.execute(text("UPDATE actor SET display_name = '<b>Lan</b>' WHERE type = 'field_key'"))
        collect.get("formList")

        assert "<b>Lan" not in supervisor.get("/tablets").text
        assert "<b>Lan" not in supervisor.get(f"/tablets/{collect.actor_id}").text


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split()).replace(" .", ".").replace(" ;", ";")


class TestCommand:
    """clb app-user receipt."""

    @pytest.fixture
    def clb(self, database_url, tmp_path, monkeypatch):
        """The command in this process, on this test's database: status and what it printed."""
        monkeypatch.setenv("CLB_DATA", str(tmp_path))
        monkeypatch.setenv("CLB_DATABASE_URL", database_url)
        for kept in (shell.settings, shell.database, shell.blobs):
            kept.cache_clear()

        def run(*args: str) -> tuple[int, str]:
            result = CliRunner().invoke(main, ["app-user", "receipt", *args])
            return result.exit_code, result.output

        yield run
        shell.database().close()
        for kept in (shell.settings, shell.database, shell.blobs):
            kept.cache_clear()

    def test_it_says_what_is_to_be_sent_again(self, clb, collect):
        collect.send(submission({"photo": "1.jpg"}))

        status, text = clb(str(collect.actor_id))

        assert status == 0
        assert "Cần gửi lại: 1 ảnh hoặc tệp của phiếu chưa đến. | To be sent again: 1 files" in text
        assert "Thăm hộ 1" in text

    def test_it_lists_those_with_problems_as_text_csv_and_json(self, clb, app, collect, units):
        clean = Collect.enrol(app, [units["582@2004-01-01"]])
        app.test_client().get(f"{clean.base}/formList?deviceID=other", headers=clean.headers)
        collect.send(submission({"photo": "1.jpg"}))

        assert [line.split("\t")[0] for line in clb("--all")[1].splitlines()] == [
            str(collect.actor_id),
            str(clean.actor_id),
        ]
        (only,) = json.loads(clb("--all", "--problems", "--json")[1])
        assert (only["actor_id"], only["files"], only["problems"]) == (collect.actor_id, 1, ["files"])
        head, row = csv.reader(clb("--all", "--problems", "--csv")[1].lstrip("\ufeff").splitlines())
        assert dict(zip(head, row, strict=True))["units"] == "Huyện Thuận Bắc"
        assert json.loads(clb(str(collect.actor_id), "--json")[1])["tablet"]["name"] == "Máy thử"

    @pytest.mark.parametrize("args", [(), ("7", "--all")])
    def test_it_asks_for_one_tablet_or_all(self, clb, args):
        status, text = clb(*args)

        assert (status, "--all" in text) == (1, True)

    def test_a_number_that_no_tablet_has_is_said(self, clb):
        status, text = clb("999")

        assert status == 1
        assert "999" in text
