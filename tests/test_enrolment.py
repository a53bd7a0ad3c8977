"""From an Excel list to cards: all errors at once, nobody enrolled by halves, nobody twice."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
import zxingcpp
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook
from sqlalchemy import event, func, select

from server import clock, collect_settings
from server.cli import enrol as commands
from server.cli import main, shell
from server.errors import AppUserNotFound
from server.models import Actor, ActorUnit, AppUser, Audit, RetiredKey, Unit, UnitLink
from server.services import actor, app_user, enrolment
from server.services.actor import SYSTEM_ID
from server.services.enrolment import EnrolledMeanwhile, Gazetteer, RosterRejected
from server.services.enrolment.place import NotOneUnit
from server.services.enrolment.roster import phone_number
from server.services.plan import NotAWorkbook
from tests.test_cards import pictures

pytestmark = pytest.mark.database

HEADER = ("Họ tên", "Đơn vị", "Điện thoại")
LAN = ("Nguyễn Thị Lan", "Xã Thuận Bắc, Khánh Hòa", "0912345678")
SUA = ("Vàng A Súa", "03388", "+84 98 765 4321")
TODAY = date(2026, 11, 22)


def listing(*rows, header=HEADER, title="danh_sach", above=()) -> bytes:
    """A list as somebody typed it."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in (*above, header, *rows):
        sheet.append(row)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def plan(session, *rows, **how):
    return enrolment.plan(session, 1, listing(*rows, **how), "ds.xlsx", TODAY)


def errors(session, *rows, **how) -> list[str]:
    with pytest.raises(RosterRejected) as refusal:
        plan(session, *rows, **how)
    assert refusal.value.message("en").count("\n") == len(refusal.value.errors)
    return [error.text("vi") for error in refusal.value.errors]


@pytest.fixture
def units(database, units) -> dict[str, int]:
    """The small register of all tests, with names as the real one has them: without Xã, Huyện, Tỉnh."""
    with database.transaction() as session:
        for unit in session.scalars(select(Unit)):
            unit.name = re.sub(r"^(Tỉnh|Huyện|Xã|Phường) ", "", unit.full_name)
    return units


@pytest.fixture
def filled(session, units):
    """A session on a database with a small register."""
    return session


@pytest.fixture
def clb(database, database_url, units, tmp_path, monkeypatch):
    """Runs the command on this test's database, as an installation with an address of its own."""
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    monkeypatch.setenv("CLB_PUBLIC_URL", "https://clb.example.vn")
    monkeypatch.setenv("CLB_HOTLINE", "0259123456")
    kept = (shell.settings, shell.database, shell.blobs)
    for one in kept:
        one.cache_clear()
    yield lambda *words: CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    shell.database().close()
    for one in kept:
        one.cache_clear()


def write(tmp_path, *rows, **how):
    path = tmp_path / "ds.xlsx"
    path.write_bytes(listing(*rows, **how))
    return path


def codes(path, tmp_path) -> dict[str, dict]:
    """What the printed cards hold: name → settings."""
    found = [
        collect_settings.decode(one.text)
        for page in pictures(path.read_bytes(), tmp_path, 150)
        for one in zxingcpp.read_barcodes(page)
    ]
    return {settings["general"]["metadata_username"]: settings for settings in found}


def token_of(settings) -> str:
    return settings["general"]["server_url"].split("/")[5]


def living(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(AppUser.revoked_at.is_(None))) or 0


# Reading a list


def test_a_list_is_read_whatever_the_order_and_language_of_its_columns(filled, units):
    vietnamese = plan(filled, (1, *LAN[::-1], "x"), header=("STT", *HEADER[::-1], "Ghi chú"))
    english = plan(filled, LAN, header=("Full name", "UNIT", "Phone number"))
    titled = plan(filled, LAN, above=[("DANH SÁCH", None, None), (None, None, None)])

    assert vietnamese == english == titled
    (lan,) = vietnamese.new
    assert (lan.name, lan.phone, lan.unit_ids) == (
        "Nguyễn Thị Lan",
        "0912345678",
        frozenset({units["22837@2025-07-01"]}),
    )


