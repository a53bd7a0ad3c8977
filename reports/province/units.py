"""Tables 2 and 3 by unit, and the charts drawn from them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from reports import privacy, targets
from reports.facts import Club, Unit
from reports.indicators import REGISTER, Context, a, c, d
from reports.indicators import club as one
from reports.indicators.base import Number
from reports.period import end_of_month
from reports.privacy import Share
from reports.province import goals
from reports.province.model import FundBand, FundPoint, FundRow, PlanBar, UnitRow
from reports.standards import MissingRule

UNIT, UNDECIDED, TOTAL = "unit", "undecided", "total"
SHARES = {"women": "B02", "older": "B03", "borrowed": "C05", "full_and_well": "D07"}
"""Columns of table 2 that are shares, and the indicators they are of."""


def slices(ctx: Context) -> Iterator[tuple[str, Unit | None, Context]]:
    """The context cut by the geography's rows: every unit, also without clubs; undecided if any; the whole last."""

    def part(unit_id: int | None) -> Context:
        return replace(ctx, data=ctx.data.only(lambda club: ctx.geography.row_of(club.id) == unit_id))

    for unit in ctx.geography.rows:
        yield UNIT, unit, part(unit.id)
    undecided = part(None)
    if undecided.data.clubs:
        yield UNDECIDED, None, undecided
    yield TOTAL, None, ctx


def figure(ctx: Context, code: str) -> Number | None:
    """The value of an indicator; None also where the phase lacks a rule that it needs."""
    try:
        return REGISTER[code].compute(ctx).value
    except MissingRule:
        return None


def unit_rows(ctx: Context) -> tuple[UnitRow, ...]:
    """Table 2. The total's plan is the area's own, else the sum of its units' plans."""
    parts = list(slices(ctx))
    rows = [_unit_row(kind, unit, part) for kind, unit, part in parts]
    women, older, borrowed = (shares([part for _, _, part in parts], code) for code in ("B02", "B03", "C05"))
    rows = [
        _with_pairs(replace(row, women=w, older=o, borrowed=b), part)
        for row, (_, _, part), w, o, b in zip(rows, parts, women, older, borrowed, strict=True)
    ]
    plans = [plan for _, unit, part in parts[:-1] if (plan := _plan(part, unit))]
    if rows[-1].plan is None and plans:
        whole = targets.Plan(sum((p.value for p in plans), Decimal(0)), sum((p.targets for p in plans), ()))
        rows[-1] = replace(rows[-1], plan=int(whole.value), verdict=_founded(ctx, rows[-1].founded, whole))
    return tuple(rows)


def _with_pairs(row: UnitRow, ctx: Context) -> UnitRow:
    """The row with what its shares were made from, of those alone that may be printed."""
    pairs = {name: _pair(ctx, code) for name, code in SHARES.items() if _is_printed(getattr(row, name))}
    return replace(row, made_of={name: pair for name, pair in pairs.items() if pair is not None})


def _is_printed(share: Share) -> bool:
    return share is not None and not isinstance(share, privacy.Masked)


def _unit_row(kind: str, unit: Unit | None, ctx: Context) -> UnitRow:
    planned_for = ctx.geography.area if kind == TOTAL else unit
    plan = _plan(ctx, planned_for)
    founded = a.a01(ctx).numerator or 0
    standing = ctx.standing()
    return UnitRow(
        kind=kind,
        unit=unit,
        plan=int(plan.value) if plan else None,
        founded=founded,
        verdict=_founded(ctx, founded, plan),
        standing=len(standing),
        active=_active(ctx, standing),
        members=a.a06(ctx).numerator or 0,
        women=None,
        older=None,
        borrowed=None,
        fund=c.c06(ctx).numerator,
        full_and_well=_percent(ctx, "D07"),
        not_yet=_not_yet(ctx),
        missing=len(a.silent(ctx, standing)),
    )


def shares(parts: Sequence[Context], code: str) -> tuple[Share, ...]:
    """The share of an indicator by unit, and last of the whole, with what tells of few persons withheld."""
    counted = [_pair(part, code) for part in parts[:-1]]
    shown = privacy.shares([pair or (0, 0) for pair in counted])
    known = [*(pair is not None for pair in counted), any(counted)]
    return tuple(one if is_known else None for one, is_known in zip(shown, known, strict=True))


def _pair(ctx: Context, code: str) -> tuple[int, int] | None:
    """Persons an indicator counts, and of how many; None: not known."""
    try:
        value = REGISTER[code].compute(ctx)
    except MissingRule:
        return None
    return (value.numerator or 0, value.denominator) if value.is_known and value.denominator else None


def _percent(ctx: Context, code: str) -> Decimal | None:
    value = figure(ctx, code)
    return None if value is None else Decimal(value)


def _plan(ctx: Context, unit: Unit | None) -> targets.Plan | None:
    """Clubs planned for a unit in the period; None also where the plan is of other years than what was founded."""
    if unit is None:
        return None
    own, area = (targets.of_unit(ctx.data.targets, i, "A01") for i in (unit.id, ctx.geography.area.id))
    plan = targets.plan(own, ctx.period)
    return plan if plan and targets.holds_for(plan, [*own, *area], ctx.period) else None


