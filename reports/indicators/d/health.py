"""D13 and D14: health checks at clinics and measurements at meetings."""

from reports.facts import Activity, Club
from reports.indicators import club as one
from reports.indicators.base import Context, Value, count, indicator, share
from reports.indicators.d.shared import BOTH, MEETING, activities, last_year


@indicator(
    "D13",
    name_vi="Tỷ lệ thành viên được khám sức khỏe trong 12 tháng (ít nhất)",
    name_en="Members seen by a clinic within 12 months (at least)",
    unit="percent",
    kind="stock",
    group="activity",
    target_kind="all",
    formula_vi="Số người khám tại cơ sở y tế của tháng có nhiều người khám nhất trong 12 tháng cuối, cộng các CLB / số "
    "thành viên × 100; phiếu chỉ ghi số người của từng tháng nên không biết ai khám hai lần: đây là mức chắc chắn đạt; "
    "kèm tổng lượt khám",
    formula_en="People seen by a clinic in the month of the last 12 with most of them, summed over clubs / members "
    "× 100; the form counts people month by month, so nobody knows who went twice: this is the share certainly "
    "reached; beside it all checks",
    source=BOTH,
    absence_vi="CLB không gửi báo cáo tháng nào trong 12 tháng cuối không vào mẫu số, được đếm riêng",
    absence_en="Clubs without any report of the last 12 months are left out of the denominator and counted apart",
)
def d13(ctx: Context) -> Value:
    """Members certainly seen by a clinic in the last twelve months, in percent of members. parts: checks (in all)."""
    first = last_year(ctx)
    standing = ctx.standing()
    known = [c for c in standing if one.has_reported(ctx.data, c, first, ctx.reported_to)]
    missing = len(standing) - len(known)
    seen = members = checks = 0
    for club in known:
        own = len(one.members(ctx.data, club, ctx.day))
        by_month = [a.n_clinic_check or 0 for a in activities(ctx, club, first)]
        members, checks = members + own, checks + sum(by_month)
        seen += min(max(by_month, default=0), own)
    parts = {"checks": count(ctx, "D13", checks if known else None, "visit", missing)}
    return share(ctx, "D13", seen, members, missing, **parts)


@indicator(
    "D14",
    name_vi="Tỷ lệ người dự sinh hoạt được đo huyết áp",
    name_en="People present whose blood pressure was taken",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="min",
    formula_vi="Số người được đo huyết áp / số người có mặt tại các buổi sinh hoạt × 100, mỗi buổi tính không quá số "
    "có mặt; kèm tỷ lệ được cân (tính BMI), tỷ lệ huyết áp từ 140/90 trong số được đo, BMI "
    "dưới 18,5 và từ 23 trong số "
    "được cân",
    formula_en="People whose blood pressure was taken / people present at meetings × 100, at each meeting no more than "
    "were present; beside it those weighed (BMI), those at 140/90 or above of those measured, and BMI below 18.5 and "
    "from 23 of those weighed",
    source=MEETING,
    absence_vi="Buổi không đo tính là 0 người; CLB không có buổi sinh hoạt nào trong kỳ được đếm riêng",
    absence_en="A meeting without measuring counts 0 people; clubs without a meeting in the period are counted apart",
)
def d14(ctx: Context) -> Value:
    """People measured over people present, in percent.

    parts: weight (of those present), bp_high (of n_bp), bmi_low, bmi_high (of n_weight).
    """
    by_club = {club.id: _measured(ctx, club) for club in ctx.standing()}
    missing = sum(not told for told in by_club.values())
    told = [pair for pairs in by_club.values() for pair in pairs]
    present = sum(n for _, n in told)

    def of_present(name: str) -> int:
        return sum(min(getattr(activity, name) or 0, n) for activity, n in told)

    def out_of(name: str, measured: str) -> Value:
        rows = [a for a, _ in told if getattr(a, measured) and getattr(a, name) is not None]
        out, of = (sum(getattr(a, column) for a in rows) for column in (name, measured))
        return share(ctx, "D14", out, of, missing)

    parts = {
        "weight": share(ctx, "D14", of_present("n_weight"), present, missing),
        "bp_high": out_of("n_bp_high", "n_bp"),
        "bmi_low": out_of("n_bmi_low", "n_weight"),
        "bmi_high": out_of("n_bmi_high", "n_weight"),
    }
    return share(ctx, "D14", of_present("n_bp"), present, missing, **parts)


def _measured(ctx: Context, club: Club) -> list[tuple[Activity, int]]:
    """Activities and people present of the club's meetings in the period that tell both."""
    held = [m for m in ctx.reports(club) if m.held]
    return [(m.activity, m.n_present) for m in held if m.activity and m.n_present is not None]
