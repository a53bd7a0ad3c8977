"""clb app-user: tablets with keys."""

from urllib.parse import urlsplit

import click
import segno

from server import collect_settings
from server.cli.shell import PROJECT, UNIT, database, find_unit, say, settings
from server.services import app_user as app_users
from server.services import project as projects
from server.services.actor import SYSTEM_ID

LOCAL = ("127.0.0.1", "localhost", "::1", "0.0.0.0")  # noqa: S104 - refused here, not listened on


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
    holder = collect_settings.Holder(address, project_name, collect_settings.NEUTRAL, project_name[:1])
    code = collect_settings.encode(collect_settings.for_tablet(holder, settings().language))
    segno.make(code, error="l").terminal(compact=True)


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
