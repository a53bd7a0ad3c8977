"""What is still missing for a period, within somebody's scope: months not reported, books that do not balance, clubs
and submissions that wait for a decision; and whom to ask."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from reports import language
from reports.period import Period, add_months, end_of_month
from server.models import (
    Actor,
    AppUser,
    BoardPosition,
    Club,
    ClubUnit,
    IncomeFundMonth,
    Meeting,
    Member,
    OperatingFundMonth,
    Quarantine,
    Unit,
    UnitClosure,
)
from server.scope import Scope, clubs_of_actors
from server.services import quarantine
from server.services.receipt.listing import expected, reported, waits_for_person

CLUBS_SHOWN = 300
"""Clubs listed at most; the figures count all of them."""
LEVELS = {"c": 0, "d": 1, "p": 2}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to ask. phone: None when none is known, or the reader may not see it."""

    name: str
    phone: str | None


@dataclass(frozen=True, slots=True)
class Silent:
    """A club and the months it has not reported. chair: None for readers above the commune."""

    code: str
    name: str
    months: tuple[date, ...]
    chair: Person | None

    @property
    def spans(self) -> tuple[tuple[date, date], ...]:
        """The months as runs without a gap: first and last of each."""
        found: list[tuple[date, date]] = []
        for month in self.months:
            if found and add_months(found[-1][1], 1) == month:
                found[-1] = found[-1][0], month
            else:
                found.append((month, month))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Commune:
    """A unit with its silent clubs, by name, and the enumerators who visit any of them."""

    name: str
    above: str
    clubs: tuple[Silent, ...]
    enumerators: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """A club whose last count of the period differs from its books. Differences in VND; None: not counted."""

    code: str
    name: str
    month: date
    income: int | None
    operating: int | None


