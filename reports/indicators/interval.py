"""95 % confidence intervals of figures that come from a sample of members.

Members of a club are asked as if drawn at random; that they are drawn club by club, and that clubs are small, is not
allowed for. Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212.
"""

from collections.abc import Sequence
from decimal import Decimal

Z = Decimal("1.959964")
"""The normal distribution's two-sided 95 % mark."""
Interval = tuple[Decimal, Decimal]


def of_share(numerator: int, denominator: int) -> Interval | None:
    """Wilson's score interval of a share, in percent; never below 0 or above 100. None when nobody was asked."""
    if not denominator:
        return None
    n, p = Decimal(denominator), Decimal(numerator) / denominator
    centre = p + Z * Z / (2 * n)
    half = Z * (p * (1 - p) / n + Z * Z / (4 * n * n)).sqrt()
    scale = 100 / (1 + Z * Z / n)
    return max(Decimal(0), (centre - half) * scale), min(Decimal(100), (centre + half) * scale)


def of_mean(values: Sequence[Decimal]) -> Interval | None:
    """The normal approximation for a mean, in its own unit. None for fewer than two values."""
    n = len(values)
    if n < 2:
        return None
    mean = sum(values, Decimal(0)) / n
    variance = sum(((v - mean) ** 2 for v in values), Decimal(0)) / (n - 1)
    half = Z * (variance / n).sqrt()
    return mean - half, mean + half
