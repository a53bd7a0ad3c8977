"""A workbook: what it is on the first sheet, then a sheet for each table.

The same report, language and day give the same bytes.
"""

import io
from datetime import date, datetime, time

import xlsxwriter

from reports import catalogue, words
from reports.province import ProvinceReport
from reports.tables import of
from reports.workbook.front import about, title, write_front
from reports.workbook.sheet import Styles, write_table

FONT = "Times New Roman"


def province(report: ProvinceReport, made_on: date, code: str = "vi") -> bytes:
    """The tables of the report as .xlsx in one language (vi, en). made_on: the day it is made."""
    _ = catalogue.of(code).gettext
    buffer = io.BytesIO()
    tables = of(report, code)
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": title(report, code),
            "author": words.office(report.header.issuing, lang=code),
            "created": datetime.combine(made_on, time()),
        }
    )
    book.set_calc_mode("auto")
    styles = Styles(book, FONT)
    mark = _("DỰ THẢO") if report.header.is_draft else ""
    write_front(book.add_worksheet(_("Thông tin")), styles, report, tables, made_on, code)
    for table in tables:
        write_table(book.add_worksheet(table.name), styles, table, about(report, code), mark, _)
    book.close()
    return buffer.getvalue()
