"""What several forms say about one member, settled: when they left, and which of their data is the newest."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from server.models.club import BoardPosition, Member, MembershipEvent
from server.models.survey import Survey
from server.projection.mapping import name_key

members = Member.__table__
events = MembershipEvent.__table__
positions = BoardPosition.__table__
surveys = Survey.__table__
CORRECTED = {
    "c_full_name": "full_name",
    "c_sex": "sex",
    "c_birth_year": "birth_year",
    "c_ethnicity": "ethnicity",
    "c_disability": "disability",
    "c_hardship": "hardship",
    "c_phone": "phone",
}
"""What a survey can correct, and the member's column it goes to."""


def joined(row: Mapping[str, Any]) -> dict[str, Any]:
    """The event that a member's row begins with."""
    return {
        "member_id": row["id"],
        "club_id": row["club_id"],
        "submission_id": row["submission_id"],
        "kind": "joined",
        "on_date": row["joined_on"],
        "reason": None,
    }


def settle_departures(conn: Connection, ids: Collection[str]) -> None:
    """Let members' rows, and their places in the board, end on the last day on which a form says they left.

    A member of whom no form says so has not left.
    """
    if not ids:
        return
    last = (
        select(events.c.on_date, events.c.reason)
        .where(events.c.member_id == members.c.id, events.c.kind == "left")
        .order_by(events.c.on_date.desc(), events.c.submission_id.desc())
        .limit(1)
        .correlate(members)
        .subquery()
    )
    conn.execute(
        update(members)
        .where(members.c.id.in_(ids))
        .values(
            left_on=select(last.c.on_date).correlate(members).scalar_subquery(),
            left_reason=select(last.c.reason).correlate(members).scalar_subquery(),
        )
    )
    left_on = select(members.c.left_on).where(members.c.id == positions.c.member_id).scalar_subquery()
    conn.execute(update(positions).where(positions.c.member_id.in_(ids)).values(valid_to=left_on))


def apply_corrections(conn: Connection, ids: Collection[str]) -> None:
    """Bring what surveys have corrected into members' rows, the newest interview last.

    What an interview leaves blank stays as it is.
    """
    if not ids:
        return
    corrections = conn.execute(
        select(surveys.c.member_id, *(surveys.c[name] for name in CORRECTED))
        .where(surveys.c.member_id.in_(ids), surveys.c.info_correct.is_(False))
        .order_by(surveys.c.surveyed_on, surveys.c.received_at, surveys.c.id)
    ).mappings()
    for correction in corrections.all():
        values = {column: correction[name] for name, column in CORRECTED.items() if correction[name]}
        if "full_name" in values:
            values["name_key"] = name_key(values["full_name"])
        if values:
            conn.execute(update(members).where(members.c.id == correction["member_id"]).values(values))
