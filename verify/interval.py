"""95 % intervals as exactly as they can be written out. Source: docs/decisions/surveys.md."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

Z = Fraction("1.959964")
DIGITS = 50


def _root(square: Fraction) -> Fraction:
    with localcontext() as context:
        context.prec = DIGITS
        return Fraction((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def of_share(numerator: int, denominator: int) -> tuple[Fraction, Fraction] | None:
    """Where |share − x| = z √(x (1 − x) / n), solved for x: Wilson's score interval, in percent."""
    if not denominator:
        return None
    n, p = Fraction(denominator), Fraction(numerator, denominator)
    a, b, c = 1 + Z * Z / n, -(2 * p + Z * Z / n), p * p
    root = _root(b * b - 4 * a * c)
    low, high = ((-b - root) / (2 * a), (-b + root) / (2 * a))
    return max(low, Fraction(0)) * 100, min(high, Fraction(1)) * 100


def of_mean(points: Sequence[int], parts: int, low: int, high: int) -> tuple[Fraction, Fraction] | None:
    """Mean ± z standard errors over persons; None for fewer than two.

    points: each person's sum over so many parts, which go from low to high.
    """
    values = [Fraction(one, parts) for one in points]
    n = len(values)
    if n < 2:
        return None
    mean = sum(values, Fraction(0)) / n
    spread = sum(((one - mean) ** 2 for one in values), Fraction(0)) / (n - 1)
    half = Z * _root(spread / n)
    return max(mean - half, Fraction(low)), min(mean + half, Fraction(high))
