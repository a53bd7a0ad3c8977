"""clb report nation, clb rollup: the report of the whole country, and what it is added up from."""

from datetime import date, datetime
from pathlib import Path

import click

from reports.period import Period
from reports.settings import DEFAULT, Settings
from server import clock
from server.cli import rolling
from server.cli.data import (
    ISSUER_OF_NATION,
    LANGUAGE,
    read_period,
    read_settings,
    report,
    settings_options,
)
from server.cli.shell import database, fail, progress, say
from server.scope import Scope
from server.services.actor import SYSTEM_ID

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
    keep_ready(wanted, today, chosen)
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
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="SỐ",
    help="Số tiến trình tính; bỏ trống: mọi lõi | Processes that compute; one a core if left out",
)
def refresh(
    period: str,
    as_of: datetime | None,
    calendar: str,
    phase: str | None,
    older_age: int | None,
    rules: tuple[str, ...],
    jobs: int | None,
) -> None:
    """Tính ngay phần còn thiếu hoặc đã cũ của một kỳ, trên mọi lõi máy; chỉ câu lạc bộ có thay đổi mới phải tính lại.
    Tiến trình việc nền (clb worker) tự làm việc này vài phút một lần cho các giai đoạn và các kỳ có người hỏi.

    Work out at once what is missing or outdated for a period, on all cores; only clubs that changed are worked out
    again. The worker does this by itself every few minutes, for the phases and for periods that somebody asked for.
    """
    chosen = read_settings(phase, older_age, rules, as_of.date() if as_of else None, calendar)
    done = keep_ready(read_period(period), clock.today(), chosen, jobs)
    say(f"Đã tính {done} phần.", f"{done} parts worked out.")


@rollup.command(short_help="Xóa phần đã tính | Forget what was kept")
def clear() -> None:
    """Xóa mọi phần đã tính; số liệu gốc không đổi và tính lại được bằng clb rollup refresh.

    Forget everything kept. Nothing that was sent is touched; clb rollup refresh works it out again.
    """
    from server.services import rollup as rollups

    with database().transaction() as session:
        number = rollups.clear(session)
    say(f"Đã xóa {number} phần.", f"{number} parts forgotten.")


def keep_ready(period: Period, today: date, chosen: Settings = DEFAULT, processes: int | None = None) -> int:
    """Bring the figures of a period up to date, and have the worker keep them so; how many parts were worked out."""
    from server.services import rollup as rollups

    asked = rollups.Asked(period, chosen)
    done = rolling.refresh(database(), [asked], today, processes, progress("Tính số liệu | Working out"))
    with database().transaction() as session:
        rollups.note(session, asked, today)
    return done
