"""The province report as a Word document, for offices that edit before they sign."""

from reports.word.document import province

__all__ = ["province"]
