"""Rules by which tablets get the rows of a list: all, by unit, those they made, by properties; and who sets them."""

import csv
import io
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from lxml import etree
from sqlalchemy import event, select, update

from forms.entities import EntityAction
from server.cli import main, shell
from server.models import Audit, EntityList, EntityListPart, Submission, UnitLink
from server.services import app_user_scope, entity, form
from server.services.actor import SYSTEM_ID
from server.services.app_user_scope import BadActorProperty
from server.services.entity import EntityListNotFound
from server.services.entity.declare import BadAccess
from tests.builders import REGISTER, Collect, a_club, publish

pytestmark = pytest.mark.database

PEOPLE = REGISTER.replace("| register |", "| people |").replace("clubs", "people")
HERE, THERE, GONE, WHERE_GONE_WENT = (
    "582@2004-01-01",
    "585@2004-01-01",
    "22837@2004-01-01",
    "22837@2025-07-01",
)
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture
def people(database, blobs, forms_published):
    """A list of another programme, with titles only; a function that makes a row in it."""
    with database.transaction() as session:
        publish(session, blobs, PEOPLE)

    def make(title, tablet=None, **data):
        with database.transaction() as session:
            uuid_ = str(uuid.uuid4())
            submission = Submission(
                form_id=form.get(session, 1, "people").id,
                instance_id=f"uuid:{uuid.uuid4()}",
                actor_id=tablet.actor_id if tablet else None,
                received_at=datetime(2021, 1, 1, tzinfo=UTC),
            )
            session.add(submission)
            session.flush()
            entity.apply(session, submission, [created(uuid_, title, data)])
        return uuid_

    return make


def created(uuid_, title, data):
    return EntityAction(
        list_name="people",
        uuid=uuid_,
        create=True,
        update=False,
        base_version=None,
        trunk_version=None,
        branch_id=None,
        label=title,
        data={"title": title} | data,
        container=(),
        repeat=None,
        positions=(),
    )


@pytest.fixture
def tablets(app, units, people):
    """One tablet in each of two districts."""
    return Collect.enrol(app, [units[HERE]]), Collect.enrol(app, [units[THERE]])


@pytest.fixture
def clb(database_url, tmp_path, monkeypatch):
    """Runs the command on this test's database."""
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    forget()
    yield lambda *words: CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    shell.database().close()
    forget()


def forget():
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()


def titles(tablet):
    served = tablet.get("forms/people/attachments/people.csv")
    assert served.status_code == 200
    return sorted(row["title"] for row in csv.DictReader(io.StringIO(served.text)))


def listed(tablet):
    """The list's entry in the manifest."""
    root = etree.fromstring(tablet.get("forms/people/manifest").data)
    return {one.findtext(f"{MANIFEST}filename"): one for one in root}["people.csv"]


def token(tablet):
    return listed(tablet).findtext(f"{MANIFEST}hash")


def set_rule(database, rule):
    with database.transaction() as session:
        entity.set_access(session, 1, "people", rule, SYSTEM_ID)


def test_a_list_of_another_programme_goes_to_every_tablet(people, tablets):
    people("một")

    assert [titles(one) for one in tablets] == [["một"], ["một"]]
    assert token(tablets[0]) == token(tablets[1])


def test_lists_about_clubs_are_divided_by_unit_from_the_start(session, blobs, forms_published):
    with_club = PEOPLE.replace("| title |", "| title |\n| | text | of_club | CLB | club_id |").replace(
        "| 1 ", "| 2 "
    )
    publish(session, blobs, PEOPLE)
    rules = select(EntityList.name, EntityList.access).order_by(EntityList.name)
    assert session.execute(rules).all() == [("clubs", {"type": "unit"}), ("people", None)]

    publish(session, blobs, with_club)

    assert session.execute(rules).all() == [("clubs", {"type": "unit"}), ("people", {"type": "unit"})]
    entity.set_access(session, 1, "people", None, SYSTEM_ID)
    publish(session, blobs, with_club.replace("Ghi tên", "Ghi tên mới").replace("| 2 ", "| 3 "))
    assert session.execute(rules).all()[1] == ("people", None), "what a person opened stays open"


def test_each_tablet_gets_what_it_made(database, people, tablets):
    one, other = tablets
    people("của máy một", one), people("của máy hai", other), people("không của ai")
    set_rule(database, {"type": "ownerOnly"})

    assert titles(one) == ["của máy một"]
    assert titles(other) == ["của máy hai"]
    before = token(one), token(other)
    people("nữa", other)
    assert token(one) == before[0]
    assert token(other) != before[1]


