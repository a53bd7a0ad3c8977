"""A figure, and the table that all of them make."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

WIDTH = 58


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured.

    value and floor have the same unit; goal is the largest ratio to the floor that is wanted, or where
    goal_is_ratio is False the largest value; None: none was set. A figure `higher_is_better` has no goal.
    """

    vi: str
    en: str
    value: float
    floor: float
    floor_en: str
    unit: str = "ms"
    goal: float | None = None
    goal_is_ratio: bool = False

    @property
    def ratio(self) -> float:
        """How many floors the value is high."""
        return self.value / self.floor

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; None without one."""
        if self.goal is None:
            return None
        return (self.ratio if self.goal_is_ratio else self.value) <= self.goal

    def as_json(self) -> dict[str, object]:
        """The figure with its ratio and whether its goal is met."""
        return {**asdict(self), "ratio": self.ratio, "is_met": self.is_met}


def table(figures: Iterable[Figure]) -> str:
    """All figures, two lines each: Vietnamese with the numbers, then English with what the floor is."""
    head = f"{'':{WIDTH}}{'đo được':>12}{'sàn':>12}{'tỉ số':>9}{'mục tiêu':>12}"
    under = f"{'':{WIDTH}}{'measured':>12}{'floor':>12}{'ratio':>9}{'goal':>12}"
    return "\n".join([head, under, *(line for figure in figures for line in _lines(figure))])


def _lines(figure: Figure) -> tuple[str, str]:
    mark = {True: " ✓", False: " ✗", None: ""}[figure.is_met]
    numbers = f"{_number(figure.value, figure.unit):>12}{_number(figure.floor, figure.unit):>12}"
    first = f"{figure.vi:{WIDTH}}{numbers}{figure.ratio:>8.{1 if figure.ratio >= 1 else 2}f}×{_goal(figure):>12}{mark}"
    return first, f"  {figure.en} · floor: {figure.floor_en}"


def _goal(figure: Figure) -> str:
    if figure.goal is None:
        return ""
    return f"≤ {figure.goal:.3g}×" if figure.goal_is_ratio else f"≤ {figure.goal:g} {figure.unit}"


def _number(value: float, unit: str) -> str:
    return f"{value:.2f} {unit}" if value < 100 else f"{value:.0f} {unit}"
