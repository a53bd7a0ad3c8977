"""The map of clubs: land around points, bounded by unit and cut off at the outline of the area.

It is a sketch: only the outline comes from a map; the borders between units lie half-way between the centres of their
communes and their clubs.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from reports import shapes
from reports.charts.basic import WIDTH
from reports.facts import Shape

MARGIN, LINE = 16, 28
TALLEST = 440
"""With its caption and note it leaves at most a third of a page before it empty."""
TALLEST_NUMBERED = 490
"""Where numbers stand for names, of which two columns at the edges have room."""
TALLEST_OF_MANY = 720
"""Where many units would crowd each other out of less."""
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
    unimportant: Collection[int] = (),
    tallest: int = TALLEST,
) -> MapChart | None:
    """centres: of communes, with the unit they are shown in; clubs: with whether their position was measured;
    names: what is written in each unit; of the unimportant ones only where there is room. None where there is no point
    at all. What lies off the outline's frame, such as an archipelago of the open sea, is not drawn."""
    box = _bounds([p for ring in outline.rings for p in ring], 0.02) if outline else None
    centres = [place for place in centres if _is_on(place, box)]
    clubs = [(place, measured) for place, measured in clubs if _is_on(place, box)]
    sites: dict[tuple[float, float], int | None] = {(lon, lat): row for lon, lat, row in centres}
    sites |= {(lon, lat): row for (lon, lat, row), measured in clubs if measured}
    if not sites:
        return None
    points, rows = list(sites), list(sites.values())
    cells = shapes.cells(points, box)
    land = box or _bounds([corner for cell in cells for corner, _ in cell], 0.0)
    frame = _frame(land, tallest)
    height = frame.at(land[0], land[1])[1] + MARGIN
    drawn = tuple(MapPoint(*frame.at(lon, lat), measured) for (lon, lat, _), measured in clubs)
    return MapChart(
        WIDTH,
        height,
        " ".join(frame.path(ring) for ring in outline.rings) if outline else None,
        " ".join(frame.path([corner for corner, _ in cell]) for cell in cells if cell),
        _borders(cells, rows, frame, outline is None),
        drawn,
        _labels(centres, names, unimportant, frame, [(point.x, point.y) for point in drawn], height),
    )


def _is_on(place: Place, box: tuple[float, float, float, float] | None) -> bool:
    return box is None or (box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3])


def _bounds(points: Sequence[tuple[float, float]], room: float) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs) - room, min(ys) - room, max(xs) + room, max(ys) + room


def _frame(box: tuple[float, float, float, float], tallest: int) -> _Frame:
    west, south, east, north = box
    narrow = math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * narrow), (tallest - 2 * MARGIN) / (north - south))
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
    unimportant: Collection[int],
    frame: _Frame,
    points: Sequence[tuple[float, float]],
    height: float,
) -> tuple[MapLabel, ...]:
    """Each name at a commune of its unit, the nearest to the middle where it covers neither a club nor another name;
    where there is no room, at the edge of the picture with a line to the unit, in such an order that no lines cross."""
    made: list[MapLabel] = []
    outside: list[MapLabel] = []
    for row, name in names.items():
        own = [frame.at(lon, lat) for lon, lat, of in centres if of == row]
        if not own:
            continue
        middle = (sum(x for x, _ in own) / len(own), sum(y for _, y in own) / len(own))
        tried = [
            MapLabel(name, x, y, LETTER * len(name) + 10)
            for x, y in sorted(own, key=lambda p: math.dist(p, middle))
        ]
        free = next((one for one in tried if _is_free(one, made, points)), None)
        if free or row not in unimportant:
            (made if free else outside).append(free or tried[0])
    for is_right in (False, True):
        side = [one for one in outside if (one.x >= WIDTH / 2) is is_right]
        made += _at_edge(side, is_right, made, height)
    return tuple(made)


def _is_free(label: MapLabel, made: Sequence[MapLabel], points: Sequence[tuple[float, float]]) -> bool:
    return not any(_overlap(label, other) for other in made) and not any(_covers(label, p) for p in points)


def _at_edge(
    side: Sequence[MapLabel], is_right: bool, made: Sequence[MapLabel], height: float
) -> list[MapLabel]:
    """Labels of one side below each other, each as near as can be to the height of its unit."""
    placed: list[MapLabel] = []
    left = len(side)
    for one in sorted(side, key=lambda label: (label.y, label.x)):
        left -= 1
        x = WIDTH - one.width / 2 - 2 if is_right else one.width / 2 + 2
        y = max(placed[-1].y + LINE if placed else LINE, min(one.y, height - LINE * (left + 1)))
        moved = MapLabel(one.text, x, y, one.width, (one.x, one.y))
        while any(_overlap(moved, other) for other in made) and moved.y < height:
            moved = replace(moved, y=moved.y + LINE)
        placed.append(moved)
    return placed


def _overlap(one: MapLabel, other: MapLabel) -> bool:
    return abs(one.x - other.x) < (one.width + other.width) / 2 and abs(one.y - other.y) < LINE


def _covers(label: MapLabel, point: tuple[float, float]) -> bool:
    return abs(point[0] - label.x) < label.width / 2 + 6 and label.y - 24 < point[1] < label.y + 12
