"""What the rows of each sheet mean: values for the tables, with everything wrong noted on its cell."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.standards import RULES
from server.models import Unit
from server.services.plan.workbook import Row, Workbook

Values = dict[str, Any]

PLACE = ("unit_code", "unit_name", "unit_valid_from")
COLUMNS = {
    "giai_doan": ("phase", "name_vi", "name_en", "valid_from", "valid_to", "older_age", "document", "note"),
    "quy_dinh": ("phase", "unit_code", "rule", "low", "high", "unit", "document", "note"),
    "chi_tieu": (
        "fact_id",
        *PLACE,
        *("phase", "period_from", "period_to", "indicator", "metric", "op", "value", "value_max", "unit"),
        *("threshold_vnd", "document", "document_date", "kind", "note"),
    ),
    "so_lieu": (
        "fact_id",
        *PLACE,
        *("period_from", "period_to", "metric", "op", "value", "unit", "kind", "document", "note"),
    ),
    "tap_huan": (
        "fact_id",
        *PLACE,
        *("starts_on", "ends_on", "participants", "club_code", "topic", "organiser", "document"),
    ),
}
CATALOGUE = {"A": 8, "B": 6, "C": 10, "D": 16, "E": 4}
GROUPS = ", ".join(f"{group}01–{group}{last:02}" for group, last in CATALOGUE.items())
INDICATORS = tuple(f"{group}{n:02}" for group, last in CATALOGUE.items() for n in range(1, last + 1))
OPS = ("=", ">=", ">", "~", "range", "none")
KINDS = ("stated", "derived", "invented")


class Places:
    """The register in memory, to look up the unit of a row."""

    def __init__(self, session: Session) -> None:
        self._states: dict[str, list[Unit]] = defaultdict(list)
        for unit in session.scalars(select(Unit).order_by(Unit.code, Unit.valid_from)):
            self._states[unit.code].append(unit)

    def __len__(self) -> int:
        return len(self._states)

    def unit(self, row: Row, day: date | None) -> Unit | None:
        """The unit of a row on its own date, else on `day`; noted and None when there is none."""
        code = row.required("unit_code")
        on = (row.day("unit_valid_from") if row.has("unit_valid_from") else None) or day
        if not code or on is None:
            return None
        states = self._states.get(code)
        if states is None:
            vi = "mã đơn vị không có trong sổ đơn vị hành chính; xin kiểm tra, giữ cả số 0 đứng đầu."
            row.refuse("unit_code", vi, "no unit has this code; check it, and keep leading zeros.")
            return None
        for unit in states:
            if unit.valid_from <= on and (unit.valid_to is None or on <= unit.valid_to):
                _check_name(row, unit)
                return unit
        known = ", ".join(f"{_vi(one.valid_from)}–{_vi(one.valid_to)}" for one in states)
        vi = f"đơn vị không có hiệu lực vào ngày {_vi(on)} (chỉ có hiệu lực: {known}); xin sửa mã hoặc kỳ."
        row.refuse(
            "unit_code", vi, f"the unit was not in force on {on} (only {known}); correct code or period."
        )
        return None

    def id_on(self, row: Row, day: date | None) -> int | None:
        """The ID of a row's unit on a day; None for the whole country (no code), and when noted as wrong."""
        unit = self.unit(row, day) if row.text("unit_code") else None
        return unit.id if unit else None


