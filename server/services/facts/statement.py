"""What is asked of the club tables for an extent, a statement each; columns stand in the order of their facts."""

from sqlalchemy import Date, and_, case, func, select

from server import models as m
from server.services.facts.kinds import as_codes, as_day
from server.services.facts.month import meeting_columns, outline_columns
from server.services.facts.received import CLUBS, END, LAST, MONTH_COUNTS, SINCE, is_sample, submitted

club, member, seat, event = m.Club, m.Member, m.BoardPosition, m.MembershipEvent
month, income, survey, loan, back = m.Meeting, m.IncomeFundMonth, m.Survey, m.Loan, m.Repayment
off, visit, cared, training = m.LoanWriteOff, m.CareVisit, m.CareRecipient, m.Training

FOUNDED = (
    select(
        *(club.id, club.code, club.name, club.village_kind, club.village_name, club.phase, club.status),
        *(club.founding_date, club.closed_on, club.decision_no, club.decision_date, club.charter_adopted),
        *(club.fund_income_initial, club.fund_operating_initial, club.trained_board),
        *(as_codes(club.books).label("books"), club.lat, club.lon, club.meeting_day, club.funding_project),
        is_sample(club.submission_id).label("is_sample"),
    )
    .where(club.id.in_(CLUBS))
    .order_by(club.code, club.id)
)
SEATS = (
    select(seat.club_id, seat.member_id, member.full_name, seat.role, seat.valid_from, seat.valid_to)
    .join(member, member.id == seat.member_id)
    .where(seat.club_id.in_(CLUBS))
    .order_by(seat.club_id, seat.valid_from, seat.member_id, seat.role)
)
LISTED = (
    select(
        *(member.id, member.club_id, member.full_name, member.sex, member.birth_year, member.ethnicity),
        *(member.poverty_status, as_codes(member.hardship).label("hardship"), member.disability),
        *(member.joined_on, member.left_on, member.left_reason),
    )
    .where(member.club_id.in_(CLUBS), submitted(member.submission_id))
    .order_by(member.club_id, member.member_no, member.id)
)
EVENTS = (
    select(event.member_id, event.kind, event.on_date, event.reason)
    .where(event.club_id.in_(CLUBS), event.on_date <= LAST, submitted(event.submission_id))
    .order_by(event.member_id, event.on_date, event.kind, event.id)
)
MONTHS = (
    select(*meeting_columns())
    .select_from(month)
    .outerjoin(m.MeetingActivity, m.MeetingActivity.meeting_id == month.id)
    .outerjoin(income, income.meeting_id == month.id)
    .outerjoin(m.OperatingFundMonth, m.OperatingFundMonth.meeting_id == month.id)
    .where(MONTH_COUNTS, month.report_month >= SINCE)
    .order_by(month.club_id, month.report_month, month.id)
)
OUTLINES = (
    select(*outline_columns())
    .select_from(month)
    .outerjoin(income, income.meeting_id == month.id)
    .where(MONTH_COUNTS, month.report_month < SINCE)
    .order_by(month.club_id, month.report_month, month.id)
)
VISITS = (
    select(visit.meeting_id, case((submitted(cared.submission_id), visit.recipient_id)), visit.visits)
    .join(month, month.id == visit.meeting_id)
    .outerjoin(cared, cared.id == visit.recipient_id)
    .where(MONTH_COUNTS, month.report_month >= SINCE)
    .order_by(visit.meeting_id, visit.position)
)
LENT = (
    select(loan.id, loan.club_id, loan.member_id, loan.amount, loan.disbursed_on, loan.due_date)
    .add_columns(loan.kind, loan.purpose)
    .join(month, month.id == loan.meeting_id)
    .where(MONTH_COUNTS, loan.disbursed_on <= LAST)
    .order_by(loan.club_id, loan.loan_no, loan.id)
)
REPAID = (
    select(
        back.loan_id,
        func.coalesce(back.paid_on, month.meeting_date, month.report_month, type_=Date),
        *(back.principal, back.interest, back.rescheduled_to),
    )
    .join(month, month.id == back.meeting_id)
    .where(MONTH_COUNTS, back.loan_id.is_not(None))
    .order_by(month.report_month, back.meeting_id, back.position)
)
WRITTEN_OFF = (
    select(off.loan_id, func.min(off.written_off_on))
    .join(month, month.id == off.meeting_id)
    .where(MONTH_COUNTS, off.loan_id.is_not(None))
    .group_by(off.loan_id)
)
SURVEYS = (
    select(
        *(survey.club_id, survey.member_id, survey.surveyed_on, as_day(survey.received_at)),
        *(survey.survey_round, survey.consent, survey.ever_loan, survey.income_change, survey.health_change),
        *(survey.k_health_score, survey.k_rights_score, survey.sat_overall),
        *(survey.s_talk, survey.s_money, survey.s_care, survey.s_respect, survey.s_belong, survey.lonely),
    )
    .where(survey.club_id.in_(CLUBS), survey.surveyed_on <= LAST, survey.received_at < END)
    .order_by(survey.club_id, survey.surveyed_on, survey.received_at, survey.id)
)
_HELD = select(
    *(training.unit_id, club.id, training.starts_on, training.ends_on, training.participants),
    *(training.topic, training.organiser, training.document, training.fact_id),
).order_by(training.starts_on, training.id)
OWN_TRAININGS = _HELD.join(club, club.code == training.club_code).where(club.id.in_(CLUBS))
"""Those held for one of the clubs."""
ALL_TRAININGS = _HELD.outerjoin(club, and_(club.code == training.club_code, club.id.in_(CLUBS)))
"""All there were, with the club of the extent that each was for, if any."""
