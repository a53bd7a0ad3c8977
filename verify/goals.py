"""Which demand a row of table 1 answers to, and how far it is reached: targets of the register, rules of the phase.

Source: docs/decisions/indicators.md; indicator catalogue, general rules (đạt from 100%, gần đạt from 80%).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

Number = Fraction | int | None
RANK = {"stated": 0, "derived": 1, "invented": 2}
BANDED = {"B01": "size", "B02": "women", "B03": "older", "B04": "young", "B05": "disadvantaged"}
REFERENCES = {
    "C07": "capital_use",
    "C08": "repaid_on_time",
    "C09": "overdue",
    "D02": "m5_min_attendance",
    "D03": "reports_on_time",
    "D11": "a3_min_volunteers",
    "D12": "care_visits",
    "D13": "clinic_checks",
    "D14": "measured",
    "D16": "self_help",
    "E03": "satisfied",
}
"""Indicators that no paper sets a goal for, and the rule that gives a level to compare with."""
COUNTS = frozenset({"club", "person", "province"})
"""Measures of goals that are numbers: not failed before their last day."""
GROWING = frozenset({"A01", "A03", "A06", "A07", "C05", "D08", "D10"})
"""Numbers, and shares that grow while a phase lasts: not failed before their last day."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A target, or a phase's rule (first and last None). high None: no upper end."""

    op: str
    low: Fraction
    high: Fraction | None
    measure: str
    first: date | None = None
    last: date | None = None
    threshold: int | None = None
    metric: str = ""
    kind: str = "stated"
    fact: str = ""
    is_reference: bool = False

    @property
    def days(self) -> int:
        """Length of its period."""
        return (self.last - self.first).days if self.first and self.last else 0

    def covers(self, first: date, last: date) -> bool:
        """Whether its period holds this one whole."""
        return self.first is not None and self.last is not None and self.first <= first and last <= self.last

    def meets(self, first: date, last: date) -> bool:
        """Whether its period and this one have a day in common."""
        return self.first is not None and self.last is not None and self.first <= last and first <= self.last


@dataclass(frozen=True, slots=True)
class Verdict:
    """status as the report names it; attainment and surplus in percent."""

    status: str
    attainment: Number = None
    surplus: Number = None


def planned(plans: Iterable[Demand], first: date, last: date) -> tuple[Demand, ...]:
    """The plans for clubs that count inside a period: of plans that overlap only the longest."""
    inside = [
        p for p in plans if p.measure == "club" and p.first and p.last and first <= p.first and p.last <= last
    ]
    counted: list[Demand] = []
    for plan in sorted(inside, key=lambda p: (-p.days, RANK.get(p.kind, 0), p.first, p.fact)):
        if plan.first and plan.last and not any(other.meets(plan.first, plan.last) for other in counted):
            counted.append(plan)
    return tuple(sorted(counted, key=lambda p: p.first or date.min))


def fits(counted: Sequence[Demand], others: Iterable[Demand], first: date, last: date) -> bool:
    """Whether the plans counted leave out no month of the period that another plan reaches into."""
    return bool(counted) and all(
        any(own.meets(month, _end(month)) for own in counted)
        for month in _months(first, last)
        if any(other.measure == "club" and other.meets(month, _end(month)) for other in others)
    )


def _months(first: date, last: date) -> list[date]:
    months, month = [], first
    while month <= last:
        months.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return months


def _end(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def wider(demands: Iterable[Demand], first: date, last: date) -> Demand | None:
    """The demand for a longer period that holds this one: the one that ends soonest."""
    found = [d for d in demands if d.covers(first, last) and (d.first, d.last) != (first, last)]
    return min(
        found, key=lambda d: (RANK.get(d.kind, 0), d.last, -(d.first or first).toordinal()), default=None
    )


def fallen_due(demands: Sequence[Demand], first: date, last: date) -> Demand | None:
    """The demand for a state: of this very period, else due on its last day, else a wider one, else the last due."""
    exact = [d for d in demands if (d.first, d.last) == (first, last)]
    if exact:
        return exact[0]
    ended = [d for d in demands if d.last and first <= d.last <= last]
    latest = min(ended, key=lambda d: (-(d.last or last).toordinal(), RANK.get(d.kind, 0)), default=None)
    if latest and latest.last == last:
        return latest
    return wider(demands, first, last) or latest


def judge(actual: Number, demand: Demand | None, day: date, is_growing: bool) -> Verdict:
    """How a figure stands against a demand on a day; below a mere reference level it is said only to miss that."""
    found = _judge(actual, demand, day, is_growing)
    is_missed = demand is not None and demand.is_reference and found.status in ("gan_dat", "chua_dat")
    return Verdict("chua_dap_ung", found.attainment) if is_missed else found


def _judge(actual: Number, demand: Demand | None, day: date, is_growing: bool) -> Verdict:
    if demand is None:
        return Verdict("khong_giao")
    if actual is None:
        return Verdict("chua_co_so_lieu")
    if demand.op == "range":
        return Verdict(_band(Fraction(actual), demand))
    if demand.op == "<=":
        return Verdict("dat" if actual <= demand.low else "chua_dat")
    if demand.low == 0:
        return Verdict("dat")
    rate = Fraction(actual) * 100 / demand.low
    status = (
        "dat" if rate > 100 or (rate == 100 and demand.op != ">") else "gan_dat" if rate >= 80 else "chua_dat"
    )
    if status != "dat" and is_growing and demand.last and demand.last > day:
        return Verdict("chua_den_han", rate)
    return Verdict(status, rate, rate - 100 if rate > 100 else None)


def _band(actual: Fraction, demand: Demand) -> str:
    if actual < demand.low:
        return "duoi_khung"
    return "tren_khung" if demand.high is not None and actual > demand.high else "trong_khung"
