"""clb check: what an administrator should look at."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import click
from sqlalchemy.orm import Session

from server import clock
from server.cli.shell import blobs, database, fail, say, tell
from server.projection.checks.catalogue import CATALOGUE, worded_fault
from server.scope import Scope
from server.services import check as checks
from server.services import finding, quarantine, stored_file
from server.services.actor import SYSTEM_ID
from server.services.check import Fault, Health

PROJECT_ID = 1
NAMED = 10
"""Submissions named for one kind of fault; the rest are counted."""


@click.command(short_help="Kiểm tra số liệu | Check the data")
@click.option(
    "--list", "code", metavar="CODE", help="Liệt kê từng điều của một mã, hoặc all | List one code, or all"
)
@click.option(
    "--sweep",
    is_flag=True,
    help="Xóa tệp quá một ngày không phiếu nào dùng | Delete files a day old that nothing names",
)
def check(code: str | None, sweep: bool) -> None:
    """Liệt kê bài gửi chưa vào bảng, điều cần xem lại, bài giữ riêng, tệp bị mất. Có lỗi thì trả về 1.

    List submissions that do not stand in the tables, findings, what is held, files gone. Ends with 1 when faulty.
    """
    if sweep:
        with database().reading() as session:
            gone = stored_file.sweep(session, blobs(), blobs().old())
        say(f"Đã xóa {gone} tệp không còn dùng.", "files that nothing names were deleted")
    with database().reading() as session:
        health = checks.check(session, blobs())
        listed = list(_listed(session, "" if code == "all" else code)) if code else []
    _print_health(health)
    for line in listed:
        tell(line)
    if not health.is_sound:
        fail(
            "Có số liệu chưa vào bảng, tệp bị mất hoặc danh sách đếm sai (xem trên).",
            "Some data is not in the tables, files are gone, or lists are counted wrong.",
        )
    if health.findings:
        say(
            "Mọi bài gửi đã vào bảng; các điều trên cần người xem (clb check --list MÃ).",
            "All data is in the tables; please see the above (clb check --list CODE).",
        )
    else:
        say("Không có lỗi.", "No faults.")


def _listed(session: Session, code: str) -> Iterator[str]:
    """Each finding with its club, form, month or day, question and value, newest submissions first."""
    everything = Scope(None, SYSTEM_ID, clock.today())
    page = 1
    while rows := finding.listed(session, everything, PROJECT_ID, code, page=page):
        for row in rows:
            when = f"{row.day:%m/%Y}" if row.is_month else f"{row.day:%d/%m/%Y}"
            yield (
                f"{_mark(row.severity)} {row.club_code or '–'} {row.form} {when} "
                f"{row.question}={row.value}: {row.sentences[0]} | {row.sentences[1]}"
            )
        page += 1


def _print_health(health: Health) -> None:
    _print_faults(health.faults)
    for sha256 in health.blobs_gone:
        say(f"✗ Tệp bị mất hoặc hỏng: {sha256}", "file gone or damaged")
    for name in health.lists_wrong:
        say(
            f"✗ Danh sách “{name}” đếm sai, máy có thể không biết là đã đổi (clb entity-list repair)",
            "list counted wrong: tablets may miss changes",
        )
    for (code, severity), count in health.findings.items():
        title_vi, title_en = _title(code)
        say(f"{_mark(severity)} {count} × {title_vi}", f"{title_en} ({code})")
    for reason, count in health.held.items():
        vi, en = quarantine.REASONS.get(reason, (reason, reason))
        say(f"! {count} bài giữ riêng: {vi}", f"{count} held: {en} ({reason})")
    if health.unknown_versions:
        say(
            f"! {health.unknown_versions} bài của phiên bản lạ",
            "submissions of a version never published here",
        )
    if health.files_awaited:
        say(f"! {health.files_awaited} tệp đính kèm chưa đến", "attachments still to come")
    if health.files_empty:
        say(f"! {health.files_empty} tệp đính kèm rỗng", "attachments without a byte")
    if health.branches:
        say(f"! {health.branches} bản sửa song song chưa ai chọn", "edits made apart, to choose among")


def _print_faults(faults: Sequence[Fault]) -> None:
    """Faults by what they say: one broken thing may hold up thousands of submissions."""
    for error, same in groupby(sorted(faults, key=lambda fault: fault.error), key=lambda fault: fault.error):
        held_up = list(same)
        vi, en = worded_fault(error)
        say(f"✗ {len(held_up)} × {vi}", en)
        for fault in held_up[:NAMED]:
            tell(f"    {fault.xml_form_id} #{fault.submission_id} {fault.instance_id}")
        if len(held_up) > NAMED:
            say(f"    … và {len(held_up) - NAMED} bài nữa", "and more")


def _mark(severity: str) -> str:
    return "✗" if severity == "error" else "!"


def _title(code: str) -> tuple[str, str]:
    entry = CATALOGUE.get(code)
    return (entry.title_vi, entry.title_en) if entry else (code, code)
