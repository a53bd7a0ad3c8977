"""Province reports: facts loaded within somebody's scope, the report computed from them, and printed."""

from server.services.facts.geography import NotAProvince, area, geography
from server.services.facts.load import facts
from server.services.report import photo
from server.services.report.club import ClubNotFound, ClubNotFounded, book, sheet
from server.services.report.club import get as club
from server.services.report.commune import commune
from server.services.report.commune_place import NotACommune
from server.services.report.printing import printed
from server.services.report.province import (
    TYPES,
    BadSettings,
    NotPrintable,
    PeriodNotBegun,
    StandardsMissing,
    body,
    pdf,
    province,
    sources,
    written,
)
from server.services.report.reach import OutOfReach, is_of_commune, require_province
from server.services.report.sent import submissions_of
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
    "body",
    "book",
    "club",
    "commune",
    "facts",
    "geography",
    "is_of_commune",
    "pdf",
    "photo",
    "printed",
    "province",
    "require_province",
    "sheet",
    "sources",
    "submissions_of",
    "summary",
    "written",
]
