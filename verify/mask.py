"""Which figures of persons a report must withhold, and which it may: a count of 1–4, and what would tell it.

Source: docs/decisions/privacy.md. Which companions are withheld beside a secret is the report's choice; here it is held
against the rule that there must be a secret among the figures that are printed together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

MINIMUM = 5


@dataclass(frozen=True, slots=True)
class Veil:
    """must: the figure is a secret. may: it is one, or stands in a group that holds one."""

    must: bool
    may: bool


Veils = dict[str, Veil]


def of_counts(counts: Mapping[str, int]) -> Veils:
    """Counts of persons printed together, by the name of their cell. Nobody is no secret."""
    secret = {name for name, count in counts.items() if 0 < count < MINIMUM}
    return {name: Veil(name in secret, bool(secret) and count > 0) for name, count in counts.items()}


def of_shares(shares: Mapping[str, tuple[int, int]]) -> Veils:
    """Shares of persons printed together: (numerator, denominator) by the name of their cell."""
    secret = {name for name, (n, d) in shares.items() if 0 < n < MINIMUM or 0 < d - n < MINIMUM}
    return {name: Veil(name in secret, bool(secret) and d > 0) for name, (_, d) in shares.items()}
