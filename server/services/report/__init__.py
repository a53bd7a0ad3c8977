"""Province reports: facts loaded within somebody's scope, the report computed from them, and printed."""

from server.services.report import photo
from server.services.report.club import ClubNotFound, ClubNotFounded, book, sheet
from server.services.report.club import get as club
from server.services.report.commune import commune
from server.services.report.commune_place import NotACommune
from server.services.report.geography import NotAProvince, area, geography
from server.services.report.load import facts
from server.services.report.printing import printed
from server.services.report.province import (
    TYPES,
    BadSettings,
    NotPrintable,
    PeriodNotBegun,
    StandardsMissing,
    pdf,
    province,
    written,
)
from server.services.report.reach import OutOfReach
from server.services.report.summary import summary

__all__ = [
    "TYPES",
    "BadSettings",
    "ClubNotFound",
    "ClubNotFounded",
    "NotACommune",
    "NotAProvince",
    "NotPrintable",
    "OutOfReach",
    "PeriodNotBegun",
    "StandardsMissing",
    "area",
    "book",
    "club",
    "commune",
    "facts",
    "geography",
    "pdf",
    "photo",
    "printed",
    "province",
    "sheet",
    "summary",
    "written",
]
