"""What the programme asks for: phases and standards, targets of a unit, plans that may be added up."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, case, or_, select
from sqlalchemy.orm import Session

from reports import facts
from reports import standards as report
from reports import targets as rates
from reports.period import Period
from server.models import Phase, PhaseRule, Target, Unit, UnitClosure

NEW_CLUBS = "A01"
"""The indicator whose plans are sums: clubs to be founded in a period."""


@dataclass(frozen=True)
class UnitPlan:
    """Clubs a unit is to found in a period, with the rows of the plan that say so."""

    unit: Unit
    plan: rates.Plan


def phase_at(session: Session, on: date) -> Phase | None:
    """The phase of the scheme on a day, the earlier one where two overlap; None outside all phases."""
    held = select(Phase).where(Phase.valid_from <= on, Phase.valid_to >= on)
    return session.scalars(held.order_by(Phase.valid_from, Phase.code)).first()


def standards(session: Session, province: Unit | None = None) -> report.Standards:
    """All phases with their rules as reports use them; a province's own rule goes before the country's."""
    chosen: dict[str, dict[str, report.Rule]] = defaultdict(dict)
    for rule in _rules(session, province):
        made = report.Rule(rule.rule, rule.low, rule.high, rule.measure, rule.document)
        chosen[rule.phase_code][rule.rule] = made
    phases = session.scalars(select(Phase).order_by(Phase.valid_from, Phase.code))
    return report.Standards(
        tuple(
            report.Phase(
                code=phase.code,
                name_vi=phase.name_vi,
                name_en=phase.name_en,
                valid_from=phase.valid_from,
                valid_to=phase.valid_to,
                older_age=phase.older_age,
                document=phase.document,
                rules=chosen[phase.code],
            )
            for phase in phases
        )
    )


def _rules(session: Session, province: Unit | None) -> Iterable[PhaseRule]:
    """Rules that hold in a province, the country's first: a later one takes the place of an earlier."""
    above = select(UnitClosure.ancestor_id).where(
        UnitClosure.descendant_id == (province.id if province else None)
    )
    held = select(PhaseRule).where(or_(PhaseRule.unit_id.is_(None), PhaseRule.unit_id.in_(above)))
    return session.scalars(held.order_by(PhaseRule.unit_id.is_not(None), PhaseRule.id))


def targets(session: Session, unit_id: int, first: date, last: date) -> list[Target]:
    """Targets of one unit, whatever they count, whose period touches the days given: by indicator, shortest first.

    They are not to be added up: a year's figure is part of its phase's. See `plan_of`.
    """
    touching = select(Target).where(
        Target.unit_id == unit_id, Target.period_from <= last, Target.period_to >= first
    )
    rows = session.scalars(touching)
    return sorted(
        rows, key=lambda one: (one.indicator, one.period_to - one.period_from, one.period_from, one.id)
    )


def as_fact(target: Target, unit: Unit) -> facts.Target:
    """A target as reports know it; unit: the one it belongs to."""
    return facts.Target(
        unit_id=unit.id,
        unit_code=unit.code,
        unit_level=unit.level,
        period_from=target.period_from,
        period_to=target.period_to,
        indicator=target.indicator,
        metric=target.metric,
        op=target.op,
        value=target.value,
        value_max=target.value_max,
        measure=target.measure,
        threshold_vnd=target.threshold_vnd,
        document=target.document,
        document_date=target.document_date,
        fact_id=target.fact_id,
        kind=target.kind,
        phase=target.phase_code,
    )


def plan_of(session: Session, unit: Unit, period: Period) -> rates.Plan | None:
    """Clubs a unit itself is to found in a period; None when no paper plans just this period.

    A figure of a phase and those of its years are never added: reports.targets.plan decides which of them holds.
    """
    planned = _planned().where(Target.unit_id == unit.id)
    return rates.plan([as_fact(target, of) for target, of in session.execute(planned)], period)


def plan_by_unit(session: Session, area: Unit, period: Period, level: str) -> list[UnitPlan]:
    """The plans of an area's units of one level (d or c), by code; a unit without a plan is absent.

    Plans of two levels must not be added: a pilot commune's club is one of its district's. The area's own plan may
    differ from the sum, for it is often not divided among units.
    """
    below = select(UnitClosure.descendant_id).where(UnitClosure.ancestor_id == area.id)
    planned = _planned().where(Unit.id.in_(below), Unit.level == level)
    by_unit: dict[Unit, list[facts.Target]] = defaultdict(list)
    for target, unit in session.execute(planned):
        by_unit[unit].append(as_fact(target, unit))
    plans = ((unit, rates.plan(rows, period)) for unit, rows in by_unit.items())
    return [UnitPlan(unit, plan) for unit, plan in plans if plan is not None]


def _planned() -> Select[Target, Unit]:
    """Figures of clubs to be founded, with their units, by unit and period; what is stated before what is derived."""
    certainty = case({"stated": 0, "derived": 1}, value=Target.kind, else_=2)
    figures = select(Target, Unit).join(Unit, Unit.id == Target.unit_id)
    counted = figures.where(
        Target.indicator == NEW_CLUBS, Target.measure == "club", Target.value.is_not(None)
    )
    return counted.order_by(Unit.code, Unit.id, certainty, Target.period_from, Target.id)
