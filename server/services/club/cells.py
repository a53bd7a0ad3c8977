"""What the register says of clubs now, cell by cell, as a workbook is compared with it."""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from server.models import Club, ClubUnit, Unit
from server.services.club.column import COLUMNS
from server.services.unit import key_of

AT_ONCE = 500
OWN = tuple(one.field for one in COLUMNS if one.field != "commune")


def values_of(session: Session, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The cells of each club by field, as text: codes, days as 2019-03-10; "" for none."""
    found: dict[str, dict[str, str]] = {}
    for some in _portions(ids):
        communes = _communes(session, some)
        for club in session.scalars(
            select(Club).where(Club.id.in_(some)).execution_options(populate_existing=True)
        ):
            values = {name: _text(getattr(club, name)) for name in OWN}
            found[club.id] = values | {"commune": communes.get(club.id, "")}
    return found


def by_code(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Ids of clubs by code."""
    found = {}
    for some in _portions(sorted(codes)):
        for code, club_id in session.execute(select(Club.code, Club.id).where(Club.code.in_(some))):
            found[code] = club_id
    return found


def _communes(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """Key of the unit each club was founded in."""
    first = (
        select(ClubUnit.club_id, func.min(ClubUnit.valid_from).label("since"))
        .where(ClubUnit.club_id.in_(ids))
        .group_by(ClubUnit.club_id)
        .subquery()
    )
    rows = session.execute(
        select(ClubUnit.club_id, Unit)
        .join(first, and_(first.c.club_id == ClubUnit.club_id, first.c.since == ClubUnit.valid_from))
        .join(Unit, Unit.id == ClubUnit.unit_id)
    )
    return {club_id: key_of(unit) for club_id, unit in rows}


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[first : first + AT_ONCE] for first in range(0, len(values), AT_ONCE))


def _text(value: object) -> str:
    return "" if value is None else str(value)
