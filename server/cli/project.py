"""clb project: what a project chooses for its tablets."""

import click

from server.cli.shell import PROJECT, database, say, settings
from server.services import enrolment
from server.services.actor import SYSTEM_ID


@click.group(short_help="Dự án | Projects")
def project() -> None:
    """Những gì dự án chọn chung cho các máy thu thập của mình.

    What a project chooses for all its tablets.
    """


@project.group("collect-settings", short_help="Cài đặt trong mã QR | Settings in QR codes")
def collect_settings() -> None:
    """Các cài đặt ODK Collect mà mã QR mang theo. Máy đã quét mã giữ cài đặt cũ đến khi quét thẻ mới.

    The settings of ODK Collect in the QR codes. A tablet keeps those it has until it scans a new card.
    """


@collect_settings.command("show", short_help="Xem các cài đặt | Show them")
@PROJECT
def show(project_id: int) -> None:
    """Mỗi dòng một cài đặt: tên, giá trị, và dấu * nếu dự án chọn khác chương trình.

    One setting a line: name, value, and * where the project chose otherwise than the programme.
    """
    with database().reading() as session:
        for one in enrolment.choices(session, project_id, settings().language):
            value = str(one.value).lower() if isinstance(one.value, bool) else one.value
            click.echo(f"{one.name}\t{value}\t{'*' if one.is_own else ''}")


@collect_settings.command("set", short_help="Đổi một cài đặt | Change one")
@click.argument("key")
@click.argument("value")
@PROJECT
def set_one(key: str, value: str, project_id: int) -> None:
    """Đổi một cài đặt cho các mã QR làm từ nay, ví dụ: set general.image_size small

    Change one setting for the codes made from now on, such as: set general.image_size small
    """
    with database().transaction() as session:
        made = enrolment.change(session, project_id, key, value, SYSTEM_ID)
    shown = "••••" if made.name == "admin.admin_pw" else str(made.value)
    say(f"{made.name} = {shown}; máy nhận khi quét thẻ mới.", "tablets get it with their next card")


@collect_settings.command("reset", short_help="Trở về cài đặt của chương trình | Back to the programme's")
@click.argument("key", required=False)
@PROJECT
def reset(key: str | None, project_id: int) -> None:
    """Bỏ lựa chọn riêng của dự án cho một cài đặt, hoặc cho tất cả nếu không ghi tên.

    Drop what the project chose for a setting, or for all where none is named.
    """
    with database().transaction() as session:
        enrolment.reset(session, project_id, key, SYSTEM_ID)
    say("Đã trở về cài đặt của chương trình.", "back to the programme's settings")


@project.command("admin-password", short_help="Mật khẩu mở cài đặt trên máy | Password of tablets' settings")
@click.option("--new", "is_new", is_flag=True, help="Đặt mật khẩu khác | Make another one")
@PROJECT
def admin_password(is_new: bool, project_id: int) -> None:
    """In mật khẩu mở các cài đặt bị khóa trên máy, cần khi “Cấu hình lại”. Chỉ đưa cho người giám sát.

    Print the password that unlocks settings on tablets, needed to “Reconfigure”. For supervisors only.
    """
    with database().transaction() as session:
        if is_new:
            password = enrolment.new_password(session, project_id, SYSTEM_ID)
        else:
            password = enrolment.password(session, project_id)
    click.echo(password)
