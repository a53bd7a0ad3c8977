"""Reports as papers: drafted, checked, issued and replaced, with every text that people wrote for them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, UTCDateTime


class Report(Base):
    """One report of a unit and period. What was issued is never changed nor deleted, only replaced by another one."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint("state in ('draft', 'checked', 'issued', 'replaced')", name="state"),
        UniqueConstraint("issuing_office", "symbol", "year", "number"),
        Index(None, "unit_id", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """The province in the state the report is about."""
    document: Mapped[str] = mapped_column(String(12), default="province")
    period: Mapped[str] = mapped_column(String(20))
    """As reports.period reads it: 2017..2020, 2021, 2021-H1 …"""
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    """geography_as_of, cut_off (ISO dates) and language."""
    state: Mapped[str] = mapped_column(String(8), default="draft")
    revision: Mapped[int] = mapped_column(Integer, default=1)
    """Counts every change of figures, texts and state: who acts says which revision they saw."""
    open_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    """What the draft is about, while it is draft or checked: nobody begins the same one twice. None once issued."""

    content_sha256: Mapped[str] = mapped_column(String(64))
    """Blob of the figures (JSON, see reports.frozen); once issued, with head and texts as printed."""
    computed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drafted_by: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    drafted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    issued_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    number: Mapped[int | None] = mapped_column(Integer)
    symbol: Mapped[str | None] = mapped_column(String(40))
    """Behind the number, such as BC-SYT."""
    year: Mapped[int | None] = mapped_column(Integer)
    """Of issued_on: numbers begin anew every year."""
    issued_on: Mapped[date | None] = mapped_column(Date)
    issuing_office: Mapped[str | None] = mapped_column(String(200))
    """Both lines of the head, in which a number is given once."""
    issuing_body: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The office as it stood, every line of it."""
    signer_title: Mapped[str | None] = mapped_column(String(120))
    signer_name: Mapped[str | None] = mapped_column(String(120))

    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    """The issued report that this one amends."""
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    """The issued report that took its place."""

    token: Mapped[str | None] = mapped_column(String(43), unique=True)
    """End of the public address on the paper; leads to what anybody may know of it."""
    summary: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The few figures of the public page, so that it needs no more than this row."""
    html_sha256: Mapped[str | None] = mapped_column(String(64))
    css_sha256: Mapped[str | None] = mapped_column(String(64))
    workbook_sha256: Mapped[str | None] = mapped_column(String(64))
    """The tables as .xlsx, which travel in the PDF beside the figures."""
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    signed_sha256: Mapped[str | None] = mapped_column(String(64))
    """The same PDF with a digital signature; None: no certificate was set up."""
    made_with: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """Versions and digests of what drew the pages: templates, font, WeasyPrint and what it stands on."""


class ReportText(Base):
    """One text of a report as it stood from then on. The newest of a key counts; none is changed or deleted."""

    __tablename__ = "report_text"
    __table_args__ = (Index(None, "report_id", "key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    key: Mapped[str] = mapped_column(String(30))
    """One of reports.province.narrative.KEYS."""
    text: Mapped[str] = mapped_column(Text)
    """Empty: the part was emptied on purpose."""
    written_by: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
