"""Periods of a report: a month, a quarter, half a year, a year, or a span of years."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

ROMAN = ("I", "II", "III", "IV")
FIRST_YEAR, LAST_YEAR = 2000, 2100


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
    """First and last day, both inclusive; always whole months."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last or self.first.day != 1 or (self.last + timedelta(days=1)).day != 1:
            raise ValueError(f"a period is made of whole months, not {self.first}–{self.last}")

    @property
    def kind(self) -> str:
        """month, quarter, half, year, years (whole years) or span (any other run of months)."""
        n = len(self.months)
        if self.first.month == 1 and self.last.month == 12:
            return "year" if n == 12 else "years"
        starts = {1: ("month", 1), 3: ("quarter", 3), 6: ("half", 6)}.get(n)
        return starts[0] if starts and (self.first.month - 1) % starts[1] == 0 else "span"

    @property
    def months(self) -> tuple[date, ...]:
        """First day of every month, oldest first."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return tuple(add_months(self.first, n) for n in range(count))

    @property
    def text(self) -> str:
        """As `parse` reads it: 2017..2020, 2021, 2021-H1, 2021-Q3, 2021-05."""
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
        """In running Vietnamese text: “giai đoạn 2017–2020”, “6 tháng đầu năm 2021”, “quý III/2021”."""
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
        """The part that lies between two days, in whole months; None if nothing of it does."""
        start, end = max(self.first, first.replace(day=1)), min(self.last, end_of_month(last))
        return Period(start, end) if start <= end else None

    def previous(self) -> "Period | None":
        """The same months of the year before; None for more than a year, which has no such counterpart."""
        if len(self.months) > 12:
            return None
        first = self.first.replace(year=self.first.year - 1)
        return Period(first, end_of_month(date(self.last.year - 1, self.last.month, 1)))


def add_months(month: date, count: int) -> date:
    """First day of the month that many months later (earlier when negative)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


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
