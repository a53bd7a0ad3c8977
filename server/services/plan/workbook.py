"""An Excel workbook as rows of named cells; what is wrong with a cell is noted by its address, never raised.

Reading goes on after an error, so that one reading tells an admin all of them.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from server.errors import Problem
from server.i18n import choose
from server.services import sheet as sheets

GUIDE = "huong_dan"
"""The sheet written for people; it is not read."""


class NotAWorkbook(Problem):
    """The bytes are no Excel workbook, or one that is damaged, locked by a password or far too large."""

    code = "400.15"
    message_vi = (
        "Tệp “{name}” không phải sổ Excel, đã hỏng hoặc có đặt mật khẩu. "
        "Xin mở bằng Excel, bỏ mật khẩu nếu có, rồi lưu lại dạng .xlsx."
    )
    message_en = (
        "The file “{name}” is no Excel workbook, is damaged, or has a password. "
        "Please open it in Excel, remove the password if any, and save it as .xlsx."
    )


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell, and what to do about it. value: the cell's content as text.

    sheet and cell are "" when it is about the workbook.
    """

    sheet: str
    cell: str
    value: str
    message_vi: str
    message_en: str

    def text(self, language: str) -> str:
        """One line: place, content, sentence; such as `chi_tieu!B7 “999”: mã đơn vị …`."""
        sentence = choose(language, self.message_vi, self.message_en)
        if not self.sheet:
            return sentence
        content = f" “{self.value}”" if self.value else ""
        return f"{self.sheet}!{self.cell}{content}: {sentence}"


class Row:
    """One row of a sheet; its cells are asked for by column name, and wrong ones are noted in `errors`."""

    def __init__(
        self, sheet: str, line: int, cells: Sequence[Any], columns: dict[str, int], errors: list[CellError]
    ) -> None:
        self.sheet, self.line, self.errors = sheet, line, errors
        self._cells, self._columns = cells, columns
        self._refused: set[str] = set()

    def address(self, column: str) -> str:
        """Excel's name of the cell, such as B7."""
        return f"{_letters(self._columns[column])}{self.line}"

    def has(self, column: str) -> bool:
        """Whether the sheet has a column of that name."""
        return column in self._columns

    def refuse(self, column: str, vi: str, en: str) -> None:
        """Note that a cell is wrong; what is noted first is the cause, so a second time is left out."""
        if column not in self._refused:
            self._refused.add(column)
            value = _shown(self._value(column))
            self.errors.append(CellError(self.sheet, self.address(column), value, vi, en))

    def text(self, column: str) -> str:
        """The cell as text without spaces around it; empty for an empty cell."""
        return _shown(self._value(column))

    def required(self, column: str) -> str:
        """The cell as text; an empty one is noted."""
        if not (text := self.text(column)):
            self.refuse(column, "ô này phải có nội dung.", "this cell must not be empty.")
        return text

    def choice(self, column: str, allowed: Collection[str]) -> str:
        """The cell as text; anything but the allowed values is noted."""
        text = self.text(column)
        if text not in allowed:
            known = ", ".join(allowed)
            self.refuse(
                column, f"giá trị không hợp lệ; chỉ nhận: {known}.", f"not accepted; use one of: {known}."
            )
        return text

    def number(self, column: str) -> Decimal | None:
        """The cell as a number, None when empty; text is noted, also when it looks like a number."""
        value = self._value(column)
        if value == "":
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _decimal(value)
        self.refuse(
            column,
            "phải là số, không phải chữ; hãy gõ lại số, không kèm đơn vị hay dấu %.",
            "must be a number, not text; type the number again without a unit or %.",
        )
        return None

    def day(self, column: str) -> date | None:
        """The cell as a date, None when empty: an Excel date, or text such as 31/12/2020 or 2020-12-31."""
        value = self._value(column)
        if isinstance(value, datetime):
            return value.date()
        if value == "" or isinstance(value, date):
            return None if value == "" else value
        for pattern in ("%d/%m/%Y", "%Y-%m-%d"):
            try:
                return datetime.strptime(str(value).strip(), pattern).date()  # noqa: DTZ007 – a day, not a moment
            except ValueError:
                continue
        self.refuse(column, "phải là ngày, ví dụ 31/12/2020.", "must be a date, such as 31/12/2020.")
        return None

    def required_day(self, column: str) -> date | None:
        """The cell as a date; an empty one is noted too."""
        return self.day(column) if self.required(column) else None

    def _value(self, column: str) -> Any:
        index = self._columns[column]
        value = self._cells[index] if index < len(self._cells) else ""
        return value.strip() if isinstance(value, str) else value


