"""What somebody may type, or a tablet may send, to spoil a report for others: each attempt, and what comes of it."""

import io
import stat
from dataclasses import replace
from datetime import date
from decimal import Decimal
from threading import Event, Thread
from time import sleep

import pytest
from PIL import Image

from reports import fonts, render, workbook
from reports.settings import SettingsError, rule_of
from server.models import ReportSchedule
from server.services import issuing
from server.services.report import photo, text
from server.services.schedule import run
from server.web.turn import TooManyAtOnce, Turns, turns
from tests.builders import a_club
from tests.builders_paper import NOW, TODAY
from tests.builders_report import province_report
from tests.builders_web import alert
from tests.spreadsheet import read
from tests.test_cli import clb  # noqa: F401 - a fixture
from tests.test_web_paper import SIGNING, WANTED, browser, drafted  # noqa: F401 - a fixture

HUGE, ENDLESS = "9" * 30, "9" * 5000
OFFICE = {
    "kind": "so",
    "valid_from": "2019-01-01",
    "parent": "UBND {province}",
    "name": "Sở",
    "symbol": "BC-SYT",
    "signer": "GIÁM ĐỐC",
    "recipients": "Lưu: VT",
}


@pytest.mark.parametrize("rule", ["1e999999999..", "..1e-999999999", "1e12", "..-1e12", "0.00001"])
def test_a_rule_of_a_billion_digits_is_no_rule(rule):
    with pytest.raises(SettingsError):
        rule_of(f"women={rule}")


def test_a_rule_in_money_or_with_decimals_is_one():
    assert rule_of("women=66.6667..1e9") == ("women", (Decimal("66.6667"), Decimal(10**9)))


@pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"])
def test_a_sign_that_no_font_can_show_is_printed_as_a_space(sign):
    assert fonts.find().legible(f"CLB{sign}Lợi Hải\n") == "CLB Lợi Hải\n"


@pytest.mark.parametrize("sign", ["\u202e", "\u202a", "\u2066", "\u2069", "\u200f", "\u061c"])
def test_no_name_turns_the_direction_of_a_page_a_print_or_a_workbook(sign):
    given = province_report()
    named = replace(given.clubs[0], name=f"CLB {sign}Lợi Hải", chair=f"An{sign}")
    made = replace(given, clubs=(named, *given.clubs[1:]))

    html = render.html(made, date(2021, 2, 5), "vi")
    book = read(workbook.province(made, date(2021, 2, 5))).formulas
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]

    assert sign not in html
    assert "CLB Lợi Hải" in html
    assert not any(sign in cell for cell in cells)
    assert "CLB Lợi Hải" in cells


def test_a_text_keeps_its_lines_and_loses_what_no_page_shows():
    assert text._clean("một\x0bhai\x01\u2028\r\n\tba\x7f\n") == "một hai\n\tba"


def test_an_office_keeps_nothing_that_word_cannot_hold():
    body = issuing.read(OFFICE | {"name": "Sở\x0bY\ufffetế", "recipients": "Như\x01trên\nLưu: VT"})

    assert (body.name, body.recipients) == ("Sở Y tế", ("Như trên", "Lưu: VT"))


@pytest.mark.parametrize("lines", ["Như trên\n" * 30 + "Lưu: VT", "Lưu: " + "x" * 200])
def test_recipients_end(lines):
    with pytest.raises(issuing.BodyRefused) as refused:
        issuing.read(OFFICE | {"recipients": lines})

    assert "30" in refused.value.faults["recipients"][0]


HEAVY = (
    "/reports/province/58?period=2020",
    "/reports/province/58.pdf?period=2020",
    "/reports/province/58.xlsx?period=2020",
    "/reports/province/58/figure/A01?period=2020",
    "/reports/province/58/figure/A01/club/LTH-000001?period=2020",
    "/reports/summary/58?period=2020",
    "/reports/summary/58.pdf?period=2020",
    "/reports/commune/22837?period=2020",
    "/reports/commune/22837.pdf?period=2020",
    "/reports/commune/22837.xlsx?period=2020",
    "/reports/commune/22837/clubs.pdf?period=2020",
    "/reports/club/LTH-000001?period=2020",
    "/reports/club/LTH-000001.pdf?period=2020",
    "/reports/club/LTH-000001/photo.jpg?period=2020",
    "/reports/nation?period=2020",
    "/reports/nation/figure/A01?period=2020",
    "/reports/nation.pdf?period=2020",
    "/reports/nation.xlsx?period=2020",
    "/reports/1/changes",
)


