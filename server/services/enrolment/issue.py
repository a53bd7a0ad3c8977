"""From a list to keys that work: first reserved, then printed, and only then made good.

Printing a hundred cards takes longer than any other write should wait, so it happens between two short transactions. A
key that was reserved works only once it is confirmed: a card that could not be printed leaves nobody enrolled.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from reports import cards
from reports.cards import Deck
from server import db
from server.clock import now
from server.errors import AppUserNotFound, Problem
from server.models import Actor, AppUser
from server.services import app_user, project
from server.services.enrolment.handout import card, handout
from server.services.enrolment.place import Gazetteer
from server.services.enrolment.plan import Known, Wanted, enrolled, find_same

TURN = 3_000_001
"""Whose turn it is to confirm: two who enrol the same list at once would else both succeed."""


class EnrolledMeanwhile(Problem):
    """Somebody on the list was enrolled by another person while the cards were printed."""

    code = "409.1"
    message_vi = (
        "Trong lúc in thẻ, đã có người khác cấp thẻ cho “{name}”. Chưa cấp thẻ nào; xin chạy lại lệnh."
    )
    message_en = (
        "While cards were printed, somebody else enrolled “{name}”. No card counts; please run it again."
    )


@dataclass(frozen=True, slots=True)
class Reserved:
    """A key for somebody on the list that does not work yet. is_new: they had none before."""

    actor_id: int
    token: str
    wanted: Wanted
    is_new: bool


def reserve(
    session: Session, project_id: int, new: Collection[Wanted], again: Collection[Known], by: int
) -> list[Reserved]:
    """Make keys: for new enumerators with their place on the server, for known ones to take the place of theirs."""
    made = [_reserve(session, project_id, wanted, by) for wanted in new]
    return made + [Reserved(one.actor_id, app_user.new_token(), one.wanted, is_new=False) for one in again]


def known(session: Session, project_id: int, actor_ids: Sequence[int]) -> list[Known]:
    """Tablets of a project with a living key, by their numbers. Raises AppUserNotFound for one that has none."""
    held = {one.actor_id: one for one in enrolled(session, project_id)}
    for actor_id in actor_ids:
        if actor_id not in held:
            raise AppUserNotFound(actor_id=actor_id)
    return [held[actor_id] for actor_id in dict.fromkeys(actor_ids)]


def deck(
    session: Session,
    project_id: int,
    reserved: Sequence[Reserved],
    base_url: str,
    language: str,
    hotline: str,
    today: date,
) -> Deck:
    """The cards of reserved keys. base_url: where tablets reach the server, no slash at its end."""
    places = Gazetteer(session, today)
    made = [
        card(places, handout(session, places, one.actor_id, one.token, base_url, language))
        for one in reserved
    ]
    return cards.deck(project.get(session, project_id).name, hotline, today, made)


def confirm(
    session: Session, project_id: int, reserved: Sequence[Reserved], by: int, grace: timedelta
) -> None:
    """Make the reserved keys good. Raises EnrolledMeanwhile, AppUserNotFound."""
    db.take_turn(session, TURN)
    held = enrolled(session, project_id)
    for one in reserved:
        if not one.is_new:
            app_user.renew(session, one.actor_id, by, grace, one.token)
        elif find_same(held, one.wanted):
            raise EnrolledMeanwhile(name=one.wanted.name)
        else:
            app_user.restore(session, one.actor_id, by)


def give_up(session: Session, reserved: Sequence[Reserved]) -> None:
    """Forget the reserved keys: nobody ever had them."""
    for one in reserved:
        if one.is_new:
            session.get_one(Actor, one.actor_id).deleted_at = now()
    session.flush()


def _reserve(session: Session, project_id: int, wanted: Wanted, by: int) -> Reserved:
    made = app_user.create(session, project_id, wanted.name, wanted.unit_ids, by, phone=wanted.phone)
    found = session.get_one(AppUser, made.actor_id)
    found.revoked_at = found.send_until = now()
    session.flush()
    return Reserved(made.actor_id, made.token, wanted, is_new=True)
