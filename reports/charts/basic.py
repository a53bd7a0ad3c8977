"""Geometry of the report's pictures: numbers in, coordinates out. The SVG itself stands in templates/charts/.

Every chart is legible in black and white (hatch and outline, not hue, tell series apart) and carries its figures as
text, so that it can be read aloud. Lengths are in SVG user units, 1000 wide.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.privacy import Masked, Share

WIDTH = 1000
LABEL_GAP = 12

Value = int | Decimal | None


@dataclass(frozen=True)
class Tick:
    """A line of the scale: where it stands and what it says."""

    at: float
    value: Decimal


@dataclass(frozen=True)
class Bar:
    """One bar; length 0 and value None mean there are no figures, which the picture says in words."""

    y: float
    length: float
    height: float
    value: Value


@dataclass(frozen=True)
class BarGroup:
    """A label with its bars, plan first."""

    label: str
    label_y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars by unit, such as plan and actual (Biểu đồ 1)."""

    width: float
    height: float
    left: float
    ticks: tuple[Tick, ...]
    groups: tuple[BarGroup, ...]


@dataclass(frozen=True)
class BandRow:
    """One share with the band it should fall into; low and high in percent, None where the phase sets none."""

    label: str
    y: float
    length: float
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    band_x: float
    band_width: float
    mark: str = ""
    """Printed in the place of a value that is withheld."""


@dataclass(frozen=True)
class BandChart:
    """Shares against their target bands on a scale of 0–100% (Biểu đồ 2)."""

    width: float
    height: float
    left: float
    bar_height: float
    ticks: tuple[Tick, ...]
    rows: tuple[BandRow, ...]


@dataclass(frozen=True)
class Line:
    """One series over time; gaps in the data split it into several paths."""

    name: str
    paths: tuple[str, ...]
    points: tuple[tuple[float, float], ...]
    last: Value


@dataclass(frozen=True)
class LineChart:
    """Series by month (Biểu đồ 3)."""

    width: float
    height: float
    left: float
    bottom: float
    ticks: tuple[Tick, ...]
    months: tuple[tuple[float, str], ...]
    lines: tuple[Line, ...]


def nice_scale(highest: Decimal, steps: int = 5) -> tuple[Decimal, ...]:
    """Round values from 0 to at least `highest`, about so many steps: 0, 2, 4, 6 …; (0, 1) when all is 0."""
    if highest <= 0:
        return Decimal(0), Decimal(1)
    raw = highest / steps
    magnitude = Decimal(10) ** raw.adjusted()
    step = next(magnitude * factor for factor in (1, 2, 5, 10) if magnitude * factor >= raw)
    if highest >= 1:
        step = max(step, Decimal(1)) if highest == highest.to_integral_value() and highest <= 10 else step
    count = math.ceil(highest / step)
    return tuple(step * index for index in range(count + 1))


def label_room(labels: Sequence[str]) -> float:
    """Room for the longest label at 22 units type; letters of the serif face are about 10.6 wide."""
    return LABEL_GAP + 8 + 10.6 * max((len(label) for label in labels), default=0)


def bars(rows: Sequence[tuple[str, Sequence[Value]]], *, bar: float = 18) -> BarChart:
    """Bars by row in the order given. rows: (label, values of each series)."""
    left = label_room([label for label, _ in rows])
    known = [Decimal(value) for _, values in rows for value in values if value is not None]
    scale = nice_scale(max(known, default=Decimal(0)))
    span = WIDTH - left - 90
    unit = span / float(scale[-1])
    groups, y = [], 12.0
    for label, values in rows:
        drawn = tuple(
            Bar(y + index * bar, unit * float(value or 0), bar - 4, value)
            for index, value in enumerate(values)
        )
        groups.append(BarGroup(label, y + len(values) * bar / 2, drawn))
        y += len(values) * bar + 10
    ticks = tuple(Tick(left + unit * float(value), value) for value in scale)
    return BarChart(WIDTH, y + 34, left, ticks, tuple(groups))


def bands(
    rows: Sequence[tuple[str, Share, Decimal | None, Decimal | None]], *, left: float = 330
) -> BandChart:
    """Shares with bands. rows: (label, value, low, high) in percent; a band without a high end is open to 100."""
    span = WIDTH - left - 110
    unit = span / 100
    drawn, y, height = [], 16.0, 34.0
    for label, value, low, high in rows:
        start = unit * float(low or 0)
        end = unit * float(100 if high is None else high)
        width = 0.0 if low is None and high is None else max(end - start, 2.0)
        known, mark = (None, "*") if isinstance(value, Masked) else (value, "")
        row = BandRow(label, y, unit * float(known or 0), known, low, high, left + start, width, mark)
        drawn.append(row)
        y += height + 20
    ticks = tuple(Tick(left + unit * share, Decimal(share)) for share in range(0, 101, 20))
    return BandChart(WIDTH, y + 34, left, height, ticks, tuple(drawn))


def lines(
    months: Sequence[str],
    series: Sequence[tuple[str, Sequence[Value]]],
    *,
    left: float = 110,
    height: float = 310,
) -> LineChart:
    """Series by month. months: axis labels; series: (name, one value a month, None where nothing is known)."""
    known = [Decimal(value) for _, values in series for value in values if value is not None]
    scale = nice_scale(max(known, default=Decimal(0)))
    bottom = height - 60
    unit = (bottom - 20) / float(scale[-1])
    step = (WIDTH - left - 40) / max(len(months) - 1, 1)
    drawn = tuple(_line(name, values, left, bottom, step, unit) for name, values in series)
    every = max(1, -(-len(months) // 12))
    labels = tuple((left + step * index, label) for index, label in enumerate(months) if index % every == 0)
    ticks = tuple(Tick(bottom - unit * float(value), value) for value in scale)
    return LineChart(WIDTH, height, left, bottom, ticks, labels, drawn)


def _line(name: str, values: Sequence[Value], left: float, bottom: float, step: float, unit: float) -> Line:
    paths: list[str] = []
    points: list[tuple[float, float]] = []
    pen_down = False
    for index, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        x, y = round(left + step * index, 1), round(bottom - unit * float(value), 1)
        points.append((x, y))
        if pen_down:
            paths[-1] += f" L{x} {y}"
        else:
            paths.append(f"M{x} {y}")
        pen_down = True
    last = next((value for value in reversed(values) if value is not None), None)
    return Line(name, tuple(paths), tuple(points), last)
