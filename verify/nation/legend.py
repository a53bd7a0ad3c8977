"""The legend of the map of provinces: classes that hold a quarter of the provinces each, cut at round figures."""

from collections.abc import Sequence
from fractions import Fraction

from verify.cell import Cell, Cells

QUARTERS = 4


def legend(values: Sequence[Cell], without_clubs: int) -> Cells:
    """Classes from the lowest, each with its least, its most and its provinces; then provinces without a figure.

    values: of the provinces with a club; None: not known.
    """
    known = sorted(Fraction(value) for value in values if isinstance(value, int | Fraction))
    found: Cells = {}
    classes = [held for held in _classes(known) if held] if known else []
    for number, held in enumerate(classes, start=1):
        found |= {f"{number}/tu": held[0], f"{number}/den": held[-1], f"{number}/tinh": len(held)}
    rest = {"none": without_clubs, "unknown": len(values) - len(known)}
    return found | {f"{key}/tinh": count for key, count in rest.items() if count}


def _classes(known: Sequence[Fraction]) -> list[list[Fraction]]:
    """Cut where each further quarter of the provinces begins, at a figure that is rounded and lies among them."""
    begins = {_rounded(known[len(known) * part // QUARTERS]) for part in range(1, QUARTERS)}
    marks = [known[0], *sorted(mark for mark in begins if known[0] < mark <= known[-1])]
    classes: list[list[Fraction]] = [[] for _ in marks]
    for value in known:
        classes[sum(value >= mark for mark in marks) - 1].append(value)
    return classes


def _rounded(value: Fraction) -> Fraction:
    """To its two first digits, halves to the even one; below 100 to a whole number."""
    if value <= 0:
        return Fraction(0)
    digits = len(str(int(value)))
    step = Fraction(10) ** max(0, digits - 2)
    return round(value / step) * step
