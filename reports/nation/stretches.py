"""What a report of the country has to know: its own period, each phase begun by then, and targets set for less."""

from collections.abc import Iterable

from reports.facts import Target
from reports.nation.model import Stretch
from reports.period import Period, end_of_month
from reports.province import closing_phase
from reports.settings import DEFAULT, Settings
from reports.standards import Standards


def primary(period: Period, standards: Standards, settings: Settings = DEFAULT) -> Stretch:
    """The period by the phase chosen for the report, else by the one it ends in."""
    return Stretch(period, settings.phase or closing_phase(standards, period).code)


def of_phases(period: Period, standards: Standards) -> tuple[Stretch, ...]:
    """Each phase that has begun by the period's end, from its first day, cut at that end; by the period's calendar."""
    begun = [phase.valid_from for phase in standards.phases if phase.valid_from <= period.plain.last]
    if not begun:
        return ()
    whole = period.alike(Period(min(begun).replace(day=1), period.plain.last))
    return tuple(Stretch(part, phase.code) for phase, part in standards.split(whole))


def of_target(target: Target, period: Period, phases: Iterable[Stretch]) -> Stretch | None:
    """Over what a national target is measured: its own days, cut at the period's end; None: it has not begun, or its
    phase has not."""
    own = next((one for one in phases if one.phase == target.phase), None)
    if own is None or target.period_from > period.plain.last:
        return None
    first = target.period_from.replace(day=1)
    last = min(end_of_month(target.period_to), own.period.plain.last)
    if first > last:
        return None
    span = period.alike(Period(first, last))
    return own if span == own.period else Stretch(span, own.phase, is_brief=True)


def all_of(
    period: Period, standards: Standards, targets: Iterable[Target], settings: Settings = DEFAULT
) -> tuple[Stretch, ...]:
    """Every stretch that has to be counted, each once, the report's own first."""
    phases = of_phases(period, standards)
    found = dict.fromkeys((primary(period, standards, settings), *phases))
    for target in targets:
        if (within := of_target(target, period, phases)) is not None:
            found.setdefault(within)
    return tuple(found)
