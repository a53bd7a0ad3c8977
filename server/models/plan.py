"""Standards and plans: what the programme demands, phase by phase and unit by unit, with the paper it stands on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Integer,
    Numeric,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Phase(Base):
    """A phase of the national scheme with the definitions that hold in it."""

    __tablename__ = "phase"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    """p1, p2, p3: the values of the form's choice list."""
    name_vi: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    older_age: Mapped[int] = mapped_column(Integer)
    """Age in full years from which a member counts as older; everyone below counts as young."""
    document: Mapped[str] = mapped_column(String(200), default="")


class PhaseRule(Base):
    """One number a phase asks of every club, such as a composition band or the minimum of an activity area.

    unit_id None: the whole country; a province's own number goes before the country's.
    """

    __tablename__ = "phase_rule"
    __table_args__ = (UniqueConstraint("phase_code", "unit_id", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    phase_code: Mapped[str] = mapped_column(ForeignKey("phase.code"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    rule: Mapped[str] = mapped_column(String(60))
    """Such as size, women, older, young, disadvantaged (bands) or a2_min_meetings (a minimum)."""
    low: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    high: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    measure: Mapped[str] = mapped_column(String(20))
    """What low and high count: percent, person, meeting, month, club, VND …"""
    document: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")


class Target(Base):
    """One planned or demanded figure of one unit and period, as the document states it."""

    __tablename__ = "target"
    __table_args__ = (
        CheckConstraint("op in ('=', '>=', '>', '~', 'range', 'none')", name="op"),
        CheckConstraint("period_from <= period_to", name="period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(16), default="", index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    """The unit as it then stood; the nation is the unit of level n."""
    phase_code: Mapped[str | None] = mapped_column(ForeignKey("phase.code"))
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    indicator: Mapped[str] = mapped_column(String(8), default="")
    """A01 … E04 of the indicator catalogue; empty where none measures it."""
    metric: Mapped[str] = mapped_column(String(60))
    op: Mapped[str] = mapped_column(String(8))
    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    """None: the document names the aim without a figure."""
    value_max: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    measure: Mapped[str] = mapped_column(String(20))
    threshold_vnd: Mapped[int | None] = mapped_column(BigInteger)
    document: Mapped[str] = mapped_column(String(200), default="")
    document_date: Mapped[date | None] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(12), default="stated")
    """stated, derived (worked out from stated ones) or invented (sample data only)."""
    note: Mapped[str] = mapped_column(Text, default="")
    workbook: Mapped[str] = mapped_column(String(120))
    """The file it was read from: importing the same file again replaces its rows."""


class ContextFact(Base):
    """A stated figure about a unit that no form collects, such as its older population: part I of the report."""

    __tablename__ = "context_fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(16), default="", index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    metric: Mapped[str] = mapped_column(String(60))
    op: Mapped[str] = mapped_column(String(8))
    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    measure: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(12), default="stated")
    document: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    workbook: Mapped[str] = mapped_column(String(120))


class Training(Base):
    """A training held outside the clubs' own meetings (indicator D08)."""

    __tablename__ = "training"

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(16), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    club_code: Mapped[str | None] = mapped_column(String(12))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    participants: Mapped[int] = mapped_column(Integer)
    topic: Mapped[str] = mapped_column(String(200), default="")
    organiser: Mapped[str] = mapped_column(String(200), default="")
    document: Mapped[str] = mapped_column(String(200), default="")
    workbook: Mapped[str] = mapped_column(String(120))


class PlanImport(Base):
    """One workbook of standards or plans that came in, with what it took the place of, so that it can be undone."""

    __tablename__ = "plan_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    workbook: Mapped[str] = mapped_column(String(120), index=True)
    """The file's name: what `Target.workbook` says."""
    workbook_sha256: Mapped[str] = mapped_column(String(64))
    """The stored file, as it was imported."""
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    added: Mapped[int] = mapped_column(Integer)
    changed: Mapped[int] = mapped_column(Integer)
    removed: Mapped[int] = mapped_column(Integer)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Sheet → its rows as they stood before, by column; of giai_doan and quy_dinh those of the phases it names."""
    phases: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    """Codes of the phases whose rows the sheets giai_doan and quy_dinh took the place of."""
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
