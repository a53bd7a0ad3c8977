"""A figure as readers above commune level may see it: what counts few persons of a club is withheld.

The marks are chosen for all clubs of the report at once, beneath the totals of units (table 2) and phases (part IV) as
these were printed, so that no page gives away what another one masks. Surveys and people in care are asked and visited
by few in every club: their figures are not told club by club. Source: docs/decisions/privacy.md.
"""

from collections.abc import Hashable
from dataclasses import replace
from functools import partial

from reports import privacy
from reports.facts import Club
from reports.figures.model import Compute, Figure, Line
from reports.indicators import REGISTER, Context
from reports.privacy import WITHHELD, Masked, Part, Share
from reports.province import answered
from reports.standards import MissingRule

SPREAD = {
    "A07": "B03",
    "B02": "B02",
    "B03": "B03",
    "B04": "B03",
    "B05": "B05",
    "C05": "C05",
    "D13": "D13",
    "D14": "D14",
}
"""Indicators that count persons of a club, with the one whose marks they share: A07, B03 and B04 tell each other."""
NEVER = frozenset({"D12", "E01", "E02", "E03", "E04"})
"""Indicators told of no single club."""


def for_public(figure: Figure) -> Figure:
    """The figure with its lines masked, and its value where the report withholds that too."""
    made_of = tuple(map(for_public, figure.made_of))
    code = figure.asked.code
    if code in NEVER:
        lines = tuple(_withheld(line, whole=True) for line in figure.lines)
        shown = WITHHELD if answered.told(figure.value).is_withheld else figure.shown
        return replace(figure, lines=lines, shown=shown, made_of=made_of)
    if code not in SPREAD:
        return replace(figure, made_of=made_of)
    if figure.asked.part == "new":
        return _of_new(figure)
    shares, held = _told(figure.made.ctx, _compute(figure))
    lines = tuple(
        _withheld(line) if isinstance(shares.get(line.club.id), Masked) else line for line in figure.lines
    )
    shown = WITHHELD if _slice(figure) in held else figure.shown
    return replace(figure, lines=lines, shown=shown, made_of=made_of)


def _of_new(figure: Figure) -> Figure:
    """Of the clubs founded in the period alone: withheld is what is so among all clubs, and what is so among these."""
    compute, own = _compute(figure), figure.made.own
    marks = [_told(ctx, compute)[0] for ctx in (figure.made.ctx, own)]
    lines = tuple(
        _withheld(line) if any(isinstance(of.get(line.club.id), Masked) for of in marks) else line
        for line in figure.lines
    )
    whole = compute(own)
    is_few = isinstance(privacy.share(whole.numerator or 0, whole.denominator or 0), Masked)
    return replace(figure, lines=lines, shown=WITHHELD if is_few else figure.shown)


def club_shares(ctx: Context, code: str) -> dict[str, Share]:
    """Club id → the share of persons an indicator of SPREAD counts in it, as it may be told; clubs that tell none are
    left out."""
    return _told(ctx, REGISTER[SPREAD[code]].compute)[0]


def _compute(figure: Figure) -> Compute:
    """The function whose shares say what is masked: the figure's own, where that is a share of persons."""
    code = figure.asked.code
    is_own = SPREAD[code] == code and figure.value.denominator is not None
    return figure.made.compute if is_own else REGISTER[SPREAD[code]].compute


def _slice(figure: Figure) -> tuple[str, Hashable]:
    """The total that a figure of a unit or of a phase is."""
    if figure.asked.part == "phase":
        return "column", figure.asked.row
    unit = figure.where.id if figure.where else None
    return ("row", unit) if figure.made.keep else ("all", None)


def _withheld(line: Line, *, whole: bool = False) -> Line:
    """Without the persons counted; whole: nor of how many."""
    if line.numerator is None and line.value is None:
        return line
    of = WITHHELD if whole and line.denominator is not None else line.denominator
    value = None if line.value is None else WITHHELD
    return replace(line, numerator=WITHHELD, denominator=of, value=value)


def _told(ctx: Context, compute: Compute) -> tuple[dict[str, Share], set[tuple[str, Hashable]]]:
    """What may be told of each club, and the totals that are withheld."""
    parts: dict[str, Part] = {}
    for club in ctx.data.clubs:
        try:
            value = compute(replace(ctx, data=ctx.data.only(partial(_is, club))))
        except MissingRule:
            return {}, set()
        if value.numerator is not None and value.denominator:
            unit, phase = ctx.geography.row_of(club.id), ctx.phase_of(club).code
            parts[club.id] = Part(unit, phase, value.numerator, value.denominator)
    told = list(parts.values())
    held = _held(told, "row") | _held(told, "column")
    return dict(zip(parts, privacy.spread(told, held), strict=True)), held


def _is(club: Club, other: Club) -> bool:
    return club.id == other.id


def _held(parts: list[Part], axis: str) -> set[tuple[str, Hashable]]:
    """The totals along an axis that a table of them would withhold."""
    sums: dict[Hashable, tuple[int, int]] = {}
    for part in parts:
        above, below = sums.get(getattr(part, axis), (0, 0))
        sums[getattr(part, axis)] = above + part.numerator, below + part.denominator
    shown = privacy.shares(list(sums.values()))[:-1]
    return {(axis, key) for key, one in zip(sums, shown, strict=True) if isinstance(one, Masked)}
