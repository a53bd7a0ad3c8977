"""Refuses files that are no workbook or could harm: told apart before anything in them is parsed."""

import io
import re
import zipfile

from .errors import Finding, FormRejected

MAX_BYTES = 20 * 2**20
MAX_UNPACKED_BYTES = 100 * 2**20
MAX_PARTS = 2_000
MAX_ROWS = 30_000
"""Of all sheets together. The longest list a form has within it is of some thousand rows."""
MAX_CELLS = 500_000
MAX_RATIO = 300
"""How much smaller a part may be packed; sheets of real forms shrink to a tenth, some to a fiftieth."""
SMALL_BYTES = 2**20
CHUNK_BYTES = 2**18
OVERLAP = 4096
"""Bytes looked at twice, so that no mark is missed where two pieces meet."""
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
IS_ENCRYPTED = 1

SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
MACROS = re.compile(
    r"(vbaProject\w*\.bin|macrosheets/.*|dialogsheets/.*|activeX/.*|.*\.xlam)$", re.IGNORECASE
)
LINKS = re.compile(r"xl/(externalLinks|connections\.xml|queryTables|embeddings|model)", re.IGNORECASE)
PREFIX = rb"<(?:[^\s<>/:]{1,60}:)?"
ROW, CELL = re.compile(PREFIX + rb"row[\s/>]"), re.compile(PREFIX + rb"c[\s/>]")
AREA = re.compile(
    PREFIX + rb"""(?:mergeCell|hyperlink|comment)\s(?:[^<>"']|"[^"<]{0,2000}"|'[^'<]{0,2000}')*?"""
    rb"""\bref\s*=\s*["']([^"'<]{0,200})["']"""
)
"""Elements of which whoever reads the sheet makes every cell, with the cells they name."""
CORNERS = re.compile(rb"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")
SHEET_LINK = re.compile(rb"<[^<>]*[/]worksheet[\"'][^<>]*>")
SHEET_NAME = re.compile(rb"""\sTarget\s*=\s*["'][^"'&]+\.xml["']""", re.IGNORECASE)
DECLARATION = (b"<!DOCTYPE", b"<!doctype", b"<!ENTITY")
WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")

