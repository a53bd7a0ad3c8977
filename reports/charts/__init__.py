"""Geometry of the report's pictures: numbers in, coordinates out. The SVG itself stands in templates/charts/."""

from reports.charts.basic import (
    WIDTH,
    BandChart,
    BandRow,
    Bar,
    BarChart,
    BarGroup,
    Line,
    LineChart,
    Tick,
    Value,
    bands,
    bars,
    label_room,
    lines,
    nice_scale,
)
from reports.charts.heat import HeatChart, HeatRect, heat
from reports.charts.map import MapChart, MapLabel, MapPoint, map_chart
from reports.charts.people import PyramidChart, PyramidRow, ShareChart, ShareRow, pyramid, shares

__all__ = [
    "WIDTH",
    "BandChart",
    "BandRow",
    "Bar",
    "BarChart",
    "BarGroup",
    "HeatChart",
    "HeatRect",
    "Line",
    "LineChart",
    "MapChart",
    "MapLabel",
    "MapPoint",
    "PyramidChart",
    "PyramidRow",
    "ShareChart",
    "ShareRow",
    "Tick",
    "Value",
    "bands",
    "bars",
    "heat",
    "label_room",
    "lines",
    "map_chart",
    "nice_scale",
    "pyramid",
    "shares",
]
