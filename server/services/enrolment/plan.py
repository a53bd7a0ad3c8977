"""What a list of enumerators comes to: whom to enrol, who has a tablet already, and everything that is wrong."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import language
from server.models import Actor, ActorUnit, AppUser
from server.services import project
from server.services.enrolment import roster
from server.services.enrolment.place import Gazetteer, NotOneUnit
from server.services.enrolment.roster import Cell, Line, RosterRejected
from server.services.plan import CellError

BETWEEN_UNITS = re.compile(r"\s*[;\n]\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody on the list. phone: as it is dialled; None when not given. units: of at least one."""

    name: str
    phone: str | None
    unit_ids: frozenset[int]

    @property
    def person(self) -> object:
        """What the name is compared by."""
        return language.text_key(self.name)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the list who has a living key already."""

    actor_id: int
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Plan:
    """What the list comes to, in its order."""

    new: tuple[Wanted, ...]
    known: tuple[Known, ...]


@dataclass
class _Reading:
    """The list while it is read, with what stands on the server and what was met so far."""

    places: Gazetteer
    enrolled: list[Known]
    errors: list[CellError] = field(default_factory=list)
    phones: dict[str, Cell] = field(default_factory=dict)
    persons: dict[tuple[object, frozenset[int]], Cell] = field(default_factory=dict)


def plan(session: Session, project_id: int, content: bytes, name: str, today: date) -> Plan:
    """Read a list and hold it against who is enrolled. Somebody known is known by phone and units, or name and units.

    content: the workbook; name: of the file. Raises NotAWorkbook, ProjectNotFound, and RosterRejected with all errors
    of all rows.
    """
    project.get(session, project_id)
    lines = roster.read(content, name)
    reading = _Reading(Gazetteer(session, today), enrolled(session, project_id))
    new: list[Wanted] = []
    known: list[Known] = []
    for line in lines:
        wanted = _wanted(reading, line)
        if wanted is None:
            continue
        same = _same(reading, line, wanted)
        known += [Known(same.actor_id, wanted)] if same else []
        new += [] if same else [wanted]
    if reading.errors:
        raise RosterRejected(name, reading.errors)
    return Plan(tuple(new), tuple(known))


def enrolled(session: Session, project_id: int) -> list[Known]:
    """Everybody with a living key of the project."""
    rows = session.execute(
        select(AppUser.actor_id, AppUser.phone, Actor.display_name)
        .join(Actor, Actor.id == AppUser.actor_id)
        .where(AppUser.project_id == project_id, AppUser.revoked_at.is_(None), Actor.deleted_at.is_(None))
        .order_by(AppUser.actor_id)
    ).all()
    bound: dict[int, set[int]] = {row.actor_id: set() for row in rows}
    for actor_id, unit_id in session.execute(
        select(ActorUnit.actor_id, ActorUnit.unit_id)
        .join(AppUser, AppUser.actor_id == ActorUnit.actor_id)
        .where(AppUser.project_id == project_id, AppUser.revoked_at.is_(None))
    ):
        bound.setdefault(actor_id, set()).add(unit_id)
    return [
        Known(row.actor_id, Wanted(row.display_name, row.phone, frozenset(bound[row.actor_id])))
        for row in rows
    ]


def find_same(held: Iterable[Known], wanted: Wanted) -> Known | None:
    """Who of those enrolled is meant."""
    for one in held:
        if one.wanted.unit_ids != wanted.unit_ids:
            continue
        if wanted.phone is not None and one.wanted.phone == wanted.phone:
            return one
        if one.wanted.person == wanted.person and None in (one.wanted.phone, wanted.phone):
            return one
    return None


def _wanted(reading: _Reading, line: Line) -> Wanted | None:
    """One row; None when something in it is wrong, which is noted."""
    before = len(reading.errors)
    if not line.name.text:
        reading.errors.append(line.name.wrong("chưa ghi họ tên.", "the name is missing."))
    elif len(line.name.text) > roster.MAX_NAME:
        reading.errors.append(
            line.name.wrong(
                f"tên dài quá {roster.MAX_NAME} chữ.", f"the name has more than {roster.MAX_NAME} letters."
            )
        )
    unit_ids = _unit_ids(reading, line.unit)
    phone = roster.phone_number(line.phone.text) if line.phone.text else None
    if line.phone.text and phone is None:
        reading.errors.append(
            line.phone.wrong(
                "không phải số điện thoại Việt Nam; ghi như 0912 345 678 hoặc +84 912 345 678.",
                "is no Vietnamese telephone number; write 0912 345 678 or +84 912 345 678.",
            )
        )
    if len(reading.errors) > before:
        return None
    wanted = Wanted(" ".join(line.name.text.split()), phone, unit_ids)
    return wanted if _is_first(reading, line, wanted) else None


def _unit_ids(reading: _Reading, cell: Cell) -> frozenset[int]:
    found: set[int] = set()
    texts = [text for text in BETWEEN_UNITS.split(cell.text) if text]
    if not texts:
        reading.errors.append(
            cell.wrong(
                "chưa ghi đơn vị; máy không có đơn vị sẽ không thấy câu lạc bộ nào.",
                "the unit is missing; a tablet without one sees no club.",
            )
        )
    for text in texts:
        try:
            found.add(reading.places.find(text).id)
        except NotOneUnit as error:
            reading.errors.append(cell.wrong(error.vi, error.en))
    return frozenset(found)


def _is_first(reading: _Reading, line: Line, wanted: Wanted) -> bool:
    """Whether nobody above has the same phone, or the same name and units; else it is noted."""
    if wanted.phone is not None:
        first = reading.phones.setdefault(wanted.phone, line.phone)
        if first is not line.phone:
            at = f"{first.sheet}!{first.address}"
            reading.errors.append(
                line.phone.wrong(
                    f"trùng số điện thoại với ô {at}. Một người phụ trách nhiều đơn vị thì ghi một dòng, các đơn vị "
                    "cách nhau bằng dấu chấm phẩy; hai người chung số thì để trống số của một người.",
                    f"the same number as in {at}. Somebody with several units gets one row, units parted by "
                    "semicolons; where two share a number, leave one of them empty.",
                )
            )
            return False
    person = reading.persons.setdefault((wanted.person, wanted.unit_ids), line.name)
    if person is not line.name:
        at = f"{person.sheet}!{person.address}"
        reading.errors.append(
            line.name.wrong(
                f"trùng họ tên và đơn vị với ô {at}. Nếu là hai người, hãy ghi thêm chữ để phân biệt, ví dụ “(B)”.",
                f"the same name and unit as in {at}. If these are two people, add something to tell them apart.",
            )
        )
        return False
    return True


def _same(reading: _Reading, line: Line, wanted: Wanted) -> Known | None:
    """Who is meant of those enrolled; somebody who may or may not be meant is noted."""
    if same := find_same(reading.enrolled, wanted):
        return same
    for one in reading.enrolled:
        held = one.wanted
        if wanted.phone is not None and held.phone == wanted.phone:
            units = "; ".join(reading.places.label(unit_id) for unit_id in sorted(held.unit_ids)) or "–"
            reading.errors.append(
                line.phone.wrong(
                    f"số này đã có thẻ số {one.actor_id} ({held.name}) ở đơn vị khác: {units}. Nếu người này chuyển "
                    f"địa bàn, hãy đổi đơn vị của thẻ đó, hoặc thu hồi nó trước: clb app-user revoke {one.actor_id}",
                    f"this number has card {one.actor_id} ({held.name}) for another unit: {units}. If the person "
                    f"moved, change that card's units, or revoke it first: clb app-user revoke {one.actor_id}",
                )
            )
        elif held.person == wanted.person and held.unit_ids == wanted.unit_ids:
            reading.errors.append(
                line.phone.wrong(
                    f"cùng họ tên và đơn vị với thẻ số {one.actor_id}, nhưng khác số điện thoại. Cùng một người thì "
                    "để trống số; người khác thì ghi thêm chữ vào tên để phân biệt, ví dụ “(B)”.",
                    f"card {one.actor_id} has the same name and unit, but another number. For the same person "
                    "leave the number empty; for another one add something to the name.",
                )
            )
    return None
