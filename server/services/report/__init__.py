"""Province reports: facts loaded within somebody's scope, the report computed from them, and printed."""

from server.services.report.geography import NotAProvince, geography
from server.services.report.load import facts
from server.services.report.province import pdf, province

__all__ = ["NotAProvince", "facts", "geography", "pdf", "province"]
