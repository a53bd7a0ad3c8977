"""What national figures are asked of: a stretch of time, measured by one phase, on one day, in one geography."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta

from reports.dataset import Dataset
from reports.facts import Geography, Unit
from reports.indicators import Context
from reports.nation.figures import VERSION
from reports.nation.model import Stretch
from reports.period import DECREE_DAY, Period, add_months, end_of_month
from reports.standards import Phase, Standards

SETTLED_DAYS = 45
"""Days after a period's end by which all its reports were due: from then on the day it is asked changes nothing."""


def stock_day(period: Period, today: date) -> date:
    """The day up to which a stretch is counted.

    A period under way is counted to the end of the last whole month, so that a figure stands for a month and not for
    the hour it was asked; by the decree, which closes months on their 14th, to the last 14th.
    """
    if period.last >= today and period.is_decree:
        closed = today.replace(day=DECREE_DAY - 1)
        return closed if closed < today else add_months(today, -1).replace(day=DECREE_DAY - 1)
    if period.last >= today:
        return end_of_month(add_months(today.replace(day=1), -1))
    return min(today, period.last + timedelta(days=SETTLED_DAYS))


def context(of: Stretch, data: Dataset, standards: Standards, nation: Unit) -> Context:
    """The context of some clubs, without units: no indicator that a roll-up keeps asks for any."""
    phase = standards.phase(of.phase)
    assert phase is not None
    geography = Geography(of.period.last, nation, None, (), (), {})
    return Context(data, of.period, phase, standards, geography)


def key(of: Stretch, day: date, standards: Standards) -> str:
    """Names the figures of a stretch: another day, phase, threshold or meaning of a figure, another name."""
    told = (
        VERSION,
        of.period.first,
        of.period.last,
        of.phase,
        of.is_brief,
        day,
        [_rules(phase) for phase in standards.phases],
    )
    return hashlib.sha1(repr(told).encode(), usedforsecurity=False).hexdigest()


def _rules(phase: Phase) -> tuple[object, ...]:
    rules: Mapping[str, object] = {
        name: (
            format(rule.low or 0, "f") if rule.low is not None else None,
            format(rule.high, "f") if rule.high is not None else None,
        )
        for name, rule in phase.rules.items()
    }
    return phase.code, phase.valid_from, phase.valid_to, phase.older_age, sorted(rules.items())
