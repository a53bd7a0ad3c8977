"""What the report of the country prints and no table of a province's: the same figures of one province, by club."""

from dataclasses import replace

from reports.figures.model import Compute, Recipe
from reports.indicators import REGISTER, Context, Value, a, c
from reports.indicators.base import count, share
from reports.standards import MissingRule

OF_NATION = {
    "silent": frozenset({"A03"}),
    "since": frozenset({"C05", "D10"}),
    "new": frozenset({"A06", "A07"}),
    "below": frozenset({"C04"}),
    "between": frozenset({"C04"}),
    "above": frozenset({"C04"}),
    "owed": frozenset({"C06"}),
    "lent": frozenset({"C06"}),
    "returned": frozenset({"C06"}),
    "earned": frozenset({"C06"}),
    "late": frozenset({"C09"}),
}
"""Part → its indicators. silent: clubs standing that sent no report; since: from the first day of the phase, whatever
the period; new: of the clubs founded in the period; below, between, above: clubs standing by their fund and the phase's
marks; owed, lent, returned, earned, late: money of the clubs standing, while table 3 of a province adds to what moved
in the period that of clubs closed since."""
MONEY = {
    "owed": "outstanding",
    "lent": "disbursed",
    "returned": "principal",
    "earned": "interest",
    "late": "amount",
}
"""Parts that are sums of money, with the part of the indicator that they are."""


def of_nation(whole: Context, code: str, part: str) -> Recipe:
    """How such a figure is made. whole: the context of the report."""
    compute = REGISTER[code].compute
    if part == "new":
        return Recipe(
            whole, compute, None, lambda club: whole.period.first <= club.founding_date <= whole.day
        )
    if part in MONEY:
        return Recipe(whole, lambda ctx: compute(ctx).parts[MONEY[part]])
    return Recipe(whole, {"silent": _silent, "since": _since(compute)}.get(part) or _band(part))


def _silent(ctx: Context) -> Value:
    return count(ctx, "A03", len(a.silent(ctx, ctx.standing())), "club")


def _since(compute: Compute) -> Compute:
    def since(ctx: Context) -> Value:
        value = compute(ctx)
        return value.parts.get("phase", value)

    return since


def _band(part: str) -> Compute:
    """Clubs whose fund lies below both marks, between them, or at the upper one or above, in percent of those telling.

    The function raises MissingRule for a phase without marks.
    """

    def band(ctx: Context) -> Value:
        rule = ctx.phase.rule("fund_band_low")
        if rule is None or rule.low is None:
            raise MissingRule(ctx.phase.code, "fund_band_low")
        low, high = c.current_at_least(ctx, "C04", int(rule.low)), replace(c.c04(ctx), parts={})
        all_, at_low, at_high = low.denominator or 0, low.numerator or 0, high.numerator or 0
        clubs = {"below": all_ - at_low, "between": at_low - at_high, "above": at_high}[part]
        return share(ctx, "C04", clubs, all_, low.missing)

    return band
