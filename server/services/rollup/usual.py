"""The periods whose figures the worker keeps ready: the phases of the scheme, and what people asked for of late."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reports.period import Period, parse
from reports.settings import DEFAULT, Settings
from server.models import FigurePeriod
from server.services import overview

ASKED_DAYS = 45
"""How long after somebody asked for a period its figures are kept ready."""
ASKED_MOST = 12
"""Periods besides the phases that are kept ready, those asked for last."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A period, by its name, and the settings of its report. The boundaries chosen change no club's figures."""

    period: Period
    settings: Settings = DEFAULT

    @property
    def key(self) -> str:
        """Names the settings: "" for none."""
        return hashlib.sha1(self.told.encode(), usedforsecurity=False).hexdigest() if self.told else ""

    @property
    def told(self) -> str:
        """The settings as JSON, equal for equal ones; "" for none."""
        chosen = replace(self.settings, geography_as_of=None)
        return "" if chosen == DEFAULT else msgspec.json.encode(chosen, order="deterministic").decode()


def periods(session: Session, today: date) -> list[Asked]:
    """Every phase that has begun, then what was asked for of late, the last one first; each once."""
    late = session.scalars(
        select(FigurePeriod)
        .where(FigurePeriod.asked_on > today - timedelta(days=ASKED_DAYS))
        .order_by(FigurePeriod.asked_on.desc(), FigurePeriod.period, FigurePeriod.settings_key)
        .limit(ASKED_MOST)
    )
    asked = [Asked(one) for one in whole_phases(overview.phases(session), today)]
    asked += [Asked(parse(row.period), _settings(row.settings)) for row in late]
    begun = (one for one in asked if one.settings.over(one.period).first <= today)
    return list({(one.period, one.key): one for one in begun}.values())


def whole_phases(phases: list[tuple[date, date]], today: date) -> tuple[Period, ...]:
    """Every phase that has begun, in whole years to its own end: what the country's targets are set for."""
    begun = [(first, last) for first, last in phases if first <= today]
    return tuple(parse(f"{first.year}..{last.year}") for first, last in begun if first.year < last.year)


def is_noted(session: Session, asked: Asked, today: date) -> bool:
    """Whether it is known that somebody asked for it today."""
    row = session.get(FigurePeriod, (asked.period.text, asked.key))
    return row is not None and row.asked_on >= today


def note(session: Session, asked: Asked, today: date) -> None:
    """Somebody asked for it today. What nobody asked for in a long time is forgotten."""
    row = session.get(FigurePeriod, (asked.period.text, asked.key))
    if row is not None:
        row.asked_on = max(row.asked_on, today)
        return
    session.execute(delete(FigurePeriod).where(FigurePeriod.asked_on <= today - timedelta(days=ASKED_DAYS)))
    new = FigurePeriod(period=asked.period.text, settings_key=asked.key, settings=asked.told, asked_on=today)
    with suppress(IntegrityError), session.begin_nested():  # Another page may have been quicker.
        session.add(new)


def _settings(told: str) -> Settings:
    return msgspec.json.decode(told, type=Settings) if told else DEFAULT
