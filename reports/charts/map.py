"""The map of clubs: land around points, bounded by unit and cut off at the outline of the area.

It is a sketch: only the outline comes from a map; the borders between units lie half-way between the centres of their
communes and their clubs.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports import shapes
from reports.charts.basic import WIDTH
from reports.facts import Shape

TALLEST, MARGIN, LINE = 720, 16, 28
LETTER = 10.6

Place = tuple[float, float, int | None]
"""Longitude, latitude and unit of a point."""


@dataclass(frozen=True)
class MapPoint:
    """A club; measured False: drawn at its commune because its own position is not known."""

    x: float
    y: float
    measured: bool


@dataclass(frozen=True)
class MapLabel:
    """A name in the middle of a unit, with the white ground it stands on."""

    text: str
    x: float
    y: float
    width: float
    leads_to: tuple[float, float] | None = None
    """Where in the unit a line from the name ends; None: the name stands in its unit."""


@dataclass(frozen=True)
class MapChart:
    """Paths in SVG units: the outline (None: none is known), the land, and the borders between units."""

    width: float
    height: float
    outline: str | None
    land: str
    borders: str
    points: tuple[MapPoint, ...]
    labels: tuple[MapLabel, ...]


@dataclass(frozen=True)
class _Frame:
    """From degrees to SVG units."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    shift: float

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            round(self.shift + (lon - self.west) * self.scale_x, 1),
            round(MARGIN + (self.north - lat) * self.scale_y, 1),
        )

    def path(self, corners: Sequence[tuple[float, float]]) -> str:
        return "M" + " L".join(f"{x} {y}" for x, y in (self.at(*corner) for corner in corners)) + " Z"


def map_chart(
    outline: Shape | None,
    centres: Sequence[Place],
    clubs: Sequence[tuple[Place, bool]],
    names: Mapping[int, str],
) -> MapChart | None:
    """centres: of communes, with the unit they are shown in; clubs: with whether their position was measured;
    names: what is written in each unit. None where there is no point at all."""
    sites: dict[tuple[float, float], int | None] = {(lon, lat): row for lon, lat, row in centres}
    sites |= {(lon, lat): row for (lon, lat, row), measured in clubs if measured}
    if not sites:
        return None
    points, rows = list(sites), list(sites.values())
    box = _bounds([p for ring in outline.rings for p in ring], 0.02) if outline else None
    cells = shapes.cells(points, box)
    land = box or _bounds([corner for cell in cells for corner, _ in cell], 0.0)
    frame = _frame(land)
    height = frame.at(land[0], land[1])[1] + MARGIN
    drawn = tuple(MapPoint(*frame.at(lon, lat), measured) for (lon, lat, _), measured in clubs)
    return MapChart(
        WIDTH,
        height,
        " ".join(frame.path(ring) for ring in outline.rings) if outline else None,
        " ".join(frame.path([corner for corner, _ in cell]) for cell in cells if cell),
        _borders(cells, rows, frame, outline is None),
        drawn,
        _labels(centres, names, frame, [(point.x, point.y) for point in drawn], height),
    )


def _bounds(points: Sequence[tuple[float, float]], room: float) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - room, min(ys) - room, max(xs) + room, max(ys) + room


def _frame(box: tuple[float, float, float, float]) -> _Frame:
    west, south, east, north = box
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * narrow), (TALLEST - 2 * MARGIN) / (north - south))
    shift = (WIDTH - (east - west) * narrow * scale) / 2
    return _Frame(west, north, scale * narrow, scale, shift)


def _borders(
    cells: Sequence[Sequence[shapes.Edge]], rows: Sequence[int | None], frame: _Frame, is_open: bool
) -> str:
    """Sides between different units, each once; where no outline is known, also the sides with nothing beyond."""
    lines = []
    for index, cell in enumerate(cells):
        for (start, other), (end, _) in zip(cell, (*cell[1:], cell[0]), strict=True):
            if is_open if other is None else other > index and rows[other] != rows[index]:
                (x0, y0), (x1, y1) = frame.at(*start), frame.at(*end)
                lines.append(f"M{x0} {y0} L{x1} {y1}")
    return " ".join(lines)


def _labels(
    centres: Sequence[Place],
    names: Mapping[int, str],
    frame: _Frame,
    points: Sequence[tuple[float, float]],
    height: float,
) -> tuple[MapLabel, ...]:
    """Each name at a commune of its unit, the nearest to the middle where it covers neither a club nor another name;
    where there is no room, at the edge of the picture with a line to the unit."""
    made: list[MapLabel] = []
    for row, name in names.items():
        own = [frame.at(lon, lat) for lon, lat, of in centres if of == row]
        if own:
            made.append(_label(name, own, made, points, height))
    return tuple(made)


def _label(
    name: str,
    own: Sequence[tuple[float, float]],
    made: Sequence[MapLabel],
    points: Sequence[tuple[float, float]],
    height: float,
) -> MapLabel:
    middle = (sum(x for x, _ in own) / len(own), sum(y for _, y in own) / len(own))
    nearest = sorted(own, key=lambda p: math.dist(p, middle))
    width = LETTER * len(name) + 10
    for x, y in nearest:
        inside = MapLabel(name, x, y, width)
        if not any(_overlap(inside, other) for other in made) and not any(_covers(inside, p) for p in points):
            return inside
    x, y = nearest[0]
    at_edge = WIDTH - width / 2 - 2 if x >= WIDTH / 2 else width / 2 + 2
    for step in range(int(height / LINE)):
        for way in (1, -1):
            moved = MapLabel(name, at_edge, y + way * step * LINE, width, (x, y))
            if LINE < moved.y < height - LINE and not any(_overlap(moved, other) for other in made):
                return moved
    return MapLabel(name, x, y, width)


def _overlap(one: MapLabel, other: MapLabel) -> bool:
    return abs(one.x - other.x) < (one.width + other.width) / 2 and abs(one.y - other.y) < LINE


def _covers(label: MapLabel, point: tuple[float, float]) -> bool:
    return abs(point[0] - label.x) < label.width / 2 + 6 and label.y - 24 < point[1] < label.y + 12
