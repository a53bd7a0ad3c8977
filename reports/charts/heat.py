"""The heat table of meetings: clubs by month (Biểu đồ 4). States differ by filling, mark and figure, not by hue."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.basic import WIDTH, label_room

WIDEST_CELL, ROW, HEAD = 58, 30, 40
LABEL_LETTERS = 34
"""Longer names are cut; the list of clubs has them whole."""


@dataclass(frozen=True)
class HeatRect:
    """One cell. state: held, part, not_held, silent or not_due; text: what stands in it."""

    x: float
    y: float
    state: str
    text: str


@dataclass(frozen=True)
class HeatChart:
    """Rows of clubs against columns of time."""

    width: float
    height: float
    left: float
    cell_width: float
    cell_height: float
    columns: tuple[tuple[float, str], ...]
    rows: tuple[tuple[float, str], ...]
    cells: tuple[HeatRect, ...]


def heat(columns: Sequence[str], rows: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> HeatChart:
    """columns: labels; rows: (label, one (state, text) a column)."""
    labels = [cut(label) for label, _ in rows]
    room = label_room(labels)
    width = min(WIDEST_CELL, (WIDTH - room - 4) / max(len(columns), 1))
    left = room + (WIDTH - room - width * len(columns)) / 2
    cells, named = [], []
    for index, (label, (_, states)) in enumerate(zip(labels, rows, strict=True)):
        y = HEAD + index * ROW
        named.append((float(y), label))
        cells += [HeatRect(left + n * width, float(y), state, text) for n, (state, text) in enumerate(states)]
    heads = tuple((left + (n + 0.5) * width, label) for n, label in enumerate(columns))
    return HeatChart(
        WIDTH, float(HEAD + len(rows) * ROW + 6), left, width, ROW, heads, tuple(named), tuple(cells)
    )


def cut(label: str) -> str:
    """The label, ended by “…” where it is too long for its column; a letter with its marks counts once."""
    whole = unicodedata.normalize("NFC", label)
    return whole if len(whole) <= LABEL_LETTERS else whole[: LABEL_LETTERS - 1].rstrip() + "…"
