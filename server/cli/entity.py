"""clb entity: entries of the shared lists, their conflicts, and what waits."""

from datetime import timedelta

import click

from server import clock
from server.cli.shell import PROJECT, database, fail, say, tell
from server.clock import VIETNAM
from server.i18n import both
from server.scope import Scope
from server.services.actor import SYSTEM_ID
from server.services.entity import backlog, history, naming, people
from server.services.entity.apply import HELD_FOR
from server.services.entity.history import Conflict, Listed, Made

UUID = click.argument("uuid", metavar="MÃ")


@click.group(short_help="Mục trong danh sách dùng chung | Entries of shared lists")
def entity() -> None:
    """Mục trong danh sách dùng chung (CLB, thành viên, khoản vay…): lịch sử, chỗ trái nhau, thay đổi đang chờ.

    Entries of the shared lists (clubs, members, loans …): history, conflicts, changes that wait.
    """


@entity.command("list", short_help="Liệt kê mục | List entries")
@click.argument("name", default="", metavar="[DANH SÁCH]")
@click.option("--deleted", is_flag=True, help="Các mục đã xóa | Deleted ones")
@PROJECT
def list_entries(name: str, deleted: bool, project_id: int) -> None:
    """Mỗi dòng một mục, mới đổi trước: mã, danh sách, CLB, tên, phiên bản, xung đột.

    One entry a line, last changed first: ID, list, club, name, version, conflict.
    """
    page = 1
    with database().reading() as session:
        while rows := (
            history.deleted(session, _all(), project_id, page)
            if deleted
            else history.listed(session, _all(), project_id, name, page)
        ):
            for one in rows:
                tell(_line(one))
            page += 1


@entity.command(short_help="Xem một mục | Show an entry")
@UUID
@PROJECT
def show(uuid: str, project_id: int) -> None:
    """Một mục và mọi phiên bản của nó: ai, khi nào, sửa từ phiên bản nào, đổi gì.

    An entry with all its versions: by whom, when, upon which version, what changed.
    """
    with database().reading() as session:
        one = history.get(session, _all(), project_id, uuid)
        versions = history.versions(session, uuid)
    tell(_line(one))
    before: dict[str, str] = {}
    for made in versions:
        tell(_version_line(made))
        for name, value in made.content.items():
            if before.get(name, "") != value:
                tell(f"    {name}: {before.get(name, '') or '–'} → {value or '–'}")
        before = made.content


@entity.command(short_help="Các mục có thay đổi trái nhau | Entries in conflict")
@PROJECT
def conflicts(project_id: int) -> None:
    """Các mục được nhiều nơi sửa mà không biết nhau; với mỗi cột: lúc đầu, trước đó, máy gửi, hiện nay.

    Entries changed apart; for each property: at the base, before, as sent, now.
    """
    page = 1
    with database().reading() as session:
        while rows := history.conflicts(session, _all(), project_id, page):
            for one in rows:
                tell(_line(one.entity))
                for conflict in one.conflicts:
                    _print_conflict(conflict)
            page += 1


@entity.command(short_help="Giải quyết xung đột | Settle a conflict")
@UUID
@click.option(
    "--put-back", type=int, metavar="N", help="Lấy lại giá trị trước phiên bản N | As before version N"
)
@click.option("--version", type=int, metavar="N", help="Lấy nguyên phiên bản N | Take version N whole")
@click.option(
    "--set", "values", multiple=True, metavar="CỘT=GIÁ TRỊ", help="Tự ghi giá trị; lặp lại được | Values"
)
@PROJECT
def resolve(
    uuid: str, put_back: int | None, version: int | None, values: tuple[str, ...], project_id: int
) -> None:
    """Giải quyết xung đột của một mục. Không có tùy chọn nào: giữ như hiện nay.

    Settle the conflicts of an entry. Without an option it stays as it is.
    """
    if sum((put_back is not None, version is not None, bool(values))) > 1:
        fail("Chỉ dùng một trong --put-back, --version, --set.", "Use one of --put-back, --version, --set.")
    with database().transaction() as session:
        if put_back is not None:
            people.put_back(session, _all(), project_id, uuid, put_back)
        elif version is not None:
            people.take(session, _all(), project_id, uuid, version)
        elif values:
            people.write(session, _all(), project_id, uuid, _pairs(values))
        else:
            people.resolve(session, _all(), project_id, uuid)
    say("Đã giải quyết.", "Settled.")


