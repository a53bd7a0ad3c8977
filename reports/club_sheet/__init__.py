"""The club sheet (Phiếu thông tin CLB): what it prints (model) and how that is computed from facts (build)."""

from reports.club_sheet.build import build
from reports.club_sheet.model import Check, ClubSheet, Details, Loans, Month, OpenLoan, Photo, Seat, SheetBook

__all__ = [
    "Check",
    "ClubSheet",
    "Details",
    "Loans",
    "Month",
    "OpenLoan",
    "Photo",
    "Seat",
    "SheetBook",
    "build",
]
