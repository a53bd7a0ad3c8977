"""The tables of the report family as Excel workbooks: true numbers and days, sums that live."""

from reports.workbook.book import commune, nation, province

__all__ = ["commune", "nation", "province"]
