"""Outlines of units on the map: whether a point lies within, and the land around points (Voronoi cells).

Coordinates are degrees (longitude, latitude); at the size of a province the plane is near enough.
"""

import math
from collections.abc import Sequence

from reports.facts import Shape

REACH = 0.12
"""Degrees around a point that count as its land where no outline ends it: about 13 km."""
CORNERS = 24
"""Corners of the circle that stands for the land around a point."""

Point = tuple[float, float]


def holds(shape: Shape, lon: float, lat: float) -> bool:
    """Whether a point lies in one of the shape's rings."""
    inside = False
    for ring in shape.rings:
        for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True):
            if (y0 > lat) != (y1 > lat) and lon < (x1 - x0) * (lat - y0) / (y1 - y0) + x0:
                inside = not inside
    return inside


Edge = tuple[Point, int | None]
"""A corner of a cell, and whose land lies beyond the side that begins there: the number of a point; None: nobody's."""


def cells(points: Sequence[Point], box: tuple[float, float, float, float] | None) -> list[list[Edge]]:
    """For each point the land nearer to it than to any other, as corners in turn.

    box: (west, south, east, north) that ends the land; None: a circle of REACH around each point does. Points must
    differ from each other and lie in the box.
    """
    found = []
    for index, (x, y) in enumerate(points):
        cell = _start(x, y, box)
        near = sorted(
            (math.hypot(px - x, py - y), other) for other, (px, py) in enumerate(points) if other != index
        )
        for distance, other in near:
            reach = max(math.hypot(cx - x, cy - y) for (cx, cy), _ in cell)
            if distance > 2 * reach:
                break
            cell = _cut(cell, (x, y), points[other], other)
        found.append(cell)
    return found


def _start(x: float, y: float, box: tuple[float, float, float, float] | None) -> list[Edge]:
    if box:
        west, south, east, north = box
        return [((west, south), None), ((east, south), None), ((east, north), None), ((west, north), None)]
    turns = [2 * math.pi * n / CORNERS for n in range(CORNERS)]
    return [((x + REACH * math.cos(a), y + REACH * math.sin(a)), None) for a in turns]


def _cut(cell: list[Edge], here: Point, there: Point, other: int) -> list[Edge]:
    """What of a convex cell lies nearer to here than to there; the new side has the other's land beyond."""
    (ax, ay), (bx, by) = here, there
    mx, my, dx, dy = (ax + bx) / 2, (ay + by) / 2, bx - ax, by - ay

    def beyond(p: Point) -> float:
        return (p[0] - mx) * dx + (p[1] - my) * dy

    kept: list[Edge] = []
    for (p, side), (q, _) in zip(cell, (*cell[1:], cell[0]), strict=True):
        dp, dq = beyond(p), beyond(q)
        if dp <= 0:
            kept.append((p, side))
        if (dp <= 0) != (dq <= 0):
            t = dp / (dp - dq)
            crossing = (p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1]))
            kept.append((crossing, other if dp <= 0 else side))
    return kept
