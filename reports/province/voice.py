"""How figures stand in running text, in one language: counts, amounts, goals and what was reached of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from reports import catalogue, language
from reports.privacy import Masked
from reports.province.model import Goal, TargetRow
from reports.targets import Verdict


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is printed."""
    return text


COUNTED = {
    "club": (_("%(n)s câu lạc bộ"), "%(n)s club"),
    "person": (_("%(n)s người"), "%(n)s person"),
    "member": (_("%(n)s thành viên"), "%(n)s member"),
    "meeting": (_("%(n)s buổi"), "%(n)s meeting"),
    "visit": (_("%(n)s lượt"), "%(n)s visit"),
    "volunteer": (_("%(n)s tình nguyện viên"), "%(n)s volunteer"),
    "day": (_("%(n)s ngày công"), "%(n)s day of work"),
    "target": (_("%(n)s chỉ tiêu"), "%(n)s target"),
    "commune": (_("%(n)s xã, phường"), "%(n)s commune"),
    "month": (_("%(n)s tháng"), "%(n)s month"),
    "area": (_("%(n)s mảng"), "%(n)s area"),
    "province": (_("%(n)s tỉnh, thành phố"), "%(n)s province"),
    "loan": (_("%(n)s khoản vay"), "%(n)s loan"),
}
"""What is counted: in Vietnamese, and in English where it is one."""
OPERATORS = {
    ">=": _("từ %(value)s trở lên"),
    ">": _("trên %(value)s"),
    "<=": _("không quá %(value)s"),
    "~": _("khoảng %(value)s"),
}

AIMS = {">=": _("ít nhất %(value)s"), ">": _("trên %(value)s"), "~": _("khoảng %(value)s")}


def in_full(text: str) -> str:
    """A label of a table as it stands in a sentence: “câu lạc bộ” written out. Source: docs/decisions/layout.md."""
    return re.sub(r"\bCLB\b", "câu lạc bộ", text)


@dataclass(frozen=True)
class Voice:
    """One language (vi, en)."""

    lang: str

    def say(self, text: str, **places: str) -> str:
        """A text of the catalogue with its places filled."""
        return catalogue.of(self.lang).gettext(text) % places

    def count(self, number: int, noun: str) -> str:
        """05 câu lạc bộ; 5 clubs; 1 club."""
        many, one = COUNTED[noun]
        shown = language.padded(number, language=self.lang)
        return one % {"n": shown} if self.lang == "en" and number == 1 else self.say(many, n=shown)

    def percent(self, value: Decimal | int | None) -> str:
        """136,7%; 136.7%."""
        return language.percent(value, language=self.lang)

    def money(self, value: int | None) -> str:
        """2,05 tỷ đồng; 2.05 billion VND."""
        return language.money(value, language=self.lang)

    def amount(self, value: Decimal | int | None, unit: str) -> str:
        """A figure with its unit."""
        if value is None:
            return language.MISSING
        if unit == "percent":
            return self.percent(value)
        if unit == "VND":
            return self.money(int(value))
        if unit in COUNTED and value == int(value):
            return self.count(int(value), unit)
        shown = language.number(value, 0 if value == int(value) else 1, language=self.lang)
        return self.say(COUNTED[unit][0], n=shown) if unit in COUNTED else shown

    def goal(self, goal: Goal) -> str:
        """từ 70% trở lên; 60%–70%; 20 câu lạc bộ."""
        low = self.amount(goal.low, goal.measure)
        if goal.op == "range" and goal.high is not None:
            return f"{language.number(goal.low, language=self.lang)}–{self.amount(goal.high, goal.measure)}"
        return self.say(OPERATORS[goal.op], value=low) if goal.op in OPERATORS else low

    def aim(self, goal: Goal) -> str:
        """Where to raise a figure to: ít nhất 70%; 60–70%; 100%."""
        if goal.op in AIMS:
            return self.say(AIMS[goal.op], value=self.amount(goal.low, goal.measure))
        return self.goal(goal)

    def actual(self, row: TargetRow) -> str:
        """The figure that was held against the goal, told as cumulative where it is; with more decimals where one would
        hide that the goal was missed: 69,97% of 70%."""
        value = None if isinstance(row.judged, Masked) else row.judged
        text = self.amount(value, row.unit)
        if (
            row.goal
            and row.unit == "percent"
            and value != row.goal.low
            and text == self.percent(row.goal.low)
        ):
            text = language.percent(value, 2, language=self.lang)
        return self.say(_("lũy kế %(value)s"), value=text) if row.is_cumulative else text

    def attainment(self, verdict: Verdict) -> str:
        """đạt 136,7% kế hoạch, vượt 36,7%; "" where there is no rate. A miss is never rounded up to a mark."""
        if verdict.attainment is None:
            return ""
        rate = verdict.attainment
        if Decimal("99.95") <= rate < 100:
            rate = Decimal("99.9")
        if verdict.surplus:
            return self.say(
                _("đạt %(rate)s kế hoạch, vượt %(more)s"),
                rate=self.percent(rate),
                more=self.percent(verdict.surplus),
            )
        return self.say(_("đạt %(rate)s kế hoạch"), rate=self.percent(rate))

    def name(self, row: TargetRow) -> str:
        """An indicator inside a sentence, without abbreviation: số câu lạc bộ thành lập mới."""
        return self.inside(
            row.name_en if self.lang == "en" else in_full(row.name_vi.removesuffix(" (lũy kế)"))
        )

    @staticmethod
    def inside(text: str) -> str:
        """A name as it stands inside a sentence, an abbreviation left as it is: giai đoạn 2016–2020; CLB."""
        return text[:1].lower() + text[1:] if text[1:2].islower() else text

    def listed(self, parts: Iterable[str]) -> str:
        """Things told one after the other: a; b; c."""
        return "; ".join(parts)

    @staticmethod
    def opened(text: str) -> str:
        """The text with a capital first letter."""
        return text[:1].upper() + text[1:]
