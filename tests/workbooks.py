"""Workbooks for tests, written as Markdown tables and built into real .xlsx files."""

import io

import xlsxwriter

SETTINGS = """
| settings |
| | form_id | form_title | version | default_language |
| | club_test | Biểu mẫu thử | 2026112201 | Tiếng Việt (vi) |
"""


def workbook(markdown: str, settings: str = SETTINGS) -> bytes:
    """An .xlsx file from Markdown as pyxform's own tests write it; blank lines are blank rows.

    A line with one cell starts a sheet, other lines leave their first cell empty.
    Settings are added unless the table has its own.
    """
    if "| settings |" not in markdown:
        markdown = f"{markdown.strip()}\n{settings.strip()}"
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet, row = None, 0
        for line in markdown.strip().splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if cells == [""]:
                row += 1
                continue
            if len(cells) == 1:
                sheet, row = book.add_worksheet(cells[0]), 0
                continue
            assert sheet is not None, "the table must begin with a sheet name"
            for column, text in enumerate(cells[1:]):
                if text:
                    sheet.write_string(row, column, text.replace("\\p", "|"))
            row += 1
    return file.getvalue()
