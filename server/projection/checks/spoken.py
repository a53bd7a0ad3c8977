"""Names, reasons and values of findings as a person says them; questions and codes stay as they are in the tables."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from server.clock import VIETNAM

Pair = tuple[str, str]
"""In Vietnamese and in English."""

PLACE = re.compile(r"(?:\w+\[(?P<position>\d+)\]/)?(?P<name>[\w-]+)")
UNIT_KEY = re.compile(r"\b\d{2,5}@\d{4}-\d{2}-\d{2}\b")
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*")

QUESTIONS: dict[str, Pair] = {
    "n_present": ("Số thành viên có mặt", "Members present"),
    "n_on_list": ("Số thành viên trong danh sách", "Members on the list"),
    "if_open_cash": ("Quỹ tăng thu nhập: tiền đầu kỳ", "Income fund: opening cash"),
    "if_open_loans": ("Quỹ tăng thu nhập: dư nợ đầu kỳ", "Income fund: opening loans"),
    "sum_disbursed": ("Tổng tiền cho vay trong tháng", "Lent in the month"),
    "sum_disbursed_cash": ("Tổng cho vay bằng tiền trong tháng", "Lent in cash in the month"),
    "sum_principal": ("Tổng gốc thu trong tháng", "Principal repaid in the month"),
    "sum_interest": ("Tổng lãi thu trong tháng", "Interest received in the month"),
    "if_close_cash": ("Quỹ tăng thu nhập: tiền cuối kỳ", "Income fund: closing cash"),
    "if_close_loans": ("Quỹ tăng thu nhập: dư nợ cuối kỳ", "Income fund: closing loans"),
    "if_diff": ("Chênh lệch kiểm Quỹ tăng thu nhập", "Income fund: counted less book"),
    "of_open": ("Quỹ hoạt động: đầu kỳ", "Operating fund: opening"),
    "of_close": ("Quỹ hoạt động: cuối kỳ", "Operating fund: closing"),
    "of_diff": ("Chênh lệch kiểm Quỹ hoạt động", "Operating fund: counted less book"),
    "members_left": ("Thành viên ra khỏi câu lạc bộ", "Members who left"),
    "start": ("giờ bắt đầu điền", "the start of filling"),
    "end": ("giờ điền xong", "the end of filling"),
    "today": ("ngày điền", "the day of filling"),
    "received_at": ("giờ máy chủ nhận", "the moment of receipt"),
}
"""What a form works out by itself has no label of its own."""

REASONS: dict[str, Pair] = {
    "not_a_number": ("không phải là số", "not a number"),
    "out_of_range": ("số quá lớn hoặc quá nhỏ", "out of range"),
    "not_a_date": ("không phải là ngày", "not a date"),
    "not_a_time": ("không phải là giờ", "not a time"),
    "no_offset": ("giờ thiếu múi giờ", "a time without its offset"),
    "not_a_boolean": ("không phải là có hoặc không", "neither true nor false"),
    "not_a_place": ("không phải là vị trí", "not a place"),
    "not_in_form": ("biểu mẫu không có câu này", "the form has no such question"),
    "has_children": ("câu trả lời có phần lồng bên trong", "the answer holds other elements"),
    "given_twice": ("câu này có hai lần", "it was given twice"),
    "too_long": ("quá dài, chỉ giữ phần đầu", "too long, only its beginning is kept"),
    "unknown_code": ("không có trong danh mục", "not in the register"),
    "no_longer_valid": ("đã hết hiệu lực", "no longer in force"),
    "not_yet_valid": ("chưa có hiệu lực", "not yet in force"),
    "same_village": ("cùng thôn, bản, tổ dân phố", "same village"),
    "same_name_near": ("cùng tên, ở rất gần", "same name, very near"),
    "undeclared": ("biểu mẫu không khai danh sách này", "the form does not declare the list"),
    "undeclared_create": ("biểu mẫu không được tạo mục mới", "the form may not create entries"),
    "undeclared_update": ("biểu mẫu không được sửa mục", "the form may not change entries"),
    "too_many": (
        "quá nhiều mục trong một phiếu, các mục sau không được đọc",
        "too many entries, the rest are not read",
    ),
    "wrong_list": ("sai tên danh sách", "another list"),
    "bad_uuid": ("mã của mục không đúng dạng", "the entry's ID is malformed"),
    "missing_label": ("mục không có tên", "the entry has no label"),
    "missing_base_version": ("thiếu phiên bản gốc của mục", "the base version is missing"),
    "bad_base_version": ("phiên bản gốc của mục không đúng dạng", "the base version is malformed"),
    "bad_trunk_version": ("phiên bản chung của mục không đúng dạng", "the trunk version is malformed"),
    "trunk_without_branch": ("thiếu mã nhánh", "the branch ID is missing"),
    "bad_branch_id": ("mã nhánh không đúng dạng", "the branch ID is malformed"),
    "list_unknown": ("máy chủ không có danh sách này", "the server has no such list"),
    "other_list": ("mục thuộc danh sách khác", "the entry belongs to another list"),
    "other_club": ("mục thuộc câu lạc bộ khác", "the entry belongs to another club"),
    "entity_unknown": ("máy chủ chưa có mục này", "the server has no such entry"),
    "entity_exists": ("mục này đã có", "the entry exists already"),
    "entity_deleted": ("mục này đã bị xóa trên máy chủ", "the entry was deleted on the server"),
    "base_unknown": ("máy chủ không có phiên bản mà máy đã sửa", "the server has no such version of it"),
    "trunk_ahead": (
        "máy sửa từ một phiên bản mới hơn của máy chủ",
        "it was made upon a later version than the server has",
    ),
    "held": (
        "đang chờ phiếu trước của cùng máy; sau 5 ngày sẽ được cập nhật dù phiếu đó chưa đến",
        "waiting for an earlier submission of the same tablet; taken without it after 5 days",
    ),
    "not_approved": ("chờ người duyệt phiếu", "waiting for the submission to be approved"),
}
CODED = {"bad_value", "entity_faulty", "unit_not_valid", "duplicate_club"}
"""Findings whose reasons are codes; the reason of a fund's difference is what a person wrote."""