def _vi(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else "nay"


def _check_name(row: Row, unit: Unit) -> None:
    """A name beside the code must be the code's own; marks, case and spaces do not matter."""
    name = row.text("unit_name") if row.has("unit_name") else ""
    if name and _bare(unit.name) not in _bare(name):
        vi = f"mã {unit.code} là {unit.full_name}; xin sửa mã hoặc tên."
        row.refuse(
            "unit_name", vi, f"the code {unit.code} is {unit.full_name}; correct the code or the name."
        )


def _bare(text: str) -> str:
    """Letters and digits only, without marks."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in plain if letter.isalnum())


def phases(book: Workbook) -> list[Values]:
    """Sheet giai_doan: phases with their dates and the age that counts as older."""
    found: list[Values] = []
    for row in book.rows("giai_doan", COLUMNS["giai_doan"]):
        first, last, age = (
            row.required_day("valid_from"),
            row.required_day("valid_to"),
            row.number("older_age"),
        )
        code = row.required("phase")
        if age is None or age != int(age) or not 40 <= age <= 100:
            row.refuse("older_age", "phải là tuổi tròn từ 40 đến 100.", "must be whole years from 40 to 100.")
        if any(code == other["code"] for other in found):
            row.refuse("phase", "giai đoạn bị lặp lại.", "this phase is given twice.")
        _check_order(row, first, last, "valid_to")
        found.append(
            {
                "code": code,
                "name_vi": row.required("name_vi"),
                "name_en": row.required("name_en"),
                "valid_from": first,
                "valid_to": last,
                "older_age": int(age or 0),
                "document": row.text("document"),
            }
        )
    return found


def rules(book: Workbook, places: Places, known: Mapping[str, date]) -> list[Values]:
    """Sheet quy_dinh: what a phase asks of every club; one row may name several phases, apart by spaces."""
    found: list[Values] = []
    seen: dict[tuple[Any, ...], int] = {}
    for row in book.rows("quy_dinh", COLUMNS["quy_dinh"]):
        low, high = row.number("low"), row.number("high")
        if low is None and high is None:
            row.refuse("low", "phải có ít nhất một trong hai ô low, high.", "needs low, high or both.")
        if low is not None and high is not None and low > high:
            row.refuse("high", "nhỏ hơn ô low.", "is less than low.")
        for phase in row.required("phase").split():
            if phase not in known:
                row.refuse("phase", f"chưa có giai đoạn “{phase}”.", f"there is no phase “{phase}”.")
            unit_id = places.id_on(row, known.get(phase))
            values = {"phase_code": phase, "unit_id": unit_id, "rule": _rule(row)}
            if unit_id or not row.text("unit_code"):
                _once(row, seen, "rule", tuple(values.values()))
            numbers = {"low": low, "high": high, "measure": row.required("unit")}
            found.append({**values, **numbers, "document": row.text("document"), "note": row.text("note")})
    return found


def _rule(row: Row) -> str:
    """The name of a rule; one that reports do not know would be without effect, and nobody would notice."""
    name = row.required("rule")
    if name and name not in RULES:
        near = get_close_matches(name, RULES, n=1)
        vi, en = (f" Có phải “{near[0]}”?", f" Is it “{near[0]}”?") if near else ("", "")
        row.refuse(
            "rule",
            f"báo cáo không có quy định tên này; xem trang huong_dan.{vi}",
            f"reports know no rule of this name; see the sheet huong_dan.{en}",
        )
    return name


def _indicator(row: Row) -> str:
    """The code of an indicator, "" for a figure that belongs to none."""
    code = row.text("indicator")
    if code and code not in INDICATORS:
        row.refuse("indicator", f"không có chỉ tiêu mã này; chỉ có: {GROUPS}.", f"there are only: {GROUPS}.")
    return code


def targets(book: Workbook, places: Places, known: Mapping[str, date]) -> list[tuple[Row, Values]]:
    """Sheet chi_tieu: planned or demanded figures. Each with its row, for checks against other workbooks."""
    found: list[tuple[Row, Values]] = []
    seen: dict[tuple[Any, ...], int] = {}
    for row in book.rows("chi_tieu", COLUMNS["chi_tieu"]):
        values = {
            **_place_and_period(row, places),
            "phase_code": row.choice("phase", known) if row.text("phase") else None,
            "indicator": _indicator(row),
            "metric": row.required("metric"),
            **_figure(row),
            "threshold_vnd": _whole(row, "threshold_vnd"),
            "document": row.required("document"),
            "document_date": row.day("document_date"),
            "kind": row.choice("kind", KINDS),
            "note": row.text("note"),
        }
        if values["unit_id"]:
            _once(row, seen, "metric", target_key(values))
        found.append((row, values))
    return found


def target_key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two targets the same one: unit, period, what is counted, threshold."""
    names = ("unit_id", "period_from", "period_to", "indicator", "metric", "threshold_vnd")
    return tuple(values[name] for name in names)


def facts(book: Workbook, places: Places) -> list[Values]:
    """Sheet so_lieu: stated figures that no form collects."""
    found: list[Values] = []
    seen: dict[tuple[Any, ...], int] = {}
    for row in book.rows("so_lieu", COLUMNS["so_lieu"]):
        place = _place_and_period(row, places)
        value, op = row.number("value"), row.choice("op", OPS)
        if value is None and op != "none":
            row.refuse("value", "thiếu số liệu; ghi op là none nếu văn bản không nêu số.", "needs a number.")
        metric = row.required("metric")
        if place["unit_id"]:
            _once(row, seen, "metric", (place["unit_id"], place["period_from"], place["period_to"], metric))
        rest = {
            "document": row.required("document"),
            "kind": row.choice("kind", KINDS),
            "note": row.text("note"),
        }
        found.append(
            {**place, "metric": metric, "op": op, "value": value, "measure": row.required("unit"), **rest}
        )
    return found


def trainings(book: Workbook, places: Places) -> list[Values]:
    """Sheet tap_huan: trainings held outside the clubs' own meetings."""
    found: list[Values] = []
    for row in book.rows("tap_huan", COLUMNS["tap_huan"]):
        first, last = row.required_day("starts_on"), row.required_day("ends_on")
        _check_order(row, first, last, "ends_on")
        unit, people = places.unit(row, first), _whole(row, "participants")
        if people is None:
            row.refuse("participants", "phải ghi số người dự.", "needs the number of participants.")
        found.append(
            {
                "fact_id": row.text("fact_id"),
                "unit_id": unit.id if unit else None,
                "club_code": row.text("club_code") or None,
                "starts_on": first,
                "ends_on": last,
                "participants": people,
                **{name: row.text(name) for name in ("topic", "organiser", "document")},
            }
        )
    return found


def _place_and_period(row: Row, places: Places) -> Values:
    first, last = row.required_day("period_from"), row.required_day("period_to")
    _check_order(row, first, last, "period_to")
    unit = places.unit(row, first)
    place = {"fact_id": row.text("fact_id"), "unit_id": unit.id if unit else None}
    return {**place, "period_from": first, "period_to": last}


def _check_order(row: Row, first: date | None, last: date | None, column: str) -> None:
    if first and last and first > last:
        row.refuse(column, "ngày cuối đứng trước ngày đầu.", "ends before it begins.")


def _figure(row: Row) -> Values:
    """op, value, value_max and measure, checked against each other."""
    op, value, value_max = row.choice("op", OPS), row.number("value"), row.number("value_max")
    measure = row.required("unit")
    if (op == "none") != (value is None) and op in OPS:
        vi = "op none đi với ô trống; các op khác phải có số."
        row.refuse("value", vi, "op none goes with an empty cell; any other op needs a number.")
    if (op == "range") != (value_max is not None) and op in OPS:
        vi = "chỉ ghi khi op là range, và khi đó bắt buộc."
        row.refuse("value_max", vi, "only for op range, and then required.")
    if value is not None and value_max is not None and value > value_max:
        row.refuse("value_max", "nhỏ hơn ô value.", "is less than value.")
    _check_percent(row, measure, value)
    return {"op": op, "value": value, "value_max": value_max, "measure": measure}


def _check_percent(row: Row, measure: str, value: Decimal | None) -> None:
    """70 % is written 70: a cell formatted as percent holds 0.7, which nobody means."""
    if measure == "percent" and value is not None and (0 < value <= 1 or not 0 <= value <= 100):
        vi = "tỷ lệ ghi theo phần trăm, từ 0 đến 100 (70% ghi là 70)."
        row.refuse("value", vi, "write a share in percent, from 0 to 100 (70% is 70).")


def _whole(row: Row, column: str) -> int | None:
    number = row.number(column)
    if number is None or (number == int(number) and number >= 0):
        return None if number is None else int(number)
    row.refuse(column, "phải là số nguyên không âm.", "must be a whole number, not negative.")
    return None


def _once(row: Row, seen: dict[tuple[Any, ...], int], column: str, key: tuple[Any, ...]) -> None:
    first = seen.setdefault(key, row.line)
    if first != row.line:
        row.refuse(
            column, f"trùng với dòng {first}; xin bỏ một dòng.", f"repeats row {first}; remove one of them."
        )
