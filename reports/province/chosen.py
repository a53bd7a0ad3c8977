"""By what a report measures, in sentences for part I.3 and Phụ lục IV: phases, age, calendar, boundaries, own rules.

All words come in pairs, Vietnamese and English.
"""

from collections.abc import Sequence
from decimal import Decimal

from reports import language
from reports.indicators import REGISTER
from reports.period import Period
from reports.province.clubs import BAND_NAMES
from reports.province.goals import RULE_OF
from reports.settings import Settings
from reports.standards import Phase, Rule, Standards

Words = tuple[str, str]
INDICATOR_OF = {rule: code for code, rule in RULE_OF.items()}
SIGNS = {"percent": "%"}


def words(
    period: Period, phase: Phase, settings: Settings, phases: Sequence[Phase], standards: Standards
) -> tuple[Words, ...]:
    """What a reader must know to tell this report from another of the same days. phase: the one its tables follow;
    phases: those it is measured by; standards: as they are without the report's own rules."""
    lines = [_phase(one, settings) for one in phases] + [_calendar(period)]
    for name in settings.rules:
        held = standards.phase(phase.code)
        lines.append(_own(name, phase.rules[name], held.rule(name) if held else None))
    return tuple(lines)


def _phase(phase: Phase, settings: Settings) -> Words:
    chosen_vi = " (chọn cho báo cáo này)" if settings.phase else ""
    chosen_en = " (chosen for this report)" if settings.phase else ""
    own_vi = " (đặt riêng cho báo cáo này)" if settings.older_age else ""
    own_en = " (set for this report)" if settings.older_age else ""
    return (
        f"tiêu chuẩn {phase.name_vi[:1].lower()}{phase.name_vi[1:]}{chosen_vi}: người cao tuổi tính từ đủ "
        f"{phase.older_age} tuổi{own_vi}, người trẻ là người dưới tuổi đó",
        f"standards of the {phase.name_en[:1].lower()}{phase.name_en[1:]}{chosen_en}: older people are those of "
        f"{phase.older_age} and above{own_en}, young people those below",
    )


def _calendar(period: Period) -> Words:
    if not period.is_decree:
        return "kỳ báo cáo theo tháng, năm dương lịch", "periods are calendar months and years"
    first, last = period.months[0], period.months[-1]
    return (
        f"kỳ báo cáo theo Nghị định số 09/2019/NĐ-CP (từ ngày 15 tháng trước đến ngày 14); câu lạc bộ báo "
        f"cáo theo tháng dương "
        f"lịch nên kỳ này gồm các tháng kết thúc trong kỳ, từ {language.month(first)} đến {language.month(last)}",
        f"periods are those of Decree 09/2019/NĐ-CP (from the 15th of the month before to the 14th); clubs report "
        f"calendar months, of which this period has those that end in it, {language.month(first, language='en')} to "
        f"{language.month(last, language='en')}",
    )


def _own(name: str, rule: Rule, held: Rule | None) -> Words:
    label_vi, label_en = _label(name)
    instead_vi = f" (tiêu chuẩn: {_ends(held, 'vi')})" if held else " (tiêu chuẩn không nêu)"
    instead_en = f" (standard: {_ends(held, 'en')})" if held else " (no standard)"
    return (
        f"quy định riêng của báo cáo này: {label_vi} {_ends(rule, 'vi')}{instead_vi}",
        f"a rule of this report only: {label_en} {_ends(rule, 'en')}{instead_en}",
    )


def _label(name: str) -> Words:
    entry = REGISTER.get(INDICATOR_OF.get(name, ""))
    if name in BAND_NAMES:
        named = BAND_NAMES[name][:2]
    elif entry:
        named = entry.name_vi, entry.name_en
    else:
        named = f"“{name}”", f"“{name}”"
    return _inside(named[0]), _inside(named[1])


def _inside(text: str) -> str:
    """The text inside a sentence: its first letter small, but not that of an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _ends(rule: Rule, code: str) -> str:
    """60–70%; từ 75%; không quá 10%."""
    sign = SIGNS.get(rule.measure, "")

    def shown(value: Decimal) -> str:
        if rule.measure == "VND":
            return language.money(int(value), language=code)
        return language.number(value, 0 if value == value.to_integral_value() else 1, language=code) + sign

    if rule.low is not None and rule.high is not None:
        return f"{shown(rule.low).removesuffix(sign)}–{shown(rule.high)}"
    if rule.low is not None:
        return f"{'từ' if code == 'vi' else 'at least'} {shown(rule.low)}"
    assert rule.high is not None
    return f"{'không quá' if code == 'vi' else 'at most'} {shown(rule.high)}"
