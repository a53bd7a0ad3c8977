"""clb verify: a report held against a second calculation, from the submissions themselves."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from reports.settings import Settings
from server import clock
from server.cli import private
from server.cli.data import DAY, read_period, read_settings, settings_options
from server.cli.shell import PROJECT, blobs, database, fail, say, tell
from server.scope import Scope
from server.services import verify as verifying
from server.services.actor import SYSTEM_ID
from verify import Comparison, words

NAMED = 200
"""Differences named one by one; the rest are counted."""


@click.command(short_help="Đối chiếu báo cáo | Verify a report")
@click.argument("code", metavar="[CODE]", required=False)
@click.option("--period", metavar="KỲ", help="Như clb report province | As for clb report province")
@click.option(
    "--report",
    "report_id",
    type=int,
    metavar="SỐ",
    help="Báo cáo đã lập, thay cho CODE và các tùy chọn khác | A report of the list, in place of CODE and the rest",
)
@settings_options
@click.option("--geography", "boundaries", type=DAY, metavar="NGÀY", help="Như --geography-as-of | The same")
@click.option(
    "--cut-off",
    type=DAY,
    metavar="NGÀY",
    help="Ngày chốt của báo cáo tỉnh; bỏ trống: hôm nay | Last day counted of a province; today",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="THƯ_MỤC",
    help="Giữ lại phiếu gốc và câu trả lời đã tách để xem | Keep the XML and the answers for looking into",
)
@PROJECT
def verify(
    code: str | None,
    period: str | None,
    report_id: int | None,
    as_of: datetime | None,
    calendar: str,
    phase: str | None,
    older_age: int | None,
    rules: tuple[str, ...],
    boundaries: datetime | None,
    cut_off: datetime | None,
    keep: Path | None,
    project_id: int,
) -> None:
    """Tính lại mọi số liệu của báo cáo tỉnh hoặc cả nước từ phiếu gốc (XML) bằng một cách tính độc lập, so từng ô với
    báo cáo. CODE: mã tỉnh, hoặc VN là cả nước. Có ô khác nhau thì trả về 1.
    Ví dụ: clb verify 58 --period 2017..2020; clb verify VN --period 2021..2025; clb verify --report 3

    Recompute every figure of a report of a province, or of the country (CODE: VN), from the submissions' XML in another
    way and compare each. Ends with 1 when any differs.
    """
    day = as_of or boundaries
    chosen = read_settings(phase, older_age, rules, day.date() if day else None, calendar)
    if report_id is not None and (code or period or cut_off or chosen != Settings()):
        fail(
            "Báo cáo đã lập có sẵn địa bàn, kỳ, ngày chốt và cài đặt: chỉ ghi --report.",
            "A report of the list has its own area, period, cut-off and settings: give --report alone.",
        )
    if report_id is not None:
        _print(_in(keep, lambda folder: _kept(project_id, report_id, folder)))
    elif code and period:
        until = cut_off.date() if cut_off else None
        _print(_in(keep, lambda folder: _made(code, period, chosen, until, folder)))
    else:
        fail("Ghi CODE và --period, hoặc --report.", "Give CODE and --period, or --report.")


def _in(keep: Path | None, check: Callable[[Path], Comparison]) -> Comparison:
    """What a check finds, with all it used left in the folder to keep."""
    if keep is None:
        with TemporaryDirectory(prefix="clb-verify-") as folder:
            return check(Path(folder))
    if keep.exists() and any(keep.iterdir()):
        fail(f"Thư mục “{keep}” không trống.", f"The folder “{keep}” is not empty.")
    private.make_folder(keep)  # People's answers.
    return check(keep)


def _made(code: str, period: str, chosen: Settings, cut_off: date | None, folder: Path) -> Comparison:
    months = read_period(period)
    with database().reading() as session:
        return verifying.check(
            session, code, months, today=clock.today(), folder=folder, cut_off=cut_off, settings=chosen
        )


def _kept(project_id: int, report_id: int, folder: Path) -> Comparison:
    from server.services.report import paper

    with database().reading() as session:
        everything = Scope(None, SYSTEM_ID, clock.today())
        of = paper.get(session, everything, project_id, report_id)
        return verifying.check_kept(session, blobs(), of, folder)


def _print(found: Comparison) -> None:
    advise = words.advice_of_nation if found.is_of_nation else words.advice
    for difference in found.differences[:NAMED]:
        for where, figures, advice in zip(
            words.place(difference), words.figures(difference), advise(difference), strict=True
        ):
            tell(f"{where}: {figures}; {advice}.")
    count = len(found.differences)
    if count > NAMED:
        say(f"… và {count - NAMED} ô khác nữa.", f"and {count - NAMED} more")
    say(f"Đã so {found.cells} ô, {count} ô khác nhau.", f"{found.cells} cells compared, {count} different.")
    if count:
        raise SystemExit(1)
