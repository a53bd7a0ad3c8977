"""What national figures are added up from: each club's share of them, kept so that it is worked out once.

Nothing here is known from anywhere else but the club tables: both tables can be emptied at any time.
"""

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class ClubChange(Base):
    """How often anything of a club's rows was written. Never emptied, so that a number never comes twice."""

    __tablename__ = "club_change"

    club_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    serial: Mapped[int]


class ClubFigure(Base):
    """One club's part of the figures of one stretch of time: counts, numerators, denominators, amounts in VND."""

    __tablename__ = "club_figure"
    __table_args__ = (Index(None, "club_id"),)

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Of the stretch and the standards it is measured by: other standards, another key."""
    club_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    stamp: Mapped[str] = mapped_column(String(80))
    """The state of the club it was made from; one made from another state does not count."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Name → whole number; a name that is missing: not known."""
