"""The country's figures: each club's part is worked out once, kept, and added up; see docs/decisions/rollup.md."""

from server.services.rollup.kept import Kept, clear, keep
from server.services.rollup.measure import (
    CHUNK,
    LIVE,
    RollupCold,
    Wanted,
    measure,
    outdated,
    worked_out,
)
from server.services.rollup.stretch import stock_day

__all__ = [
    "CHUNK",
    "LIVE",
    "Kept",
    "RollupCold",
    "Wanted",
    "clear",
    "keep",
    "measure",
    "outdated",
    "stock_day",
    "worked_out",
]
