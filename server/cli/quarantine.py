"""clb quarantine: what could not be taken in, to look at, release, dismiss."""

from pathlib import Path

import click

from server.cli import private
from server.cli.shell import blobs, database, fail, say, tell
from server.clock import VIETNAM
from server.models import Quarantine
from server.services import quarantine as held
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.file_name import safe_name
from server.services.sent import Held, Outcome

PROJECT = click.option("--project", "project_id", default=1, show_default=True, help="Số dự án | Project")
NUMBERS = click.argument("numbers", nargs=-1, type=int, metavar="SỐ…")
COMMENT = click.option("--comment", default="", help="Lý do, ghi vào nhật ký | Reason, for the audit log")


@click.group(short_help="Bài giữ riêng | What is held aside")
def quarantine() -> None:
    """Bài gửi chưa nhận được, giữ nguyên từng byte cùng tệp và lý do.

    Submissions that could not be taken in, kept byte for byte with their files and the reason.
    """


@quarantine.command("list", short_help="Liệt kê | List")
@PROJECT
@click.option("--all", "is_all", is_flag=True, help="Cả bài đã nhận, đã bỏ qua | Also released and dismissed")
def list_held(project_id: int, is_all: bool) -> None:
    """Mỗi dòng một bài: số, ngày nhận, biểu mẫu, mã phiếu, số lần gửi, lý do.

    One a line: number, day received, form, instance ID, times sent, reason.
    """
    page = 1
    with database().reading() as session:
        while rows := held.listed(session, project_id, page):
            for kept in rows:
                if is_all or _is_held(kept):
                    tell(_line(kept))
            page += 1


@quarantine.command(short_help="Xem một bài | Show one")
@click.argument("number", type=int, metavar="SỐ")
def show(number: int) -> None:
    """Một bài giữ riêng: lý do, máy gửi, các tệp.

    One item: why it is held, who sent it, its files.
    """
    with database().reading() as session:
        kept = held.get(session, number)
        tell(_line(kept))
        say(f"Máy: {kept.device_id or '–'} · {kept.user_agent or '–'}", "device and app")
        if kept.deprecated_id:
            say(f"Sửa từ bản: {kept.deprecated_id}", "the text it was edited from")
        if kept.detail:
            tell(kept.detail)
        for place, file in enumerate(kept.attachments, start=1):
            tell(f"  {place}\t{file['size']}\t{file['name']}")


@quarantine.command(short_help="In XML gốc | Print the XML")
@click.argument("number", type=int, metavar="SỐ")
def xml(number: int) -> None:
    """In XML của một bài, đúng từng byte.

    Print the XML of an item, byte for byte.
    """
    with database().reading() as session:
        click.echo(blobs().read(held.get(session, number).xml_sha256), nl=False)


@quarantine.command(short_help="Ghi các tệp kèm theo | Save its files")
@click.argument("number", type=int, metavar="SỐ")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục | Folder"
)
def files(number: int, out: Path) -> None:
    """Ghi XML và các tệp của một bài vào một thư mục; tên tệp bắt đầu bằng số thứ tự.

    Save the XML and the files of an item into a folder; each file's name begins with its number.
    """
    private.make_folder(out)
    with database().reading() as session:
        kept = held.get(session, number)
        private.write(out / "submission.xml", blobs().read(kept.xml_sha256))
        for place, file in enumerate(kept.attachments, start=1):
            name = f"{place:03}-{safe_name(file['name'])}"
            private.write(out / name, blobs().read(file["sha256"]))
    say(f"Đã ghi {1 + len(kept.attachments)} tệp vào {out}.", f"Saved to {out}.")


@quarantine.command(short_help="Nhận lại | Release")
@NUMBERS
@click.option(
    "--reason",
    metavar="LÝ_DO",
    help="Mọi bài giữ vì lý do này, ví dụ unknown_form | All that are held for this reason",
)
@PROJECT
def release(numbers: tuple[int, ...], reason: str | None, project_id: int) -> None:
    """Đưa bài vào lại khi lý do đã hết, ví dụ biểu mẫu đã được đưa lên hoặc mở lại.

    Take items in once their reason is gone, for example after the form was published or opened again.
    """
    if not numbers and not reason:
        fail("Cần số của bài, hoặc --reason.", "Give numbers, or --reason.", status=2)
    for number in numbers:
        with database().transaction() as session:
            outcome = submissions.release(session, blobs(), number, SYSTEM_ID)
        _print_outcome(number, outcome)
    if reason:
        with database().transaction() as session:
            done = submissions.release_all(session, blobs(), project_id, (reason,), SYSTEM_ID)
        say(
            f"Đã nhận {done.taken} bài, còn giữ {done.held} bài.", f"{done.taken} taken in, {done.held} held."
        )


@quarantine.command(short_help="Bỏ qua | Dismiss")
@NUMBERS
@COMMENT
def dismiss(numbers: tuple[int, ...], comment: str) -> None:
    """Đánh dấu đã xem, không cần nhận. Bài vẫn được giữ; lấy lại bằng hold-again.

    Mark as seen and not needed. It is kept all the same; hold-again takes this back.
    """
    with database().transaction() as session:
        for number in numbers:
            held.dismiss(session, number, SYSTEM_ID, comment)
    say(f"Đã bỏ qua {len(numbers)} bài.", f"{len(numbers)} dismissed.")


@quarantine.command("hold-again", short_help="Lấy lại bài đã bỏ qua | Take a dismissal back")
@NUMBERS
def hold_again(numbers: tuple[int, ...]) -> None:
    """Đưa bài đã bỏ qua về lại danh sách cần xem.

    Put dismissed items back on the list of what is held.
    """
    with database().transaction() as session:
        for number in numbers:
            held.hold_again(session, number, SYSTEM_ID)
    say(f"Đã giữ lại {len(numbers)} bài.", f"{len(numbers)} held again.")


def _is_held(kept: Quarantine) -> bool:
    return kept.released_at is None and kept.dismissed_at is None


def _line(kept: Quarantine) -> str:
    vi, en = held.REASONS.get(kept.reason, (kept.reason, kept.reason))
    state = "✓" if kept.released_at else "–" if kept.dismissed_at else "!"
    received = kept.received_at.astimezone(VIETNAM)
    return (
        f"{state} {kept.id}\t{received:%d/%m/%Y %H:%M}\t{kept.xml_form_id or '–'}\t{kept.instance_id or '–'}\t"
        f"{kept.times}×\t{vi} | {en} ({kept.reason})"
    )


def _print_outcome(number: int, outcome: Outcome) -> None:
    if isinstance(outcome, Held):
        vi, en = held.REASONS.get(outcome.reason, (outcome.reason, outcome.reason))
        say(f"! {number}: vẫn chưa nhận được: {vi}.", f"still cannot be taken: {en}.")
    else:
        say(f"✓ {number}: đã nhận thành phiếu số {outcome.submission_id}.", "taken in.")
