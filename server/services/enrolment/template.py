"""An empty list of enumerators to fill in, with a sheet that says how."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

LIST, GUIDE = "danh_sach", "huong_dan"
COLUMNS = (("Họ tên", 34), ("Đơn vị", 52), ("Điện thoại", 20))
ROWS = 500
"""Rows formatted as text, so that a phone number keeps its zero."""
LINES = (
    (
        "Danh sách người thu thập số liệu, mỗi người một dòng ở trang danh_sach.",
        "Enumerators, one a row in the sheet danh_sach.",
    ),
    (
        "Họ tên: như sẽ in trên thẻ. Hai người trùng tên ở cùng đơn vị thì thêm chữ phân biệt.",
        "Name: as printed on the card. Two of the same name in one unit need something to tell them apart.",
    ),
    (
        "Đơn vị: mã (22837), mã@ngày của đơn vị cũ (58@2016-01-01), hoặc tên kèm tỉnh (Xã Thuận Bắc, Khánh Hòa). "
        "Nhiều đơn vị cách nhau bằng dấu chấm phẩy.",
        "Unit: a code (22837), code@date of a former unit (58@2016-01-01), or a name with its province (Xã Thuận Bắc, "
        "Khánh Hòa). Several are parted by semicolons.",
    ),
    (
        "Điện thoại: 0912 345 678 hoặc +84 912 345 678; để trống được. Hai dòng không được trùng số.",
        "Phone: 0912 345 678 or +84 912 345 678; may be empty. No two rows share a number.",
    ),
    (
        "Xong thì chạy: clb app-user enrol DANH-SACH.xlsx --out the.pdf. Có lỗi ở dòng nào thì chưa ai được cấp thẻ.",
        "Then run: clb app-user enrol LIST.xlsx --out cards.pdf. With an error in any row nobody is enrolled.",
    ),
)


def template() -> bytes:
    """The workbook."""
    book = Workbook()
    listing = book.active
    assert isinstance(listing, Worksheet)
    listing.title = LIST
    for column, (title, width) in enumerate(COLUMNS, start=1):
        head = listing.cell(1, column, title)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBF7")
        listing.column_dimensions[head.column_letter].width = width
        for row in range(2, ROWS + 2):
            listing.cell(row, column).number_format = "@"
    listing.freeze_panes = "A2"
    guide = book.create_sheet(GUIDE)
    guide.column_dimensions["A"].width = guide.column_dimensions["B"].width = 70
    for row, texts in enumerate(LINES, start=1):
        for column, text in enumerate(texts, start=1):
            guide.cell(row, column, text).alignment = Alignment(wrap_text=True, vertical="top")
    written = BytesIO()
    book.save(written)
    return written.getvalue()
