"""Entity lists on their way to tablets: each sees its own clubs, and learns of every change."""

import csv
import io
import uuid
from datetime import UTC, datetime

import pytest
from lxml import etree
from sqlalchemy import select, update

from forms.entities import EntityAction
from server.models import Club, ClubUnit, Entity, EntityList, EntityVersion, Submission
from server.services import entity, form
from tests.builders import REGISTER, Collect, a_club, publish

pytestmark = pytest.mark.database

MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
THUAN_BAC, NINH_PHUOC = "582@2004-01-01", "585@2004-01-01"


def token(tablet):
    root = etree.fromstring(tablet.get("forms/register/manifest").data)
    return root.findtext(f"{MANIFEST}mediaFile/{MANIFEST}hash")


def rows(tablet):
    response = tablet.get("forms/register/attachments/clubs.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.text)))


def action(title, uuid_=None, *, create=True, list_name="clubs", **how):
    return EntityAction(
        list_name=list_name,
        uuid=uuid_ or str(uuid.uuid4()),
        create=create,
        update=not create,
        base_version=how.get("base_version"),
        trunk_version=how.get("trunk_version"),
        branch_id=how.get("branch_id"),
        label=how.get("label", title),
        data={"title": title} | how.get("data", {}),
        container=(),
        repeat=None,
        positions=(),
    )


def sent(session, number=1):
    """A submission of the form that makes clubs."""
    target = form.get(session, 1, "register")
    row = Submission(
        form_id=target.id, instance_id=f"uuid:{number}", received_at=datetime(2021, 1, number, tzinfo=UTC)
    )
    session.add(row)
    session.flush()
    return row


def delete(session, entity_id):
    """Delete a row, as every service does that deletes one."""
    row = session.get_one(Entity, entity_id)
    before = dict(as_row(row))
    row.deleted_at = datetime(2021, 2, 1, tzinfo=UTC)
    session.flush()
    entity.part.note(session.connection(), [(before, as_row(row))])


def as_row(entity):
    return {column.name: getattr(entity, column.name) for column in Entity.__table__.columns}


def test_the_csv_has_collects_columns_and_then_the_properties(collect, database, units):
    with database.transaction() as session:
        club = a_club(session, units["22837@2004-01-01"], "Lợi Hải")
        entity.apply(session, sent(session), [action("Ba; bốn, “năm”", club.id)])

    assert rows(collect) == [
        {"name": club.id, "label": "Ba; bốn, “năm”", "__version": "1", "title": "Ba; bốn, “năm”"}
    ]


def test_a_list_without_rows_still_has_its_header(collect):
    assert collect.get("forms/register/attachments/clubs.csv").text == "name,label,__version,title\r\n"


def test_a_tablet_gets_only_the_clubs_of_its_unit(app, collect, database, units):
    with database.transaction() as session:
        ours = a_club(session, units["22837@2004-01-01"], "Lợi Hải")
        theirs = a_club(session, units["22870@2004-01-01"], "An Hải")
        entity.apply(session, sent(session), [action("ours", ours.id), action("theirs", theirs.id)])
    other = Collect.enrol(app, [units["12@2004-01-01"]])

    assert [row["name"] for row in rows(collect)] == [ours.id]
    assert rows(other) == []
    assert token(collect) != token(other)


def test_rows_of_other_lists_go_with_their_club(database, units, session, blobs, forms_published):
    with database.transaction() as writing:
        entity_list = EntityList(project_id=1, name="members", properties=["club_id"])
        writing.add(entity_list)
        club = a_club(writing, units["22837@2004-01-01"], "Lợi Hải")
        member = action("Bà Sáu", list_name="members", data={"club_id": club.id})
        entity.apply(writing, sent(writing), [member])

    assert session.scalars(select(Entity.club_id)).all() == [club.id]


def test_the_token_changes_with_every_change_and_with_nothing_else(app, collect, database, units, blobs):
    tokens = [token(collect)]
    with database.transaction() as session:
        club = a_club(session, units["22837@2004-01-01"], "Lợi Hải")
        entity.apply(session, sent(session, 1), [action("một", club.id)])
    tokens.append(token(collect))
    with database.transaction() as session:
        entity.apply(session, sent(session, 2), [action("hai", club.id, create=False)])
    tokens.append(token(collect))
    with database.transaction() as session:
        publish(
            session,
            blobs,
            REGISTER.replace(
                "| text                       | name_of_club | Tên | title |",
                "| text                       | name_of_club | Tên | title |\n"
                "| | text | more | Thêm | more |",
            ).replace("| 1 ", "| 2 "),
        )
    tokens.append(token(collect))
    with database.transaction() as session:
        delete(session, club.id)
    tokens.append(token(collect))

    assert len(set(tokens)) == 5
    assert token(collect) == tokens[-1]


def test_a_change_outside_a_tablets_scope_leaves_its_token(app, collect, database, units):
    before = token(collect)
    with database.transaction() as session:
        theirs = a_club(session, units["22870@2004-01-01"], "An Hải")
        entity.apply(session, sent(session), [action("theirs", theirs.id)])

    assert token(collect) == before


def test_a_club_that_moves_away_leaves_the_tablets_list(collect, database, units):
    with database.transaction() as session:
        club = a_club(session, units["22837@2004-01-01"], "Lợi Hải")
        entity.apply(session, sent(session), [action("một", club.id)])
    before = token(collect)
    with database.transaction() as session:
        session.execute(update(ClubUnit).values(unit_id=units["22870@2004-01-01"]))

    assert rows(collect) == []
    assert token(collect) != before


def test_the_list_comes_back_as_not_modified_when_the_phone_has_it(collect):
    tag = collect.get("forms/register/attachments/clubs.csv").headers["ETag"]

    again = collect.get("forms/register/attachments/clubs.csv", If_None_Match=tag)

    assert (again.status_code, again.data) == (304, b"")


def test_the_last_to_arrive_wins_property_by_property(session, forms_published):
    first = action("một", data={"place": "Lợi Hải"})
    entity.apply(session, sent(session, 1), [first])
    branch = {"base_version": 1, "branch_id": str(uuid.uuid4()), "trunk_version": 1}

    entity.apply(session, sent(session, 2), [action("hai", first.uuid, create=False, label=None, **branch)])

    row = session.get(Entity, first.uuid, populate_existing=True)
    assert (row.data, row.label, row.version) == ({"title": "hai", "place": "Lợi Hải"}, "một", 2)
    newest = session.scalars(select(EntityVersion).order_by(EntityVersion.version.desc())).first()
    assert (newest.base_version, newest.branch_id, newest.trunk_version) == tuple(branch.values())


def test_reading_a_submission_again_changes_nothing_even_after_others_wrote(session, forms_published):
    first = action("một")
    one = sent(session, 1)
    entity.apply(session, one, [first])
    entity.apply(session, sent(session, 2), [action("hai", first.uuid, create=False)])

    assert entity.apply(session, one, [first]) == ()

    row = session.get(Entity, first.uuid, populate_existing=True)
    assert (row.data, row.version) == ({"title": "hai"}, 2)


def test_an_edit_that_says_something_else_makes_a_new_version(session, forms_published):
    first = action("một")
    one = sent(session, 1)
    entity.apply(session, one, [first])

    entity.apply(session, one, [action("một, sửa lại", first.uuid)])

    row = session.get(Entity, first.uuid, populate_existing=True)
    assert (row.data, row.version) == ({"title": "một, sửa lại"}, 2)


def test_what_cannot_be_done_is_returned_and_the_rest_is_done(session, forms_published):
    taken = action("đã có")
    entity.apply(session, sent(session, 1), [taken])

    refused = entity.apply(
        session,
        sent(session, 2),
        [
            action("lại", taken.uuid),
            action("không có", create=False),
            action("danh sách lạ", list_name="unknown"),
            action("mới"),
        ],
    )

    assert [one.code for one in refused] == ["entity_exists", "entity_unknown", "list_unknown"]
    assert session.scalars(select(Entity.label).order_by(Entity.label)).all() == ["mới", "đã có"]


def test_publishing_only_ever_adds_properties(session, blobs, forms_published):
    assert session.scalars(select(EntityList.properties)).one() == ["title"]

    publish(session, blobs, REGISTER.replace("title |", "name_vi |").replace("| 1 ", "| 2 "))

    assert session.scalars(select(EntityList.properties)).one() == ["title", "name_vi"]


def test_a_club_belongs_to_itself(session, forms_published):
    first = action("một")
    entity.apply(session, sent(session), [first])

    assert session.get(Entity, first.uuid).club_id == first.uuid
    assert session.get(Club, first.uuid) is None


def test_a_uuid_of_another_list_is_no_way_to_change_that_list(session, blobs, forms_published):
    publish(session, blobs, REGISTER.replace("register", "people").replace("clubs", "members"))
    club = action("CLB Lợi Hải")
    entity.apply(session, sent(session, 1), [club])

    refused = entity.apply(
        session, sent(session, 2), [action("đổi", club.uuid, create=False, list_name="members")]
    )

    assert [one.code for one in refused] == ["other_list"]
    assert session.get_one(Entity, club.uuid).label == "CLB Lợi Hải"


@pytest.mark.parametrize("create", [True, False])
def test_a_member_is_not_taken_to_another_club_nor_put_into_one(session, blobs, forms_published, create):
    publish(session, blobs, REGISTER.replace("register", "people").replace("clubs", "members"))
    here, there = str(uuid.uuid4()), str(uuid.uuid4())
    member = action("Bà Tư", list_name="members", data={"club_id": here})
    entity.apply(session, sent(session, 1), [member], here)
    uuid_ = None if create else member.uuid

    taken = action("Bà Tư", uuid_, create=create, list_name="members", data={"club_id": there})
    changed = action("khác", member.uuid, create=False, list_name="members")
    refused = [
        *entity.apply(session, sent(session, 2), [taken], here),
        *entity.apply(session, sent(session, 3), [changed], there),
    ]

    assert [one.code for one in refused] == ["other_club", "other_club"]
    rows = session.execute(select(Entity.label, Entity.club_id)).all()
    assert rows == [("Bà Tư", here)]


def test_a_corrected_form_takes_along_to_the_right_club_what_it_had_put_into_the_wrong_one(
    session, blobs, forms_published
):
    publish(session, blobs, REGISTER.replace("register", "people").replace("clubs", "members"))
    wrong, right = str(uuid.uuid4()), str(uuid.uuid4())
    joined = action("Bà Tư", list_name="members", data={"club_id": wrong})
    submission = sent(session)
    entity.apply(session, submission, [joined], wrong)

    again = action("Bà Tư", joined.uuid, list_name="members", data={"club_id": right})

    assert entity.apply(session, submission, [again], right) == ()
    assert session.get_one(Entity, joined.uuid).club_id == right
