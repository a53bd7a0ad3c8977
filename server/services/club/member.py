"""Members of a club and what happened to each, as much of it as a reader may see.

docs/decisions/privacy.md and register.md: names for readers at commune level and for those who correct the data of
their units; telephones and who borrowed at commune level only; everybody else sees that there are so many members.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.facts import Loan
from server.errors import Problem
from server.models import (
    Attendance,
    BoardPosition,
    Club,
    Meeting,
    Member,
    MembershipEvent,
    Submission,
    Survey,
)
from server.models import Loan as GrantedLoan
from server.scope import Scope
from server.services.actor import Identity
from server.services.club.page import Sent
from server.services.facts.load import of_clubs
from server.services.report.reach import is_of_commune

PAGE_ROWS = 100
NAMING = "club.update"
"""The verb of those who correct what is known of clubs and their members."""


class MemberUnknown(Problem):
    """No member of that id in a club within the scope."""

    code = "404.1"
    message_vi = "Không có thành viên này trong các câu lạc bộ thuộc địa bàn được giao cho anh/chị."
    message_en = "There is no such member in the clubs your account is bound to."


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of people a reader may see. is_named: names, sex, year of birth, why somebody left, interviews;
    is_private: also telephones and loans."""

    is_named: bool
    is_private: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A member in the list. Where the reader may not see who is who, name, sex, birth_year and reason are None and
    roles empty."""

    id: str
    number: int
    name: str | None
    sex: str | None
    birth_year: int | None
    roles: tuple[str, ...]
    joined_on: date
    left_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a member. kind: joined, left, board, board_ended, loan or survey.

    code: reason of leaving, role in the board, or round of the survey. loan: with kind loan. sent: the submission that
    says so, None where the reader may not see that one.
    """

    on: date
    kind: str
    code: str | None
    loan: Loan | None
    sent: Sent | None


@dataclass(frozen=True, slots=True)
class Detail:
    """One member with every event a reader may see, newest first. present, meetings: at how many of the club's
    meetings since joining, and of how many; None where it is not for the reader."""

    listed: Listed
    club: Club
    phone: str | None
    events: tuple[Event, ...]
    present: int | None
    meetings: int | None


def sight(session: Session, seen: Scope, who: Identity, project_id: int) -> Sight:
    """What somebody may see of people within their scope."""
    is_private = is_of_commune(session, seen)
    return Sight(is_private or who.may(NAMING, project_id), is_private)


def count(session: Session, club: Club) -> tuple[int, int]:
    """Members on the list today, and those who left."""
    still = select(func.count()).where(Member.club_id == club.id, Member.left_on.is_(None))
    everybody = select(func.count()).where(Member.club_id == club.id)
    on_list, ever = session.scalar(still) or 0, session.scalar(everybody) or 0
    return on_list, ever - on_list


