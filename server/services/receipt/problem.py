"""What can be wrong with a tablet, how it is called, and what to do about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from server.services.receipt.model import DeviceSeen, Spoken
from server.services.tablet import CLOCK_WRONG_S

SILENT = timedelta(days=35)
"""Without a request for longer than a month and some days off the net, a tablet may be broken, lost or unused."""
LATELY = timedelta(days=30)
"""Devices and clocks of longer ago say little about how things are now."""
OLDEST_COLLECT = (2025, 2)
"""The first Collect that can correct a form after it was sent, and read lists in the form we publish them."""

SEND = (
    "Trên máy tính bảng: bật mạng, mở ODK Collect, vào “Gửi biểu mẫu đã hoàn thành”, chọn tất cả rồi gửi lại."
)
SEND_EN = "On the tablet: go online, open ODK Collect, “Ready to send”, select all and send again."
REFRESH = (
    "Trên máy tính bảng: bật mạng, mở ODK Collect, vào “Điền biểu mẫu”, bấm nút làm mới (⟳) và chờ xong."
)
REFRESH_EN = (
    "On the tablet: go online, open ODK Collect, “Start new form”, tap refresh and wait until it is done."
)

PROBLEMS: dict[str, Spoken] = {
    "files": ("Thiếu ảnh, tệp", "Files missing"),
    "waiting": ("Chờ phiếu gửi trước", "Waits for an earlier form"),
    "missing": ("Thiếu báo cáo tháng", "Monthly reports missing"),
    "held": ("Có phiếu giữ riêng", "Forms held aside"),
    "never": ("Chưa kết nối lần nào", "Never connected"),
    "silent": ("Lâu chưa kết nối", "Not seen for long"),
    "old_form": ("Biểu mẫu cũ", "Old form"),
    "old_collect": ("ODK Collect cũ", "Old ODK Collect"),
    "clock": ("Đồng hồ sai", "Clock is wrong"),
    "shared_key": ("Một mã, nhiều máy", "One key, several devices"),
    "shared_device": ("Một máy, nhiều mã", "One device, several keys"),
}
"""The most urgent first."""
TO_SEND = ("files", "waiting", "missing")
"""What the tablet itself may still hold."""
ADVICE: dict[str, Spoken] = {
    "files": (
        f"{SEND} Nếu phiếu không còn ở đó: bấm ⋮, “Đổi hiển thị”, “Biểu mẫu đã gửi và chưa gửi”, chọn phiếu rồi gửi.",
        f"{SEND_EN} If a form is not there any more: tap ⋮, “Change view”, “Show sent and unsent forms”, and send it.",
    ),
    "waiting": (SEND, SEND_EN),
    "missing": (
        "Nếu đã điền: hoàn thành phiếu rồi gửi. Nếu chưa: lập phiếu sinh hoạt tháng, kể cả khi CLB không sinh hoạt.",
        "If it is filled in: finalise and send it. If not: fill in the monthly form, also when no meeting was held.",
    ),
    "held": (
        "Bài đã an toàn trên máy chủ. Quản trị viên xem ở trang “Giữ riêng”; người cầm máy không phải gửi lại.",
        "They are safe on the server. An administrator looks at “Held aside”; nothing has to be sent again.",
    ),
    "never": (
        "Quét mã QR của máy trong ODK Collect khi có mạng. Nếu không còn mã: xin quản trị viên cấp lại.",
        "Scan the tablet's QR code in ODK Collect while online. If it is lost, ask the administrator for a new one.",
    ),
    "silent": (
        "Hỏi người cầm máy: máy còn dùng không? Bật mạng và mở ODK Collect để máy tự gửi.",
        "Ask whoever carries it whether it is still used. Go online and open ODK Collect: it sends by itself.",
    ),
    "old_form": (REFRESH, REFRESH_EN),
    "old_collect": (
        "Gửi hết phiếu trước, rồi cập nhật ODK Collect từ Google Play. Không gỡ ứng dụng: phiếu chưa gửi sẽ mất.",
        "Send everything first, then update ODK Collect from Google Play. Do not uninstall it: unsent forms would go.",
    ),
    "clock": (
        "Trong cài đặt máy, bật “Ngày và giờ tự động” và chọn múi giờ Việt Nam (GMT+7).",
        "In the device's settings, turn on automatic date and time, with Vietnam's time zone (GMT+7).",
    ),
    "shared_key": (
        "Mỗi máy cần mã QR riêng. Xin quản trị viên cấp thêm mã cho máy kia.",
        "Each tablet needs a QR code of its own. Ask the administrator for another one.",
    ),
    "shared_device": (
        "Nếu nhiều người dùng chung máy thì không sao. Nếu không: chỉ giữ dự án của người đang cầm máy.",
        "That is fine when several people share it. Otherwise keep only the project of whoever carries it.",
    ),
}


def of_devices(devices: Sequence[DeviceSeen], at: datetime) -> list[str]:
    """What is wrong with the devices of one key, newest first, at a moment; nothing for none."""
    if not devices:
        return []
    newest, found = devices[0], []
    if at - newest.last_seen_at > SILENT:
        found.append("silent")
    if is_old_collect(newest.collect_version):
        found.append("old_collect")
    if newest.clock_s is not None and abs(newest.clock_s) > CLOCK_WRONG_S:
        found.append("clock")
    if is_shared(devices, at):
        found.append("shared_key")
    if newest.others or newest.others_outside:
        found.append("shared_device")
    return found


def is_old_collect(version: str | None) -> bool:
    """Whether a version of Collect is older than it should be; one that cannot be read is not called old."""
    numbers = (version or "").split(".")[:2]
    known = [int(part) for part in numbers if part.isascii() and part.isdigit()]
    return len(known) == 2 and tuple(known) < OLDEST_COLLECT


def is_shared(devices: Sequence[DeviceSeen], at: datetime) -> bool:
    """Whether two devices used the key by turns lately. One after the other is a new tablet, or a reinstalled app."""
    recent = [one for one in devices if at - one.last_seen_at <= LATELY]
    starts = max((one.first_seen_at for one in recent), default=at)
    return any(one.first_seen_at < starts < one.last_seen_at for one in recent)


def ordered(codes: Sequence[str]) -> tuple[str, ...]:
    """The most urgent first."""
    return tuple(code for code in PROBLEMS if code in codes)
