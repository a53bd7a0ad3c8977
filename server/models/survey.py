"""Member surveys: one row per interview, typed columns per question of member_survey."""

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Survey(Base):
    """One member's answers in one round. Columns bear the names of the questions; None: not asked or not answered."""

    __tablename__ = "survey"
    __table_args__ = (Index(None, "club_id", "survey_round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), unique=True)
    club_id: Mapped[str] = mapped_column(ForeignKey("club.id"))
    member_id: Mapped[str | None] = mapped_column(ForeignKey("member.id"), index=True)
    surveyed_on: Mapped[date] = mapped_column(Date)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    survey_round: Mapped[str] = mapped_column(String(12))
    consent: Mapped[bool] = mapped_column(Boolean)
