"""Table 1: every indicator with a goal, and those an official looks for in any case."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports import language, targets
from reports.indicators import REGISTER, Context, Indicator, Value, c
from reports.indicators.base import Number
from reports.period import Period
from reports.privacy import WITHHELD, Masked
from reports.province import answered, beside, goals, joint
from reports.province.model import Goal, PhaseTable, RowGroup, TargetRow
from reports.standards import MissingRule
from reports.targets import Verdict

GROUPS = (
    ("number", "Số lượng", "Numbers"),
    ("quality", "Chất lượng", "Quality"),
    ("fund", "Quỹ", "Funds"),
    ("activity", "Hoạt động", "Activities"),
)
ALWAYS = frozenset(
    {"A01", "A03", "A06", "A07", "B01", "B02", "B03", "B04", "B05", "C04", "C05", "C09", "D07"}
)
"""Printed also where nothing is demanded."""
ONCE_KNOWN = frozenset({"E01", "E04"})
"""Printed where a survey round falls in the period, also where nothing is demanded."""
LEFT_OUT = frozenset({"A02", "A05", "C06", "C10"})
"""A02 is the rate of A01's own row; A05 is a figure of the nation; C06 and C10 stand in table 3 and below it."""
DECIMALS = {"B01": 1, "D04": 1, "D11": 1, "D12": 1, "E04": 2}
COUNTS = frozenset({"club", "person", "province"})
"""Measures of goals that grow until they are due, such as 30 clubs by 2025; a share is asked for all along."""


def table(ctx: Context) -> PhaseTable:
    """Table 1 for a context whose period lies in one phase."""
    groups, number = [], 0
    for key, name_vi, name_en in GROUPS:
        rows = []
        for row in _rows(ctx, key):
            number += 1
            rows.append(replace(row, number=str(number)))
        if rows:
            groups.append(RowGroup(key, name_vi, name_en, tuple(rows)))
    return PhaseTable(ctx.phase, ctx.period, tuple(groups))


def _rows(ctx: Context, group: str) -> Iterator[TargetRow]:
    for code in sorted(REGISTER):
        entry = REGISTER[code]
        if entry.group != group or code in LEFT_OUT:
            continue
        found: list[Goal | None] = [*goals.find(ctx, code)]
        if not found and (code in ALWAYS or (code in ONCE_KNOWN and entry.compute(ctx).is_known)):
            found = [None]
        yield from (row(ctx, entry, goal) for goal in found)


