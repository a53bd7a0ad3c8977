"""The list of clubs within somebody's units: searched without marks, narrowed by unit and state, one page at a time.

A few queries whatever the number of clubs: what a line tells beyond the club's own row is asked for the page alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from server.models import Club, ClubUnit, Meeting, Member, Unit, UnitClosure
from server.scope import Scope
from server.services.sought import plain

PAGE_ROWS = 50
MOST_WORDS = 20
"""Of a search; SQLite takes a thousand conditions, and no club has so long a name."""
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which clubs a list should show. text: words of the name or code, "" for all; unit_ids: a province and a unit of
    it, None for all; state: of STATES, or "" for all but what was found to be no club."""

    text: str = ""
    province_id: int | None = None
    commune_id: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A unit to choose clubs by. is_former: it stands no more; what stood there on its last day is meant."""

    unit_id: int
    name: str
    is_former: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A club in the list. place: the unit it stands in today, or stood in last, and above: those above that, from
    below; last_month: the newest month it reported, None: none. members: those who have not left."""

    id: str
    code: str
    name: str
    place: str
    above: str
    founding_date: date
    state: str
    closed_on: date | None
    members: int
    last_month: date | None


def count(session: Session, seen: Scope, project_id: int, wanted: Wanted) -> int:
    """How many clubs a list shows on all its pages."""
    return session.scalar(chosen(select(func.count(Club.id)), seen, project_id, wanted)) or 0


def listed(session: Session, seen: Scope, project_id: int, wanted: Wanted, page: int) -> list[Listed]:
    """One page of the clubs, by name without marks, then code. page: from 1."""
    columns = select(Club.id, Club.code, Club.name, Club.founding_date, Club.status, Club.closed_on)
    rows = session.execute(
        chosen(columns, seen, project_id, wanted)
        .order_by(Club.name_key, Club.code, Club.id)
        .offset((page - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS)
    ).all()
    ids = [row.id for row in rows]
    members, months, standing = _members(session, ids), _months(session, ids), places(session, ids, seen.day)
    return [
        Listed(
            row.id,
            row.code,
            row.name,
            *standing.get(row.id, ("", "")),
            row.founding_date,
            row.status,
            row.closed_on,
            members.get(row.id, 0),
            months.get(row.id),
        )
        for row in rows
    ]


def chosen(statement: Query, seen: Scope, project_id: int, wanted: Wanted) -> Query:
    """The rows of a query on clubs that a list should show, within a scope."""
    statement = statement.where(Club.project_id == project_id)
    for word in plain(wanted.text).split()[:MOST_WORDS]:
        by_code = func.lower(Club.code).contains(word, autoescape=True)
        statement = statement.where(or_(Club.name_key.contains(word, autoescape=True), by_code))
    for unit_id in (wanted.province_id, wanted.commune_id):
        if unit_id is not None:
            statement = Scope(frozenset({unit_id}), seen.actor_id, seen.day).clubs(statement)
    if wanted.state:
        statement = statement.where(Club.status == wanted.state)
    else:
        statement = statement.where(Club.status != "rejected")
    return seen.clubs(statement)


def units(
    session: Session, seen: Scope, project_id: int, province_id: int | None
) -> tuple[list[Place], list[Place]]:
    """Provinces in which clubs within the scope stand or stood, those of today first; and the units below the one
    chosen in which they did, as far as any is chosen."""
    ids = seen.clubs(select(Club.id).where(Club.project_id == project_id))
    stood = select(ClubUnit.unit_id).where(ClubUnit.club_id.in_(ids))
    above = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id.in_(stood))
    provinces = _places(session, select(Unit).where(Unit.level == "p", Unit.id.in_(above)))
    if province_id is None:
        return provinces, []
    below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == province_id)
    inside = select(Unit).where(Unit.id.in_(above), Unit.id.in_(below), Unit.level.in_(("d", "c")))
    return provinces, _places(session, inside)


def places(session: Session, ids: Collection[str], day: date) -> dict[str, tuple[str, str]]:
    """Full name of the unit each club stands in on a day, or stood in last, and of those above it, from below.

    A club of which no place is known is absent.
    """
    last = (
        select(ClubUnit.club_id, func.max(ClubUnit.valid_from).label("since"))
        .where(ClubUnit.club_id.in_(ids), ClubUnit.valid_from <= day)
        .group_by(ClubUnit.club_id)
        .subquery()
    )
    rows = session.execute(
        select(ClubUnit.club_id, ClubUnit.unit_id, Unit.full_name, Unit.level)
        .join(last, and_(last.c.club_id == ClubUnit.club_id, last.c.since == ClubUnit.valid_from))
        .join(UnitClosure, UnitClosure.descendant_id == ClubUnit.unit_id)
        .join(Unit, Unit.id == UnitClosure.ancestor_id)
        .where(Unit.level != "n")
        .order_by(ClubUnit.club_id, Unit.level, Unit.id)
    ).all()
    lines: dict[str, list[str]] = {}
    for level in "cdp":
        for row in rows:
            if row.level == level:
                lines.setdefault(row.club_id, []).append(row.full_name)
    return {club_id: (names[0], ", ".join(names[1:])) for club_id, names in lines.items()}


def _places(session: Session, statement: Select[Any]) -> list[Place]:
    rows = session.scalars(statement.order_by(Unit.valid_to.is_not(None), Unit.code, Unit.id))
    return [Place(unit.id, unit.full_name, unit.valid_to is not None) for unit in rows]


def _members(session: Session, ids: Collection[str]) -> dict[str, int]:
    rows = session.execute(
        select(Member.club_id, func.count())
        .where(Member.club_id.in_(ids), Member.left_on.is_(None))
        .group_by(Member.club_id)
    )
    return {row[0]: row[1] for row in rows}


def _months(session: Session, ids: Collection[str]) -> dict[str, date]:
    rows = session.execute(
        select(Meeting.club_id, func.max(Meeting.report_month))
        .where(Meeting.club_id.in_(ids))
        .group_by(Meeting.club_id)
    )
    return {row[0]: row[1] for row in rows}
