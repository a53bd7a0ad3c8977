"""A list of enumerators in Excel: whoever made it chose the order of columns, Vietnamese or English, and extra ones."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from reports import language
from server.errors import Problem
from server.services import sheet as sheets
from server.services.plan import CellError, NotAWorkbook

GUIDE = "huong_dan"
"""The sheet written for people; it is not read."""
HEADER_WITHIN = 12
"""Rows from the top in which the header is looked for: lists begin with a title and a date."""
NAME, UNIT, DISTRICT, PROVINCE, PHONE = "name", "unit", "district", "province", "phone"
HEADERS: Mapping[str, tuple[str, ...]] = {
    NAME: (
        "họ tên",
        "họ và tên",
        "tên",
        "tên điều tra viên",
        "điều tra viên",
        "name",
        "full name",
        "enumerator",
    ),
    UNIT: (
        "đơn vị",
        "xã",
        "phường",
        "xã phường",
        "xã phường thị trấn",
        "địa bàn",
        "mã đơn vị",
        "unit",
        "commune",
        "unit code",
    ),
    DISTRICT: ("huyện", "quận huyện", "district"),
    PROVINCE: ("tỉnh", "tỉnh thành", "tỉnh thành phố", "province"),
    PHONE: (
        "điện thoại",
        "số điện thoại",
        "di động",
        "sđt",
        "đt",
        "phone",
        "phone number",
        "telephone",
        "mobile",
    ),
}
MAX_NAME = 120
SEPARATORS = re.compile(r"[\s.\-()]+")
PHONE_NUMBER = re.compile(r"0(?:[35789]\d{8}|2\d{8,9})")
"""Mobile: ten digits; fixed line: ten or eleven, with the code of the province."""


class RosterRejected(Problem):
    """The list has errors; nobody on it was enrolled. errors: all of them, in the order of the rows."""

    code = "400.15"
    message_vi = "Danh sách “{name}” có {count} lỗi nên chưa cấp thẻ cho ai:"
    message_en = "The list “{name}” has {count} errors, so nobody was enrolled:"

    def __init__(self, name: str, errors: Sequence[CellError]) -> None:
        self.errors = tuple(errors)
        super().__init__(name=name, count=len(errors))

    def message(self, language: str) -> str:
        """The summary and, one a line, every error."""
        return "\n".join([super().message(language), *(error.text(language) for error in self.errors)])


class BadPhone(Problem):
    """Not a telephone number that can be dialled in Vietnam."""

    code = "400.11"
    message_vi = "“{text}” không phải số điện thoại Việt Nam; ghi như 0912 345 678 hoặc +84 912 345 678."
    message_en = "“{text}” is no Vietnamese telephone number; write 0912 345 678 or +84 912 345 678."


@dataclass(frozen=True, slots=True)
class Cell:
    """Text in a cell, and its address."""

    sheet: str
    address: str
    text: str

    def wrong(self, vi: str, en: str) -> CellError:
        """What is wrong with it."""
        return CellError(self.sheet, self.address, self.text, vi, en)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list as it stands. unit: with district and province behind it, where they have columns."""

    name: Cell
    unit: Cell
    phone: Cell


def read(content: bytes, name: str) -> list[Line]:
    """The rows that hold anything. Raises NotAWorkbook, RosterRejected."""
    try:
        found = sheets.read(content)
    except sheets.Unreadable as error:
        raise NotAWorkbook(name=name) from error
    errors = [_beyond(title, sheet.beyond) for title, sheet in found.items() if sheet.beyond]
    lines: list[Line] = []
    has_header = False
    for title, sheet in found.items():
        header = None if title == GUIDE else _header(sheet.rows)
        if header is not None:
            has_header = True
            lines += _lines(title, sheet.rows, *header)
    if not errors and not lines:
        errors.append(_empty(has_header))
    if errors:
        raise RosterRejected(name, errors)
    return lines


def phone_number(text: str) -> str | None:
    """A Vietnamese number as it is dialled, 0912345678; None for what is none. Excel drops the zero in front."""
    digits = SEPARATORS.sub("", text)
    digits = re.sub(r"^(?:\+84|0084|84(?=\d{9,10}$))0?", "0", digits)
    if re.fullmatch(r"[35789]\d{8}|2\d{8,9}", digits):
        digits = "0" + digits
    return digits if PHONE_NUMBER.fullmatch(digits) else None


def read_phone(text: str) -> str:
    """A telephone number as it is dialled. Raises BadPhone."""
    number = phone_number(text)
    if number is None:
        raise BadPhone(text=text)
    return number


def _header(rows: Sequence[tuple[Any, ...]]) -> tuple[int, dict[str, int]] | None:
    """Which row names the columns (counted from 0), and where each stands; None when no row names these two."""
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        places: dict[str, int] = {}
        for column, value in enumerate(row):
            field = _field(str(value))
            if field and field not in places:
                places[field] = column
        if NAME in places and UNIT in places:
            return index, places
    return None


def _field(text: str) -> str | None:
    key = language.text_key(re.sub(r"[^\w\s]|_", " ", text))
    for field, words in HEADERS.items():
        if key in [language.text_key(word) for word in words]:
            return field
    return None


def _lines(
    title: str, rows: Sequence[tuple[Any, ...]], header: int, places: Mapping[str, int]
) -> Iterator[Line]:
    for number, row in enumerate(rows[header + 1 :], start=header + 2):
        texts = {field: _text(row, column) for field, column in places.items()}
        if not any(texts.values()):
            continue
        above = [texts[field] for field in (DISTRICT, PROVINCE) if texts.get(field)]
        unit = ", ".join([texts[UNIT], *above]) if texts[UNIT] and not texts[UNIT].isdigit() else texts[UNIT]
        phone_column = get_column_letter(places[PHONE] + 1) if PHONE in places else "A"
        yield Line(
            Cell(title, f"{get_column_letter(places[NAME] + 1)}{number}", texts[NAME]),
            Cell(title, f"{get_column_letter(places[UNIT] + 1)}{number}", unit),
            Cell(title, f"{phone_column}{number}", texts.get(PHONE, "")),
        )


def _text(row: tuple[Any, ...], column: int) -> str:
    value = row[column] if column < len(row) else ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "\n".join(" ".join(line.split()) for line in str(value).splitlines()).strip()


def _beyond(title: str, address: str) -> CellError:
    return CellError(
        title,
        address,
        "",
        "ô này nằm ngoài bảng; hãy xóa hàng hoặc cột thừa.",
        "this cell is far outside the table; delete the row or column.",
    )


def _empty(has_header: bool) -> CellError:
    if has_header:
        vi = "danh sách không có người nào dưới dòng tiêu đề."
        return CellError("", "", "", vi, "the list has nobody below its header.")
    return CellError(
        "",
        "",
        "",
        "không thấy dòng tiêu đề có cột “Họ tên” và “Đơn vị”. Tệp mẫu: clb app-user template",
        "no row names the columns “Name” and “Unit”. For a template: clb app-user template",
    )
