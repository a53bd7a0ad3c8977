"""clb report summary, commune, club, clubs: the smaller documents of the report family.

Whoever sits at the machine sees the whole country, so no telephone and no borrower's name is in these files: those are
for readers bound to a commune, on the pages.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from reports.period import Period
from server import clock
from server.cli.data import DAY, read_period, report
from server.cli.private import write
from server.cli.shell import blobs, database, say
from server.i18n import Language
from server.scope import Scope
from server.services.actor import SYSTEM_ID

PROJECT_ID = 1
Command = Callable[..., None]


def options(command: Command) -> Command:
    """What every document is asked with: period, boundaries, language and where to write it."""
    for option in reversed(
        (
            click.option(
                "--period",
                required=True,
                metavar="KỲ",
                help="2017..2020, 2021, 2021-H1, 2021-Q3, 2021-05 | Years, a year, half a year, a quarter, a month",
            ),
            click.option(
                "--geography-as-of",
                "as_of",
                type=DAY,
                metavar="NGÀY",
                help="Địa giới tại ngày; bỏ trống: ngày cuối kỳ | Units as of this day; the period's last",
            ),
            click.option(
                "--language",
                type=click.Choice(["vi", "en"]),
                default="vi",
                show_default=True,
                help="Ngôn ngữ | Language",
            ),
            click.option(
                "--out",
                required=True,
                type=click.Path(dir_okay=False, path_type=Path),
                help="Tệp PDF | PDF file",
            ),
        )
    ):
        command = option(command)
    return command


@report.command(short_help="Tóm tắt một trang | One-page summary")
@click.argument("code")
@options
def summary(code: str, period: str, as_of: datetime | None, language: Language, out: Path) -> None:
    """Tóm tắt báo cáo của một tỉnh trên một trang, ví dụ: clb report summary 58 --period 2017..2020 --out 58.pdf

    The report of a province on one page. CODE: its code in the register of units.
    """
    from reports import documents  # WeasyPrint takes a second to import.
    from server.services import report as reports

    def make(session: Session, seen: Scope, asked: Period, days: dict[str, Any]) -> Any:
        return reports.summary(session, seen, PROJECT_ID, code, asked, language, **days)

    _write(make, documents.summary, period, as_of, language, out)


@report.command(short_help="Trang xã | Commune page")
@click.argument("code")
@options
def commune(code: str, period: str, as_of: datetime | None, language: Language, out: Path) -> None:
    """Tình hình các câu lạc bộ của một xã, phường; tệp kết thúc bằng .xlsx là bảng tính Excel.

    The clubs of a commune; a file ending in .xlsx is an Excel workbook. CODE: its code in the register of units.
    """
    from reports import documents, workbook
    from server.services import report as reports

    def make(session: Session, seen: Scope, asked: Period, days: dict[str, Any]) -> Any:
        return reports.commune(session, seen, code, asked, **days)

    is_workbook = out.suffix.lower() == ".xlsx"
    _write(make, workbook.commune if is_workbook else documents.commune, period, as_of, language, out)


@report.command(short_help="Phiếu thông tin CLB | Club sheet")
@click.argument("code")
@options
def club(code: str, period: str, as_of: datetime | None, language: Language, out: Path) -> None:
    """Phiếu thông tin của một câu lạc bộ, ví dụ: clb report club LTH-000001 --period 2020 --out clb.pdf

    The sheet of one club. CODE: its code.
    """
    from reports import documents
    from server.services import report as reports

    def make(session: Session, seen: Scope, asked: Period, days: dict[str, Any]) -> Any:
        return reports.sheet(session, seen, code, asked, show=reports.photo.inside(blobs()), **days)

    _write(make, documents.club, period, as_of, language, out)


@report.command(short_help="Phiếu mọi CLB của xã | All club sheets of a commune")
@click.argument("code")
@options
def clubs(code: str, period: str, as_of: datetime | None, language: Language, out: Path) -> None:
    """Phiếu thông tin của mọi câu lạc bộ trong một xã, phường, có mục lục.

    The sheets of all clubs of a commune in one file, with an index. CODE: the commune's code.
    """
    from reports import documents
    from server.services import report as reports

    def make(session: Session, seen: Scope, asked: Period, days: dict[str, Any]) -> Any:
        return reports.book(session, seen, code, asked, show=reports.photo.inside(blobs()), **days)

    _write(make, documents.book, period, as_of, language, out)


def _write(
    make: Callable[[Session, Scope, Period, dict[str, Any]], Any],
    draw: Callable[[Any, date, str], bytes],
    period: str,
    as_of: datetime | None,
    language: Language,
    out: Path,
) -> None:
    """Compute a document in one reading of the database and write it as a file that only its owner reads."""
    from server.services import report as reports

    today = clock.today()
    with database().reading() as session:
        days = {"today": today, "as_of": as_of.date() if as_of else None}
        made = make(session, Scope(None, SYSTEM_ID, today), read_period(period), days)
    write(out, reports.printed(draw, made, today, language))
    say(f"Đã ghi {out}.", f"Written to {out}.")
