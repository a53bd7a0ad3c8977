"""Plans and targets against what was done: which figure of which paper holds, and how far it was reached.

Papers plan calendar years; a reporting year by the decree is compared with the plan of the year it is named for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.facts import Target
from reports.period import Period, end_of_month
from reports.standards import Rule

NEAR = Decimal(80)
"""Percent of a target from which a figure counts as nearly reached. Source: indicator catalogue, general rules."""

CERTAINTY = {"stated": 0, "derived": 1, "invented": 2}


@dataclass(frozen=True, slots=True)
class Plan:
    """The figure demanded of one unit in one period, with the targets it was read or added up from."""

    value: Decimal
    targets: tuple[Target, ...]


def of_unit(targets: Iterable[Target], unit_id: int, indicator: str) -> list[Target]:
    """Targets with a figure for a unit, as it then stood, and an indicator; stated ones before derived and invented."""
    found = [t for t in targets if t.unit_id == unit_id and t.indicator == indicator and t.value is not None]
    return sorted(found, key=lambda t: (_certainty(t), t.period_from, t.period_to, t.fact_id))


def _certainty(target: Target) -> int:
    return CERTAINTY.get(target.kind, 0)


def plan(targets: Iterable[Target], period: Period) -> Plan | None:
    """The count planned for a unit in a period.

    targets: of one unit and indicator. Only plans that lie wholly in the period count. A phase's figure already holds
    those of its years, so of plans that overlap the longest one counts and they are never added to each other: 25 for
    2017–2020, but 7 for 2018. None: no paper plans anything in it.
    """
    period = period.plain
    inside = [
        t
        for t in targets
        if t.measure == "club" and period.first <= t.period_from and t.period_to <= period.last
    ]
    counted: list[Target] = []
    for target in sorted(
        inside, key=lambda t: (t.period_from - t.period_to, _certainty(t), t.period_from, t.fact_id)
    ):
        if all(
            target.period_to < other.period_from or other.period_to < target.period_from for other in counted
        ):
            counted.append(target)
    if not counted:
        return None
    counted.sort(key=lambda t: t.period_from)
    return Plan(sum((t.value or Decimal(0) for t in counted), Decimal(0)), tuple(counted))


def holds_for(plan: Plan, others: Iterable[Target], period: Period) -> bool:
    """Whether a plan can stand beside what was done in the whole period.

    others: all plans of the unit and of the area it lies in. It cannot where one of them reaches into months that this
    plan leaves out: 10 clubs planned for 2021 say nothing of those founded in 2019 under the plan of 2017–2020. Months
    that no paper plans anything for do no harm.
    """
    period = period.plain
    planned = {m for t in plan.targets for m in _months(t, period)}
    return all(planned.issuperset(_months(t, period)) for t in others if t.measure == "club")


def _months(target: Target, period: Period) -> set[date]:
    return {m for m in period.months if target.period_from <= end_of_month(m) and m <= target.period_to}


def covering(targets: Iterable[Target], period: Period) -> Target | None:
    """The target whose period holds this one and goes on beyond it: the one that ends soonest."""
    period = period.plain
    wider = [
        t
        for t in targets
        if period.within(t.period_from, t.period_to)
        and (t.period_from, t.period_to) != (period.first, period.last)
    ]
    return min(wider, key=lambda t: (_certainty(t), t.period_to, -t.period_from.toordinal()), default=None)


def reached_by(targets: Iterable[Target], period: Period) -> Target | None:
    """The target for a state at the end of a period: for this very period, else one that covers it, else the last
    that fell due within it."""
    period, rows = period.plain, list(targets)
    exact = [t for t in rows if (t.period_from, t.period_to) == (period.first, period.last)]
    if exact:
        return exact[0]
    ended = [t for t in rows if period.holds(t.period_to)]
    latest = min(ended, key=lambda t: (-t.period_to.toordinal(), _certainty(t)), default=None)
    if latest and latest.period_to == period.last:
        return latest
    return covering(rows, period) or latest


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a figure stands against what is demanded.

    status: dat, gan_dat, chua_dat, chua_co_so_lieu; for bands duoi_khung, trong_khung, tren_khung; khong_giao where
    nothing is demanded; chua_den_han where a number is to be reached after the day of the figures; chua_dap_ung where
    a level that no paper demands is missed; khong_in where the figure, and so the verdict, would tell of few persons.
    colour: green, amber, red, grey; always printed with the word and a symbol.
    """

    status: str
    colour: str
    attainment: Decimal | None = None
    """Actual over plan in percent: “đạt 136,7%”. None for bands, and where the plan is 0."""
    surplus: Decimal | None = None
    """attainment − 100 where positive: “vượt 36,7%”."""

    def before_due(self) -> "Verdict":
        """The same rate, told as progress: a number to be reached later is not failed today.

        Where a figure stands in its band is as true today as on the last day.
        """
        if self.status not in ("gan_dat", "chua_dat"):
            return self
        return Verdict("chua_den_han", "grey", self.attainment)

    def by_reference(self) -> "Verdict":
        """The same rate against a level that is only proposed: who misses it has not failed."""
        if self.status not in ("gan_dat", "chua_dat"):
            return self
        return Verdict("chua_dap_ung", "grey", self.attainment)


NOTHING_ASKED = Verdict("khong_giao", "grey")
NO_DATA = Verdict("chua_co_so_lieu", "grey")
NOT_PRINTED = Verdict("khong_in", "grey")


def judge(actual: Decimal | int | None, demanded: Decimal | None) -> Verdict:
    """A figure against a minimum, an exact or an approximate number: 100% or more đạt, from 80% gần đạt, else chưa đạt.

    A plan of 0 is reached by any figure, and has no rate.
    """
    if demanded is None:
        return NOTHING_ASKED
    if actual is None:
        return NO_DATA
    if demanded == 0:
        return Verdict("dat", "green")
    rate = Decimal(actual) * 100 / demanded
    surplus = rate - 100 if rate > 100 else None
    if rate >= 100:
        return Verdict("dat", "green", rate, surplus)
    return Verdict("gan_dat", "amber", rate) if rate >= NEAR else Verdict("chua_dat", "red", rate)


def judge_target(actual: Decimal | int | None, op: str, low: Decimal, high: Decimal | None) -> Verdict:
    """A figure against a target with its operator (=, >=, >, <=, ~, range).

    “>” is not reached by the very figure; a range is judged as a band; “<=” is reached at or below the figure.
    """
    if op == "range":
        return judge_band(actual, Rule("", low, high))
    if op == "<=":
        return _judge_ceiling(actual, low)
    verdict = judge(actual, low)
    if op == ">" and verdict.attainment == 100:
        return Verdict("gan_dat", "amber", verdict.attainment)
    return verdict


def _judge_ceiling(actual: Decimal | int | None, high: Decimal) -> Verdict:
    if actual is None:
        return NO_DATA
    return Verdict("dat", "green") if actual <= high else Verdict("chua_dat", "red")


def judge_band(value: Decimal | int | None, rule: Rule | None) -> Verdict:
    """A share or a size against a band: below is red (amber from 80% of its lower end), above is amber, not failed."""
    if rule is None:
        return NOTHING_ASKED
    if value is None:
        return NO_DATA
    if rule.high is None and rule.low is not None:
        return judge(value, rule.low)
    match rule.judge(value):
        case "within":
            return Verdict("trong_khung", "green")
        case "above":
            return Verdict("tren_khung", "amber")
    near = rule.low is not None and value >= rule.low * NEAR / 100
    return Verdict("duoi_khung", "amber" if near else "red")
