"""clb demo: everything set up and served, in one command, the first time and every time after."""

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from server import clock, migrate
from server.cli import serve
from server.cli.app_user import print_code, warn_if_local
from server.cli.data import REGISTER, standards_first
from server.cli.form import print_published, publish_file
from server.cli.shell import blobs, database, say, settings
from server.config import Config
from server.services import app_user as app_users
from server.services import form as forms
from server.services import plan as plans
from server.services import project as projects
from server.services import unit as units
from server.services import user as users
from server.services.actor import SYSTEM_ID

XLSFORMS = REGISTER.parent / "xlsforms"
INVENTED_PLAN = "ke_hoach_thai_binh.xlsx"
"""A plan made up for the sample clubs of Thái Bình; the programme's papers give that province none."""
FORMS = ("club_founding.xlsx", "club_meeting.xlsx", "member_survey.xlsx")
PROJECT_ID = 1
ADMIN = "admin@clb.example"
SAMPLE_PROVINCES = ("58", "12", "34")
"""Ninh Thuận, Lai Châu, Thái Bình, as they stood on SAMPLE_DAY."""
SAMPLE_DAY = date(2025, 6, 30)
KEYS_FILE = "demo.json"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (compared with, not bound to)
"""Addresses to listen on that are none to be reached at."""


@click.command(short_help="Cài đặt, nạp số liệu mẫu, chạy | Set up, load samples, serve")
@click.option("--sample-data/--no-sample-data", default=True, help="Nạp số liệu mẫu | Load sample data")
@click.option(
    "--serve/--no-serve", "is_serving", default=True, help="Chạy máy chủ sau cùng | Serve at the end"
)
def demo(sample_data: bool, is_serving: bool) -> None:
    """Tạo cơ sở dữ liệu, biểu mẫu, kế hoạch, quản trị viên và số liệu mẫu, rồi chạy máy chủ. Chạy lại thì chỉ chạy
    máy chủ.

    Make database, forms, plans, administrator and sample data, then serve. Once all that stands, it only serves.
    """
    if is_serving:
        serve.require_free(settings().host, settings().port)
    migrate.upgrade(database())
    keys = _read_keys()
    _load_programme(keys, with_samples=sample_data)
    _add_admin(keys)
    if sample_data:
        _load_samples(keys)
    _print_keys(keys)
    if is_serving:
        if sample_data and not settings().verify_url:
            os.environ["CLB_REPORT_URL"] = own_address(settings())
        serve.run_with_worker(settings().host, settings().port)


def _load_programme(keys: dict[str, Any], *, with_samples: bool) -> None:
    """The register of units, the plans and the three forms; files that were loaded before are not read again.

    with_samples: the made-up plan too, which belongs to the sample clubs.
    """
    found = sorted((XLSFORMS / "plans").glob("*.xlsx"), key=standards_first)
    workbooks = [path for path in found if with_samples or path.name != INVENTED_PLAN]
    digest = _digest([*sorted(REGISTER.glob("*.csv")), *workbooks])
    if keys.get("programme") != digest:
        with database().transaction() as session:
            units.load(session, REGISTER)
            for workbook in workbooks:
                plans.take(session, blobs(), workbook.read_bytes(), workbook.name, SYSTEM_ID)
        keys["programme"] = digest
        _write_keys(keys)
    for name in FORMS:
        with database().reading() as session:
            is_past = forms.is_past(session, PROJECT_ID, (XLSFORMS / name).read_bytes())
        if is_past:
            continue
        published = publish_file(XLSFORMS / name, PROJECT_ID, None, validate=False)
        if published.is_new or published.files_changed:
            print_published(published)


def _digest(files: Sequence[Path]) -> str:
    """Changes with the content of any of the files."""
    return hashlib.sha256(b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)).hexdigest()


def _add_admin(keys: dict[str, Any]) -> None:
    with database().transaction() as session:
        if users.find(session, ADMIN) is None:
            made = users.create(session, ADMIN, "Quản trị viên", "admin", SYSTEM_ID)
            keys["password"] = made.password
    _write_keys(keys)


def _load_samples(keys: dict[str, Any]) -> None:
    """The clubs of three provinces, and for each an enumerator's tablet."""
    from server.services import demo as samples

    tablets = keys.setdefault("tablets", {})
    for code in SAMPLE_PROVINCES:
        if code not in tablets:
            tablets[code] = _enrol(code)
    _write_keys(keys)
    senders = {code: tablet["actor_id"] for code, tablet in tablets.items()}
    with database().transaction() as session:
        samples.load(session, blobs(), PROJECT_ID, senders, _progress)


def _progress(done: int, of: int) -> None:
    """One line that counts up on a terminal, every five hundredth elsewhere."""
    if sys.stderr.isatty():
        click.echo(f"\rNạp số liệu mẫu | Loading sample data: {done}/{of}", nl=done == of, err=True)
    elif done % 500 == 0 or done == of:
        click.echo(f"Nạp số liệu mẫu | Loading sample data: {done}/{of}", err=True)


def _enrol(code: str) -> dict[str, Any]:
    with database().transaction() as session:
        unit = units.get_at(session, code, SAMPLE_DAY)
        now = [successor.unit.id for successor in units.became(session, unit, clock.today())]
        bound_to = sorted(
            {unit.id, *now}
        )  # The province as it was, and the one a club founded today stands in.
        made = app_users.create(session, PROJECT_ID, f"Máy mẫu {unit.full_name}", bound_to, SYSTEM_ID)
        return {"name": unit.full_name, "token": made.token, "actor_id": made.actor_id}


def _print_keys(keys: dict[str, Any]) -> None:
    config = settings()
    with database().reading() as session:
        password = keys.get("password", "")
        is_unchanged = users.verify(session, ADMIN, password) is not None
    for tablet in keys.get("tablets", {}).values():
        say(f"\nMáy thu thập của {tablet['name']}:", "enumerator's tablet")
        print_code(tablet["actor_id"], tablet["token"])
    if keys.get("tablets"):
        warn_if_local()
    say(f"\nMáy chủ: {config.public_url or f'http://{config.host}:{config.port}'}", "server")
    say(f"Quản trị viên: {ADMIN}", "administrator")
    if is_unchanged:
        say(f"Mật khẩu dùng một lần: {password}", "one-time password")
    else:
        say(
            "Mật khẩu: do quản trị viên đã đặt; quên thì chạy",
            "password: set by the administrator; if lost, run",
        )
        click.echo(f"    clb user reset-password {ADMIN}")


def own_address(config: Config) -> str:
    """Where this machine reaches the demo: what the QR codes of its reports, all marked as made up, lead to."""
    host = "127.0.0.1" if config.host in EVERYWHERE else config.host
    return f"http://{host}:{config.port}"


def _keys_path() -> Path:
    return settings().data / KEYS_FILE


def _read_keys() -> dict[str, Any]:
    """Keys of the sample tablets and the first password: kept in a file so that every run can print them again.

    Those of another database, such as one deleted since, are forgotten.
    """
    with database().reading() as session:
        born = projects.get(session, PROJECT_ID).created_at.isoformat()
    try:
        found: dict[str, Any] = json.loads(_keys_path().read_text())
    except FileNotFoundError:
        return {"database": born}
    return found if found.get("database") == born else {"database": born}


def _write_keys(keys: dict[str, Any]) -> None:
    descriptor = os.open(_keys_path(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(keys, file, ensure_ascii=False, indent=1)
