"""What lists there are, which properties they have, and by which rule tablets get their rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.entities import is_property_name
from forms.schema import EntityDeclaration
from server.errors import Problem
from server.models import Entity, EntityList
from server.services import audit
from server.services.entity import access, part
from server.services.entity.lists import EntityListNotFound


class BadAccess(Problem):
    """A rule that no list can have."""

    code = "400.2"
    message_vi = "Cách chia danh sách không đúng: {reason_vi}"
    message_en = "The rule for the list is wrong: {reason_en}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as an administrator sees it. rows: living ones; access None: every tablet gets them all."""

    name: str
    properties: tuple[str, ...]
    rows: int
    access: dict[str, Any] | None
    approval_required: bool


def declare(
    session: Session, project_id: int, declarations: Iterable[EntityDeclaration], actor_id: int
) -> None:
    """Make the lists and properties that a form writes to; nothing is ever taken away from a list.

    A new list begins with its default rule. One that was open gets it too when it learns which club its rows belong
    to: until then there was nothing to divide them by.
    """
    known = {
        row.name: row
        for row in session.scalars(select(EntityList).where(EntityList.project_id == project_id))
    }
    for declaration in declarations:
        row = known.get(declaration.list_name)
        if row is None:
            row = EntityList(project_id=project_id, name=declaration.list_name, properties=[])
            known[row.name] = row
            session.add(row)
            session.flush()
            audit.log(session, actor_id, "dataset.create", "dataset", row.id, {"name": row.name})
        new = [name for name in declaration.properties if name not in row.properties]
        if new:
            row.properties = [*row.properties, *new]
            session.flush()
            audit.log(session, actor_id, "dataset.update", "dataset", row.id, {"properties": new})
        if row.access is None and (row.name == access.CLUBS or access.CLUB_PROPERTY in new):
            _change(session, row, access.default(row.name, row.properties), actor_id)


def list_ids(session: Session, project_id: int) -> dict[str, int]:
    """The entity lists of a project: name → id."""
    rows = session.execute(select(EntityList.name, EntityList.id).where(EntityList.project_id == project_id))
    return {row.name: row.id for row in rows}


def listed(session: Session, project_id: int) -> list[Listed]:
    """The lists of a project by name."""
    rows = session.execute(
        select(EntityList, func.count(Entity.id))
        .outerjoin(Entity, (Entity.entity_list_id == EntityList.id) & Entity.deleted_at.is_(None))
        .where(EntityList.project_id == project_id)
        .group_by(EntityList.id)
        .order_by(EntityList.name)
    )
    return [
        Listed(one.name, tuple(one.properties), count, one.access, bool(one.approval_required))
        for one, count in rows
    ]


def get(session: Session, project_id: int, name: str) -> EntityList:
    """A list by its name. Raises EntityListNotFound."""
    found = session.scalar(
        select(EntityList).where(EntityList.project_id == project_id, EntityList.name == name)
    )
    if found is None:
        raise EntityListNotFound(name=name)
    return found


def set_access(session: Session, project_id: int, name: str, rule: dict[str, Any] | None, by: int) -> None:
    """Change by which rule tablets get a list's rows (None: every tablet gets all), and place all rows anew.

    Raises EntityListNotFound, BadAccess.
    """
    row = part.lock(session, get(session, project_id, name).id)
    _check(row, rule)
    if row.access != rule:
        _change(session, row, rule, by)


def set_approval(session: Session, project_id: int, name: str, is_required: bool, by: int) -> None:
    """Say whether a person approves a submission before it makes rows of a list. Raises EntityListNotFound."""
    row = get(session, project_id, name)
    if bool(row.approval_required) != is_required:
        row.approval_required = is_required
        session.flush()
        audit.log(session, by, "dataset.update", "dataset", row.id, {"approvalRequired": is_required})


def by_property(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The rule that goes by an app user's properties, from pairs of a list's property and an app user's."""
    rules = [{"datasetProperty": of_row, "actorProperty": of_actor} for of_row, of_actor in pairs]
    return {"type": access.PROPERTY, "rules": rules}


def _change(session: Session, row: EntityList, rule: dict[str, Any] | None, by: int) -> None:
    row.access = rule
    session.flush()
    part.repair(session, row.id)
    audit.log(session, by, "dataset.update", "dataset", row.id, {"accessFilter": rule})


def _check(row: EntityList, rule: dict[str, Any] | None) -> None:
    """Raises BadAccess for a rule that names nothing, or what the list has not."""
    if rule is None or rule["type"] == access.OWNER_ONLY:
        return
    if rule["type"] == access.UNIT:
        _check_properties(row, [rule["datasetProperty"]] if "datasetProperty" in rule else [])
    elif rule["type"] == access.PROPERTY and rule.get("rules"):
        _check_properties(row, [one["datasetProperty"] for one in rule["rules"]])
        _check_names([one["actorProperty"] for one in rule["rules"]])
    else:
        raise BadAccess(
            reason_vi="cần ít nhất một cặp thuộc tính.", reason_en="it needs a pair of properties."
        )


def _check_properties(row: EntityList, names: Sequence[str]) -> None:
    for name in names:
        if name not in row.properties:
            raise BadAccess(
                reason_vi=f"danh sách “{row.name}” không có thuộc tính “{name}”.",
                reason_en=f"list “{row.name}” has no property “{name}”.",
            )


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if not is_property_name(name):
            raise BadAccess(
                reason_vi=f"“{name}” không đặt tên cho thuộc tính được.",
                reason_en=f"“{name}” cannot name a property.",
            )
