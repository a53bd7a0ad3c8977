"""What each indicator means, in words: for Phụ lục IV and for the pages that explain the catalogue."""

from collections.abc import Iterable
from decimal import Decimal

from reports import language
from reports.indicators import REGISTER
from reports.indicators.base import Indicator, sides
from reports.province import goals
from reports.province.model import Method
from reports.standards import Phase

SOURCES = {
    "club_founding": ("phiếu thành lập", "founding form"),
    "club_meeting": ("báo cáo tháng", "monthly report"),
    "member_survey": ("khảo sát thành viên", "member survey"),
    "training": ("sổ tập huấn", "list of trainings"),
    "target": ("kế hoạch được giao", "plans and targets"),
    "unit": ("danh mục đơn vị", "register of units"),
}


def explained(phase: Phase, codes: Iterable[str] = REGISTER) -> tuple[Method, ...]:
    """The indicators in order of their codes, with the phase's own figures in their formulas."""
    vi, en = _figures(phase, "vi"), _figures(phase, "en")
    return tuple(_method(REGISTER[code], phase, vi, en) for code in sorted(codes))


def _method(entry: Indicator, phase: Phase, vi: "_Figures", en: "_Figures") -> Method:
    """What an indicator means in a phase; a figure that the phase does not have is told in words."""
    formula_vi, formula_en = entry.formula_vi.format_map(vi), entry.formula_en.format_map(en)
    sides_vi, sides_en = sides(formula_vi), sides(formula_en)
    source_vi, source_en = _sources(entry.source)
    rule = phase.rule(goals.RULE_OF.get(entry.code, ""))
    return Method(
        code=entry.code,
        name_vi=entry.name_vi,
        name_en=entry.name_en,
        unit=entry.unit,
        kind=entry.kind,
        formula_vi=formula_vi,
        formula_en=formula_en,
        source=entry.source,
        absence_vi=entry.absence_vi.format_map(vi),
        absence_en=entry.absence_en.format_map(en),
        numerator_vi=sides_vi.numerator,
        numerator_en=sides_en.numerator,
        denominator_vi=sides_vi.denominator,
        denominator_en=sides_en.denominator,
        rest_vi=sides_vi.rest,
        rest_en=sides_en.rest,
        source_vi=source_vi,
        source_en=source_en,
        rule=goals.of_rule(rule) if rule else None,
    )


def _sources(codes: str) -> tuple[str, str]:
    pairs = [SOURCES.get(code.strip(), (code.strip(), code.strip())) for code in codes.split(";")]
    return "; ".join(vi for vi, _ in pairs), "; ".join(en for _, en in pairs)


UNSET = {"vi": "mức quy định", "en": "the level set"}
"""What a formula says in the place of a figure that the phase does not have."""


class _Figures(dict[str, str]):
    """Figures of a phase by rule, in one language; one it does not have is told in words."""

    def __init__(self, code: str, **known: str) -> None:
        super().__init__(known)
        self.unset = UNSET[code]

    def __missing__(self, key: str) -> str:
        return self.unset


def _figures(phase: Phase, code: str) -> _Figures:
    found = _Figures(code, older_age=str(phase.older_age))
    for name, rule in phase.rules.items():
        value = rule.low if rule.low is not None else rule.high
        if value is not None:
            found[name] = (
                language.money(int(value), language=code) if rule.measure == "VND" else _plain(value)
            )
    return found


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