def test_each_tablet_gets_what_matches_its_properties_and_nothing_without_them(database, people, tablets):
    one, other = tablets
    people("đỏ", ca="1"), people("đỏ", ca="2"), people("xanh", ca="1"), people("", ca="1")
    with database.transaction() as session:
        session.execute(
            update(EntityList).where(EntityList.name == "people").values(properties=["title", "ca"])
        )
        for name, value in (("team", "đỏ"), ("shift", "1")):
            app_user_scope.set_property(session, one.actor_id, name, value, SYSTEM_ID)
        app_user_scope.set_property(session, other.actor_id, "team", "", SYSTEM_ID)
    set_rule(database, entity.by_property([("title", "team")]))
    assert titles(one) == ["đỏ", "đỏ"]
    assert titles(other) == []

    set_rule(database, entity.by_property([("title", "team"), ("ca", "shift")]))
    assert titles(one) == ["đỏ"]

    before = token(one)
    with database.transaction() as session:
        app_user_scope.set_property(session, one.actor_id, "team", "xanh", SYSTEM_ID)
    assert titles(one) == ["xanh"]
    assert token(one) != before


def test_values_with_a_separator_in_them_do_not_match_two_others(database, people, tablets):
    one, _ = tablets
    people("a", ca="b c")
    with database.transaction() as session:
        session.execute(
            update(EntityList).where(EntityList.name == "people").values(properties=["title", "ca"])
        )
        app_user_scope.set_property(session, one.actor_id, "team", "a b", SYSTEM_ID)
        app_user_scope.set_property(session, one.actor_id, "shift", "c", SYSTEM_ID)
    set_rule(database, entity.by_property([("title", "team"), ("ca", "shift")]))

    assert titles(one) == []


def test_a_value_too_long_for_a_part_is_given_to_nobody(database, people, tablets):
    one, _ = tablets
    people("x" * 600)
    set_rule(database, entity.by_property([("title", "team")]))

    assert titles(one) == []
    with database.reading() as session:
        assert "nobody" in session.scalars(select(EntityListPart.part)).all()


def test_rows_without_a_club_go_with_the_unit_they_name(app, database, people, units):
    places = {
        "district": Collect.enrol(app, [units[HERE]]),
        "old commune": Collect.enrol(app, [units[GONE]]),
        "new commune": Collect.enrol(app, [units[WHERE_GONE_WENT]]),
        "new province": Collect.enrol(app, [units["56@2025-07-01"]]),
        "elsewhere": Collect.enrol(app, [units["12@2004-01-01"]]),
    }
    with database.transaction() as session:
        session.execute(
            update(EntityList).where(EntityList.name == "people").values(properties=["title", "place"])
        )
        link(session, units[GONE], units[WHERE_GONE_WENT])
    set_rule(database, {"type": "unit", "datasetProperty": "place"})
    before = token(places["new commune"])
    people("xã cũ", place=GONE)
    people("không rõ"), people("lạ", place="99999@2004-01-01"), people("hỏng", place="Lợi Hải")

    assert {name: titles(tablet) for name, tablet in places.items()} == {
        "district": ["xã cũ"],
        "old commune": ["xã cũ"],
        "new commune": ["xã cũ"],
        "new province": ["xã cũ"],
        "elsewhere": [],
    }
    assert token(places["new commune"]) != before
    elsewhere = token(places["elsewhere"])
    people("xã mới", place=WHERE_GONE_WENT)
    assert titles(places["district"]) == ["xã cũ"]
    assert titles(places["new commune"]) == ["xã cũ", "xã mới"]
    assert token(places["elsewhere"]) == elsewhere


def link(session, old, new):
    session.add(UnitLink(old_id=old, new_id=new, is_partial=True))


def test_a_list_with_approval_is_marked_as_such(database, people, tablets):
    assert listed(tablets[0]).get("type") == "entityList"
    before = token(tablets[0])

    with database.transaction() as session:
        entity.set_approval(session, 1, "people", True, SYSTEM_ID)

    assert listed(tablets[0]).get("type") == "approvalEntityList"
    assert token(tablets[0]) != before


def test_a_change_of_rule_is_refused_when_it_names_nothing_and_written_down_when_made(session, blobs):
    publish(session, blobs, PEOPLE)
    for rule in (
        entity.by_property([]),
        entity.by_property([("height", "team")]),
        entity.by_property([("title", "team a")]),
        {"type": "unit", "datasetProperty": "place"},
    ):
        with pytest.raises(BadAccess):
            entity.set_access(session, 1, "people", rule, SYSTEM_ID)
    with pytest.raises(EntityListNotFound):
        entity.set_access(session, 1, "nobody", None, SYSTEM_ID)

    for _ in range(2):
        entity.set_access(session, 1, "people", {"type": "ownerOnly"}, SYSTEM_ID)

    details = session.scalars(select(Audit.details).where(Audit.action == "dataset.update")).all()
    assert details.count({"accessFilter": {"type": "ownerOnly"}}) == 1


@pytest.mark.parametrize(
    ("name", "value"), [("displayName", "a"), ("tổ 1", "a"), ("", "a"), ("team", "x" * 256)]
)
def test_a_property_of_a_tablet_has_a_name_and_a_value_that_can_stand(session, collect, name, value):
    with pytest.raises(BadActorProperty):
        app_user_scope.set_property(session, collect.actor_id, name, value, SYSTEM_ID)


