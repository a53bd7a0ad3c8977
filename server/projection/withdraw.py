"""Taking out of the club tables what one submission has put there, when a person deletes it.

The club it is about is read again from its other submissions, in the order of its months: what a month says depends
on those before it, and this way there is nothing to work out about that.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, bindparam, delete, select, union
from sqlalchemy.orm import Session

from server import db
from server.models.club import (
    BoardPosition,
    CareRecipient,
    Club,
    ClubUnit,
    FundSource,
    Member,
    MembershipEvent,
)
from server.models.meeting import Loan, Meeting
from server.models.submission import Submission
from server.models.survey import Survey
from server.projection import changed
from server.projection.checks import founding as founding_checks
from server.projection.club_meeting import OF_ONE_MEETING
from server.projection.fault import ClubIDTaken
from server.projection.run import FORGET, TURN, in_order, mark, read_anew

clubs, meetings, surveys = Club.__table__, Meeting.__table__, Survey.__table__
OF_CLUB: tuple[Table, ...] = tuple(
    model.__table__
    for model in (Survey, Loan, Meeting, CareRecipient, MembershipEvent, BoardPosition, Member)
)
"""Tables with a club_id whose rows come from all its submissions, those that point at others first."""
OF_FOUNDING: tuple[Table, ...] = tuple(model.__table__ for model in (FundSource, ClubUnit))
"""Those that its founding form alone fills."""

CLUB_OF = union(
    select(clubs.c.id).where(clubs.c.submission_id == bindparam("submission")),
    select(meetings.c.club_id).where(meetings.c.submission_id == bindparam("submission")),
    select(surveys.c.club_id).where(surveys.c.submission_id == bindparam("submission")),
)
ABOUT = union(
    select(meetings.c.submission_id).where(meetings.c.club_id == bindparam("club")),
    select(surveys.c.submission_id).where(surveys.c.club_id == bindparam("club")),
)


def withdraw(session: Session, submission: Submission) -> None:
    """Remove a deleted submission's rows and findings, and read again what depended on them.

    Without its founding form a club does not stand: what else was sent about it waits for one, as it does when it
    comes first. What people decided about such a club (that it is closed, which commune it is in) goes with it.
    """
    db.take_turn(session, TURN)
    session.flush()
    conn = session.connection()
    club_id = conn.execute(CLUB_OF, {"submission": submission.id}).scalar()
    again = [] if club_id is None else _others(session, club_id, submission)
    if club_id is not None:
        _empty(conn, club_id, submission.id)
        changed.touch(conn, [club_id])
    founding_checks.forget_pairs(conn, submission.id)
    conn.execute(FORGET, [{"submission": one.id} for one in (submission, *again)])
    mark(session, submission, "pending", None, submission.club_id, submission.told_on)
    for other in again:
        read_anew(session, other)


def _others(session: Session, club_id: str, submission: Submission) -> list[Submission]:
    """The other submissions about a club: its founding form, months in their order, surveys.

    When the founding form goes, another one of the same club, which could not stand beside it, comes in its place.
    """
    founding = session.scalars(
        select(Submission)
        .outerjoin(Club, Club.submission_id == Submission.id)
        .where(
            (Club.id == club_id) | (Submission.projection_error == ClubIDTaken(club_id).kept),
            Submission.deleted_at.is_(None),
            Submission.id != submission.id,
        )
        .order_by(Club.id.is_(None), Submission.received_at, Submission.id)
    )
    ids = set(session.connection().execute(ABOUT, {"club": club_id}).scalars()) - {submission.id}
    return [*founding, *in_order(session, ids)]


def _empty(conn: Connection, club_id: str, submission_id: int) -> None:
    """Delete a club's rows; the club itself stays if its founding form does."""
    of_club = select(meetings.c.id).where(meetings.c.club_id == club_id)
    for table in OF_ONE_MEETING:
        conn.execute(delete(table).where(table.c.meeting_id.in_(of_club)))
    _delete(conn, OF_CLUB, club_id)
    is_founding = clubs.c.submission_id == submission_id
    if conn.execute(select(clubs.c.id).where(clubs.c.id == club_id, is_founding)).first() is not None:
        _delete(conn, OF_FOUNDING, club_id)
        conn.execute(delete(clubs).where(clubs.c.id == club_id))


def _delete(conn: Connection, tables: Sequence[Table], club_id: str) -> None:
    for table in tables:
        conn.execute(delete(table).where(table.c.club_id == club_id))
