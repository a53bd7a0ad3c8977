"""A workbook of the register applied, once and whole, and taken back while nothing newer stands in its cells."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from server import db, projection
from server.blobs import BlobStore
from server.errors import Problem
from server.models import (
    Actor,
    Club,
    Entity,
    Meeting,
    Member,
    RegisterBatch,
    RegisterChange,
    Submission,
    Survey,
)
from server.projection import changed
from server.scope import Scope
from server.services import audit, submission
from server.services.club import reading, writing
from server.services.club.cells import values_of
from server.services.club.column import BY_FIELD, CODE, Column
from server.services.club.reading import Line
from server.services.entity import people

PAGE_ROWS = 100
DECIDED = ("status", "closed_on")
"""Fields that people decide here; no form says them."""
BATCHES_SHOWN = 20


class LookAgain(Problem):
    """The register has changed since somebody looked at what the workbook would do."""

    code = "409.1"
    message_vi = "Sổ đã thay đổi từ lúc anh/chị xem. Xin xem lại các thay đổi dưới đây rồi mới ghi."
    message_en = (
        "The register has changed since you looked. Please look at the changes again before you apply them."
    )


class BatchUnknown(Problem):
    """No such batch, or it is another's."""

    code = "404.1"
    message_vi = "Không có lần nhập nào như vậy, hoặc do người khác nhập."
    message_en = "There is no such import, or somebody else made it."


class NewerThere(Problem):
    """Something newer stands in cells of the batch."""

    code = "409.1"
    message_vi = "Không hoàn tác được: sau lần nhập này đã có thay đổi mới ở {cells}."
    message_en = "This cannot be undone: something newer stands in {cells}."


@dataclass(frozen=True, slots=True)
class Changed:
    """One cell a batch changed. column: that of the code for a club it added; club_code, club_name: as of now."""

    club_code: str
    club_name: str
    column: Column
    old: str
    new: str

    @property
    def is_added(self) -> bool:
        return self.column.field == CODE


@dataclass(frozen=True, slots=True)
class Made:
    """A batch: when, by whom, how much it changed, and whether it was undone."""

    id: int
    made_at: datetime
    by: str
    added: int
    changed: int
    undone_at: datetime | None


def upload_key(token: str) -> str:
    """What is kept of the word an upload is found by."""
    return hashlib.sha256(token.encode()).hexdigest()


def apply(
    session: Session,
    blobs: BlobStore,
    seen: Scope,
    project_id: int,
    token: str,
    content: bytes,
    looked_at: str,
    at: datetime,
    today: date,
    may_add: bool,
) -> int:
    """Write what a workbook says and give the batch's id; the same upload again gives the batch it made.

    looked_at: the digest of what was shown. Raises LookAgain, NotWritten, NotAWorkbook; then nothing is written.
    """
    db.take_turn(session, projection.TURN)
    known = session.scalar(select(RegisterBatch.id).where(RegisterBatch.upload == upload_key(token)))
    if known is not None:
        return known
    found = reading.compare(session, seen, project_id, content, today, may_add)
    if found.digest != looked_at or not found.lines:
        raise LookAgain
    batch = RegisterBatch(
        project_id=project_id, upload=upload_key(token), made_at=at, made_by=seen.actor_id, undone_at=None
    )
    session.add(batch)
    session.flush()
    for line in found.lines:
        _write(session, blobs, project_id, batch.id, line, seen.actor_id, at)
    details = {"added": found.added, "changed": found.changed}
    audit.log(session, seen.actor_id, "register.import", "register_batch", batch.id, details)
    return batch.id


def _write(
    session: Session,
    blobs: BlobStore,
    project_id: int,
    batch_id: int,
    line: Line,
    actor_id: int,
    at: datetime,
) -> None:
    values = {cell.column.field: cell.new for cell in line.cells}
    if line.club_id is None:
        club = writing.found(session, blobs, project_id, values, actor_id, at)
        cells = [(CODE, "", club.code)]
    else:
        club = session.get_one(Club, line.club_id)
        _set(session, blobs, club, values, actor_id, at)
        cells = [(cell.column.field, cell.old, cell.new) for cell in line.cells]
    for field, old, new in cells:
        session.add(
            RegisterChange(
                batch_id=batch_id, club_id=club.id, field=field, line=line.number, old=old, new=new
            )
        )


def _set(
    session: Session, blobs: BlobStore, club: Club, values: Mapping[str, str], actor_id: int, at: datetime
) -> None:
    """Let a club be what these fields say: by an edit of its founding form, and by decision."""
    asked = {field: value for field, value in values.items() if field not in DECIDED}
    if asked:
        writing.change(session, blobs, club, asked, actor_id, at)
    decided = {field: value for field, value in values.items() if field in DECIDED}
    if decided:
        _decide(session, club, decided, actor_id, at)


def _decide(session: Session, club: Club, decided: Mapping[str, str], actor_id: int, at: datetime) -> None:
    """Keep what people decided about a club; tablets offer only clubs whose entry in the shared list is active."""
    session.refresh(club)
    club.status = decided.get("status", club.status) or "active"
    if "closed_on" in decided:
        club.closed_on = date.fromisoformat(decided["closed_on"]) if decided["closed_on"] else None
    session.flush()
    changed.touch(session.connection(), [club.id])
    audit.log(session, actor_id, "club.update", "club", club.code, {"status": club.status})
    entry = session.get(Entity, club.id, populate_existing=True)
    is_listed = entry is not None and entry.deleted_at is None
    if entry is not None and is_listed and entry.data.get("status", club.status) != club.status:
        everywhere = Scope(None, actor_id, at.date())
        people.write(session, everywhere, club.project_id, club.id, {"status": club.status}, at=at)


