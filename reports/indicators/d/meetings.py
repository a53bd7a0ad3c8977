"""D01–D03: meetings held, attendance, and monthly reports."""

from reports.indicators import club as one
from reports.indicators.base import Context, Value, indicator, share
from reports.indicators.d.shared import MEETING, SILENT_EN, SILENT_VI, reporting
from reports.indicators.grade import attendance, due_on, is_on_time


@indicator(
    "D01",
    name_vi="Tỷ lệ sinh hoạt đúng kỳ",
    name_en="Monthly meetings held",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="all",
    formula_vi="Số tháng có sinh hoạt / số tháng phải sinh hoạt trong kỳ (từ tháng sau tháng thành lập) × 100, "
    "cộng các CLB",
    formula_en="Months with a meeting / months due in the period (from the month after founding) × 100, summed "
    "over clubs",
    source=MEETING,
    absence_vi="Tháng không có báo cáo tính là không sinh hoạt; " + SILENT_VI,
    absence_en="A month without a report counts as not held; " + SILENT_EN,
)
def d01(ctx: Context) -> Value:
    """Months with a meeting over months due, in percent, summed over clubs that reported in the period."""
    known, missing = reporting(ctx, ctx.period.first)
    held = due = 0
    for club in known:
        months = set(one.expected_months(club, ctx.period, ctx.day))
        due += len(months)
        held += sum(m.held and m.month in months for m in ctx.data.meetings_of(club.id))
    return share(ctx, "D01", held, due, missing)


@indicator(
    "D02",
    name_vi="Tỷ lệ tham dự sinh hoạt",
    name_en="Attendance",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="",
    formula_vi="Tổng số người có mặt / tổng số thành viên trong danh sách tại các buổi sinh hoạt × 100",
    formula_en="Members present / members on the list, summed over meetings × 100",
    source=MEETING,
    absence_vi="Tháng không sinh hoạt không tính; CLB không có buổi nào được đếm riêng",
    absence_en="A month without a meeting is absent, not zero; clubs without any meeting are counted apart",
)
def d02(ctx: Context) -> Value:
    """Persons present over persons on the list, summed over meetings held in the period, in percent."""
    by_club = [attendance(ctx.reports(c)) for c in ctx.standing()]
    missing = sum(on_list == 0 for _, on_list in by_club)
    return share(ctx, "D02", sum(p for p, _ in by_club), sum(n for _, n in by_club), missing)


@indicator(
    "D03",
    name_vi="Tỷ lệ báo cáo tháng đầy đủ, đúng hạn",
    name_en="Monthly reports complete and on time",
    unit="percent",
    kind="flow",
    group="activity",
    target_kind="",
    formula_vi="Số báo cáo tháng nhận chậm nhất ngày {m7_due_day} tháng sau / số báo cáo phải có × 100",
    formula_en="Reports received by day {m7_due_day} of the month after / reports expected × 100",
    source=MEETING,
    absence_vi="Không có báo cáo tính là chưa báo cáo; CLB chưa từng báo cáo vẫn ở trong mẫu số; tháng mà "
    "đến ngày chốt chưa tới hạn gửi thì chưa tính",
    absence_en="No report counts as not reported, also for clubs that never reported; months not due by the "
    "cut-off are left out",
)
def d03(ctx: Context) -> Value:
    """Reports received by the due day over reports expected, in percent. parts: received (also late ones).

    Months whose due day lies after the cut-off are not expected yet.
    """
    day = ctx.phase.whole("m7_due_day")
    expected = received = on_time = missing = 0
    for club in ctx.standing():
        months = {
            m for m in one.expected_months(club, ctx.period, ctx.day) if due_on(m, day) <= ctx.data.cut_off
        }
        reports = [m for m in ctx.data.meetings_of(club.id) if m.month in months]
        expected += len(months)
        received += len(reports)
        on_time += sum(is_on_time(m, day) for m in reports)
        missing += bool(months) and not reports
    parts = {"received": share(ctx, "D03", received, expected, missing)}
    return share(ctx, "D03", on_time, expected, missing, **parts)
