"""The dated register of administrative units: what stood where, and what became of it."""

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, Date, Float, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Unit(Base):
    """One unit in one state; a change of name, parent or extent ends the row and begins another.

    Codes were given anew in 2025, so a unit is known by (code, valid_from).
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("level in ('n', 'p', 'd', 'c')", name="level"),
        Index(None, "parent_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    """Last day of validity, inclusive; None while it stands."""
    level: Mapped[str] = mapped_column(String(1))
    """n nation, p province, d district (to 30/6/2025), c commune."""
    kind: Mapped[str] = mapped_column(String(16))
    """tinh, thanh_pho, huyen, thi_xa, xa, phuong, thi_tran, dac_khu; quoc_gia for the nation."""
    name: Mapped[str] = mapped_column(String(80))
    full_name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    is_urban: Mapped[bool | None] = mapped_column(Boolean)
    region_flags: Mapped[str] = mapped_column(String(40), default="")
    """Space-separated: 30a, border, special; empty where no source says."""
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    basis: Mapped[str] = mapped_column(String(200), default="")
    """The resolution or decision that made this state."""


class UnitLink(Base):
    """What became of a unit: old → new, partial where the old one was split among several."""

    __tablename__ = "unit_link"

    old_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    new_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    is_partial: Mapped[bool] = mapped_column(Boolean)
    basis: Mapped[str] = mapped_column(String(200), default="")


class UnitClosure(Base):
    """Every unit with every unit at or below it, itself included (parent links only, not reform links)."""

    __tablename__ = "unit_closure"

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    descendant_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
