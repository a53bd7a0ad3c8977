"""clb report all: the reports of every province at once."""

import sys
from datetime import datetime
from pathlib import Path

import click

from server import clock
from server.cli.data import DAY, read_period, report
from server.cli.shell import database, fail, say
from server.scope import Scope
from server.services import pool
from server.services.actor import SYSTEM_ID

PROJECT_ID = 1


@report.command("all", short_help="Báo cáo của mọi tỉnh | Reports of all provinces")
@click.option("--period", required=True, metavar="KỲ", help="Như của report province | As of report province")
@click.option(
    "--geography-as-of",
    "as_of",
    type=DAY,
    metavar="NGÀY",
    help="Địa giới tại ngày; bỏ trống: ngày cuối kỳ | Units as of this day; the period's last",
)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục | Folder"
)
@click.option("--processes", type=click.IntRange(1), help="Số tiến trình; bỏ trống: mọi lõi | One a core")
def every(period: str, as_of: datetime | None, out: Path, processes: int | None) -> None:
    """Lập báo cáo của mọi tỉnh có câu lạc bộ, trên mọi lõi máy, mỗi tỉnh một tệp như 58-2017..2020.pdf trong thư mục
    OUT. Tỉnh nào lỗi thì báo lỗi tỉnh đó, các tỉnh khác vẫn được lập.

    Make the reports of all provinces that have clubs, on all cores, a file each. One that fails does not stop the
    others; the command then ends with status 1.
    """
    from server.services.report import batch  # WeasyPrint takes a second to import.

    of, today = read_period(period), clock.today()
    day = as_of.date() if as_of else None
    with database().reading() as session:
        codes = batch.provinces(
            session, Scope(None, SYSTEM_ID, today), PROJECT_ID, day or min(of.last, today)
        )
    if not codes:
        fail("Không có tỉnh nào có câu lạc bộ vào ngày đó.", "No province has clubs on that day.")
    out.mkdir(parents=True, exist_ok=True)
    orders = [batch.Order(code, of, out / f"{code}-{of.text}.pdf", today, day) for code in codes]
    url = database().url.render_as_string(hide_password=False)
    outcomes = pool.each(url, batch.write, orders, _show, processes)
    failed = [(one.item, one.failure) for one in outcomes if one.failure is not None]
    for order, failure in failed:
        click.echo(f"✗ {order}: {failure.vi}\n  {failure.en}", err=True)
    made = len(outcomes) - len(failed)
    say(
        f"Đã ghi {made}/{len(orders)} báo cáo vào {out}.",
        f"{made} of {len(orders)} reports written to {out}.",
    )
    if failed:
        raise SystemExit(1)


def _show(done: int, total: int, code: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{total} {code}", nl=done == total, err=True)
