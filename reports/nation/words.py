"""How the report of the country words codes and figures, in the language it is printed in."""

from dataclasses import dataclass
from decimal import Decimal

from reports import language, words
from reports.indicators.base import Number
from reports.nation.chart import Class
from reports.nation.model import FundBand, ProvinceRow, TargetRow
from reports.privacy import Masked
from reports.province.model import Goal
from reports.targets import Verdict

Pair = tuple[str, str]
UNITS: dict[str, Pair] = {
    "club": ("CLB", "clubs"),
    "person": ("người", "people"),
    "percent": ("%", "%"),
    "province": ("tỉnh", "provinces"),
    "VND": ("triệu đồng", "VND million"),
    "month": ("tháng", "months"),
}
STATUS: dict[str, tuple[str, str, str]] = {
    "dat": ("●", "Đạt", "Reached"),
    "gan_dat": ("◊", "Gần đạt", "Nearly reached"),
    "chua_dat": ("○", "Chưa đạt", "Not reached"),
    "chua_co_so_lieu": ("", "Chưa có số liệu", "No data"),
    "duoi_khung": ("▼", "Dưới khung", "Below the band"),
    "trong_khung": ("●", "Trong khung", "Within the band"),
    "tren_khung": ("▲", "Trên khung", "Above the band"),
    "khong_giao": ("", "Không giao", "No target"),
    "chua_den_han": ("", "Chưa đến hạn", "Not yet due"),
    "chua_dap_ung": ("◊", "Chưa đáp ứng", "Not met"),
    "khong_in": ("*", "Không in", "Not printed"),
}
SIGNS = {">=": "≥{}", ">": ">{}", "<=": "≤{}", "~": "≈{}", "=": "{}"}

AIMS: dict[str, Pair] = {
    ">=": ("từ {} trở lên", "at least {}"),
    ">": ("trên {}", "above {}"),
    "<=": ("không quá {}", "at most {}"),
    "~": ("khoảng {}", "about {}"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of one language (vi, en)."""

    code: str

    def say(self, vi: str, en: str) -> str:
        """Of a pair the one to print."""
        return en if self.code == "en" else vi

    def name(self, thing: object) -> str:
        """The name of anything that has one in both languages."""
        return str(getattr(thing, f"name_{self.code}"))

    def note(self, row: TargetRow) -> str:
        """What a reader must know of a row; empty: nothing."""
        if row.unit == "percent" and row.numerator is not None and row.denominator:
            parts = f"{self.number(row.numerator)}/{self.number(row.denominator)}"
        else:
            parts = ""
        derived = self.say("số suy ra", "derived") if row.goal.kind == "derived" else ""
        missing = ""
        if row.missing:
            number = self.number(row.missing)
            missing = self.say(f"{number} CLB chưa có số liệu", f"{number} clubs without data")
        own = self.say(row.note_vi, row.note_en)
        return "; ".join(part for part in (own, parts if not row.note_vi else "", missing, derived) if part)

    def unit(self, code: str) -> str:
        """ĐVT of a table."""
        return self.say(*UNITS.get(code, (code, code)))

    def number(self, value: Number | Masked | None, decimals: int = 0) -> str:
        """A figure; None is “–”, a masked one its mark."""
        if isinstance(value, Masked):
            return words.people(value, lang=self.code)
        return language.number(value, decimals, language=self.code)

    def figure(self, value: Number | Masked | None, unit: str, decimals: int = 0) -> str:
        """A cell: money in millions, percent without its sign."""
        if unit == "VND" and not isinstance(value, Masked):
            return language.million(None if value is None else int(value), 1, language=self.code)
        return self.number(value, decimals)

    def goal(self, goal: Goal | None) -> str:
        """≥3.000; 60–70; “–” where nothing is demanded."""
        if goal is None or goal.op == "none":
            return language.MISSING
        low = self._plain(goal.low)
        if goal.op == "range" and goal.high is not None:
            return f"{low}–{self._plain(goal.high)}"
        return SIGNS[goal.op].format(low)

    def aim(self, goal: Goal) -> str:
        """A goal in a sentence: từ 3.000 trở lên; 60–70%; khoảng 1.200."""
        shown = self._plain(goal.low) if goal.op in AIMS else self.goal(goal)
        if goal.measure == "percent":
            shown += "%"
        return self.say(*AIMS[goal.op]).format(shown) if goal.op in AIMS else shown

    def _plain(self, value: Decimal) -> str:
        return self.number(value, 0 if value == value.to_integral_value() else 1)

    def status(self, verdict: Verdict) -> str:
        """The word with the symbol that tells it without colour."""
        symbol, vi, en = STATUS[verdict.status]
        return f"{symbol} {self.say(vi, en)}".strip()

    def rate(self, verdict: Verdict) -> str:
        """Actual over plan in percent; a figure short of a mark is never rounded up to it."""
        value = verdict.attainment
        if value is None:
            return language.MISSING
        for mark in (Decimal(80), Decimal(100)):
            if mark - Decimal("0.05") <= value < mark:
                return self.number(mark - Decimal("0.1"), 1)
        return self.number(value, 1)

    def place(self, row: ProvinceRow) -> str:
        """The head of a row of the table of provinces."""
        if row.unit is not None:
            if self.code == "en":
                return row.unit.name
            return row.unit.full_name
        if row.kind == "undecided":
            return self.say("Chưa xác định tỉnh", "Province not known")
        return self.say("Cả nước", "Whole country")

    def fund_band(self, band: FundBand) -> str:
        """dưới 20 triệu đồng; từ 20 triệu đồng đến dưới 30 triệu đồng; từ 30 triệu đồng trở lên."""
        low, high = (language.money(end, language=self.code) for end in (band.low, band.high))
        if band.low is None:
            return self.say(f"dưới {high}", f"below {high}")
        if band.high is None:
            return self.say(f"từ {low} trở lên", f"{low} and above")
        return self.say(f"từ {low} đến dưới {high}", f"{low} to below {high}")

    def provinces(self, count: int) -> str:
        """So many provinces."""
        number = self.number(count)
        return self.say(f"{number} tỉnh", f"{number} province{'' if count == 1 else 's'}")

    def klass(self, one: Class, unit: str) -> str:
        """A row of the map's legend."""
        if one.low is None:
            if one.fill == "none":
                return self.say("Chưa có CLB", "No club")
            if one.fill == "withheld":
                return self.say("Không in (ít người)", "Not printed (few people)")
            return self.say("Chưa có số liệu", "No data")
        decimals = 1 if unit == "percent" else 0
        low, high = self.number(one.low, decimals), self.number(one.high, decimals)
        span = low if low == high else f"{low}–{high}"
        return f"{span}%" if unit == "percent" else f"{span} {self.unit(unit)}"
