"""What each indicator means, in words: for Phụ lục IV and for the pages that explain the catalogue."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from reports import language
from reports.indicators import REGISTER
from reports.indicators.base import Indicator, sides
from reports.province import goals, joint
from reports.province.model import Method, PhaseTable
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


def of_report(phase: Phase, tables: Sequence[PhaseTable]) -> tuple[Method, ...]:
    """Phụ lục IV of a province: all indicators with what the newest table 1 asks of each; a joint figure stands behind
    C05."""
    rows = [row for table in tables[-1:] for group in table.groups for row in group.rows]
    asked = {row.code: row.goal for row in rows if row.goal and row.unit == "percent"}
    found: list[Method] = []
    for one in explained(phase):
        is_joint = any(row.code == one.code and row.name_vi == joint.NAME_VI for row in rows)
        goal = asked.get(one.code)
        found.append(one if one.rule or is_joint or goal is None else replace(one, rule=goal))
        if is_joint:
            found.append(replace(_JOINT, rule=goal))
    return tuple(found)


_JOINT = Method(
    code="C05 × E01",
    name_vi=joint.NAME_VI,
    name_en=joint.NAME_EN,
    unit="percent",
    kind="flow",
    formula_vi="",
    formula_en="",
    source="club_meeting; member_survey",
    absence_vi="Không có đợt khảo sát trong kỳ: in tỷ lệ được vay, chưa đánh giá",
    absence_en="No survey round in the period: the share that borrowed is printed, and not judged",
    numerator_vi="Ước tính: tỷ lệ thành viên được vay vốn (C05) nhân với tỷ lệ người vay cải thiện thu nhập (E01)",
    numerator_en="An estimate: the share of members given a loan (C05) times that of borrowers whose income rose (E01)",
    source_vi="báo cáo tháng; khảo sát thành viên",
    source_en="monthly report; member survey",
)


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
