"""clb plan, unit, report, rebuild: the programme's data."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click

from reports.period import Period, PeriodError, parse
from reports.settings import CALENDARS, Settings, SettingsError, age_of, rule_of
from server import clock
from server.cli.shell import blobs, database, fail, progress, say
from server.scope import Scope
from server.services import issuing
from server.services import plan as plans
from server.services import unit as units
from server.services.actor import SYSTEM_ID

REGISTER = Path(__file__).resolve().parent.parent.parent / "register"
STANDARDS = "tieu_chuan.xlsx"
DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
PERIOD = click.option(
    "--period",
    required=True,
    metavar="KỲ",
    help="2017..2020 giai đoạn, 2021 năm, 2021-H1 sáu tháng, 2021-Q3 quý, 2021-05 tháng | "
    "Years, a year, half a year, a quarter, a month",
)
LANGUAGE = click.option(
    "--language",
    default="vi",
    type=click.Choice(["vi", "en"]),
    help="vi tiếng Việt, en bản dịch tiếng Anh | The Vietnamese original, or the English translation",
)
ISSUER = click.option(
    "--issuer",
    type=click.Choice(list(issuing.KINDS)),
    default=issuing.DEFAULT_KIND,
    show_default=True,
    help="Cơ quan ban hành; xem clb issuing-body list | Kind of office that issues it",
)
ISSUER_OF_NATION = click.option(
    "--issuer",
    type=click.Choice(list(issuing.OF_NATION)),
    default=issuing.DEFAULT_KIND,
    show_default=True,
    help="Cơ quan ban hành: so là Bộ | Kind of office that issues it: so is the ministry",
)
FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


@click.group(short_help="Kế hoạch và tiêu chuẩn | Plans and standards")
def plan() -> None:
    """Kế hoạch, chỉ tiêu và tiêu chuẩn đọc từ tệp Excel.

    Plans, targets and standards read from workbooks.
    """


@plan.command("import", short_help="Nhập tệp kế hoạch | Import workbooks")
@FILES
def import_plan(files: tuple[Path, ...]) -> None:
    """Nhập các tệp Excel, tieu_chuan.xlsx trước; nhập lại cùng tệp thì thay số liệu cũ. Lỗi được chỉ ra theo trang
    và ô; tệp có lỗi thì không nhập dòng nào.

    Import workbooks, tieu_chuan.xlsx first; the same file again replaces what it brought. Errors name sheet and cell;
    nothing of a faulty file is imported.
    """
    for file in sorted(files, key=standards_first):
        with database().transaction() as session:
            taken = plans.take(session, blobs(), file.read_bytes(), file.name, SYSTEM_ID)
            counts = (taken.id, taken.added, taken.changed, taken.removed) if taken else None
        if counts is None:
            say(f"{file.name}: không có gì thay đổi.", f"{file.name}: nothing changes.")
        else:
            number, added, changed, removed = counts
            say(
                f"{file.name}: thêm {added}, sửa {changed}, bỏ {removed} dòng (lần nhập số {number}).",
                f"{file.name}: {added} rows added, {changed} changed, {removed} removed (import {number}).",
            )


@plan.command("undo", short_help="Hoàn tác lần nhập | Undo an import")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
def undo_plan(number: int) -> None:
    """Trả lại các dòng như trước lần nhập mới nhất; số của lần nhập do lệnh import in ra, và ở trang Kế hoạch.

    Put back what stood before the newest import; its number is told by import, and on the page Plans.
    """
    with database().transaction() as session:
        name = plans.undo(session, number, SYSTEM_ID).workbook
    say(f"{name}: đã hoàn tác lần nhập số {number}.", f"{name}: import {number} was undone.")


def standards_first(workbook: Path) -> tuple[bool, str]:
    """The order to import in: plans name the phases that the standards define."""
    return workbook.name != STANDARDS, workbook.name


@click.group(short_help="Đơn vị hành chính | Administrative units")
def unit() -> None:
    """Sổ đơn vị hành chính theo ngày.

    The dated register of administrative units.
    """


@unit.command("load", short_help="Nạp sổ đơn vị | Load the register")
@click.option(
    "--directory",
    default=REGISTER,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Thư mục có unit.csv, unit_link.csv | Folder of the register",
)
def load_units(directory: Path) -> None:
    """Nạp hoặc cập nhật sổ đơn vị; chạy lại không gây hại.

    Load the register or bring it up to date; harmless to repeat.
    """
    with database().transaction() as session:
        loaded = units.load(session, directory)
    say(
        f"Sổ đơn vị: {loaded.units} đơn vị, {loaded.changed} thay đổi.",
        f"Register: {loaded.units} units, {loaded.changed} changes.",
    )


SETTINGS = (
    click.option(
        "--geography-as-of",
        "as_of",
        type=DAY,
        metavar="NGÀY",
        help="Địa giới tại ngày, ví dụ 31/12/2020; bỏ trống: ngày cuối kỳ | Units as of this day; the period's last",
    ),
    click.option(
        "--calendar",
        type=click.Choice(CALENDARS),
        default="calendar",
        show_default=True,
        help="calendar: năm dương lịch; decree: kỳ theo Nghị định 09/2019/NĐ-CP (15/12–14/12) | Calendar years, or the "
        "decree's periods",
    ),
    click.option(
        "--phase",
        metavar="MÃ",
        help="Đo theo một giai đoạn, ví dụ p1; bỏ trống: theo kỳ báo cáo | Measure by this phase; the period's",
    ),
    click.option(
        "--older-age",
        type=int,
        metavar="TUỔI",
        help="Tuổi tính là người cao tuổi; bỏ trống: theo giai đoạn | Age of older people; the phase's",
    ),
    click.option(
        "--rule",
        "rules",
        multiple=True,
        metavar="TÊN=MỨC",
        help="Quy định riêng, ví dụ women=60..70, overdue=..10 | A rule of this report only",
    ),
)


def settings_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that a report's settings are read from: see read_settings."""
    for option in reversed(SETTINGS):
        command = option(command)
    return command


