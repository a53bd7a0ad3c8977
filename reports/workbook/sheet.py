"""One table on one sheet.

Free text is written as text whatever it begins with, so that a name like “=1+1” is a name and no formula.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from reports import language, words
from reports.language import MISSING
from reports.privacy import Masked
from reports.tables import Cell, Column, Ratio, Row, Table, is_open
from reports.tables.model import Say

HEAD_ROW = 3
"""Title, of what it is and an empty row stand above."""
LINE = 15.5
"""Height of a line of text in points."""
PAPER_A4 = 9
LETTERS = 1.25
"""Letters of the font that fit where Excel counts one of its own."""
MARGINS = {"left": 1.18, "right": 0.59, "top": 0.79, "bottom": 0.79}
"""Of Nghị định 30/2020/NĐ-CP in inches: 30, 15, 20 and 20 mm."""
DATES = {"day": "dd/mm/yyyy", "month": "mm/yyyy"}
ALIGNED = {"text": "left", "centre": "center", "number": "right", "day": "center", "month": "center"}


class Styles:
    """The formats of a workbook in one font, each made once."""

    def __init__(self, book: Any, font: str) -> None:
        self._book = book
        self._font = font
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **properties: Any) -> Any:
        """The format with these properties of XlsxWriter."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"font_name": self._font, "font_size": 11, **properties})
        return self._made[key]


def lines_of(text: str, width: int) -> int:
    """Lines a text takes in a column so many letters wide."""
    return max(1, ceil(len(text) / max(width * LETTERS, 1)))


def write_table(sheet: Any, styles: Styles, table: Table, about: str, mark: str, _: Say) -> None:
    """Fill a sheet. about: of when and where the figures are; mark: that it is a draft, or nothing."""
    sheet.write_string(0, 0, table.title, styles.of(bold=True, font_size=13))
    sheet.write_string(1, 0, words.capital(about) + (f" – {mark}" if mark else ""), styles.of(italic=True))
    _set_columns(sheet, styles, table.columns)
    first = _write_heads(sheet, styles, table.columns)
    for at, row in enumerate(table.rows, start=first):
        _write_row(sheet, styles, table, row, at, first)
    if not table.rows:
        sheet.write_string(first, 0, _("Chưa có số liệu."), styles.of(italic=True))
    after = first + max(len(table.rows), 1)
    _write_notes(sheet, styles, table, after + 1, _)
    _set_print(sheet, table, first, mark)


def _shown(columns: Sequence[Column]) -> list[Column]:
    return [column for column in columns if not column.is_beside]


def _set_columns(sheet: Any, styles: Styles, columns: Sequence[Column]) -> None:
    for at, column in enumerate(columns):
        folded = {"level": 1, "hidden": True} if column.is_beside else {}
        sheet.set_column(at, at, column.width, styles.of(), folded)
    if len(_shown(columns)) < len(columns):
        sheet.set_column(len(columns), len(columns), None, None, {"collapsed": True})


