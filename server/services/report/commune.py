"""The commune page: facts of its clubs within somebody's scope."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import commune as pages
from reports.commune import CommunePage
from reports.period import Period
from server import models as m
from server.scope import Scope
from server.services import unit as register
from server.services.facts.geography import geography
from server.services.facts.load import club_ids
from server.services.report.club import chair_phones, context
from server.services.report.commune_place import CommunePlace, find
from server.services.report.reach import is_of_commune


def commune(
    session: Session, scope: Scope, code: str, period: Period, *, today: date, as_of: date | None
) -> CommunePage:
    """The page of a commune for a period. as_of: as for `find`.

    Raises PeriodNotBegun, UnitNotFound, NotACommune, OutOfReach, StandardsMissing.
    """
    place = find(session, scope, code, period, today=today, as_of=as_of)
    ids = list(session.scalars(club_ids(scope, place.area, period.last, today)))
    places = geography(session, place.area, ids).places
    maybe = _maybe(session, place, [club_id for club_id in ids if places[club_id].commune_id is None])
    here = [club_id for club_id in ids if places[club_id].commune_id == place.unit.id]
    ctx = context(session, scope, place.area, period, [*here, *maybe], today)
    is_private = is_of_commune(session, scope)
    phones = chair_phones(session, ctx) if is_private else {}
    return pages.build(ctx, place.unit, place.above, phones, maybe, is_private=is_private)


def _maybe(session: Session, place: CommunePlace, undecided: list[str]) -> frozenset[str]:
    """Of clubs without a commune those whose old unit gave land to this one."""
    spells = session.execute(
        select(m.ClubUnit.club_id, m.ClubUnit.unit_id)
        .where(m.ClubUnit.club_id.in_(undecided))
        .order_by(m.ClubUnit.club_id, m.ClubUnit.valid_from)
    ).all()
    became = register.trace(session, {unit_id for _, unit_id in spells}, place.area.as_of)
    return frozenset(
        club_id
        for club_id, unit_id in spells
        if any(end.unit.id == place.unit.id for end in became.get(unit_id, ()))
    )
