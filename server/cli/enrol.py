"""clb app-user enrol, card, template: from a list of enumerators to printed cards."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click

from reports import cards
from reports.cards import CardProblem, Deck
from reports.fonts import FontProblem
from reports.pdf import RenderProblem
from server import clock
from server.cli.app_user import NOW, URL, app_user, base_url, grace, refuse_unreachable, warn_if_local
from server.cli.private import FILE_MODE
from server.cli.shell import PROJECT, database, fail, say, settings
from server.services import enrolment
from server.services.actor import SYSTEM_ID
from server.services.enrolment import Known, Plan

OUT = click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp PDF sẽ ghi | The PDF to write",
)


@app_user.command("enrol", short_help="Cấp thẻ theo danh sách Excel | Enrol a list, print cards")
@click.argument("roster", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp PDF sẽ ghi, bắt buộc nếu không chỉ kiểm tra | The PDF to write; required without --check",
)
@PROJECT
@URL
@click.option(
    "--reissue", is_flag=True, help="Cấp lại thẻ cho cả người đã có | New cards for those known too"
)
@click.option("--check", "is_check", is_flag=True, help="Chỉ kiểm tra danh sách | Only check the list")
def enrol(
    roster: Path, out: Path | None, project_id: int, url: str | None, reissue: bool, is_check: bool
) -> None:
    """Cấp khóa cho mọi người trong danh sách Excel và ghi thẻ có mã QR ra PDF, theo từng xã.

    Có lỗi ở bất kỳ dòng nào thì chưa ai được cấp. Chạy lại cùng danh sách không cấp thêm lần nữa.

    Give everybody on an Excel list a key, and write cards with QR codes to a PDF, by commune. With an error in any row
    nobody is enrolled; the same list again enrols nobody twice.
    """
    if out is None and not is_check:
        fail(
            "Xin cho --out: tệp PDF sẽ ghi thẻ.",
            "Please give --out: the PDF to write the cards to.",
            status=2,
        )
    with database().reading() as session:
        plan = enrolment.plan(session, project_id, roster.read_bytes(), roster.name, clock.today())
    _tell(plan, reissue)
    again = plan.known if reissue else ()
    if out is None or is_check or not (plan.new or again):
        return
    _issue(project_id, plan.new, again, out, url, grace(at_once=False))


@app_user.command("card", short_help="Cấp lại thẻ và in PDF | New cards for app users")
@click.argument("actor_ids", metavar="SỐ…", type=int, nargs=-1, required=True)
@OUT
@PROJECT
@URL
@NOW
def card(actor_ids: tuple[int, ...], out: Path, project_id: int, url: str | None, at_once: bool) -> None:
    """Cấp khóa mới cho các máy đang dùng và ghi thẻ ra PDF; khóa cũ chỉ còn gửi bài trong thời gian gia hạn.

    Give tablets new keys and write their cards to a PDF; with the old keys they only send, for the time of grace.
    """
    with database().reading() as session:
        again = enrolment.known(session, project_id, actor_ids)
    _issue(project_id, (), again, out, url, grace(at_once))


@app_user.command("template", short_help="Tệp Excel mẫu của danh sách | Template of the list")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path), default="danh_sach.xlsx")
def template(out: Path) -> None:
    """Ghi tệp Excel mẫu để điền danh sách người thu thập số liệu.

    Write an empty Excel list of enumerators, with a sheet that says how to fill it in.
    """
    if out.exists():
        fail(f"Đã có tệp “{out}”. Xin chọn tên khác.", f"“{out}” exists already. Please choose another name.")
    out.write_bytes(enrolment.template())
    say(f"Đã ghi {out}", "template written")


def _tell(plan: Plan, reissue: bool) -> None:
    """Who is new and who has a card already."""
    say(f"Người mới: {len(plan.new)}. Đã có thẻ: {len(plan.known)}.", "new, and with a card already")
    for one in plan.known:
        click.echo(f"  {one.actor_id}\t{one.wanted.name}")
    if plan.known and not reissue:
        say("Muốn in thẻ mới cho những người này: thêm --reissue.", "add --reissue for new cards")


def _issue(
    project_id: int,
    new: Sequence[enrolment.Wanted],
    again: Sequence[Known],
    out: Path,
    url: str | None,
    time_left: timedelta,
) -> None:
    """Reserve keys, print them, make them good: nobody is enrolled whose card was not printed."""
    _refuse_existing(out)
    refuse_unreachable(url)
    with database().transaction() as session:
        reserved = enrolment.reserve(session, project_id, new, again, SYSTEM_ID)
        place = base_url(url), settings().language, settings().hotline
        deck = enrolment.deck(session, project_id, reserved, *place, clock.today())
    try:
        with _written(out, _print(deck)), database().transaction() as session:
            enrolment.confirm(session, project_id, reserved, SYSTEM_ID, time_left)
    except BaseException:
        with database().transaction() as session:
            enrolment.give_up(session, reserved)
        raise
    say(f"Đã cấp {len(new)} thẻ mới, {len(again)} thẻ thay: {out}", "new cards, cards that replace others")
    say("Tệp này như mật khẩu: in xong thì xóa.", "as secret as passwords: delete it once printed")
    warn_if_local(url)


def _print(deck: Deck) -> bytes:
    try:
        return cards.pdf(deck)
    except (FontProblem, RenderProblem, CardProblem) as error:
        fail(
            f"Không in được thẻ, chưa cấp cho ai: {error}",
            f"No cards were printed, nobody is enrolled: {error}",
        )


@contextmanager
def _written(out: Path, content: bytes) -> Iterator[None]:
    """A file that only its owner may read, gone again when what follows fails; one that is there is left alone."""
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield
    except BaseException:
        out.unlink(missing_ok=True)
        raise


def _refuse_existing(out: Path) -> None:
    """Cards that were printed before cannot be printed again: their file is never overwritten."""
    if out.exists():
        fail(
            f"Đã có tệp “{out}”. Xin chọn tên khác: thẻ đã in không in lại được.",
            f"“{out}” exists already. Please choose another name: cards cannot be printed twice.",
        )
