"""Changes of the register of clubs that came from a workbook: what each did to which cell, so that it can be undone."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class RegisterBatch(Base):
    """One workbook that was applied.

    What it changed stands in the submissions it made (founding forms and edits of them) and in the clubs' states; here
    is only which cells those were.
    """

    __tablename__ = "register_batch"
    __table_args__ = (UniqueConstraint("upload"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    upload: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the word under which the workbook was kept: the same upload is applied once."""
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[int] = mapped_column(ForeignKey("actor.id"), index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))


class RegisterChange(Base):
    """One cell that a workbook changed, or, under the column of the code, a club that it added."""

    __tablename__ = "register_change"

    batch_id: Mapped[int] = mapped_column(ForeignKey("register_batch.id"), primary_key=True)
    club_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    field: Mapped[str] = mapped_column(String(20), primary_key=True)
    line: Mapped[int] = mapped_column(Integer)
    """Of the sheet."""
    old: Mapped[str] = mapped_column(Text)
    """As the server writes values: codes, days as 2019-03-10; "" for none."""
    new: Mapped[str] = mapped_column(Text)
