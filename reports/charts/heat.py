"""The heat table of meetings: clubs by month (Biểu đồ 4). States differ by filling, mark and figure, not by hue."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reports.charts.basic import WIDTH, label_room

WIDEST_CELL, ROW, HEAD = 58, 30, 40
GAP = 4
"""Between the frames of two cells, either way."""
FILLS = {"held": "#555", "part": "#ccc", "not_held": "#fff", "silent": "#fff"}
"""Of the states that have a frame."""
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

    @property
    def frames(self) -> list[tuple[str, str]]:
        """Filling → the frames so filled, as one path: drawn in a fraction of the time of as many rectangles."""
        paths: dict[str, str] = {}
        across, down = round(self.cell_width - GAP, 1), round(self.cell_height - GAP, 1)
        for cell in self.cells:
            if cell.state in FILLS:
                x, y, fill = round(cell.x + GAP / 2, 1), round(cell.y + GAP / 2, 1), FILLS[cell.state]
                paths[fill] = paths.get(fill, "") + f"M{x} {y}h{across}v{down}h{-across}z"
        return list(paths.items())

    def fill(self, state: str) -> str:
        """What a cell of a state that has a frame is filled with."""
        return FILLS[state]


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
