"""What tablets do is noted: what they fetched and confirmed, when they were seen and sent, how their clock stands."""

from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from sqlite3 import connect

import pytest
from sqlalchemy import event, select, text
from structlog.testing import capture_logs

from server.clock import now
from server.context import NOTES
from server.models import AppUser, Device, Download
from server.services import tablet
from server.services.tablet import Look, Notes, Thing
from tests.builders import submission

pytestmark = pytest.mark.database

DEVICE = "collect:aB3"
AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
FORM = Thing("form", "visit")


def devices(session) -> list[Device]:
    return list(session.scalars(select(Device).order_by(Device.actor_id, Device.device_id)))


def downloads(session) -> dict[tuple[str, str], Download]:
    return {(one.kind, one.name): one for one in session.scalars(select(Download))}


def etag(response) -> str:
    return response.get_etag()[0]


def later(app, by: timedelta) -> None:
    """Make everything this process noted that much older."""
    for known in app.extensions[NOTES]._known.values():
        known.noted_at -= by
        known.sent_at = known.sent_at and known.sent_at - by


class TestFetching:
    def test_what_was_fetched_is_noted_with_its_hash(self, collect, session):
        before = now()

        collect.get("formList")
        form = collect.get("forms/visit.xml")
        collect.get("forms/place%2F1/manifest")
        file = collect.get("forms/place%2F1/attachments/th%C3%B4n.csv")
        entities = collect.get("forms/register/attachments/clubs.csv")

        found = downloads(session)
        assert {key: one.version for key, one in found.items()} == {
            ("form_list", ""): "",
            ("form", "visit"): etag(form),
            ("manifest", "place/1"): "",
            ("file", "place/1/thôn.csv"): etag(file),
            ("file", "register/clubs.csv"): etag(entities),
        }
        assert all(before <= one.fetched_at <= now() for one in found.values())
        assert {one.device_id for one in found.values()} == {DEVICE}
        (device,) = devices(session)
        assert (device.device_id, device.collect_version) == (DEVICE, "2026.2")
        assert before <= device.first_seen_at <= device.last_seen_at <= now()
        assert device.last_sent_at is None

    def test_a_304_says_that_the_tablet_has_it(self, collect, session):
        form = collect.get("forms/visit.xml")
        session.execute(text("DELETE FROM download"))
        session.commit()
        collect.app.extensions[NOTES] = Notes()

        assert collect.get("forms/visit.xml", If_None_Match=f'"{etag(form)}"').status_code == 304

        assert downloads(session)["form", "visit"].version == etag(form)

    def test_a_decomposed_name_is_the_same_file(self, collect, session):
        assert collect.get("forms/place%2F1/attachments/tho%CC%82n.csv").status_code == 200

        assert ("file", "place/1/thôn.csv") in downloads(session)

    @pytest.mark.parametrize("path", ["forms/none.xml", "forms/visit/attachments/none.jpg"])
    def test_what_is_not_there_is_not_noted_but_the_tablet_is(self, collect, session, path):
        assert collect.get(path).status_code == 404

        assert downloads(session) == {}
        assert len(devices(session)) == 1

    def test_nothing_is_noted_of_a_stranger(self, collect, session):
        stranger = replace(collect, token="wrong")

        assert stranger.get("formList").status_code == 403
        assert stranger.send(submission()).status_code == 403

        assert devices(session) == []

    def test_a_new_version_takes_the_place_of_the_old_at_once(self, collect, session):
        collect.get("forms/visit.xml")
        first = downloads(session)["form", "visit"]
        session.rollback()
        with collect.app.extensions["clb.database"].transaction() as writing:
            writing.execute(text("UPDATE form_version SET md5 = :md5"), {"md5": "f" * 32})

        collect.get("forms/visit.xml")

        session.expire_all()
        second = downloads(session)["form", "visit"]
        assert second.version == "f" * 32
        assert second.fetched_at > first.confirmed_at - timedelta(seconds=1)


