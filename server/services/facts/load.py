"""The facts of a report from the club tables: a few queries, each over the clubs of one area within one scope.

Core rows straight into frozen dataclasses: with five years of 50 clubs these are some 30.000 rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Executable, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from reports import facts as f
from reports.dataset import Dataset
from reports.period import Period
from server import models as m
from server.clock import VIETNAM
from server.scope import Scope
from server.services.facts.geography import Area
from server.services.facts.month import codes, meeting, meeting_columns, outline, outline_columns
from server.services.facts.received import (
    corrections,
    departures,
    end_of,
    is_sample,
    month_counts,
    submitted,
)

CLUB = (
    *("id", "code", "name", "village_kind", "village_name", "phase", "status", "founding_date", "closed_on"),
    *("decision_no", "decision_date", "charter_adopted", "fund_income_initial", "fund_operating_initial"),
    *("trained_board", "books", "lat", "lon", "meeting_day", "funding_project"),
)
MEMBER = (
    *("id", "club_id", "full_name", "sex", "birth_year", "ethnicity", "poverty_status", "disability"),
    *("hardship", "joined_on", "left_on", "left_reason"),
)
TARGET = (
    *("unit_id", "period_from", "period_to", "indicator", "metric", "op", "value", "value_max", "measure"),
    *("threshold_vnd", "document", "document_date", "fact_id", "kind"),
)
CONTEXT = (
    *("unit_id", "period_from", "period_to", "metric", "op", "value", "measure", "kind", "document"),
    *("fact_id", "note"),
)


def facts(
    session: Session,
    scope: Scope,
    of: Area,
    period: Period,
    cut_off: date,
    only: Collection[str] | None = None,
) -> Dataset:
    """Everything a report of an area needs, up to the end of the period and as received by the end of the cut-off.

    Only clubs within the scope, of all days: a slice by place or phase is made of the result. Rejected clubs and months
    that were sent again are left out. only: ids of the clubs to load; without it, all of the area.
    """
    clubs = club_ids(scope, of, period.last, cut_off)
    if only is not None:
        clubs = clubs.where(m.Club.id.in_(only))
    return Dataset(
        clubs=_clubs(session, clubs, cut_off),
        members=_members(session, clubs, period.last, cut_off),
        meetings=_meetings(session, clubs, period.last, cut_off),
        loans=_loans(session, clubs, period.last, cut_off),
        trainings=_trainings(session, clubs, of),
        targets=_targets(session, of),
        context=_context(session, of),
        cut_off=cut_off,
        surveys=_surveys(session, clubs, period.last, cut_off),
    )


def of_clubs(
    session: Session,
    club_ids: Collection[str],
    last: date,
    cut_off: date,
    received_by: date,
    since: date = date.min,
) -> Dataset:
    """What is known of these clubs up to a last day, as received by the end of another; without plans and context.

    cut_off: the day of stock figures, if that comes before the last. since: activities, operating funds and home care
    of earlier months are left out; a figure that asks for them raises facts.NotRead.
    """
    clubs = select(m.Club.id).where(m.Club.id.in_(club_ids))
    t = m.Training
    trainings = select(
        *(t.unit_id, m.Club.id, t.starts_on, t.ends_on, t.participants, t.topic, t.organiser, t.document),
        t.fact_id,
    ).join(m.Club, m.Club.code == t.club_code)
    return Dataset(
        clubs=_clubs(session, clubs, received_by),
        members=_members(session, clubs, last, received_by),
        meetings=[
            *_outlines(session, clubs, last, received_by, since),
            *_meetings(session, clubs, last, received_by, since),
        ],
        loans=_loans(session, clubs, last, received_by),
        trainings=[
            f.Training(*row)
            for row in _rows(session, trainings.where(m.Club.id.in_(club_ids)).order_by(t.starts_on, t.id))
        ],
        cut_off=cut_off,
        surveys=_surveys(session, clubs, last, received_by),
    )


def club_ids(scope: Scope, of: Area, last: date, cut_off: date) -> Select[str]:
    """A query of the ids of an area's clubs within a scope, founded by a day and known by the end of the cut-off;
    rejected ones are none."""
    stood = select(m.ClubUnit.club_id).where(m.ClubUnit.unit_id.in_(of.unit_ids))
    return scope.clubs(
        select(m.Club.id)
        .where(m.Club.id.in_(stood))
        .where(m.Club.founding_date <= last, m.Club.status != "rejected")
        .where(submitted(m.Club.submission_id, cut_off))
    )


def _clubs(session: Session, wanted: Select[Any], cut_off: date) -> list[f.Club]:
    boards = _boards(session, wanted, cut_off)
    held = _of(m.Club, CLUB).add_columns(is_sample(m.Club.submission_id).label("is_sample"))
    rows = _rows(session, held.where(m.Club.id.in_(wanted)).order_by(m.Club.code, m.Club.id))
    return [
        f.Club(**{**row._mapping, "books": codes(row.books), "board": tuple(boards.get(row.id, ()))})
        for row in rows
    ]


def _boards(session: Session, wanted: Select[Any], cut_off: date) -> dict[str, list[f.BoardSeat]]:
    """Seats by club; one that was given up by a report after the cut-off was still held."""
    b = m.BoardPosition
    left = departures(session, wanted, cut_off)
    known = corrections(session, wanted, cut_off)
    rows = _rows(
        session,
        select(b.club_id, b.member_id, m.Member.full_name, b.role, b.valid_from, b.valid_to)
        .join(m.Member, m.Member.id == b.member_id)
        .where(b.club_id.in_(wanted))
        .order_by(b.club_id, b.valid_from, b.member_id, b.role),
    )
    boards: dict[str, list[f.BoardSeat]] = defaultdict(list)
    for club_id, member_id, name, role, since, until in rows:
        name = known.get(member_id, {}).get("full_name", name)
        seat = f.BoardSeat(member_id, name, role, since, left.get(member_id, until))
        boards[club_id].append(seat)
    return boards


def _members(session: Session, wanted: Select[Any], last: date, cut_off: date) -> list[f.Member]:
    """Members who joined by the last day, with every stay that began by then, as told by the cut-off."""
    spells = _spells(session, wanted, last, cut_off)
    known = corrections(session, wanted, cut_off)
    person = m.Member
    listed = _of(person, MEMBER).where(person.club_id.in_(wanted), submitted(person.submission_id, cut_off))
    found = []
    for row in _rows(session, listed.order_by(person.club_id, person.member_no, person.id)):
        member_id, *_, joined, left, reason = row
        if stays := spells.get(member_id) or _own_spell(last, joined, left, reason):
            told = known.get(member_id)
            found.append(_member({**row._mapping, **told}.values() if told else row, tuple(stays)))
    return found


def _member(told: Iterable[Any], stays: tuple[f.MembershipSpell, ...]) -> f.Member:
    """told: the columns of MEMBER, in their order."""
    member_id, club_id, name, sex, born, ethnicity, poverty, disability, hardship, *_ = told
    return f.Member(
        member_id, club_id, name, sex, born, ethnicity, poverty, codes(hardship), disability, stays
    )


def _own_spell(last: date, joined: date, left: date | None, reason: str | None) -> list[f.MembershipSpell]:
    """The stay that the member's own row tells, for one without events."""
    return [f.MembershipSpell(joined, left, reason)] if joined <= last else []


