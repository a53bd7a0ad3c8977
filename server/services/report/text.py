"""The parts of a report that people write, each with every version that was ever saved."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.province.narrative import KEYS
from server.models import Actor, ReportText
from server.services import audit
from server.services.report import paper
from server.services.report.paper import DRAFT, Paper
from server.services.report.problem import TextChanged, TextNotFound, TextTooLong

LONGEST = 6000
"""Characters of one part: two printed pages, and as much as one form may bring."""
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
"""What comes along from a word processor, and no page shows."""

TITLES = {
    "results": ("Đánh giá kết quả đạt được", "Results"),
    "shortcomings": ("Tồn tại, hạn chế", "Shortcomings"),
    "causes": ("Nguyên nhân", "Causes"),
    "direction": ("Phương hướng, nhiệm vụ", "Direction and tasks"),
    "petition_government": ("Kiến nghị với Chính phủ, các bộ, ngành", "To the Government and ministries"),
    "petition_province": ("Kiến nghị với Tỉnh ủy, HĐND, UBND tỉnh", "To the province"),
    "petition_association": (
        "Kiến nghị với Hội Người cao tuổi Việt Nam",
        "To the Association of the Elderly",
    ),
    "petition_commune": ("Kiến nghị với cấp xã", "To the communes"),
}
"""Key → its heading in Vietnamese and in English, in the report of a province."""
NATION_TITLES = TITLES | {
    "petition_province": ("Kiến nghị với Ủy ban nhân dân các tỉnh, thành phố", "To the provinces")
}
"""The same in the report of the whole country, which speaks to all provinces."""


def titles(*, is_of_nation: bool) -> dict[str, tuple[str, str]]:
    """Key → the heading that a page gives the part."""
    return NATION_TITLES if is_of_nation else TITLES


@dataclass(frozen=True, slots=True)
class Written:
    """One version of one part. id: what the next version says it was written upon."""

    id: int
    key: str
    text: str
    who: str
    at: datetime


def current(session: Session, report_id: int) -> dict[str, Written]:
    """The newest version of each part that was ever written, in the order of KEYS."""
    newest = select(func.max(ReportText.id)).where(ReportText.report_id == report_id).group_by(ReportText.key)
    rows = session.execute(
        select(ReportText.id, ReportText.key, ReportText.text, Actor.display_name, ReportText.written_at)
        .join(Actor, Actor.id == ReportText.written_by)
        .where(ReportText.id.in_(newest))
    )
    found = {row.key: Written(*row) for row in rows}
    return {key: found[key] for key in KEYS if key in found}


def printed(written: Mapping[str, Written]) -> dict[str, str]:
    """What of it goes into the report: parts with a text."""
    return {key: one.text for key, one in written.items() if one.text}


def history(session: Session, report_id: int, key: str) -> list[Written]:
    """Every version of one part, the newest first. Raises TextNotFound for a key of no part."""
    _require(key)
    rows = session.execute(
        select(ReportText.id, ReportText.key, ReportText.text, Actor.display_name, ReportText.written_at)
        .join(Actor, Actor.id == ReportText.written_by)
        .where(ReportText.report_id == report_id, ReportText.key == key)
        .order_by(ReportText.id.desc())
    )
    return [Written(*row) for row in rows]


def write(
    session: Session, of: Paper, key: str, text: str, seen: int | None, actor_id: int, at: datetime
) -> None:
    """Save a part of a draft. seen: id of the version it was written upon, None for the first; the same text again
    makes no new version.

    Raises TextNotFound, TextTooLong, WrongState, and TextChanged when another version came between.
    """
    _require(key)
    clean = _clean(text)
    if len(clean) > LONGEST:
        raise TextTooLong(length=len(clean), limit=LONGEST)
    paper.step(session, of.row, DRAFT, None)
    newest = next(iter(history(session, of.row.id, key)), None)
    if newest is not None and newest.text == clean:
        return
    if newest is not None and newest.id != seen:
        raise TextChanged(who=newest.who)
    new = ReportText(report_id=of.row.id, key=key, text=clean, written_by=actor_id, written_at=at)
    session.add(new)
    session.flush()
    audit.log(session, actor_id, "report.text", "report", of.row.id, {"key": key, "version": new.id})


def restore(
    session: Session, of: Paper, version_id: int, seen: int | None, actor_id: int, at: datetime
) -> None:
    """Make an older version the newest again. Raises TextNotFound and what `write` raises."""
    old = session.get(ReportText, version_id)
    if old is None or old.report_id != of.row.id:
        raise TextNotFound
    write(session, of, old.key, old.text, seen, actor_id, at)


def _require(key: str) -> None:
    if key not in KEYS:
        raise TextNotFound


def _clean(text: str) -> str:
    """In NFC, with plain line ends, none at the end of the text, and a space for a control character."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(CONTROL.sub(" ", line).rstrip() for line in lines).strip("\n")
