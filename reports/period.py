"""Periods of a report: a month, a quarter, half a year, a year, or a span of years; by calendar or by the decree.

Nghị định 09/2019/NĐ-CP closes the figures of a month on its 14th: a month runs from the 15th of the month before, the
year 2021 from 15/12/2020 to 14/12/2021. Clubs report calendar months, so a period holds those months whose last day
lies in it: the year 2021 by the decree has December 2020 to November 2021. docs/decisions/settings.md says why.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

ROMAN = ("I", "II", "III", "IV")
FIRST_YEAR, LAST_YEAR = 2000, 2100
DECREE_DAY = 15
"""Day on which a month begins by Nghị định 09/2019/NĐ-CP, in the month before."""


class PeriodError(ValueError):
    """A text that names no period; its message says what was found and what is understood, in both languages."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.message_vi = (
            f"Không hiểu kỳ báo cáo “{text}”. Viết 2017..2020 (giai đoạn), 2021 (năm), 2021-H1 (6 tháng), "
            "2021-Q3 (quý) hoặc 2021-05 (tháng)."
        )
        self.message_en = (
            f"“{text}” is not a period. Write 2017..2020 (years), 2021 (a year), 2021-H1 (half a year), "
            "2021-Q3 (a quarter) or 2021-05 (a month)."
        )
        super().__init__(self.message_vi)


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both inclusive: whole months, or by the decree from a 15th to a 14th."""

    first: date
    last: date

    def __post_init__(self) -> None:
        begins, ends_before = self.first.day, (self.last + timedelta(days=1)).day
        if self.first > self.last or begins != ends_before or begins not in (1, DECREE_DAY):
            raise ValueError(f"a period is made of whole months, not {self.first}–{self.last}")

    @property
    def is_decree(self) -> bool:
        """Whether it is counted by Nghị định 09/2019/NĐ-CP."""
        return self.first.day == DECREE_DAY

    @property
    def plain(self) -> "Period":
        """The calendar period of the same name: of the year 2021 by the decree, 01/01–31/12/2021."""
        return Period(add_months(self.first, 1), end_of_month(self.last)) if self.is_decree else self

    @property
    def decree(self) -> "Period":
        """The period of the same name by the decree."""
        return (
            self if self.is_decree else Period(self.opening_by_decree(self.first), self.last.replace(day=14))
        )

    @staticmethod
    def opening_by_decree(month: date) -> date:
        """The day on which a calendar month begins by the decree."""
        return add_months(month, -1).replace(day=DECREE_DAY)

    def alike(self, other: "Period") -> "Period":
        """Another period, counted by the calendar that this one is counted by."""
        return other.decree if self.is_decree else other.plain

    def opening_of(self, day: date) -> date:
        """The first day of what begins on a calendar day, such as a phase, as this period's calendar counts it."""
        return self.opening_by_decree(day) if self.is_decree else day

    @property
    def kind(self) -> str:
        """month, quarter, half, year, years (whole years) or span (any other run of months)."""
        if self.is_decree:
            return self.plain.kind
        n = len(self.months)
        if self.first.month == 1 and self.last.month == 12:
            return "year" if n == 12 else "years"
        starts = {1: ("month", 1), 3: ("quarter", 3), 6: ("half", 6)}.get(n)
        return starts[0] if starts and (self.first.month - 1) % starts[1] == 0 else "span"

    @property
    def months(self) -> tuple[date, ...]:
        """First day of every month whose last day lies in it, oldest first."""
        return _months(self.first, self.last, self.is_decree)

    @property
    def text(self) -> str:
        """As `parse` reads it: 2017..2020, 2021, 2021-H1, 2021-Q3, 2021-05; the same for both calendars."""
        if self.is_decree:
            return self.plain.text
        y, m = self.first.year, self.first.month
        match self.kind:
            case "month":
                return f"{y}-{m:02}"
            case "quarter":
                return f"{y}-Q{(m + 2) // 3}"
            case "half":
                return f"{y}-H{1 if m == 1 else 2}"
            case "year":
                return str(y)
            case "years":
                return f"{y}..{self.last.year}"
        return f"{y}-{m:02}..{self.last.year}-{self.last.month:02}"

    @property
    def name_vi(self) -> str:
        """In running Vietnamese text: “giai đoạn 2017–2020”, “6 tháng đầu năm 2021”, “quý III/2021”; by the decree
        with its days: “năm 2021 (từ 15/12/2020 đến 14/12/2021)”."""
        if self.is_decree:
            return f"{self.plain.name_vi} (từ {self.first:%d/%m/%Y} đến {self.last:%d/%m/%Y})"
        y, m = self.first.year, self.first.month
        match self.kind:
            case "month":
                return f"tháng {m}/{y}"
            case "quarter":
                return f"quý {ROMAN[(m - 1) // 3]}/{y}"
            case "half":
                return f"6 tháng {'đầu' if m == 1 else 'cuối'} năm {y}"
            case "year":
                return f"năm {y}"
            case "years":
                return f"giai đoạn {y}–{self.last.year}"
        return f"từ tháng {m}/{y} đến tháng {self.last.month}/{self.last.year}"

    @property
    def name_en(self) -> str:
        """In running English text."""
        if self.is_decree:
            return f"{self.plain.name_en} ({self.first:%d/%m/%Y} to {self.last:%d/%m/%Y})"
        y, m = self.first.year, self.first.month
        match self.kind:
            case "month":
                return f"{self.first:%B} {y}"
            case "quarter":
                return f"quarter {ROMAN[(m - 1) // 3]} of {y}"
            case "half":
                return f"{'first' if m == 1 else 'second'} half of {y}"
            case "year":
                return str(y)
            case "years":
                return f"{y}–{self.last.year}"
        return f"{self.first:%B} {y} to {self.last:%B} {self.last.year}"

    def holds(self, day: date | None) -> bool:
        """Whether the day is in the period; an unknown day is not."""
        return day is not None and self.first <= day <= self.last

    def within(self, first: date, last: date) -> bool:
        """Whether the whole period lies between two days."""
        return first <= self.first and self.last <= last

    def cut(self, first: date, last: date) -> "Period | None":
        """The part that lies between two days, in whole months; None if nothing of it does.

        By the decree it is cut where the calendar period of its name would be: a phase that begins with 2021 begins
        with the reporting year 2021.
        """
        if self.is_decree:
            part = self.plain.cut(first, last)
            return part and part.decree
        start, end = max(self.first, first.replace(day=1)), min(self.last, end_of_month(last))
        return Period(start, end) if start <= end else None

    def previous(self) -> "Period | None":
        """The same months of the year before; None for more than a year, which has no such counterpart."""
        if len(self.months) > 12:
            return None
        if self.is_decree:
            before = self.plain.previous()
            return before and before.decree
        first = self.first.replace(year=self.first.year - 1)
        return Period(first, end_of_month(date(self.last.year - 1, self.last.month, 1)))


