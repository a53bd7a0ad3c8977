"""From facts to the page of a club. Figures are its sheet's; months and ages are asked of the same indicators."""

from dataclasses import replace
from datetime import date

from reports import privacy
from reports.club_page.books import BookMonth, income_books, operating_books
from reports.club_page.model import AgeRow, CalendarMonth, CalendarYear, ClubPage
from reports.club_sheet import Details
from reports.club_sheet import build as build_sheet
from reports.club_sheet.build import month_state
from reports.facts import Club, Meeting
from reports.indicators import Context, grade
from reports.indicators import club as one
from reports.period import Period, end_of_month
from reports.province.build import closing_phase
from reports.standards import MissingRule

AGES = ((None, 39), (40, 54), (55, 59), (60, 69), (70, 79), (80, None))
"""Bands of age, in years; 55 and 60 are the ages that phases call older."""


def build(ctx: Context, club: Club, period: Period, details: Details, is_private: bool) -> ClubPage:
    """The page of one club. ctx: its facts up to today, the context's period reaching there from the founding on.

    period: the year of the figures. is_private: as for the sheet.
    """
    phase = closing_phase(ctx.standards, period)
    asked = replace(ctx, period=period, phase=phase)
    meetings = ctx.data.meetings_of(club.id)
    over = [m for m in meetings if m.month <= period.last]
    lent = ctx.data.loans_of(club.id)
    return ClubPage(
        sheet=build_sheet(asked, club, details, is_private),
        years=_years(ctx, club, meetings),
        ages=_ages(asked, club) if is_private else (),
        income=_told(income_books(over, lent, period.first)),
        operating=_told(operating_books(over, period.first)),
    )


def _told(books: tuple[BookMonth, ...]) -> tuple[BookMonth, ...]:
    """The books without telephone numbers in what the club wrote."""
    return tuple(replace(book, reason=privacy.without_phones(book.reason)) for book in books)


def _years(ctx: Context, club: Club, meetings: list[Meeting]) -> tuple[CalendarYear, ...]:
    reports = {m.month: m for m in meetings}
    first = min([club.founding_date.year, *(m.month.year for m in meetings)])
    last = max(ctx.day.year, first)
    return tuple(
        CalendarYear(
            year,
            tuple(_month(ctx, club, date(year, n, 1), reports.get(date(year, n, 1))) for n in range(1, 13)),
        )
        for year in range(last, first - 1, -1)
    )


def _month(ctx: Context, club: Club, month: date, report: Meeting | None) -> CalendarMonth:
    is_late = report is not None and _is_late(ctx, report)
    return CalendarMonth(
        month_state(ctx, club, month, report), is_late, report.received_on if report else None
    )


def _is_late(ctx: Context, report: Meeting) -> bool:
    """Whether it came after the day on which the phase of its month wants it, as D03 counts; without a rule none is."""
    phase = closing_phase(ctx.standards, Period(report.month, end_of_month(report.month)))
    try:
        return not grade.is_on_time(report, phase.whole("m7_due_day"))
    except MissingRule:
        return False


def _ages(ctx: Context, club: Club) -> tuple[AgeRow, ...]:
    listed = [(m.age(ctx.day), m.sex) for m in one.members(ctx.data, club, ctx.day)]
    rows = [_row(low, high, [sex for age, sex in listed if _is_within(age, low, high)]) for low, high in AGES]
    unplaced = [sex for age, sex in listed if age is None]
    return tuple(row for row in [*rows, _row(None, None, unplaced)] if row.men or row.women or row.unknown)


def _row(low: int | None, high: int | None, sexes: list[str | None]) -> AgeRow:
    men, women = sexes.count("male"), sexes.count("female")
    return AgeRow(low, high, men, women, len(sexes) - men - women)


def _is_within(age: int | None, low: int | None, high: int | None) -> bool:
    return age is not None and (low is None or age >= low) and (high is None or age <= high)
