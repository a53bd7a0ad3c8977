"""What the programme asks for, phase by phase: bands, minimums and windows, all of them data.

Names of rules (reports know no others; each gives low, high or both in the unit named):
size (person); women, older, young, disadvantaged (percent of members); fund_initial_min, fund_band_low,
fund_band_high (VND); active_months, window_months (month); borrowed_min_share (percent);
a1_min_loans, a1_min_outstanding_share (percent of the fund), a1_min_talks; a2_min_meetings, a2_min_clinic_checks,
a2_clinic_months; a3_min_volunteers, a3_min_months; a4_min_months, a4_min_community; a5_min_months; a6_min_meetings;
a7_min_months; a8_min_months; m1_min_meetings; m2_max_difference_share (percent); m3_max_overdue_share (percent);
m4_min_board; m5_min_attendance (percent); m7_min_reports, m7_due_day; m8_months; m9_min_borrowers (percent);
optional_min (how many of m5–m9); average_min_areas (for the grade “trung bình”);
help_month_min, community_month_min (a month, for D16); satisfied_min_score (points of 5), knowledge_min_score and
rights_min_score (right answers, for E02); and what is asked of a whole area: reports_on_time, capital_use,
repaid_on_time, overdue, clinic_checks, measured, self_help, satisfied (percent), care_visits (visit).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from reports.period import Period

BANDS = ("size", "women", "older", "young", "disadvantaged")
"""Rules on the composition of one club, in the order they are printed."""
RULES = (
    *BANDS,
    *("fund_initial_min", "fund_band_low", "fund_band_high", "active_months", "window_months"),
    *("borrowed_min_share", "a1_min_loans", "a1_min_outstanding_share", "a1_min_talks", "a2_min_meetings"),
    *("a2_min_clinic_checks", "a2_clinic_months", "a3_min_volunteers", "a3_min_months", "a4_min_months"),
    *("a4_min_community", "a5_min_months", "a6_min_meetings", "a7_min_months", "a8_min_months"),
    *("m1_min_meetings", "m2_max_difference_share", "m3_max_overdue_share", "m4_min_board"),
    *("m5_min_attendance", "m7_min_reports", "m7_due_day", "m8_months", "m9_min_borrowers", "optional_min"),
    *("average_min_areas", "help_month_min", "community_month_min", "satisfied_min_score"),
    *(
        "knowledge_min_score",
        "rights_min_score",
        "reports_on_time",
        "capital_use",
        "repaid_on_time",
        "overdue",
    ),
    *("care_visits", "clinic_checks", "measured", "self_help", "satisfied"),
)
"""Every rule that reports know, by name."""


PROPOSED = "đề xuất"
"""The word in a rule's document that tells a proposal from what a paper demands."""


class MissingRule(LookupError):
    """A phase has no such rule; nothing can be computed that needs it."""

    def __init__(self, phase: str, rule: str) -> None:
        self.phase, self.rule = phase, rule
        super().__init__(
            f"Giai đoạn {phase} chưa có tiêu chuẩn “{rule}”. Thêm dòng này vào tệp tiêu chuẩn rồi nhập lại."
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One number, or a band, that a phase asks of every club."""

    name: str
    low: Decimal | None
    high: Decimal | None = None
    measure: str = ""
    document: str = ""

    @property
    def is_proposed(self) -> bool:
        """Whether no paper asks for it: its document is written “… (đề xuất …)”. A figure short of it fails nobody."""
        return PROPOSED in self.document.casefold()

    def judge(self, value: Decimal | int | None) -> str | None:
        """below, within or above the band; None when the value is not known. Both ends belong to the band."""
        if value is None:
            return None
        if self.low is not None and value < self.low:
            return "below"
        return "above" if self.high is not None and value > self.high else "within"


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the scheme with the definitions that hold in it, for one province."""

    code: str
    name_vi: str
    name_en: str
    valid_from: date
    valid_to: date
    older_age: int
    """Age in full years from which a member counts as older; everyone below counts as young."""
    document: str = ""
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def rule(self, name: str) -> Rule | None:
        """The rule of that name, or None where the phase has none."""
        return self.rules.get(name)

    def low(self, name: str) -> Decimal:
        """The lower end of a rule (a minimum, a threshold, a count of months). Raises MissingRule."""
        rule = self.rules.get(name)
        if rule is None or rule.low is None:
            raise MissingRule(self.code, name)
        return rule.low

    def high(self, name: str) -> Decimal:
        """The upper end of a rule (a maximum); a rule with only one figure gives that one. Raises MissingRule."""
        rule = self.rules.get(name)
        value = None if rule is None else rule.high if rule.high is not None else rule.low
        if value is None:
            raise MissingRule(self.code, name)
        return value

    def whole(self, name: str) -> int:
        """A rule that counts months, meetings, persons …, as a whole number. Raises MissingRule."""
        return int(self.low(name))


@dataclass(frozen=True, slots=True)
class Standards:
    """The phases of the scheme in order of time."""

    phases: tuple[Phase, ...]

    def phase(self, code: str) -> Phase | None:
        """The phase of that code, or None (such as for clubs founded before the first phase)."""
        return next((p for p in self.phases if p.code == code), None)

    def split(self, period: Period) -> tuple[tuple[Phase, Period], ...]:
        """The period cut at the phases' borders, in order of time.

        Where two phases overlap, the earlier one holds until its last day. Months outside every phase are in no part.
        """
        parts, start = [], date.min
        for phase in sorted(self.phases, key=lambda p: p.valid_from):
            first = max(phase.valid_from, start)
            part = period.cut(first, phase.valid_to) if first <= phase.valid_to else None
            if part:
                parts.append((phase, part))
            start = max(start, phase.valid_to + timedelta(days=1))
        return tuple(parts)