def test_commune_and_province_may_stand_in_columns_of_their_own(filled, units):
    (lan,) = plan(filled, ("Lan", "Thuận Bắc", "Khánh Hoà"), header=("Họ và tên", "Xã/phường", "Tỉnh")).new

    assert lan.unit_ids == {units["22837@2025-07-01"]}
    assert lan.phone is None


def test_somebody_may_have_several_units_in_one_cell(filled, units):
    (lan,) = plan(filled, ("Lan", "22837; Phường Đoàn Kết, Lai Châu\n58@2004-01-01", None)).new

    assert lan.unit_ids == {units["22837@2025-07-01"], units["03388@2004-01-01"], units["58@2004-01-01"]}


def test_empty_rows_and_the_guide_are_passed_over(filled):
    book = load_workbook(BytesIO(enrolment.template()))
    for column, value in enumerate(LAN, start=1):
        book["danh_sach"].cell(3, column, value)
    written = BytesIO()
    book.save(written)

    assert len(enrolment.plan(filled, 1, written.getvalue(), "ds.xlsx", TODAY).new) == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0912345678", "0912345678"),
        ("0912 345 678", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("+84 0912 345 678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("84912345678", "0912345678"),
        ("(0259) 3822-123", "02593822123"),
        ("912345678", "0912345678"),
        ("0612345678", None),
        ("091234567", None),
        ("09123456789", None),
        ("+1 202 555 0123", None),
        ("gọi chị Lan", None),
    ],
)
def test_phone_numbers_are_read_as_they_are_dialled(text, number):
    assert phone_number(text) == number


def test_a_phone_number_that_excel_made_a_number_keeps_its_zero(filled):
    assert plan(filled, ("Lan", "22837", 912345678)).new[0].phone == "0912345678"
    assert plan(filled, ("Lan", "22837", 912345678.0)).new[0].phone == "0912345678"


def test_every_error_of_every_row_is_told_at_once_with_its_cell_and_a_way_out(filled):
    told = errors(
        filled,
        (None, "22837", None),
        ("Lan", "Xã Thuận Bác", "12"),
        ("Hoa", None, None),
        ("Cúc " * 40, "99999", "0912345678"),
        ("Mai", "22837", "0912345678"),
    )

    places = [re.match(r"danh_sach!([A-Z]+\d+)", line)[1] for line in told]
    assert places == ["A2", "B3", "C3", "B4", "A5", "B5"]
    assert "Xã Thuận Bắc" in told[1]
    assert "0912 345 678" in told[2]


def test_an_ambiguous_name_is_told_with_all_it_may_mean(session, units):
    lai_chau = units["12@2004-01-01"]
    session.add(
        Unit(
            code="03399",
            valid_from=date(2025, 7, 1),
            level="c",
            kind="xa",
            name="Thuận Bắc",
            full_name="Xã Thuận Bắc",
            parent_id=lai_chau,
        )
    )
    session.flush()

    (told,) = errors(session, ("Lan", "Thuận Bắc", None))

    assert "22837" in told
    assert "03399" in told
    assert "tỉnh Lai Châu" in told
    assert plan(session, ("Lan", "Thuận Bắc, tỉnh Lai Châu", None)).new


def test_a_unit_that_is_gone_is_told_with_what_it_became(session, units):
    old, new = units["22837@2004-01-01"], units["22837@2025-07-01"]
    session.add(UnitLink(old_id=old, new_id=new, is_partial=False, basis="x"))
    session.flush()

    (told,) = errors(session, ("Lan", "Xã Lợi Hải, huyện Thuận Bắc, Ninh Thuận", None))

    assert "Xã Thuận Bắc, tỉnh Khánh Hòa: 22837" in told
    assert "22837@2004-01-01" in told
    assert plan(session, ("Lan", "22837@2004-01-01", None)).new[0].unit_ids == {old}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("56", "56@2025-07-01"),
        ("Khánh Hòa", "56@2025-07-01"),
        ("tỉnh khánh hoà", "56@2025-07-01"),
        ("T. Khánh Hòa", "56@2025-07-01"),
        ("xã thuận bắc", "22837@2025-07-01"),
        ("X.Thuận Bắc - Khánh Hòa", "22837@2025-07-01"),
        ("P. Đoàn Kết, T. Lai Châu", "03388@2004-01-01"),
        ("585@2004-01-01", "585@2004-01-01"),
        ("vn", "VN@2004-01-01"),
    ],
)
def test_a_unit_is_found_as_people_write_it(session, units, text, key):
    assert Gazetteer(session, TODAY).find(text).id == units[key]