@pytest.mark.database
class TestPages:
    @pytest.mark.parametrize(
        ("address", "status"),
        [
            (f"/reports?year={HUGE}", 200),
            (f"/reports/province/58?period=2020&older_age={ENDLESS}", 400),
            ("/reports/province/58?period=2020&rule=women=1e999999..", 400),
            ("/reports/province/58?period=2020&geography_as_of=0001-01-01", 400),
            ("/reports/commune/22837?period=2020&geography_as_of=9999-12-31", 400),
            (f"/issuing-bodies/new?like={HUGE}", 200),
        ],
    )
    def test_a_number_or_day_without_end_is_told_or_left_out(self, browser, address, status):  # noqa: F811
        assert browser.get(address).status_code == status

    def test_a_form_with_numbers_or_days_without_end_is_refused_in_words(self, browser):  # noqa: F811
        address = drafted(browser)

        assert browser.post(f"{address}/check", revision=HUGE).status_code == 409
        assert browser.post(f"{address}/refresh", revision="1", cut_off="0001-01-01").status_code == 400
        assert browser.post("/reports", **WANTED | {"cut_off": "0001-01-01"}).status_code == 400
        assert browser.post("/reports", **WANTED | {"rule": "women=1e99999.."}).status_code == 400
        assert browser.post("/issuing-bodies/new", **OFFICE | {"unit_id": ENDLESS}).status_code == 400
        assert browser.post(f"{address}/issue", **SIGNING | {"number": ENDLESS}).status_code == 400

    def test_a_clubs_name_with_a_line_separator_spoils_no_report(self, browser, database, units):  # noqa: F811
        with database.transaction() as session:
            a_club(session, units["22837@2004-01-01"], "CLB\u2028Suối\x85Vang\x7f", date(2018, 6, 1))
        address = drafted(browser)

        assert browser.get(f"{address}.pdf").data.startswith(b"%PDF")
        assert browser.get("/reports/province/58.docx?period=2020").status_code == 200

    def test_a_job_is_run_again_by_its_own_schedule_only(self, browser, database):  # noqa: F811
        with database.transaction() as session:
            one, other = (a_schedule(session, name) for name in ("một", "hai"))
            scope = run.owner_scope(session, 1, 1, TODAY)
            job = run.now(session, scope, one, TODAY, NOW)
        browser.get("/schedules")

        refused = browser.post(f"/schedules/{other.id}/again/{job.id}")

        assert (refused.status_code, alert(refused)) == (404, f"Không có việc số {job.id} của anh/chị.")
        assert browser.post(f"/schedules/{one.id}/again/{job.id}").status_code == 303

    def test_heavy_pages_wait_in_one_line_that_ends_and_light_ones_never_do(self, browser):  # noqa: F811
        address = drafted(browser)
        while turns._inside.acquire(blocking=False):
            pass
        try:
            asked = {path: browser.get(path) for path in HEAVY}
            begun = browser.post("/reports", **WANTED | {"period": "2019"})
            light = [browser.get(path).status_code for path in ("/", "/reports", "/reports/nation", address)]
        finally:
            turns._inside.release(turns._inside._initial_value)

        assert {path: answer.status_code for path, answer in asked.items()} == dict.fromkeys(HEAVY, 503)
        assert {answer.headers["Retry-After"] for answer in (*asked.values(), begun)} == {"120"}
        assert "Xin thử lại sau ít phút" in alert(asked[HEAVY[0]])
        assert light == [200] * 4
        assert browser.get(HEAVY[0]).status_code == 200


def test_who_asks_for_a_report_beyond_those_that_may_wait_is_sent_away():
    turns, begun = Turns(1, 1), Event()

    def wait() -> None:
        begun.set()
        with turns:
            pass

    with turns:
        waiting = Thread(target=wait)
        waiting.start()
        begun.wait()
        while turns._inside._value:  # Until the other one stands in the line.
            sleep(0)
        with pytest.raises(TooManyAtOnce), turns:
            pass
    waiting.join()
    with turns:
        pass


def picture(kind: str, size: tuple[int, int] = (40, 30)) -> bytes:
    made, out = Image.new("1", size), io.BytesIO()
    exif = made.getexif()
    exif[0x0112], exif[0x010E] = 6, "abc"
    made.save(out, kind, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        picture("PNG").replace(b"MM\0*", b"MM\x80*"),
        picture("PNG", (6000, 5000)),
        picture("TIFF"),
        picture("PNG")[:60],
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
    ids=["damaged", "without end", "no camera's", "cut", "a program"],
)
def test_a_picture_that_cannot_be_read_is_left_out_of_the_sheet(blobs, content):
    stored = blobs.store(content).sha256

    assert photo.scaled(blobs, photo.StoredPhoto("LTH-000001", stored, "meeting", None)) is None


def test_a_sound_picture_is_turned_and_shown(blobs):
    stored = blobs.store(picture("PNG")).sha256

    shown = photo.scaled(blobs, photo.StoredPhoto("LTH-000001", stored, "meeting", None))

    assert Image.open(io.BytesIO(shown)).size == (30, 40)


@pytest.mark.database
def test_answers_kept_to_be_looked_into_are_for_their_owner_alone(clb, tmp_path):  # noqa: F811
    folder = tmp_path / "kept"

    clb("verify", "58", "--period", "2020", "--keep", str(folder))

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def a_schedule(session, name: str) -> ReportSchedule:
    made = ReportSchedule(
        project_id=1,
        owner_id=1,
        name=name,
        kind="quarter",
        calendar="calendar",
        provinces=["58"],
        draft_day=11,
        cut_off_day=10,
        language="vi",
        issuer="so",
        is_active=True,
        active_from=TODAY,
    )
    session.add(made)
    session.flush()
    return made