def _spells(
    session: Session, wanted: Select[Any], last: date, cut_off: date
) -> dict[str, list[f.MembershipSpell]]:
    """Stays by member, from the events in order; of several days of leaving the last counts, as in the member's row."""
    e = m.MembershipEvent
    rows = _rows(
        session,
        select(e.member_id, e.kind, e.on_date, e.reason)
        .where(e.club_id.in_(wanted), e.on_date <= last, submitted(e.submission_id, cut_off))
        .order_by(e.member_id, e.on_date, e.kind, e.id),
    )
    spells: dict[str, list[f.MembershipSpell]] = defaultdict(list)
    for member_id, kind, day, reason in rows:
        stays = spells[member_id]
        is_in = bool(stays) and stays[-1].left_on is None
        if kind == "joined" and not is_in:
            stays.append(f.MembershipSpell(day))
        elif kind == "left" and stays:
            stays[-1] = f.MembershipSpell(stays[-1].joined_on, day, reason)
    return spells


def _meetings(
    session: Session, wanted: Select[Any], last: date, cut_off: date, since: date = date.min
) -> Iterable[f.Meeting]:
    """Months that count, from one on."""
    t, a, i, o = m.Meeting, m.MeetingActivity, m.IncomeFundMonth, m.OperatingFundMonth
    rows = _rows(
        session,
        select(*meeting_columns())
        .select_from(t)
        .outerjoin(a, a.meeting_id == t.id)
        .outerjoin(i, i.meeting_id == t.id)
        .outerjoin(o, o.meeting_id == t.id)
        .where(month_counts(wanted, last, cut_off), t.report_month >= since)
        .order_by(t.club_id, t.report_month, t.id),
    )
    care = _care(session, wanted, last, cut_off, since)
    return [meeting(row, care) for row in rows]


