"""D04–D10: activity areas, management, training and supervision."""

from dataclasses import replace
from datetime import date

from reports.indicators import club as one
from reports.indicators.base import Context, Value, count, indicator, mean, share
from reports.indicators.d.shared import (
    ASSESSED_EN,
    ASSESSED_VI,
    BOTH,
    MEETING,
    SILENT_EN,
    SILENT_VI,
    reporting,
)
from reports.indicators.grade import AREAS, NOT_YET, UNKNOWN, Grade, assess


def grades(ctx: Context) -> list[Grade]:
    """The grade of every club standing, in the order of clubs."""
    return [assess(ctx, c) for c in ctx.standing()]


def _of_assessed(ctx: Context, code: str, passing: str) -> Value:
    """Clubs with a property of Grade over clubs assessed, in percent. parts: not_yet."""
    all_grades = grades(ctx)
    assessed = [g for g in all_grades if g.is_assessed]
    passed = sum(bool(getattr(g, passing)) for g in assessed)
    parts = {"not_yet": count(ctx, code, sum(g.grade == NOT_YET for g in all_grades), "club")}
    return share(ctx, code, passed, len(assessed), sum(g.grade == UNKNOWN for g in all_grades), **parts)


@indicator(
    "D04",
    name_vi="Số mảng hoạt động thực hiện bình quân một CLB",
    name_en="Activity areas carried out",
    unit="area",
    kind="flow",
    group="activity",
    target_kind="count",
    formula_vi="Tổng số mảng (trong 8 mảng) đạt mức tối thiểu trong {window_months} tháng gần nhất / số CLB đủ "
    "kỳ đánh giá",
    formula_en="Areas (of eight) that reach their minimum in the last {window_months} months / clubs assessed",
    source=BOTH,
    absence_vi=ASSESSED_VI,
    absence_en=ASSESSED_EN,
)
def d04(ctx: Context) -> Value:
    """Areas reached a club assessed. parts: '0' … '8' (clubs with so many areas), a1 … a8 (clubs "
    "that reach the area)."""
    all_grades = grades(ctx)
    assessed = [g for g in all_grades if g.is_assessed]
    missing = sum(g.grade == UNKNOWN for g in all_grades)
    parts = {
        str(n): count(ctx, "D04", sum(g.areas == n for g in assessed), "club") for n in range(len(AREAS) + 1)
    }
    for area in AREAS:
        parts[area] = share(ctx, "D04", sum(area not in g.failing for g in assessed), len(assessed), missing)
    return mean(ctx, "D04", sum(g.areas for g in assessed), len(assessed), "area", missing, **parts)


@indicator(
    "D05",
    name_vi="Tỷ lệ CLB thực hiện đủ các hoạt động",
    name_en="Clubs with all activities",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="",
    formula_vi="Số CLB đạt cả 8 mảng hoạt động / số CLB đủ kỳ đánh giá × 100",
    formula_en="Clubs that reach all eight areas / clubs assessed × 100",
    source=BOTH,
    absence_vi=ASSESSED_VI,
    absence_en=ASSESSED_EN,
)
def d05(ctx: Context) -> Value:
    """Clubs with all eight areas, in percent of clubs assessed. parts: not_yet."""
    return _of_assessed(ctx, "D05", "full")


@indicator(
    "D06",
    name_vi="Tỷ lệ CLB được quản lý tốt",
    name_en="Clubs well managed",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="",
    formula_vi="Số CLB đạt cả 4 điều kiện bắt buộc m1–m4 và ít nhất {optional_min} trong 5 điều kiện m5–m9 / "
    "số CLB đủ kỳ "
    "đánh giá × 100",
    formula_en="Clubs that meet m1–m4 and at least {optional_min} of m5–m9 / clubs assessed × 100",
    source=BOTH,
    absence_vi=ASSESSED_VI,
    absence_en=ASSESSED_EN,
)
def d06(ctx: Context) -> Value:
    """Clubs that pass the management rule, in percent of clubs assessed. parts: not_yet."""
    return _of_assessed(ctx, "D06", "well_managed")


