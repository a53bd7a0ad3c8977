"""Exports: the submissions of a form as one zip of tables, files and XML."""

from server.services.export.archive import log, write
from server.services.export.opening import TROUBLES
from server.services.export.selection import Options
from server.services.export.tables import Report

__all__ = ["TROUBLES", "Options", "Report", "log", "write"]
