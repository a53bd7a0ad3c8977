"""Outlines of provinces for small maps, read from the register's folder; see register/README.md for their source."""

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Protocol

from reports.facts import Shape

SHAPES = Path(__file__).resolve().parents[3] / "register" / "shape_province.json"


class Dated(Protocol):
    """A unit in one of its states, whether as a row or as a fact of a report."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def valid_from(self) -> date:
        """The first day of this state."""


def outlines(units: Iterable[Dated]) -> dict[int, Shape]:
    """Unit id → outline, for those of the units that the register has a shape of: provinces, in every state."""
    known = _read()
    return {unit.id: known[key] for unit in units if (key := (unit.code, unit.valid_from)) in known}


@cache
def _read() -> dict[tuple[str, date], Shape]:
    """All shapes; none where the folder was left out of an installation, so that maps end at their points instead."""
    if not SHAPES.exists():
        return {}
    rows = json.loads(SHAPES.read_text(encoding="utf-8"))
    return {
        (row["code"], date.fromisoformat(row["valid_from"])): Shape(
            tuple(tuple((lon, lat) for lon, lat in ring) for ring in row["rings"])
        )
        for row in rows
    }