@indicator(
    "D07",
    name_vi="Tỷ lệ CLB thực hiện đủ các hoạt động và được quản lý tốt",
    name_en="Clubs with all activities and well managed",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="min",
    formula_vi="Số CLB vừa đạt cả 8 mảng hoạt động (D05) vừa được quản lý tốt (D06) / số CLB đủ kỳ đánh giá × 100, xét "
    "{window_months} tháng gần nhất",
    formula_en="Clubs that pass both D05 and D06 / clubs assessed × 100, over the last {window_months} months",
    source=BOTH,
    absence_vi=ASSESSED_VI,
    absence_en=ASSESSED_EN,
)
def d07(ctx: Context) -> Value:
    """Clubs with all areas and well managed, in percent of clubs assessed. parts: not_yet."""
    return _of_assessed(ctx, "D07", "full_and_well")


@indicator(
    "D08",
    name_vi="Tỷ lệ CLB có Ban Chủ nhiệm được tập huấn",
    name_en="Clubs with a trained board",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="",
    formula_vi="Số CLB có ít nhất 1 ủy viên Ban Chủ nhiệm được tập huấn trong kỳ / số CLB hiện có × 100; kèm "
    "lượt người dự "
    "các lớp tập huấn",
    formula_en="Clubs with at least one board member trained in the period / clubs standing × 100; with "
    "participants of "
    "trainings",
    source="club_founding; training",
    absence_vi="Không có ghi nhận tập huấn tính là chưa tập huấn; không có lớp nào: lượt người “–”",
    absence_en="No record counts as not trained; no training at all: participants “–”",
)
def d08(ctx: Context) -> Value:
    """Clubs trained in the period, in percent of clubs standing. parts: participants, courses, of all trainings."""
    standing = ctx.standing()
    trained = sum(one.was_trained(ctx.data, c, ctx.period.first, ctx.day) for c in standing)
    courses = [t for t in ctx.data.trainings if t.starts_on <= ctx.day and t.ends_on >= ctx.period.first]
    people = sum(t.participants for t in courses) if courses else None
    parts = {
        "participants": count(ctx, "D08", people, "person"),
        "courses": count(ctx, "D08", len(courses), "course"),
    }
    return share(ctx, "D08", trained, len(standing), 0, **parts)


@indicator(
    "D09",
    name_vi="Tỷ lệ CLB được giám sát, hỗ trợ",
    name_en="Clubs supervised",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="",
    formula_vi="Số CLB có ít nhất 1 lần được giám sát trong {window_months} tháng gần nhất / số CLB hiện có × 100",
    formula_en="Clubs visited at least once in the last {window_months} months / clubs standing × 100",
    source=MEETING,
    absence_vi=SILENT_VI,
    absence_en=SILENT_EN,
)
def d09(ctx: Context) -> Value:
    """Clubs with a visit in the window, in percent of clubs that reported in the window."""
    first = one.full_months(ctx.day, ctx.phase.whole("window_months"))[0]
    known, missing = reporting(ctx, first)
    visited = sum(one.was_supervised(ctx.data, c, first, ctx.day) for c in known)
    return share(ctx, "D09", visited, len(known), missing)


@indicator(
    "D10",
    name_vi="Tỷ lệ CLB được tập huấn và giám sát",
    name_en="Clubs trained and supervised",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="min",
    formula_vi="Số CLB vừa được tập huấn trong kỳ (D08) vừa được giám sát (D09) / số CLB hiện có × 100; lũy kế: "
    "CLB được tập huấn từ đầu giai đoạn",
    formula_en="Clubs both trained in the period (D08) and supervised (D09) / clubs standing × 100; cumulative: "
    "trained since the phase began",
    source="club_founding; club_meeting; training",
    absence_vi=SILENT_VI,
    absence_en=SILENT_EN,
)
def d10(ctx: Context) -> Value:
    """Clubs trained in the period and visited in the window, in percent of clubs that reported in the window.

    parts: phase (trained since the phase began): a club is trained once, so a goal of the phase is compared with it.
    """
    first = one.full_months(ctx.day, ctx.phase.whole("window_months"))[0]
    known, missing = reporting(ctx, first)
    visited = [c for c in known if one.was_supervised(ctx.data, c, first, ctx.day)]

    def both(since: date) -> Value:
        trained = sum(one.was_trained(ctx.data, c, since, ctx.day) for c in visited)
        return share(ctx, "D10", trained, len(known), missing)

    in_phase = both(ctx.phase_first)
    return replace(both(ctx.period.first), parts={"phase": in_phase})