def listed(session: Session, club: Club, of: Sight, page: int) -> list[Listed]:
    """One page of a club's members: those on the list first, by number. page: from 1."""
    rows = session.scalars(
        select(Member)
        .where(Member.club_id == club.id)
        .order_by(Member.left_on.is_not(None), Member.member_no, Member.id)
        .offset((page - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS)
    ).all()
    held = _roles(session, [row.id for row in rows]) if of.is_named else {}
    return [_listed(row, of, held.get(row.id, ())) for row in rows]


def detail(session: Session, seen: Scope, project_id: int, member_id: str, of: Sight, today: date) -> Detail:
    """One member of a club within a scope. Raises MemberUnknown."""
    found = session.execute(
        seen.clubs(
            select(Member, Club)
            .join(Club, Club.id == Member.club_id)
            .where(Member.id == member_id, Club.project_id == project_id)
        )
    ).first()
    if found is None:
        raise MemberUnknown
    person, club = found
    events = _events(session, seen, person, of, today)
    present, meetings = _presence(session, person) if of.is_named else (None, None)
    return Detail(
        listed=_listed(person, of, _roles(session, [person.id]).get(person.id, ()) if of.is_named else ()),
        club=club,
        phone=person.phone if of.is_private else None,
        events=tuple(sorted(events, key=lambda one: (one.on, ORDER.index(one.kind)), reverse=True)),
        present=present,
        meetings=meetings,
    )


ORDER = ("joined", "board", "survey", "loan", "board_ended", "left")
"""Events of one day as they follow each other."""


def _listed(person: Member, of: Sight, roles: tuple[str, ...]) -> Listed:
    named = of.is_named
    return Listed(
        person.id,
        person.member_no,
        person.full_name if named else None,
        person.sex if named else None,
        person.birth_year if named else None,
        roles,
        person.joined_on,
        person.left_on,
        person.left_reason if named else None,
    )


def _roles(session: Session, ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Roles in the board that each holds or held last."""
    seat = BoardPosition
    rows = session.execute(
        select(seat.member_id, seat.role)
        .where(seat.member_id.in_(ids), seat.valid_to.is_(None))
        .order_by(seat.member_id, seat.role)
    )
    held: dict[str, list[str]] = defaultdict(list)
    for member_id, role in rows:
        held[member_id].append(role)
    return {member_id: tuple(roles) for member_id, roles in held.items()}


def _events(session: Session, seen: Scope, person: Member, of: Sight, today: date) -> list[Event]:
    told = session.scalars(
        select(MembershipEvent)
        .where(MembershipEvent.member_id == person.id)
        .order_by(MembershipEvent.on_date, MembershipEvent.id)
    ).all()
    if not of.is_named:
        return [Event(one.on_date, one.kind, None, None, None) for one in told]
    surveys = session.execute(
        select(Survey.surveyed_on, Survey.survey_round, Survey.submission_id).where(
            Survey.member_id == person.id
        )
    ).all()
    loans = _loans(session, person, today) if of.is_private else []
    ids = (
        {one.submission_id for one in told} | {row[2] for row in surveys} | {meeting for _, meeting in loans}
    )
    sent = _sent(session, seen, ids)
    return [
        *(Event(one.on_date, one.kind, one.reason, None, sent.get(one.submission_id)) for one in told),
        *_seats(session, person),
        *(Event(on, "survey", code, None, sent.get(submission)) for on, code, submission in surveys),
        *(Event(loan.disbursed_on, "loan", loan.purpose, loan, sent.get(meeting)) for loan, meeting in loans),
    ]


def _seats(session: Session, person: Member) -> list[Event]:
    seats = session.scalars(
        select(BoardPosition).where(BoardPosition.member_id == person.id).order_by(BoardPosition.role)
    ).all()
    begun = [Event(seat.valid_from, "board", seat.role, None, None) for seat in seats]
    return begun + [Event(s.valid_to, "board_ended", s.role, None, None) for s in seats if s.valid_to]


def _loans(session: Session, person: Member, today: date) -> list[tuple[Loan, int]]:
    """The member's loans as facts, which know what is outstanding, each with the meeting that granted it."""
    data = of_clubs(session, [person.club_id], today, today, today, since=today)
    of_member = select(GrantedLoan.id, GrantedLoan.meeting_id).where(GrantedLoan.member_id == person.id)
    granted = {row[0]: row[1] for row in session.execute(of_member)}
    return [(one, granted[one.id]) for one in data.loans_of(person.club_id) if one.id in granted]


def _sent(session: Session, seen: Scope, ids: Collection[int]) -> dict[int, Sent]:
    wanted = select(Submission.id, Submission.instance_id).where(Submission.id.in_(ids))
    return {row[0]: Sent(*row) for row in session.execute(seen.submissions(wanted))}


def _presence(session: Session, person: Member) -> tuple[int, int]:
    """At how many meetings that count since the month of joining the member was present, and how many there were."""
    held = select(Meeting.id).where(
        Meeting.club_id == person.club_id,
        Meeting.is_current,
        Meeting.held,
        Meeting.report_month >= person.joined_on.replace(day=1),
    )
    if person.left_on is not None:
        held = held.where(Meeting.report_month < person.left_on.replace(day=1))
    meetings = session.scalar(select(func.count()).select_from(held.subquery())) or 0
    present = session.scalar(
        select(func.count())
        .select_from(Attendance)
        .where(Attendance.member_id == person.id, Attendance.meeting_id.in_(held))
    )
    return present or 0, meetings