OF_MONTHS = {"month_sent_twice"}


def name(question: str, labels: Mapping[str, Pair]) -> Pair:
    """A question of a finding by its label, such as “Họ và tên” (dòng 3); by its own name when it has none.

    question: as findings write it, members[3]/m_full_name. labels: of the form's questions by name.
    """
    found = PLACE.fullmatch(question)
    label = (labels.get(found["name"]) or QUESTIONS.get(found["name"])) if found else None
    if found is None or label is None:
        return question, question
    if found["position"] is None:
        return label
    return f"{label[0]} (dòng {found['position']})", f"{label[1]} (row {found['position']})"


def reason(code: str, text: Any) -> Pair:
    """Why, in words, where the finding holds a code for it."""
    said = str(text).strip().rstrip(".")
    return REASONS.get(said, (said, said)) if code in CODED else (said, said)


def value(text: Any, code: str = "") -> str:
    """A value as a person writes it: 31/12/2020, 08:30 31/12/2020; lists apart by commas, all else as it is.

    code: of the finding; a day that stands for its month is 12/2020.
    """
    if isinstance(text, list):
        return ", ".join(value(one) for one in text)
    if not isinstance(text, str):
        return str(text)
    if ISO_DATE.fullmatch(text):
        day = date.fromisoformat(text)
        return f"{day:%m/%Y}" if code in OF_MONTHS else f"{day:%d/%m/%Y}"
    if ISO_MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text)
        return f"{moment.astimezone(VIETNAM) if moment.tzinfo else moment:%H:%M %d/%m/%Y}"
    return text