@pytest.mark.parametrize(
    "text", ["Phường Thuận Bắc", "Thuận Bắc, Lai Châu", "582", "58@2001-01-01", "", "@", "Xã"]
)
def test_what_names_no_unit_of_today_is_not_guessed(session, units, text):
    with pytest.raises(NotOneUnit):
        Gazetteer(session, TODAY).find(text)


def test_a_phone_number_twice_on_the_list_is_told(filled):
    (told,) = errors(filled, LAN, ("Hoa", "03388", "84912345678"))

    assert told.startswith("danh_sach!C3")
    assert "danh_sach!C2" in told


def test_the_same_name_and_unit_twice_is_told(filled):
    (told,) = errors(filled, LAN, ("NGUYỄN thị  Lan", "22837", "0987654321"))

    assert told.startswith("danh_sach!A3")


def test_a_file_that_is_no_list_is_refused(filled):
    with pytest.raises(NotAWorkbook):
        enrolment.plan(filled, 1, b"PK nothing", "ds.xlsx", TODAY)
    assert "clb app-user template" in errors(filled, ("a", "b"), header=("x", "y"))[0]
    assert "không có người nào" in errors(filled)[0]


def test_a_stray_cell_far_outside_is_told_by_its_address(filled):
    book = Workbook()
    for row in (HEADER, LAN):
        book.active.append(row)
    book.active.cell(1_000_000, 3, "x")
    written = BytesIO()
    book.save(written)

    with pytest.raises(RosterRejected) as refusal:
        enrolment.plan(filled, 1, written.getvalue(), "ds.xlsx", TODAY)

    assert refusal.value.errors[0].cell == "C1000000"


# Who is known already


def enrolled(
    session, units, name="Nguyễn Thị Lan", phone: str | None = "0912345678", unit="22837@2025-07-01"
):
    return app_user.create(session, 1, name, [units[unit]], SYSTEM_ID, phone=phone).actor_id


@pytest.mark.parametrize(
    "row",
    [
        LAN,
        ("Nguyễn Thị Lan (chị)", "22837", "+84912345678"),
        ("nguyễn thị lan", "22837", None),
    ],
)
def test_somebody_with_a_card_is_known_by_phone_and_unit_or_name_and_unit(session, units, row):
    number = enrolled(session, units)

    found = plan(session, row, SUA)

    assert [one.actor_id for one in found.known] == [number]
    assert [one.name for one in found.new] == ["Vàng A Súa"]


def test_somebody_whose_card_was_revoked_is_new(session, units):
    app_user.revoke(session, enrolled(session, units), SYSTEM_ID)

    assert len(plan(session, LAN).new) == 1


def test_a_number_that_has_a_card_elsewhere_is_told_with_that_card(session, units):
    number = enrolled(session, units, unit="03388@2004-01-01")

    (told,) = errors(session, LAN)

    assert f"thẻ số {number}" in told
    assert "Phường Đoàn Kết" in told
    assert f"clb app-user revoke {number}" in told


def test_the_same_name_and_unit_with_another_number_is_asked_about(session, units):
    enrolled(session, units, phone="0987654321")

    (told,) = errors(session, LAN)

    assert told.startswith("danh_sach!C2")
    assert "khác số điện thoại" in told


# Enrolling


def test_a_list_becomes_cards_whose_codes_work(clb, database, units, tmp_path):
    out = tmp_path / "the.pdf"

    told = clb("app-user", "enrol", write(tmp_path, LAN, SUA), "--out", out)

    assert "Người mới: 2" in told.output
    assert out.stat().st_mode & 0o777 == 0o600
    found = codes(out, tmp_path)
    assert found.keys() == {LAN[0], SUA[0]}
    lan = found[LAN[0]]
    assert lan["general"]["server_url"].startswith("https://clb.example.vn/v1/key/")
    assert lan["general"]["metadata_phonenumber"] == "0912345678"
    assert lan["project"] == {"name": "CLB – Khánh Hòa", "icon": "K", "color": collect_settings.color("56")}
    assert found[SUA[0]]["project"]["color"] == collect_settings.color("12")
    with database.reading() as session:
        who = actor.by_key(session, token_of(lan), 1)
        bound = session.scalars(select(ActorUnit.unit_id).where(ActorUnit.actor_id == who.actor_id)).all()
        phone = session.get_one(AppUser, who.actor_id).phone
    assert (bound, phone) == ([units["22837@2025-07-01"]], "0912345678")
    assert who.may("open_form.list", 1)


