"""A club's months: the meeting, who came, the eight activity areas, both funds, loans and repayments.

Typed rows projected from club_meeting submissions. One row of `meeting` per submission; when a month is sent twice
the later one counts and the earlier is kept with superseded_by set. Readers take `is_current` rows only.
Counts are None where the question was not asked (its area was not done), never 0 for absence.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Boolean, Date, Float, ForeignKey, Index, Integer, Numeric, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Meeting(Base):
    """One club's report of one month, held or not. Its id is that of its submission."""

    __tablename__ = "meeting"
    __table_args__ = (Index(None, "club_id", "report_month"), Index(None, "report_month"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"))
    report_month: Mapped[date] = mapped_column(Date)
    """First day of the month reported."""
    is_current: Mapped[bool] = mapped_column(Boolean, default=True)
    superseded_by: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    """The submission that reports the same month and came later."""
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    held: Mapped[bool] = mapped_column(Boolean)
    not_held_reason: Mapped[str | None] = mapped_column(String(20))
    meeting_date: Mapped[date | None] = mapped_column(Date)
    duration_min: Mapped[int | None] = mapped_column(Integer)
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    n_on_list: Mapped[int | None] = mapped_column(Integer)
    n_present: Mapped[int | None] = mapped_column(Integer)
    n_guests: Mapped[int | None] = mapped_column(Integer)
    guests_kind: Mapped[str] = mapped_column(Text, default="")
    board_present: Mapped[int | None] = mapped_column(Integer)
    agenda_done: Mapped[str] = mapped_column(Text, default="")
    supervised: Mapped[bool | None] = mapped_column(Boolean)
    sup_level: Mapped[str] = mapped_column(Text, default="")
    sup_checklist: Mapped[str] = mapped_column(Text, default="")
    sup_comment: Mapped[str] = mapped_column(Text, default="")
    difficulties: Mapped[str] = mapped_column(Text, default="")
    requests: Mapped[str] = mapped_column(Text, default="")
    next_meeting: Mapped[date | None] = mapped_column(Date)
    next_plan: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")


class Attendance(Base):
    """A member was present at a meeting."""

    __tablename__ = "attendance"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), primary_key=True, index=True)


class MeetingActivity(Base):
    """What was done in the eight areas a1–a8 in one month; one row for each meeting."""

    __tablename__ = "meeting_activity"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    a1_done: Mapped[bool | None] = mapped_column(Boolean)
    a1_topic: Mapped[str] = mapped_column(Text, default="")
    a1_coach_pairs: Mapped[int | None] = mapped_column(Integer)
    a2_done: Mapped[bool | None] = mapped_column(Boolean)
    n_bp: Mapped[int | None] = mapped_column(Integer)
    n_weight: Mapped[int | None] = mapped_column(Integer)
    n_bp_high: Mapped[int | None] = mapped_column(Integer)
    n_bmi_low: Mapped[int | None] = mapped_column(Integer)
    n_bmi_high: Mapped[int | None] = mapped_column(Integer)
    n_clinic_check: Mapped[int | None] = mapped_column(Integer)
    check_provider: Mapped[str | None] = mapped_column(String(20))
    n_referred: Mapped[int | None] = mapped_column(Integer)
    exercise_days: Mapped[int | None] = mapped_column(Integer)
    a3_done: Mapped[bool | None] = mapped_column(Boolean)
    n_care_vol: Mapped[int | None] = mapped_column(Integer)
    n_recipients: Mapped[int | None] = mapped_column(Integer)
    n_visits: Mapped[int | None] = mapped_column(Integer)
    a4_done: Mapped[bool | None] = mapped_column(Boolean)
    n_sudden_help: Mapped[int | None] = mapped_column(Integer)
    help_forms: Mapped[str] = mapped_column(Text, default="")
    help_value: Mapped[int | None] = mapped_column(BigInteger)
    n_community: Mapped[int | None] = mapped_column(Integer)
    community_kind: Mapped[str] = mapped_column(Text, default="")
    n_participants: Mapped[int | None] = mapped_column(Integer)
    a5_done: Mapped[bool | None] = mapped_column(Boolean)
    a5_topics: Mapped[str] = mapped_column(Text, default="")
    n_counselled: Mapped[int | None] = mapped_column(Integer)
    n_claims: Mapped[int | None] = mapped_column(Integer)
    a6_done: Mapped[bool | None] = mapped_column(Boolean)
    a6_topics: Mapped[str] = mapped_column(Text, default="")
    a6_speaker: Mapped[str] = mapped_column(Text, default="")
    a7_done: Mapped[bool | None] = mapped_column(Boolean)
    a7_kinds: Mapped[str] = mapped_column(Text, default="")
    n_sick_visits: Mapped[int | None] = mapped_column(Integer)
    n_birthdays: Mapped[int | None] = mapped_column(Integer)
    a8_done: Mapped[bool | None] = mapped_column(Boolean)
    mob_cash: Mapped[int | None] = mapped_column(BigInteger)
    mob_kind_value: Mapped[int | None] = mapped_column(BigInteger)
    mob_days: Mapped[int | None] = mapped_column(Integer)
    mob_sources: Mapped[str] = mapped_column(Text, default="")


