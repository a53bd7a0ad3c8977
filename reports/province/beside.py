"""What stands beside a figure of table 1: the further figures its definition asks for, and the clubs that told nothing.

All words come in pairs, Vietnamese and English; an empty pair where there is nothing to add.
"""

from collections.abc import Callable, Mapping

from reports import language
from reports.indicators import Value
from reports.standards import Phase

Words = tuple[str, str]
NOTHING: Words = ("", "")
COUNTED_APART = frozenset({"A03", "D03", "E01", "E02", "E03", "E04"})
"""The missing clubs of A03 are missing in another figure, the clubs that are active, which table 2 holds; those of D03
are in it, as clubs that sent no report in time; a survey asks some clubs only, and says how many."""


def words(value: Value, phase: Phase) -> Words:
    """The further figures of a value, then the number of clubs missing in it."""
    found = [FURTHER[value.code](value, phase)] if _is_told(value) else []
    if value.missing and value.code not in COUNTED_APART:
        clubs = "club" if value.missing == 1 else "clubs"
        found.append(
            (f"{language.padded(value.missing)} CLB chưa có số liệu", f"no data of {value.missing} {clubs}")
        )
    return "; ".join(vi for vi, _ in found if vi), "; ".join(en for _, en in found if en)


def _is_told(value: Value) -> bool:
    return value.code in FURTHER and (value.is_known or value.is_withheld)


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


def _volunteers(value: Value, phase: Phase) -> Words:
    least = phase.whole("a3_min_volunteers")
    return _clubs(value.parts.get("clubs"), f"có từ {least} người trở lên", f"have at least {least}")


def _cared_for(value: Value, phase: Phase) -> Words:
    people = value.parts["recipients"].numerator
    if not people:
        return NOTHING
    return (
        f"{language.number(people)} người được chăm sóc",
        f"{language.number(people, language='en')} people cared for",
    )


def _checked(value: Value, phase: Phase) -> Words:
    checks = value.parts["checks"].numerator
    return (
        f"tổng số {language.number(checks)} lượt khám",
        f"{language.number(checks, language='en')} checks in all",
    )


def _measured(value: Value, phase: Phase) -> Words:
    """The further shares of D14, as far as anybody was measured."""
    told = [
        (vi.format(language.percent(part.value)), en.format(language.percent(part.value, language="en")))
        for name, (vi, en) in MEASURED.items()
        if (part := value.parts[name]).is_known
    ]
    return "; ".join(vi for vi, _ in told), "; ".join(en for _, en in told)


def _helped(value: Value, phase: Phase) -> Words:
    persons, events = value.parts["persons"].numerator, value.parts["events"].numerator
    vi = f"giúp {language.number(persons)} lượt người, {language.number(events)} việc cộng đồng"
    spoken = language.number(persons, language="en"), language.number(events, language="en")
    return vi, f"{spoken[0]} people helped, {spoken[1]} works for the community"


def _survey(value: Value, phase: Phase) -> Words:
    """Whom the survey asked and how sure its figure is; the parts of E02 and the lonely of E04."""
    clubs = value.parts["clubs"].numerator or 0
    people = (value.denominator or 0) // (5 if value.code == "E04" else 1)
    vi, en = (
        [f"khảo sát tại {language.padded(clubs)} CLB, {people} người trả lời"],
        [f"asked in {clubs} clubs, {people} answered"],
    )
    if value.interval:
        decimals = 2 if value.code == "E04" else 1
        low, high = (language.number(end, decimals) for end in value.interval)
        vi.append(f"khoảng tin cậy 95%: {low}–{high}")
        low, high = (language.number(end, decimals, language="en") for end in value.interval)
        en.append(f"95% confidence interval {low}–{high}")
    for name, (word_vi, word_en) in SURVEYED.items():
        if name in value.parts:
            part = value.parts[name]
            vi.append(f"{word_vi} {'*' if part.is_withheld else language.percent(part.value)}")
            en.append(f"{word_en} {'*' if part.is_withheld else language.percent(part.value, language='en')}")
    return "; ".join(vi), "; ".join(en)


def _clubs(value: Value | None, vi: str, en: str) -> Words:
    if value is None or not value.denominator:
        return NOTHING
    pair = f"{value.numerator}/{value.denominator}"
    return f"{pair} CLB {vi}", f"{pair} clubs {en}"


MEASURED = {
    "weight": ("được cân {}", "{} weighed"),
    "bp_high": ("huyết áp từ 140/90: {}", "140/90 or above: {}"),
    "bmi_low": ("BMI dưới 18,5: {}", "BMI below 18.5: {}"),
    "bmi_high": ("BMI từ 23: {}", "BMI from 23: {}"),
}
SURVEYED = {
    "health": ("sức khỏe", "health"),
    "knowledge": ("kiến thức", "knowledge"),
    "rights": ("quyền lợi", "rights"),
    "lonely": ("thường xuyên cô đơn", "often lonely"),
}
FURTHER: Mapping[str, Callable[[Value, Phase], Words]] = {
    "B01": _size,
    "C04": _initial,
    "C05": _borrowed,
    "C09": _overdue,
    "D07": _assessed,
    "D11": _volunteers,
    "D12": _cared_for,
    "D13": _checked,
    "D14": _measured,
    "D16": _helped,
    "E01": _survey,
    "E02": _survey,
    "E03": _survey,
    "E04": _survey,
}
