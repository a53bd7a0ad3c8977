"""What all commands share: settings, the database, and errors in one sentence."""

import errno
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

import click
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from forms.errors import FormRejected, FormsError
from server import clock, config, log
from server.blobs import BlobStore
from server.cli import misuse
from server.config import BadSetting, Config
from server.db import Database
from server.errors import Problem
from server.i18n import both
from server.models import Unit
from server.services import unit as units

UNTRANSLATED = ("pyxform", "pyxform_failed", "odk_validate")
"""Findings whose sentence points to the words of the converter or of ODK Validate."""
MISUSE_STATUS = 2
LINES = "\t\n"
PROJECT = click.option("--project", "project_id", default=1, show_default=True, help="Số dự án | Project")
UNIT = click.option(
    "--unit",
    "units",
    multiple=True,
    metavar="CODE[@DATE]",
    help="Mã đơn vị hôm nay, ví dụ 56; đơn vị cũ thêm ngày đầu: 58@2016-01-01; có thể lặp lại | "
    "Unit code, with its first day when it stands no more; repeatable",
)
FILE_REASONS = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không có quyền đọc hoặc ghi",
    errno.EPERM: "không có quyền đọc hoặc ghi",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENOSPC: "ổ đĩa đã đầy",
    errno.EISDIR: "đây là thư mục, không phải tệp",
    errno.ENOTDIR: "có tệp đứng ở chỗ cần thư mục",
    errno.EEXIST: "có tệp đứng ở chỗ cần thư mục",
}


class Commands(click.Group):
    """A group whose commands end a foreseen error with its sentence and a status, never with a traceback.

    The status is 2 for a command that was written wrongly, else 1.
    """

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.Abort:
            fail("Đã dừng, chưa có gì thay đổi.", "Stopped; nothing was changed.")
        except click.UsageError as error:
            fail(*misuse.explained(error), status=MISUSE_STATUS)
        except FormRejected as error:
            for finding in error.findings:
                print_finding(finding)
            tip = "clb form check FILE.xlsx --marked OUT.xlsx"
            fail(f"{error.message_vi} Tô màu lỗi trong tệp: {tip}", f"{error.message_en} To mark them: {tip}")
        except (Problem, FormsError, BadSetting, OperationalError, ProgrammingError) as error:
            fail(*_sentences(error))
        except OSError as error:
            if error.filename is None:
                raise
            reason = FILE_REASONS.get(error.errno or 0, "hệ thống từ chối")
            fail(f"Không dùng được “{error.filename}”: {reason}.", f"{error.filename}: {error.strerror}.")


def _sentences(
    error: Problem | FormsError | BadSetting | OperationalError | ProgrammingError,
) -> tuple[str, str]:
    if isinstance(error, Problem):
        return error.message("vi"), error.message("en")
    if isinstance(error, FormsError):
        return error.message_vi, error.message_en
    if isinstance(error, BadSetting):
        return f"Cài đặt sai: {error}", f"Bad setting: {error}"
    reason = str(error.orig).strip().splitlines()[0]
    return (
        f"Không dùng được cơ sở dữ liệu ({reason}). Đã chạy clb migrate chưa?",
        f"The database cannot be used ({reason}). Has clb migrate been run?",
    )


def fail(vi: str, en: str, status: int = 1) -> NoReturn:
    """End with a sentence on standard error."""
    click.echo(f"{click.style('Lỗi:', fg='red')} {vi}\n{click.style('Error:', fg='red')} {en}", err=True)
    raise SystemExit(status)


def say(vi: str, en: str) -> None:
    """One line in both languages."""
    tell(both(vi, en))


def tell(text: str) -> None:
    """A line with what people and tablets wrote in it, which is not to command the terminal it is shown on."""
    click.echo(log.printable(text, keep=LINES))


def progress(title: str) -> Callable[[int, int], None] | None:
    """Something to call with how much is done and how much there is; None where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        click.echo(f"\r{title}: {done}/{total}", nl=done == total, err=True)

    return show


def print_finding(finding: Any, language: str | None = None) -> None:
    """One finding of a workbook, with its sheet and cell. language: vi or en; both without."""
    place = "!".join(
        part for part in (finding.sheet, finding.cell or (finding.row and str(finding.row))) if part
    )
    mark = click.style("✗", fg="red") if finding.severity == "error" else click.style("!", fg="yellow")
    said = {"vi": finding.vi, "en": finding.en}.get(language or "", f"{finding.vi}\n  {finding.en}")
    click.echo(f"{mark} {log.printable(f'{place}: ' * bool(place) + said, keep=LINES)}", err=True)
    if finding.code in UNTRANSLATED:
        click.echo(f"  {finding.detail}", err=True)


@cache
def settings() -> Config:
    """The settings of this process. Raises BadSetting."""
    return config.read(os.environ)


@cache
def database() -> Database:
    """The database that the settings name; the data folder is made if need be."""
    settings().data.mkdir(parents=True, exist_ok=True)
    return Database(settings().database)


@cache
def blobs() -> BlobStore:
    """The stored files."""
    return BlobStore(settings().blobs)


def sure(is_yes: bool) -> None:
    """Ask whether to go on, unless --yes was given. Ends the command when the answer is no, or nobody answers."""
    if not is_yes:
        click.confirm(both("Tiếp tục?", "Go on?"), abort=True)


def find_unit(session: Session, text: str) -> Unit:
    """A unit as an administrator writes it: a code as it stands today, or code@first-day.

    Raises UnitNotFound, BadUnitKey.
    """
    if "@" in text:
        return units.get(session, *units.parse_key(text))
    return units.get_at(session, text, clock.today())
