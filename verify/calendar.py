"""Days as a report counts them: by calendar months, or by Nghị định 09/2019/NĐ-CP from a 15th to a 14th.

By the decree a month begins on the 15th of the month before. Source: docs/decisions/settings.md.
"""

from datetime import date, timedelta

DECREE_DAY = 15
Days = tuple[date, date]
"""First and last day, both inclusive."""


def is_decree(days: Days) -> bool:
    """Whether a stretch of days is counted by the decree."""
    return days[0].day == DECREE_DAY


def later(month: date, count: int) -> date:
    """The first day of the month that many months later."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def end(day: date) -> date:
    """The last day of a day's month."""
    return later(day, 1) - timedelta(days=1)


def plain(days: Days) -> Days:
    """The calendar months of the same name."""
    return (later(days[0], 1), end(days[1])) if is_decree(days) else days


def decree(days: Days) -> Days:
    """The decree's days of whole calendar months."""
    return opening(days[0]), days[1].replace(day=DECREE_DAY - 1)


def opening(day: date) -> date:
    """The day on which the decree's month of that name begins."""
    return later(day, -1).replace(day=DECREE_DAY)


def alike(days: Days, pattern: Days) -> Days:
    """The months that days touch, counted as a pattern is."""
    whole = days[0].replace(day=1), end(days[1])
    return decree(whole) if is_decree(pattern) else whole


def year_before(days: Days) -> Days:
    """The same months of the year before."""
    first, last = plain(days)
    before = later(first, -12), end(later(last, -12))
    return alike(before, days)
