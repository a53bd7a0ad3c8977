"""What can go wrong, each with ODK Central's number and one sentence in each language.

A service raises a Problem where it is known; the edge that began the transaction words it once. The whole part of
a code is the HTTP status. Codes are text: 409.1 and 409.10 are two.
Source of the numbers: ODK Central, lib/util/problem.js
"""

from typing import Any

from forms.errors import FormsError
from server.i18n import choose


class Problem(Exception):
    """Base of all errors that a reader is told about. Keyword arguments fill the places of its sentences."""

    code = "500.1"
    retry_seconds: int | None = None
    """After how long it is worth asking again; None where nobody knows."""
    message_vi = "Máy chủ gặp lỗi. Số liệu trong máy của anh/chị vẫn còn nguyên; xin gửi lại sau."
    message_en = "The server failed. Your data is still on your device; please send it again later."

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.message("en"))

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.code.partition(".")[0])

    def message(self, language: str) -> str:
        """One sentence, fit to be shown as it is."""
        return choose(language, self.message_vi, self.message_en).format(**self.details)


class InFormsWords(Problem):
    """An error of the forms package, with the number the edge answers it with."""

    message_vi = "{vi}"
    message_en = "{en}"

    def __init__(self, error: FormsError) -> None:
        self.error = error
        self.code = FORMS_CODES.get(error.code, "400.8")
        super().__init__(vi=error.message_vi, en=error.message_en)


class UnreadableSubmission(InFormsWords):
    """A submission that cannot be read; it was kept aside, byte for byte."""

    message_vi = "{vi} Bài gửi đã được giữ riêng; xin báo cho quản trị viên."
    message_en = "{en} What you sent was kept aside; please tell the administrator."


FORMS_CODES = {"missing_form_id": "400.2", "xml_too_large": "413.1", "form_rejected": "400.15"}


class ProjectNotFound(Problem):
    """No such project, or it was deleted."""

    code = "404.1"
    message_vi = "Không có dự án số {project_id} trên máy chủ này. Xin kiểm tra lại địa chỉ hoặc số dự án."
    message_en = "There is no project {project_id} on this server. Please check the address or the number."


class FormNotFound(Problem):
    """No published form of that ID in the project."""

    code = "404.1"
    message_vi = (
        "Máy chủ không có biểu mẫu “{xml_form_id}”. Xin cập nhật danh sách biểu mẫu trong ODK Collect."
    )
    message_en = "The server has no form “{xml_form_id}”. Please refresh the list of forms in ODK Collect."


class UnknownFormSubmitted(FormNotFound):
    """A submission of a form the project does not have; it was kept aside."""

    message_vi = (
        "Máy chủ không có biểu mẫu “{xml_form_id}”. Bài gửi đã được giữ riêng; xin báo cho quản trị viên."
    )
    message_en = (
        "The server has no form “{xml_form_id}”. What you sent was kept aside; please tell the administrator."
    )


class FormClosed(Problem):
    """A submission of a form that takes no more; it was kept aside."""

    code = "409.2"
    message_vi = "Biểu mẫu “{xml_form_id}” đã đóng. Bài gửi đã được giữ riêng; xin báo cho quản trị viên."
    message_en = (
        "The form “{xml_form_id}” is closed. What you sent was kept aside; please tell the administrator."
    )


class XMLConflict(Problem):
    """An instance ID came again with other answers; the second copy was kept aside."""

    code = "409.1"
    message_vi = (
        "Phiếu này đã có trên máy chủ với câu trả lời khác. "
        "Bản này đã được giữ riêng; xin báo cho quản trị viên."
    )
    message_en = (
        "This submission is already on the server with other answers. "
        "This copy was kept aside; please tell the administrator."
    )


class FileNotFound(Problem):
    """No such file belongs to the form."""

    code = "404.1"
    message_vi = "Biểu mẫu không có tệp “{name}”. Xin mở “Điền biểu mẫu” trong ODK Collect, bấm làm mới (⟳)."
    message_en = "The form has no file “{name}”. Please open “Start new form” in ODK Collect and tap refresh."


class PageNotFound(Problem):
    """Nothing stands at this address."""

    code = "404.1"
    message_vi = "Không có gì ở địa chỉ này. Xin quét lại mã QR do quản trị viên cấp (chọn “Cấu hình lại”)."
    message_en = (
        "There is nothing at this address. Please scan the administrator's QR code again (“Reconfigure”)."
    )


class MethodNotAllowed(Problem):
    """The address stands, but not for this method."""

    code = "405.1"
    message_vi = "Địa chỉ này không nhận phương thức {method}. Xin kiểm tra lại địa chỉ máy chủ."
    message_en = "This address does not accept {method}. Please check the server address."


class BadRequest(Problem):
    """The request itself cannot be read."""

    code = "400.1"
    message_vi = "Máy chủ không đọc được yêu cầu này. Xin thử lại; nếu vẫn lỗi, xin báo cho quản trị viên."
    message_en = (
        "The server cannot read this request. Please try again; if it fails, please tell the administrator."
    )


class NoRights(Problem):
    """The actor is known but may not do this."""

    code = "403.1"
    message_vi = "Tài khoản hoặc khóa này không được phép làm việc đó. Xin hỏi quản trị viên."
    message_en = "This account or key has no right to do that. Please ask the administrator."


class FormNotAssigned(NoRights):
    """A submission of a form that this key may not fill; it was kept aside."""

    message_vi = (
        "Máy này không được phép gửi biểu mẫu “{xml_form_id}”. "
        "Bài gửi đã được giữ riêng; xin báo cho quản trị viên."
    )
    message_en = (
        "This device may not send the form “{xml_form_id}”. What you sent was kept aside; "
        "please tell the administrator."
    )


