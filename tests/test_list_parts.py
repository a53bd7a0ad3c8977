"""Parts of lists: whatever happens to rows, a tablet's token changes when its CSV does, and only then."""

import uuid
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from forms import csvlist
from forms.entities import EntityAction
from server.models import Entity, EntityList, EntityListPart, EntityVersion, Submission
from server.services import app_user, app_user_scope, entity, form
from server.services.actor import SYSTEM_ID
from server.services.entity import Viewer, part
from server.services.entity.declare import by_property, set_access
from tests.builders import REGISTER, a_club, publish, seed_units

pytestmark = pytest.mark.database

DAY = date(2021, 6, 1)
PEOPLE = REGISTER.replace("| register |", "| people |").replace("clubs", "members")
IDS = [str(uuid.UUID(int=number, version=4)) for number in range(1, 6)]
RULES = (None, {"type": "unit"}, {"type": "ownerOnly"}, by_property([("title", "team")]))
which = st.integers(0, len(IDS) - 1)
STEPS = st.one_of(
    st.tuples(
        st.just("write"), which, st.sampled_from(["đỏ", "xanh", ""]), st.integers(0, 3), st.integers(0, 1)
    ),
    st.tuples(st.just("delete"), which),
    st.tuples(st.just("restore"), which),
    st.tuples(st.just("rule"), st.integers(0, len(RULES) - 1)),
)


class Field:
    """A list of people of three clubs in two districts, two tablets, and what can happen to them."""

    def __init__(self, session, blobs):
        self.session, self.sent = session, 0
        publish(session, blobs, PEOPLE)
        self.form_id = form.get(session, 1, "people").id
        units = seed_units(session)
        here, there = units["582@2004-01-01"], units["585@2004-01-01"]
        communes = [units["22837@2004-01-01"], units["22837@2004-01-01"], units["22870@2004-01-01"]]
        self.clubs = [a_club(session, commune, f"CLB {n}").id for n, commune in enumerate(communes)] + [""]
        self.tablets = [
            app_user.create(session, 1, name, [bound], SYSTEM_ID).actor_id
            for name, bound in (("Máy 1", here), ("Máy 2", there))
        ]
        for tablet, team in zip(self.tablets, ("đỏ", "xanh"), strict=True):
            app_user_scope.set_property(session, tablet, "team", team, SYSTEM_ID)
        self.list_id = session.scalars(select(EntityList.id).where(EntityList.name == "members")).one()

    def take(self, step):
        {"write": self.write, "delete": self.delete, "restore": self.restore, "rule": self.rule}[step[0]](
            *step[1:]
        )

    def write(self, number, title, club, tablet):
        """Create the row, or change it when it is there."""
        row = self.session.get(Entity, IDS[number], populate_existing=True)
        self.sent += 1
        submission = Submission(
            form_id=self.form_id,
            instance_id=f"uuid:{uuid.uuid4()}",
            actor_id=self.tablets[tablet],
            received_at=datetime(2021, 1, 1, tzinfo=UTC),
        )
        self.session.add(submission)
        self.session.flush()
        action = EntityAction(
            list_name="members",
            uuid=IDS[number],
            create=row is None,
            update=row is not None,
            base_version=None if row is None else row.version,
            trunk_version=None,
            branch_id=None,
            label=f"Người {number}",
            data={"title": title, "club_id": self.clubs[club]},
            container=(),
            repeat=None,
            positions=(),
        )
        entity.apply(self.session, submission, [action])

    def delete(self, number):
        self._set_deleted(number, datetime(2021, 2, 1, tzinfo=UTC))

    def restore(self, number):
        self._set_deleted(number, None)

    def _set_deleted(self, number, moment):
        rows = Entity.__table__
        before = self.session.execute(select(rows).where(rows.c.id == IDS[number])).mappings().first()
        if before is not None:
            self.session.execute(update(rows).where(rows.c.id == IDS[number]).values(deleted_at=moment))
            part.note(self.session.connection(), [(before, {**before, "deleted_at": moment})])

    def rule(self, number):
        set_access(self.session, 1, "members", RULES[number], SYSTEM_ID)

    def seen(self):
        """For each tablet, and for somebody who sees all: the lines of the CSV in any order, and the token."""
        viewers = [Viewer(tablet, DAY) for tablet in self.tablets] + [Viewer(SYSTEM_ID, DAY, sees_all=True)]
        for viewer in viewers:
            seen = entity.seen(self.session, viewer, [self.list_id])[self.list_id]
            rows = entity.rows(self.session, viewer, seen)
            content = b"".join(csvlist.write_list(seen.properties, rows))
            yield tuple(sorted(content.splitlines())), seen.token


