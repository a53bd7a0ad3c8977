"""Pictures of groups of people: the age–sex pyramid, and bars of groups whose figures may be masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.charts.basic import WIDTH, Tick, label_room, nice_scale

MIDDLE = 150
"""Room for the ages between the two sides."""
FIGURE = 90
"""Room for the figure beyond the end of the longest bar."""


@dataclass(frozen=True)
class PyramidRow:
    """One age band: where its bars lie and what stands at their ends. Length 0 where the figure is masked or nobody."""

    label: str
    y: float
    left_x: float
    left_length: float
    left_text: str
    right_length: float
    right_text: str


@dataclass(frozen=True)
class PyramidChart:
    """Men to the left, women to the right of the ages, oldest on top, both on one scale."""

    width: float
    height: float
    left_zero: float
    right_zero: float
    bar_height: float
    rows: tuple[PyramidRow, ...]


def pyramid(rows: Sequence[tuple[str, int | None, str, int | None, str]], *, bar: float = 26) -> PyramidChart:
    """rows: (label, men, text, women, text) from top to bottom; None: not shown, only its text is."""
    left_zero, right_zero = (WIDTH - MIDDLE) / 2, (WIDTH + MIDDLE) / 2
    highest = max((value or 0 for _, men, _, women, _ in rows for value in (men, women)), default=0)
    unit = (left_zero - FIGURE) / highest if highest else 0
    drawn, y = [], 46.0
    for label, men, men_text, women, women_text in rows:
        left, right = unit * (men or 0), unit * (women or 0)
        drawn.append(PyramidRow(label, y, left_zero - left, left, men_text, right, women_text))
        y += bar + 5
    return PyramidChart(WIDTH, y + 8, left_zero, right_zero, bar, tuple(drawn))


@dataclass(frozen=True)
class ShareRow:
    """One group: its bar, and its figure as text (“<5” where it is masked, with length 0)."""

    label: str
    y: float
    length: float
    text: str


@dataclass(frozen=True)
class ShareChart:
    """Groups by size, each with its figure written behind the bar."""

    width: float
    height: float
    left: float
    bar_height: float
    ticks: tuple[Tick, ...]
    rows: tuple[ShareRow, ...]


def shares(rows: Sequence[tuple[str, int | None, str]], *, bar: float = 26) -> ShareChart:
    """rows: (label, value, text) in the order given; None: not shown, only its text is."""
    left = label_room([label for label, _, _ in rows])
    room = 24 + 10.6 * max((len(text) for _, _, text in rows), default=0)
    scale = nice_scale(Decimal(max((value or 0 for _, value, _ in rows), default=0)))
    unit = (WIDTH - left - room) / float(scale[-1])
    drawn = tuple(
        ShareRow(label, 12 + index * (bar + 12), unit * (value or 0), text)
        for index, (label, value, text) in enumerate(rows)
    )
    ticks = tuple(Tick(left + unit * float(value), value) for value in scale)
    return ShareChart(WIDTH, 12 + len(drawn) * (bar + 12) + 34, left, bar, ticks, drawn)
