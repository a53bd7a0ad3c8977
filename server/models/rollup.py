"""What national figures are added up from: each club's share of them, kept so that it is worked out once.

Nothing here is known from anywhere else but the club tables: all but the changes can be emptied at any time.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Index, String, Text
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
    layout: Mapped[str] = mapped_column(String(40))
    """Names the numbers: of FigureLayout."""
    numbers: Mapped[str] = mapped_column(Text)
    """Whole numbers as a JSON array, in the order of the layout. Text, for thousands are read at once."""
    rounds: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Name → whole number of survey rounds, which each club has of its own; None: it was asked in none."""


class FigureLayout(Base):
    """Names that the numbers of many clubs bear, in their order. A name that is missing: not known."""

    __tablename__ = "figure_layout"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    """SHA-1 of the names."""
    names: Mapped[str] = mapped_column(Text)
    """With a space between each two."""


class FigurePeriod(Base):
    """A period whose report of the country somebody asked for: the worker keeps its figures ready for a while."""

    __tablename__ = "figure_period"

    period: Mapped[str] = mapped_column(String(40), primary_key=True)
    """As addresses write it: 2021..2025, 2026-H1."""
    settings_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    """SHA-1 of the settings; "" for none."""
    settings: Mapped[str] = mapped_column(Text)
    """Of the report, as JSON; "" for none."""
    asked_on: Mapped[date]
    """Last day, in Vietnam."""
