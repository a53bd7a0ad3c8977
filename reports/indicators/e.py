"""Group E: what members said in the survey, of the newest round that falls in the period.

A round is known by its code and year. Of a member asked twice in it the latest interview counts; refusals never do.
Each figure comes from a sample and carries a 95 % confidence interval.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from reports.facts import Survey
from reports.indicators import interval
from reports.indicators.base import Context, Value, count, indicator, share

SURVEY = "member_survey"
ABSENCE_VI = (
    "Không có đợt khảo sát trong kỳ: “–”; người từ chối hoặc không trả lời câu hỏi không vào mẫu số; CLB không có ai "
    "được hỏi trong đợt được đếm riêng"
)
ABSENCE_EN = (
    "No survey round in the period: “–”; who refused or left the question out is not in the "
    "denominator; clubs of which "
    "nobody was asked in the round are counted apart"
)
BETTER = frozenset({"better", "much_better"})
KEPT = BETTER | {"same"}
LONELY = frozenset({"often", "always"})
ITEMS = 5
"""Items of social support."""
LEAST, MOST = Decimal(1), Decimal(5)
"""Ends of their scale."""


def interviews(ctx: Context) -> list[Survey]:
    """Consenting interviews of the newest round in the period, each member once, in order of the clubs."""
    asked = [
        survey
        for club in ctx.standing()
        for survey in ctx.data.surveys_of(club.id)
        if survey.consent and ctx.period.first <= survey.surveyed_on <= ctx.day
    ]
    if not asked:
        return []
    newest = _round(max(asked, key=lambda s: (s.surveyed_on, s.round)))
    latest: dict[object, Survey] = {}
    for survey in sorted(asked, key=lambda s: (s.surveyed_on, s.received_on)):
        if _round(survey) == newest:
            latest[(survey.club_id, survey.member_id) if survey.member_id else id(survey)] = survey
    return list(latest.values())


def _round(survey: Survey) -> tuple[str, int]:
    return survey.round, survey.surveyed_on.year


def _sampled(
    ctx: Context, code: str, answers: Iterable[bool | None], found: list[Survey], **parts: Value
) -> Value:
    """The share of True among the answers that are known. parts: besides those given, clubs asked."""
    known = [answer for answer in answers if answer is not None]
    clubs = len({survey.club_id for survey in found})
    missing = len(ctx.standing()) - clubs
    parts["clubs"] = count(ctx, code, clubs, "club")
    value = share(ctx, code, sum(known), len(known), missing, **parts)
    return replace(value, interval=interval.of_share(sum(known), len(known)))


def _in(answer: str | None, good: frozenset[str]) -> bool | None:
    return None if answer is None else answer in good


def _at_least(score: int | None, least: Decimal) -> bool | None:
    return None if score is None else score >= least


@indicator(
    "E01",
    name_vi="Tỷ lệ thành viên vay vốn cải thiện thu nhập",
    name_en="Borrowers whose income improved",
    unit="percent",
    kind="flow",
    group="quality",
    target_kind="min",
    formula_vi="Số người từng vay trả lời thu nhập tăng so với 12 tháng trước / số người từng vay được khảo sát × 100",
    formula_en="Borrowers who say their income rose in 12 months / borrowers surveyed × 100",
    source=SURVEY,
    absence_vi=ABSENCE_VI,
    absence_en=ABSENCE_EN,
)
def e01(ctx: Context) -> Value:
    """Borrowers asked whose income rose, in percent, with an interval. parts: clubs (asked)."""
    found = interviews(ctx)
    borrowers = [s for s in found if s.ever_loan]
    return _sampled(ctx, "E01", (_in(s.income_change, BETTER) for s in borrowers), found)


@indicator(
    "E02",
    name_vi="Tỷ lệ thành viên được nâng cao sức khỏe, nhận thức, kiến thức và bảo vệ quyền lợi",
    name_en="Members with better health, awareness, knowledge and rights",
    unit="percent",
    kind="flow",
    group="quality",
    target_kind="all",
    formula_vi="Số người có sức khỏe giữ được hoặc tốt hơn so với 12 tháng trước, trả lời đúng từ "
    "{knowledge_min_score} "
    "câu kiến thức sức khỏe và từ {rights_min_score} câu về quyền / số người được khảo sát trả lời cả ba phần × 100; "
    "từng phần in riêng",
    formula_en="People whose health was kept or improved in 12 months, with at least "
    "{knowledge_min_score} right answers "
    "on health and {rights_min_score} on rights / people surveyed who answered all three × 100; each part apart",
    source=SURVEY,
    absence_vi=ABSENCE_VI,
    absence_en=ABSENCE_EN,
)
def e02(ctx: Context) -> Value:
    """People who pass all three parts, in percent, with an interval. parts: health, knowledge, rights, clubs."""
    found = interviews(ctx)
    knowledge, rights = ctx.phase.low("knowledge_min_score"), ctx.phase.low("rights_min_score")
    tests: dict[str, Callable[[Survey], bool | None]] = {
        "health": lambda s: _in(s.health_change, KEPT),
        "knowledge": lambda s: _at_least(s.k_health_score, knowledge),
        "rights": lambda s: _at_least(s.k_rights_score, rights),
    }
    answers = {name: [test(s) for s in found] for name, test in tests.items()}
    parts = {name: _sampled(ctx, "E02", told, found) for name, told in answers.items()}
    together = [None if None in three else all(three) for three in zip(*answers.values(), strict=True)]
    return _sampled(ctx, "E02", together, found, **parts)


@indicator(
    "E03",
    name_vi="Tỷ lệ thành viên hài lòng với CLB",
    name_en="Members satisfied with their club",
    unit="percent",
    kind="flow",
    group="quality",
    target_kind="min",
    formula_vi="Số người chấm mức hài lòng chung từ {satisfied_min_score} điểm (trên 5) / số người được khảo sát × 100",
    formula_en="People who rate the club at least {satisfied_min_score} of 5 / people surveyed × 100",
    source=SURVEY,
    absence_vi=ABSENCE_VI,
    absence_en=ABSENCE_EN,
)
def e03(ctx: Context) -> Value:
    """People satisfied in general, in percent, with an interval. parts: clubs (asked)."""
    found, least = interviews(ctx), ctx.phase.low("satisfied_min_score")
    return _sampled(ctx, "E03", (_at_least(s.sat_overall, least) for s in found), found)


@indicator(
    "E04",
    name_vi="Điểm hỗ trợ xã hội bình quân của thành viên (thang 5)",
    name_en="Social support of members (mean of 1–5)",
    unit="point",
    kind="flow",
    group="quality",
    target_kind="",
    formula_vi="Tổng điểm 5 câu (có người chuyện trò, giúp tiền, chăm sóc, tôn trọng, gắn bó) / số câu "
    "trả lời của những "
    "người trả lời đủ 5 câu; kèm tỷ lệ người thường xuyên hoặc luôn cảm thấy cô đơn",
    formula_en="Points of the five items (talk, money, care, respect, belonging) / answers of the people who answered "
    "all five; beside it the share who feel lonely often or always",
    source=SURVEY,
    absence_vi=ABSENCE_VI,
    absence_en=ABSENCE_EN,
)
def e04(ctx: Context) -> Value:
    """Mean of five items from 1 to 5, with an interval over people. parts: lonely (percent), clubs (asked).

    numerator: points; denominator: answers, five of each person.
    """
    found = interviews(ctx)
    points = [
        sum(told)
        for s in found
        if len(told := [p for p in s.support if p is not None]) == len(s.support) == ITEMS
    ]
    lonely = _sampled(ctx, "E04", (_in(s.lonely, LONELY) for s in found), found)
    answers = ITEMS * len(points)
    return Value(
        "E04",
        Decimal(sum(points)) / answers if answers else None,
        "point",
        sum(points),
        answers,
        lonely.missing,
        ctx.day,
        {"lonely": lonely, "clubs": lonely.parts["clubs"]},
        _within_scale(interval.of_mean([Decimal(total) / ITEMS for total in points])),
    )


def _within_scale(ends: interval.Interval | None) -> interval.Interval | None:
    return None if ends is None else (max(LEAST, ends[0]), min(MOST, ends[1]))