@pytest.fixture
def field(session, blobs):
    return Field(session, blobs)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=12))
def test_a_token_changes_when_the_csv_does_and_only_then(field, steps):
    with field.session.begin_nested() as attempt:
        pairs = set(field.seen())
        for step in steps:
            field.take(step)
            pairs |= set(field.seen())
        assert part.faults(field.session) == []
        attempt.rollback()

    contents, tokens = {content for content, _ in pairs}, {token for _, token in pairs}
    assert len(pairs) == len(contents) == len(tokens)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=10))
def test_each_tablet_sees_what_its_rule_says(field, steps):
    with field.session.begin_nested() as attempt:
        for step in steps:
            field.take(step)
        rule = field.session.scalars(select(EntityList.access)).one()
        living = field.session.scalars(select(Entity).where(Entity.deleted_at.is_(None))).all()
        made_by = {
            one.id: field.session.scalars(
                select(Submission.actor_id)
                .join(EntityVersion, EntityVersion.submission_id == Submission.id)
                .where(EntityVersion.entity_id == one.id, EntityVersion.version == 1)
            ).one()
            for one in living
        }
        expected = [
            {one.id for one in living if may_see(rule, one, made_by[one.id], tablet, team, clubs)}
            for tablet, team, clubs in (
                (field.tablets[0], "đỏ", field.clubs[:2]),
                (field.tablets[1], "xanh", field.clubs[2:3]),
            )
        ]
        seen = [{line.split(b",")[0].decode() for line in lines} - {"name"} for lines, _ in field.seen()]
        attempt.rollback()

    assert seen[:2] == expected


def may_see(rule, row, made_by, tablet, team, clubs):
    if rule is None:
        return True
    if rule["type"] == "ownerOnly":
        return made_by == tablet
    if rule["type"] == "property":
        return row.data["title"] == team
    return row.data["club_id"] in clubs


def test_a_row_with_a_blank_property_and_one_without_are_the_same_line():
    blank, absent = (
        part.content(IDS[0], "Bà Sáu", 1, data) for data in ({"title": "đỏ", "sex": ""}, {"title": "đỏ"})
    )

    assert blank == absent
    assert part.content(IDS[0], "Bà Sáu", 2, {"title": "đỏ"}) != absent


def test_the_hash_of_a_row_is_the_same_for_ever():
    """Another value would make every tablet fetch every list again, and the sums kept would be wrong."""
    row = (IDS[0], "Bà Nguyễn Thị Sáu", 3, {"sex": "female", "birth_year": "1950", "groups": ""})

    assert part.content(*row) == 861_146_198_221_176_404


def test_parts_that_went_wrong_are_found_and_repaired(field):
    for number in range(4):
        field.write(number, "đỏ", number % 4, 0)
    before = list(field.seen())
    assert part.faults(field.session) == []

    field.session.execute(update(EntityListPart).values(content=7))
    field.session.execute(update(Entity).where(Entity.id == IDS[0]).values(part="nobody"))

    assert part.faults(field.session) == ["members"]
    assert part.repair(field.session) == ["members"]
    assert list(field.seen()) == before
    assert part.repair(field.session) == []
    field.session.execute(delete(EntityListPart))
    assert part.repair(field.session, field.list_id) == ["members"]
    assert list(field.seen()) == before


def test_a_list_of_more_rows_than_are_read_at_once_is_counted_whole(field, monkeypatch):
    for number in range(5):
        field.write(number, "đỏ", 0, 0)
    monkeypatch.setattr(part, "NEXT", part.NEXT.limit(2))

    assert part.faults(field.session) == []
    field.session.execute(delete(EntityListPart))
    part.repair(field.session)
    assert field.session.scalars(select(EntityListPart.rows)).all() == [5]
