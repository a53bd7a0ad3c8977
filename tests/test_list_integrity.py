"""The integrity address: which of the entities that a tablet made, and misses in its list, it must forget."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from lxml import etree
from sqlalchemy import event

from server.models import Entity, Submission
from server.services import app_user, app_user_scope, entity, form
from server.services.actor import SYSTEM_ID
from tests.builders import REGISTER, Collect, a_club, publish
from tests.test_list_access import created

pytestmark = pytest.mark.database

HERE, THERE, COMMUNE = "582@2004-01-01", "585@2004-01-01", "22837@2004-01-01"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture
def clubs(database, collect, units):
    """A function that makes rows of the list clubs: where the club stands, None nowhere; by whom it was sent."""

    def make(unit_key=COMMUNE, by=None, number=1):
        made = []
        with database.transaction() as session:
            for _ in range(number):
                club_id = a_club(session, units[unit_key], "CLB").id if unit_key else str(uuid.uuid4())
                made.append(club_id)
                entity.apply(
                    session, sent(session, by), [replace(created(club_id, "CLB", {}), list_name="clubs")]
                )
        return made if number > 1 else made[0]

    return make


def sent(session, by):
    row = Submission(
        form_id=form.get(session, 1, "register").id,
        instance_id=f"uuid:{uuid.uuid4()}",
        actor_id=by.actor_id if by else None,
        received_at=datetime(2021, 1, 1, tzinfo=UTC),
    )
    session.add(row)
    session.flush()
    return row


def delete(database, entity_id):
    with database.transaction() as session:
        row = session.get_one(Entity, entity_id)
        before = {column.name: getattr(row, column.name) for column in Entity.__table__.columns}
        row.deleted_at = datetime(2021, 2, 1, tzinfo=UTC)
        session.flush()
        entity.part.note(session.connection(), [(before, {**before, "deleted_at": row.deleted_at})])


def told(tablet, *ids, name="clubs"):
    response = tablet.get(f"datasets/{name}/integrity?id={quote(','.join(ids), safe='')}")
    assert response.status_code == 200, response.text
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    root = etree.fromstring(response.data)
    assert (root.tag, [child.tag for child in root]) == ("data", ["entities"])
    return {one.get("id"): one.findtext("deleted") for one in root[0]}


def test_the_manifest_says_where_to_ask(collect, clubs):
    root = etree.fromstring(collect.get("forms/register/manifest").data)
    address = root.findtext(f"{MANIFEST}mediaFile/{MANIFEST}integrityUrl")
    known = clubs()

    assert address == f"http://localhost{collect.base}/datasets/clubs/integrity"
    assert known.encode() in collect.get(f"{address}?id={known}").data


def test_living_deleted_and_unknown_are_told_apart(database, collect, clubs):
    living, deleted, unknown = clubs(), clubs(), str(uuid.uuid4())
    delete(database, deleted)

    assert told(collect, living) == {living: "false"}
    assert told(collect, living, deleted, unknown) == {living: "false", deleted: "true"}
    assert told(collect, unknown) == {}


def test_what_is_no_longer_in_view_is_gone(database, app, collect, clubs, units):
    elsewhere, moved = clubs("22870@2004-01-01"), clubs()
    assert told(collect, elsewhere, moved) == {elsewhere: "true", moved: "false"}

    with database.transaction() as session:
        app_user_scope.set_units(session, collect.actor_id, [units[THERE]], SYSTEM_ID)

    assert told(collect, elsewhere, moved) == {elsewhere: "false", moved: "true"}


def test_a_tablet_keeps_what_it_made_itself_though_it_is_out_of_view(database, app, collect, clubs, units):
    """Such as a club in a commune that the tablet is not bound to, or one whose founding form waits for a person."""
    other = Collect.enrol(app, [units[HERE]])
    outside, waiting = clubs("22870@2004-01-01", by=collect), clubs(None, by=collect)

    assert told(collect, outside, waiting) == {outside: "false", waiting: "false"}
    assert told(other, outside, waiting) == {outside: "true", waiting: "true"}
    delete(database, outside)
    assert told(collect, outside) == {outside: "true"}


@pytest.mark.parametrize(
    "wrong", ["", "x", "uuid", "' OR 1=1", "123e4567-e89b-12d3-a456", "%", "ı", "a" * 9000]
)
def test_what_is_no_uuid_is_left_out_and_the_rest_answered(collect, clubs, wrong):
    known = clubs()

    assert told(collect, wrong, known, wrong) == {known: "false"}
    assert told(collect, wrong) == {}


def test_ids_come_back_as_they_were_asked(collect, clubs):
    known = clubs()

    assert told(collect, known.upper(), f" {known} ") in ({known.upper(): "false"}, {known: "false"})
    assert told(collect, known.upper()) == {known.upper(): "false"}


def test_without_any_id_the_answer_is_whole_and_empty(collect):
    assert collect.get("datasets/clubs/integrity").data.endswith(b"<data><entities></entities></data>\n")


def test_rows_of_another_list_are_unknown_to_this_one(database, blobs, collect, clubs):
    with database.transaction() as session:
        publish(session, blobs, REGISTER.replace("| register |", "| trees |").replace("clubs", "trees"))
    known = clubs()

    assert told(collect, known, name="trees") == {}


def test_two_hundred_ids_cost_as_many_queries_as_one(database, collect, clubs):
    many = clubs(None, collect, 200)
    asked: list[str] = []

    def count(*ids):
        asked.clear()
        assert len(told(collect, *ids)) == len(ids)
        return len(asked)

    listener = lambda _conn, _cursor, statement, *_: asked.append(statement)  # noqa: E731
    event.listen(database.reader, "before_cursor_execute", listener)
    try:
        assert count(*many) == count(many[0])
    finally:
        event.remove(database.reader, "before_cursor_execute", listener)


def test_a_list_that_is_not_there_or_not_for_this_tablet_is_not_found(app, database, collect):
    with database.transaction() as session:
        visit = form.get(session, 1, "visit").id
        made = app_user.create(session, 1, "Máy", [], SYSTEM_ID, form_ids=[visit])
    stranger = Collect(app, made.token, made.actor_id)

    for response in (
        collect.get("datasets/none/integrity?id=x"),
        stranger.get("datasets/clubs/integrity?id=x"),
    ):
        assert response.status_code == 404
        assert b"OpenRosaResponse" in response.data
        assert "danh sách" in response.text
