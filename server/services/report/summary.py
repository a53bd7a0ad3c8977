"""The one-page summary of a province, for those who may see any of it."""

from datetime import date

from sqlalchemy.orm import Session

from reports import summary as pages
from reports.period import Period
from reports.summary import Summary
from server.i18n import Language
from server.scope import Scope
from server.services.report.province import province
from server.services.report.reach import require_province


def summary(
    session: Session,
    scope: Scope,
    project_id: int,
    code: str,
    period: Period,
    language: Language,
    *,
    today: date,
    as_of: date | None,
) -> Summary:
    """The summary of a province's report in one language. Raises OutOfReach, and what `province` does."""
    require_province(session, scope, project_id, code)
    made = province(session, scope, code, period, today=today, geography_as_of=as_of)
    return pages.build(made, language)