class Measure(Base):
    """One member's weight, height and blood pressure at a meeting. Visible at commune level only."""

    __tablename__ = "measure"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"), index=True)
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    height_cm: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    sys: Mapped[int | None] = mapped_column(Integer)
    dia: Mapped[int | None] = mapped_column(Integer)


class CareVisit(Base):
    """The visits one person in care received in one month."""

    __tablename__ = "care_visit"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    recipient_id: Mapped[str | None] = mapped_column(ForeignKey("care_recipient.id"), index=True)
    visits: Mapped[int | None] = mapped_column(Integer)
    services: Mapped[str] = mapped_column(Text, default="")
    volunteers: Mapped[int | None] = mapped_column(Integer)


class IncomeFundMonth(Base):
    """The income fund's book of one month, in VND (Quỹ tăng thu nhập)."""

    __tablename__ = "income_fund_month"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    open_cash: Mapped[int | None] = mapped_column(BigInteger)
    open_loans: Mapped[int | None] = mapped_column(BigInteger)
    open_reason: Mapped[str] = mapped_column(Text, default="")
    added: Mapped[int | None] = mapped_column(BigInteger)
    added_source: Mapped[str] = mapped_column(Text, default="")
    withdrawn: Mapped[int | None] = mapped_column(BigInteger)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    written_off: Mapped[int | None] = mapped_column(BigInteger)
    disbursed: Mapped[int | None] = mapped_column(BigInteger)
    """Sum of the loans of the month, cash and kind."""
    disbursed_cash: Mapped[int | None] = mapped_column(BigInteger)
    principal: Mapped[int | None] = mapped_column(BigInteger)
    interest: Mapped[int | None] = mapped_column(BigInteger)
    close_cash: Mapped[int | None] = mapped_column(BigInteger)
    """As the form computed it; counted and bank are what was really there."""
    close_loans: Mapped[int | None] = mapped_column(BigInteger)
    counted: Mapped[int | None] = mapped_column(BigInteger)
    bank: Mapped[int | None] = mapped_column(BigInteger)
    difference: Mapped[int | None] = mapped_column(BigInteger)
    difference_reason: Mapped[str] = mapped_column(Text, default="")
    n_overdue: Mapped[int | None] = mapped_column(Integer)
    amount_overdue: Mapped[int | None] = mapped_column(BigInteger)


class OperatingFundMonth(Base):
    """The operating fund's book of one month, in VND (Quỹ hoạt động)."""

    __tablename__ = "operating_fund_month"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    opening: Mapped[int | None] = mapped_column(BigInteger)
    in_interest: Mapped[int | None] = mapped_column(BigInteger)
    in_fees: Mapped[int | None] = mapped_column(BigInteger)
    in_donation: Mapped[int | None] = mapped_column(BigInteger)
    in_other: Mapped[int | None] = mapped_column(BigInteger)
    out_visit: Mapped[int | None] = mapped_column(BigInteger)
    out_meeting: Mapped[int | None] = mapped_column(BigInteger)
    out_care: Mapped[int | None] = mapped_column(BigInteger)
    out_other: Mapped[int | None] = mapped_column(BigInteger)
    closing: Mapped[int | None] = mapped_column(BigInteger)
    counted: Mapped[int | None] = mapped_column(BigInteger)
    difference: Mapped[int | None] = mapped_column(BigInteger)
    difference_reason: Mapped[str] = mapped_column(Text, default="")


class Loan(Base):
    """A loan from the income fund; its id is the UUID of its entity. What is outstanding follows from repayments."""

    __tablename__ = "loan"
    __table_args__ = (Index(None, "club_id", "disbursed_on"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    loan_no: Mapped[int] = mapped_column(Integer)
    """Counts up within the club."""
    amount: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str | None] = mapped_column(String(12))
    """cash or in_kind."""
    purpose: Mapped[str | None] = mapped_column(String(20))
    term_months: Mapped[int | None] = mapped_column(Integer)
    rate_month: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    disbursed_on: Mapped[date] = mapped_column(Date)
    due_date: Mapped[date | None] = mapped_column(Date)
    voted: Mapped[bool | None] = mapped_column(Boolean)


class Repayment(Base):
    """Principal and interest paid on one loan at one meeting."""

    __tablename__ = "repayment"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    loan_id: Mapped[str | None] = mapped_column(ForeignKey("loan.id"), index=True)
    principal: Mapped[int | None] = mapped_column(BigInteger)
    interest: Mapped[int | None] = mapped_column(BigInteger)
    paid_on: Mapped[date | None] = mapped_column(Date)
    new_outstanding: Mapped[int | None] = mapped_column(BigInteger)
    rescheduled_to: Mapped[date | None] = mapped_column(Date)


class LoanWriteOff(Base):
    """A loan whose remaining debt the board cancelled at one meeting; what that came to is in the fund's book."""

    __tablename__ = "loan_write_off"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    loan_id: Mapped[str | None] = mapped_column(ForeignKey("loan.id"), index=True)
    """None: the club has no such loan (yet)."""
    written_off_on: Mapped[date] = mapped_column(Date)
