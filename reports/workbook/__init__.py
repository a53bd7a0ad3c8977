"""The tables of the province report as an Excel workbook: true numbers and days, sums that live."""

from reports.workbook.book import province

__all__ = ["province"]
