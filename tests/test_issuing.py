"""The offices that issue reports: kept dated in the database, chosen by a report, edited on a page and by a command."""

from datetime import date

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reports import issuing as rules
from server.cli import main, shell
from server.models import Audit, Unit
from server.scope import Scope
from server.services import issuing
from server.services.actor import SYSTEM_ID
from tests.builders_web import Browser, a_person

pytestmark = pytest.mark.database
TODAY = date(2026, 11, 22)
EVERYTHING = Scope(None, SYSTEM_ID, TODAY)
FIELDS = {
    "kind": "so",
    "unit_id": "",
    "valid_from": "2026-01-01",
    "parent": "UBND {province}",
    "name": "Sở Y tế và Dân số",
    "symbol": "BC-SYTDS",
    "collective": "",
    "signer": "Giám đốc",
    "deputy": "Phó Giám đốc",
    "recipients": "- UBND {kind} (b/c);\n- Lưu: VT, BTXH.",
    "place": "",
}


def on(session, units, kind: str, day: date) -> rules.IssuingBody:
    """The office of Ninh Thuận on a day, with the province in its words."""
    province = session.get_one(Unit, units["58@2004-01-01"])
    return rules.on(issuing.of_province(session, province.code, kind), day).of("Tỉnh Ninh Thuận")


def test_the_department_of_labour_gives_way_to_that_of_health_in_march_2025(session, units):
    before, after = (on(session, units, "so", day) for day in (date(2025, 2, 28), date(2025, 3, 1)))

    assert (before.name, before.symbol) == ("Sở Lao động - Thương binh và Xã hội", "BC-SLĐTBXH")
    assert (after.name, after.symbol, after.parent) == ("Sở Y tế", "BC-SYT", "UBND tỉnh Ninh Thuận")
    assert after.recipients == ("UBND tỉnh (b/c)", "Hội Người cao tuổi Việt Nam (b/c)", "Lưu: VT, BTXH")


def test_the_board_of_the_elderly_signs_on_behalf_of_the_board(session, units):
    board = on(session, units, "ban_dai_dien", date(2021, 1, 1))

    assert (board.name, board.symbol) == ("Ban đại diện Hội Người cao tuổi tỉnh Ninh Thuận", "BC-BĐD")
    assert board.signature() == ("TM. BAN ĐẠI DIỆN", "TRƯỞNG BAN")


def test_the_newest_office_counts_and_of_one_day_the_provinces_own(session, units):
    own = {"unit_id": str(units["58@2004-01-01"]), "name": "Sở Y tế của tỉnh"}
    issuing.add(session, EVERYTHING, issuing.read(FIELDS | own))
    issuing.add(session, EVERYTHING, issuing.read(FIELDS))
    issuing.add(session, EVERYTHING, issuing.read(FIELDS | {"valid_from": "2027-01-01", "name": "Sở Mới"}))

    days = (date(2025, 12, 31), date(2026, 1, 1), date(2027, 1, 1))
    assert [on(session, units, "so", day).name for day in days] == ["Sở Y tế", "Sở Y tế của tỉnh", "Sở Mới"]


def test_a_kind_without_an_office_is_refused_in_words(session, units):
    with pytest.raises(issuing.NoIssuingBody, match="ubnd"):
        on(session, units, "ubnd", TODAY)


def test_an_english_report_names_its_usual_recipients_and_leaves_others_as_they_are():
    said = [rules.recipient(line, lang="en") for line in ("UBND tỉnh (b/c)", "Lưu: VT, BTXH", "Sở <X>")]

    assert said == [
        "People’s Committee of the province",
        "Filed: VT, BTXH",
        '<span lang="vi">Sở &lt;X&gt;</span>',
    ]
    assert rules.recipient("UBND tỉnh (b/c)") == "UBND tỉnh (b/c)"


