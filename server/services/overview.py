"""What the start page tells: each province with its clubs, members and what was received, within one scope."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from server.models import Club, ClubUnit, Meeting, Member, Phase, Submission, Survey, Unit, UnitClosure
from server.scope import Scope


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """A province in one state. valid_to: its last day, None while it stands. last_received: None without any form."""

    code: str
    full_name: str
    valid_to: date | None
    clubs: int
    members: int
    submissions: int
    last_received: datetime | None


@dataclass(frozen=True, slots=True)
class Totals:
    """All clubs within the scope, each once; the rows of provinces overlap where a reform made one of another."""

    clubs: int
    members: int
    submissions: int
    last_received: datetime | None
    first_founded: date | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A province by its code, which may have named several states. has_clubs: a club within the scope stood there."""

    code: str
    full_name: str
    stands: bool
    has_clubs: bool


def provinces(session: Session, scope: Scope, project_id: int) -> list[ProvinceRow]:
    """Provinces that hold or held a club within the scope, those of today first, then by code.

    Members: those who have not left. A club is in its province of today and in the one it stood in before a reform.
    """
    stood = _club_provinces(scope, project_id).subquery()
    clubs = _per_club(scope, project_id).subquery()
    rows = session.execute(
        select(
            Unit.code,
            Unit.full_name,
            Unit.valid_to,
            func.count(),
            func.sum(clubs.c.members),
            func.sum(clubs.c.submissions),
            func.max(clubs.c.last_received),
        )
        .join(stood, stood.c.unit_id == Unit.id)
        .join(clubs, clubs.c.id == stood.c.club_id)
        .group_by(Unit.id, Unit.code, Unit.full_name, Unit.valid_to)
        .order_by(Unit.valid_to.is_not(None), Unit.code, Unit.id)
    )
    return [ProvinceRow(*row) for row in rows]


def totals(session: Session, scope: Scope, project_id: int) -> Totals:
    """The same figures for all clubs within the scope."""
    clubs = _per_club(scope, project_id).subquery()
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(clubs.c.members), 0),
            func.coalesce(func.sum(clubs.c.submissions), 0),
            func.max(clubs.c.last_received),
            func.min(clubs.c.founding_date),
        )
    ).one()
    return Totals(*row)


def choices(session: Session, scope: Scope, project_id: int) -> list[Choice]:
    """Provinces a report may be asked for: first those with clubs, then the others within the scope, by code."""
    with_clubs = _club_provinces(scope, project_id).subquery()
    held = set(
        session.scalars(select(Unit.code).join(with_clubs, with_clubs.c.unit_id == Unit.id).distinct())
    )
    rows = session.execute(
        select(Unit.code, Unit.full_name, Unit.valid_to)
        .where(Unit.level == "p", or_(_touches(scope), Unit.code.in_(held)))
        .order_by(Unit.code, Unit.valid_from)
    )
    newest = {code: (full_name, valid_to) for code, full_name, valid_to in rows}
    found = [
        Choice(code, full_name, valid_to is None, code in held)
        for code, (full_name, valid_to) in newest.items()
    ]
    return sorted(found, key=lambda one: (not one.has_clubs, one.code))


def phases(session: Session) -> list[tuple[date, date]]:
    """First and last day of each phase of the scheme, in order."""
    rows = session.execute(select(Phase.valid_from, Phase.valid_to).order_by(Phase.valid_from, Phase.code))
    return [(first, last) for first, last in rows]


def phase_names(session: Session) -> list[tuple[str, tuple[str, str]]]:
    """Code and names (Vietnamese, English) of each phase of the scheme, in order."""
    rows = session.execute(
        select(Phase.code, Phase.name_vi, Phase.name_en).order_by(Phase.valid_from, Phase.code)
    )
    return [(code, (name_vi, name_en)) for code, name_vi, name_en in rows]


def _touches(scope: Scope) -> ColumnElement[bool]:
    """Condition: the unit is at, above or below one that the scope is bound to."""
    if scope.unit_ids is None:
        return Unit.id.is_not(None)
    above = select(UnitClosure.ancestor_id).where(UnitClosure.descendant_id.in_(scope.unit_ids))
    below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id.in_(scope.unit_ids))
    return or_(Unit.id.in_(above), Unit.id.in_(below))


def _club_provinces(scope: Scope, project_id: int) -> Select[*tuple[Any, ...]]:
    """Each club within the scope with each province it stood in."""
    return scope.clubs(
        select(ClubUnit.club_id.label("club_id"), Unit.id.label("unit_id"))
        .join(Club, Club.id == ClubUnit.club_id)
        .join(UnitClosure, UnitClosure.descendant_id == ClubUnit.unit_id)
        .join(Unit, and_(Unit.id == UnitClosure.ancestor_id, Unit.level == "p"))
        .where(Club.project_id == project_id, Club.status != "rejected")
        .distinct()
    )


def _per_club(scope: Scope, project_id: int) -> Select[*tuple[Any, ...]]:
    """Each club within the scope with its members, its submissions and when the last of them came."""
    sent = union_all(
        select(Club.id.label("club_id"), Submission.received_at).join(
            Submission, Submission.id == Club.submission_id
        ),
        select(Meeting.club_id, Meeting.received_at),
        select(Survey.club_id, Survey.received_at),
    ).subquery()
    forms = (
        select(
            sent.c.club_id,
            func.count().label("submissions"),
            func.max(sent.c.received_at).label("last_received"),
        )
        .group_by(sent.c.club_id)
        .subquery()
    )
    people = (
        select(Member.club_id, func.count().label("members"))
        .where(Member.left_on.is_(None))
        .group_by(Member.club_id)
        .subquery()
    )
    return scope.clubs(
        select(
            Club.id,
            Club.founding_date,
            func.coalesce(people.c.members, 0).label("members"),
            func.coalesce(forms.c.submissions, 0).label("submissions"),
            forms.c.last_received,
        )
        .outerjoin(people, people.c.club_id == Club.id)
        .outerjoin(forms, forms.c.club_id == Club.id)
        .where(Club.project_id == project_id, Club.status != "rejected")
    )
