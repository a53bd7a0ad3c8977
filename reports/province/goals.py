"""What each row of table 1 is measured against: the province's own target, a rule of the phase, or the nation's."""

from datetime import date
from decimal import Decimal

from reports import targets
from reports.facts import Target
from reports.indicators import Context
from reports.period import Period, end_of_month
from reports.province.model import Goal
from reports.standards import Rule

RULE_OF = {
    **{"B01": "size", "B02": "women", "B03": "older", "B04": "young", "B05": "disadvantaged"},
    **{"C07": "capital_use", "C08": "repaid_on_time", "C09": "overdue"},
    **{
        "D02": "m5_min_attendance",
        "D03": "reports_on_time",
        "D11": "a3_min_volunteers",
        "D12": "care_visits",
    },
    **{"D13": "clinic_checks", "D14": "measured", "D16": "self_help", "E03": "satisfied"},
}
"""Indicator → the rule of the phase that it is measured by."""
NATION_ONLY = frozenset({"A01", "A03", "A05", "A06", "A07"})
"""The nation asks these of the country as a whole, not of one province."""
ALL = Decimal(100)


def find(ctx: Context, code: str) -> list[Goal]:
    """Goals of one indicator for the context's area and period, in printing order; empty: nothing is demanded.

    Clubs to be founded have two when a plan of the period stands beside one that reaches beyond it, such as 10 in 2021
    and 30 by 2025; every other indicator has one at most.
    """
    own = targets.of_unit(ctx.data.targets, ctx.geography.area.id, code)
    if code == "A01":
        return _founding(own, ctx.period)
    chosen = targets.reached_by(own, ctx.period)
    if chosen:
        return [of_target(chosen, ctx.period, "target")]
    rule = ctx.phase.rule(RULE_OF.get(code, ""))
    if rule and not rule.is_proposed:
        return [of_rule(rule)]
    return _national(ctx, code) or ([of_rule(rule)] if rule else [])


def _founding(own: list[Target], period: Period) -> list[Goal]:
    goals = []
    plan = targets.plan(own, period)
    if plan:
        first, last = plan.targets[0], plan.targets[-1]
        span = days_of(first.period_from, last.period_to, period)
        documents = dict.fromkeys(t.document for t in plan.targets if t.document)
        goals.append(
            Goal(
                op=first.op if len(plan.targets) == 1 else "=",
                low=plan.value,
                high=None,
                measure="club",
                origin="target",
                document="; ".join(documents),
                document_date=first.document_date,
                fact_id=" ".join(t.fact_id for t in plan.targets if t.fact_id),
                kind=max((t.kind for t in plan.targets), key=lambda kind: targets.CERTAINTY.get(kind, 0)),
                period=None if span == period else span,
            )
        )
    wider = targets.covering([t for t in own if t.measure == "club"], period)
    if wider:
        goals.append(of_target(wider, period, "target"))
    return goals


def _national(ctx: Context, code: str) -> list[Goal]:
    """A share the nation asks of everybody; figures of the whole country and derived ones are no province's goal."""
    if code in NATION_ONLY:
        return []
    asked = [
        t
        for t in ctx.data.targets
        if t.unit_level == "n" and t.indicator == code and t.value is not None
        if t.measure == "percent" and t.kind == "stated"
    ]
    chosen = targets.reached_by(asked, ctx.period)
    return [of_target(chosen, ctx.period, "nation")] if chosen else []


def of_target(target: Target, period: Period, origin: str) -> Goal:
    """A target as a goal. An amount asked of every club's fund becomes “100% of clubs reach it”."""
    span = days_of(target.period_from, target.period_to, period)
    low, measure, threshold, op = target.value or Decimal(0), target.measure, target.threshold_vnd, target.op
    if measure == "VND":
        low, measure, threshold, op = ALL, "percent", int(low), "="
    return Goal(
        op=op,
        low=low,
        high=target.value_max,
        measure=measure,
        origin=origin,
        document=target.document,
        document_date=target.document_date,
        fact_id=target.fact_id,
        kind=target.kind,
        period=None if span == period else span,
        threshold=threshold,
    )


def days_of(first: date, last: date, period: Period) -> Period:
    """A paper's own days as the report's period counts them: by calendar, or by the decree."""
    return period.alike(Period(first.replace(day=1), end_of_month(last)))


def of_rule(rule: Rule) -> Goal:
    """A rule of the phase as a goal: a band, or a minimum, or a maximum where only that is given."""
    low = rule.low if rule.low is not None else rule.high
    op = "range" if rule.low is not None and rule.high is not None else ">=" if rule.low is not None else "<="
    if op == ">=" and rule.measure == "percent" and low == ALL:
        op = "="
    return Goal(
        op=op,
        low=low or Decimal(0),
        high=rule.high if op == "range" else None,
        measure=rule.measure,
        origin="rule",
        document=rule.document,
        is_reference=rule.is_proposed,
    )
