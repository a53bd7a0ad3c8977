"""One club's part of the country's figures, and adding such parts up.

Every indicator is a count, an amount, or counts over counts, summed over clubs and only then divided. So the indicator
functions themselves are asked about one club at a time, and what they put above and below the line is all that has to
be kept: the sum over a province is what they say of the province. Only surveys need care, for of two rounds the newer
one counts: each round is kept apart, and chosen after adding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from reports.dataset import Dataset
from reports.facts import Club, Ratio
from reports.indicators import REGISTER, Context, Value, c
from reports.indicators.a import silent
from reports.standards import MissingRule

VERSION = 2
"""Of the names below; counts up when they, or what they mean, change."""
BRIEF = ("A01", "A06", "A07", "B01", "B03")
WHOLE = (
    *("A01", "A03", "A06", "A07", "A08", "B01", "B02", "B03", "B04", "B05", "B06"),
    *("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09"),
    *("D01", "D02", "D03", "D07", "D10"),
)
"""Indicators that depend on clubs alone. A02, A04 and A05 depend on units too."""
SURVEYED = ("E01", "E02", "E03")
ROUND = "round."
"""Begins the names of a survey round."""
ASKED = ".asked."
"""Of a survey round: how many clubs were asked last on which day, so that the newest round is found after adding."""

Figures = dict[str, int]
"""Name → whole number. “C05.n” and “C05.d” stand above and below the line, “C05.m” counts clubs without data,
“C05.phase.n” is of a part; standing and silent count clubs. A name that is missing is not known: what is known to be 0
is there, so that most clubs have the same names."""


def of_club(ctx: Context, club: Club, codes: Iterable[str]) -> Figures:
    """The figures of one club. ctx: of this club alone."""
    standing = ctx.standing()
    found: Figures = {"standing": len(standing), "silent": len(silent(ctx, standing))}
    for code in codes:
        try:
            _put(found, code, REGISTER[code].compute(ctx))
        except MissingRule:
            continue
    if ctx.period.first <= club.founding_date <= ctx.day:
        for code in ("A06", "A07"):
            found[f"new.{code}.n"] = found[f"{code}.n"]
    return found


def brief(ctx: Context, club: Club) -> Figures:
    """How many clubs and members: what a target within a phase asks for."""
    return of_club(ctx, club, BRIEF)


def whole(ctx: Context, club: Club) -> Figures:
    """All figures of one club: those of WHOLE, of its fund against the lower mark, and of the survey round by round."""
    found = of_club(ctx, club, WHOLE)
    if mark := ctx.phase.rule("fund_band_low"):
        _put(found, "low", c.current_at_least(ctx, "C04", int(mark.low or 0)))
    for code, year in _rounds(ctx, club):
        _put_round(found, ctx, club, code, year)
    return found


def _put(found: Figures, name: str, value: Value) -> None:
    """The counts of a value and of its parts, under its name."""
    below, above, missing = _names(name)
    if value.denominator is not None:
        found[below] = value.denominator
    if value.numerator is not None:
        found[above] = value.numerator
    found[missing] = value.missing
    for part, of in value.parts.items():
        _put(found, _part(name, part), of)


@lru_cache(maxsize=4096)
def _names(name: str) -> tuple[str, str, str]:
    return f"{name}.d", f"{name}.n", f"{name}.m"


@lru_cache(maxsize=4096)
def _part(name: str, part: str) -> str:
    return f"{name}.{part}"


def _rounds(ctx: Context, club: Club) -> set[tuple[str, int]]:
    asked = (s for s in ctx.data.surveys_of(club.id) if s.consent)
    return {(s.round, s.surveyed_on.year) for s in asked if ctx.period.first <= s.surveyed_on <= ctx.day}


def _put_round(found: Figures, ctx: Context, club: Club, code: str, year: int) -> None:
    own = [s for s in ctx.data.surveys_of(club.id) if (s.round, s.surveyed_on.year) == (code, year)]
    if not ctx.standing():
        return
    only = replace(ctx, data=Dataset([club], surveys=own, cut_off=ctx.data.cut_off))
    name = f"{ROUND}{year}.{code}"
    days = [s.surveyed_on for s in own if s.consent and ctx.period.first <= s.surveyed_on <= ctx.day]
    found[f"{name}{ASKED}{max(days)}"] = 1
    for indicator in SURVEYED:
        try:
            _put(found, f"{name}.{indicator}", REGISTER[indicator].compute(only))
        except MissingRule:
            continue


class Sums:
    """Figures of several clubs added up."""

    def __init__(self) -> None:
        self.figures: Figures = {}
        self.clubs = 0

    def add(self, figures: Mapping[str, int], clubs: int = 1) -> None:
        """Take in one club, or some whose figures were added up already."""
        held = self.figures
        self.clubs += clubs
        for name, count in figures.items():
            held[name] = held.get(name, 0) + count

    def join(self, other: "Sums") -> None:
        """Take in the clubs of another sum."""
        self.add(other.figures, other.clubs)

    def count(self, name: str) -> int | None:
        """A count or an amount; None: no club tells it, or the phase lacks a rule for it."""
        return self.figures.get(name)

    def ratio(self, name: str) -> Ratio | None:
        """What stands above and below the line; None: the phase lacks a rule for it, or there is no club."""
        below = self.figures.get(f"{name}.d")
        return None if below is None else Ratio(self.figures.get(f"{name}.n", 0), below)

    def survey(self, code: str) -> Ratio | None:
        """A survey indicator in the newest round; None: no round in the period."""
        rounds = [name.partition(ASKED)[::2] for name in self.figures if ASKED in name]
        if not rounds:
            return None
        newest, _ = max(rounds, key=lambda one: (one[1], one[0]))
        return self.ratio(f"{newest}.{code}")