@lru_cache(maxsize=256)
def _months(first: date, last: date, is_decree: bool) -> tuple[date, ...]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return tuple(add_months(first, n) for n in range(count + (not is_decree)))


@lru_cache(maxsize=4096)
def add_months(month: date, count: int) -> date:
    """First day of the month that many months later (earlier when negative)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


@lru_cache(maxsize=4096)
def end_of_month(day: date) -> date:
    """Last day of the month a day is in."""
    return add_months(day, 1) - timedelta(days=1)


def parse(text: str) -> Period:
    """Read 2017..2020, 2021, 2021-H1, 2021-Q3 or 2021-05; two months joined by .. are a span.

    Raises PeriodError for anything else, also for years before 2000 or after 2100 and for spans that run backwards.
    """
    text = text.strip()
    first, dots, last = text.partition("..")
    try:
        if not dots:
            return _one(text)
        return Period(_one(first).first, _one(last).last)
    except ValueError as error:
        raise PeriodError(text) from error


def _one(text: str) -> Period:
    found = re.fullmatch(r"(\d{4})(?:-(?:([Hh][12])|([Qq][1-4])|(\d{2})))?", text)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(text)
    year = int(found[1])
    if found[2]:
        return _run(year, 6 * int(found[2][1]) - 5, 6)
    if found[3]:
        return _run(year, 3 * int(found[3][1]) - 2, 3)
    if found[4]:
        return _run(year, int(found[4]), 1)
    return _run(year, 1, 12)


def _run(year: int, month: int, count: int) -> Period:
    first = date(year, month, 1)
    return Period(first, end_of_month(add_months(first, count - 1)))
