"""The province report as a Word document, for offices that edit before they sign."""

from reports.word.document import copy, province

__all__ = ["copy", "province"]
