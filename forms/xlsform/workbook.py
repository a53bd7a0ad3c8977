"""Opens a workbook: tells what is no XLSForm, and where in it a text stands."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ..errors import Finding, FormRejected

MAX_BYTES = 20 * 2**20
MAX_UNPACKED_BYTES = 200 * 2**20
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
FIRST_ROW = 2

# Columns that pyxform knows by several names, any of which may stand in its messages.
SAME_COLUMN = (
    ("relevant", "relevance", "bind::relevant"),
    ("calculation", "calculate", "bind::calculate"),
    ("constraint", "bind::constraint"),
    ("repeat_count", "count", "jr:count"),
    ("save_to", "bind::entities:saveto"),
    ("list_name", "list name", "dataset"),
    ("form_id", "id_string", "set_form_id"),
    ("form_title", "title", "set_form_title"),
)
ALIASES = {name: names for names in SAME_COLUMN for name in names}

REFUSALS = {
    "empty_file": (
        "Tệp rỗng, không có nội dung.",
        "The file is empty.",
    ),
    "too_large": (
        "Tệp quá lớn so với một biểu mẫu Excel; hãy bỏ ảnh và trang tính thừa.",
        "The file is too large for a form; remove pictures and spare sheets.",
    ),
    "password": (
        "Tệp Excel được đặt mật khẩu; hãy bỏ mật khẩu rồi tải lên lại.",
        "The workbook is protected by a password; remove it and upload again.",
    ),
    "old_excel": (
        "Tệp theo định dạng Excel cũ (.xls); hãy mở bằng Excel và lưu lại thành .xlsx.",
        "The file is in the old Excel format (.xls); open it and save it as .xlsx.",
    ),
    "word_document": (
        "Đây là tệp Word, không phải Excel; biểu mẫu phải là tệp .xlsx.",
        "This is a Word document; a form must be an Excel workbook (.xlsx).",
    ),
    "other_office_file": (
        "Tệp không ở định dạng .xlsx; hãy mở bằng Excel hoặc LibreOffice và lưu lại thành .xlsx.",
        "The file is not an .xlsx workbook; open it and save it as .xlsx.",
    ),
    "not_a_workbook": (
        "Tệp không phải là tệp Excel (.xlsx).",
        "The file is not an Excel workbook (.xlsx).",
    ),
    "damaged": (
        "Tệp Excel bị hỏng, không mở được; hãy mở bằng Excel, lưu lại rồi tải lên.",
        "The workbook is damaged and cannot be opened; open it in Excel, save it and upload again.",
    ),
    "no_survey_sheet": (
        "Không có trang tính tên là “survey”; tệp này không phải là biểu mẫu XLSForm.",
        "There is no sheet named “survey”: this workbook is not an XLSForm.",
    ),
}


def refused(code: str, detail: str = "") -> FormRejected:
    """The refusal of a file as a whole."""
    vi, en = REFUSALS[code]
    return FormRejected([Finding(code, "error", vi=vi, en=en, detail=detail)])


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name as written, and its rows below the headers, blank ones too.

    A row maps header to text; blank cells are absent.
    """

    name: str
    rows: list[dict[str, str]] = field(default_factory=list)

    def numbered(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Rows with the number Excel shows beside them."""
        return enumerate(self.rows, start=FIRST_ROW)

    def row(self, number: int) -> dict[str, str]:
        """The row of this number; {} when there is none."""
        index = number - FIRST_ROW
        return self.rows[index] if 0 <= index < len(self.rows) else {}

    def find(self, column: str, text: str) -> int | None:
        """Number of the first row with this text in this column; None without any."""
        for number, row in self.numbered():
            if value_in(row, column) == text:
                return number
        return None

    @property
    def last_row(self) -> int:
        """Number of the last row that is not blank; 1 when only the headers are there."""
        return max((number for number, row in self.numbered() if row), default=1)


def header_in(headers: Any, column: str) -> str | None:
    """The header that stands for a column: by itself, another name, or with a language; None without."""
    lowered = {str(header).lower(): header for header in headers}
    for name in ALIASES.get(column, (column.lower(),)):
        if name in lowered:
            return lowered[name]
    prefix = column.lower() + "::"
    return next((header for low, header in lowered.items() if low.startswith(prefix)), None)


def value_in(row: dict[str, str], column: str) -> str | None:
    """The text of a row in a column, whichever of its names the header uses."""
    header = header_in(row, column)
    return None if header is None else row[header]


class Workbook:
    """An XLSForm workbook as pyxform reads it, with the way back from a row to a cell.

    definition is what pyxform takes; sheets are by lower-case name.
    """

    def __init__(self, content: bytes, definition: dict[str, Any]) -> None:
        self._content = content
        self.definition = definition
        names = {name.lower(): name for name in definition["sheet_names"]}
        self.sheets = {low: Sheet(name, definition[low]) for low, name in names.items() if low in definition}

    def sheet(self, name: str) -> Sheet:
        """A sheet by lower-case name, without rows when the workbook has none of it."""
        return self.sheets.get(name, Sheet(name))

    @cached_property
    def _headers(self) -> dict[str, list[str]]:
        """Header row of each sheet by lower-case name, blanks kept, so that positions are those of Excel."""
        return {name.lower(): headers for name, headers in _read_headers(self._content).items()}

    def column_letter(self, sheet: str, column: str) -> str | None:
        """Letter of a column; None when the sheet has none of this name."""
        headers = self._headers.get(sheet, [])
        header = header_in([text for text in headers if text], column)
        return None if header is None else get_column_letter(headers.index(header) + 1)

    def cell(self, sheet: str, column: str | None, row: int | None) -> str | None:
        """A cell like "B7"; None when column or row is not known."""
        letter = self.column_letter(sheet, column) if column else None
        return f"{letter}{row}" if letter and row else None


def open_workbook(content: bytes) -> Workbook:
    """Open a workbook. Raises FormRejected when it is none, or none with a sheet `survey`."""
    from pyxform.xls2json_backends import xlsx_to_dict

    _check_file(content)
    try:
        definition = xlsx_to_dict(io.BytesIO(content))
    except Exception as error:  # openpyxl and pyxform raise anything on a broken workbook
        if str(error).startswith("Duplicate column header"):
            raise FormRejected([_duplicate_header(content, str(error))]) from error
        raise refused("damaged", f"{type(error).__name__}: {error}") from error
    if "survey" not in {name.lower() for name in definition["sheet_names"]}:
        raise refused("no_survey_sheet", ", ".join(definition["sheet_names"]))
    return Workbook(content, definition)


def _read_headers(content: bytes) -> dict[str, list[str]]:
    """First row of each sheet by its name, "" for blank cells.

    Read row by row: a stray cell far down or far right costs nothing.
    """
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        first_rows = {sheet.title: next(sheet.iter_rows(max_row=1, values_only=True), ()) for sheet in book}
    finally:
        book.close()
    return {
        name: ["" if cell is None else " ".join(str(cell).split()) for cell in row]
        for name, row in first_rows.items()
    }


def _duplicate_header(content: bytes, message: str) -> Finding:
    header = message.partition(": ")[2]
    places = ((name, row) for name, row in _read_headers(content).items() if row.count(header) > 1)
    sheet, row = next(places, (None, [header]))
    second = row.index(header, row.index(header) + 1) if sheet else None
    return Finding(
        "duplicate_header",
        "error",
        sheet=sheet,
        cell=None if second is None else f"{get_column_letter(second + 1)}1",
        row=1,
        value=header,
        vi=f"Có hai cột cùng tên “{header}” trên một trang tính; hãy đổi tên hoặc xóa một cột.",
        en=f"Two columns of a sheet are both named “{header}”; rename or remove one.",
        detail=message,
    )


def _check_file(content: bytes) -> None:
    if not content:
        raise refused("empty_file")
    if len(content) > MAX_BYTES:
        raise refused("too_large")
    if content.startswith(OLE):
        raise refused(_kind_of_ole(content))
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise refused("damaged" if content.startswith(b"PK") else "not_a_workbook")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise refused("too_large")
    kind = _kind_of_zip({entry.filename for entry in entries})
    if kind is not None:
        raise refused(kind)


def _kind_of_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "password"
    if "WordDocument".encode("utf-16-le") in content:
        return "word_document"
    return "old_excel" if "Workbook".encode("utf-16-le") in content else "not_a_workbook"


def _kind_of_zip(names: set[str]) -> str | None:
    """Why a zip archive is no .xlsx workbook; None when it is one."""
    if "xl/workbook.xml" in names:
        return None
    if "word/document.xml" in names:
        return "word_document"
    office = {"mimetype", "xl/workbook.bin", "ppt/presentation.xml"}
    return "other_office_file" if names & office else "not_a_workbook"
