"""Where one place lies in its province: the outline and a dot, small enough for the corner of a page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reports import shapes
from reports.facts import Shape

WIDTH, TALLEST, MARGIN = 220, 280, 10
NEAR = 1.2
"""Corners nearer to each other than this, in SVG units, are drawn as one."""

Corner = tuple[float, float]


@dataclass(frozen=True)
class PointChart:
    """In SVG units. outline: a path; x, y: the place; is_inside: whether it lies in the outline."""

    width: int
    height: int
    outline: str
    x: float
    y: float
    is_inside: bool


def point_chart(outline: Shape, lon: float, lat: float) -> PointChart | None:
    """A place on the outline of its province. None where the place is off the picture."""
    main = max(outline.rings, key=_area)
    west, east = min(x for x, _ in main), max(x for x, _ in main)
    south, north = min(y for _, y in main), max(y for _, y in main)
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * narrow), (TALLEST - 2 * MARGIN) / (north - south))

    def at(x: float, y: float) -> Corner:
        return MARGIN + (x - west) * narrow * scale, MARGIN + (north - y) * scale

    width = math.ceil((east - west) * narrow * scale) + 2 * MARGIN
    height = math.ceil((north - south) * scale) + 2 * MARGIN
    x, y = at(lon, lat)
    if not (0 <= x <= width and 0 <= y <= height):
        return None
    path = _path([at(*corner) for corner in main])
    return PointChart(width, height, path, round(x, 1), round(y, 1), shapes.holds(outline, lon, lat))


def _area(ring: Sequence[Corner]) -> float:
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True)))


def _path(corners: Sequence[Corner]) -> str:
    kept = [corners[0]]
    for corner in corners[1:]:
        if math.dist(corner, kept[-1]) >= NEAR:
            kept.append(corner)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"