def row(ctx: Context, entry: Indicator, goal: Goal | None) -> TargetRow:
    """One indicator against one goal.

    A goal set for a part of the period, such as clubs kept up in its last year, is measured over that part. One set
    for more than the period is compared with what was reached since the goal's or the phase's first day, where such a
    figure exists, else with the figure of the period. Numbers, and shares that grow with the phase, are not failed
    before the goal's last day. Clubs founded are told for the period and compared within the plan's own years. What
    would tell how 1–4 persons answered a survey is withheld, and with it how it stands.
    """
    ctx, is_wider = over(ctx, entry, goal)
    counted, note_vi, note_en = measure(ctx, entry, goal)
    counted = answered.told(counted)
    survey = joint.improved(ctx, goal)
    actual = _estimate(counted, survey) if survey else counted
    previous = None if survey else _previous(ctx, entry, goal)
    cumulative = _cumulative(ctx, entry, goal, actual)
    unit = _unit(entry, goal)
    grows = cumulative is not None and entry.kind == "flow" and (is_wider or entry.code == "A01")
    reached = None if isinstance(cumulative, Masked) else cumulative
    is_cumulative = bool(grows and goal and goal.period)
    verdict = _verdict(goal, actual, reached if is_cumulative else actual.value)
    if goal and (grows or goal.measure in COUNTS) and _last_day(ctx, goal) > ctx.day:
        verdict = verdict.before_due()
    if goal and goal.is_reference:
        verdict = verdict.by_reference()
    if survey:
        note_vi, note_en = joint.words(counted, answered.told(survey))
    elif joint.is_asked(ctx, goal):
        verdict, (note_vi, note_en) = targets.NO_DATA, joint.NEEDS_SURVEY
    elif goal and not note_vi:
        note_vi, note_en = _about(entry, goal, is_wider)
    elif goal is None and entry.code == "C04" and (mark := ctx.phase.rule("fund_band_high")) and mark.low:
        note_vi, note_en = _at_least(int(mark.low))
    beside_vi, beside_en = beside.words(actual, ctx.phase)
    mark_vi, mark_en = answered.NOT_PRINTED if actual.is_withheld else beside.NOTHING
    return TargetRow(
        number="",
        code=entry.code,
        name_vi=joint.NAME_VI if survey else _name_vi(entry, unit),
        name_en=joint.NAME_EN if survey else entry.name_en,
        unit=unit,
        decimals=1 if unit == "percent" else DECIMALS.get(entry.code, 0),
        goal=goal,
        actual=actual,
        cumulative=cumulative,
        previous=previous,
        change=_change(_shown(actual), previous),
        verdict=verdict,
        note_vi="; ".join(filter(None, (note_vi, beside_vi, mark_vi))),
        note_en="; ".join(filter(None, (note_en, beside_en, mark_en))),
        is_cumulative=is_cumulative,
    )


def over(ctx: Context, entry: Indicator, goal: Goal | None) -> tuple[Context, bool]:
    """The context a goal is measured in, and whether the goal reaches beyond it."""
    if goal is None or goal.period is None:
        return ctx, False
    if not goal.period.within(ctx.period.first, ctx.period.last):
        return ctx, True
    return (ctx if entry.code == "A01" else replace(ctx, period=goal.period)), False


def _last_day(ctx: Context, goal: Goal) -> date:
    """The day a goal falls due: the last of its own period, else of the report's."""
    return goal.period.last if goal.period else ctx.period.last


def _about(entry: Indicator, goal: Goal, is_wider: bool) -> tuple[str, str]:
    """What a reader must know of a goal: the amount it names, and the country or the period it was set for."""
    if entry.code == "A01" and goal.period:
        return f"lũy kế {goal.period.plain.name_vi}", f"cumulative {goal.period.plain.name_en}"
    vi, en = [], []
    if goal.is_reference:
        vi.append("mức tham khảo")
        en.append("reference level")
    if goal.threshold:
        least_vi, least_en = _at_least(goal.threshold)
        vi.append(least_vi)
        en.append(least_en)
    when_vi = when_en = ""
    if goal.period:
        year = goal.period.last.year
        when_vi = f" đến năm {year}" if is_wider else f" {goal.period.plain.name_vi}"
        when_en = f" by {year}" if is_wider else f" for {goal.period.plain.name_en}"
    if goal.origin == "nation" or when_vi:
        vi.append(f"chỉ tiêu{' cả nước' if goal.origin == 'nation' else ''}{when_vi}")
        en.append(f"goal{' of the country' if goal.origin == 'nation' else ''}{when_en}")
    return "; ".join(vi), "; ".join(en)


def _at_least(amount: int) -> tuple[str, str]:
    return f"từ {language.money(amount)} trở lên", f"at least {language.money(amount, language='en')}"


def measure(ctx: Context, entry: Indicator, goal: Goal | None) -> tuple[Value, str, str]:
    """The figure of a row, and the reason if there is none. It follows a goal that names a threshold or counts clubs.

    A province of which no club is known has no figures at all, not zeros.
    """
    try:
        value = (
            _at_threshold(ctx, entry.code, goal.threshold) if goal and goal.threshold else entry.compute(ctx)
        )
    except MissingRule as missing:
        return Value(entry.code, None, entry.unit, cut_off=ctx.day), str(missing), f"no rule “{missing.rule}”"
    if goal and entry.unit == "percent" and goal.measure in ("club", "person"):
        value = replace(value, value=value.numerator, unit=goal.measure, denominator=None)
    if not ctx.data.clubs:
        value = replace(value, value=None)
    return value, "", ""