def test_the_password_of_the_settings_is_in_every_code_and_told_to_administrators_only(clb, tmp_path):
    out = tmp_path / "the.pdf"
    told = clb("app-user", "enrol", write(tmp_path, LAN, SUA), "--out", out)

    password = clb("project", "admin-password").output.strip()

    assert {one["admin"]["admin_pw"] for one in codes(out, tmp_path).values()} == {password}
    assert re.fullmatch(r"[a-z2-9]{8}", password)
    assert password not in told.output
    assert password not in clb("project", "collect-settings", "show").output
    assert clb("project", "admin-password", "--new").output.strip() != password


def test_the_same_list_again_enrols_nobody_twice(clb, database, tmp_path):
    path = write(tmp_path, LAN, SUA)
    clb("app-user", "enrol", path, "--out", tmp_path / "1.pdf")

    told = clb("app-user", "enrol", path, "--out", tmp_path / "2.pdf")

    assert "Đã có thẻ: 2" in told.output
    assert "--reissue" in told.output
    assert not (tmp_path / "2.pdf").exists()
    assert living(database) == 2


def test_a_longer_list_enrols_only_who_is_new(clb, database, tmp_path):
    clb("app-user", "enrol", write(tmp_path, LAN), "--out", tmp_path / "1.pdf")

    clb("app-user", "enrol", write(tmp_path, LAN, SUA), "--out", tmp_path / "2.pdf")

    assert codes(tmp_path / "2.pdf", tmp_path).keys() == {SUA[0]}
    assert living(database) == 2


def test_reissue_gives_new_cards_and_the_old_ones_send_for_a_while(clb, database, tmp_path):
    path = write(tmp_path, LAN)
    clb("app-user", "enrol", path, "--out", tmp_path / "1.pdf")
    (old,) = codes(tmp_path / "1.pdf", tmp_path).values()

    clb("app-user", "enrol", path, "--out", tmp_path / "2.pdf", "--reissue")

    (new,) = codes(tmp_path / "2.pdf", tmp_path).values()
    with database.reading() as session:
        was, now = (actor.by_key(session, token_of(one), 1) for one in (old, new))
    assert was.actor_id == now.actor_id
    assert (was.may("open_form.list", 1), was.may("submission.create", 1)) == (False, True)
    assert now.may("open_form.list", 1)


def test_a_card_is_made_again_by_its_number(clb, database, tmp_path):
    clb("app-user", "enrol", write(tmp_path, LAN, SUA), "--out", tmp_path / "1.pdf")
    with database.reading() as session:
        number = session.scalars(select(Actor.id).where(Actor.display_name == SUA[0])).one()

    clb("app-user", "card", number, "--out", tmp_path / "2.pdf", "--now")

    (new,) = codes(tmp_path / "2.pdf", tmp_path).values()
    assert new["general"]["metadata_username"] == SUA[0]
    with database.reading() as session:
        assert session.scalars(select(RetiredKey.send_until)).one() <= clock.now()
    missing = clb("app-user", "card", 999, "--out", tmp_path / "3.pdf")
    assert (missing.exit_code, (tmp_path / "3.pdf").exists()) == (1, False)


def test_with_one_wrong_row_nobody_is_enrolled(clb, database, tmp_path):
    told = clb("app-user", "enrol", write(tmp_path, LAN, ("Hoa", "xyz", None)), "--out", tmp_path / "1.pdf")

    assert told.exit_code == 1
    assert "danh_sach!B3" in told.stderr
    assert "nobody was enrolled" in told.stderr
    assert not (tmp_path / "1.pdf").exists()
    assert living(database) == 0


def test_a_check_enrols_nobody(clb, database, tmp_path):
    told = clb("app-user", "enrol", write(tmp_path, LAN), "--check")
    without = clb("app-user", "enrol", write(tmp_path, LAN))

    assert "Người mới: 1" in told.output
    assert (without.exit_code, "--out" in without.output) == (2, True)
    assert living(database) == 0


