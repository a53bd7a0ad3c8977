"""The country's figures: each club's part is worked out once, kept, and added up; see docs/decisions/rollup.md."""

from server.services.rollup.kept import Kept, clear, forget, has_old, keep
from server.services.rollup.measure import (
    CHUNK,
    LIVE,
    RollupCold,
    Wanted,
    keys,
    measure,
    outdated,
    worked_out,
)
from server.services.rollup.part import Part, work_out
from server.services.rollup.stretch import stock_day
from server.services.rollup.usual import ASKED_DAYS, Asked, is_noted, note, periods, whole_phases

__all__ = [
    "ASKED_DAYS",
    "CHUNK",
    "LIVE",
    "Asked",
    "Kept",
    "Part",
    "RollupCold",
    "Wanted",
    "clear",
    "forget",
    "has_old",
    "is_noted",
    "keep",
    "keys",
    "measure",
    "note",
    "outdated",
    "periods",
    "stock_day",
    "whole_phases",
    "work_out",
    "worked_out",
]
