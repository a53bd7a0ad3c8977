"""One figure of a report: a count, an amount, a share (exact, as a fraction), a word such as a grade, or nothing."""

from fractions import Fraction

Cell = Fraction | int | str | None
Cells = dict[str, Cell]


def share(numerator: int | None, denominator: int | None, scale: int = 100) -> Fraction | None:
    """numerator / denominator × scale; nothing when there is no denominator."""
    return Fraction(numerator * scale, denominator) if denominator and numerator is not None else None
