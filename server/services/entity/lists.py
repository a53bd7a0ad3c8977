"""Entity lists as tablets see them: the rows within a tablet's view, and the token that says when they changed.

The token is made from the parts of the list that the tablet sees (`part`), never from the rows.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from forms.csvlist import ListRow
from server import scope
from server.errors import Problem
from server.models import (
    ActorProperty,
    Entity,
    EntityList,
    EntityListPart,
    EntityVersion,
    Form,
    FormAttachment,
    Submission,
    Unit,
)
from server.services.entity import access, part

ROWS_AT_ONCE = 1000
IDS_AT_ONCE = 5000
"""Fewer than either database takes values in one statement; Collect asks about hundreds."""
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HALF = 2**31
"""The sum of whole contents does not fit 64 bits, and SQLite refuses it; sums of their halves do."""

lists, parts, entities = EntityList.__table__, EntityListPart.__table__, Entity.__table__
versions, submissions = EntityVersion.__table__, Submission.__table__
LISTS: BindParameter[Any] = bindparam("lists", expanding=True)
ACTOR: BindParameter[Any] = bindparam("actor")


class EntityListNotFound(Problem):
    """No list of that name, or none that whoever asks may fetch."""

    code = "404.1"
    message_vi = (
        "Máy này không có danh sách “{name}”. Xin mở “Điền biểu mẫu” trong ODK Collect, bấm làm mới (⟳)."
    )
    message_en = (
        "This tablet has no list “{name}”. Please open “Start new form” in ODK Collect and tap refresh."
    )


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who fetches lists, on which day. sees_all: the rules of lists do not hold for them."""

    actor_id: int
    day: date
    sees_all: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """What the statements of this module ask for."""
        return {"actor": self.actor_id, "owner": access.owner_part(self.actor_id), "day": self.day}


@dataclass(frozen=True, slots=True)
class Seen:
    """A list as one viewer sees it.

    token: 32 hex digits, others when a row in view, or what else a tablet reads of the list, has changed.
    parts: a subquery of the parts in view, which needs the viewer's parameters; None: all of them.
    """

    entity_list_id: int
    name: str
    properties: tuple[str, ...]
    approval_required: bool
    token: str
    parts: Select[str] | None


def _parts_of_actor() -> Select[str]:
    """The parts an actor is given whatever the list: how each begins says by which rule it is one."""
    clubs = scope.clubs_of_actor().subquery()
    given = union_all(
        select(literal(access.EVERYBODY).label("part")),
        select(bindparam("owner", type_=String())),
        select(literal(access.CLUB_PART) + clubs.c.club_id),
    ).subquery()
    return select(given.c.part)


def _unit_parts_of_actor() -> Select[str]:
    key = literal(access.UNIT_PART) + Unit.code + "@" + cast(Unit.valid_from, String(10))
    return select(key).where(Unit.id.in_(scope.units_of_actor()))


