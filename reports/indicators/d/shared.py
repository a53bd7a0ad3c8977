"""What the indicators of group D share: their words, and which clubs told anything."""

from datetime import date

from reports.facts import Activity, Club
from reports.indicators import club as one
from reports.indicators.base import Context
from reports.period import add_months

MEETING = "club_meeting"
BOTH = "club_founding; club_meeting"
SILENT_VI = "CLB không gửi báo cáo tháng nào trong thời gian xét không vào mẫu số, được đếm riêng"
SILENT_EN = "Clubs without any report of the time looked at are left out of the denominator and counted apart"
ASSESSED_VI = "CLB chưa đủ {window_months} tháng: chưa đến kỳ đánh giá, đếm riêng; " + SILENT_VI
ASSESSED_EN = "Clubs younger than {window_months} months are not assessed yet and counted apart; " + SILENT_EN


def reporting(ctx: Context, first: date) -> tuple[list[Club], int]:
    """Clubs standing that reported since a day, and how many did not."""
    standing = ctx.standing()
    known = [c for c in standing if one.has_reported(ctx.data, c, first, ctx.reported_to)]
    return known, len(standing) - len(known)


def last_year(ctx: Context) -> date:
    """First day of the last twelve months of the period's time up to the day; of a shorter period too."""
    return add_months(ctx.reported_to.replace(day=1), -11)


def activities(ctx: Context, club: Club, first: date | None = None) -> list[Activity]:
    """What a club's reports since a day tell of its activities, oldest first; without a day, those of the period."""
    reports = one.reports_in(ctx.data, club, first or ctx.period.first, ctx.reported_to)
    return [report.activity for report in reports if report.activity]