def test_no_card_is_made_that_names_only_this_machine(clb, database, tmp_path, monkeypatch):
    monkeypatch.delenv("CLB_PUBLIC_URL")
    path, out = write(tmp_path, LAN), tmp_path / "1.pdf"

    told = clb("app-user", "enrol", path, "--out", out)
    before = (living(database), out.exists())
    given = clb("app-user", "enrol", path, "--out", out, "--url", "https://clb.example.vn")

    assert told.exit_code == 1
    assert "CLB_PUBLIC_URL" in told.output
    assert before == (0, False)
    assert given.exit_code == 0
    assert living(database) == 1


def test_when_cards_cannot_be_printed_nobody_is_enrolled(clb, database, tmp_path, monkeypatch):
    monkeypatch.setattr("reports.fonts.FOLDERS", (str(tmp_path / "none"),))
    monkeypatch.setattr("reports.fonts.find", __import__("reports.fonts", fromlist=["find"]).find.__wrapped__)

    told = clb("app-user", "enrol", write(tmp_path, LAN), "--out", tmp_path / "1.pdf")

    assert told.exit_code == 1
    assert "chưa cấp cho ai" in told.stderr
    assert (living(database), (tmp_path / "1.pdf").exists()) == (0, False)
    assert clb("app-user", "list").output == ""


def test_when_the_file_cannot_be_written_nobody_is_enrolled(clb, database, tmp_path):
    told = clb("app-user", "enrol", write(tmp_path, LAN), "--out", tmp_path / "none" / "1.pdf")

    assert told.exit_code == 1
    assert living(database) == 0
    assert clb("app-user", "list").output == ""


def test_after_a_failure_the_same_list_is_enrolled_as_if_nothing_had_been(clb, database, tmp_path):
    path = write(tmp_path, LAN)
    clb("app-user", "enrol", path, "--out", tmp_path / "none" / "1.pdf")

    clb("app-user", "enrol", path, "--out", tmp_path / "1.pdf")

    assert living(database) == 1
    assert clb("app-user", "list").output.count("\n") == 1


def test_a_file_of_cards_is_never_overwritten(clb, database, tmp_path):
    (tmp_path / "1.pdf").write_bytes(b"cards of last week")

    told = clb("app-user", "enrol", write(tmp_path, LAN), "--out", tmp_path / "1.pdf")

    assert told.exit_code == 1
    assert (tmp_path / "1.pdf").read_bytes() == b"cards of last week"
    assert living(database) == 0


def test_a_file_that_appears_while_cards_are_printed_is_left_alone(clb, database, tmp_path, monkeypatch):
    draw = commands.cards.pdf
    monkeypatch.setattr(
        commands.cards, "pdf", lambda deck: ((tmp_path / "1.pdf").write_bytes(b"another"), draw(deck))[1]
    )

    told = clb("app-user", "enrol", write(tmp_path, LAN), "--out", tmp_path / "1.pdf")

    assert told.exit_code == 1
    assert (tmp_path / "1.pdf").read_bytes() == b"another"
    assert living(database) == 0


def test_when_keys_cannot_be_made_good_no_cards_stay(clb, database, tmp_path, monkeypatch):
    draw = commands.cards.pdf

    def drawn_while_another_enrols(deck):
        with database.transaction() as session:
            found = plan(session, LAN)
            other = enrolment.reserve(session, 1, found.new, (), SYSTEM_ID)
            enrolment.confirm(session, 1, other, SYSTEM_ID, app_user.GRACE)
        return draw(deck)

    monkeypatch.setattr(commands.cards, "pdf", drawn_while_another_enrols)

    told = clb("app-user", "enrol", write(tmp_path, LAN), "--out", tmp_path / "1.pdf")

    assert told.exit_code == 1
    assert "chạy lại lệnh" in told.stderr
    assert not (tmp_path / "1.pdf").exists()
    assert living(database) == 1


def test_two_who_enrol_the_same_list_at_once_do_not_both_succeed(database, units):
    with database.transaction() as session:
        found = plan(session, LAN)
        first = enrolment.reserve(session, 1, found.new, (), SYSTEM_ID)
        second = enrolment.reserve(session, 1, found.new, (), SYSTEM_ID)
        enrolment.confirm(session, 1, first, SYSTEM_ID, app_user.GRACE)

    with database.transaction() as session, pytest.raises(EnrolledMeanwhile):
        enrolment.confirm(session, 1, second, SYSTEM_ID, app_user.GRACE)
    assert living(database) == 1


