"""A row of table 1: the figure, the one of the year before, the sum so far, and how it stands against a goal."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from verify.cell import Cell, Cells
from verify.goals import COUNTS, GROWING, Demand, Verdict, judge
from verify.indicator import Indicators
from verify.mask import Veil, Veils, of_shares
from verify.stretch import Part

WITH_INCOME = "income_improved"
"""In the metric of a target that asks for members who borrowed *and* earn more; how many do is estimated: the share of
members who borrowed times the share of borrowers surveyed who say so (E01)."""

STANDING = ("danh_gia", "ty_le", "vuot")
"""How a figure stands against its goal, which would tell it."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a row is written from. founded: clubs founded between two days."""

    code: str
    part: Part
    day: date
    goal: Demand | None
    now: Indicators
    before: Indicators
    so_far: dict[str, Cell]
    founded: Callable[[date, date], int]

    def cells(self, name: str) -> Cells:
        """The row's figures, each under name/…"""
        actual, verdict, goal = self.now[self.code, ""], self._verdict(), self.goal
        before = self.before.get((self.code, ""))
        found: Cells = {
            "chi_tieu": goal.low if goal else None,
            "chi_tieu_den": goal.high if goal else None,
            "nguong": goal.threshold if goal else None,
            "thuc_hien": actual.value,
            "tu_so": actual.numerator,
            "mau_so": actual.denominator,
            "thieu": actual.missing,
            "luy_ke": self._so_far(),
            "ky_truoc": before.value if before else None,
            "so_cung_ky": difference(actual.value, before.value if before else None),
            "danh_gia": verdict.status,
            "ty_le": verdict.attainment,
            "vuot": verdict.surplus,
        }
        for (code, part), one in self.now.items():
            if code == self.code and part:
                found |= {
                    f"kem/{part}/gia_tri": one.value,
                    f"kem/{part}/tu_so": one.numerator,
                    f"kem/{part}/mau_so": one.denominator,
                    f"kem/{part}/thieu": one.missing,
                }
        return {f"{name}/{key}": value for key, value in found.items()}

    def veils(self, name: str) -> Veils:
        """Of a survey, and of an estimate made with one: the figures that tell how 1–4 of those asked answered."""
        is_estimate = self._asks_income() and self.now["E01", ""].value is not None
        if is_estimate:
            keys = [*STANDING, "thuc_hien", "tu_so", "luy_ke", "kem/phase/gia_tri", "kem/phase/tu_so"]
            return _veiled(name, keys if self._is_secret(self.now, "E01") else [])
        if not self.code.startswith("E"):
            return {}
        keys = []
        now, before = self._is_secret(self.now, self.code), self._is_secret(self.before, self.code)
        if now:
            keys += ["thuc_hien", "tu_so", *(STANDING if self.goal else ())]
        if before:
            keys.append("ky_truoc")
        earlier = self.before.get((self.code, ""))
        if (
            (now or before)
            and earlier
            and earlier.value is not None
            and self.now[self.code, ""].value is not None
        ):
            keys.append("so_cung_ky")
        for code, part in self.now:
            if code == self.code and part and self._is_secret(self.now, code, part):
                keys += [f"kem/{part}/gia_tri", f"kem/{part}/tu_so"]
        return _veiled(name, keys)

    @staticmethod
    def _is_secret(found: Indicators, code: str, part: str = "") -> bool:
        one = found.get((code, part))
        if one is None or one.scale != 100:
            return False
        return of_shares({code: (one.numerator or 0, one.denominator or 0)})[code].must

    def _asks_income(self) -> bool:
        return self.goal is not None and WITH_INCOME in self.goal.metric

    def estimated(self) -> "Row":
        """The row itself, or with its shares multiplied by E01 where the goal asks for income too and E01 is known."""
        if not self._asks_income() or self.now["E01", ""].value is None:
            return self
        now = {
            (self.code, part): self.now[self.code, part].times(self.now["E01", ""]) for part in ("", "phase")
        }
        before = self.before.get((self.code, ""))
        known = {} if before is None else {(self.code, ""): before.times(self.before["E01", ""])}
        so_far = {**self.so_far, self.code: now[self.code, "phase"].value}
        return replace(self, now={**now, ("E01", ""): self.now["E01", ""]}, before=known, so_far=so_far)

    def _is_other(self) -> bool:
        """Whether the goal is for another period than the row's."""
        goal = self.goal
        return (
            goal is not None
            and goal.first is not None
            and (goal.first, goal.last) != (self.part.first, self.part.last)
        )

    def _so_far(self) -> Cell:
        if self.code == "A01" and not self.now[self.code, ""].is_empty:
            goal = self.goal if self._is_other() else None
            first, last = (goal.first, goal.last) if goal else (None, None)
            return self.founded(first or self.part.phase_from, min(last or self.day, self.day))
        return None if self.now[self.code, ""].value is None else self.so_far.get(self.code)

    def _verdict(self) -> Verdict:
        """A flow is held against a goal of longer by its sum so far."""
        if self._asks_income() and self.now["E01", ""].value is None:
            return Verdict("chua_co_so_lieu")
        so_far = self._so_far()
        counted = so_far if self._is_other() and so_far is not None else self.now[self.code, ""].value
        assert not isinstance(counted, str)
        is_number = self.goal is not None and self.goal.measure in COUNTS
        return judge(counted, self.goal, self.day, is_number or self.code in GROWING)


def _veiled(name: str, keys: Iterable[str]) -> Veils:
    return {f"{name}/{key}": Veil(must=True, may=True) for key in keys}


def difference(now: Cell, before: Cell) -> Cell:
    """now − before, where both are known."""
    if isinstance(now, Fraction | int) and isinstance(before, Fraction | int):
        return now - before
    return None