def test_a_city_named_for_a_person_keeps_its_full_name_in_the_date_line(session, units):
    body = issuing.of_province(session, "58", "so")[0]

    names = ("Tỉnh Ninh Thuận", "Thành phố Hà Nội", "Thành phố Hồ Chí Minh")
    assert [body.of(name).place for name in names] == ["Ninh Thuận", "Hà Nội", "Thành phố Hồ Chí Minh"]
    assert body.of("Thành phố Hà Nội").recipients[0] == "UBND thành phố (b/c)"


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("name", "", "Please fill this in"),
        ("name", "x" * 201, "Longer than 200"),
        ("parent", "UBND {tỉnh}", "Unknown {tỉnh}"),
        ("symbol", "bc syt", "BC-SYT"),
        ("valid_from", "1/3/2025", "year-month-day"),
        ("kind", "bộ", "Choose a kind"),
        ("unit_id", "²", "Choose a province"),
        ("recipients", "UBND tỉnh", "the last being"),
        ("recipients", "UBND {x}\nLưu: VT", "Unknown {x}"),
    ],
)
def test_each_fault_is_told_at_its_field(field, text, says):
    with pytest.raises(issuing.BodyRefused) as refused:
        issuing.read(FIELDS | {field: text})

    assert set(refused.value.faults) == {field}
    assert says in refused.value.faults[field][1]


def test_two_of_one_kind_cannot_begin_on_one_day(session):
    first = issuing.add(session, EVERYTHING, issuing.read(FIELDS))

    with pytest.raises(issuing.BodyRefused, match="already begins"):
        issuing.add(session, EVERYTHING, issuing.read(FIELDS))
    issuing.edit(session, EVERYTHING, first, issuing.read(FIELDS | {"name": "Sở Khác"}))
    assert issuing.get(session, EVERYTHING, first).name == "Sở Khác"


def test_an_office_of_the_country_has_no_superior_body_and_no_province_in_its_name(session, units):
    national = FIELDS | {
        "unit_id": "nation",
        "parent": "",
        "name": "Bộ Y tế",
        "recipients": "Chính phủ\nLưu: VT",
    }
    issuing.add(session, EVERYTHING, issuing.read(national))

    with pytest.raises(issuing.BodyRefused) as refused:
        issuing.read(national | {"kind": "ubnd", "name": "Sở Y tế {province}"})

    assert set(refused.value.faults) == {"kind", "name"}
    assert [body.name for body in issuing.of_nation(session, "so")][-2:] == ["Bộ Y tế", "Bộ Y tế"]
    assert "Bộ Y tế" not in {body.name for body in issuing.of_province(session, "58", "so")}
    province = Scope(frozenset([units["58@2004-01-01"]]), SYSTEM_ID, date(2026, 1, 1))
    with pytest.raises(issuing.BodyOutOfScope):
        issuing.add(session, province, issuing.read(national | {"valid_from": "2027-01-01"}))


def test_what_was_typed_comes_back_as_it_is_kept():
    body = issuing.read(FIELDS)

    assert body.recipients == ("UBND {kind} (b/c)", "Lưu: VT, BTXH")
    assert issuing.read(issuing.texts(body)) == body


