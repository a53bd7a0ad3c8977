"""D11 and D12: volunteers who care for people at home, and whom they visit."""

from reports.facts import Club, Meeting
from reports.indicators.base import Context, Value, count, indicator, mean, share
from reports.indicators.d.shared import MEETING, SILENT_EN, SILENT_VI, activities, last_year, reporting


@indicator(
    "D11",
    name_vi="Số tình nguyện viên chăm sóc tại nhà bình quân một CLB",
    name_en="Home-care volunteers a club",
    unit="person",
    kind="stock",
    group="activity",
    target_kind="min",
    formula_vi="Số tình nguyện viên đang hoạt động (theo báo cáo gần nhất có nêu, trong 12 tháng cuối) / số CLB có "
    "nêu; kèm tỷ lệ CLB có từ {a3_min_volunteers} người trở lên",
    formula_en="Active volunteers (by the last report of the last 12 months that tells) / clubs that tell; beside it "
    "the share of clubs with at least {a3_min_volunteers}",
    source=MEETING,
    absence_vi="CLB không báo cáo nào nêu số tình nguyện viên trong 12 tháng cuối không vào mẫu số, được đếm riêng",
    absence_en="Clubs none of whose reports of the last 12 months tells are left out and counted apart",
)
def d11(ctx: Context) -> Value:
    """Volunteers a club by the last report that tells. parts: clubs (share with the phase's minimum), volunteers."""
    told = [_volunteers(ctx, club) for club in ctx.standing()]
    known = [number for number in told if number is not None]
    missing = len(told) - len(known)
    least = ctx.phase.low("a3_min_volunteers")
    parts = {
        "clubs": share(ctx, "D11", sum(number >= least for number in known), len(known), missing),
        "volunteers": count(ctx, "D11", sum(known) if known else None, "person", missing),
    }
    return mean(ctx, "D11", sum(known), len(known), "person", missing, **parts)


def _volunteers(ctx: Context, club: Club) -> int | None:
    told = [a.n_care_vol for a in activities(ctx, club, last_year(ctx)) if a.n_care_vol is not None]
    return told[-1] if told else None


@indicator(
    "D12",
    name_vi="Số lượt chăm sóc tại nhà bình quân một người mỗi tháng",
    name_en="Home-care visits to a person in a month",
    unit="visit",
    kind="flow",
    group="activity",
    target_kind="min",
    formula_vi="Số lượt thăm, chăm sóc / số tháng-người được chăm sóc (mỗi người tính một lần cho mỗi tháng được "
    "thăm); kèm số người khác nhau được chăm sóc trong kỳ",
    formula_en="Visits / person-months in care (each person once for each month visited); beside it the different "
    "people cared for in the period",
    source=MEETING,
    absence_vi="Không có ai được chăm sóc: “–”; người không có trong danh sách tính vào số lượt, không tính vào số "
    "người; " + SILENT_VI,
    absence_en="Nobody cared for: “–”; people on no list count in visits, not among persons; " + SILENT_EN,
)
def d12(ctx: Context) -> Value:
    """Visits to a person in care and month. parts: recipients (different people), visits, unlisted (rows of visits to
    people whom no list holds)."""
    known, missing = reporting(ctx, ctx.period.first)
    reports = [report for club in known for report in ctx.reports(club)]
    visits, months = (sum(side) for side in zip((0, 0), *map(_visits, reports), strict=True))
    rows = [row for report in reports for row in report.care]
    people = {row.recipient_id for row in rows if row.recipient_id}
    parts = {
        "recipients": count(ctx, "D12", len(people) if rows else None, "person", missing),
        "visits": count(ctx, "D12", visits if months else None, "visit", missing),
        "unlisted": count(ctx, "D12", sum(row.recipient_id is None for row in rows), "visit", missing),
    }
    return mean(ctx, "D12", visits, months, "visit", missing, **parts)


def _visits(report: Meeting) -> tuple[int, int]:
    """Visits and people visited in one month: person by person, else as the report sums them up."""
    told = [row.visits for row in report.care if row.visits is not None]
    if told or report.activity is None:
        return sum(told), len(told)
    visits, people = report.activity.n_visits, report.activity.n_recipients
    return (0, 0) if visits is None or people is None else (visits, people)