def _sums(in_view: ColumnElement[bool]) -> Select[int, int, int, int]:
    """Rows and content of the parts in view, by list."""
    return (
        select(
            parts.c.entity_list_id,
            func.sum(parts.c.rows).label("rows"),
            func.sum(parts.c.content // HALF).label("high"),
            func.sum(parts.c.content % HALF).label("low"),
        )
        .where(parts.c.entity_list_id.in_(LISTS), in_view)
        .group_by(parts.c.entity_list_id)
    )


def _state(in_view: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    sums = _sums(in_view).subquery()
    return (
        select(
            lists.c.id,
            lists.c.name,
            lists.c.properties,
            lists.c.access,
            lists.c.approval_required,
            sums.c.rows,
            sums.c.high,
            sums.c.low,
        )
        .outerjoin(sums, sums.c.entity_list_id == lists.c.id)
        .where(lists.c.id.in_(LISTS))
    )


GIVEN_PARTS = _parts_of_actor()
GIVEN_STATE, WHOLE_STATE = _state(parts.c.part.in_(GIVEN_PARTS)), _state(true())
PLACED_PARTS = select(union_all(GIVEN_PARTS, _unit_parts_of_actor()).subquery().c.part)
PROPERTIES = select(ActorProperty.name, ActorProperty.value).where(ActorProperty.actor_id == ACTOR)


def seen(session: Session, viewer: Viewer, entity_list_ids: Collection[int]) -> dict[int, Seen]:
    """Lists as the viewer sees them, by id.

    One query over the parts in view, for all lists together: every tablet asks this for every form at every check.
    A list that goes by the viewer's own properties, or that holds rows of units without a club, takes one more.
    """
    if not entity_list_ids:
        return {}
    statement = WHOLE_STATE if viewer.sees_all else GIVEN_STATE
    rows = session.connection().execute(statement, viewer.parameters | {"lists": list(entity_list_ids)})
    return {row.id: _seen(session, viewer, row) for row in rows}


def _seen(session: Session, viewer: Viewer, row: Row[*tuple[Any, ...]]) -> Seen:
    in_view, state = GIVEN_PARTS, (row.rows, row.high, row.low)
    if not viewer.sees_all and (others := _other_parts(session, viewer, row)) is not None:
        in_view = others
        sums = _sums(parts.c.part.in_(others))
        found = session.connection().execute(sums, viewer.parameters | {"lists": [row.id]}).first()
        state = (found.rows, found.high, found.low) if found else (None, None, None)
    return Seen(
        entity_list_id=row.id,
        name=row.name,
        properties=tuple(row.properties),
        approval_required=bool(row.approval_required),
        token=_token(row.properties, bool(row.approval_required), *(int(one or 0) for one in state)),
        parts=None if viewer.sees_all else in_view,
    )


def _other_parts(session: Session, viewer: Viewer, row: Row[*tuple[Any, ...]]) -> Select[str] | None:
    """The parts in view of a list for which those given to the actor everywhere are not the answer."""
    if row.access is None:
        return None
    if row.access["type"] == access.PROPERTY:
        own = {one.name: one.value for one in session.connection().execute(PROPERTIES, viewer.parameters)}
        key = access.values_part([own.get(rule["actorProperty"], "") for rule in row.access["rules"]])
        return select(literal(key)).where(literal(key != access.NOBODY))
    places_rows = row.access["type"] == access.UNIT and access.unit_property(row.access) in row.properties
    return PLACED_PARTS if places_rows else None


def _token(properties: list[str], approval_required: bool, rows: int, high: int, low: int) -> str:
    total = (high * HALF + low) % part.MODULUS
    state = repr((properties, approval_required, rows, total))
    return hashlib.md5(state.encode(), usedforsecurity=False).hexdigest()


def rows(session: Session, viewer: Viewer, of: Seen) -> Iterator[ListRow]:
    """The living rows of a list that the viewer sees, by creation.

    They come from the database as they are read, in the state that the session sees: one that asked for the token
    before gives the very rows that the token is of.
    """
    statement = (
        select(entities.c.id, entities.c.label, entities.c.version, entities.c.data)
        .where(entities.c.entity_list_id == of.entity_list_id, entities.c.deleted_at.is_(None))
        .order_by(entities.c.created_at, entities.c.id)
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    if of.parts is not None:
        statement = statement.where(entities.c.part.in_(of.parts))
    found = session.connection().execute(statement, viewer.parameters)
    return (ListRow(row.id, row.label, row.version, row.data) for row in found)


def get_fetched(session: Session, project_id: int, name: str, form_ids: frozenset[int] | None) -> int:
    """The id of a list by its name, if one of the forms given (None: any of the project) has it among its files.

    Raises EntityListNotFound.
    """
    statement = (
        select(EntityList.id)
        .join(FormAttachment, FormAttachment.entity_list_id == EntityList.id)
        .join(Form, Form.current_version_id == FormAttachment.form_version_id)
        .where(EntityList.project_id == project_id, EntityList.name == name, Form.deleted_at.is_(None))
        .limit(1)
    )
    if form_ids is not None:
        statement = statement.where(Form.id.in_(form_ids))
    found = session.scalar(statement)
    if found is None:
        raise EntityListNotFound(name=name)
    return found


def gone(session: Session, viewer: Viewer, entity_list_id: int, ids: Iterable[str]) -> dict[str, bool]:
    """Which of these entities a tablet must forget, by UUID as asked: deleted ones, and living ones out of its view.

    One that is not known is absent: the submission that makes it may be on its way. Neither is one forgotten that the
    viewer itself made and does not see: that would take from an enumerator what was just registered.
    What is no UUID is left out. One query for some thousands.
    """
    asked = {one.lower(): one for one in ids if UUID.fullmatch(one.lower())}
    found = seen(session, viewer, [entity_list_id])[entity_list_id]
    visible = true() if found.parts is None else entities.c.part.in_(found.parts)
    statement = (
        select(entities.c.id, _is_gone(visible).label("is_gone"))
        .where(
            entities.c.entity_list_id == entity_list_id, entities.c.id.in_(bindparam("ids", expanding=True))
        )
        .order_by(entities.c.id)
    )
    known: dict[str, bool] = {}
    for begin in range(0, len(asked), IDS_AT_ONCE):
        some = {"ids": list(asked)[begin : begin + IDS_AT_ONCE]}
        for row in session.connection().execute(statement, viewer.parameters | some):
            known[asked[row.id]] = bool(row.is_gone)
    return known


def _is_gone(visible: ColumnElement[bool]) -> ColumnElement[bool]:
    own = (
        select(versions.c.id)
        .join(submissions, submissions.c.id == versions.c.submission_id)
        .where(versions.c.entity_id == entities.c.id, versions.c.version == 1)
        .where(submissions.c.actor_id == ACTOR)
    )
    return or_(entities.c.deleted_at.is_not(None), ~or_(visible, own.exists()))