class TestPage:
    @pytest.fixture
    def browser(self, app, database) -> Browser:
        a_person(database)
        made = Browser(app)
        made.sign_in()
        return made

    def test_an_office_is_added_and_the_act_is_kept(self, browser, session):
        browser.get("/issuing-bodies/new")
        response = browser.post("/issuing-bodies/new", **FIELDS)

        assert (response.status_code, response.location) == (303, "/issuing-bodies")
        assert "Sở Y tế và Dân số" in browser.get("/issuing-bodies").text
        act = session.scalars(select(Audit).where(Audit.actee_type == "issuing_body")).one()
        assert (act.action, act.details["name"]) == ("issuing_body.create", "Sở Y tế và Dân số")

    def test_a_known_office_is_changed(self, browser):
        response = browser.get("/issuing-bodies/2")
        assert 'value="BC-SYT"' in response.text

        browser.post("/issuing-bodies/2", **FIELDS | {"name": "Sở Y tế mới", "valid_from": "2025-03-01"})
        assert "Sở Y tế mới" in browser.get("/issuing-bodies").text

    def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(self, browser):
        browser.get("/issuing-bodies/new")
        response = browser.post("/issuing-bodies/new", **FIELDS | {"symbol": "bc syt", "valid_from": "mai"})

        assert response.status_code == 400
        assert 'id="symbol_fault" class="fault">Viết dạng BC-SYT' in response.text
        assert 'id="valid_from_fault"' in response.text
        assert 'value="Sở Y tế và Dân số"' in response.text
        english = browser.get("/issuing-bodies/new?lang=en&like=2").text
        assert "Name of the office" in english
        assert 'value="Sở Y tế"' in english

    def test_an_editor_of_a_province_sets_its_own_offices_only(self, app, database, units):
        a_person(database, "province_editor", [units["58@2004-01-01"]], "hoa@clb.example")
        browser = Browser(app)
        browser.sign_in("hoa@clb.example")
        browser.get("/issuing-bodies/new")

        own = browser.post("/issuing-bodies/new", **FIELDS | {"unit_id": str(units["58@2004-01-01"])})
        for_all = browser.post("/issuing-bodies/new", **FIELDS)
        common = browser.post("/issuing-bodies/1", **FIELDS)

        assert [own.status_code, for_all.status_code, common.status_code] == [303, 403, 403]

    def test_those_who_only_read_reports_do_not_see_it(self, app, database, units):
        a_person(database, "official", [units["58@2004-01-01"]], "mai@clb.example")
        browser = Browser(app)
        browser.sign_in("mai@clb.example")

        assert browser.get("/issuing-bodies").status_code == 403

    def test_an_office_that_is_not_there_is_not_found(self, browser):
        assert browser.get("/issuing-bodies/999").status_code == 404


class TestCommand:
    @pytest.fixture
    def clb(self, database_url, tmp_path, monkeypatch):
        monkeypatch.setenv("CLB_DATA", str(tmp_path))
        monkeypatch.setenv("CLB_DATABASE_URL", database_url)
        forget()
        yield lambda *words: CliRunner().invoke(main, ["issuing-body", *words], catch_exceptions=False)
        shell.database().close()
        forget()

    def test_the_offices_are_listed_with_their_numbers(self, clb):
        lines = clb("list").output.splitlines()

        assert "2\tso\t–\t2025-03-01\tBC-SYT\tSở Y tế" in lines
        assert "6\tso\tnation\t2025-03-01\tBC-BYT\tBộ Y tế" in lines
        assert len(lines) == 7

    def test_an_office_is_added_and_one_field_of_it_changed(self, clb):
        words = [f"--{name.replace('valid_from', 'from')}={FIELDS[name]}" for name in ("kind", "valid_from")]
        words += [f"--{name}={FIELDS[name]}" for name in ("parent", "name", "symbol", "signer")]
        added = clb("add", *words, "--recipient=UBND {kind} (b/c)", "--recipient=Lưu: VT")
        changed = clb("edit", "8", "--name=Sở Y tế khác")

        assert (added.exit_code, changed.exit_code) == (0, 0), added.output + changed.output
        assert "8\tso\t–\t2026-01-01\tBC-SYTDS\tSở Y tế khác" in clb("list").output

    def test_faults_name_their_options(self, clb):
        told = clb("edit", "2", "--symbol=bc syt", "--from=mai")

        assert told.exit_code == 1
        assert "--symbol: Viết dạng BC-SYT" in told.output
        assert "--from: Viết năm-tháng-ngày" in told.output
        assert "BC-SYT\tSở Y tế" in clb("list").output


def forget() -> None:
    """Let the command read its settings anew."""
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()