@dataclass(frozen=True, slots=True)
class Missing:
    """All that is missing. months: those of the period that are over. clubs, reports: how many clubs owe how many
    monthly reports in all. communes: the first of them. undecided: (code, name) of clubs whose new commune is open.
    held: submissions in quarantine."""

    months: tuple[date, ...]
    clubs: int
    reports: int
    communes: tuple[Commune, ...]
    unbalanced: tuple[Unbalanced, ...]
    undecided: tuple[tuple[str, str], ...]
    held: int

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is missing at all."""
        return not (self.clubs or self.unbalanced or self.undecided or self.held)

    @property
    def listed(self) -> int:
        """Silent clubs that are listed."""
        return sum(len(one.clubs) for one in self.communes)


def count(session: Session, scope: Scope, project_id: int, period: Period, today: date) -> tuple[int, int]:
    """Clubs that owe reports on months of the period that are over, and how many reports."""
    owed = _owed(session, scope, project_id, _over(period, today))
    return len(owed), sum(map(len, owed.values()))


def look(session: Session, scope: Scope, project_id: int, period: Period, today: date) -> Missing:
    """Everything that is missing for a period on a day."""
    months = _over(period, today)
    owed = _owed(session, scope, project_id, months)
    return Missing(
        months=months,
        clubs=len(owed),
        reports=sum(map(len, owed.values())),
        communes=_communes(session, scope, owed, today),
        unbalanced=_unbalanced(session, scope, project_id, months),
        undecided=_undecided(session, scope, project_id),
        held=_held(session, scope, project_id),
    )


def _over(period: Period, today: date) -> tuple[date, ...]:
    return tuple(month for month in period.months if end_of_month(month) < today)


def _owed(session: Session, scope: Scope, project_id: int, months: tuple[date, ...]) -> dict[str, list[date]]:
    """Months not reported, by club."""
    owed: dict[str, list[date]] = defaultdict(list)
    for month in months:
        silent = select(Club.id).where(Club.project_id == project_id, expected(month), ~reported(month))
        for club_id in session.scalars(scope.clubs(silent).order_by(Club.id)):
            owed[club_id].append(month)
    return owed


def _communes(
    session: Session, scope: Scope, owed: Mapping[str, list[date]], today: date
) -> tuple[Commune, ...]:
    """By province, district and commune, each by name; no more clubs than are shown."""
    from server.services.report.reach import is_of_commune  # WeasyPrint takes a second to import.

    ids = sorted(owed, key=lambda club_id: (-len(owed[club_id]), club_id))[:CLUBS_SHOWN]
    is_private = is_of_commune(session, scope)
    clubs = {
        row.id: row for row in session.execute(select(Club.id, Club.code, Club.name).where(Club.id.in_(ids)))
    }
    chairs = _chairs(session, ids, today) if is_private else {}
    standing = _standing(session, ids, today)
    lines = _lines(session, set(standing.values()))
    visits = _visits(session, ids, today, is_private)
    grouped: dict[int, list[str]] = defaultdict(list)
    for club_id in ids:
        grouped[standing.get(club_id, 0)].append(club_id)
    found = []
    for unit_id, inside in grouped.items():
        line = lines.get(unit_id, ["–"])
        silent = [
            Silent(clubs[one].code, clubs[one].name, tuple(owed[one]), chairs.get(one)) for one in inside
        ]
        people = dict.fromkeys(person for one in inside for person in visits.get(one, ()))
        silent.sort(key=lambda one: (language.text_key(one.name), one.code))
        found.append((line, Commune(line[0], ", ".join(line[1:]), tuple(silent), tuple(people))))
    found.sort(key=lambda pair: [language.text_key(name) for name in reversed(pair[0])])
    return tuple(commune for _, commune in found)


def _standing(session: Session, ids: Collection[str], today: date) -> dict[str, int]:
    rows = session.execute(
        select(ClubUnit.club_id, ClubUnit.unit_id)
        .where(ClubUnit.club_id.in_(ids), ClubUnit.valid_from <= today)
        .order_by(ClubUnit.club_id, ClubUnit.valid_from)
    )
    return {row.club_id: row.unit_id for row in rows}


def _lines(session: Session, unit_ids: Collection[int]) -> dict[int, list[str]]:
    """Names of each unit and of those above it up to the province, from below."""
    rows = session.execute(
        select(UnitClosure.descendant_id, Unit.full_name, Unit.level, Unit.id)
        .join(Unit, Unit.id == UnitClosure.ancestor_id)
        .where(UnitClosure.descendant_id.in_(unit_ids), Unit.level.in_(LEVELS))
    ).all()
    lines: dict[int, list[str]] = defaultdict(list)
    for unit_id, name, _, _ in sorted(rows, key=lambda row: (row[0], LEVELS[row[2]], row[3])):
        lines[unit_id].append(name)
    return lines


def _chairs(session: Session, ids: Collection[str], today: date) -> dict[str, Person]:
    """The chair of each club on the day with the telephone they consented to keep, else that of the founding form."""
    rows = session.execute(
        select(BoardPosition.club_id, Member.full_name, Member.phone, Club.chair_phone)
        .join(Member, Member.id == BoardPosition.member_id)
        .join(Club, Club.id == BoardPosition.club_id)
        .where(BoardPosition.club_id.in_(ids), BoardPosition.role == "chair")
        .where(BoardPosition.valid_from <= today)
        .where(or_(BoardPosition.valid_to.is_(None), BoardPosition.valid_to >= today))
        .order_by(BoardPosition.club_id, BoardPosition.valid_from, Member.id)
    )
    return {club_id: Person(name, own or founding) for club_id, name, own, founding in rows}


def _visits(session: Session, ids: Collection[str], today: date, is_private: bool) -> dict[str, list[Person]]:
    """The enumerators whose units a club stands in, by club; telephones only for readers at commune level."""
    pairs = clubs_of_actors(today).where(ClubUnit.club_id.in_(ids)).subquery()
    rows = session.execute(
        select(pairs.c.club_id, Actor.display_name, AppUser.phone)
        .join(AppUser, AppUser.actor_id == pairs.c.actor_id)
        .join(Actor, Actor.id == AppUser.actor_id)
        .where(AppUser.revoked_at.is_(None), Actor.deleted_at.is_(None))
        .order_by(pairs.c.club_id, Actor.display_name, Actor.id)
    )
    found: dict[str, list[Person]] = defaultdict(list)
    for club_id, name, phone in rows:
        found[club_id].append(Person(name, phone if is_private else None))
    return found


def _unbalanced(
    session: Session, scope: Scope, project_id: int, months: tuple[date, ...]
) -> tuple[Unbalanced, ...]:
    income, operating = IncomeFundMonth.difference, OperatingFundMonth.difference
    counted: Select[str, str, str, date, int | None, int | None] = (
        select(Club.id, Club.code, Club.name, Meeting.report_month, income, operating)
        .join(Meeting, Meeting.club_id == Club.id)
        .outerjoin(IncomeFundMonth, IncomeFundMonth.meeting_id == Meeting.id)
        .outerjoin(OperatingFundMonth, OperatingFundMonth.meeting_id == Meeting.id)
        .where(Club.project_id == project_id, Club.status != "rejected", Meeting.is_current)
        .where(Meeting.report_month.in_(months), or_(income.is_not(None), operating.is_not(None)))
    )
    rows = session.execute(scope.clubs(counted).order_by(Club.code, Meeting.report_month, Meeting.id))
    last = {row[0]: Unbalanced(*row[1:]) for row in rows}
    return tuple(one for one in last.values() if one.income or one.operating)


def _undecided(session: Session, scope: Scope, project_id: int) -> tuple[tuple[str, str], ...]:
    waiting = (
        select(Club.code, Club.name)
        .join(ClubUnit, ClubUnit.club_id == Club.id)
        .where(Club.project_id == project_id, Club.status == "active")
        .where(ClubUnit.basis == "split", ClubUnit.valid_to.is_(None))
    )
    return tuple((code, name) for code, name in session.execute(scope.clubs(waiting).order_by(Club.code)))


def _held(session: Session, scope: Scope, project_id: int) -> int:
    """Submissions that wait for a person's decision, of tablets within the scope."""
    held = (
        select(func.count())
        .select_from(Quarantine)
        .where(Quarantine.project_id == project_id, waits_for_person(), Quarantine.reason != quarantine.WAITS)
    )
    if scope.unit_ids is not None:
        held = held.where(Quarantine.actor_id.in_(scope.app_users(select(AppUser.actor_id))))
    return session.scalar(held) or 0