def _outlines(
    session: Session, wanted: Select[Any], last: date, cut_off: date, until: date
) -> Iterable[f.Meeting]:
    """Months that count before one, in outline."""
    if until == date.min:
        return ()
    t, i = m.Meeting, m.IncomeFundMonth
    rows = _rows(
        session,
        select(*outline_columns())
        .select_from(t)
        .outerjoin(i, i.meeting_id == t.id)
        .where(month_counts(wanted, last, cut_off), t.report_month < until)
        .order_by(t.club_id, t.report_month, t.id),
    )
    return map(outline, rows)


def _care(
    session: Session, wanted: Select[Any], last: date, cut_off: date, since: date
) -> dict[int, list[f.CareVisit]]:
    """Home care by meeting, in the order of the form."""
    c, t, r = m.CareVisit, m.Meeting, m.CareRecipient
    is_known = submitted(r.submission_id, cut_off)
    rows = _rows(
        session,
        select(c.meeting_id, case((is_known, c.recipient_id)), c.visits)
        .join(t, t.id == c.meeting_id)
        .outerjoin(r, r.id == c.recipient_id)
        .where(month_counts(wanted, last, cut_off), t.report_month >= since)
        .order_by(c.meeting_id, c.position),
    )
    care: dict[int, list[f.CareVisit]] = defaultdict(list)
    for meeting_id, recipient_id, visits in rows:
        care[meeting_id].append(f.CareVisit(recipient_id, visits))
    return care


def _surveys(session: Session, wanted: Select[Any], last: date, cut_off: date) -> list[f.Survey]:
    """Interviews held by the last day and received by the end of the cut-off, oldest first."""
    s = m.Survey
    rows = _rows(
        session,
        select(
            *(s.club_id, s.member_id, s.surveyed_on, s.received_at, s.survey_round, s.consent, s.ever_loan),
            *(s.income_change, s.health_change, s.k_health_score, s.k_rights_score, s.sat_overall),
            *(s.s_talk, s.s_money, s.s_care, s.s_respect, s.s_belong, s.lonely),
        )
        .where(s.club_id.in_(wanted), s.surveyed_on <= last, s.received_at < end_of(cut_off))
        .order_by(s.club_id, s.surveyed_on, s.received_at, s.id),
    )
    return [_survey(row) for row in rows]


def _survey(row: Sequence[Any]) -> f.Survey:
    club_id, member_id, on, received, *told, talk, money, care, respect, belong, lonely = row
    answers = (*told, (talk, money, care, respect, belong), lonely)
    return f.Survey(club_id, member_id, on, received.astimezone(VIETNAM).date(), *answers)


