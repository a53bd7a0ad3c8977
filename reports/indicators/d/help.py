"""D15 and D16: what was raised, and who was helped."""

from collections import Counter

from reports.facts import Activity, Club
from reports.indicators.base import Context, Value, count, indicator, share
from reports.indicators.d.shared import MEETING, SILENT_EN, SILENT_VI, activities, reporting

APART_VI = "CLB không gửi báo cáo tháng nào trong kỳ được đếm riêng"
APART_EN = "Clubs without any report of the period are counted apart"


@indicator(
    "D15",
    name_vi="Nguồn lực vận động (tiền và hiện vật)",
    name_en="Resources raised (money and goods)",
    unit="VND",
    kind="flow",
    group="activity",
    target_kind="",
    formula_vi="Tổng tiền mặt và giá trị hiện vật vận động được trong kỳ; kèm riêng tiền, hiện vật, số ngày công và số "
    "báo cáo tháng nêu từng nguồn (phiếu không tách số tiền theo nguồn)",
    formula_en="Money and the value of goods raised in the period; beside it money, goods, days of work, and the "
    "monthly reports naming each source (the form does not divide amounts by source)",
    source=MEETING,
    absence_vi="Tháng không vận động tính là 0; " + APART_VI,
    absence_en="A month without any counts 0; " + APART_EN,
)
def d15(ctx: Context) -> Value:
    """Money and goods raised in VND. parts: cash, in_kind (VND), days (of work), from_… (reports naming a source).

    None when no club reported.
    """
    known, missing = reporting(ctx, ctx.period.first)
    months = [activity for club in known for activity in activities(ctx, club)]
    cash, goods, days = (
        sum(getattr(a, name) or 0 for a in months) for name in ("mob_cash", "mob_kind_value", "mob_days")
    )
    sources = Counter(code for a in months for code in a.mob_sources.split())

    def told(value: int, unit: str) -> Value:
        return count(ctx, "D15", value if months else None, unit, missing)

    parts = {"cash": told(cash, "VND"), "in_kind": told(goods, "VND"), "days": told(days, "day")}
    parts |= {f"from_{code}": told(number, "report") for code, number in sorted(sources.items())}
    return count(ctx, "D15", cash + goods if months else None, "VND", missing, **parts)


@indicator(
    "D16",
    name_vi="Tỷ lệ CLB hằng tháng có hỗ trợ đột xuất và hỗ trợ cộng đồng",
    name_en="Clubs that help a person and the community every month",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="all",
    formula_vi="Số CLB bình quân mỗi tháng báo cáo giúp từ {help_month_min} người khó khăn đột xuất và làm từ "
    "{community_month_min} việc cộng đồng / số CLB có báo cáo trong kỳ × 100; kèm số người "
    "được giúp, số việc cộng đồng",
    formula_en="Clubs that on average of the months reported helped at least {help_month_min} person in sudden "
    "difficulty and did at least {community_month_min} work for the community / clubs that reported × 100; beside it "
    "people helped and works done",
    source=MEETING,
    absence_vi="Tháng không ghi tính là 0; " + SILENT_VI,
    absence_en="A month that tells nothing counts 0; " + SILENT_EN,
)
def d16(ctx: Context) -> Value:
    """Clubs that help a person and the community each month, in percent of clubs that reported in the period.

    parts: persons (helped in sudden difficulty), events (works for the community); None when nobody reported.
    """
    known, missing = reporting(ctx, ctx.period.first)
    by_club = [_helped(ctx, club) for club in known]
    least = ctx.phase.low("help_month_min"), ctx.phase.low("community_month_min")
    reach = sum(
        bool(months) and persons >= least[0] * months and events >= least[1] * months
        for persons, events, months in by_club
    )
    parts = {
        "persons": count(ctx, "D16", sum(p for p, _, _ in by_club) if known else None, "person", missing),
        "events": count(ctx, "D16", sum(e for _, e, _ in by_club) if known else None, "event", missing),
    }
    return share(ctx, "D16", reach, len(known), missing, **parts)


def _helped(ctx: Context, club: Club) -> tuple[int, int, int]:
    """People helped, works for the community, and months reported."""
    told: list[Activity] = activities(ctx, club)
    persons, events = (sum(getattr(a, name) or 0 for a in told) for name in ("n_sudden_help", "n_community"))
    return persons, events, len(ctx.reports(club))
