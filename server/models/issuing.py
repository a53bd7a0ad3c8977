"""Who issues reports: offices as dated settings, of the provinces and of the country."""

from datetime import date

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class IssuingBody(Base):
    """The head and the foot that reports of one kind of office carry, from a day on.

    Of one level and kind the newest that has begun counts; of two that began on the same day the province's own. In
    every text `{province}` stands for the province and `{kind}` for “tỉnh” or “thành phố”.
    """

    __tablename__ = "issuing_body"
    __table_args__ = (
        UniqueConstraint("kind", "unit_id", "valid_from"),
        CheckConstraint("kind in ('so', 'ubnd', 'ban_dai_dien', 'hoi_nct')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[str] = mapped_column(String(1), default="p", server_default="p")
    """p: issues reports of provinces; n: of the country."""
    kind: Mapped[str] = mapped_column(String(12))
    """so (a department of the province; of the country a ministry), ubnd, ban_dai_dien or hoi_nct (of the Association
    of the Elderly)."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """The province, in any of its states; None: every province, or the country."""
    valid_from: Mapped[date] = mapped_column(Date)
    parent: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    symbol: Mapped[str] = mapped_column(String(40))
    """Behind the number: BC-SYT."""
    collective: Mapped[str] = mapped_column(String(120), default="")
    """In whose name the head signs (TM.); empty: for the office."""
    signer: Mapped[str] = mapped_column(String(120))
    deputy: Mapped[str] = mapped_column(String(120), default="")
    recipients: Mapped[list[str]] = mapped_column(JSON)
    place: Mapped[str] = mapped_column(String(80), default="")
    """Of the date line; empty: the province."""
    parent_en: Mapped[str] = mapped_column(String(200), default="")
    """For the translation, as the next two; empty: the Vietnamese."""
    name_en: Mapped[str] = mapped_column(String(200), default="")
    signer_en: Mapped[str] = mapped_column(String(120), default="")
