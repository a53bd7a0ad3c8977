"""What stands beside a figure of table 1: the further figures its definition asks for, and the clubs that told nothing.

All words come in pairs, Vietnamese and English; an empty pair where there is nothing to add.
"""

from collections.abc import Callable, Mapping

from reports import language
from reports.indicators import Value
from reports.standards import Phase

Words = tuple[str, str]
NOTHING: Words = ("", "")
COUNTED_APART = frozenset({"A03"})
"""Its missing clubs are missing in another figure, the clubs that are active, which table 2 holds."""


def words(value: Value, phase: Phase) -> Words:
    """The further figures of a value, then the number of clubs missing in it."""
    found = [FURTHER[value.code](value, phase)] if value.code in FURTHER and value.is_known else []
    if value.missing and value.code not in COUNTED_APART:
        clubs = "club" if value.missing == 1 else "clubs"
        found.append(
            (f"{language.padded(value.missing)} CLB chưa có số liệu", f"no data of {value.missing} {clubs}")
        )
    return "; ".join(vi for vi, _ in found if vi), "; ".join(en for _, en in found if en)


def _size(value: Value, phase: Phase) -> Words:
    return _clubs(value.parts.get("in_band"), "trong khung", "within the band")


def _borrowed(value: Value, phase: Phase) -> Words:
    rule = phase.rule("borrowed_min_share")
    least = None if rule is None else rule.low
    return _clubs(
        value.parts.get("clubs"),
        f"có từ {language.percent(least)} thành viên được vay từ đầu giai đoạn",
        f"lent to at least {language.percent(least, language='en')} of their members since the phase began",
    )


def _assessed(value: Value, phase: Phase) -> Words:
    pair = f"{value.numerator}/{value.denominator}"
    return f"đạt {pair} CLB đủ kỳ đánh giá", f"{pair} of the clubs assessed"


def _initial(value: Value, phase: Phase) -> Words:
    first = value.parts["initial"].value
    if first is None:
        return NOTHING
    return (
        f"theo quỹ ban đầu của CLB thành lập trong giai đoạn: {language.percent(first)}",
        f"by the first fund of clubs founded in the phase: {language.percent(first, language='en')}",
    )


def _overdue(value: Value, phase: Phase) -> Words:
    loans, late = value.parts["loans"].numerator or 0, value.parts["amount_90"].numerator or 0
    if not loans:
        return NOTHING
    return (
        f"{language.padded(loans)} khoản; quá hạn trên 90 ngày: {language.money(late)}",
        f"{loans} loans; more than 90 days late: {language.money(late, language='en')}",
    )


def _clubs(value: Value | None, vi: str, en: str) -> Words:
    if value is None or not value.denominator:
        return NOTHING
    pair = f"{value.numerator}/{value.denominator}"
    return f"{pair} CLB {vi}", f"{pair} clubs {en}"


FURTHER: Mapping[str, Callable[[Value, Phase], Words]] = {
    "B01": _size,
    "C04": _initial,
    "C05": _borrowed,
    "C09": _overdue,
    "D07": _assessed,
}