@entity.command("backlog", short_help="Thay đổi đang chờ | Changes that wait")
@PROJECT
def list_backlog(project_id: int) -> None:
    """Thay đổi đang chờ phiếu trước của cùng máy: số, danh sách, mục, phiếu, máy, chờ từ khi nào.

    Changes waiting for an earlier submission of the same tablet: number, list, entry, submission, tablet, since when.
    """
    with database().reading() as session:
        for one in history.backlog(session, _all(), project_id):
            since = f"{one.held_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
            parts = (
                f"#{one.id}",
                one.list_name,
                one.label or one.entity_id,
                f"{one.form} #{one.submission_id}",
            )
            tell("\t".join((*parts, one.sender or "–", since)))


@entity.command(short_help="Nhận thay đổi đang chờ | Take what waits")
@click.argument("number", type=int, required=False, metavar="[SỐ]")
@click.option(
    "--days", type=float, help="Chờ lâu hơn số ngày này; mặc định 5 | Waiting longer than so many days"
)
@PROJECT
def force(number: int | None, days: float | None, project_id: int) -> None:
    """Nhận thay đổi đang chờ dù phiếu trước chưa đến: một thay đổi theo SỐ, hoặc mọi thay đổi chờ quá 5 ngày.

    Take changes without what they wait for: the one of that number, or all that have waited for more than 5 days.
    """
    now = clock.now()
    with database().transaction() as session:
        if number is not None:
            backlog.force_one(session, _all(), project_id, number, now)
            forced = 1
        else:
            waited = HELD_FOR if days is None else timedelta(days=days)
            forced = backlog.force(session, now - waited, now)
    say(f"Đã nhận {forced} thay đổi.", f"{forced} taken.")


@entity.command(short_help="Xóa một mục | Delete an entry")
@UUID
@PROJECT
def delete(uuid: str, project_id: int) -> None:
    """Xóa một mục khỏi danh sách của các máy; khôi phục được.

    Take an entry out of the tablets' lists; it can be restored.
    """
    with database().transaction() as session:
        people.delete(session, _all(), project_id, uuid)
    say("Đã xóa.", "Deleted.")


@entity.command(short_help="Khôi phục một mục | Restore an entry")
@UUID
@PROJECT
def restore(uuid: str, project_id: int) -> None:
    """Khôi phục một mục đã xóa, kèm những gì các máy gửi về nó trong lúc đó.

    Bring a deleted entry back, with what was sent about it meanwhile.
    """
    with database().transaction() as session:
        people.restore(session, _all(), project_id, uuid)
    say("Đã khôi phục.", "Restored.")


def _all() -> Scope:
    return Scope(None, SYSTEM_ID, clock.today())


def _pairs(values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    if not all(name and sign for name, sign, _ in pairs):
        fail("Viết --set CỘT=GIÁ TRỊ.", "Write --set PROPERTY=VALUE.")
    return {name: value for name, _, value in pairs}


def _line(one: Listed) -> str:
    flag = both(*naming.CONFLICTS[one.conflict]) if one.conflict else "–"
    parts = (one.id, one.list_name, one.club_code or "–", one.label, f"v{one.version}", flag)
    return "\t".join(parts)


def _version_line(made: Made) -> str:
    when = f"{made.created_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    source = f"{made.form} #{made.submission_id}" if made.submission_id else both("ghi tay", "by hand")
    upon = f"← v{made.base_version}" if made.base_version else ""
    flag = both(*naming.CONFLICTS[made.conflict]) if made.conflict else ""
    return "  ".join(
        part
        for part in (f"  v{made.version}", upon, when, source, made.sender or made.by or "–", flag)
        if part
    )


def _print_conflict(conflict: Conflict) -> None:
    tell(_version_line(conflict.made))
    for one in conflict.properties:
        mark = "✗" if one.is_clashing else " "
        values = " | ".join(value or "–" for value in (one.base, one.before, one.received, one.now))
        tell(f"    {mark} {one.name}: {values}")
