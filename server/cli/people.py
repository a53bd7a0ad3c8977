"""clb user: people who sign in with a password."""

import click

from server.cli.shell import UNIT, database, find_unit, say
from server.services import second_factor
from server.services import user as users
from server.services.actor import SYSTEM_ID

ROLE_HELP = (
    "admin quản trị; national_admin toàn quốc; province_admin quản trị tỉnh; province_editor biên tập tỉnh; "
    "commune_supervisor xã; reviewer người rà soát; official người xem báo cáo | Role"
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


@user.command("reset-second-factor", short_help="Tắt xác thực hai lớp | End a second factor")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Cho người mất cả điện thoại lẫn mã dự phòng vào lại chỉ bằng mật khẩu.

    Let somebody who lost telephone and recovery codes in by password alone.
    """
    with database().transaction() as session:
        second_factor.turn_off(session, users.get(session, email).actor_id, SYSTEM_ID)
    say(f"Đã tắt xác thực hai lớp của {email}.", f"The second factor of {email} is off.")


def _print_password(email: str, password: str) -> None:
    say(f"Mật khẩu dùng một lần của {email}:", f"One-time password of {email}:")
    click.echo(password)