def test_a_reserved_key_opens_nothing(database, units):
    with database.transaction() as session:
        (reserved,) = enrolment.reserve(session, 1, plan(session, LAN).new, (), SYSTEM_ID)

    with database.reading() as session:
        who = actor.by_key(session, reserved.token, 1)
    assert not who.may("open_form.list", 1)
    assert not who.may("submission.create", 1)


def test_printing_keeps_nobody_waiting(clb, database, tmp_path, monkeypatch):
    """No transaction is open while cards are drawn: on SQLite every submission would wait for it."""
    open_now = []
    event.listen(shell.database().writer, "begin", lambda _: open_now.append(1))
    for ended in ("commit", "rollback"):
        event.listen(shell.database().writer, ended, lambda _: open_now.pop())
    drawn = []
    draw = commands.cards.pdf
    monkeypatch.setattr(commands.cards, "pdf", lambda deck: (drawn.append(len(open_now)), draw(deck))[1])

    clb("app-user", "enrol", write(tmp_path, LAN), "--out", tmp_path / "1.pdf")

    assert drawn == [0]


def test_names_and_numbers_are_in_no_log(clb, database, tmp_path):
    clb("app-user", "enrol", write(tmp_path, LAN), "--out", tmp_path / "1.pdf")

    with database.reading() as session:
        entries = session.scalars(select(Audit).order_by(Audit.id)).all()
    assert [entry.action for entry in entries] == ["field_key.create", "field_key.restore"]
    assert not any("Lan" in str(entry.details) or "0912" in str(entry.details) for entry in entries)


def test_the_template_can_be_filled_in_and_enrolled(clb, database, tmp_path):
    path = tmp_path / "mau.xlsx"
    clb("app-user", "template", path)
    book = load_workbook(path)
    for column, value in enumerate(LAN, start=1):
        book["danh_sach"].cell(2, column, value)
    book.save(path)

    told = clb("app-user", "enrol", path, "--out", tmp_path / "1.pdf")

    assert told.exit_code == 0
    assert living(database) == 1
    assert load_workbook(path)["danh_sach"]["C2"].number_format == "@"
    assert clb("app-user", "template", path).exit_code == 1


# One tablet


def given(session, *unit_ids, today=TODAY):
    made = app_user.create(session, 1, "Máy 1", unit_ids, SYSTEM_ID)
    return enrolment.handout(
        session, Gazetteer(session, today), made.actor_id, made.token, "https://x.vn", "vi"
    )


def test_a_tablet_of_an_old_province_bears_its_name_and_the_colour_of_what_it_became(session, units):
    old, new = units["58@2004-01-01"], units["56@2025-07-01"]
    session.add(UnitLink(old_id=old, new_id=new, is_partial=False, basis="x"))
    session.flush()

    alone, both = given(session, units["582@2004-01-01"]), given(session, old, new)

    assert (alone.holder.name, alone.holder.color) == ("CLB – Ninh Thuận", collect_settings.color("56"))
    assert (both.holder.name, both.holder.color) == ("CLB – Khánh Hòa", collect_settings.color("56"))


def test_a_tablet_of_several_provinces_or_none_bears_the_name_of_the_project(session, units):
    several = given(session, units["56@2025-07-01"], units["12@2004-01-01"])
    none = given(session)

    assert several.holder.color == none.holder.color == collect_settings.NEUTRAL
    assert several.holder.name == none.holder.name != ""
    assert enrolment.card(Gazetteer(session, TODAY), none).commune == "Chưa có đơn vị"


def test_a_card_says_that_a_unit_is_gone(session, units):
    card = enrolment.card(Gazetteer(session, TODAY), given(session, units["22837@2004-01-01"]))

    assert card.units == ("Xã Lợi Hải, huyện Thuận Bắc, tỉnh Ninh Thuận (đến 30/06/2025)",)


def test_a_code_for_a_tablet_nobody_knows_cannot_be_made(session, units):
    with pytest.raises(AppUserNotFound):
        enrolment.handout(session, Gazetteer(session, TODAY), 999, "T", "https://x.vn", "vi")


