"""The periods whose figures the worker keeps ready: the phases of the scheme, and what people asked for of late."""

from contextlib import suppress
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reports.period import Period, parse
from server.models import FigurePeriod
from server.services import overview

ASKED_DAYS = 45
"""How long after somebody asked for a period its figures are kept ready."""
ASKED_MOST = 12
"""Periods besides the phases that are kept ready, those asked for last."""


def periods(session: Session, today: date) -> list[Period]:
    """Every phase that has begun, then the periods asked for of late, the last one first; each once."""
    asked = (
        select(FigurePeriod.period)
        .where(FigurePeriod.asked_on > today - timedelta(days=ASKED_DAYS))
        .order_by(FigurePeriod.asked_on.desc(), FigurePeriod.period)
        .limit(ASKED_MOST)
    )
    late = (parse(text) for text in session.scalars(asked))
    begun = (one for one in late if one.first <= today)
    return list(dict.fromkeys((*whole_phases(overview.phases(session), today), *begun)))


def whole_phases(phases: list[tuple[date, date]], today: date) -> tuple[Period, ...]:
    """Every phase that has begun, in whole years to its own end: what the country's targets are set for."""
    begun = [(first, last) for first, last in phases if first <= today]
    return tuple(parse(f"{first.year}..{last.year}") for first, last in begun if first.year < last.year)


def is_noted(session: Session, period: Period, today: date) -> bool:
    """Whether it is known that somebody asked for the period today."""
    row = session.get(FigurePeriod, period.text)
    return row is not None and row.asked_on >= today


def note(session: Session, period: Period, today: date) -> None:
    """Somebody asked for the period today."""
    row = session.get(FigurePeriod, period.text)
    if row is not None:
        row.asked_on = max(row.asked_on, today)
        return
    with suppress(IntegrityError), session.begin_nested():  # Another page may have been quicker.
        session.add(FigurePeriod(period=period.text, asked_on=today))