class BadToken(NoRights):
    """The key in the address is unknown, revoked, or of another project."""

    message_vi = (
        "Địa chỉ máy chủ có khóa sai hoặc đã bị thu hồi. Xin quét lại mã QR do quản trị viên cấp "
        "(chọn “Cấu hình lại”, đừng thêm dự án mới, để không mất bài chưa gửi)."
    )
    message_en = (
        "The key in the server address is wrong or was revoked. Please scan the QR code again "
        "(“Reconfigure”, do not add a project, so that unsent forms stay)."
    )


class MissingXMLPart(Problem):
    """A POST to the submission address without the submission."""

    code = "400.7"
    message_vi = (
        "Bài gửi thiếu phần nội dung (xml_submission_file). Xin gửi lại bằng ODK Collect; "
        "nếu vẫn lỗi, xin báo cho quản trị viên."
    )
    message_en = (
        "The part “xml_submission_file” is missing. Please send again with ODK Collect; "
        "if it fails, please tell the administrator."
    )


class BrokenUpload(Problem):
    """The multipart body was cut or is malformed; nothing of it was stored."""

    code = "400.39"
    message_vi = "Đường truyền bị ngắt giữa chừng, bài gửi chưa đến đủ. Xin gửi lại."
    message_en = "The connection was cut and the submission did not arrive whole. Please send it again."


class BodyTooLarge(Problem):
    """More bytes in one request than this server accepts."""

    code = "413.1"
    message_vi = "Bài gửi lớn hơn mức máy chủ nhận ({limit_mb} MB). Xin báo cho quản trị viên."
    message_en = (
        "The submission is larger than this server accepts ({limit_mb} MB). Please tell the administrator."
    )


class VersionTaken(Problem):
    """A workbook carries the version string of a published text, with other content."""

    code = "409.6"
    message_vi = (
        "Biểu mẫu “{xml_form_id}” đã có phiên bản “{version}” với nội dung khác. "
        "Xin đổi ô version ở {place} của tệp Excel rồi đưa lên lại."
    )
    message_en = (
        "Form “{xml_form_id}” already has a version “{version}” with other content. "
        "Please change the version at {place} of the workbook and publish again."
    )


class VersionSuperseded(Problem):
    """A workbook is that of an older version: tablets would keep the newer one."""

    code = "409.6"
    message_vi = (
        "Phiên bản “{version}” của biểu mẫu “{xml_form_id}” đã có bản mới hơn thay thế; máy tính bảng không quay lại "
        "bản cũ. Xin đổi ô version ở {place} thành một phiên bản mới rồi đưa lên lại."
    )
    message_en = (
        "Version “{version}” of form “{xml_form_id}” was replaced by a newer one, and tablets do not go back. "
        "Please change the version at {place} to a new one and publish again."
    )


class MediaMissing(Problem):
    """The form names files that are neither beside the workbook nor entity lists."""

    code = "400.11"
    message_vi = "Biểu mẫu “{xml_form_id}” cần các tệp chưa có: {names}. Xin để chúng trong thư mục media."
    message_en = (
        "Form “{xml_form_id}” needs files that are missing: {names}. Please put them into the media folder."
    )


class QuarantineNotFound(Problem):
    """No such item in quarantine."""

    code = "404.1"
    message_vi = "Không có mục số {quarantine_id} trong khu giữ riêng."
    message_en = "There is no item {quarantine_id} in quarantine."


class AppUserNotFound(Problem):
    """No such app user."""

    code = "404.1"
    message_vi = "Không có máy thu thập số {actor_id}."
    message_en = "There is no app user {actor_id}."


class UserNotFound(Problem):
    """No user with that address."""

    code = "404.1"
    message_vi = "Không có người dùng nào có địa chỉ {email}."
    message_en = "There is no user with the address {email}."


class EmailTaken(Problem):
    """Two users cannot share an e-mail address."""

    code = "409.3"
    message_vi = "Đã có người dùng với địa chỉ {email}."
    message_en = "There already is a user with the address {email}."


class BadEmail(Problem):
    """Not an e-mail address."""

    code = "400.11"
    message_vi = "“{email}” không phải là địa chỉ thư điện tử."
    message_en = "“{email}” is not an e-mail address."


class RoleNotFound(Problem):
    """No role of that name."""

    code = "404.1"
    message_vi = "Không có vai trò “{role}”. Các vai trò: {roles}."
    message_en = "There is no role “{role}”. Roles: {roles}."


class UnitNotFound(Problem):
    """No unit of that code on that day."""

    code = "404.1"
    message_vi = (
        "Không có đơn vị hành chính mã “{code}” vào ngày {day:%d/%m/%Y}. Mã tỉnh như 58, mã xã như 22831."
    )
    message_en = "There is no unit with the code “{code}” on {day}. Codes are such as 58, 22831."


class Busy(Problem):
    """Other writing took too long to end."""

    code = "503.1"
    message_vi = "Máy chủ đang bận. Số liệu trong máy của anh/chị vẫn còn nguyên; xin gửi lại sau ít phút."
    message_en = (
        "The server is busy. Your data is still on your device; please send it again in a few minutes."
    )


class NotMigrated(Problem):
    """The database is empty, or older than the software."""

    code = "503.1"
    message_vi = "Cơ sở dữ liệu chưa được cập nhật. Xin chạy: clb migrate"
    message_en = "The database is not up to date. Please run: clb migrate"
