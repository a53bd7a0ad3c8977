"""Which clubs somebody may see: the one filter that every list, export, report and tablet goes through."""

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Date, Select, bindparam, case, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.models import (
    ActorUnit,
    AppUser,
    Club,
    ClubUnit,
    Entity,
    Report,
    Submission,
    Unit,
    UnitClosure,
    UnitLink,
    User,
)
from server.services.actor import Identity

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])

ALL_UNITS = "unit.all"
"""The verb of those who see every unit of a project."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Units somebody is bound to. unit_ids None: the whole country; empty: nothing.

    A unit holds the clubs that stood in it, or below it, on its last day: the day asked about while it stands, the
    day it was dissolved once it is gone. So an old district keeps the clubs it had, and whoever is bound to its
    successor sees those that came over.
    """

    unit_ids: frozenset[int] | None
    actor_id: int
    day: date

    def club_ids(self) -> Select[str]:
        """A subquery of the ids of its clubs."""
        if self.unit_ids is None:
            return select(Club.id)
        return _clubs_on_last_day(literal(self.day)).where(Unit.id.in_(self.unit_ids))

    def clubs(self, statement: Query) -> Query:
        """The rows of a query on clubs that are within."""
        return statement if self.unit_ids is None else statement.where(Club.id.in_(self.club_ids()))

    def entities(self, statement: Query) -> Query:
        """The rows of a query on entities whose club is within."""
        return statement if self.unit_ids is None else statement.where(Entity.club_id.in_(self.club_ids()))

    def submissions(self, statement: Query) -> Query:
        """The rows of a query on submissions about a club within, or sent by somebody bound within.

        The second part keeps what is about no club that stands, such as a submission whose projection failed.
        """
        if self.unit_ids is None:
            return statement
        inside = self.club_ids()
        senders = (
            select(ActorUnit.actor_id)
            .join(UnitClosure, UnitClosure.descendant_id == ActorUnit.unit_id)
            .where(UnitClosure.ancestor_id.in_(self.unit_ids))
        )
        return statement.where(
            or_(
                Submission.club_id.in_(inside),
                Submission.actor_id == self.actor_id,
                (Submission.projection_state != "done") & Submission.actor_id.in_(senders),
            )
        )

    def app_users(self, statement: Query) -> Query:
        """The rows of a query on app users all of whose units are within, or came there by a reform.

        Those bound to no unit are for people who see every unit.
        """
        return self._bound_within(statement, AppUser.actor_id)

    def people(self, statement: Query) -> Query:
        """The rows of a query on users all of whose units are within, or came there by a reform.

        Those bound to no unit, such as who sees the whole country, are for people who see every unit.
        """
        return self._bound_within(statement, User.actor_id)

    def _bound_within(self, statement: Query, actor_id: InstrumentedAttribute[int]) -> Query:
        if self.unit_ids is None:
            return statement
        below = select(UnitClosure.descendant_id.label("unit_id")).where(
            UnitClosure.ancestor_id.in_(self.unit_ids)
        )
        bound = select(ActorUnit.actor_id).where(ActorUnit.actor_id == actor_id)
        outside = bound.where(ActorUnit.unit_id.not_in(_with_former(below)))
        return statement.where(bound.exists(), ~outside.exists())

    def units_wholly_within(self) -> Select[int] | None:
        """Ids of the units at or below its own, and of former ones whose whole land came there; None: every unit."""
        if self.unit_ids is None:
            return None
        below = select(UnitClosure.descendant_id.label("unit_id")).where(
            UnitClosure.ancestor_id.in_(self.unit_ids)
        )
        within = below.cte("wholly_within", recursive=True)
        before = select(UnitLink.old_id).join(within, UnitLink.new_id == within.c.unit_id)
        return select(within.union(before.where(~UnitLink.is_partial)).c.unit_id)

    def reports(self, statement: Query) -> Query:
        """The rows of a query on reports whose whole unit is within: a report tells of every club of it."""
        inside = self.units_wholly_within()
        return statement if inside is None else statement.where(Report.unit_id.in_(inside))


def _clubs_on_last_day(day: ColumnElement[date]) -> Select[str]:
    """Ids of clubs that stood in a unit (still to be named) or below it on a day, or on its last day before that."""
    last_day = case((Unit.valid_to < day, Unit.valid_to), else_=day)
    return (
        select(ClubUnit.club_id)
        .join(UnitClosure, UnitClosure.descendant_id == ClubUnit.unit_id)
        .join(Unit, Unit.id == UnitClosure.ancestor_id)
        .where(ClubUnit.valid_from <= last_day)
        .where(or_(ClubUnit.valid_to.is_(None), ClubUnit.valid_to >= last_day))
    )


def clubs_of_actor() -> Select[str]:
    """Ids of the clubs within the units an actor is bound to. Parameters: actor, day.

    The same clubs as `Scope.club_ids` gives; asked without first asking which units those are.
    """
    bound = ActorUnit.actor_id == bindparam("actor")
    clubs = _clubs_on_last_day(bindparam("day", type_=Date()))
    return clubs.join(ActorUnit, ActorUnit.unit_id == Unit.id).where(bound)


def units_of_actor() -> Select[int]:
    """Ids of the units at or below those an actor is bound to, and of those whose land, or a part of it, came there.

    Parameter: actor. So a row that still names a commune of before a reform is seen in what that commune became; where
    it was split, in every part of it.
    """
    below = (
        select(UnitClosure.descendant_id.label("unit_id"))
        .join(ActorUnit, ActorUnit.unit_id == UnitClosure.ancestor_id)
        .where(ActorUnit.actor_id == bindparam("actor"))
    )
    return _with_former(below)


def _with_former(units: Select[int]) -> Select[int]:
    """Those units, and every unit whose land, or a part of it, came to one of them."""
    within = units.cte("within", recursive=True)
    before = select(UnitLink.old_id).join(within, UnitLink.new_id == within.c.unit_id)
    return select(within.union(before).c.unit_id)


def clubs_of_actors(day: date) -> Select[int, str]:
    """Each app user with each club within its units on a day: actor_id, club_id. The same clubs as its tablet gets."""
    clubs = _clubs_on_last_day(literal(day)).join(ActorUnit, ActorUnit.unit_id == Unit.id)
    return clubs.with_only_columns(ActorUnit.actor_id, ClubUnit.club_id).distinct()


def of(session: Session, who: Identity, project_id: int, day: date) -> Scope:
    """What somebody may see in a project on a day."""
    if who.may(ALL_UNITS, project_id):
        return Scope(None, who.actor_id, day)
    bound = session.scalars(select(ActorUnit.unit_id).where(ActorUnit.actor_id == who.actor_id))
    return Scope(frozenset(bound), who.actor_id, day)
