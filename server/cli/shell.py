"""What all commands share: settings, the database, and errors in one sentence."""

import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn

import click
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from forms.errors import FormRejected, FormsError
from server import clock, config
from server.blobs import BlobStore
from server.config import BadSetting, Config
from server.db import Database
from server.errors import Problem
from server.i18n import both
from server.models import Unit
from server.services import unit as units


class Commands(click.Group):
    """A group whose commands end a foreseen error with its sentence and status 1, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Problem as problem:
            fail(problem.message("vi"), problem.message("en"))
        except FormRejected as error:
            for finding in error.findings:
                print_finding(finding)
            fail(error.message_vi, error.message_en)
        except FormsError as error:
            fail(error.message_vi, error.message_en)
        except BadSetting as error:
            fail(f"Cài đặt sai: {error}", f"Bad setting: {error}")
        except (OperationalError, ProgrammingError) as error:
            reason = str(error.orig).strip().splitlines()[0]
            fail(
                f"Không dùng được cơ sở dữ liệu ({reason}). Đã chạy clb migrate chưa?",
                f"The database cannot be used ({reason}). Has clb migrate been run?",
            )


def fail(vi: str, en: str) -> NoReturn:
    """End with a sentence on standard error and status 1."""
    click.echo(f"{click.style('Lỗi:', fg='red')} {vi}\n{click.style('Error:', fg='red')} {en}", err=True)
    raise SystemExit(1)


def say(vi: str, en: str) -> None:
    """One line in both languages."""
    click.echo(both(vi, en))


def progress(title: str) -> Callable[[int, int], None] | None:
    """Something to call with how much is done and how much there is; None where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        click.echo(f"\r{title}: {done}/{total}", nl=done == total, err=True)

    return show


def print_finding(finding: Any) -> None:
    """One finding of a workbook, with its sheet and cell."""
    place = "!".join(
        part for part in (finding.sheet, finding.cell or (finding.row and str(finding.row))) if part
    )
    mark = click.style("✗", fg="red") if finding.severity == "error" else click.style("!", fg="yellow")
    click.echo(f"{mark} {place + ': ' if place else ''}{finding.vi}\n  {finding.en}", err=True)


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


def find_unit(session: Session, text: str) -> Unit:
    """A unit as an administrator writes it: a code as it stands today, or code@first-day.

    Raises UnitNotFound, BadUnitKey.
    """
    if "@" in text:
        return units.get(session, *units.parse_key(text))
    return units.get_at(session, text, clock.today())
