"""clb user, clb app-user: people with passwords, tablets with keys."""

from urllib.parse import urlsplit

import click
import segno

from server import collect_settings
from server.cli.shell import database, find_unit, say, settings
from server.services import app_user as app_users
from server.services import project as projects
from server.services import user as users
from server.services.actor import SYSTEM_ID

LOCAL = ("127.0.0.1", "localhost", "::1", "0.0.0.0")  # noqa: S104 - refused here, not listened on
PROJECT = click.option("--project", "project_id", default=1, show_default=True, help="Số dự án | Project")
ROLE_HELP = (
    "admin quản trị; national_admin toàn quốc; province_editor tỉnh; commune_supervisor xã; reviewer người rà soát; "
    "official người xem báo cáo | Role"
)
UNIT = click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="CODE[@DATE]",
    help="Mã đơn vị hôm nay, ví dụ 56; đơn vị cũ thêm ngày đầu: 58@2016-01-01; có thể lặp lại | "
    "Unit code, with its first day when it stands no more; repeatable",
)


@click.group(short_help="Người dùng | Users")
def user() -> None:
    """Người dùng đăng nhập bằng thư điện tử và mật khẩu.

    People who sign in with an e-mail address and a password.
    """


@user.command("add", short_help="Thêm người dùng | Add a user")
@click.argument("email")
@click.option("--name", default="", help="Họ tên | Name")
@click.option("--role", default="admin", show_default=True, help=ROLE_HELP)
@click.option("--project", "project_id", type=int, help="Chỉ trong dự án này | In this project only")
@UNIT
def add_user(email: str, name: str, role: str, project_id: int | None, units: tuple[str, ...]) -> None:
    """Thêm người dùng và in mật khẩu dùng một lần.

    Add a user and print a one-time password.
    """
    with database().transaction() as session:
        unit_ids = [find_unit(session, text).id for text in units]
        made = users.create(session, email, name, role, SYSTEM_ID, project_id, unit_ids)
    _print_password(email, made.password)


@user.command("list", short_help="Liệt kê người dùng | List users")
def list_users() -> None:
    """Mỗi dòng một người: thư điện tử, họ tên, vai trò.

    One user a line: e-mail address, name, roles.
    """
    with database().reading() as session:
        for one in users.listed(session):
            click.echo(f"{one.email}\t{one.name}\t{', '.join(one.roles)}")


@user.command("reset-password", short_help="Cấp lại mật khẩu | Give a new password")
@click.argument("email")
def reset_password(email: str) -> None:
    """Cấp mật khẩu dùng một lần mới.

    Give a new one-time password.
    """
    with database().transaction() as session:
        password = users.reset_password(session, email, SYSTEM_ID)
    _print_password(email, password)


@click.group("app-user", short_help="Máy thu thập số liệu | App users (tablets)")
def app_user() -> None:
    """Máy thu thập số liệu (ODK Collect), mỗi máy một khóa và một hay nhiều đơn vị.

    Tablets with ODK Collect, each with a key and one unit or more.
    """


@app_user.command("add", short_help="Thêm máy và in mã QR | Add a tablet and print its QR code")
@click.argument("name")
@PROJECT
@UNIT
@click.option("--url", help="Địa chỉ máy chủ mà máy tính bảng thấy | Server address as tablets see it")
def add_app_user(name: str, project_id: int, units: tuple[str, ...], url: str | None) -> None:
    """Cấp khóa cho một máy, in địa chỉ và mã QR. Khóa chỉ hiện một lần.

    Give a tablet a key; print the address and QR code. The key is shown only once.
    """
    if not units:
        say("Chưa có --unit: máy này sẽ không thấy CLB nào.", "No --unit: this tablet will see no club.")
    with database().transaction() as session:
        unit_ids = [find_unit(session, text).id for text in units]
        made = app_users.create(session, project_id, name, unit_ids, SYSTEM_ID)
        project_name = projects.get(session, project_id).name
    print_code(made.token, project_id, project_name, url)
    warn_if_local(url)


@app_user.command("list", short_help="Liệt kê máy | List tablets")
@PROJECT
def list_app_users(project_id: int) -> None:
    """Mỗi dòng một máy: số, tên, đơn vị, tình trạng.

    One tablet a line: number, name, units, state.
    """
    with database().reading() as session:
        for one in app_users.listed(session, project_id):
            state = "đang dùng | active" if one.revoked_at is None else "đã thu hồi | revoked"
            click.echo(f"{one.actor_id}\t{one.name}\t{', '.join(one.units)}\t{state}")


@app_user.command("revoke", short_help="Thu hồi khóa | Revoke a key")
@click.argument("actor_id", type=int)
def revoke_app_user(actor_id: int) -> None:
    """Thu hồi khóa của một máy; số liệu đã gửi vẫn giữ.

    Revoke a tablet's key; what it sent stays.
    """
    with database().transaction() as session:
        app_users.revoke(session, actor_id, SYSTEM_ID)
    say(f"Đã thu hồi khóa của máy {actor_id}.", f"The key of app user {actor_id} is revoked.")


@app_user.command("qr", short_help="Cấp khóa mới và in mã QR | New key and its QR code")
@click.argument("actor_id", type=int)
@click.option("--url", help="Địa chỉ máy chủ mà máy tính bảng thấy | Server address as tablets see it")
def renew_app_user(actor_id: int, url: str | None) -> None:
    """Cấp khóa mới cho một máy (khóa cũ hết hiệu lực) và in mã QR.

    Khóa chỉ được lưu dưới dạng băm nên không in lại được. Trên máy: chọn “Cấu hình lại”, đừng thêm dự án.

    Give a tablet a new key, which ends the old one, and print its QR code: keys are stored as hashes, so the old one
    cannot be printed again. On the tablet choose “Reconfigure”, do not add a project.
    """
    with database().transaction() as session:
        token = app_users.renew(session, actor_id, SYSTEM_ID)
        project_id = app_users.get(session, actor_id).project_id
        project_name = projects.get(session, project_id).name
    print_code(token, project_id, project_name, url)
    warn_if_local(url)


def print_code(token: str, project_id: int, project_name: str, url: str | None = None) -> None:
    """A tablet's address, and the QR code that sets it up."""
    address = f"{_base(url)}/v1/key/{token}/projects/{project_id}"
    say("Địa chỉ cho ODK Collect:", "Address for ODK Collect:")
    click.echo(address)
    segno.make(collect_settings.code(address, project_name, settings().language), error="l").terminal(
        compact=True
    )


def warn_if_local(url: str | None = None) -> None:
    """Say that no tablet reaches an address of this machine itself."""
    if urlsplit(_base(url)).hostname in LOCAL:
        say(
            "! Địa chỉ này chỉ máy chủ tự thấy. Để máy tính bảng tới được: đặt CLB_HOST=0.0.0.0 và CLB_PUBLIC_URL.",
            "only this machine reaches that address; set both for tablets",
        )


def _base(url: str | None) -> str:
    """The server's address as tablets see it, without a slash at the end."""
    config = settings()
    return (url or config.public_url or f"http://{config.host}:{config.port}").rstrip("/")


def _print_password(email: str, password: str) -> None:
    say(f"Mật khẩu dùng một lần của {email}:", f"One-time password of {email}:")
    click.echo(password)
