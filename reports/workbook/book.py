"""A workbook: what it is on the first sheet, then a sheet for each table.

The same report, language and day give the same bytes.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime, time

from reports import catalogue
from reports.commune import CommunePage
from reports.nation import NationReport
from reports.province import ProvinceReport
from reports.tables import Table, of
from reports.tables import commune as tables_commune
from reports.tables import nation as tables_nation
from reports.workbook import family
from reports.workbook.front import Front, of_province, write_front
from reports.workbook.sheet import Styles, write_table

FONT = "Times New Roman"


def province(report: ProvinceReport, made_on: date, code: str = "vi") -> bytes:
    """The tables of the report as .xlsx in one language (vi, en). made_on: the day it is made."""
    return _written(of_province(report, made_on, code), of(report, code), made_on, code)


def nation(report: NationReport, made_on: date, code: str = "vi") -> bytes:
    """The tables of the report of the country, likewise."""
    return _written(family.of_nation(report, made_on, code), tables_nation.of(report, code), made_on, code)


def commune(page: CommunePage, made_on: date, code: str = "vi") -> bytes:
    """The table of a commune's clubs, likewise."""
    return _written(family.of_commune(page, made_on, code), tables_commune.of(page, code), made_on, code)


def _written(front: Front, tables: Sequence[Table], made_on: date, code: str) -> bytes:
    import xlsxwriter  # A tenth of a second, for those who ask for a workbook.

    _ = catalogue.of(code).gettext
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties(
        {
            "title": front.title,
            "author": front.author,
            "created": datetime.combine(made_on, time()),
        }
    )
    book.set_calc_mode("auto")
    styles = Styles(book, FONT)
    write_front(book.add_worksheet(_("Thông tin")), styles, front, tables, code)
    for table in tables:
        write_table(book.add_worksheet(table.name), styles, table, front.about, front.mark, _)
    book.close()
    return buffer.getvalue()
