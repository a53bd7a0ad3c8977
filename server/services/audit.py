"""Who did what: written in the transaction of the act itself, so that neither stands without the other."""

from typing import Any

from sqlalchemy.orm import Session

from server import db
from server.clock import now
from server.models import Audit


def log(
    session: Session,
    actor_id: int | None,
    action: str,
    actee_type: str = "",
    actee_id: object = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Record one act.

    actor_id: None when nobody is known, as in a failed sign-in. action: ODK Central's name where it has one, such as
    submission.create. details: never answers or names of persons.
    """
    act = {
        "logged_at": now(),
        "actor_id": actor_id,
        "action": action,
        "actee_type": actee_type,
        "actee_id": str(actee_id),
        "details": details or {},
    }
    db.add_rows(session.connection(), Audit.__table__, [act])
