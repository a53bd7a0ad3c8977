"""The map of provinces: their outlines, filled by classes of one figure. Hatches, not hues, tell the classes apart.

Lengths are in SVG user units, 1000 wide. Hoàng Sa and Trường Sa, of which the register has no outline, are marked at
their place and named.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.facts import Ring, Shape, Unit
from reports.indicators.base import Number
from reports.nation.model import ProvinceRow, Shade
from reports.privacy import Masked

WIDTH, MARGIN = 1000, 12
WEST, SOUTH, EAST, NORTH = 101.9, 8.2, 115.4, 23.6
CLASSES = 4
FILLS = ("sparse", "dense", "cross", "solid")
NO_CLUB, NO_DATA, NOT_PRINTED = "none", "unknown", "withheld"
ISLANDS = (
    ("Quần đảo Hoàng Sa", "Hoàng Sa archipelago", 112.0, 16.5),
    ("Quần đảo Trường Sa", "Trường Sa archipelago", 113.6, 9.4),
)
DOTS = ((-22, -4), (-8, 8), (6, -10), (18, 4), (-2, -22), (26, -16))
"""Islands of an archipelago around its middle."""
CHARACTER = 0.03
"""Share of the largest ring's area from which another piece of land is drawn."""


@dataclass(frozen=True)
class Area:
    """A province: its outline as a path, its class, and its number in the table with the place where it stands."""

    name: str
    path: str
    fill: str
    number: int
    x: float
    y: float


@dataclass(frozen=True)
class Class:
    """A row of the legend. low and high: the least and the most in it; both None for provinces without a figure."""

    fill: str
    low: Number | None
    high: Number | None
    provinces: int


@dataclass(frozen=True)
class Islands:
    """An archipelago: marks at its place, with its name."""

    name_vi: str
    name_en: str
    x: float
    y: float
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class NationMap:
    """The whole picture. unshaped: provinces that the register has no outline of, told in words."""

    width: float
    height: float
    areas: tuple[Area, ...]
    classes: tuple[Class, ...]
    islands: tuple[Islands, ...]
    unshaped: tuple[str, ...]


def nation_map(rows: Sequence[ProvinceRow], shade: Shade, shapes: Mapping[int, Shape]) -> NationMap | None:
    """The map of the provinces of a table; None where no outline is known at all."""
    listed = [(row, row.unit) for row in rows if row.unit is not None and row.number is not None]
    if not any(unit.id in shapes for _, unit in listed):
        return None
    known = [value for value in shade.values.values() if value is not None and not isinstance(value, Masked)]
    marks = cuts(known)
    areas, unshaped = [], []
    for row, unit in listed:
        shape = shapes.get(unit.id)
        if shape is None:
            unshaped.append(unit.full_name)
            continue
        fill = _fill(row, unit, shade, marks)
        x, y = _middle(shape.rings[0])
        areas.append(Area(unit.full_name, _path(shape), fill, row.number or 0, x, y))
    fills = [_fill(row, unit, shade, marks) for row, unit in listed]
    islands = tuple(_islands(*one) for one in ISLANDS)
    return NationMap(
        WIDTH, _at(WEST, SOUTH)[1], tuple(areas), _classes(known, marks, fills), islands, tuple(unshaped)
    )


def cuts(values: Sequence[Number]) -> tuple[Number, ...]:
    """Where classes begin above the lowest: quarters of the provinces, at round figures, at most three."""
    ordered = sorted(values)
    if not ordered:
        return ()
    found = {_round(Decimal(ordered[len(ordered) * part // CLASSES])) for part in range(1, CLASSES)}
    return tuple(sorted(cut for cut in found if ordered[0] < cut <= ordered[-1]))


def _round(value: Decimal) -> Decimal:
    """Two figures that say something; a whole number stays one."""
    if value <= 0:
        return Decimal(0)
    step = Decimal(1).scaleb(max(0, value.adjusted() - 1))
    return (value / step).to_integral_value() * step


def _fill(row: ProvinceRow, unit: Unit, shade: Shade, marks: Sequence[Number]) -> str:
    value = shade.values.get(unit.id)
    if row.is_empty:
        return NO_CLUB
    if value is None:
        return NO_DATA
    if isinstance(value, Masked):
        return NOT_PRINTED
    above = sum(value >= mark for mark in marks)
    return FILLS[CLASSES - 1 - len(marks) + above] if len(marks) < CLASSES - 1 else FILLS[above]


def _classes(known: Sequence[Number], marks: Sequence[Number], fills: Sequence[str]) -> tuple[Class, ...]:
    """The legend: classes with what their provinces really have, darkest first, then those without a figure."""
    found, ordered = [], sorted(known)
    for index, fill in enumerate(FILLS[CLASSES - 1 - len(marks) :]):
        own = [value for value in ordered if sum(value >= mark for mark in marks) == index]
        if own:
            found.append(Class(fill, own[0], own[-1], fills.count(fill)))
    rest = [
        Class(fill, None, None, fills.count(fill))
        for fill in (NOT_PRINTED, NO_DATA, NO_CLUB)
        if fill in fills
    ]
    return (*reversed(found), *rest)


def _scale() -> tuple[float, float]:
    narrow = math.cos(math.radians((SOUTH + NORTH) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((EAST - WEST) * narrow)
    return scale * narrow, scale


def _at(lon: float, lat: float) -> tuple[float, float]:
    across, down = _scale()
    return round(MARGIN + (lon - WEST) * across, 1), round(MARGIN + (NORTH - lat) * down, 1)


def _path(shape: Shape) -> str:
    least = CHARACTER * abs(_size(shape.rings[0]))
    drawn = [ring for ring in shape.rings if abs(_size(ring)) >= least]
    return " ".join(
        "M" + " L".join(f"{x} {y}" for x, y in (_at(*corner) for corner in ring)) + " Z" for ring in drawn
    )


def _size(ring: Ring) -> float:
    """Twice the signed area, in square degrees."""
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)


def _middle(ring: Ring) -> tuple[float, float]:
    """The middle of the widest stretch of land at mid-height: a point inside, where a centroid may not be."""
    south, north = min(y for _, y in ring), max(y for _, y in ring)
    best = (0.0, ring[0])
    for part in (0.5, 0.42, 0.58, 0.34, 0.66):
        lat = south + (north - south) * part
        crossings = sorted(
            (x1 - x0) * (lat - y0) / (y1 - y0) + x0
            for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True)
            if (y0 > lat) != (y1 > lat)
        )
        for west, east in zip(crossings[::2], crossings[1::2], strict=False):
            if east - west > best[0] * 1.15:
                best = (east - west, ((west + east) / 2, lat))
    return _at(*best[1])


def _islands(name_vi: str, name_en: str, lon: float, lat: float) -> Islands:
    x, y = _at(lon, lat)
    return Islands(name_vi, name_en, x, y, tuple((x + dx, y + dy) for dx, dy in DOTS))
