"""Lines of the audit log about a person, and the names of browsers, in words."""

import re

from server.i18n import choose
from server.services.person import Act
from server.services.submission.listing import STATES
from server.services.submission.page import Act as SubmissionAct
from server.web import words

DEEDS = {
    "user.create": ("Tạo tài khoản", "Account made"),
    "user.delete": ("Xóa tài khoản", "Account deleted"),
    "user.update": ("Sửa họ tên, địa chỉ thư", "Name or address corrected"),
    "user.assignment.create": ("Giao vai trò", "Role given"),
    "user.assignment.delete": ("Thôi vai trò", "Role ended"),
    "user.unit.create": ("Thêm đơn vị", "Unit added"),
    "user.unit.delete": ("Thôi đơn vị", "Unit ended"),
    "user.disable": ("Khóa tài khoản", "Shut out"),
    "user.enable": ("Mở lại tài khoản", "Account opened again"),
    "user.invite": ("Cấp mã đặt mật khẩu", "Code given to choose a password"),
    "user.invite.use": ("Dùng mã đặt mật khẩu", "Code used"),
    "user.factor.create": ("Bật xác thực hai lớp", "Second factor turned on"),
    "user.factor.update": ("Lấy mã dự phòng mới", "New recovery codes"),
    "user.factor.delete": ("Tắt xác thực hai lớp", "Second factor turned off"),
    "user.factor.recover": ("Vào bằng mã dự phòng", "Signed in with a recovery code"),
    "user.oidc.arrive": ("Vào lần đầu bằng tài khoản cơ quan", "Arrived with the office account"),
    "user.session.lock": ("Tạm khóa vì nhập sai nhiều lần", "Locked for a time: too many wrong passwords"),
    "user.session.unlock": ("Mở khóa", "Unlocked"),
    "session.end": ("Đăng xuất", "Signed out"),
    "reminder.create": ("Bật thư nhắc", "Reminders asked for"),
    "reminder.delete": ("Tắt thư nhắc", "Reminders stopped"),
}
REVIEW = "submission.update.review"
OF_SUBMISSION = {
    "submission.create": ("Nhận phiếu", "Received"),
    "submission.update.version": ("Nhận bản sửa", "Edit received"),
    "submission.attachment.update": ("Nhận thêm tệp", "Further files received"),
    "submission.update.current": ("Chọn bản được tính", "Version chosen"),
    REVIEW: ("Duyệt", "Reviewed"),
    "submission.comment.create": ("Nhận xét", "Comment"),
    "finding.settle": ("Xử lý điểm cần xem", "Finding worked off"),
    "finding.reopen": ("Mở lại điểm cần xem", "Finding opened again"),
    "submission.delete": ("Bỏ vào thùng rác", "Put into the bin"),
    "submission.purge": ("Xóa hẳn", "Purged"),
    "submission.restore": ("Lấy lại từ thùng rác", "Brought back from the bin"),
}
PASSWORDS = {
    "changed": ("Đổi mật khẩu", "Password changed"),
    "reset": ("Cấp mật khẩu dùng một lần", "One-time password given"),
}
CHANNELS = {"mail": ("qua thư điện tử", "by mail"), "letter": ("bằng thư in", "in a letter")}
BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Cốc Cốc", r"coc_coc_browser/(\d+)"),
    ("Samsung Internet", r"SamsungBrowser/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+)\S* (?:Mobile/\S+ )?Safari/"),
)
"""The first whose pattern is found counts: most browsers also claim to be Chrome or Safari."""
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("macOS", "Mac OS X"), ("Linux", "Linux"))  # fmt: skip


def deed(act: Act) -> str:
    """What was done, with the role or unit it was about; an act without words of its own by its name in the log."""
    pair = DEEDS.get(act.action, (act.action, act.action))
    if "password" in act.details:
        pair = PASSWORDS.get(act.details["password"], pair)
    names = act.details.get("role_names")
    channel = CHANNELS.get(act.details.get("channel", ""))
    pair_about = tuple(names) if names else channel
    about = choose(words.language(), *pair_about) if pair_about else _unit(act)
    said = choose(words.language(), *pair)
    return f"{said}: {about}" if about else said


def of_submission(act: SubmissionAct) -> str:
    """What was done to a submission; a review with the state it set."""
    if act.action == REVIEW and act.state in STATES:
        return f"{choose(words.language(), *OF_SUBMISSION[REVIEW])}: {choose(words.language(), *STATES[act.state])}"
    return choose(words.language(), *OF_SUBMISSION.get(act.action, (act.action, act.action)))


def _unit(act: Act) -> str:
    """The unit an act was about, by its key when it is not known any more; "" for none."""
    return act.details.get("unit_name") or act.details.get("unit", "")


def browser(text: str) -> str:
    """Name and system of a browser by what it says of itself: Chrome 142, Windows."""
    found = ((name, re.search(pattern, text)) for name, pattern in BROWSERS)
    name = next((f"{name} {match[1]}" for name, match in found if match), "")
    system = next((shown for shown, said in SYSTEMS if said in text), "")
    return ", ".join(filter(None, (name, system))) or words.words("Unknown browser")
