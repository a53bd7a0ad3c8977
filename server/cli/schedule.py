"""clb schedule: reports that are drafted by themselves."""

from collections.abc import Callable
from typing import Any

import click

from server import clock, jobs
from server.cli.shell import PROJECT, database, fail, say, tell
from server.i18n import both
from server.scope import Scope
from server.services.actor import SYSTEM_ID
from server.services.schedule import run, store
from server.services.schedule.dates import coming
from server.services.schedule.store import ScheduleRefused

OPTIONS = (
    ("--name", "name", "Tên lịch | Name"),
    ("--kind", "kind", "month tháng; quarter quý; half 6 tháng; year năm | Kind of period"),
    ("--calendar", "calendar", "calendar năm dương lịch; decree Nghị định 09/2019 | Calendar"),
    ("--provinces", "provinces", "Mã tỉnh, cách nhau dấu phẩy; “” mọi tỉnh | Codes; “” for all"),
    (
        "--cut-off-day",
        "cut_off_day",
        "Phiếu nhận đến hết ngày này sau kỳ | Last day of forms, after the period",
    ),
    ("--draft-day", "draft_day", "Ngày lập dự thảo, sau ngày chốt | Day of drafting, after the cut-off"),
    ("--language", "language", "vi hoặc en | vi or en"),
    ("--issuer", "issuer", "Loại cơ quan ban hành (clb issuing-body) | Kind of issuing body"),
    ("--active", "is_active", "yes hoặc no | yes or no"),
)
DEFAULTS = {"calendar": "calendar", "language": "vi", "issuer": "so", "is_active": "1"}
NUMBER = click.argument("schedule_id", type=int, metavar="SỐ")


def described(command: Callable[..., None]) -> Callable[..., None]:
    """The options that describe a schedule."""
    for name, field, told in reversed(OPTIONS):
        command = click.option(name, field, metavar="…", help=told)(command)
    return PROJECT(command)


@click.group(short_help="Lịch lập báo cáo | Schedules of reports")
def schedule() -> None:
    """Lịch lập dự thảo báo cáo hằng tháng, quý, sáu tháng, năm.

    Schedules that draft reports monthly, quarterly, half-yearly or yearly.
    """


@schedule.command("list", short_help="Liệt kê | List")
@PROJECT
def list_schedules(project_id: int) -> None:
    """Mỗi dòng một lịch: số, đang chạy, loại, tỉnh, kỳ tới, ngày chốt, ngày lập, tên.

    One a line: number, state, kind, provinces, next period, its cut-off, its day of drafting, name.
    """
    with database().reading() as session:
        for one in store.listed(session, _everything(), project_id):
            row, ahead = one.row, coming(store.rhythm(one.row), clock.today())
            state = both("chạy", "active") if row.is_active else both("nghỉ", "resting")
            places = ",".join(row.provinces) or both("mọi tỉnh", "all")
            told = (row.id, state, row.kind, places, ahead.period.text, ahead.cut_off, ahead.due, row.name)
            tell("\t".join(map(str, told)))


@schedule.command("add", short_help="Thêm | Add")
@described
def add_schedule(project_id: int, **given: str | None) -> None:
    """Thêm một lịch, ví dụ:

    clb schedule add --name "Báo cáo quý" --kind quarter --cut-off-day 10 --draft-day 11

    Add a schedule.
    """
    with database().transaction() as session:
        texts = DEFAULTS | _texts(given)
        made = _told(lambda: store.add(session, _everything(), project_id, store.read(texts), clock.today()))
        number = made.id
    say(f"Đã thêm lịch {number}.", f"Schedule {number} added.")


@schedule.command("edit", short_help="Sửa | Edit")
@NUMBER
@described
def edit_schedule(schedule_id: int, project_id: int, **given: str | None) -> None:
    """Sửa một lịch; mục không ghi thì giữ nguyên.

    Change a schedule; what is not given stays.
    """
    with database().transaction() as session:
        kept = store.texts(store.get(session, _everything(), project_id, schedule_id))
        plan = _told(lambda: store.read(kept | _texts(given)))
        _told(lambda: store.edit(session, _everything(), project_id, schedule_id, plan, clock.today()))
    say(f"Đã sửa lịch {schedule_id}.", f"Schedule {schedule_id} changed.")


@schedule.command("run", short_help="Chạy ngay | Run now")
@NUMBER
@PROJECT
def run_schedule(schedule_id: int, project_id: int) -> None:
    """Xếp việc lập dự thảo của kỳ vừa qua vào hàng đợi; việc đã xong thì chỉ làm lại phần còn thiếu. Tiến trình
    `clb worker` sẽ làm.

    Put the last period that is over into the queue of clb worker; of what was done only what is not there.
    """
    with database().transaction() as session:
        row = store.get(session, _everything(), project_id, schedule_id)
        job = run.now(session, _everything(), row, clock.today(), clock.now())
        period, state, job_id, told = (
            job.params["period"],
            job.state,
            job.id,
            (job.message_vi, job.message_en),
        )
    if state == jobs.FAILED:
        fail(*told)
    say(f"Việc {job_id}, kỳ {period}: {STATES[state][0]}.", f"Job {job_id}, {period}: {STATES[state][1]}.")


STATES = {
    jobs.WAITING: ("đang chờ", "waiting"),
    jobs.RUNNING: ("đang chạy", "running"),
    jobs.DONE: ("đã xong từ trước", "done already"),
}


def _texts(given: dict[str, str | None]) -> dict[str, str]:
    texts = {name: text for name, text in given.items() if text is not None}
    if "is_active" in texts:
        texts["is_active"] = "1" if texts["is_active"].lower() in ("1", "yes", "có") else ""
    return texts


def _told(act: Callable[[], Any]) -> Any:
    """What an act gives; when it is refused, each fault with its option."""
    names = {field: name for name, field, _ in OPTIONS}
    try:
        return act()
    except ScheduleRefused as refused:
        for field, (vi, en) in refused.faults.items():
            click.echo(f"{names[field]}: {both(vi, en)}", err=True)
        fail("Chưa lưu gì.", "Nothing was saved.")


def _everything() -> Scope:
    return Scope(None, SYSTEM_ID, clock.today())
