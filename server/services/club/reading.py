"""A workbook of the register read and laid beside what the register says: what would change, and what cannot."""

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.models import Club, ClubUnit, Unit
from server.scope import Scope
from server.services import unit as register
from server.services.club.cells import by_code, values_of
from server.services.club.column import CODE, COLUMNS, HEADER, SHEET, Column
from server.services.plan.workbook import CellError, Row, Workbook
from server.services.sought import plain

MOST_CHANGES = 200
"""Clubs that one workbook may add or change: each is an edit of a submission, all in one transaction."""


COMMUNE_DIGITS = 5
"""Of a commune's code; Excel takes the zeros in front away."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that would change, by its field; values as `cells` has them."""

    column: Column
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row that would change or add a club. club_id None: it adds one. cells: of a new club those that are filled."""

    number: int
    club_id: str | None
    code: str
    name: str
    cells: tuple[Cell, ...]

    @property
    def is_new(self) -> bool:
        return self.club_id is None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a workbook would do. refused: what is wrong, by cell; rows with any of it are left as they are."""

    lines: tuple[Line, ...]
    unchanged: int
    refused: tuple[CellError, ...]
    refused_rows: int

    @property
    def added(self) -> int:
        return sum(line.is_new for line in self.lines)

    @property
    def changed(self) -> int:
        return len(self.lines) - self.added

    def first(self, most: int) -> tuple[Line, ...]:
        """The first rows with no more than so many cells in all; the first of them in any case."""
        ends = accumulate(len(line.cells) for line in self.lines)
        return (
            tuple(line for line, end in zip(self.lines, ends, strict=True) if end <= most) or self.lines[:1]
        )

    @property
    def digest(self) -> str:
        """Tells whether it is still what somebody has looked at."""
        told = [
            (one.number, one.club_id, [(c.column.field, c.old, c.new) for c in one.cells])
            for one in self.lines
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def compare(
    session: Session, seen: Scope, project_id: int, content: bytes, today: date, may_add: bool
) -> Difference:
    """What a workbook would change within somebody's scope. Raises NotAWorkbook; content has passed forms.gate."""
    book = Workbook(content, f"{SHEET}.xlsx")
    book.only([SHEET])
    rows = list(book.rows(SHEET, HEADER))
    reading = _Reading(session, seen, project_id, today, may_add)
    reading.look_up(rows)
    lines: list[Line] = []
    refused_rows = unchanged = 0
    for row in rows:
        before = len(book.errors)
        line = reading.read(row, len(lines))
        if len(book.errors) > before:
            refused_rows += 1
        elif line is None:
            unchanged += 1
        else:
            lines.append(line)
    return Difference(tuple(lines), unchanged, tuple(book.errors), refused_rows)


class _Reading:
    """What is known while rows are read: clubs by code, those met in the file, new names by commune."""

    def __init__(self, session: Session, seen: Scope, project_id: int, today: date, may_add: bool) -> None:
        self.session, self.seen, self.project_id = session, seen, project_id
        self.today, self.may_add = today, may_add
        self.ids: dict[str, str] = {}
        self.known: dict[str, dict[str, str]] = {}
        self.met: dict[str, int] = {}
        self.named: dict[tuple[int, str], str] = {}
        within = seen.units_wholly_within()
        self.within = None if within is None else set(session.scalars(within))

    def look_up(self, rows: list[Row]) -> None:
        """Read the clubs that the rows name, of those within the scope."""
        found = by_code(self.session, {row.text(COLUMNS[0].name).upper() for row in rows} - {""})
        mine = self.seen.clubs(select(Club.id).where(Club.project_id == self.project_id))
        allowed = set(self.session.scalars(mine)) if found else set()
        self.ids = {code: one for code, one in found.items() if one in allowed}
        self.known = values_of(self.session, list(self.ids.values()))

    def read(self, row: Row, so_far: int) -> Line | None:
        """What one row would do; None: nothing. What is wrong is noted in the row's errors."""
        before, code = len(row.errors), row.text(COLUMNS[0].name).upper()
        club_id = self._club(row, code)
        old = self.known.get(club_id or "", {})
        values = {column.field: _value(row, column, old.get(column.field, "")) for column in COLUMNS[1:]}
        if len(row.errors) > before:
            return None
        _check(row, values, self.today)
        cells = self._changed(row, old, values) if club_id else self._added(row, values)
        if len(row.errors) > before or not cells:
            return None
        if so_far >= MOST_CHANGES:
            row.refuse(
                COLUMNS[0].name,
                f"mỗi lần chỉ ghi {MOST_CHANGES} câu lạc bộ; tải phần còn lại ở lần sau.",
                f"one file changes {MOST_CHANGES} clubs at most; upload the rest afterwards.",
            )
        return Line(row.line, club_id, old.get(CODE, ""), old.get("name") or values["name"], cells)

    def _club(self, row: Row, code: str) -> str | None:
        """The club a row names; None for a new one. A code that is not there, or again, is noted."""
        if not code:
            if not self.may_add:
                vi = "tài khoản này không được thêm câu lạc bộ; ghi mã của câu lạc bộ đã có."
                row.refuse(
                    COLUMNS[0].name, vi, "this account may not add clubs; give the code of one that is there."
                )
            return None
        first = self.met.setdefault(code, row.line)
        if code not in self.ids:
            vi = "không có câu lạc bộ mã này trong địa bàn được giao; để trống nếu thêm mới."
            en = "no club of that code among those of your units; leave it empty for a new one."
            row.refuse(COLUMNS[0].name, vi, en)
        elif first != row.line:
            row.refuse(
                COLUMNS[0].name,
                f"trùng với dòng {first}; xin bỏ một dòng.",
                f"repeats row {first}; remove one.",
            )
        return self.ids.get(code)

    def _changed(self, row: Row, old: Mapping[str, str], values: Mapping[str, str]) -> tuple[Cell, ...]:
        changed = [
            Cell(column, old[column.field], values[column.field])
            for column in COLUMNS[1:]
            if not _same(old[column.field], values[column.field])
        ]
        for cell in changed:
            if cell.column.is_fixed and not self._is_commune(cell):
                vi = "chỉ sửa được trong phiếu thành lập, vì thành viên và các tháng gắn với nó."
                en = "is corrected in the founding form only: members and months hang on it."
                row.refuse(cell.column.name, vi, en)
        return tuple(cell for cell in changed if not cell.column.is_fixed)

    def _is_commune(self, cell: Cell) -> bool:
        """Whether the cell of the commune means the same with less: its bare code, or nothing."""
        return cell.column.field == "commune" and cell.new in ("", cell.old.partition("@")[0])

    def _added(self, row: Row, values: Mapping[str, str]) -> tuple[Cell, ...]:
        for column in COLUMNS[1:]:
            if column.is_needed:
                row.required(column.name)
        if values["status"] not in ("", "active"):
            vi, en = "câu lạc bộ mới phải đang hoạt động.", "a new club is active."
            row.refuse(BY_STATUS, vi, en)
        unit = self._commune(row, values)
        if unit is not None:
            self._check_name(row, unit, values["name"])
            values = {**values, "commune": register.key_of(unit)}
        return tuple(
            Cell(one, "", values[one.field]) for one in COLUMNS[1:] if values[one.field] and one.question
        )

    def _commune(self, row: Row, values: Mapping[str, str]) -> Unit | None:
        """The commune of a new club; one that is unknown, no commune or out of reach is noted."""
        if not (values["commune"] and values["founding_date"]):
            return None
        code, _, since = values["commune"].partition("@")
        opening = self.session.scalar(select(func.min(Unit.valid_from))) or date.min
        on = max(date.fromisoformat(values["founding_date"]), opening)
        found = register.at(self.session, code.zfill(COMMUNE_DIGITS), on)
        is_meant = found is not None and found.level == "c" and since in ("", found.valid_from.isoformat())
        is_within = found is not None and (self.within is None or found.id in self.within)
        if not (is_meant and is_within):
            vi = "không có xã mã này vào ngày thành lập trong địa bàn được giao; ghi mã xã, ví dụ 22777@2016-01-01."
            en = "no commune of that code on the founding day within your units; write a code such as 22777."
            row.refuse(BY_COMMUNE, vi, en)
            return None
        return found

    def _check_name(self, row: Row, unit: Unit, name: str) -> None:
        """A club of that name in that commune, there or in the file, is noted."""
        key = plain(name)
        there = self.session.scalar(
            select(Club.code)
            .join(ClubUnit, ClubUnit.club_id == Club.id)
            .where(ClubUnit.unit_id == unit.id, Club.name_key == key[:200])
            .limit(1)
        )
        first = there or self.named.get((unit.id, key))
        self.named.setdefault((unit.id, key), f"dòng {row.line}")
        if first:
            vi = f"xã này đã có câu lạc bộ tên như vậy ({first})."
            row.refuse(COLUMNS[1].name, vi, f"the commune has a club of that name already ({first}).")


BY_STATUS = next(one.name for one in COLUMNS if one.field == "status")
BY_COMMUNE = next(one.name for one in COLUMNS if one.field == "commune")


def _same(old: str, new: str) -> bool:
    """Whether two values are one to a reader: Excel keeps neither double spaces nor how marks are set."""
    return unicodedata.normalize("NFC", " ".join(old.split())) == unicodedata.normalize("NFC", new)


def _value(row: Row, column: Column, old: str) -> str:
    """A cell as the server writes it; one that cannot be read is noted."""
    match column.kind:
        case "day":
            found = row.day(column.name)
            return found.isoformat() if found else ""
        case "whole":
            return _whole(row, column)
        case "choice":
            return _choice(row, column, old)
    text = unicodedata.normalize("NFC", row.text(column.name))
    if len(text) > column.longest:
        row.refuse(column.name, f"dài quá {column.longest} ký tự.", f"longer than {column.longest} signs.")
    elif not text.isprintable():
        row.refuse(
            column.name,
            "có ký tự không in được; xin gõ lại.",
            "holds a sign that cannot be printed; type it again.",
        )
    return text


def _whole(row: Row, column: Column) -> str:
    number = row.number(column.name)
    if number is not None and not (number == int(number) and 1 <= number <= 31):
        row.refuse(column.name, "phải là số nguyên từ 1 đến 31.", "must be a whole number from 1 to 31.")
    return "" if number is None else str(int(number))


def _choice(row: Row, column: Column, old: str) -> str:
    """The code of a choice, written as its word in either language or as the code itself."""
    text = row.text(column.name)
    if not text or text == old:
        return text
    wanted = plain(text.replace("-", "–"))
    for code, words in column.choices.items():
        if wanted in (plain(code), *map(plain, words)):
            return code
    known = ", ".join(pair[0] for pair in column.choices.values())
    row.refuse(
        column.name, f"giá trị không hợp lệ; chỉ nhận: {known}.", f"not accepted; use one of: {known}."
    )
    return ""


def _check(row: Row, values: Mapping[str, str], today: date) -> None:
    """What must hold between the cells of a row."""
    by_field = {one.field: one for one in COLUMNS}
    for name in ("name", "village_name"):
        row.required(by_field[name].name)
    for name in ("founding_date", "decision_date", "closed_on"):
        if values[name] and values[name] > today.isoformat():
            row.refuse(by_field[name].name, "là ngày chưa tới.", "lies in the future.")
    closed_on, is_closed = values["closed_on"], values["status"] == "closed"
    if is_closed != bool(closed_on):
        vi, en = (
            "đi với trạng thái “Đã giải thể”: có cả hai hoặc không.",
            "goes with the state “Closed”: both, or neither.",
        )
        row.refuse(by_field["closed_on"].name, vi, en)
    elif closed_on and values["founding_date"] and closed_on < values["founding_date"]:
        row.refuse(by_field["closed_on"].name, "trước ngày thành lập.", "lies before the founding.")
