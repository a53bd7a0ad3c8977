"""Every finding and fault in one sentence of each language, for pages and for `clb check`.

Places in braces are filled from the finding: {question}, {value}, and its details. Money is VND, written plainly here;
pages may format it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from server.projection.checks import spoken
from server.projection.checks.spoken import Pair

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Entry:
    """How grave it is, what it is called, and the sentence. error: figures would be wrong; warning: worth a look."""

    severity: Severity
    title_vi: str
    title_en: str
    vi: str
    en: str


CATALOGUE: dict[str, Entry] = {
    "answer_missing": Entry(
        "error",
        "Thiếu câu trả lời",
        "Answer missing",
        "Câu {question} bị bỏ trống nên dòng này không được tính đủ.",
        "{question} was left blank, so this row is not counted in full.",
    ),
    "bad_value": Entry(
        "warning",
        "Câu trả lời không đọc được",
        "Answer cannot be read",
        "Câu {question}: “{value}” không đọc được ({reason}); câu này coi như bỏ trống.",
        "{question}: “{value}” cannot be read ({reason}); it counts as left blank.",
    ),
    "book_off": Entry(
        "error",
        "Sổ quỹ lệch không rõ lý do",
        "Book does not balance, no reason given",
        "Kiểm quỹ lệch {value} đồng so với sổ ({question}) mà không ghi lý do.",
        "The money counted differs from the book by {value} dong ({question}), and no reason is given.",
    ),
    "book_off_explained": Entry(
        "warning",
        "Sổ quỹ lệch, có lý do",
        "Book does not balance, with a reason",
        "Kiểm quỹ lệch {value} đồng so với sổ ({question}); lý do ghi: “{reason}”.",
        "The money counted differs from the book by {value} dong ({question}); reason given: “{reason}”.",
    ),
    "calculation_differs": Entry(
        "error",
        "Số máy tính không khớp",
        "Calculation differs",
        "Biểu ghi {question} = {value}, nhưng tính lại từ các câu trả lời được {expected}.",
        "The form says {question} = {value}, but the answers give {expected}.",
    ),
    "clock_off": Entry(
        "warning",
        "Đồng hồ máy tính bảng sai",
        "Tablet's clock is wrong",
        "Giờ trên máy tính bảng không đúng: {question} là {value}, trong khi {against} là {other}.",
        "The tablet's clock is wrong: {question} is {value} while {against} is {other}.",
    ),
    "duplicate_club": Entry(
        "error",
        "Trùng câu lạc bộ",
        "Club founded twice",
        "CLB “{value}” có thể đã được lập phiếu thành lập: {other_code} “{other_name}” ({why}).",
        "Club “{value}” may have a founding form already: {other_code} “{other_name}” ({why}).",
    ),
    "duplicate_member": Entry(
        "warning",
        "Trùng thành viên",
        "Member listed twice",
        "Thành viên “{value}” sinh năm {birth_year} đã có trong danh sách với số {other_no}.",
        "Member “{value}”, born {birth_year}, is in the list already with number {other_no}.",
    ),
    "entity_faulty": Entry(
        "warning",
        "Danh sách dùng chung không cập nhật được",
        "Shared list not updated",
        "Danh sách {list} không nhận được mục “{value}” ({reason}).",
        "The list {list} could not take the entry “{value}” ({reason}).",
    ),
    "future_date": Entry(
        "error",
        "Ngày ở tương lai",
        "Date in the future",
        "Câu {question} ghi ngày {value}, sau ngày máy chủ nhận phiếu ({received}).",
        "{question} says {value}, later than the day the form arrived ({received}).",
    ),
    "gps_far": Entry(
        "warning",
        "Vị trí xa nơi sinh hoạt",
        "Far from the club",
        "Vị trí ghi khi sinh hoạt ({value}) cách nơi sinh hoạt của CLB {km} km.",
        "The place of the meeting ({value}) is {km} km from the club.",
    ),
    "gps_outside": Entry(
        "error",
        "Vị trí ngoài tỉnh",
        "Place outside the province",
        "Vị trí {value} nằm ngoài địa bàn tỉnh.",
        "The place {value} is outside the province.",
    ),
    "gps_swapped": Entry(
        "error",
        "Vị trí bị đảo vĩ độ, kinh độ",
        "Latitude and longitude swapped",
        "Vị trí {value} bị đảo vĩ độ và kinh độ; vị trí đúng có thể là {swapped}.",
        "The place {value} has latitude and longitude swapped; it may be {swapped}.",
    ),
    "left_again": Entry(
        "warning",
        "Báo ra khỏi CLB hai lần",
        "Departure reported twice",
        "Thành viên {value} đã được báo ra khỏi CLB từ trước ({other}).",
        "Member {value} was reported as having left before ({other}).",
    ),
    "loan_without_borrower": Entry(
        "error",
        "Khoản vay không có người vay",
        "Loan without borrower",
        "Khoản vay {amount} đồng ({question}) không ghi người vay.",
        "The loan of {amount} dong ({question}) names no borrower.",
    ),
    "money_in_thousands": Entry(
        "error",
        "Có thể nhập tiền theo nghìn đồng",
        "Money may be typed in thousands",
        "Câu {question} ghi {value} đồng; có thể đã nhập theo nghìn đồng.",
        "{question} says {value} dong; it may have been typed in thousands.",
    ),
    "month_sent_twice": Entry(
        "warning",
        "Một tháng gửi hai lần",
        "Month sent twice",
        "Tháng {value} của CLB này đã được báo cáo trước; phiếu sau được tính, phiếu trước giữ lại để đối chiếu.",
        "Month {value} of this club was reported before; the later form counts, the earlier is kept for comparison.",
    ),
    "name_not_nfc": Entry(
        "warning",
        "Chữ tiếng Việt mã tổ hợp rời",
        "Vietnamese letters in decomposed form",
        "Câu {question} (“{value}”) dùng dấu tổ hợp rời; máy chủ đã chuẩn hóa về NFC để tìm và so tên.",
        "{question} (“{value}”) uses decomposed letters; the server has normalised it to NFC.",
    ),
    "opening_differs": Entry(
        "error",
        "Số đầu kỳ khác số cuối kỳ trước",
        "Opening differs from the last closing",
        "Câu {question} ghi {value} đồng, nhưng cuối kỳ trước ({since}) là {expected} đồng.",
        "{question} says {value} dong, but the last closing ({since}) was {expected} dong.",
    ),
    "present_over_list": Entry(
        "error",
        "Số có mặt nhiều hơn danh sách",
        "More present than on the list",
        "Số có mặt {value} lớn hơn số thành viên trong danh sách {n_on_list}.",
        "{value} are present, more than the {n_on_list} on the list.",
    ),
    "repayment_over_outstanding": Entry(
        "error",
        "Thu gốc nhiều hơn dư nợ",
        "More repaid than owed",
        "Thu gốc {value} đồng ({question}) lớn hơn dư nợ {outstanding} đồng của khoản vay.",
        "{value} dong repaid ({question}), more than the {outstanding} dong owed on the loan.",
    ),
    "sender_elsewhere": Entry(
        "warning",
        "Máy gửi không thuộc địa bàn",
        "Sent by a device of another place",
        "Phiếu do máy “{value}” gửi; máy này không được giao địa bàn của câu lạc bộ.",
        "Sent by the device “{value}”, which is not bound to the place of this club.",
    ),
    "unit_not_valid": Entry(
        "error",
        "Đơn vị hành chính không đúng thời điểm",
        "Unit not valid on the date",
        "{value} không có hiệu lực vào ngày thành lập {founding_date} ({reason}).",
        "{value} was not in force on the founding date {founding_date} ({reason}).",
    ),
    "unit_split": Entry(
        "warning",
        "Xã đã chia tách, cần chọn xã mới",
        "Commune was split: choose the new one",
        "{value} đã chia tách từ ngày {on}; cần người chọn CLB thuộc đơn vị nào: {candidates}.",
        "{value} was split on {on}; a person must say which one the club is in: {candidates}.",
    ),
    "unknown_loan": Entry(
        "error",
        "Khoản vay chưa biết",
        "Unknown loan",
        "Câu {question} nói đến khoản vay {value} chưa có trong sổ của CLB.",
        "{question} names the loan {value}, which the club does not have.",
    ),
    "unknown_member": Entry(
        "error",
        "Thành viên chưa biết",
        "Unknown member",
        "Câu {question} nói đến thành viên {value} chưa có trong danh sách của CLB.",
        "{question} names the member {value}, who is not in the club's list.",
    ),
    "unknown_recipient": Entry(
        "error",
        "Người được chăm sóc chưa biết",
        "Unknown person in care",
        "Câu {question} nói đến người được chăm sóc {value} chưa có trong danh sách của CLB.",
        "{question} names the person in care {value}, who is not in the club's list.",
    ),
    "unknown_version": Entry(
        "warning",
        "Phiên bản biểu chưa từng công bố",
        "Form version never published",
        "Phiếu được điền bằng phiên bản “{value}” chưa từng công bố ở máy chủ này; đã đọc theo phiên bản hiện hành.",
        "Filled with version “{value}”, never published here; it was read with the current version.",
    ),
    "write_off_differs": Entry(
        "error",
        "Số xóa nợ khác dư nợ của khoản được xóa",
        "Write-off differs from the loans' debt",
        "Sổ ghi xóa nợ {value} đồng, nhưng các khoản vay được chọn để xóa ({loans} khoản) còn nợ {owed} đồng.",
        "The book writes off {value} dong, but the loans chosen for it ({loans}) still owed {owed} dong.",
    ),
}

FAULTS: dict[str, Entry] = {
    "AnswerMissing": Entry(
        "error",
        "Thiếu câu trả lời bắt buộc",
        "Required answer missing",
        "Phiếu bỏ trống câu {value} nên chưa đưa được vào số liệu.",
        "{value} was left blank, so the form cannot be counted.",
    ),
    "ClubIDChanged": Entry(
        "error",
        "Bản sửa đổi mã câu lạc bộ",
        "Edit names another club",
        "Bản sửa của phiếu thành lập mang mã CLB khác bản đầu ({value}).",
        "The edited founding form names another club ID than its first version ({value}).",
    ),
    "ClubIDTaken": Entry(
        "error",
        "Mã câu lạc bộ đã dùng",
        "Club ID taken",
        "Mã CLB {value} đã thuộc về một phiếu thành lập khác.",
        "The club ID {value} belongs to another founding form.",
    ),
    "ClubUnknown": Entry(
        "warning",
        "Chưa có phiếu thành lập câu lạc bộ",
        "Club not founded yet",
        "Phiếu nói đến CLB {value} mà phiếu thành lập chưa gửi về; sẽ tự đưa vào số liệu khi phiếu đó đến.",
        "The club {value} has no founding form yet; the form is counted as soon as that one arrives.",
    ),
    "": Entry(
        "error",
        "Lỗi khi đưa vào số liệu",
        "Fault in projecting",
        "Máy chủ chưa đưa được phiếu này vào số liệu: {value}",
        "The server could not bring this form into the club tables: {value}",
    ),
}
"""By the class name that stands first in `Submission.projection_error`; "" for any other fault."""


class _Blank(dict[str, object]):
    """Details a sentence wants and an old finding does not have are shown as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def worded(
    code: str, question: str, value: str, details: Mapping[str, Any], labels: Mapping[str, Pair] | None = None
) -> Pair:
    """A finding as one sentence in Vietnamese and one in English; an unknown code speaks for itself.

    labels: of the form's questions by name; without one, what the form works out itself has a name of ours.
    """
    entry = CATALOGUE.get(code)
    if entry is None:
        return f"{code}: {question} {value}", f"{code}: {question} {value}"
    vi, en = (_places(side, code, question, value, details, labels or {}) for side in (0, 1))
    return entry.vi.format_map(vi), entry.en.format_map(en)


def _places(
    side: int, code: str, question: str, value: str, details: Mapping[str, Any], labels: Mapping[str, Pair]
) -> _Blank:
    """What fills a sentence's places in Vietnamese (side 0) or in English (side 1)."""

    def asked(one: str) -> str:
        label = spoken.name(one, labels)[side]
        return one if label == one else f"“{label}”"

    shown = {name: spoken.value(one) for name, one in details.items()}
    shown |= {name: spoken.reason(code, details[name])[side] for name in ("reason", "why") if name in details}
    if "against" in details:
        shown["against"] = asked(str(details["against"]))
    return _Blank(shown, question=asked(question), value=spoken.value(value, code))


def worded_fault(projection_error: str) -> tuple[str, str]:
    """What `Submission.projection_error` says, as one sentence in Vietnamese and one in English."""
    kind, _, value = projection_error.partition(": ")
    entry = FAULTS.get(kind)
    if entry is None:
        entry, value = FAULTS[""], projection_error
    return entry.vi.format(value=value), entry.en.format(value=value)