def _write_heads(sheet: Any, styles: Styles, columns: Sequence[Column]) -> int:
    """The heads in one row, or in two where some stand under a common one; the first row below them."""
    style = styles.of(
        bold=True, text_wrap=True, align="center", valign="vcenter", border=1, bg_color="#E7E7E7"
    )
    grouped = any(column.group for column in columns)
    for at, column in enumerate(columns):
        if not grouped:
            sheet.write_string(HEAD_ROW, at, column.head, style)
        elif column.group:
            sheet.write_string(HEAD_ROW + 1, at, column.head, style)
            _write_group(sheet, style, columns, at)
        else:
            sheet.merge_range(HEAD_ROW, at, HEAD_ROW + 1, at, "", style)
            sheet.write_string(HEAD_ROW, at, column.head, style)
    own = [column for column in columns if not column.group]
    tallest = max((lines_of(column.head, column.width - 2) for column in own), default=1)
    last = HEAD_ROW + int(grouped)
    for row in range(HEAD_ROW, last + 1):
        sheet.set_row(row, LINE * max(2, -(-tallest // (1 + int(grouped)))))
    return last + 1


def _write_group(sheet: Any, style: Any, columns: Sequence[Column], at: int) -> None:
    """The common head, once, where its first column stands."""
    name = columns[at].group
    if at and columns[at - 1].group == name:
        return
    last = at
    while last + 1 < len(columns) and columns[last + 1].group == name:
        last += 1
    sheet.merge_range(HEAD_ROW, at, HEAD_ROW, last, "", style)
    sheet.write_string(HEAD_ROW, at, name, style)


def _write_row(sheet: Any, styles: Styles, table: Table, row: Row, at: int, first: int) -> None:
    bold = {"bold": True} if row.kind != "row" else {}
    if row.kind == "group":
        style = styles.of(**bold, border=1, align="left", valign="vcenter")
        sheet.merge_range(at, 0, at, len(_shown(table.columns)) - 1, "", style)
        sheet.write_string(at, 0, str(row.cells[0].value), style)
        return
    tallest = 1
    for number, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
        _write_cell(sheet, styles, table, cell, at, number, first, bold)
        if column.kind == "text" and isinstance(cell.value, str):
            tallest = max(tallest, lines_of(cell.value, column.width))
    sheet.set_row(at, LINE * tallest)


def _write_cell(
    sheet: Any,
    styles: Styles,
    table: Table,
    cell: Cell,
    at: int,
    number: int,
    first: int,
    bold: dict[str, Any],
) -> None:
    column, value = table.columns[number], cell.value
    look = {"border": 1, "valign": "vcenter", "align": ALIGNED[column.kind], **bold}
    if column.kind == "text":
        look["text_wrap"] = True
    if isinstance(value, bool | int | Decimal):
        style = styles.of(**look, num_format=_number_format(cell))
        _write_number(sheet, table, cell, at, number, first, style)
    elif isinstance(value, date):
        sheet.write_datetime(at, number, value, styles.of(**look, num_format=DATES[column.kind]))
    elif value == "":
        sheet.write_blank(at, number, None, styles.of(**look))
    else:
        shown = MISSING if value is None else words.mark(value) if isinstance(value, Masked) else value
        sheet.write_string(at, number, language.straight(shown), styles.of(**look))


def _number_format(cell: Cell) -> str:
    """#,##0.0; of a change +#,##0.0;-#,##0.0;0.0, as it is printed."""
    plain = "#,##0" + ("." + "0" * cell.decimals if cell.decimals else "")
    return f"+{plain};-{plain};{plain}" if cell.is_signed else plain


def _write_number(sheet: Any, table: Table, cell: Cell, at: int, number: int, first: int, style: Any) -> None:
    value = cell.value if isinstance(cell.value, int) else float(str(cell.value))
    if cell.made is None:
        sheet.write_number(at, number, value, style)
    else:
        sheet.write_formula(at, number, _formula(table, cell, at, number, first), style, value)


def _formula(table: Table, cell: Cell, at: int, number: int, first: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    if isinstance(cell.made, Ratio):
        keys = [column.key for column in table.columns]
        top, bottom = (xl_rowcol_to_cell(at, keys.index(key)) for key in (cell.made.top, cell.made.bottom))
        times = f"*{cell.made.times}" if cell.made.times != 1 else ""
        return f'=IF({bottom}=0,"{MISSING}",{top}/{bottom}{times})'
    return f"=SUM({xl_rowcol_to_cell(first, number)}:{xl_rowcol_to_cell(at - 1, number)})"


def _write_notes(sheet: Any, styles: Styles, table: Table, at: int, _: Say) -> None:
    notes = list(table.notes)
    if is_open(table):
        notes.append(
            _(
                "Ô của dòng tổng không có công thức: số này không phải là tổng các dòng đã in, vì có số không in, "
                "hoặc vì được giao hay tính cho toàn địa bàn."
            )
        )
    shown = _shown(table.columns)
    style = styles.of(italic=True, font_size=10, text_wrap=True, valign="top")
    for row, note in enumerate(notes, start=at):
        sheet.merge_range(row, 0, row, len(shown) - 1, "", style)
        sheet.write_string(row, 0, note, style)
        sheet.set_row(row, 14 * lines_of(note, sum(column.width for column in shown)))


def _set_print(sheet: Any, table: Table, first: int, mark: str) -> None:
    shown = _shown(table.columns)
    name = next((n for n, column in enumerate(table.columns) if column.kind == "text"), 0)
    sheet.freeze_panes(first, name + 1 if table.is_wide else 0)
    sheet.repeat_rows(HEAD_ROW, first - 1)
    sheet.set_paper(PAPER_A4)
    if table.is_wide:
        sheet.set_landscape()
    sheet.set_margins(**MARGINS)
    sheet.fit_to_pages(1, 0)
    last = first + max(len(table.rows), 1) + len(table.notes) + int(is_open(table))
    sheet.print_area(0, 0, last, len(shown) - 1)
    sheet.set_header('&C&"Times New Roman"&P' + (f'&R&"Times New Roman,Bold"{mark}' if mark else ""))
