"""Imports of plans as a list: what came in when and by whom, its file, and the way back."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from server.blobs import BlobStore
from server.clock import now
from server.errors import PageNotFound, Problem
from server.models import Actor, Phase, PhaseRule, PlanImport, Project
from server.services import audit
from server.services.actor import SYSTEM_ID
from server.services.plan import change, store
from server.services.plan.rows import Values

SHOWN = 50
"""Imports listed at most, the newest."""


class ImportNotFound(PageNotFound):
    """No import of that number."""


class NewerImport(Problem):
    """Another import came after it; what it took the place of may be what that one brought."""

    code = "409.1"
    message_vi = "Sau lần nhập sổ “{name}” còn có lần nhập khác. Xin hoàn tác lần mới nhất trước."
    message_en = "Another import came after the one of “{name}”. Please undo the newest one first."


@dataclass(frozen=True, slots=True)
class Imported:
    """An import with who did it ("" for the command line). can_undo: it is the newest that stands."""

    row: PlanImport
    by: str
    can_undo: bool


def take(
    session: Session, blobs: BlobStore, workbook: bytes, name: str, actor_id: int | None
) -> PlanImport | None:
    """Import a workbook and note how to undo it; None when nothing of it is new, so that sending twice acts once.

    Raises as `store.import_workbook` does.
    """
    _lock(session)
    content = store.read(session, workbook, name)
    changes = change.compare(session, content)
    if not changes:
        return None
    phases = change.phases_of(content)
    before = change.standing(session, name, phases)
    kinds = Counter(one.kind for one in changes)
    row = PlanImport(
        workbook=name,
        workbook_sha256=blobs.store(workbook).sha256,
        imported_at=now(),
        imported_by=actor_id,
        added=kinds["added"],
        changed=kinds["changed"],
        removed=kinds["removed"],
        before={sheet: [_packed(values) for values in rows] for sheet, rows in before.items()},
        phases=phases,
    )
    session.add(row)
    store.store(session, content, actor_id)
    session.flush()
    return row


def undo(session: Session, import_id: int, actor_id: int | None) -> PlanImport:
    """Put back what stood before the newest import; one that was undone already is left alone.

    Raises ImportNotFound, NewerImport.
    """
    _lock(session)
    row = session.get(PlanImport, import_id)
    if row is None:
        raise ImportNotFound
    if row.undone_at is not None:
        return row
    if row.id != _newest(session):
        raise NewerImport(name=row.workbook)
    _put_back(session, row)
    row.undone_at, row.undone_by = now(), actor_id
    audit.log(session, actor_id, "plan.import.undo", "plan", row.workbook, {"import": row.id})
    return row


def get(session: Session, import_id: int) -> PlanImport:
    """One import. Raises ImportNotFound."""
    row = session.get(PlanImport, import_id)
    if row is None:
        raise ImportNotFound
    return row


def listed(session: Session) -> list[Imported]:
    """The imports, newest first, SHOWN at most."""
    newest = _newest(session)
    rows = session.execute(
        select(PlanImport, Actor.display_name)
        .outerjoin(Actor, Actor.id == PlanImport.imported_by)
        .order_by(PlanImport.id.desc())
        .limit(SHOWN)
    )
    return [
        Imported(row, "" if row.imported_by == SYSTEM_ID else by or "", row.id == newest) for row, by in rows
    ]


def workbooks(session: Session) -> list[str]:
    """Names of the files whose rows stand now, in alphabetical order."""
    found: set[str] = set()
    for sheet, table in change.TABLES.items():
        if sheet not in change.OF_PHASES:
            found |= set(session.scalars(select(table.workbook).distinct()))
    return sorted(found)


def _lock(session: Session) -> None:
    """Let one import at a time, until the transaction ends: two of one file would double its rows."""
    session.execute(select(Project.id).order_by(Project.id).limit(1).with_for_update(key_share=True))


def _newest(session: Session) -> int | None:
    standing = select(PlanImport.id).where(PlanImport.undone_at.is_(None))
    return session.scalar(standing.order_by(PlanImport.id.desc()).limit(1))


def _put_back(session: Session, row: PlanImport) -> None:
    before = {sheet: [_unpacked(sheet, one) for one in rows] for sheet, rows in row.before.items()}
    for sheet, table in reversed(change.TABLES.items()):
        if sheet not in change.OF_PHASES:
            session.execute(delete(table).where(table.workbook == row.workbook))
    session.execute(delete(PhaseRule).where(PhaseRule.phase_code.in_(row.phases["quy_dinh"])))
    earlier = {values["code"] for values in before["giai_doan"]}
    session.execute(delete(Phase).where(Phase.code.in_(set(row.phases["giai_doan"]) - earlier)))
    for values in before["giai_doan"]:
        session.merge(Phase(**values))
    session.flush()
    for sheet, rows in before.items():
        if sheet != "giai_doan" and rows:
            named = {} if sheet in change.OF_PHASES else {"workbook": row.workbook}
            session.execute(insert(change.TABLES[sheet]), [{**values, **named} for values in rows])


def _packed(values: Values) -> dict[str, Any]:
    """A row as JSON keeps it: days and numbers as text, exactly."""
    return {
        name: str(value) if isinstance(value, date | Decimal) else value for name, value in values.items()
    }


def _unpacked(sheet: str, values: dict[str, Any]) -> Values:
    columns = change.TABLES[sheet].__table__.c
    return {name: _value(columns[name].type.python_type, value) for name, value in values.items()}


def _value(kind: type, value: Any) -> Any:
    if value is None or kind not in (date, datetime, Decimal):
        return value
    return Decimal(value) if kind is Decimal else date.fromisoformat(value)
