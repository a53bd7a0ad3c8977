"""The settings of one report: by what it measures, over which boundaries and calendar.

Whatever differs from the standards is printed in the report (part I.3 and Phụ lục IV), so that two reports of the same
days can be told apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from reports.period import Period
from reports.standards import RULES, Phase, Rule, Standards

CALENDARS = ("calendar", "decree")
"""Calendar years, or the reporting periods of Nghị định 09/2019/NĐ-CP."""
AGES = range(40, 101)
ASKED_AGES = (55, 60, 65, 70, 75, 80)
"""Those of them that can be asked for: ages a year apart would tell how many members are just that old."""
RULE_BOUND, RULE_DECIMALS = 10**12, 4
"""No money or share of a rule reaches the bound: 1e999999999 would be written with as many zeros."""
OWN = "cài đặt của báo cáo"
"""Document of a rule that the report itself sets."""


class SettingsError(ValueError):
    """A setting that cannot be used; says what was found and what is understood, in both languages."""

    def __init__(self, message_vi: str, message_en: str) -> None:
        self.message_vi, self.message_en = message_vi, message_en
        super().__init__(message_vi)


@dataclass(frozen=True, slots=True)
class Settings:
    """What was chosen for a report. Everything left alone follows the standards.

    phase: code of the phase to measure the whole report by; None: the phases that the period lies in.
    older_age: full years from which members count as older; None: the phase's own.
    rules: (low, high) in place of the phase's own, by name; None is an open end.
    geography_as_of: the day whose boundaries count; None: the last day of the period, or today if that comes first.
    calendar: calendar or decree.
    Raises SettingsError.
    """

    phase: str | None = None
    older_age: int | None = None
    rules: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    geography_as_of: date | None = None
    calendar: str = "calendar"

    def __post_init__(self) -> None:
        if self.older_age is not None and self.older_age not in AGES:
            raise SettingsError(
                f"Tuổi của người cao tuổi là số từ 40 đến 100, không phải {self.older_age}.",
                f"The age of older people is a number from 40 to 100, not {self.older_age}.",
            )
        if self.calendar not in CALENDARS:
            raise SettingsError(
                f"Không có lịch báo cáo “{self.calendar}”. Chọn calendar (năm dương lịch) hoặc decree (Nghị định "
                "09/2019/NĐ-CP).",
                f"There is no calendar “{self.calendar}”. Choose calendar (calendar years) or decree (Nghị định "
                "09/2019/NĐ-CP).",
            )
        for name in self.rules:
            if name not in RULES:
                raise SettingsError(
                    f"Không có quy định tên “{name}”. Xem trang quy_dinh của tệp tiêu chuẩn.",
                    f"There is no rule “{name}”. See the sheet quy_dinh of the standards workbook.",
                )

    def over(self, period: Period) -> Period:
        """The period of that name by the calendar chosen."""
        return period.decree if self.calendar == "decree" else period

    def applied(self, standards: Standards) -> Standards:
        """The standards with the report's own age and rules. Raises SettingsError for a phase that they lack."""
        if self.phase is not None and standards.phase(self.phase) is None:
            known = ", ".join(phase.code for phase in standards.phases)
            raise SettingsError(
                f"Không có giai đoạn “{self.phase}”; chỉ có: {known}.",
                f"There is no phase “{self.phase}”; there are: {known}.",
            )
        return Standards(tuple(self._own(phase) for phase in standards.phases))

    def split(self, standards: Standards, period: Period) -> tuple[tuple[Phase, Period], ...]:
        """The parts of the period with the phase each is measured by: the one chosen, else those it lies in."""
        chosen = standards.phase(self.phase) if self.phase else None
        return ((chosen, period),) if chosen else standards.split(period)

    def _own(self, phase: Phase) -> Phase:
        rules = dict(phase.rules)
        for name, (low, high) in self.rules.items():
            held = rules.get(name)
            rules[name] = Rule(name, low, high, held.measure if held else "", OWN)
        return replace(phase, older_age=self.older_age or phase.older_age, rules=rules)


def age_of(text: str) -> int | None:
    """The age of older people as it is typed; None for none. Raises SettingsError unless it is one of ASKED_AGES."""
    if not text:
        return None
    if text not in map(str, ASKED_AGES):
        known = ", ".join(map(str, ASKED_AGES))
        raise SettingsError(
            f"Tuổi của người cao tuổi chọn trong: {known}; không phải “{text}”.",
            f"The age of older people is one of {known}, not “{text}”.",
        )
    return int(text)


def rule_of(text: str) -> tuple[str, tuple[Decimal | None, Decimal | None]]:
    """A rule as it is typed: women=60..70 a band, m5_min_attendance=75 a minimum, overdue=..10 a maximum.

    Raises SettingsError.
    """
    name, equals, value = (part.strip() for part in text.partition("="))
    low, dots, high = (part.strip() for part in value.partition(".."))
    try:
        ends = tuple(Decimal(end) if end else None for end in ((low, high) if dots else (low, "")))
        if not equals or ends == (None, None) or not all(end is None or _is_sane(end) for end in ends):
            raise ArithmeticError
        if ends[0] is not None and ends[1] is not None and ends[0] > ends[1]:
            raise ArithmeticError
    except ArithmeticError as error:
        raise SettingsError(
            f"Không hiểu quy định “{text}”. Viết women=60..70 (khung), m5_min_attendance=75 (ít nhất) "
            f"hoặc overdue=..10 "
            "(không quá).",
            f"“{text}” is not a rule. Write women=60..70 (a band), m5_min_attendance=75 (at least) or overdue=..10 (at "
            "most).",
        ) from error
    return name, (ends[0], ends[1])


def _is_sane(end: Decimal) -> bool:
    return end.is_finite() and abs(end) < RULE_BOUND and end == round(end, RULE_DECIMALS)


DEFAULT = Settings()
"""Everything by the standards."""