class TestSending:
    def test_a_submission_is_noted_in_its_own_transaction(self, collect, session, database, monkeypatch):
        before, others = now(), []
        monkeypatch.setattr(database, "brief_transaction", lambda: others.append(now()))

        collect.send(submission())

        (device,) = devices(session)
        assert before <= device.last_sent_at <= now()
        assert before <= session.get_one(AppUser, collect.actor_id).last_used_at <= now()
        assert others == []

    def test_a_refused_body_is_no_sending(self, collect, session):
        collect.post(b"nothing", "text/plain")

        (device,) = devices(session)
        assert device.last_sent_at is None

    def test_a_lost_transaction_is_noted_with_the_next_submission(
        self, collect, session, database, monkeypatch
    ):
        def fail(*_):
            raise RuntimeError("the disk is full")

        with monkeypatch.context() as broken:
            broken.setattr("server.services.submission.receive", fail)
            assert collect.send(submission()).status_code == 500
        assert devices(session)[0].last_sent_at is None
        session.rollback()

        collect.send(submission())

        session.expire_all()
        assert devices(session)[0].last_sent_at is not None


class TestSparingly:
    """Most requests write nothing."""

    @pytest.fixture
    def writes(self, collect, database):
        """Statements that change something, as they are executed from now on."""
        seen = []

        def listen(_conn, _cursor, statement, *_):
            if statement.startswith(("INSERT INTO device", "INSERT INTO download", "UPDATE app_user")):
                seen.append(statement.split()[2 if statement.startswith("INSERT") else 1])

        for engine in {database.writer, database.brief}:
            event.listen(engine, "before_cursor_execute", listen)
        return seen

    def test_the_same_check_again_writes_nothing(self, collect, writes):
        def check():
            form = collect.get("forms/visit.xml")
            collect.get("formList")
            collect.get("forms/place%2F1/manifest")
            collect.get("forms/visit.xml", If_None_Match=f'"{etag(form)}"')
            collect.head()

        check()
        first = len(writes)
        check()

        assert first > 0
        assert len(writes) == first

    def test_after_half_an_hour_one_transaction_notes_all_that_was_confirmed(
        self, collect, writes, session, database
    ):
        collect.get("formList")
        collect.get("forms/visit.xml")
        collect.get("forms/visit.xml")
        confirmed = downloads(session)["form", "visit"].confirmed_at
        session.rollback()
        later(collect.app, timedelta(minutes=30))
        writes.clear()

        collect.get("formList")
        collect.get("forms/visit.xml")

        assert sorted(writes) == ["app_user", "device", "download"]
        session.expire_all()
        assert downloads(session)["form", "visit"].confirmed_at > confirmed

    def test_twenty_submissions_in_a_row_note_one(self, collect, writes):
        for _ in range(20):
            assert collect.send(submission()).status_code == 201

        assert sorted(writes) == ["app_user", "device"]

    def test_another_version_of_collect_is_news(self, collect, session):
        collect.get("formList")

        collect.headers["User-Agent"] = "org.odk.collect.android/v2026.3.1 Dalvik/2.1.0"
        collect.get("formList")

        assert devices(session)[0].collect_version == "2026.3.1"

    def test_two_processes_agree_in_the_end(self, collect, session):
        mine, other = collect.app.extensions[NOTES], Notes()
        collect.get("forms/visit.xml")
        collect.app.extensions[NOTES] = other
        with collect.app.extensions["clb.database"].transaction() as writing:
            writing.execute(text("UPDATE form_version SET md5 = :md5"), {"md5": "f" * 32})
        collect.get("forms/visit.xml")
        collect.app.extensions[NOTES] = mine
        collect.get("forms/visit.xml")

        assert downloads(session)["form", "visit"].version == "f" * 32

    def test_so_many_tablets_that_memory_would_fill_are_forgotten(self, monkeypatch):
        monkeypatch.setattr("server.services.tablet.note.TABLETS", 10)
        notes = Notes()
        for number in range(25):
            notes.written(notes.due(Look(number, DEVICE, AT)))

        assert len(notes._known) <= 10