class Workbook:
    """The sheets of a workbook that are known, and every error met while they are read."""

    def __init__(self, content: bytes, name: str) -> None:
        self.errors: list[CellError] = []
        try:
            self._sheets = sheets.read(content)
        except sheets.Unreadable as error:
            raise NotAWorkbook(name=name) from error
        for title, sheet in self._sheets.items():
            if sheet.beyond:
                vi = "ô này nằm ngoài bảng; hãy xóa hàng hoặc cột thừa."
                self._note(
                    title,
                    sheet.beyond,
                    "",
                    vi,
                    "this cell is far outside the table; delete the row or column.",
                )

    def only(self, sheets: Collection[str]) -> None:
        """Note sheets of other names, and a workbook that has none of these."""
        known = ", ".join(sheets)
        for name in self._sheets:
            if name not in (*sheets, GUIDE):
                self._note(
                    name,
                    "A1",
                    "",
                    f"tên trang tính lạ; chỉ đọc các trang: {known}.",
                    f"unknown sheet; those that are read: {known}.",
                )
        if not set(sheets) & set(self._sheets):
            vi = f"sổ phải có ít nhất một trang tính trong số: {known}."
            self._note("", "", "", vi, f"the workbook needs at least one of the sheets: {known}.")

    def rows(self, sheet: str, columns: Sequence[str]) -> Iterator[Row]:
        """The rows of a sheet that hold anything; none when the sheet is absent or its header is wrong."""
        table = self._sheets[sheet].rows if sheet in self._sheets else []
        header = [_shown(cell) for cell in table[0]] if table else []
        if not table or not self._is_header(sheet, header, columns):
            return
        places = {name: header.index(name) for name in columns}
        for line, cells in enumerate(table[1:], start=2):
            if any(cell != "" for cell in cells):
                yield Row(sheet, line, cells, places, self.errors)

    def _is_header(self, sheet: str, header: Sequence[str], columns: Sequence[str]) -> bool:
        """Whether row 1 has exactly these columns, in any order; each one that is missing or unknown is noted."""
        before = len(self.errors)
        for name in columns:
            if name not in header:
                self._note(
                    sheet, "A1", "", f"dòng 1 thiếu cột “{name}”.", f"row 1 lacks the column “{name}”."
                )
        for index, name in enumerate(header):
            if name and (name not in columns or name in header[:index]):
                vi = "tên cột lạ hoặc lặp lại; xin xem trang huong_dan."
                en = "unknown or repeated column; see the sheet huong_dan."
                self._note(sheet, f"{_letters(index)}1", name, vi, en)
        return len(self.errors) == before

    def _note(self, sheet: str, cell: str, value: str, vi: str, en: str) -> None:
        self.errors.append(CellError(sheet, cell, value, vi, en))


def _letters(index: int) -> str:
    """Excel's letters of a column counted from 0: A … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _shown(value: Any) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s+", " ", str(value)).strip()


def _decimal(value: float) -> Decimal:
    """The number as it was typed: 66.7 stays 66.7, 20 has no decimals."""
    return Decimal(int(value)) if float(value).is_integer() else Decimal(repr(value))
