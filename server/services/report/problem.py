"""What stands in the way of a step in a report's life."""

from server.errors import Problem


class StepRefused(Problem):
    """Base of what stands in the way of a step: the page comes back with it, and with what was typed."""


class ReportNotFound(Problem):
    """No such report within the viewer's units."""

    code = "404.1"
    message_vi = "Không có báo cáo số {report_id} trong phạm vi của anh/chị."
    message_en = "There is no report {report_id} within your units."


class ProvinceNotCovered(StepRefused):
    """Somebody bound to a part of a province asked for the whole province's paper."""

    code = "403.1"
    message_vi = (
        "Báo cáo chính thức gồm số liệu của cả {name}; tài khoản của anh/chị chỉ được giao một phần địa bàn "
        "này."
    )
    message_en = (
        "An official report holds the figures of all of {name}; your account is bound to a part of it only."
    )


class CutOffIsToday(StepRefused):
    """What each club adds to the country is kept as it is today."""

    code = "400.11"
    message_vi = (
        "Báo cáo cả nước luôn chốt số liệu vào ngày lập hoặc tính lại; không chọn được ngày chốt sớm hơn."
    )
    message_en = "A report of the country is always of the day it is drafted or refreshed; no earlier cut-off is known."


class DraftExists(StepRefused):
    """A draft of the same report is open."""

    code = "409.3"
    message_vi = (
        "Đã có dự thảo báo cáo này (báo cáo {report_id} trong danh sách). Xin mở dự thảo đó và bấm “Tính lại "
        "số liệu”."
    )
    message_en = (
        "A draft of this report is open already (report {report_id} of the list). Please open it and refresh "
        "it."
    )


class WrongState(StepRefused):
    """A step does not follow upon the state the report is in."""

    code = "409.16"
    message_vi = (
        "Báo cáo {report_id} đang ở trạng thái “{state_vi}”, bước này cần trạng thái “{needed_vi}”. Chưa có "
        "gì thay đổi."
    )
    message_en = (
        "Report {report_id} is {state_en}; this step needs one that is {needed_en}. Nothing was changed."
    )


class ChangedMeanwhile(StepRefused):
    """Somebody else changed the report while this page was open."""

    code = "409.16"
    message_vi = (
        "Báo cáo {report_id} vừa được thay đổi trong lúc anh/chị đang mở trang này. Xin xem lại rồi làm bước "
        "này lần nữa."
    )
    message_en = (
        "Report {report_id} was changed while you had this page open. Please look again, then repeat the "
        "step."
    )


class NumberTaken(StepRefused):
    """Another report of the same office and year bears the number."""

    code = "409.3"
    message_vi = (
        "Số {number}/{symbol} năm {year} đã cấp cho một báo cáo khác. Số tiếp theo còn trống: {next}."
    )
    message_en = (
        "Number {number}/{symbol} of {year} is given to another report. The next free number is {next}."
    )


class NotIssuable(StepRefused):
    """What was filled in for issuing cannot stand on a paper."""

    code = "400.11"
    message_vi, message_en = "{vi}", "{en}"


class InventedFigures(StepRefused):
    """Figures made up for showing may only go out under a mark that says so."""

    code = "409.16"
    message_vi = (
        "Báo cáo này có số liệu minh họa, không phải số liệu thật. Chỉ ban hành được khi in dấu “SỐ LIỆU MINH HỌA” "
        "trên mọi trang; xin đánh dấu đồng ý."
    )
    message_en = (
        "This report has figures made up for showing. It can only be issued with the mark “SỐ LIỆU MINH HỌA” on "
        "every page; please tick the box to agree."
    )


class OtherAge(StepRefused):
    """A report of the same unit and day was issued by another age of older people."""

    code = "409.16"
    message_vi = (
        "Báo cáo {number} cùng địa bàn, cùng tháng cuối kỳ đã ban hành theo tuổi {issued}; dự thảo này tính theo tuổi "
        "{own}. Đặt hai báo cáo cạnh nhau thì suy ra được số ít người, nên không ban hành. Xin lập dự thảo theo tuổi "
        "{issued}."
    )
    message_en = (
        "Report {number} of the same area and last month is issued by the age of {issued}; this draft counts from "
        "{own}. Side by side they would tell of few people, so it is not issued. Please draft it by the age of "
        "{issued}."
    )


class AmendedAlready(StepRefused):
    """A report is replaced once; a second amendment goes upon the first."""

    code = "409.16"
    message_vi = "Báo cáo này đã được thay thế bằng báo cáo {by}. Xin lập báo cáo điều chỉnh từ báo cáo đó."
    message_en = "This report was replaced by report {by}. Please amend that one."


class TextTooLong(StepRefused):
    """A text is longer than a part of a report can be."""

    code = "400.11"
    message_vi = "Phần này dài {length} ký tự, tối đa {limit}. Xin rút gọn; nội dung anh/chị viết vẫn ở dưới."
    message_en = (
        "This part has {length} characters, the most is {limit}. Please shorten it; what you wrote is below."
    )


class TextChanged(StepRefused):
    """Somebody else wrote the same part meanwhile."""

    code = "409.16"
    message_vi = (
        "{who} vừa lưu phần này trong lúc anh/chị viết. Bài của anh/chị vẫn ở trong ô, bài vừa lưu ở bên dưới; "
        "xin gộp lại rồi lưu lần nữa."
    )
    message_en = (
        "{who} saved this part while you were writing. Your text is still in the box, the one just saved below it; "
        "please bring them together and save again."
    )


class TextNotFound(Problem):
    """No such part, or no such version of it."""

    code = "404.1"
    message_vi = "Báo cáo không có phần hoặc bản này."
    message_en = "The report has no such part or version."


class AddressUnknown(StepRefused):
    """Nobody said where the public finds this server, which the QR code must name."""

    code = "409.16"
    message_vi = (
        "Chưa ban hành: chưa biết địa chỉ công khai để in mã QR lên báo cáo. Xin đặt CLB_PUBLIC_URL, ví dụ "
        "https://clb.example.vn, khởi động lại máy chủ rồi ban hành lần nữa."
    )
    message_en = (
        "Not issued: the public address that the QR code on the report names is not known. Please set CLB_PUBLIC_URL, "
        "such as https://clb.example.vn, restart the server, then issue again."
    )


class ContentUnreadable(Problem):
    """Content stored by another version of the software."""

    code = "500.1"
    message_vi = (
        "Nội dung lưu của báo cáo {report_id} do phiên bản phần mềm khác ghi, phiên bản này không đọc được ({reason}). "
        "Bản PDF vẫn còn nguyên; với dự thảo, xin bấm “Tính lại số liệu”."
    )
    message_en = (
        "The content of report {report_id} was written by another version of the software and cannot be read "
        "({reason}). The PDF is unharmed; a draft can be refreshed."
    )


class NotSignable(StepRefused):
    """The certificate that reports are signed with cannot be used."""

    code = "500.1"
    message_vi = (
        "Chưa ký số được: {reason}. Xin kiểm tra CLB_SIGN_PKCS12 và CLB_SIGN_PASSWORD_FILE. "
        "Báo cáo chưa ban hành."
    )
    message_en = (
        "The PDF could not be signed: {reason}. Please check CLB_SIGN_PKCS12 and CLB_SIGN_PASSWORD_FILE. "
        "Nothing was issued."
    )
