"""The club sheet, of one club or of all clubs of a commune: facts, and what only the sheet tells."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Executable, or_, select
from sqlalchemy.orm import Session

from reports import club_sheet, language
from reports.club_sheet import ClubSheet, Details, SheetBook
from reports.club_sheet import Photo as ShownPhoto
from reports.dataset import Dataset
from reports.indicators import Context
from reports.period import Period
from reports.province import NoStandards
from reports.province.build import closing_phase
from server import models as m
from server.errors import Problem
from server.scope import Scope
from server.services import plan
from server.services import unit as register
from server.services.facts.geography import Area, area, geography
from server.services.facts.load import club_ids, facts
from server.services.report import photo
from server.services.report.commune_place import CommunePlace, find
from server.services.report.photo import Show
from server.services.report.province import PeriodNotBegun, StandardsMissing
from server.services.report.reach import is_of_commune


class ClubNotFound(Problem):
    """No club of that code within the scope, or it was found to be none."""

    code = "404.1"
    message_vi = "Không có câu lạc bộ mã “{club}” trong địa bàn được giao cho anh/chị."
    message_en = "There is no club with the code “{club}” among those your account is bound to."


class ClubNotFounded(Problem):
    """A sheet was asked for a time before the club."""

    code = "404.1"
    message_vi = "Câu lạc bộ {club} thành lập ngày {day:%d/%m/%Y}, sau kỳ báo cáo."
    message_en = "The club {club} was founded on {day:%d/%m/%Y}, after the period."


def get(session: Session, scope: Scope, code: str) -> m.Club:
    """A club within a scope by its code. Raises ClubNotFound."""
    found = session.scalar(
        scope.clubs(select(m.Club).where(m.Club.code == code, m.Club.status != "rejected"))
    )
    if found is None:
        raise ClubNotFound(club=code)
    return found


def sheet(
    session: Session, scope: Scope, code: str, period: Period, *, today: date, as_of: date | None, show: Show
) -> ClubSheet:
    """The sheet of one club. as_of: the day whose boundaries count; None: the period's last, or today if earlier.

    Raises PeriodNotBegun, ClubNotFound, ClubNotFounded, StandardsMissing.
    """
    if period.first > today:
        raise PeriodNotBegun(vi=period.name_vi, en=period.name_en)
    club = get(session, scope, code)
    if club.founding_date > min(period.last, today):
        raise ClubNotFounded(club=code, day=club.founding_date)
    of = area_of(session, club, as_of or min(period.last, today))
    ctx = context(session, scope, of, period, [club.id], today)
    return _sheets(session, scope, ctx, show)[0]


def book(
    session: Session, scope: Scope, code: str, period: Period, *, today: date, as_of: date | None, show: Show
) -> SheetBook:
    """The sheets of all clubs that stand in a commune, or closed in the period, by name.

    Raises PeriodNotBegun, UnitNotFound, NotACommune, OutOfReach, StandardsMissing.
    """
    place = find(session, scope, code, period, today=today, as_of=as_of)
    ctx = context(session, scope, place.area, period, in_commune(session, scope, place, period, today), today)
    last = [c for c in ctx.data.clubs if c.closed_on is None or c.closed_on >= period.first]
    ids = {c.id for c in last if c.founding_date <= ctx.day}
    sheets = _sheets(session, scope, replace(ctx, data=ctx.data.only(lambda club: club.id in ids)), show)
    ordered = sorted(sheets, key=lambda one: (language.text_key(one.name), one.code))
    return SheetBook(place.unit.full_name, place.above, period, tuple(ordered))


def in_commune(session: Session, scope: Scope, place: CommunePlace, period: Period, today: date) -> list[str]:
    """Ids of the clubs within a scope that stand in a commune."""
    ids = list(session.scalars(club_ids(scope, place.area, period.last, today)))
    stands = geography(session, place.area, ids).places
    return [club_id for club_id in ids if stands[club_id].commune_id == place.unit.id]


def context(
    session: Session, scope: Scope, of: Area, period: Period, ids: Collection[str], today: date
) -> Context:
    """What indicators of some clubs of an area are asked with. Raises StandardsMissing."""
    data = facts(session, scope, of, period, today, ids)
    standards = plan.standards(session, session.get_one(m.Unit, of.province.id))
    try:
        phase = closing_phase(standards, period)
    except NoStandards as error:
        raise StandardsMissing from error
    return Context(data, period, phase, standards, geography(session, of, list(ids)))


def area_of(session: Session, club: m.Club, as_of: date) -> Area:
    """The province a club stands in on a day; the one it stood in first if it did not stand yet.

    Raises ClubNotFound for a club whose place nobody knows: it is in no report either.
    """
    spells = session.scalars(
        select(m.ClubUnit).where(m.ClubUnit.club_id == club.id).order_by(m.ClubUnit.valid_from)
    ).all()
    if not spells:
        raise ClubNotFound(club=club.code)
    spell = next((one for one in reversed(spells) if one.valid_from <= as_of), spells[0])
    above = register.lineage(session, session.get_one(m.Unit, spell.unit_id))
    return area(session, next(unit.code for unit in above if unit.level == "p"), as_of)


def _sheets(session: Session, scope: Scope, ctx: Context, show: Show) -> list[ClubSheet]:
    told = details(session, ctx, show)
    is_private = is_of_commune(session, scope)
    return [club_sheet.build(ctx, club, told[club.id], is_private) for club in ctx.data.clubs]


def details(session: Session, ctx: Context, show: Show) -> dict[str, Details]:
    """What sheets tell beyond the facts of reports, by club of the context."""
    ids = [club.id for club in ctx.data.clubs]
    board, numbers = phones(session, ctx.data), _loan_numbers(session, ids)
    names = {member.id: member.full_name for one in ids for member in ctx.data.members_of(one)}
    plans = _plans(session, ids, ctx.day)
    rows = {club.id: club for club in session.scalars(select(m.Club).where(m.Club.id.in_(ids)))}
    return {
        club_id: Details(
            phones=board.get(club_id, {}),
            borrowers=names,
            loan_numbers=numbers,
            next_meeting=plans[club_id][0] if club_id in plans else None,
            next_plan=plans[club_id][1] if club_id in plans else "",
            photo=_photo(session, rows[club_id], ctx.day, show),
        )
        for club_id in ids
    }


def _photo(session: Session, club: m.Club, last: date, show: Show) -> ShownPhoto | None:
    found = photo.find(session, club, last)
    source = show(found) if found else None
    return ShownPhoto(source, found.kind, found.taken_on) if found and source else None


def phones(session: Session, data: Dataset) -> dict[str, dict[str, str]]:
    """Telephones of board members by club and member: the one each consented to keep, else for the chair of the
    founding the one that the founding form asks for."""
    ids = [club.id for club in data.clubs]
    member, seat = m.Member, m.BoardPosition
    rows = _rows(
        session,
        select(seat.club_id, seat.member_id, seat.role, seat.valid_from, member.phone, m.Club.chair_phone)
        .join(member, member.id == seat.member_id)
        .join(m.Club, m.Club.id == seat.club_id)
        .where(seat.club_id.in_(ids))
        .order_by(seat.club_id, seat.valid_from, seat.member_id, seat.role),
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with_chair: set[str] = set()
    for club_id, member_id, role, _, own, chair in rows:
        is_first_chair = role == "chair" and club_id not in with_chair
        with_chair |= {club_id} if is_first_chair else set()
        if number := own or (chair if is_first_chair else None):
            found[club_id][member_id] = number
    return found


def chair_phones(session: Session, ctx: Context) -> dict[str, str]:
    """Telephone of the chair on the day, by club."""
    known: Mapping[str, Mapping[str, str]] = phones(session, ctx.data)
    seats = [(c.id, s) for c in ctx.data.clubs for s in c.board if s.role == "chair" and s.held_on(ctx.day)]
    return {
        club_id: known[club_id][s.member_id] for club_id, s in seats if s.member_id in known.get(club_id, {})
    }


def _loan_numbers(session: Session, ids: Sequence[str]) -> dict[str, int]:
    rows = _rows(session, select(m.Loan.id, m.Loan.loan_no).where(m.Loan.club_id.in_(ids)))
    return dict(tuple(row) for row in rows)


def _plans(session: Session, ids: Sequence[str], last: date) -> dict[str, tuple[date | None, str]]:
    """Next meeting and plan by club, of the newest month up to a day whose report tells either."""
    t = m.Meeting
    rows = _rows(
        session,
        select(t.club_id, t.next_meeting, t.next_plan)
        .where(t.club_id.in_(ids), t.is_current.is_(True), t.report_month <= last)
        .where(or_(t.next_meeting.is_not(None), t.next_plan != ""))
        .order_by(t.club_id, t.report_month, t.id),
    )
    return {club_id: (day, text.strip()) for club_id, day, text in rows}


def _rows(session: Session, statement: Executable) -> Sequence[Any]:
    return session.connection().execute(statement).all()
