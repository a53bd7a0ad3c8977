"""Clubs, their places, members, boards: typed rows projected from submissions, which reports read.

Everything here but ClubNumber can be dropped and made again from the submission XML.
Codes (sex, role, reason …) are the values of the forms' choice lists; several of them stand space-separated, as a
submission writes them.
"""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class ClubNumber(Base):
    """The number behind a club's code, given once and kept through every rebuild. Holds no geography."""

    __tablename__ = "club_number"

    number: Mapped[int] = mapped_column(primary_key=True)
    club_id: Mapped[str] = mapped_column(String(36), unique=True)


class Club(Base):
    """A club as founded; its id is the UUID of its entity."""

    __tablename__ = "club"
    __table_args__ = (Index(None, "founding_date"), Index(None, "name_key"))

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """LTH-000123."""
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    """For search: no marks, lower case, đ as d."""
    status: Mapped[str] = mapped_column(String(10), default="active")
    """active, closed or rejected (found not to be a club)."""
    closed_on: Mapped[date | None] = mapped_column(Date)
    phase: Mapped[str] = mapped_column(String(8))
    """p1, p2, p3 or before."""
    village_kind: Mapped[str] = mapped_column(String(20))
    village_name: Mapped[str] = mapped_column(String(200))
    funding_project: Mapped[str | None] = mapped_column(String(20))
    founding_date: Mapped[date] = mapped_column(Date)
    decision_no: Mapped[str | None] = mapped_column(String(80))
    decision_date: Mapped[date | None] = mapped_column(Date)
    decision_issuer: Mapped[str | None] = mapped_column(String(20))
    charter_adopted: Mapped[bool | None] = mapped_column(Boolean)
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    accuracy_m: Mapped[float | None] = mapped_column(Float)
    place_kind: Mapped[str | None] = mapped_column(String(20))
    meeting_day: Mapped[int | None] = mapped_column(Integer)
    meeting_time: Mapped[str | None] = mapped_column(String(12))
    n_attend_founding: Mapped[int | None] = mapped_column(Integer)
    n_member_list: Mapped[int | None] = mapped_column(Integer)
    chair_phone: Mapped[str | None] = mapped_column(String(20))
    deputy_role_links: Mapped[str] = mapped_column(Text, default="")
    n_sub_groups: Mapped[int | None] = mapped_column(Integer)
    fund_income_initial: Mapped[int | None] = mapped_column(BigInteger)
    """VND; None: the form does not say; 0: no income fund was set up."""
    fund_income_cash: Mapped[int | None] = mapped_column(BigInteger)
    """The part of it in cash, which the first month's books open with."""
    fund_operating_initial: Mapped[int | None] = mapped_column(BigInteger)
    money_keeping: Mapped[str | None] = mapped_column(String(20))
    loan_max: Mapped[int | None] = mapped_column(BigInteger)
    loan_rate_month: Mapped[Decimal | None] = mapped_column(Numeric(6, 3))
    loan_term_max: Mapped[int | None] = mapped_column(Integer)
    member_fee_month: Mapped[int | None] = mapped_column(BigInteger)
    equipment: Mapped[str] = mapped_column(Text, default="")
    books: Mapped[str] = mapped_column(Text, default="")
    trained_board: Mapped[int | None] = mapped_column(Integer)
    training_days: Mapped[int | None] = mapped_column(Integer)
    remarks: Mapped[str] = mapped_column(Text, default="")


class ClubUnit(Base):
    """Where a club stands from when to when. The lowest unit that is certain: a commune, or a district or
    province while a split leaves the commune open."""

    __tablename__ = "club_unit"
    __table_args__ = (Index(None, "unit_id", "club_id"),)

    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date, primary_key=True)
    valid_to: Mapped[date | None] = mapped_column(Date)
    """Last day, inclusive; None: to this day."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    basis: Mapped[str] = mapped_column(String(20))
    """form, reform, split (waiting for a person's choice) or person."""


class FundSource(Base):
    """One contribution to a club's first income fund."""

    __tablename__ = "fund_source"

    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    source: Mapped[str | None] = mapped_column(String(20))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    kind: Mapped[str | None] = mapped_column(String(12))


class Member(Base):
    """A member in the newest state known; its id is the UUID of its entity."""

    __tablename__ = "member"
    __table_args__ = (Index(None, "club_id", "name_key", "birth_year"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    member_no: Mapped[int] = mapped_column(Integer)
    """Counts up within the club."""
    full_name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    sex: Mapped[str | None] = mapped_column(String(8))
    birth_year: Mapped[int | None] = mapped_column(Integer)
    ethnicity: Mapped[str | None] = mapped_column(String(20))
    poverty_status: Mapped[str | None] = mapped_column(String(12))
    hardship: Mapped[str] = mapped_column(Text, default="")
    """Space-separated codes; 'none' alone: none; '' : not asked or not answered."""
    disability: Mapped[str | None] = mapped_column(String(12))
    phone: Mapped[str | None] = mapped_column(String(20))
    """Kept only with consent."""
    insurance: Mapped[str | None] = mapped_column(String(4))
    allowance: Mapped[str] = mapped_column(Text, default="")
    groups: Mapped[str] = mapped_column(Text, default="")
    consent: Mapped[bool | None] = mapped_column(Boolean)
    joined_on: Mapped[date] = mapped_column(Date)
    left_on: Mapped[date | None] = mapped_column(Date)
    left_reason: Mapped[str | None] = mapped_column(String(12))


class MembershipEvent(Base):
    """A member joined or left, as one submission says."""

    __tablename__ = "membership_event"
    __table_args__ = (
        UniqueConstraint("submission_id", "member_id", "kind"),
        Index(None, "member_id"),
        Index(None, "club_id", "on_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"))
    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    kind: Mapped[str] = mapped_column(String(8))
    """joined or left."""
    on_date: Mapped[date] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(String(12))


class BoardPosition(Base):
    """A member's place in the club's board (Ban Chủ nhiệm)."""

    __tablename__ = "board_position"

    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"), primary_key=True)
    member_id: Mapped[str] = mapped_column(ForeignKey("member.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(12), primary_key=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class CareRecipient(Base):
    """A person who is cared for at home; its id is the UUID of its entity."""

    __tablename__ = "care_recipient"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(200))
    birth_year: Mapped[int | None] = mapped_column(Integer)
    sex: Mapped[str | None] = mapped_column(String(8))
    is_member: Mapped[bool | None] = mapped_column(Boolean)
    need: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(12), default="active")
