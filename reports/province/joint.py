"""The goal “borrowed and improved their income”: the share that borrowed, joined with what borrowers say in the survey.

Who borrowed is known of every member, whose income rose only of those asked: the goal's figure is the one share of the
other, an estimate. It needs a survey round in the period.
"""

from dataclasses import replace
from decimal import Decimal

from reports import language
from reports.indicators import Context, Value, e
from reports.province.model import Goal

METRICS = frozenset({"members_borrowing_and_income_improved_share"})
"""Targets that ask for more than C05 measures."""
NAME_VI, NAME_EN = (
    "Tỷ lệ thành viên được vay vốn và cải thiện thu nhập",
    "Members who borrowed and improved their income",
)
NEEDS_SURVEY = (
    "chỉ tiêu gồm cả cải thiện thu nhập, cần kết quả khảo sát; số in là phần được vay vốn",
    "the goal asks for improved income too, which a survey tells; the figure is the share that borrowed",
)


def is_asked(ctx: Context, goal: Goal | None) -> bool:
    """Whether a goal asks for both."""
    return goal is not None and any(
        t.fact_id == goal.fact_id and t.metric in METRICS for t in ctx.data.targets
    )


def improved(ctx: Context, goal: Goal | None) -> Value | None:
    """E01 for a goal that asks for both; None for other goals, and where no round in the period tells."""
    value = e.e01(ctx) if is_asked(ctx, goal) else None
    return value if value and value.is_known else None


def joined(borrowed: Value, improved: Value) -> Value:
    """The share of members who borrowed and improved, in percent; `phase` among the parts likewise. An estimate has no
    numerator and no denominator; the interval is that of the survey."""
    parts = {"phase": joined(borrowed.parts["phase"], improved)} if "phase" in borrowed.parts else {}
    if borrowed.value is None or improved.value is None or improved.interval is None:
        return replace(borrowed, value=None, numerator=None, denominator=None, parts=parts)
    share = Decimal(borrowed.value) / 100
    low, high = improved.interval
    return replace(
        borrowed,
        value=share * improved.value,
        numerator=None,
        denominator=None,
        parts=parts,
        interval=(share * low, share * high),
    )


def words(borrowed: Value, improved: Value) -> tuple[str, str]:
    """How the figure was made: “ước tính: 45% được vay từ đầu giai đoạn × 52,1% người vay tăng thu nhập …”; without the
    shares where that of the survey is withheld."""
    if improved.is_withheld:
        return (
            f"ước tính lũy kế; khảo sát {improved.denominator} người vay",
            f"estimate since the phase began; {improved.denominator} borrowers asked",
        )
    lent = borrowed.parts.get("phase", borrowed).value
    return (
        f"ước tính lũy kế: {language.percent(lent)} thành viên được vay × {language.percent(improved.value)} người vay "
        f"tăng thu nhập; khảo sát {improved.denominator} người vay",
        f"estimate since the phase began: {language.percent(lent, language='en')} of members borrowed × "
        f"{language.percent(improved.value, language='en')} of borrowers whose income rose; "
        f"{improved.denominator} borrowers asked",
    )
