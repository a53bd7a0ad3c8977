"""The admin's own workbook, with every finding where it stands: coloured cells, a note in each, and a list in front."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ..errors import Finding

Language = Literal["vi", "en"]
AUTHOR = "CLB"
COLOURS = {"error": "FFFFC7CE", "warning": "FFFFEB9C"}
TITLES = {"vi": "Lỗi", "en": "Errors"}
HEADS = {
    "vi": ("Số", "Mức", "Trang", "Ô", "Nội dung ô", "Sai gì và sửa thế nào"),
    "en": ("No.", "Level", "Sheet", "Cell", "What it says", "What is wrong and what to do"),
}
LEVELS = {"vi": {"error": "Lỗi", "warning": "Lưu ý"}, "en": {"error": "Error", "warning": "Warning"}}
SUMMARY = {
    "vi": "{errors} lỗi phải sửa (nền đỏ), {warnings} lưu ý (nền vàng). Bấm vào ô để đến chỗ cần sửa; "
    "sửa xong thì tải tệp lên lại, không cần xóa trang này.",
    "en": "{errors} errors to be corrected (red), {warnings} warnings (yellow). Click a cell to go there; "
    "upload the file again when done, this sheet may stay.",
}
LOST = {
    "vi": "Bản đánh dấu này không giữ được: {what}. Nếu cần, hãy sửa trong tệp gốc.",
    "en": "This marked copy could not keep: {what}. If you need them, correct the original file.",
}
PARTS = {
    "xl/drawings/": ("hình vẽ, ảnh", "shapes and pictures"),
    "xl/charts/": ("biểu đồ", "charts"),
    "xl/threadedcomments/": ("hội thoại bình luận", "threaded comments"),
    "xl/slicers/": ("bộ lọc slicer", "slicers"),
    "xl/ctrlprops/": ("nút bấm", "form controls"),
}
WIDTHS = (6, 9, 12, 9, 34, 100)
FIRST_ROW = 5
NOTE_WIDTH, NOTE_HEIGHT, LINE_CHARACTERS, LINE_HEIGHT = 340, 60, 48, 18


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked workbook; lost: what of the original it could not keep, in both languages."""

    content: bytes
    lost: tuple[tuple[str, str], ...]


def mark(workbook: bytes, findings: Iterable[Finding], language: Language) -> Marked:
    """The workbook with each finding in its cell and all of them on a first sheet; everything else as it was.

    Marks of an earlier upload are taken away first. workbook: one that was found harmless.
    """
    found = list(findings)
    book = load_workbook(io.BytesIO(workbook))
    _clear(book)
    lost = tuple(_lost(workbook))
    by_cell: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        if one.sheet in book.sheetnames and (one.cell or one.row):
            by_cell.setdefault((one.sheet or "", one.cell or f"A{one.row}"), []).append(one)
    for (sheet, place), ones in by_cell.items():
        _mark(book[sheet], place, ones, language)
    _list(book, found, lost, language)
    file = io.BytesIO()
    book.save(file)
    return Marked(file.getvalue(), lost)


def _clear(book: Workbook) -> None:
    for title in TITLES.values():
        if title in book.sheetnames and len(book.sheetnames) > 1:
            del book[title]
    for sheet in book.worksheets:
        for cell in sheet._cells.values():
            if isinstance(cell, MergedCell):
                continue
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
            if cell.fill.fill_type == "solid" and cell.fill.start_color.rgb in COLOURS.values():
                cell.fill = PatternFill()


def _mark(sheet: Worksheet, place: str, findings: list[Finding], language: Language) -> None:
    cell = _first(sheet, place)
    level = "error" if any(one.severity == "error" for one in findings) else "warning"
    cell.fill = PatternFill("solid", start_color=COLOURS[level])
    text = "\n\n".join(f"{LEVELS[language][one.severity]}: {_sentence(one, language)}" for one in findings)
    if cell.comment is not None:
        text = f"{text}\n\n{cell.comment.text}"
    lines = sum(1 + len(line) // LINE_CHARACTERS for line in text.splitlines())
    cell.comment = Comment(text, AUTHOR, NOTE_HEIGHT + LINE_HEIGHT * lines, NOTE_WIDTH)


def _first(sheet: Worksheet, place: str) -> Cell:
    """The cell of this name; of merged cells the first, which alone can hold a note."""
    cell = sheet[place]
    if isinstance(cell, MergedCell):
        area = next(one for one in sheet.merged_cells.ranges if place in one)
        cell = sheet.cell(area.min_row, area.min_col)
    assert isinstance(cell, Cell)
    return cell


def _sentence(finding: Finding, language: Language) -> str:
    return finding.vi if language == "vi" else finding.en


def _list(
    book: Workbook, findings: list[Finding], lost: Iterable[tuple[str, str]], language: Language
) -> None:
    """The first sheet: all findings, each with a link to its cell."""
    sheet = book.create_sheet(TITLES[language], 0)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
    errors = sum(one.severity == "error" for one in findings)
    counts = {"errors": errors, "warnings": len(findings) - errors}
    sheet["A1"], sheet["A1"].font = TITLES[language], Font(bold=True, size=14)
    sheet["A2"] = SUMMARY[language].format(**counts)
    what = ", ".join(vi if language == "vi" else en for vi, en in lost)
    sheet["A3"] = LOST[language].format(what=what) if what else None
    for column, (head, width) in enumerate(zip(HEADS[language], WIDTHS, strict=True), start=1):
        cell = sheet.cell(FIRST_ROW - 1, column, head)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = width
    for number, one in enumerate(findings, start=1):
        _row(sheet, FIRST_ROW - 1 + number, number, one, language)
        if one.sheet in book.sheetnames and (one.cell or one.row):
            _link(sheet.cell(FIRST_ROW - 1 + number, 4), one)
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _row(sheet: Worksheet, row: int, number: int, one: Finding, language: Language) -> None:
    place = one.cell or (f"A{one.row}" if one.row else "")
    values: tuple[int | str, ...] = (
        number,
        LEVELS[language][one.severity],
        one.sheet or "",
        place,
        one.value or "",
        _sentence(one, language),
    )
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column, value)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if isinstance(value, str):
            cell.data_type = "s"  # A text that begins with = is a text.
    sheet.cell(row, 2).fill = PatternFill("solid", start_color=COLOURS[one.severity])


def _link(cell: Cell | MergedCell, one: Finding) -> None:
    """Lead from the list to the cell."""
    name = (one.sheet or "").replace("'", "''")
    cell.hyperlink = Hyperlink(cell.coordinate, location=f"'{name}'!{one.cell or f'A{one.row}'}")
    cell.font = Font(color="FF0563C1", underline="single")


def _lost(workbook: bytes) -> Iterator[tuple[str, str]]:
    """What openpyxl drops: parts it does not know. Notes of Excel's old kind stand among the drawings, and are kept."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        names = [name.lower() for name in archive.namelist()]
    for start, words in PARTS.items():
        if any(name.startswith(start) and not name.endswith((".vml", ".vml.rels")) for name in names):
            yield words