def undo(
    session: Session, blobs: BlobStore, seen: Scope, project_id: int, batch_id: int, at: datetime
) -> None:
    """Put every cell of a batch back, and take its new clubs out; a batch that was undone stays so.

    Raises BatchUnknown; NewerThere, with nothing changed, when a cell no longer says what the batch wrote or something
    was sent about a club it added.
    """
    db.take_turn(session, projection.TURN)
    batch = _get(session, seen, project_id, batch_id)
    if batch.undone_at is not None:
        return
    by_club = _changes(session, batch_id)
    _refuse_newer(session, by_club)
    if set(session.scalars(seen.clubs(select(Club.id).where(Club.id.in_(by_club))))) != set(by_club):
        raise BatchUnknown
    for club_id, changes in by_club.items():
        club = session.get_one(Club, club_id)
        if changes[0].field == CODE:
            _take_out(session, seen, project_id, club)
        else:
            _set(session, blobs, club, {one.field: one.old for one in changes}, seen.actor_id, at)
    batch.undone_at, batch.undone_by = at, seen.actor_id
    audit.log(session, seen.actor_id, "register.undo", "register_batch", batch.id)


def _take_out(session: Session, seen: Scope, project_id: int, club: Club) -> None:
    club_id, founded = club.id, club.submission_id
    everywhere = Scope(None, seen.actor_id, seen.day)
    people.delete(session, everywhere, project_id, club_id)
    session.expire_all()
    submission.delete(session, everywhere, founded, seen.actor_id, "register.undo")


def _changes(session: Session, batch_id: int) -> dict[str, list[RegisterChange]]:
    rows = session.scalars(
        select(RegisterChange)
        .where(RegisterChange.batch_id == batch_id)
        .order_by(RegisterChange.line, RegisterChange.field)
    )
    found: dict[str, list[RegisterChange]] = defaultdict(list)
    for row in rows:
        found[row.club_id].append(row)
    return found


def _refuse_newer(session: Session, by_club: Mapping[str, Sequence[RegisterChange]]) -> None:
    current = values_of(session, list(by_club))
    newer = []
    for club_id, changes in by_club.items():
        now = current.get(club_id)
        for one in changes:
            is_touched = (
                now is None or now[one.field] != one.new or (one.field == CODE and _is_used(session, club_id))
            )
            if is_touched:
                code = now[CODE] if now else one.new
                newer.append(f"{code} ({BY_FIELD[one.field].name})")
    if newer:
        raise NewerThere(cells=", ".join(newer[:10]) + (" …" if len(newer) > 10 else ""))


def _is_used(session: Session, club_id: str) -> bool:
    """Whether anything was sent about a club since it was added, or its founding form was edited."""
    sent = (
        select(Meeting.id)
        .where(Meeting.club_id == club_id)
        .union_all(select(Survey.id).where(Survey.club_id == club_id))
    )
    people_of = select(func.count()).where(Member.club_id == club_id)
    edited = select(Submission.review_state).join(Club, Club.submission_id == Submission.id)
    return bool(
        session.execute(sent.limit(1)).first()
        or session.scalar(people_of)
        or session.scalar(edited.where(Club.id == club_id)) is not None
    )


def look(session: Session, seen: Scope, project_id: int, batch_id: int) -> tuple[Made, list[Changed]]:
    """A batch with what it changed, in the order of the sheet. Raises BatchUnknown."""
    _get(session, seen, project_id, batch_id)
    made = next(one for one in _made(session, seen, project_id, batch_id))
    changes = [one for group in _changes(session, batch_id).values() for one in group]
    names = {
        row.id: row
        for row in session.execute(
            seen.clubs(
                select(Club.id, Club.code, Club.name).where(Club.id.in_({one.club_id for one in changes}))
            )
        )
    }
    told = []
    for one in changes:
        row = names.get(one.club_id)
        code, name = (row.code, row.name) if row else ("", "")
        told.append(Changed(code, name, BY_FIELD[one.field], one.old, one.new))
    return made, told


def recent(session: Session, seen: Scope, project_id: int) -> list[Made]:
    """The newest batches somebody may see: their own; of everybody for who sees every unit."""
    return _made(session, seen, project_id)


def _made(session: Session, seen: Scope, project_id: int, batch_id: int | None = None) -> list[Made]:
    batch, change = RegisterBatch, RegisterChange
    added = func.sum(case((change.field == CODE, 1), else_=0))
    wanted = (
        select(
            batch.id,
            batch.made_at,
            Actor.display_name,
            added,
            func.count(change.club_id.distinct()),
            batch.undone_at,
        )
        .join(Actor, Actor.id == batch.made_by)
        .join(change, change.batch_id == batch.id)
        .where(batch.project_id == project_id)
        .group_by(batch.id, batch.made_at, Actor.display_name, batch.undone_at)
        .order_by(batch.id.desc())
        .limit(BATCHES_SHOWN)
    )
    if seen.unit_ids is not None:
        wanted = wanted.where(batch.made_by == seen.actor_id)
    if batch_id is not None:
        wanted = wanted.where(batch.id == batch_id)
    return [
        Made(key, at, by, int(new or 0), clubs - int(new or 0), undone)
        for key, at, by, new, clubs, undone in session.execute(wanted)
    ]


def _get(session: Session, seen: Scope, project_id: int, batch_id: int) -> RegisterBatch:
    found = session.get(RegisterBatch, batch_id)
    is_mine = found is not None and (seen.unit_ids is None or found.made_by == seen.actor_id)
    if found is None or found.project_id != project_id or not is_mine:
        raise BatchUnknown
    return found
