"""Who may see who is who: officers of communes, who keep the clubs' lists themselves."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.models import Unit
from server.scope import Scope


def sees_names(session: Session, scope: Scope) -> bool:
    """Whether somebody is bound to communes and nothing above. Whoever sees a district, a province or the country sees
    counts, masked where they are of few. Source: docs/decisions/privacy.md."""
    if not scope.unit_ids:
        return False
    above = select(Unit.id).where(Unit.id.in_(scope.unit_ids), Unit.level != "c").limit(1)
    return session.scalar(above) is None
