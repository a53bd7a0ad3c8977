"""Indicators as the database has computed them: numerator over denominator, with how many clubs told nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import duckdb

from verify.cell import Cell, share


@dataclass(frozen=True, slots=True)
class Measured:
    """An indicator, or one of its parts. scale 100: percent."""

    scale: int
    numerator: int | None
    denominator: int | None
    missing: int
    is_empty: bool = False
    """Whether no club of the area is known: then nothing is, not even a number of clubs."""
    estimate: Fraction | None = None
    """A figure that is no count over another but a product of such shares, in percent."""

    @property
    def is_share(self) -> bool:
        """Whether it is one figure over another."""
        return self.denominator is not None

    @property
    def value(self) -> Cell:
        """The figure, exact; None where the denominator is 0."""
        if self.estimate is not None:
            return self.estimate
        if not self.is_share:
            return None if self.is_empty else self.numerator
        return share(self.numerator, self.denominator, self.scale)

    def times(self, other: "Measured") -> "Measured":
        """The share of a share, in percent; not known where either is not."""
        one, two = self.value, other.value
        if not isinstance(one, Fraction) or not isinstance(two, Fraction):
            return Measured(100, None, None, self.missing)
        return Measured(100, None, None, self.missing, estimate=one * two / 100)


Indicators = Mapping[tuple[str, str], Measured]


def read(connection: duckdb.DuckDBPyConnection) -> Indicators:
    """What `measure` has computed: (code, part) → measured; part "" is the indicator itself."""
    rows = connection.execute(
        "SELECT code, part, scale, numerator, denominator, missing FROM indicator"
    ).fetchall()
    known = connection.execute(
        "SELECT count(*) FROM mine, span WHERE is_club AND founding_date <= day"
    ).fetchone()
    is_empty = known == (0,)
    return {
        (code, part): Measured(scale, numerator, denominator, missing, is_empty and not part)
        for code, part, scale, numerator, denominator, missing in rows
    }
