"""Applying what a submission says to entities: rows created and updated, each state kept, conflicts flagged.

docs/decisions/entities.md says by which rules.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from forms.entities import EntityAction
from server import db
from server.clock import now
from server.services.entity import table, text
from server.services.entity.batch import Batch
from server.services.entity.change import Author, Change, Refused, combine
from server.services.entity.table import Row, backlog

log = structlog.get_logger(part="entity")
HELD_FOR = timedelta(days=5)
"""How long a change waits for what the tablet did before it, as in ODK Central."""
OVERDUE = (
    select(backlog.c.entity_id)
    .where(backlog.c.entity_list_id.in_(bindparam("lists", expanding=True)))
    .where(backlog.c.forced_at.is_(None), backlog.c.held_at < bindparam("before"))
    .distinct()
)


class SubmissionLike(Protocol):
    """The part of `Submission` that applying reads."""

    id: int
    form_id: int
    actor_id: int | None
    received_at: datetime
    review_state: str | None


def apply(
    session: Session,
    submission: SubmissionLike,
    actions: Sequence[EntityAction],
    club_id: str | None = None,
    moment: datetime | None = None,
) -> tuple[Refused, ...]:
    """Create and update entities as one submission says; what could not be done is returned, nothing is raised.

    club_id: the club it is about, which all its entities must be of; None asks nothing. moment: when this text of it
    came; None: with the submission.

    What a submission has said once is not written again, so reading it a second time changes nothing; of an edit only
    what it says otherwise counts. What waited for this submission is taken after it, and then what has waited for
    more than HELD_FOR.
    """
    if not actions:
        return ()
    changes = combine(actions)
    moment = moment or submission.received_at
    lists = _lists_of_form(session, submission.form_id, changes)
    asks = any(one["approval_required"] for one in lists)
    is_approved = asks and submission.review_state == text.APPROVED
    author = Author(submission.id, submission.actor_id, club_id, is_approved)
    batch = Batch(session.connection(), lists, moment, text.Reader(session, moment), submission.id)
    refused = _take(batch, author, changes)
    batch.release()
    batch.write()
    _force_apart(session, lists, moment, submission.id)
    return tuple(
        one for one in refused if one.code != "held" or batch.is_waiting(submission.id, one.action.uuid)
    )


def approved(
    session: Session, submission: SubmissionLike, moment: datetime | None = None
) -> tuple[Refused, ...]:
    """Make the entries that waited for a person to approve the submission; call it when one has.

    Returns what could still not be done; the findings of the submission say the same. moment: None for now.
    """
    moment = moment or now()
    said = text.read(session, submission.id, moment)
    if said is None or not said.changes:
        return ()
    lists = _lists_of_form(session, said.form_id, said.changes)
    batch = Batch(session.connection(), lists, moment, text.Reader(session, moment), submission.id)
    author = Author(submission.id, said.author.actor_id, said.author.club_id, True)
    refused = {one.action.uuid: one for one in _take(batch, author, said.changes)}
    for change in said.changes:
        batch.note(submission.id, change.uuid, author.club_id, refused.get(change.uuid))
    batch.release()
    batch.write()
    return tuple(refused.values())


def force_overdue(batch: Batch, before: datetime) -> int:
    """Take what has been held since before a moment without its predecessor; returns how many changes.

    In the order of branches and versions; what then follows is released. An entry that nobody has approved yet is
    not made this way.
    """
    ids = _overdue(batch.conn, batch.lists.values(), before)
    batch.load(ids)
    return sum(batch.force_all(uuid, before) for uuid in ids)


def _force_apart(session: Session, lists: Sequence[Row], moment: datetime, submission_id: int) -> None:
    """Take what is overdue, each entity in a savepoint: a fault in what others sent is no fault of this submission.

    What cannot be taken stays in the backlog, where people see it.
    """
    conn = session.connection()
    before = moment - HELD_FOR
    for uuid in _overdue(conn, lists, before):
        try:
            with db.savepoint(conn):
                batch = Batch(conn, lists, moment, text.Reader(session, moment), submission_id)
                batch.load([uuid])
                batch.force_all(uuid, before)
                batch.write()
        except OperationalError:
            raise
        except Exception as fault:
            log.error("forcing failed", entity_id=uuid, fault=type(fault).__name__)


def _overdue(conn: Connection, lists: Iterable[Row], before: datetime) -> list[str]:
    """Entities of these lists with changes held since before a moment, by ID; asks nothing when the lists say none."""
    late = [one["id"] for one in lists if _is_overdue(one, before)]
    return sorted(conn.execute(OVERDUE, {"lists": late, "before": before}).scalars()) if late else []


def _is_overdue(entity_list: Row, before: datetime) -> bool:
    oldest: datetime | None = entity_list["oldest_held_at"]
    return oldest is not None and oldest < before


def _take(batch: Batch, author: Author, changes: Sequence[Change]) -> list[Refused]:
    batch.load(change.uuid for change in changes)
    batch.load_histories(changes)
    taken = [batch.take(author, change) for change in changes]
    return [one for one in taken if one is not None]


def _lists_of_form(session: Session, form_id: int, changes: Sequence[Change]) -> list[Row]:
    """The lists of the form's project that are named, locked: the rules that place rows must not change meanwhile."""
    values: Mapping[str, Any] = {"form": form_id, "names": sorted({change.list_name for change in changes})}
    return [dict(row) for row in session.connection().execute(table.LISTS_OF_FORM, values).mappings()]