def _estimate(borrowed: Value, improved: Value) -> Value:
    """Who borrowed and improved; withheld where the survey's share is, which it would give back."""
    joined = joint.joined(borrowed, improved)
    return answered.withheld(joined) if answered.told(improved).is_withheld else joined


def _at_threshold(ctx: Context, code: str, threshold: int) -> Value:
    if code == "C04":
        return c.good_fund(ctx, threshold)
    return c.initial_at_least(ctx, code, threshold) if code == "C03" else REGISTER[code].compute(ctx)


def _unit(entry: Indicator, goal: Goal | None) -> str:
    return goal.measure if goal and goal.measure in ("club", "person") else entry.unit


def _name_vi(entry: Indicator, unit: str) -> str:
    """The indicator's name; a share whose goal counts clubs or people is printed, and called, as their number."""
    if unit != entry.unit and entry.name_vi.startswith("Tỷ lệ "):
        return "Số " + entry.name_vi.removeprefix("Tỷ lệ ")
    return entry.name_vi


def _verdict(goal: Goal | None, actual: Value, compared: Number | None) -> Verdict:
    if goal is None:
        return targets.NOTHING_ASKED
    if actual.is_withheld:
        return targets.NOT_PRINTED
    if not actual.is_known:
        return targets.NO_DATA
    return targets.judge_target(compared, goal.op, goal.low, goal.high)


def _previous(ctx: Context, entry: Indicator, goal: Goal | None) -> Number | Masked | None:
    """The figure a year earlier by the same definitions; None for longer periods and before the first club."""
    period = ctx.period.previous()
    if period is None or not any(club.founding_date <= period.last for club in ctx.data.clubs):
        return None
    return _shown(answered.told(measure(replace(ctx, period=period), entry, goal)[0]))


def _shown(value: Value) -> Number | Masked | None:
    return WITHHELD if value.is_withheld else value.value


def _change(value: Number | Masked | None, previous: Number | Masked | None) -> Number | Masked | None:
    """The difference; withheld where one of the two is, for the other one would give it back."""
    if value is None or previous is None:
        return None
    if isinstance(value, Masked) or isinstance(previous, Masked):
        return WITHHELD
    return Decimal(value) - previous


def _phase_months(ctx: Context) -> Period:
    """From the month in which the phase began, or the period if that is earlier, to the period's end."""
    plain = ctx.period.plain
    return ctx.period.alike(Period(min(ctx.phase.valid_from.replace(day=1), plain.first), plain.last))


def _cumulative(ctx: Context, entry: Indicator, goal: Goal | None, actual: Value) -> Number | Masked | None:
    """Clubs founded in the goal's own period up to now, else since the phase began; clubs trained and members lent to
    since the phase began; counts of stock as they stand."""
    reached = cumulative(ctx, entry, goal, actual)
    if entry.kind == "flow" and not actual.is_known and not actual.is_withheld:
        return None
    return _shown(reached) if reached else None


def cumulative(ctx: Context, entry: Indicator, goal: Goal | None, actual: Value) -> Value | None:
    """Lũy kế of a row whose figure of the period is `actual`, with its sides; None where a row has none."""
    if "phase" in actual.parts:
        return actual.parts["phase"]
    if entry.code == "A01":
        own = goal.period if goal else None
        first = own.first if own else _phase_months(ctx).first
        last = min(own.last, ctx.period.last) if own else ctx.period.last
        return entry.compute(replace(ctx, period=Period(first, last)))
    if entry.kind == "stock" and entry.group == "number" and entry.unit != "percent":
        return actual
    return None
