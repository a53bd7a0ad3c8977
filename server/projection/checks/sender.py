"""Who sent a submission, beside the club it is about."""

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, exists, select

from server.models.actor import Actor, ActorUnit
from server.models.club import ClubUnit
from server.models.unit import UnitClosure
from server.projection.checks.finding import Found

places = select(ClubUnit.club_id).where(ClubUnit.club_id == bindparam("club"))
within = (
    places.join(UnitClosure, UnitClosure.descendant_id == ClubUnit.unit_id)
    .join(ActorUnit, ActorUnit.unit_id == UnitClosure.ancestor_id)
    .where(ActorUnit.actor_id == bindparam("actor"))
)
STRANGER = (
    select(Actor.display_name)
    .where(Actor.id == bindparam("actor"), exists().where(ActorUnit.actor_id == bindparam("actor")))
    .where(places.exists(), ~within.exists())
)


def run(conn: Connection, club_id: str | None, actor_id: int | None) -> Iterator[Found]:
    """A tablet bound to units reports on a club that never stood in one of them.

    The submission counts all the same: the tablet may have been lent, or bound to the wrong unit. It goes by what the
    tablet is bound to when the submission is read, at last by a rebuild.
    """
    if club_id is None or actor_id is None:
        return
    name = conn.execute(STRANGER, {"club": club_id, "actor": actor_id}).scalar()
    if name is not None:
        yield Found("sender_elsewhere", "", name)