@click.group(short_help="Báo cáo | Reports")
def report() -> None:
    """Báo cáo (PDF, Word, Excel): lập ngay, hoặc lập dự thảo, kiểm tra, ban hành, so thay đổi, in lại.

    Reports (PDF, Word, Excel): at once, or drafted, checked, issued, compared with today and made again.
    """


@report.command(short_help="Báo cáo tỉnh | Province report")
@click.argument("code")
@PERIOD
@settings_options
@ISSUER
@LANGUAGE
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp .pdf, .docx (Word) hoặc .xlsx (Excel) | A .pdf, .docx (Word) or .xlsx (Excel) file",
)
def province(
    code: str,
    period: str,
    as_of: datetime | None,
    calendar: str,
    phase: str | None,
    older_age: int | None,
    rules: tuple[str, ...],
    issuer: str,
    language: str,
    out: Path,
) -> None:
    """Lập báo cáo của một tỉnh, ví dụ: clb report province 58 --period 2017..2020 --out 58.pdf

    CODE là mã tỉnh trong danh mục đơn vị hành chính: 58 Ninh Thuận, 12 Lai Châu.

    Make the report of a province. CODE: its code in the register of units.
    """
    if not out.absolute().parent.is_dir():
        fail(
            f"Không có thư mục “{out.parent}”; xin tạo trước.",
            f"There is no folder “{out.parent}”; make it first.",
        )
    from reports import fonts, pdf  # WeasyPrint takes a second to import.
    from server.services import report as reports

    kind = _kind(out, tuple(reports.TYPES))
    today, day = clock.today(), as_of.date() if as_of else None
    chosen = read_settings(phase, older_age, rules, day, calendar)
    try:
        with database().reading() as session:
            seen = Scope(None, SYSTEM_ID, today)
            made = reports.province(
                session, seen, code, read_period(period), today=today, settings=chosen, issuer=issuer
            )
        out.write_bytes(reports.written(made, today, kind, language=language))
    except (fonts.FontProblem, pdf.RenderProblem) as error:
        fail(str(error), "The report could not be printed.")
    say(f"Đã ghi {out}.", f"Written to {out}.")


def _kind(out: Path, known: tuple[str, ...]) -> str:
    """The format that the ending of the file's name asks for."""
    kind = out.suffix.lower().removeprefix(".")
    if kind not in known:
        fail(
            f"Không rõ định dạng của “{out.name}”; đặt tên tệp kết thúc bằng .pdf, .docx (Word) hoặc .xlsx (Excel).",
            f"The format of “{out.name}” is not known; let its name end in .pdf, .docx (Word) or .xlsx (Excel).",
        )
    return kind


def read_settings(
    phase: str | None, older_age: int | None, rules: tuple[str, ...], as_of: date | None, calendar: str
) -> Settings:
    """The settings as typed; ends the command with a sentence when they cannot be used."""
    try:
        age = age_of("" if older_age is None else str(older_age))
        return Settings(phase, age, dict(map(rule_of, rules)), as_of, calendar)
    except SettingsError as error:
        fail(error.message_vi, error.message_en)


def read_period(text: str) -> Period:
    """A period as written after --period; ends the command with a sentence when it is none."""
    try:
        return parse(text)
    except PeriodError as error:
        fail(error.message_vi, error.message_en)


@click.command(short_help="Lập lại bảng CLB | Rebuild the club tables")
def rebuild() -> None:
    """Lập lại mọi bảng CLB từ bài gửi gốc. Chạy lúc nào cũng được; kết quả luôn như nhau.

    Make every club table again from the submissions. Safe at any time; the result is always the same.
    """
    from server.services import rebuild as rebuilding

    with database().transaction() as session:
        count = rebuilding.rebuild(session, progress("Lập lại | Rebuilding"))
    say(f"Đã lập lại từ {count} bài gửi.", f"Rebuilt from {count} submissions.")