def _loans(session: Session, wanted: Select[Any], last: date, cut_off: date) -> list[f.Loan]:
    loan, t = m.Loan, m.Meeting
    paid = _repayments(session, wanted, last, cut_off)
    written_off = _write_offs(session, wanted, last, cut_off)
    rows = _rows(
        session,
        select(loan.id, loan.club_id, loan.member_id, loan.amount, loan.disbursed_on, loan.due_date)
        .add_columns(loan.kind, loan.purpose)
        .join(t, t.id == loan.meeting_id)
        .where(month_counts(wanted, last, cut_off), loan.disbursed_on <= last)
        .order_by(loan.club_id, loan.loan_no, loan.id),
    )
    return [
        f.Loan(
            loan_id,
            club_id,
            member_id,
            amount,
            given_on,
            due,
            tuple(paid.get(loan_id, ())),
            written_off.get(loan_id),
            kind,
            purpose,
        )
        for loan_id, club_id, member_id, amount, given_on, due, kind, purpose in rows
    ]


def _repayments(
    session: Session, wanted: Select[Any], last: date, cut_off: date
) -> dict[str, list[f.Repayment]]:
    """Repayments by loan, oldest first; one without a day is of the day of its meeting, else of its month."""
    r, t = m.Repayment, m.Meeting
    paid_on = func.coalesce(r.paid_on, t.meeting_date, t.report_month, type_=Date)
    rows = _rows(
        session,
        select(r.loan_id, paid_on, r.principal, r.interest, r.rescheduled_to)
        .join(t, t.id == r.meeting_id)
        .where(month_counts(wanted, last, cut_off), r.loan_id.is_not(None))
        .order_by(t.report_month, r.meeting_id, r.position),
    )
    paid: dict[str, list[f.Repayment]] = defaultdict(list)
    for loan_id, day, principal, interest, moved in rows:
        paid[loan_id].append(f.Repayment(day, principal or 0, interest or 0, moved))
    return paid


def _write_offs(session: Session, wanted: Select[Any], last: date, cut_off: date) -> dict[str, date]:
    """The day each loan was written off; if two months say so, the first."""
    w, t = m.LoanWriteOff, m.Meeting
    rows = _rows(
        session,
        select(w.loan_id, func.min(w.written_off_on))
        .join(t, t.id == w.meeting_id)
        .where(month_counts(wanted, last, cut_off), w.loan_id.is_not(None))
        .group_by(w.loan_id),
    )
    return dict(tuple(row) for row in rows)


def _trainings(session: Session, wanted: Select[Any], of: Area) -> list[f.Training]:
    t = m.Training
    rows = _rows(
        session,
        select(
            *(t.unit_id, m.Club.id, t.starts_on, t.ends_on, t.participants, t.topic, t.organiser, t.document),
            t.fact_id,
        )
        .outerjoin(m.Club, and_(m.Club.code == t.club_code, m.Club.id.in_(wanted)))
        .where(t.unit_id.in_(of.own))
        .order_by(t.starts_on, t.id),
    )
    return [f.Training(*row) for row in rows]


def _targets(session: Session, of: Area) -> list[f.Target]:
    """Targets of the area's units, of those they came from and became, and of the nation."""
    target, unit = m.Target, m.Unit
    held = _of(target, TARGET).add_columns(
        unit.code.label("unit_code"), unit.level.label("unit_level"), target.phase_code.label("phase")
    )
    joined = held.join(unit, unit.id == target.unit_id)
    wanted = joined.where(or_(target.unit_id.in_([*of.own, *of.others]), unit.level == "n"))
    return [
        f.Target(**row._mapping) for row in _rows(session, wanted.order_by(target.period_from, target.id))
    ]


def _context(session: Session, of: Area) -> list[f.ContextFact]:
    held = _of(m.ContextFact, CONTEXT).where(m.ContextFact.unit_id.in_(of.own))
    return [f.ContextFact(**row._mapping) for row in _rows(session, held.order_by(m.ContextFact.id))]


def _of(table: type[m.Base], names: Sequence[str]) -> Select[Any]:
    """A query of some columns of a table."""
    columns = [getattr(table, name) for name in names]
    return select(*columns)


def _rows(session: Session, statement: Executable) -> Sequence[Any]:
    """Rows by Core: no objects of the ORM are made of tens of thousands of rows."""
    return session.connection().execute(statement).all()
