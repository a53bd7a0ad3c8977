"""Province reports: facts loaded within somebody's scope, the report computed from them, and printed."""

from server.services.report.geography import NotAProvince, area, geography
from server.services.report.load import facts
from server.services.report.names import sees_names
from server.services.report.province import (
    BadSettings,
    NotPrintable,
    PeriodNotBegun,
    StandardsMissing,
    body,
    pdf,
    province,
    sources,
)

__all__ = [
    "BadSettings",
    "NotAProvince",
    "NotPrintable",
    "PeriodNotBegun",
    "StandardsMissing",
    "area",
    "body",
    "facts",
    "geography",
    "pdf",
    "province",
    "sees_names",
    "sources",
]
