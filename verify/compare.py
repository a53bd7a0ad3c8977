"""Holding what a report prints against the second calculation, figure by figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from verify.cell import Cell
from verify.computed import Computed
from verify.mask import Veil

Printed = int | Decimal | str | None
MASKED = "(che)"
"""Printed in the place of a figure of persons that is withheld."""
FEW = "(<5)"
"""Printed in the place of a count of 1 to 4 persons."""
DIGITS = 20
"""Reports keep shares as decimals of 28 digits; two of them subtracted still agree with the exact fraction in these."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure on which the two calculations differ. is_printed or is_computed False: only the other one has it."""

    cell: str
    printed: Printed
    computed: Cell
    is_printed: bool = True
    is_computed: bool = True


@dataclass(frozen=True, slots=True)
class Comparison:
    """cells: how many figures were compared. is_of_nation: whether they are the country's."""

    cells: int
    differences: tuple[Difference, ...]
    is_of_nation: bool = False


def compare(printed: Mapping[str, Printed], computed: Computed) -> Comparison:
    """Every figure that the report prints, and every one that it should print, in the order of their names."""
    names = sorted({*printed, *(set(computed.cells) - computed.unasked)})
    differences = tuple(_differences(names, printed, computed))
    return Comparison(len(names), differences, computed.is_of_nation)


def _differences(
    names: list[str], printed: Mapping[str, Printed], computed: Computed
) -> Iterator[Difference]:
    for name in names:
        is_printed, is_computed = name in printed, name in computed.cells
        one, other = printed.get(name), computed.cells.get(name)
        if not (is_printed and is_computed and agrees(one, other, computed.veils.get(name))):
            yield Difference(name, one, other, is_printed, is_computed)


def agrees(printed: Printed, computed: Cell, veil: Veil | None) -> bool:
    """Whether a figure is what it should be, withheld where it must be, and only where it may be."""
    if printed == FEW:
        return veil is not None and veil.must
    if printed == MASKED:
        return veil is not None and veil.may
    return not (veil and veil.must) and equal(printed, computed)


def equal(printed: Printed, computed: Cell) -> bool:
    """Counts, amounts and words exactly; a share if the printed decimal is the exact fraction, written out."""
    if isinstance(printed, Decimal) and isinstance(computed, int | Fraction):
        apart = abs(Fraction(printed) - computed)
        return apart * 10**DIGITS <= max(abs(Fraction(computed)), Fraction(1))
    return printed == computed