class TestBusy:
    def test_a_tablet_is_served_at_once_while_another_writes(self, collect, database, session, monkeypatch):
        if not database.is_sqlite:
            pytest.skip("PostgreSQL has many writers")
        with closing(connect(database.url.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = now()
            assert collect.get("formList").status_code == 200
            assert collect.get("forms/visit.xml").status_code == 200
            assert now() - began < timedelta(seconds=5)
        assert devices(session) == []
        session.rollback()

        collect.app.extensions[NOTES]._paused_until -= timedelta(minutes=1)
        collect.get("forms/visit.xml")

        assert ("form", "visit") in downloads(session)

    def test_a_row_that_another_transaction_holds_is_not_waited_for(self, collect, database):
        if database.is_sqlite:
            pytest.skip("SQLite has no locks on rows")
        collect.get("formList")
        later(collect.app, timedelta(hours=1))
        with ExitStack() as stack:
            holding = stack.enter_context(database.transaction())
            holding.execute(text("SELECT 1 FROM device FOR UPDATE"))
            began = now()
            assert collect.get("formList").status_code == 200
            assert now() - began < timedelta(seconds=5)

    def test_a_table_that_is_broken_spoils_no_answer_and_is_told_in_the_log(self, collect, database):
        with database.transaction() as writing:
            writing.execute(text("ALTER TABLE device RENAME TO lost"))

        with capture_logs() as lines:
            assert collect.get("forms/visit.xml").status_code == 200

        assert "tablet not noted" in [line["event"] for line in lines]


class TestClock:
    @pytest.mark.parametrize(
        ("header", "offset"),
        [
            ("Sun, 22 Nov 2026 08:30:00 GMT", 0),
            ("Sun, 22 Nov 2026 08:42:00 GMT", 720),
            ("Sun, 22 Nov 2026 08:18:30 GMT", -690),
            ("Sat, 21 Nov 2026 08:30:00 GMT", -43_200),  # 20:30 of the day before,
            ("Thu, 22 Nov 2018 08:30:00 GMT", -252_417_600),
            ("Sun, 22 Nov 2026 02:00:00 GMT", 19_800),  # 14:00, not 02:00
            ("Sun, 22 Nov 2026 14:00:00 GMT", 19_800),  # written with 24 hours
            ("CN, 22 thg 11 2026 08:30:00 GMT", None),
            ("Sun, 99 Nov 2026 08:30:00 GMT", None),
            ("", None),
        ],
    )
    def test_the_date_header_is_read_on_a_twelve_hour_clock(self, header, offset):
        assert tablet.offset_s(header, AT) == offset

    @pytest.mark.parametrize(
        ("at", "header"),
        [
            (datetime(2026, 11, 22, 15, 4, 5, tzinfo=UTC), "Sun, 22 Nov 2026 03:04:05 GMT"),
            (datetime(2026, 11, 22, 0, 10, tzinfo=UTC), "Sun, 22 Nov 2026 12:10:00 GMT"),
            (datetime(2026, 11, 22, 12, 10, tzinfo=UTC), "Sun, 22 Nov 2026 12:10:00 GMT"),
        ],
    )
    def test_a_right_clock_is_right_at_any_hour(self, at, header):
        assert tablet.offset_s(header, at) == 0

    def test_it_is_noted_from_requests_without_a_body(self, collect, session):
        ahead = now() + timedelta(minutes=25)
        collect.headers["Date"] = f"{ahead:%a, %d %b %Y %I:%M:%S} GMT"

        collect.head()

        (device,) = devices(session)
        assert 1495 <= device.clock_offset_s <= 1500
        assert device.clock_seen_at is not None

    def test_no_submission_is_refused_or_dated_by_it(self, collect, session):
        collect.headers["Date"] = "Thu, 22 Nov 2018 08:30:00 GMT"

        assert collect.send(submission()).status_code == 201

        (device,) = devices(session)
        assert device.clock_offset_s is None

    def test_a_form_that_ends_after_it_came_shows_a_clock_that_is_ahead(self, collect, session):
        end = (now() + timedelta(hours=12)).isoformat(timespec="milliseconds")

        collect.send(submission({"end": end}))

        (device,) = devices(session)
        assert 43_190 <= device.ahead_s <= 43_200
        assert device.ahead_seen_at is not None

    @pytest.mark.parametrize("end", ["2019-01-01T08:00:00.000+07:00", "", "hôm nay", "2999-01-01T00:00:00"])
    def test_other_ends_show_nothing(self, collect, session, end):
        assert collect.send(submission({"end": end})).status_code == 201

        assert devices(session)[0].ahead_s is None
