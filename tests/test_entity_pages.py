"""The page of the shared lists and `clb entity`: what clashes side by side, and what a person does about it."""

from datetime import date

import pytest
from click.testing import CliRunner

from server.cli import main, shell
from server.models import Entity
from server.scope import Scope
from server.services import unit
from server.services.actor import SYSTEM_ID
from server.services.entity import history
from tests.builders_club import Intake, club_id, founding, loan_id, meeting, new_id
from tests.builders_web import Browser, a_person

pytestmark = pytest.mark.database
ALL = Scope(None, SYSTEM_ID, date(2026, 3, 1))
DAY = date(2020, 1, 1)


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture
def disputed(database, programme_published, app) -> str:
    """A club that two tablets have met without knowing of each other; a loan of it whose creation is missing."""
    with database.transaction() as session:
        intake = Intake(session)
        intake.send(founding("a"))
        intake.send(report("2019-04", "one", n_members_after=4))
        intake.send(report("2019-05", "two", n_members_after=5, loan_changes=[a_repayment()]))
    return club_id()


def report(month: str, tablet: str, **answers):
    around = {"@id": club_id(), "@label": "CLB LTHTGN Khu phố a", "@action": "update"}
    branch = {"@base": 1, "@trunk": 1, "@branch": new_id(tablet)}
    return meeting(month, **around, **branch, **answers)


def a_repayment():
    branch = {"@action": "update", "@base": 1, "@branch": new_id("loan branch")}
    return {
        "@id": loan_id("l1"),
        "lc_club_id": club_id(),
        "lc_outstanding": 0,
        "lc_status": "repaid",
        **branch,
    }


def entity(database, uuid: str) -> Entity:
    with database.reading() as session:
        return session.get_one(Entity, uuid)


def sign_in(browser: Browser, database, role: str = "admin", units=()) -> None:
    a_person(database, role=role, unit_ids=units)
    browser.sign_in()


def test_the_page_shows_what_clashes_side_by_side(browser, database, disputed):
    sign_in(browser, database)

    text = browser.get("/entities").text

    row = text[text.index("Số thành viên") :]
    cells = [cell.split("</td>")[0] for cell in row.split('<td class="value">')[1:5]]
    assert cells == ["–", "4", "5", "5"]
    assert "trái nhau" in text
    assert "chưa có trong danh sách" in text
    assert "LTH-000001" in text


def test_keeping_takes_the_entry_off_the_page(browser, database, disputed):
    sign_in(browser, database)
    browser.get("/entities")

    answer = browser.post(f"/entities/{disputed}/settle", act="keep", seen="3")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/entities")
    assert entity(database, disputed).conflict is None
    assert "Không có mục nào bị sửa song song." in browser.get("/entities").text


def test_taking_the_other_puts_its_values_back(browser, database, disputed):
    sign_in(browser, database)
    browser.get("/entities")

    browser.post(f"/entities/{disputed}/settle", act="put_back", version="3", seen="3")

    assert entity(database, disputed).data["n_members"] == "4"
    page = browser.get(f"/entities/{disputed}").text
    assert "ghi tay" in page


def test_an_older_version_is_taken_from_the_page_of_the_entry(browser, database, disputed):
    sign_in(browser, database)
    browser.get(f"/entities/{disputed}")

    browser.post(f"/entities/{disputed}/settle", act="take", version="2", seen="3")

    assert (entity(database, disputed).version, entity(database, disputed).data["n_members"]) == (4, "4")


def test_somebody_who_looked_before_it_changed_is_asked_to_look_again(browser, database, disputed):
    sign_in(browser, database)
    browser.get("/entities")

    answer = browser.post(f"/entities/{disputed}/settle", act="keep", seen="2")

    assert answer.status_code == 409
    assert "xin xem lại" in answer.text.lower()
    assert entity(database, disputed).conflict == "hard"


@pytest.mark.parametrize(
    "fields", [{"act": "burn"}, {"act": "put_back"}, {"act": "take", "version": "x"}, {}]
)
def test_a_request_that_says_nothing_useful_is_refused(browser, database, disputed, fields):
    sign_in(browser, database)
    browser.get("/entities")

    assert browser.post(f"/entities/{disputed}/settle", **fields).status_code == 400


def test_what_waits_can_be_taken_now(browser, database, disputed):
    sign_in(browser, database)
    browser.get("/entities")
    with database.reading() as session:
        (held,) = history.backlog(session, ALL, 1)

    answer = browser.post(f"/entities/backlog/{held.id}/release")

    assert answer.status_code == 303
    assert entity(database, loan_id("l1")).data["status"] == "repaid"
    assert "Không có gì đang chờ." in browser.get("/entities").text


