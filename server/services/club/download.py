"""The register as a workbook to be changed in Excel and brought back."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.models import Club, Meeting, Member
from server.scope import Scope
from server.services.club.cells import values_of
from server.services.club.column import COLUMNS, HEADER, SHEET, Column, shown
from server.services.club.register import Wanted, chosen, places
from server.services.plan.workbook import GUIDE

MOST_ROWS = 5_000
GUIDE_LINES = (
    "Sổ câu lạc bộ: sửa ô ở trang cau_lac_bo rồi tải lên ở trang Câu lạc bộ › Nhập từ Excel.",
    "Trước khi ghi, máy cho xem từng thay đổi.",
    "Không sửa cột Mã câu lạc bộ. Thêm câu lạc bộ mới: thêm một dòng ở cuối, để trống cột mã.",
    "Xã, ngày thành lập, giai đoạn của câu lạc bộ đã có chỉ sửa được trong phiếu thành lập.",
    "Xã khi thành lập ghi mã@ngày hiệu lực, ví dụ 22777@2016-01-01, hoặc chỉ mã xã (hiểu theo ngày thành lập).",
    "Cho giải thể: chọn Trạng thái “Đã giải thể” và ghi Ngày giải thể. Xóa một dòng không xóa câu lạc bộ.",
    "Cột có chữ “(để xem)” chỉ để lọc và tìm, máy không đọc.",
    "Change cells on the sheet cau_lac_bo and upload the file under Clubs › Import from Excel; each change is shown "
    "before anything is written. A row without a code is a new club. Deleting a row deletes nothing.",
)


def workbook(session: Session, seen: Scope, project_id: int, wanted: Wanted) -> bytes:
    """The clubs of a list as an Excel workbook, by name; the first MOST_ROWS of them."""
    ids = list(
        session.scalars(
            chosen(select(Club.id), seen, project_id, wanted)
            .order_by(Club.name_key, Club.code, Club.id)
            .limit(MOST_ROWS)
        )
    )
    known = values_of(session, ids)
    standing, told = places(session, ids, seen.day), _told(session, seen, project_id, wanted)
    rows = []
    for one in ids:
        members, last = told.get(one, (0, None))
        where = ", ".join(filter(None, standing.get(one, ())))
        rows.append((known[one], (where, members, f"{last:%m/%Y}" if last else "")))
    return _written(rows)


def _told(
    session: Session, seen: Scope, project_id: int, wanted: Wanted
) -> dict[str, tuple[int, date | None]]:
    """Members on the list and last month reported, by club."""
    of_list = chosen(select(Club.id), seen, project_id, wanted)
    members = select(Member.club_id, func.count()).where(
        Member.left_on.is_(None), Member.club_id.in_(of_list)
    )
    months = select(Meeting.club_id, func.max(Meeting.report_month)).where(Meeting.club_id.in_(of_list))
    people = {row[0]: row[1] for row in session.execute(members.group_by(Member.club_id))}
    last = {row[0]: row[1] for row in session.execute(months.group_by(Meeting.club_id))}
    return {one: (people.get(one, 0), last.get(one)) for one in {*people, *last}}


def _written(rows: Sequence[tuple[dict[str, str], tuple[Any, ...]]]) -> bytes:
    import xlsxwriter  # A tenth of a second, for those who ask for a workbook.

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    sheet, guide = book.add_worksheet(SHEET), book.add_worksheet(GUIDE)
    bold = book.add_format(
        {"bold": True, "bg_color": "#E3EFF0", "border": 1, "text_wrap": True, "valign": "top"}
    )
    grey = book.add_format({"font_color": "#55605F"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for index, name in enumerate(HEADER):
        sheet.write_string(0, index, name, bold)
    for line, (values, beside) in enumerate(rows, start=1):
        for index, column in enumerate(COLUMNS):
            _write(sheet, line, index, column, values[column.field], day)
        for index, value in enumerate(beside, start=len(COLUMNS)):
            sheet.write(line, index, value, grey)
    _help(sheet, len(rows))
    for line, text in enumerate(GUIDE_LINES):
        guide.write_string(line, 0, text, book.add_format({"text_wrap": True, "valign": "top"}))
    guide.set_column(0, 0, 110)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, line: int, index: int, column: Column, value: str, day: Any) -> None:
    if not value:
        return
    if column.kind == "day":
        sheet.write_datetime(line, index, date.fromisoformat(value), day)
    elif column.kind == "whole":
        sheet.write_number(line, index, int(value))
    else:
        sheet.write_string(line, index, shown(column, value))


def _help(sheet: Any, rows: int) -> None:
    """Widths, the head that stays, and lists to choose from, a good way beyond the last row."""
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(rows, 1), len(HEADER) - 1)
    for index, name in enumerate(HEADER):
        sheet.set_column(index, index, 34 if name == "Tên câu lạc bộ" else 18)
    for index, column in enumerate(COLUMNS):
        if column.choices:
            words = [pair[0] for pair in column.choices.values()]
            sheet.data_validation(1, index, rows + 200, index, {"validate": "list", "source": words})