# What a project chooses


def test_a_projects_choice_is_in_its_codes_from_then_on(clb, session, units):
    assert clb("project", "collect-settings", "set", "general.image_size", "small").exit_code == 0
    clb("project", "collect-settings", "set", "delete_saved", "có")

    settings = collect_settings.decode(given(session).code)

    assert settings["general"]["image_size"] == "small"
    assert "delete_saved" not in settings["admin"]
    session.rollback()
    shown = clb("project", "collect-settings", "show").output.splitlines()
    assert "general.image_size\tsmall\t*" in shown
    assert "admin.delete_saved\ttrue\t*" in shown
    assert "general.autosend\twifi_and_cellular\t" in shown


def test_a_choice_is_taken_back_alone_or_with_all_others_but_the_password_stays(clb, session):
    password = clb("project", "admin-password").output
    for key, value in (("general.image_size", "small"), ("autosend", "wifi_only"), ("font_size", "25")):
        clb("project", "collect-settings", "set", key, value)

    clb("project", "collect-settings", "reset", "autosend")
    own = [
        line for line in clb("project", "collect-settings", "show").output.splitlines() if line.endswith("*")
    ]
    clb("project", "collect-settings", "reset")

    assert own == ["general.image_size\tsmall\t*", "general.font_size\t25\t*"]
    assert "*" not in clb("project", "collect-settings", "show").output
    assert clb("project", "admin-password").output == password


@pytest.mark.parametrize(
    ("words", "way_out"),
    [
        (("general.image_size", "original"), "very_small"),
        (("general.delete_send", "sometimes"), "true, false"),
        (("image_size", "small"), "general.image_size, admin.image_size"),
        (("colour", "red"), "general.autosend"),
        (("server_url", "https://x.vn"), "từng máy"),
    ],
)
def test_a_wrong_choice_is_refused_with_what_may_be_chosen(clb, words, way_out):
    told = clb("project", "collect-settings", "set", *words)

    assert told.exit_code == 1
    assert way_out in told.stderr
    assert "*" not in clb("project", "collect-settings", "show").output


def test_choices_are_in_the_audit_log_without_the_password(clb, database):
    clb("project", "collect-settings", "set", "admin_pw", "matkhau9")
    told = clb("project", "admin-password", "--new").output.strip()

    with database.reading() as session:
        entries = session.scalars(
            select(Audit).where(Audit.action == "project.collect_settings").order_by(Audit.id)
        ).all()
    assert [entry.details for entry in entries] == [{"key": "admin.admin_pw"}] * 2
    assert told not in ("", "matkhau9")


# Keys by command


def test_a_revoked_tablet_is_listed_with_the_day_until_which_it_sends_and_can_be_restored(clb, database):
    clb("app-user", "add", "Máy 1", "--unit", "56", "--phone", "+84912345678")
    number = clb("app-user", "list").output.split("\t")[0]

    told = clb("app-user", "revoke", number).output
    soon = clb("app-user", "list").output
    clb("app-user", "revoke", number, "--now")
    at_once = clb("app-user", "list").output
    clb("app-user", "restore", number)

    until = (clock.now() + timedelta(days=90)).astimezone(clock.VIETNAM)
    assert f"gửi được đến {until:%d/%m/%Y}. Hoàn tác: clb app-user restore {number}" in told
    assert f"còn gửi được đến {until:%d/%m/%Y}" in soon
    assert "đã thu hồi | revoked" in at_once
    assert "đang dùng" in clb("app-user", "list").output
    with database.reading() as session:
        assert session.scalars(select(AppUser.phone)).all() == ["0912345678"]


def test_a_wrong_phone_number_is_refused(clb, database):
    told = clb("app-user", "add", "Máy 1", "--phone", "113")

    assert told.exit_code == 1
    assert living(database) == 0


def test_the_time_of_grace_is_that_of_the_installation(clb, database, monkeypatch):
    monkeypatch.setenv("CLB_KEY_GRACE_DAYS", "7")
    clb("app-user", "add", "Máy 1")
    number = clb("app-user", "list").output.split("\t")[0]

    clb("app-user", "qr", number)

    with database.reading() as session:
        retired = session.scalars(select(RetiredKey)).one()
    assert retired.send_until - retired.retired_at == timedelta(days=7)
