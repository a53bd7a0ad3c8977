"""What people decided about entities, and what was forced: remembered, and done again at its moment by a rebuild."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, union, update
from sqlalchemy.orm import Session

from forms.entities import EntityAction
from server.models import Audit, Entity, EntityBacklog, EntityList, EntityVersion, Submission
from server.services.entity import table, text
from server.services.entity.apply import approved
from server.services.entity.batch import Batch
from server.services.entity.change import LABEL, Author, Change
from server.services.entity.people import DELETED, RESTORED, SETTLE, bring_back

Act = Callable[[Session, datetime], None]
Moments = list[tuple[datetime, int, Act]]
"""When, which of those at the same moment first, and what."""

REVIEWED = update(Submission.__table__).where(Submission.__table__.c.id == bindparam("key"))


@dataclass(slots=True)
class Decided:
    """Acts in the order of their moments.

    states: the review states of submissions whose approval is among them. writers: the submissions that have said
    something of entities.
    """

    acts: Moments
    states: dict[int, str | None]
    writers: frozenset[int]

    def replay(self, session: Session, until: datetime | None) -> None:
        """Do what was done before a moment (None: all that is left)."""
        while self.acts and (until is None or self.acts[0][0] < until):
            moment, _, act = self.acts.pop(0)
            act(session, moment)

    def finish(self, session: Session) -> None:
        """Do all that is left, and give the submissions their review states back."""
        self.replay(session, None)
        _review(session, self.states)


def remember(session: Session) -> Decided:
    """What people decided and what was forced. Until `finish`, submissions that were approved count as not approved."""
    kinds = (_by_hand, _resolved, _deleted, _forced)
    acts: Moments = [
        (moment, place, act) for place, kind in enumerate(kinds) for moment, act in kind(session)
    ]
    states = {}
    for row in session.execute(_approvals()).all():
        acts.append((row.created_at, len(kinds), _approve(row.submission_id)))
        states[row.submission_id] = row.review_state
    _review(session, dict.fromkeys(states))
    return Decided(sorted(acts, key=lambda one: one[:2]), states, _writers(session))


def _writers(session: Session) -> frozenset[int]:
    wrote = select(EntityVersion.submission_id).where(EntityVersion.submission_id.is_not(None))
    return frozenset(session.scalars(union(wrote, select(EntityBacklog.submission_id))))


def _review(session: Session, states: dict[int, str | None]) -> None:
    if states:
        values = [{"key": key, "review_state": state} for key, state in states.items()]
        session.connection().execute(REVIEWED, values)


def _batch(session: Session, list_id: int, uuid: str, moment: datetime) -> Batch:
    conn = session.connection()
    batch = Batch(conn, table.read_lists(conn, [list_id]), moment, text.Reader(session, moment))
    batch.load([uuid])
    return batch


def _by_hand(session: Session) -> list[tuple[datetime, Act]]:
    rows = session.execute(
        select(EntityVersion, Entity.entity_list_id)
        .join(Entity, Entity.id == EntityVersion.entity_id)
        .where(EntityVersion.submission_id.is_(None))
        .order_by(EntityVersion.created_at, EntityVersion.id)
    )
    return [(row.EntityVersion.created_at, _write(row.EntityVersion, row.entity_list_id)) for row in rows]


def _write(made: EntityVersion, list_id: int) -> Act:
    uuid, actor_id = made.entity_id, made.actor_id
    said = made.received if made.received is not None else {**made.data, LABEL: made.label}

    def act(session: Session, moment: datetime) -> None:
        batch = _batch(session, list_id, uuid, moment)
        if uuid in batch.rows:
            batch.lay(actor_id, uuid, said)
        else:
            name = batch.list_by_id[list_id]["name"]
            batch.create(Author(None, actor_id, None, True), _creation(name, uuid, said), None)
        batch.write()

    return act


def _creation(list_name: str, uuid: str, said: dict[str, str]) -> Change:
    action = EntityAction(
        list_name=list_name,
        uuid=uuid,
        create=True,
        update=False,
        base_version=None,
        trunk_version=None,
        branch_id=None,
        label=said.get(LABEL),
        data={},
        container=(),
        repeat=None,
        positions=(),
    )
    return Change(list_name, uuid, True, False, None, None, None, None, said, action)


def _resolved(session: Session) -> list[tuple[datetime, Act]]:
    rows = session.execute(select(Entity.id, Entity.resolved_at).where(Entity.resolved_at.is_not(None)))
    return [(row.resolved_at, _settle(row.id)) for row in rows.all()]


def _settle(uuid: str) -> Act:
    def act(session: Session, moment: datetime) -> None:
        session.connection().execute(SETTLE, {"key": uuid, "at": moment})

    return act


def _deleted(session: Session) -> list[tuple[datetime, Act]]:
    """Deletions and restorations of entities: those of the audit log, and those that only the entity itself tells."""
    logged = session.execute(
        select(Audit.action, Audit.actee_id, Audit.details)
        .where(Audit.action.in_((DELETED, RESTORED)), Audit.actee_type == "entity")
        .order_by(Audit.id)
    ).all()
    found = [
        (datetime.fromisoformat(row.details["at"]), row.actee_id, row.action == DELETED) for row in logged
    ]
    now = session.execute(select(Entity.id, Entity.deleted_at).where(Entity.deleted_at.is_not(None))).all()
    found += [one for row in now if (one := (row.deleted_at, row.id, True)) not in found]
    return [(moment, _mark(uuid, is_deletion)) for moment, uuid, is_deletion in found]


def _mark(uuid: str, is_deletion: bool) -> Act:
    def act(session: Session, moment: datetime) -> None:
        list_id = session.scalar(select(Entity.entity_list_id).where(Entity.id == uuid))
        if list_id is None:
            return
        batch = _batch(session, list_id, uuid, moment)
        if is_deletion:
            batch.mark(uuid, moment)
            batch.write()
        else:
            bring_back(batch, uuid)

    return act


def _forced(session: Session) -> list[tuple[datetime, Act]]:
    rows = session.execute(
        select(EntityBacklog).where(EntityBacklog.forced_at.is_not(None)).order_by(EntityBacklog.id)
    )
    return [
        (one.forced_at, _force(one.entity_list_id, one.entity_id, one.submission_id))
        for one in rows.scalars()
        if one.forced_at is not None
    ]


def _force(list_id: int, uuid: str, submission_id: int) -> Act:
    def act(session: Session, moment: datetime) -> None:
        batch = _batch(session, list_id, uuid, moment)
        for waiting in [one for one in batch.waiting(uuid) if one["submission_id"] == submission_id]:
            batch.force(waiting)
            batch.release()
        batch.write()

    return act


def _approvals() -> Select[*tuple[Any, ...]]:
    """The creations in lists that ask for approval: each was made when its submission had been approved."""
    return (
        select(EntityVersion.submission_id, EntityVersion.created_at, Submission.review_state)
        .join(Entity, Entity.id == EntityVersion.entity_id)
        .join(EntityList, EntityList.id == Entity.entity_list_id)
        .join(Submission, Submission.id == EntityVersion.submission_id)
        .where(EntityList.approval_required.is_(True), EntityVersion.version == 1)
        .distinct()
        .order_by(EntityVersion.created_at, EntityVersion.submission_id)
    )


def _approve(submission_id: int) -> Act:
    def act(session: Session, moment: datetime) -> None:
        approved(session, session.get_one(Submission, submission_id), moment)

    return act
