"""Member surveys: one row per interview, typed columns per question of member_survey."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Survey(Base):
    """One member's answers in one round. Its id is that of its submission.

    Columns bear the names of the questions; None, or "" where several choices stand space-separated: not asked or not
    answered. Without consent there is nothing but the member, the round and the refusal.
    """

    __tablename__ = "survey"
    __table_args__ = (Index(None, "club_id", "survey_round"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"), index=True)
    surveyed_on: Mapped[date] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    survey_round: Mapped[str] = mapped_column(String(12))
    consent: Mapped[bool] = mapped_column(Boolean)
    respondent: Mapped[str | None] = mapped_column(String(20))
    info_correct: Mapped[bool | None] = mapped_column(Boolean)
    c_full_name: Mapped[str | None] = mapped_column(String(200))
    """Corrected data of the member, where info_correct is False; the member's row follows it."""
    c_sex: Mapped[str | None] = mapped_column(String(20))
    c_birth_year: Mapped[int | None] = mapped_column(Integer)
    c_ethnicity: Mapped[str | None] = mapped_column(String(20))
    c_disability: Mapped[str | None] = mapped_column(String(20))
    c_hardship: Mapped[str] = mapped_column(Text, default="")
    c_phone: Mapped[str | None] = mapped_column(String(20))
    marital: Mapped[str | None] = mapped_column(String(20))
    education: Mapped[str | None] = mapped_column(String(20))
    living_with: Mapped[str | None] = mapped_column(String(20))
    hh_size: Mapped[int | None] = mapped_column(Integer)
    hh_under16: Mapped[int | None] = mapped_column(Integer)
    poverty_now: Mapped[str | None] = mapped_column(String(20))
    poverty_change: Mapped[str | None] = mapped_column(String(20))
    work_now: Mapped[str | None] = mapped_column(String(20))
    income_sources: Mapped[str] = mapped_column(Text, default="")
    income_refused: Mapped[bool | None] = mapped_column(Boolean)
    income_month: Mapped[int | None] = mapped_column(BigInteger)
    """VND a month, the member's own."""
    income_change: Mapped[str | None] = mapped_column(String(20))
    income_enough: Mapped[str | None] = mapped_column(String(20))
    pension: Mapped[str] = mapped_column(Text, default="")
    ever_loan: Mapped[bool | None] = mapped_column(Boolean)
    loan_times: Mapped[int | None] = mapped_column(Integer)
    loan_last_amount: Mapped[int | None] = mapped_column(BigInteger)
    loan_use: Mapped[str] = mapped_column(Text, default="")
    loan_result: Mapped[str | None] = mapped_column(String(20))
    loan_extra_income: Mapped[int | None] = mapped_column(BigInteger)
    """VND a month."""
    loan_repay_problem: Mapped[str | None] = mapped_column(String(20))
    no_loan_reason: Mapped[str | None] = mapped_column(String(20))
    other_credit: Mapped[str] = mapped_column(Text, default="")
    h_mobility: Mapped[str | None] = mapped_column(String(20))
    h_selfcare: Mapped[str | None] = mapped_column(String(20))
    h_usual: Mapped[str | None] = mapped_column(String(20))
    h_pain: Mapped[str | None] = mapped_column(String(20))
    h_mood: Mapped[str | None] = mapped_column(String(20))
    h_scale: Mapped[int | None] = mapped_column(Integer)
    """0–100."""
    health_change: Mapped[str | None] = mapped_column(String(20))
    chronic: Mapped[str] = mapped_column(Text, default="")
    know_bp: Mapped[bool | None] = mapped_column(Boolean)
    bp_treated: Mapped[str | None] = mapped_column(String(20))
    check_12m: Mapped[bool | None] = mapped_column(Boolean)
    check_place: Mapped[str | None] = mapped_column(String(20))
    insurance: Mapped[bool | None] = mapped_column(Boolean)
    exercise_days_week: Mapped[int | None] = mapped_column(Integer)
    wg_see: Mapped[str | None] = mapped_column(String(20))
    wg_hear: Mapped[str | None] = mapped_column(String(20))
    wg_walk: Mapped[str | None] = mapped_column(String(20))
    wg_remember: Mapped[str | None] = mapped_column(String(20))
    wg_selfcare: Mapped[str | None] = mapped_column(String(20))
    wg_communicate: Mapped[str | None] = mapped_column(String(20))
    need_care: Mapped[bool | None] = mapped_column(Boolean)
    care_from: Mapped[str] = mapped_column(Text, default="")
    home_care_club: Mapped[bool | None] = mapped_column(Boolean)
    home_care_rating: Mapped[int | None] = mapped_column(Integer)
    """1–5."""
    attend_months: Mapped[int | None] = mapped_column(Integer)
    """Of the last six."""
    areas_joined: Mapped[str] = mapped_column(Text, default="")
    is_volunteer: Mapped[bool | None] = mapped_column(Boolean)
    vol_hours: Mapped[int | None] = mapped_column(Integer)
    """Hours a month."""
    k_health_1: Mapped[str | None] = mapped_column(String(20))
    """true, false or dk."""
    k_health_2: Mapped[str | None] = mapped_column(String(20))
    k_health_3: Mapped[str | None] = mapped_column(String(20))
    k_health_4: Mapped[str | None] = mapped_column(String(20))
    k_health_score: Mapped[int | None] = mapped_column(Integer)
    """Right answers, by the form version's own key."""
    k_rights_1: Mapped[str | None] = mapped_column(String(20))
    k_rights_2: Mapped[str | None] = mapped_column(String(20))
    k_rights_3: Mapped[str | None] = mapped_column(String(20))
    k_rights_4: Mapped[str | None] = mapped_column(String(20))
    k_rights_5: Mapped[str | None] = mapped_column(String(20))
    k_rights_6: Mapped[str | None] = mapped_column(String(20))
    k_rights_7: Mapped[str | None] = mapped_column(String(20))
    k_rights_8: Mapped[str | None] = mapped_column(String(20))
    k_rights_score: Mapped[int | None] = mapped_column(Integer)
    rights_helped: Mapped[bool | None] = mapped_column(Boolean)
    rights_what: Mapped[str] = mapped_column(Text, default="")
    s_talk: Mapped[int | None] = mapped_column(Integer)
    """1–5, as the four below."""
    s_money: Mapped[int | None] = mapped_column(Integer)
    s_care: Mapped[int | None] = mapped_column(Integer)
    s_respect: Mapped[int | None] = mapped_column(Integer)
    s_belong: Mapped[int | None] = mapped_column(Integer)
    lonely: Mapped[str | None] = mapped_column(String(20))
    intergen: Mapped[str | None] = mapped_column(String(20))
    sat_overall: Mapped[int | None] = mapped_column(Integer)
    """1–5, as the three below."""
    sat_board: Mapped[int | None] = mapped_column(Integer)
    sat_fund: Mapped[int | None] = mapped_column(Integer)
    sat_open: Mapped[int | None] = mapped_column(Integer)
    best: Mapped[str | None] = mapped_column(String(20))
    improve: Mapped[str] = mapped_column(Text, default="")
    complaint: Mapped[bool | None] = mapped_column(Boolean)
    complaint_text: Mapped[str] = mapped_column(Text, default="")
    """Not shown beyond the commune."""
    interviewer_note: Mapped[str] = mapped_column(Text, default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
