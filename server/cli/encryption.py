"""clb encryption: forms whose answers only those read who know the passphrase."""

import sys

import click

from server.cli.shell import blobs, database, fail, say
from server.i18n import both
from server.services import encryption as encryptions
from server.services.actor import SYSTEM_ID
from server.services.encryption import Plan

PROJECT = click.option("--project", "project_id", default=1, show_default=True, help="Số dự án | Project")
HINT = click.option("--hint", help="Lời gợi nhớ mật khẩu, ai cũng xem được | Reminder, seen by everybody")
FROM_STDIN = click.option(
    "--passphrase-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào chuẩn | Read it from standard input"
)


@click.group(short_help="Mã hóa phiếu | Encryption")
def encryption() -> None:
    """Mã hóa phiếu ngay trên máy tính bảng; chỉ người biết mật khẩu mới đọc được.

    Have submissions encrypted on the tablets; only those who know the passphrase can read them.
    """


@encryption.command(short_help="Bật mã hóa | Enable")
@PROJECT
@click.option(
    "--form",
    "xml_form_ids",
    multiple=True,
    metavar="FORM_ID",
    help="Chỉ biểu mẫu này; có thể lặp lại | This form only; repeatable",
)
@HINT
@FROM_STDIN
@click.option("--yes", is_flag=True, help="Không hỏi lại | Do not ask")
def enable(
    project_id: int, xml_form_ids: tuple[str, ...], hint: str | None, passphrase_stdin: bool, yes: bool
) -> None:
    """Mã hóa mọi biểu mẫu của dự án, hoặc các biểu mẫu nêu ở --form. KHÔNG tắt lại được.

    Phiếu đã mã hóa không vào bảng CLB, báo cáo hay kiểm tra số liệu; chỉ xem được bằng clb export và mật khẩu. Mất
    mật khẩu là mất số liệu. Biểu mẫu thêm dòng vào danh sách dùng chung thì không mã hóa được; biểu mẫu chỉ sửa danh
    sách thì chỉ khi nêu ở --form.

    Encrypt all forms of a project, or those named. It CANNOT be disabled again. Encrypted submissions reach no club
    table, report or check; only clb export shows them, with the passphrase. Who loses it loses the data. Forms that
    add to entity lists cannot be encrypted; those that only change them are when named.
    """
    with database().reading() as session:
        planned = encryptions.plan(session, project_id, xml_form_ids)
    _print_plan(planned)
    if not yes:
        click.confirm(both("Tiếp tục?", "Go on?"), abort=True)
    passphrase = None if planned.key else _ask_new(passphrase_stdin)
    with database().transaction() as session:
        published = encryptions.enable(
            session, blobs(), project_id, passphrase, hint, xml_form_ids, SYSTEM_ID
        )
    for one in published:
        say(f"Đã đưa lên {one.xml_form_id} {one.version}.", f"Published {one.xml_form_id} {one.version}.")
    say("Đã bật mã hóa. Hãy cất mật khẩu ở nơi an toàn.", "Encryption is on. Keep the passphrase safe.")


@encryption.command("change-passphrase", short_help="Đổi mật khẩu | Change the passphrase")
@PROJECT
@HINT
@click.option(
    "--passphrase-stdin",
    is_flag=True,
    help="Đọc từ đầu vào chuẩn: dòng một mật khẩu cũ, dòng hai mật khẩu mới | Read old and new, a line each",
)
def change_passphrase(project_id: int, hint: str | None, passphrase_stdin: bool) -> None:
    """Đổi mật khẩu của khóa; phiếu đã mã hóa vẫn đọc được bằng mật khẩu mới.

    Change the passphrase of the key; what was encrypted before opens with the new one.
    """
    old = read_passphrase(passphrase_stdin, both("Mật khẩu cũ", "Old passphrase"))
    new = _ask_new(passphrase_stdin)
    with database().transaction() as session:
        encryptions.change_passphrase(session, project_id, old, new, hint, SYSTEM_ID)
    say("Đã đổi mật khẩu.", "The passphrase is changed.")


@encryption.command("list", short_help="Liệt kê khóa | List keys")
@PROJECT
def list_keys(project_id: int) -> None:
    """Mỗi dòng một khóa: số, loại, gợi nhớ, biểu mẫu đang dùng, số phiếu, số tệp đến mà chưa mã hóa.

    One key a line: number, kind, hint, forms, submissions, files that came unencrypted beside them.
    """
    with database().reading() as session:
        states = encryptions.keys(session, project_id)
    for key in states:
        kind = both("máy chủ giữ", "managed") if key.is_managed else both("tự giữ", "self-supplied")
        names = ", ".join(key.forms) or "–"
        click.echo(f"{key.id}\t{kind}\t{key.hint or '–'}\t{names}\t{key.submissions}\t{key.plain_files}")


def read_passphrase(from_stdin: bool, question: str) -> str:
    """A passphrase, from the terminal without showing it or from a line of standard input; never an argument."""
    if from_stdin:
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            fail("Đầu vào chuẩn không có mật khẩu.", "There is no passphrase on standard input.")
        return line
    return str(click.prompt(question, hide_input=True))


def _ask_new(from_stdin: bool) -> str:
    if from_stdin:
        return read_passphrase(from_stdin, "")
    question = both("Mật khẩu giải mã mới", "New passphrase")
    again = both("Nhập lại", "Again")
    return str(click.prompt(question, hide_input=True, confirmation_prompt=again))


def _print_plan(planned: Plan) -> None:
    """What enabling would do, the dangers first."""
    say("KHÔNG tắt lại được. Mất mật khẩu là mất số liệu.", "Cannot be undone. Passphrase lost, data lost.")
    for name in planned.counted:
        say(
            f"! {name}: phiếu mới sẽ KHÔNG vào bảng CLB và báo cáo nữa.",
            "new submissions will reach no club table and no report",
        )
    for name in planned.silenced:
        say(
            f"! {name}: phiếu mới sẽ KHÔNG sửa danh sách dùng chung nữa.",
            "new submissions will change no entity list",
        )
    for name in planned.encrypted:
        say(f"  {name}: sẽ mã hóa, có phiên bản mới.", "will be encrypted, with a new version")
    for name in planned.entities:
        say(f"  {name}: giữ nguyên, vì ghi vào danh sách dùng chung.", "stays plain: it writes entity lists")
    for name in planned.others:
        say(f"  {name}: đã mã hóa từ trước.", "is encrypted already")
