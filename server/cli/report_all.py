"""clb report all: the reports of every province at once."""

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reports.period import Period
from reports.settings import Settings
from server import clock
from server.cli.data import ISSUER, LANGUAGE, PERIOD, read_period, read_settings, report, settings_options
from server.cli.shell import database, fail, say
from server.scope import Scope
from server.services import pool
from server.services.actor import SYSTEM_ID

if TYPE_CHECKING:
    from server.services.pool import Outcome
    from server.services.report.batch import Order

PROJECT_ID = 1
KINDS = ("pdf", "docx", "xlsx")


@report.command("all", short_help="Báo cáo của mọi tỉnh | Reports of all provinces")
@PERIOD
@settings_options
@ISSUER
@LANGUAGE
@click.option(
    "--format",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    default=("pdf",),
    show_default=True,
    help="pdf để in, docx (Word) để sửa, xlsx (Excel) để tính; có thể lặp lại | To print, to edit, to compute with; "
    "repeatable",
)
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục | Folder"
)
@click.option("--processes", type=click.IntRange(1), help="Số tiến trình; bỏ trống: mọi lõi | One a core")
def every(
    period: str,
    as_of: datetime | None,
    calendar: str,
    phase: str | None,
    older_age: int | None,
    rules: tuple[str, ...],
    issuer: str,
    language: str,
    kinds: tuple[str, ...],
    out: Path,
    processes: int | None,
) -> None:
    """Lập báo cáo của mọi tỉnh có câu lạc bộ, trên mọi lõi máy, mỗi tỉnh một tệp mỗi định dạng trong thư mục OUT, như
    58-2017..2020.pdf (tiếng Anh: 58-2017..2020-en.pdf). Tỉnh nào lỗi thì báo lỗi tỉnh đó, các tỉnh khác vẫn được lập.

    Make the reports of all provinces that have clubs, on all cores, a file for each format. One that fails does not
    stop the others; the command then ends with status 1.
    """
    from server.services.report import batch  # Half a second to import; no other command needs it.

    of, today, day = read_period(period), clock.today(), as_of.date() if as_of else None
    chosen = read_settings(phase, older_age, rules, day, calendar)
    clubs = _clubs(chosen, of, today)
    out.mkdir(parents=True, exist_ok=True)
    longest_first = sorted(clubs, key=lambda code: (-clubs[code], code))
    formats = tuple(dict.fromkeys(kinds))
    orders = [batch.Order(code, of, out, today, formats, language, chosen, issuer) for code in longest_first]
    url = database().url.render_as_string(hide_password=False)
    outcomes = pool.each(url, batch.write, orders, _show, processes)
    _tell(outcomes, out)


def _clubs(chosen: Settings, of: Period, today: date) -> dict[str, int]:
    """Clubs of each province on the day whose boundaries count. Ends the command where there are none."""
    from server.services.report import PeriodNotBegun, batch

    days = chosen.over(of)
    if days.first > today:
        raise PeriodNotBegun(vi=days.name_vi, en=days.name_en)
    day = chosen.geography_as_of or min(days.last, today)
    with database().reading() as session:
        clubs = batch.clubs_by_province(session, Scope(None, SYSTEM_ID, today), PROJECT_ID, day)
    if not clubs:
        fail("Không có tỉnh nào có câu lạc bộ vào ngày đó.", "No province has clubs on that day.")
    return clubs


def _tell(outcomes: "Sequence[Outcome[Order, list[Path]]]", out: Path) -> None:
    """What was made, and what was not and why: provinces with the same reason in one line. Then the status is 1."""
    failed: dict[tuple[str, str], list[str]] = {}
    for one in outcomes:
        if one.failure is not None:
            failed.setdefault((one.failure.vi, one.failure.en), []).append(str(one.item))
    for (vi, en), codes in failed.items():
        click.echo(f"✗ {', '.join(sorted(codes))}: {vi}\n  {en}", err=True)
    made = [one.made for one in outcomes if one.made is not None]
    files = sum(map(len, made))
    say(
        f"Đã lập {len(made)}/{len(outcomes)} báo cáo, {files} tệp trong {out}.",
        f"{len(made)} of {len(outcomes)} reports made, {files} files in {out}.",
    )
    if failed:
        missing = ", ".join(sorted(code for codes in failed.values() for code in codes))
        fail(f"Chưa lập được: {missing}.", f"Not made: {missing}.")


def _show(done: int, total: int, code: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{total} {code}", nl=done == total, err=True)