REFUSALS = {
    "empty_file": (
        "Tệp rỗng, không có nội dung; hãy chọn lại tệp Excel của biểu mẫu.",
        "The file is empty; choose the form's workbook again.",
    ),
    "too_large": (
        "Tệp quá lớn so với một biểu mẫu Excel; hãy bỏ ảnh và trang tính thừa.",
        "The file is too large for a form; remove pictures and spare sheets.",
    ),
    "too_many_rows": (
        "Tệp có quá nhiều dòng hoặc ô (tối đa 30.000 dòng); hãy xóa dòng thừa, danh sách dài thì để trong tệp "
        ".csv và dùng select_one_from_file.",
        "The workbook has too many rows or cells (30,000 rows at most); delete spare ones, and keep long lists "
        "in a .csv file with select_one_from_file.",
    ),
    "bomb": (
        "Tệp bị nén bất thường (bung ra gấp hàng trăm lần) nên không mở; hãy mở bằng Excel, chép các trang sang "
        "tệp mới rồi lưu.",
        "The file unpacks to hundreds of times its size and is not opened; copy its sheets to a new workbook and "
        "save that.",
    ),
    "macros": (
        "Tệp có macro (mã chạy được) nên không nhận; hãy lưu lại thành “Excel Workbook (.xlsx)” không có macro.",
        "The workbook holds macros and is refused; save it as “Excel Workbook (.xlsx)” without macros.",
    ),
    "external_links": (
        "Tệp lấy dữ liệu từ tệp khác hoặc từ mạng nên không nhận; hãy vào Data › Edit Links › Break "
        "Link rồi lưu lại.",
        "The workbook takes data from other files or the network and is refused; use Data › Edit Links › Break "
        "Link and save.",
    ),
    "doctype": (
        "Bên trong tệp có khai báo DTD, Excel không bao giờ viết như vậy, nên không nhận; hãy mở bằng Excel và "
        "lưu lại.",
        "The file declares a DTD inside, which Excel never does, and is refused; open it in Excel and save it "
        "again.",
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
        "Tệp không phải là tệp Excel (.xlsx); hãy chọn đúng tệp biểu mẫu.",
        "The file is not an Excel workbook (.xlsx); choose the file of the form.",
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


def check(content: bytes) -> None:
    """Raise FormRejected for what is no .xlsx workbook, or is one that costs or does more than a form should.

    Nothing is parsed: parts are counted, then unpacked once in small pieces and thrown away, so that even the largest
    file that comes this far takes a moment and a few hundred kilobytes.
    """
    if not content:
        raise refused("empty_file")
    if len(content) > MAX_BYTES:
        raise refused("too_large")
    if content.startswith(OLE):
        raise refused(_kind_of_ole(content))
    if not zipfile.is_zipfile(io.BytesIO(content)):
        raise refused("damaged" if content.startswith(b"PK") else "not_a_workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive.infolist())
            _check_contents(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise refused("damaged", f"{type(error).__name__}: {error}") from error


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    """What can be told from the list of parts alone."""
    kind = _kind_of_zip({part.filename for part in parts})
    if kind is not None:
        raise refused(kind)
    for part in parts:
        if part.flag_bits & IS_ENCRYPTED:
            raise refused("password")
        if MACROS.search(part.filename):
            raise refused("macros", part.filename)
        if LINKS.match(part.filename):
            raise refused("external_links", part.filename)
        if part.file_size > SMALL_BYTES and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise refused("bomb", part.filename)
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES or len(parts) > MAX_PARTS:
        is_sheets = (
            sum(part.file_size for part in parts if SHEET.match(part.filename)) > MAX_UNPACKED_BYTES // 2
        )
        raise refused("too_many_rows" if is_sheets else "too_large")


def _check_contents(archive: zipfile.ZipFile) -> None:
    """What stands in the parts: declarations no workbook has, links to elsewhere, rows and cells without number."""
    rows = cells = 0
    for part in archive.infolist():
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(part) as file:
            before = b""
            while chunk := file.read(CHUNK_BYTES):
                piece = before + chunk
                _check_piece(piece, name)
                rows += _count(piece, ROW, len(before))
                cells += _count(piece, CELL, len(before)) + _named(piece, len(before))
                if rows > MAX_ROWS or cells > MAX_CELLS:
                    raise refused("too_many_rows")
                before = piece[-OVERLAP:]


def _check_piece(piece: bytes, name: str) -> None:
    if any(mark in piece for mark in DECLARATION) or piece.startswith(WIDE):
        raise refused("doctype", name)
    if name.endswith("[content_types].xml") and b"macroEnabled" in piece:
        raise refused("macros", name)
    if name.endswith(".rels") and not all(map(SHEET_NAME.search, SHEET_LINK.findall(piece))):
        raise refused("damaged", name)  # A sheet under another name would not be counted.


def _count(piece: bytes, mark: re.Pattern[bytes], seen: int) -> int:
    """How often a mark stands in a piece, those wholly in its beginning, counted before, left out."""
    return sum(found.end() > seen for found in mark.finditer(piece))


def _named(piece: bytes, seen: int) -> int:
    """How many cells the areas in a piece take, as `_count`; of an area that cannot be told, more than are allowed."""
    return sum(_size(found[1]) for found in AREA.finditer(piece) if found.end() > seen)


def _size(area: bytes) -> int:
    found = CORNERS.fullmatch(area.strip())
    if found is None:
        return MAX_CELLS + 1
    left, top, right, bottom = found.groups()
    if right is None:
        return 1
    width, height = _number(right) - _number(left), int(bottom) - int(top)
    return (abs(width) + 1) * (abs(height) + 1)


def _number(letters: bytes) -> int:
    """The number of a column: 1 for A."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


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
