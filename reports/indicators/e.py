"""Group E: what member surveys tell. Plans demand these figures, so the rows stand; surveys are not among the facts of
a report yet, so every club is missing and the value is never known.
"""

from reports.indicators.base import Context, Value, indicator

SURVEY = "member_survey"
ABSENCE_VI = "Kết quả khảo sát thành viên chưa được tổng hợp vào báo cáo: “–”"
ABSENCE_EN = "Results of member surveys are not part of the report yet: “–”"


def _unknown(ctx: Context, code: str) -> Value:
    return Value(code, None, "percent", None, None, len(ctx.standing()), ctx.day)


@indicator(
    "E01",
    name_vi="Tỷ lệ thành viên vay vốn cải thiện thu nhập",
    name_en="Borrowers whose income improved",
    unit="percent",
    kind="flow",
    group="quality",
    target_kind="min",
    formula_vi="Số người vay trả lời thu nhập tăng / số người vay được khảo sát × 100",
    formula_en="Borrowers who say their income rose / borrowers surveyed × 100",
    source=SURVEY,
    absence_vi=ABSENCE_VI,
    absence_en=ABSENCE_EN,
)
def e01(ctx: Context) -> Value:
    """Borrowers whose income rose: not known until surveys are facts."""
    return _unknown(ctx, "E01")


@indicator(
    "E02",
    name_vi="Tỷ lệ thành viên được nâng cao sức khỏe, nhận thức, kiến thức và bảo vệ quyền lợi",
    name_en="Members with better health, awareness, knowledge and rights",
    unit="percent",
    kind="flow",
    group="quality",
    target_kind="all",
    formula_vi="Số thành viên giữ được hoặc tốt hơn về sức khỏe, đạt điểm kiến thức và điểm hiểu biết quyền "
    "lợi / số thành viên "
    "được khảo sát × 100",
    formula_en="Members with health kept or better, and with enough points on knowledge and on rights / "
    "members surveyed × 100",
    source=SURVEY,
    absence_vi=ABSENCE_VI,
    absence_en=ABSENCE_EN,
)
def e02(ctx: Context) -> Value:
    """Members with better health, knowledge and rights: not known until surveys are facts."""
    return _unknown(ctx, "E02")
