"""What the programme asks for: phases and standards, targets of a unit, plans that may be added up."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports import standards as report
from server.models import Phase, PhaseRule, Target, Unit, UnitClosure

NEW_CLUBS = "A01"
"""The indicator whose plans are sums: clubs to be founded in a period."""


@dataclass(frozen=True)
class UnitPlan:
    """Clubs a unit is to found in a period, and the rows of the plan that say so (none overlaps another)."""

    unit: Unit
    clubs: int
    targets: tuple[Target, ...]


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
    """Targets of one unit, whatever they count, whose period touches the days given; the longest period last.

    They are not to be added up: a year's figure is part of its phase's. See `plan_of`.
    """
    touching = select(Target).where(
        Target.unit_id == unit_id, Target.period_from <= last, Target.period_to >= first
    )
    rows = session.scalars(touching.order_by(Target.indicator, Target.period_from.desc(), Target.id))
    return sorted(
        rows, key=lambda one: (one.indicator, one.period_to - one.period_from, one.period_from, one.id)
    )


def plan_of(session: Session, unit: Unit, first: date, last: date) -> UnitPlan | None:
    """Clubs a unit itself is to found between two days, as planned for the unit; None without a plan for it.

    Only plans that lie wholly in the period count. A phase's figure already holds those of its years, so of plans
    that overlap the longest one counts: 25 for 2017–2020, but 7 for 2018.
    """
    return _sums(session, select(Unit.id).where(Unit.id == unit.id), first, last).get(unit.id)


def plan_by_unit(session: Session, area: Unit, first: date, last: date, level: str) -> list[UnitPlan]:
    """The plans of an area's units of one level (d or c), by code; a unit without a plan is absent.

    Plans of two levels must not be added: a pilot commune's club is one of its district's. See `plan_of` for
    what counts. The area's own plan may differ from the sum, for it is often not divided among units.
    """
    below = (
        select(Unit.id)
        .join(UnitClosure, UnitClosure.descendant_id == Unit.id)
        .where(UnitClosure.ancestor_id == area.id, Unit.level == level)
    )
    plans = _sums(session, below, first, last)
    return sorted(plans.values(), key=lambda plan: (plan.unit.code, plan.unit.valid_from))


def _sums(session: Session, unit_ids: object, first: date, last: date) -> dict[int, UnitPlan]:
    """Plans by unit ID, of the units a subquery names."""
    found: dict[int, list[Target]] = defaultdict(list)
    units: dict[int, Unit] = {}
    planned = (
        select(Target, Unit)
        .join(Unit, Unit.id == Target.unit_id)
        .where(
            Target.unit_id.in_(unit_ids),  # type: ignore[arg-type]
            Target.indicator == NEW_CLUBS,
            Target.measure == "club",
            Target.value.is_not(None),
            Target.period_from >= first,
            Target.period_to <= last,
        )
    )
    for target, unit in session.execute(planned):
        found[unit.id].append(target)
        units[unit.id] = unit
    return {unit_id: _plan(units[unit_id], rows) for unit_id, rows in found.items()}


def _plan(unit: Unit, rows: Iterable[Target]) -> UnitPlan:
    """The longest plans first; one that overlaps a plan already counted is a part of it."""
    counted: list[Target] = []
    for row in sorted(rows, key=lambda one: (one.period_from - one.period_to, one.period_from, one.id)):
        if all(row.period_to < other.period_from or other.period_to < row.period_from for other in counted):
            counted.append(row)
    clubs = sum((one.value or Decimal(0) for one in counted), Decimal(0))
    return UnitPlan(unit, int(clubs), tuple(sorted(counted, key=lambda one: one.period_from)))