def test_an_entry_is_deleted_and_restored(browser, database, disputed):
    sign_in(browser, database)
    browser.get("/entities")

    browser.post(f"/entities/{disputed}/delete")
    assert entity(database, disputed).deleted_at is not None
    assert f"/entities/{disputed}/restore" in browser.get("/entities").text
    browser.post(f"/entities/{disputed}/restore")

    assert entity(database, disputed).deleted_at is None


def test_a_supervisor_sees_the_clubs_of_the_unit_and_changes_nothing(browser, database, disputed):
    with database.reading() as session:
        ninh_thuan = unit_id(session, "58")
    sign_in(browser, database, "commune_supervisor", [ninh_thuan])

    page = browser.get("/entities").text

    assert "LTH-000001" in page
    assert "<button name=" not in page
    for address in (
        f"/entities/{disputed}/settle",
        f"/entities/{disputed}/delete",
        "/entities/backlog/1/release",
    ):
        assert browser.post(address, act="keep").status_code == 403
    assert entity(database, disputed).conflict == "hard"


def test_nobody_sees_or_changes_entries_of_another_province(browser, database, disputed):
    with database.reading() as session:
        lai_chau = unit_id(session, "12")
    sign_in(browser, database, "province_editor", [lai_chau])

    page = browser.get("/entities").text
    assert "LTH-000001" not in page
    assert "chưa có trong danh sách" not in page
    assert browser.get(f"/entities/{disputed}").status_code == 404
    assert browser.post(f"/entities/{disputed}/settle", act="keep").status_code == 404
    assert browser.post("/entities/backlog/1/release").status_code == 404


def unit_id(session, code: str) -> int:
    return unit.get_at(session, code, DAY).id


# -- clb entity --


@pytest.fixture
def clb(app, database_url, tmp_path, monkeypatch):
    """The command on this test's database, as somebody types it."""
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()
    yield lambda *words: CliRunner().invoke(main, ["entity", *words])
    shell.database().close()
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()


def test_the_command_lists_shows_and_settles(clb, database, disputed):
    assert f"{disputed}\tclubs\tLTH-000001" in clb("list", "clubs").output
    shown = clb("show", disputed).output
    assert "n_members: – → 4" in shown
    assert "n_members: 4 → 5" in shown
    assert "✗ n_members: – | 4 | 5 | 5" in clb("conflicts").output

    settled = clb("resolve", disputed, "--put-back", "3")

    assert (settled.exit_code, entity(database, disputed).data["n_members"]) == (0, "4")
    assert clb("conflicts").output == ""


@pytest.mark.parametrize(
    ("options", "n_members"),
    [((), "5"), (("--version", "2"), "4"), (("--set", "n_members=7", "--set", "village=Khu phố b"), "7")],
)
def test_the_command_settles_in_each_way(clb, database, disputed, options, n_members):
    assert clb("resolve", disputed, *options).exit_code == 0

    assert (entity(database, disputed).conflict, entity(database, disputed).data["n_members"]) == (
        None,
        n_members,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resolve", "?", "--version", "2", "--put-back", "3"), "Chỉ dùng một trong"),
        (("resolve", "?", "--set", "n_members"), "CỘT=GIÁ TRỊ"),
        (("resolve", "?", "--set", "colour=x"), "không có cột “colour”"),
        (("resolve", "?", "--version", "99"), "không có phiên bản 99"),
        (("show", "nobody"), "Không có mục “nobody”"),
        (("force", "99"), "Không còn thay đổi số 99"),
    ],
)
def test_the_command_says_what_is_wrong_in_a_sentence(clb, disputed, words, said):
    result = clb(*(disputed if word == "?" else word for word in words))

    assert result.exit_code != 0
    assert said in result.output


def test_the_command_shows_what_waits_and_takes_it(clb, database, disputed):
    assert "loans" in clb("backlog").output

    assert "0" in clb("force", "--days", "100000").output
    assert clb("force", "--days", "0").exit_code == 0

    assert entity(database, loan_id("l1")).data["status"] == "repaid"
    assert clb("backlog").output == ""


def test_the_command_deletes_and_restores(clb, database, disputed):
    assert clb("delete", disputed).exit_code == 0
    assert disputed in clb("list", "--deleted").output
    assert clb("restore", disputed).exit_code == 0

    assert entity(database, disputed).deleted_at is None
    assert disputed not in clb("list", "--deleted").output
