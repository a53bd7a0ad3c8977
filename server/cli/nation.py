"""clb report nation, clb rollup: the report of the whole country, and what it is added up from."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click

from reports.period import Period
from reports.settings import DEFAULT, Settings
from server import clock
from server.cli.data import (
    ISSUER_OF_NATION,
    LANGUAGE,
    read_period,
    read_settings,
    report,
    settings_options,
)
from server.cli.shell import database, fail, progress, say
from server.db import Database
from server.scope import Scope
from server.services import rollup as rollups
from server.services.actor import SYSTEM_ID

STEP = 1000
"""Clubs worked out and kept in one transaction: intake waits no longer than that for its turn."""
WORKING = "Tính số liệu | Working out"
SHADES = ("A03", "A06", "C05", "D07")
PERIOD = click.option(
    "--period",
    required=True,
    metavar="KỲ",
    help="2016..2020, 2021..2025, 2021, 2021-H1 … | Years, a year, half a year …",
)


@report.command(short_help="Báo cáo cả nước | Report of the country")
@PERIOD
@settings_options
@ISSUER_OF_NATION
@click.option(
    "--map",
    "shade",
    type=click.Choice(SHADES),
    default=SHADES[0],
    show_default=True,
    help="Chỉ tiêu tô trên sơ đồ: số CLB, thành viên, vay vốn, quản lý tốt | What the map shows: clubs, members, "
    "loans, well managed",
)
@LANGUAGE
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp .pdf hoặc .xlsx (Excel) | A .pdf or .xlsx (Excel) file",
)
def nation(
    period: str,
    as_of: datetime | None,
    calendar: str,
    phase: str | None,
    older_age: int | None,
    rules: tuple[str, ...],
    issuer: str,
    shade: str,
    language: str,
    out: Path,
) -> None:
    """Lập báo cáo cả nước, ví dụ: clb report nation --period 2021..2025 --out ca-nuoc.pdf

    Phần của từng câu lạc bộ được tính một lần rồi giữ lại; lần đầu với nhiều câu lạc bộ có thể mất vài phút.

    Make the report of the whole country. Each club's part is worked out once and kept; the first time may take minutes.
    """
    if not out.absolute().parent.is_dir():
        fail(
            f"Không có thư mục “{out.parent}”; xin tạo trước.",
            f"There is no folder “{out.parent}”; make it first.",
        )
    from reports import workbook
    from server.services.report import nation as reports  # WeasyPrint takes a second to import.

    today, wanted = clock.today(), read_period(period)
    chosen = read_settings(phase, older_age, rules, as_of.date() if as_of else None, calendar)
    refresh_all(database(), wanted, today, progress(WORKING), chosen)
    with database().reading() as session:
        seen = Scope(None, SYSTEM_ID, today)
        made = reports.nation(session, seen, wanted, today=today, settings=chosen, issuer=issuer, shade=shade)
    is_workbook = out.suffix.lower() == ".xlsx"
    out.write_bytes((workbook.nation if is_workbook else reports.pdf)(made, today, language))
    say(f"Đã ghi {out}.", f"Written to {out}.")


@click.group(short_help="Số liệu cả nước | National figures")
def rollup() -> None:
    """Phần của từng câu lạc bộ trong số liệu cả nước: tính sẵn để mở báo cáo cả nước được ngay.

    Each club's part of the national figures, worked out beforehand so that the report of the country opens at once.
    """


@rollup.command(short_help="Tính phần còn thiếu | Work out what is missing")
@PERIOD
@settings_options
def refresh(
    period: str,
    as_of: datetime | None,
    calendar: str,
    phase: str | None,
    older_age: int | None,
    rules: tuple[str, ...],
) -> None:
    """Tính phần còn thiếu hoặc đã cũ của một kỳ. Nên chạy mỗi giờ; chỉ câu lạc bộ có thay đổi mới phải tính lại.

    Work out what is missing or outdated for a period. Run it every hour: only clubs that changed are worked out again.
    """
    chosen = read_settings(phase, older_age, rules, as_of.date() if as_of else None, calendar)
    done = refresh_all(database(), read_period(period), clock.today(), progress(WORKING), chosen)
    say(f"Đã tính {done} phần.", f"{done} parts worked out.")


@rollup.command(short_help="Xóa phần đã tính | Forget what was kept")
def clear() -> None:
    """Xóa mọi phần đã tính; số liệu gốc không đổi và tính lại được bằng clb rollup refresh.

    Forget everything kept. Nothing that was sent is touched; clb rollup refresh works it out again.
    """
    with database().transaction() as session:
        number = rollups.clear(session)
    say(f"Đã xóa {number} phần.", f"{number} parts forgotten.")


def refresh_all(
    database: Database,
    period: Period,
    today: date,
    progress: Callable[[int, int], None] | None = None,
    settings: Settings = DEFAULT,
) -> int:
    """Work out and keep what a report of this period lacks; returns how many parts that were.

    Reading and writing take turns, so that intake goes on meanwhile. A club that changes in between is found outdated
    the next time. Raises StandardsMissing.
    """
    from server.services.report import nation as reports

    with database.reading() as session:
        waiting = reports.outdated(session, period, today, settings)
    number, done = sum(len(ids) for _, ids in waiting), 0
    for stretch, ids in waiting:
        for first in range(0, len(ids), STEP):
            part = ids[first : first + STEP]
            with database.reading() as session:
                fresh = rollups.worked_out(session, stretch, today, stretch.period.last, part, settings)
            with database.transaction() as session:
                rollups.keep(session, fresh)
            done += len(part)
            if progress:
                progress(done, number)
    return number
