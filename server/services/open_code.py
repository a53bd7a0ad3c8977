"""Codes that were given out and not used yet: whatever else lets their person in, or shuts them out, ends them."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.models import Invitation


def end_all(session: Session, actor_id: int, at: datetime, channel: str = "") -> None:
    """End every code of somebody that is still open, and every mail that waits. channel: only those of it."""
    is_open = Invitation.used_at.is_(None) & Invitation.ended_at.is_(None)
    mine = update(Invitation).where(Invitation.actor_id == actor_id, is_open)
    if channel:
        mine = mine.where(Invitation.channel == channel)
    session.execute(mine.values(ended_at=at))
