"""The page of one club in the register: its sheet for a year, all months since its founding, its books by month."""

from reports.club_page.books import BookMonth, income_books, operating_books
from reports.club_page.build import build
from reports.club_page.model import AgeRow, CalendarMonth, CalendarYear, ClubPage

__all__ = [
    "AgeRow",
    "BookMonth",
    "CalendarMonth",
    "CalendarYear",
    "ClubPage",
    "build",
    "income_books",
    "operating_books",
]
