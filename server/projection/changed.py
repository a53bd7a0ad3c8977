"""Telling that a club's rows were written, so that what was worked out from them before is worked out again."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, insert, select, union, update

from server.models.meeting import Meeting
from server.models.rollup import ClubChange
from server.models.survey import Survey
from server.services.entity.access import fitting_club

changes, meetings, surveys = ClubChange.__table__, Meeting.__table__, Survey.__table__
ONCE_MORE = update(changes).where(changes.c.club_id == bindparam("club")).values(serial=changes.c.serial + 1)
FIRST = insert(changes).values(club_id=bindparam("club"), serial=1)
CLUBS_BEFORE = union(
    select(meetings.c.club_id).where(meetings.c.submission_id == bindparam("submission")),
    select(surveys.c.club_id).where(surveys.c.submission_id == bindparam("submission")),
)


def touch(conn: Connection, club_ids: Iterable[str | None]) -> None:
    """Count one more change of these clubs. Call it in the turn of the projection.

    None: a submission about no club. A text that is too long for a club's id is none either: no figure hangs on it.
    """
    for club_id in {club_id for club_id in map(fitting_club, club_ids) if club_id}:
        if not conn.execute(ONCE_MORE, {"club": club_id}).rowcount:
            conn.execute(FIRST, {"club": club_id})


def clubs_before(conn: Connection, submission_id: int) -> set[str]:
    """Clubs that the rows of a submission belong to now: after an edit it may be about another one."""
    return set(conn.execute(CLUBS_BEFORE, {"submission": submission_id}).scalars())
