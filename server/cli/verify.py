"""clb verify: a report held against a second calculation, from the submissions themselves."""

from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from reports.period import PeriodError, parse
from server import clock
from server.cli.shell import database, fail, say, tell
from server.services import verify as verifying
from verify import Comparison, words

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
NAMED = 200
"""Differences named one by one; the rest are counted."""


@click.command(short_help="Đối chiếu báo cáo | Verify a report")
@click.argument("code", metavar="CODE")
@click.option(
    "--period", required=True, metavar="KỲ", help="Như clb report province | As for clb report province"
)
@click.option(
    "--geography",
    "--geography-as-of",
    "as_of",
    type=DAY,
    metavar="NGÀY",
    help="Địa giới tại ngày | Units as of this day",
)
@click.option(
    "--cut-off", type=DAY, metavar="NGÀY", help="Ngày chốt; bỏ trống: hôm nay | Last day counted; today"
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="THƯ_MỤC",
    help="Giữ lại phiếu gốc và câu trả lời đã tách để xem | Keep the XML and the answers for looking into",
)
def verify(
    code: str, period: str, as_of: datetime | None, cut_off: datetime | None, keep: Path | None
) -> None:
    """Tính lại mọi số liệu của báo cáo tỉnh từ phiếu gốc (XML) bằng một cách tính độc lập, so từng ô với báo cáo.
    Có ô khác nhau thì trả về 1. Ví dụ: clb verify 58 --period 2017..2020

    Recompute every figure of a province report from the submissions' XML in another way and compare each.
    Ends with 1 when any differs.
    """
    days = (as_of.date() if as_of else None, cut_off.date() if cut_off else None)
    if keep is not None:
        if keep.exists() and any(keep.iterdir()):
            fail(f"Thư mục “{keep}” không trống.", f"The folder “{keep}” is not empty.")
        found = _check(code, period, days, keep)
    else:
        with TemporaryDirectory(prefix="clb-verify-") as folder:
            found = _check(code, period, days, Path(folder))
    _print(found)


def _check(code: str, period: str, days: tuple[date | None, date | None], folder: Path) -> Comparison:
    try:
        months = parse(period)
    except PeriodError as error:
        fail(error.message_vi, error.message_en)
    with database().reading() as session:
        return verifying.check(
            session,
            code,
            months,
            today=clock.today(),
            folder=folder,
            geography_as_of=days[0],
            cut_off=days[1],
        )


def _print(found: Comparison) -> None:
    for difference in found.differences[:NAMED]:
        for where, figures, advice in zip(
            words.place(difference), words.figures(difference), words.advice(difference), strict=True
        ):
            tell(f"{where}: {figures}; {advice}.")
    count = len(found.differences)
    if count > NAMED:
        say(f"… và {count - NAMED} ô khác nữa.", f"and {count - NAMED} more")
    say(f"Đã so {found.cells} ô, {count} ô khác nhau.", f"{found.cells} cells compared, {count} different.")
    if count:
        raise SystemExit(1)
