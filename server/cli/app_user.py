"""clb app-user: tablets with keys."""

from datetime import timedelta
from urllib.parse import urlsplit

import click
import segno

from server import clock
from server.cli.shell import PROJECT, UNIT, database, fail, find_unit, say, settings
from server.services import app_user as app_users
from server.services import enrolment
from server.services.actor import SYSTEM_ID
from server.services.app_user import AT_ONCE, Listed
from server.services.enrolment import Gazetteer

LOCAL = ("127.0.0.1", "localhost", "::1", "0.0.0.0")  # noqa: S104 - refused here, not listened on
URL = click.option("--url", help="Địa chỉ máy chủ mà máy tính bảng thấy | Server address as tablets see it")
NOW = click.option(
    "--now",
    "at_once",
    is_flag=True,
    help="Không gia hạn gửi, khi mất máy hay lộ khóa | No time left to send: a tablet or key in wrong hands",
)


@click.group("app-user", short_help="Máy thu thập số liệu | App users (tablets)")
def app_user() -> None:
    """Máy thu thập số liệu (ODK Collect), mỗi máy một khóa và một hay nhiều đơn vị.

    Tablets with ODK Collect, each with a key and one unit or more.
    """


@app_user.command("add", short_help="Thêm máy và in mã QR | Add a tablet and print its QR code")
@click.argument("name")
@PROJECT
@UNIT
@click.option("--phone", help="Điện thoại người giữ máy | Phone of who carries it")
@URL
def add_app_user(
    name: str, project_id: int, units: tuple[str, ...], phone: str | None, url: str | None
) -> None:
    """Cấp khóa cho một máy, in địa chỉ và mã QR. Khóa chỉ hiện một lần. Nhiều máy: clb app-user enrol.

    Give a tablet a key; print the address and QR code. The key is shown only once. For many: clb app-user enrol.
    """
    if not units:
        say("Chưa có --unit: máy này sẽ không thấy CLB nào.", "No --unit: this tablet will see no club.")
    number = None if phone is None else enrolment.read_phone(phone)
    with database().transaction() as session:
        unit_ids = [find_unit(session, text).id for text in units]
        made = app_users.create(session, project_id, name, unit_ids, SYSTEM_ID, phone=number)
    print_code(made.actor_id, made.token, url)
    warn_if_local(url)


@app_user.command("list", short_help="Liệt kê máy | List tablets")
@PROJECT
def list_app_users(project_id: int) -> None:
    """Mỗi dòng một máy: số, tên, đơn vị, tình trạng.

    One tablet a line: number, name, units, state.
    """
    with database().reading() as session:
        for one in app_users.listed(session, project_id):
            click.echo(f"{one.actor_id}\t{one.name}\t{', '.join(one.units)}\t{_state(one)}")


def _state(one: Listed) -> str:
    if one.revoked_at is None:
        return "đang dùng | active"
    if one.send_until is None or one.send_until <= clock.now():
        return "đã thu hồi | revoked"
    day = one.send_until.astimezone(clock.VIETNAM)
    return f"đã thu hồi, còn gửi được đến {day:%d/%m/%Y} | revoked, sends until then"


@app_user.command("revoke", short_help="Thu hồi khóa | Revoke a key")
@click.argument("actor_id", type=int)
@NOW
def revoke_app_user(actor_id: int, at_once: bool) -> None:
    """Thu hồi khóa của một máy; số liệu đã gửi vẫn giữ. Bài còn trong máy vẫn gửi được trong thời gian gia hạn.

    Revoke a tablet's key; what it sent stays. What it still holds can be sent for the time of grace.
    """
    with database().transaction() as session:
        app_users.revoke(session, actor_id, SYSTEM_ID, grace(at_once))
        until = app_users.get(session, actor_id).send_until
    told = "Máy không gửi được bài nữa."
    if until is not None and until > clock.now():
        told = f"Bài còn trong máy gửi được đến {until.astimezone(clock.VIETNAM):%d/%m/%Y}."
    say(
        f"Đã thu hồi khóa của máy {actor_id}. {told} Hoàn tác: clb app-user restore {actor_id}",
        "revoked, until when it may send, and how to undo it",
    )


@app_user.command("restore", short_help="Bỏ thu hồi | Undo a revocation")
@click.argument("actor_id", type=int)
def restore_app_user(actor_id: int) -> None:
    """Cho khóa đã thu hồi dùng lại như trước.

    Let a revoked key work as before.
    """
    with database().transaction() as session:
        app_users.restore(session, actor_id, SYSTEM_ID)
    say(f"Khóa của máy {actor_id} dùng lại được.", f"The key of app user {actor_id} works again.")


@app_user.command("qr", short_help="Cấp khóa mới và in mã QR | New key and its QR code")
@click.argument("actor_id", type=int)
@URL
@NOW
def renew_app_user(actor_id: int, url: str | None, at_once: bool) -> None:
    """Cấp khóa mới cho một máy và in mã QR; khóa cũ chỉ còn dùng để gửi bài trong thời gian gia hạn.

    Khóa chỉ được lưu dưới dạng băm nên không in lại được. Trên máy: chọn “Cấu hình lại”, đừng thêm dự án.

    Give a tablet a new key and print its QR code; with the old one it only sends, for the time of grace. Keys are
    stored as hashes, so the old one cannot be printed again. On the tablet choose “Reconfigure”, do not add a project.
    """
    with database().transaction() as session:
        token = app_users.renew(session, actor_id, SYSTEM_ID, grace(at_once))
    print_code(actor_id, token, url)
    warn_if_local(url)


def grace(at_once: bool) -> timedelta:
    """How long a key that ends may still send."""
    return AT_ONCE if at_once else timedelta(days=settings().key_grace_days)


def print_code(actor_id: int, token: str, url: str | None = None) -> None:
    """A tablet's address, and the QR code that sets it up."""
    with database().transaction() as session:
        places = Gazetteer(session, clock.today())
        given = enrolment.handout(session, places, actor_id, token, base_url(url), settings().language)
    say("Địa chỉ cho ODK Collect:", "Address for ODK Collect:")
    click.echo(given.holder.server_url)
    segno.make(given.code, error="l").terminal(compact=True)


def warn_if_local(url: str | None = None) -> None:
    """Say that no tablet reaches an address of this machine itself."""
    if urlsplit(base_url(url)).hostname in LOCAL:
        say(
            "! Địa chỉ này chỉ máy chủ tự thấy. Để máy tính bảng tới được: đặt CLB_HOST=0.0.0.0 và CLB_PUBLIC_URL.",
            "only this machine reaches that address; set both for tablets",
        )


def refuse_unreachable(url: str | None) -> None:
    """End the command when nobody said under which address tablets find this server: printed codes would be useless."""
    if not (url or settings().public_url) and urlsplit(base_url(url)).hostname in LOCAL:
        fail(
            "Chưa biết máy tính bảng gọi máy chủ bằng địa chỉ nào, nên chưa cấp thẻ nào. Xin đặt CLB_PUBLIC_URL, hoặc "
            "thêm --url, ví dụ --url https://clb.tinh.vn",
            "No card was made: the address under which tablets find this server is not known. Set CLB_PUBLIC_URL, "
            "or add --url, such as --url https://clb.example.vn",
        )


def base_url(url: str | None) -> str:
    """The server's address as tablets see it, without a slash at the end."""
    config = settings()
    return (url or config.public_url or f"http://{config.host}:{config.port}").rstrip("/")