def test_an_unchanged_list_costs_one_query_and_no_csv(database, people, tablets, units):
    """Who asks, which form, its files, and one question for all lists of the manifest, however many rows there are."""
    one, _ = tablets
    with database.transaction() as session:
        for number in range(3):
            a_club(session, units[GONE], f"CLB {number}")
    for number in range(5):
        people(f"người {number}")
    tag = one.get("forms/people/attachments/people.csv").headers["ETag"]
    asked: list[str] = []
    listener = lambda _conn, _cursor, statement, *_: asked.append(statement)  # noqa: E731

    event.listen(database.reader, "before_cursor_execute", listener)
    try:
        one.get("forms/people/manifest")
        of_manifest = list(asked)
        asked.clear()
        unchanged = one.get("forms/people/attachments/people.csv", If_None_Match=tag)
    finally:
        event.remove(database.reader, "before_cursor_execute", listener)

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    for statements in (of_manifest, asked):
        about_lists = [one for one in statements if "entity_list_part" in one]
        assert len(about_lists) == 1
        assert not any("FROM entity " in one or "FROM entity\n" in one for one in statements)
        assert len(statements) <= 4


def test_rows_are_those_of_the_token_though_others_write_meanwhile(database, people, tablets):
    people("một")
    viewer = entity.Viewer(tablets[0].actor_id, date(2021, 6, 1))
    with database.reading() as session:
        list_id = entity.list_ids(session, 1)["people"]
        seen = entity.seen(session, viewer, [list_id])[list_id]
        people("hai")

        assert [row.label for row in entity.rows(session, viewer, seen)] == ["một"]
        assert entity.seen(session, viewer, [list_id])[list_id].token == seen.token

    assert titles(tablets[0]) == ["hai", "một"]
    assert token(tablets[0]) != f"md5:{seen.token}"


def test_rows_made_at_one_moment_are_all_counted(database, people, tablets):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(people, [f"người {number}" for number in range(40)]))

    assert len(titles(tablets[0])) == 40
    with database.reading() as session:
        assert entity.part.faults(session) == []
        assert 40 in session.scalars(select(EntityListPart.rows)).all()


def test_the_command_divides_lists_and_says_how_they_are_divided(clb, database, people, tablets):
    one, other = tablets
    people("của máy một", one)

    assert clb("entity-list", "access", "people", "owner").exit_code == 0
    assert [titles(tablet) for tablet in tablets] == [["của máy một"], []]
    clb("app-user", "property", other.actor_id, "team", "của máy một")
    clb("entity-list", "access", "people", "property", "--match", "title=team")
    assert [titles(tablet) for tablet in tablets] == [[], ["của máy một"]]
    clb("entity-list", "approval", "people", "yes")
    lines = dict(line.split("\t", 1) for line in clb("entity-list", "list").output.splitlines())
    assert lines["people"] == "1\ttheo thuộc tính | property (title=team)\tcần duyệt | approval\ttitle"
    assert lines["clubs"].startswith("0\ttheo đơn vị | unit")
    clb("entity-list", "access", "people", "all")
    assert [titles(tablet) for tablet in tablets] == [["của máy một"]] * 2

    assert clb("entity-list", "access", "people", "property", "--match", "title").exit_code == 2
    assert clb("entity-list", "access", "people", "property").exit_code == 1
    assert clb("entity-list", "access", "nobody", "all").exit_code == 1


def test_the_command_moves_a_tablet_and_shows_its_properties(clb, database, collect, units):
    with database.transaction() as session:
        club = a_club(session, units["03388@2004-01-01"], "Đoàn Kết")
        submission = session.get_one(Submission, club.submission_id)
        submission.form_id = form.get(session, 1, "register").id
        row = replace(created(club.id, "Đoàn Kết", {}), list_name="clubs")
        entity.apply(session, submission, [row])

    assert clubs(collect) == []
    assert clb("app-user", "units", collect.actor_id, "--unit", "12").exit_code == 0
    assert clubs(collect) == ["Đoàn Kết"]
    assert clb("app-user", "units", collect.actor_id, "--none").exit_code == 0
    assert clubs(collect) == []
    assert clb("app-user", "units", collect.actor_id).exit_code == 2
    assert clb("app-user", "units", 999, "--none").exit_code == 1

    assert clb("app-user", "property", collect.actor_id, "team", " đỏ ").output == "team\tđỏ\n"
    assert clb("app-user", "property", collect.actor_id).output == "team\tđỏ\n"
    assert clb("app-user", "property", collect.actor_id, "team").exit_code == 2
    assert clb("app-user", "property", collect.actor_id, "team", "").output == ""


def clubs(tablet):
    served = tablet.get("forms/register/attachments/clubs.csv").text
    return [row["label"] for row in csv.DictReader(io.StringIO(served))]


def test_the_command_repairs_what_was_counted_wrong(clb, database, people, tablets):
    people("một")
    before = token(tablets[0])
    with database.transaction() as session:
        session.execute(update(EntityListPart).values(content=5))
    assert token(tablets[0]) != before
    told = clb("check")
    assert (told.exit_code, "“people”" in told.output) == (1, True)

    assert "people" in clb("entity-list", "repair").output
    assert clb("check").exit_code == 0
    assert token(tablets[0]) == before
    assert "Không có gì" in clb("entity-list", "repair").output