def _founded(ctx: Context, founded: int, plan: targets.Plan | None) -> targets.Verdict:
    """Founded against planned; as in table 1, a number is not failed before the plan's last day."""
    if plan is None:
        return targets.NOTHING_ASKED
    first, last = plan.targets[0].period_from, max(t.period_to for t in plan.targets)
    verdict = targets.judge_target(founded, "=", plan.value, None)
    return verdict.before_due() if goals.days_of(first, last, ctx.period).last > ctx.day else verdict


def _active(ctx: Context, standing: list[Club]) -> int | None:
    try:
        return len(a.active(ctx, standing))
    except MissingRule:
        return None


def _not_yet(ctx: Context) -> int:
    try:
        return d.d07(ctx).parts["not_yet"].numerator or 0
    except MissingRule:
        return 0


def plan_bars(rows: tuple[UnitRow, ...]) -> tuple[PlanBar, ...]:
    """Chart 1: the units of table 2 without the total."""
    return tuple(
        PlanBar(_label(row.unit), row.plan, row.founded, _label_en(row.unit)) for row in rows if row.unit
    )


def fund_rows(ctx: Context) -> tuple[FundRow, ...]:
    """Table 3, with the rows of table 2."""
    return tuple(fund_row(kind, unit, part) for kind, unit, part in slices(ctx))


def fund_row(kind: str, unit: Unit | None, ctx: Context) -> FundRow:
    """A row of table 3 for the clubs of a context."""
    standing, clubs = ctx.standing(), [k for k in ctx.data.clubs if k.founding_date <= ctx.day]
    before = ctx.period.first - timedelta(days=1)
    books_before = ctx.period.months[0] - timedelta(days=1)
    with_book = [k for k in standing if one.last_book(ctx.data, k, ctx.reported_to)]
    return FundRow(
        kind=kind,
        unit=unit,
        clubs=len(standing),
        opening=_sum(clubs, lambda k: one.fund(ctx.data, k, books_before) if k.stands_on(before) else 0),
        added=_sum(clubs, lambda k: _added(ctx, k)),
        disbursed=_sum(clubs, lambda k: c.moved(ctx, k, "disbursed")),
        repaid=_sum(clubs, lambda k: c.moved(ctx, k, "principal")),
        outstanding=_sum(standing, lambda k: one.outstanding(ctx.data, k, ctx.reported_to)),
        overdue=_sum(c.telling_of_loans(ctx), lambda k: one.overdue(ctx.data, k, ctx.day).amount),
        interest=_sum(clubs, lambda k: c.moved(ctx, k, "interest")),
        closing=_sum(standing, lambda k: one.fund(ctx.data, k, ctx.reported_to)),
        missing=len(standing) - len(with_book),
        withdrawn=_sum(clubs, lambda k: c.moved(ctx, k, "withdrawn")) or 0,
        written_off=_sum(clubs, lambda k: c.moved(ctx, k, "written_off")) or 0,
    )


def _sum(clubs: list[Club], amount: Callable[[Club], int | None]) -> int | None:
    """Sum over the clubs that tell; None when none does."""
    known = [found for club in clubs if (found := amount(club)) is not None]
    return sum(known) if known else None


def _added(ctx: Context, club: Club) -> int | None:
    """Capital added in the period by the books; the first fund too, where the club was founded in it."""
    added = c.moved(ctx, club, "added")
    initial = club.fund_income_initial if ctx.period.holds(club.founding_date) else None
    return None if added is None and initial is None else (added or 0) + (initial or 0)


def fund_points(ctx: Context) -> tuple[FundPoint, ...]:
    """Chart 3: capital and outstanding at the end of every month of the period that is over by the cut-off."""
    ends = [end_of_month(month) for month in ctx.period.months]
    return tuple(_fund_point(ctx, end) for end in ends if end <= ctx.day)


def _fund_point(ctx: Context, end: date) -> FundPoint:
    clubs = [k for k in ctx.data.clubs if k.stands_on(end)]
    capital = _sum(clubs, lambda k: one.fund(ctx.data, k, end))
    lent = _sum(clubs, lambda k: one.outstanding(ctx.data, k, end))
    return FundPoint(end.replace(day=1), capital, lent, len(clubs))


def fund_bands(ctx: Context) -> tuple[FundBand, ...]:
    """Clubs standing by the size of their income fund; the phase's two marks set the bands. () where it has none."""
    rules = [ctx.phase.rule("fund_band_low"), ctx.phase.rule("fund_band_high")]
    marks = [int(rule.low) for rule in rules if rule and rule.low is not None]
    funds = [f for k in ctx.standing() if (f := one.fund(ctx.data, k, ctx.reported_to)) is not None]
    if len(marks) < 2:
        return ()
    bands = []
    for low, high in zip((None, *marks), (*marks, None), strict=True):
        clubs = sum((low is None or f >= low) and (high is None or f < high) for f in funds)
        bands.append(FundBand(low, high, clubs, Decimal(clubs) * 100 / len(funds) if funds else None))
    return tuple(bands)


def _label(unit: Unit) -> str:
    """A unit's name on an axis: a city is told from the province of the same name, “TP Lai Châu”."""
    kind = {"thanh_pho": "TP ", "thi_xa": "TX "}.get(unit.kind, "")
    return kind + unit.name


def _label_en(unit: Unit) -> str:
    kind = {"thanh_pho": " city", "thi_xa": " town"}.get(unit.kind, "")
    return unit.name + kind
