"""clb export: the submissions of a form as a zip of tables and files."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy.orm import Session

from forms import encryption as reading
from server import clock
from server.cli.encryption import read_passphrase
from server.cli.private import whole
from server.cli.shell import blobs, database, fail, find_unit, progress, say
from server.i18n import both
from server.scope import Scope
from server.services import encryption, encryption_key
from server.services import export as exports
from server.services.actor import SYSTEM_ID
from server.services.export import Options, Report

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])


@click.command(short_help="Xuất số liệu | Export data")
@click.argument("xml_form_id", metavar="FORM_ID")
@click.option("--project", "project_id", default=1, show_default=True, help="Số dự án | Project")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Tệp zip | Zip file"
)
@click.option("--from", "received_from", type=DAY, metavar="NGÀY", help="Nhận từ ngày | Received from")
@click.option("--to", "received_to", type=DAY, metavar="NGÀY", help="Nhận đến hết ngày | Received to")
@click.option("--unit", metavar="CODE[@DATE]", help="Chỉ đơn vị này và cấp dưới | This unit and below only")
@click.option(
    "--versions",
    type=click.Choice(["current", "all"]),
    default="current",
    help="all: mọi lần sửa, mỗi lần một dòng | all: a row for every edit too",
)
@click.option("--media/--no-media", default=True, help="Kèm ảnh, ghi âm, tệp | With files")
@click.option("--xml", is_flag=True, help="Kèm XML gốc của từng phiếu | With each submission's XML")
@click.option(
    "--split-selects",
    is_flag=True,
    help="Câu chọn nhiều: thêm một cột 0/1 cho mỗi lựa chọn | A 0/1 column for each choice of a select of many",
)
@click.option(
    "--bom/--no-bom",
    default=True,
    help="Dấu UTF-8 để Excel đọc đúng tiếng Việt | The mark by which Excel reads UTF-8",
)
@click.option(
    "--private-key",
    "key_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Tệp khóa riêng (PEM) để giải mã | Private key file to decrypt with",
)
@click.option(
    "--decrypt", is_flag=True, help="Hỏi mật khẩu khóa của dự án để giải mã | Ask the project's passphrase"
)
@click.option(
    "--passphrase-stdin", is_flag=True, help="Đọc mật khẩu đó từ đầu vào chuẩn | Read it from standard input"
)
def export(
    xml_form_id: str,
    project_id: int,
    out: Path,
    received_from: datetime | None,
    received_to: datetime | None,
    unit: str | None,
    versions: str,
    media: bool,
    xml: bool,
    split_selects: bool,
    bom: bool,
    key_file: Path | None,
    decrypt: bool,
    passphrase_stdin: bool,
) -> None:
    """Xuất phiếu của một biểu mẫu thành tệp zip: mỗi bảng một tệp CSV, kèm tệp đính kèm.

    Khóa và mật khẩu chỉ dùng cho lần này, không được lưu. Có phiếu hay tệp không đưa ra được thì trả về 1; phần còn lại
    vẫn có trong zip, chi tiết ở problems.csv.

    Export the submissions of a form as a zip: a CSV for each table, and files. Keys and passphrases serve this once and
    are not kept. Ends with 1 when answers or files are missing from it; the rest is there, and problems.csv says which.
    """
    options = Options(
        received_from=received_from.date() if received_from else None,
        received_to=received_to.date() if received_to else None,
        all_versions=versions == "all",
        media=media,
        xml=xml,
        split_selects=split_selects,
        bom=bom,
    )
    passphrase = _ask(decrypt, passphrase_stdin)
    show = progress(both("Xuất", "Exporting"))
    with whole(out) as file:
        with database().reading() as session:
            keys = _keys(session, project_id, key_file, passphrase)
            scope = _scope(session, unit)
            report = exports.write(
                session, blobs(), scope, project_id, xml_form_id, file, options, keys, show
            )
        with database().transaction() as session:
            exports.log(session, project_id, xml_form_id, report, SYSTEM_ID)
    _print_report(out, report)


def _ask(decrypt: bool, from_stdin: bool) -> str | None:
    """The passphrase of the project's key; None when it was not asked for."""
    if not (decrypt or from_stdin):
        return None
    return read_passphrase(from_stdin, both("Mật khẩu giải mã", "Passphrase"))


def _keys(
    session: Session, project_id: int, key_file: Path | None, passphrase: str | None
) -> Sequence[RSAPrivateKey]:
    """The keys given for this export. Raises BadKeyFile, NoManagedKey, WrongPassphrase."""
    keys = []
    if key_file is not None:
        keys.append(reading.load_private_key(key_file.read_bytes()))
    if passphrase is not None:
        keys.append(encryption_key.unlock(encryption.get_key(session, project_id), passphrase))
    return keys


def _scope(session: Session, unit: str | None) -> Scope:
    """Everything, or what stands in one unit and below. Raises UnitNotFound, BadUnitKey."""
    unit_ids = None if unit is None else frozenset({find_unit(session, unit).id})
    return Scope(unit_ids, SYSTEM_ID, clock.today())


def _print_report(out: Path, report: Report) -> None:
    say(f"Đã ghi {report.texts} phiếu vào {out}.", f"{report.texts} submissions written to {out}.")
    for code, times in sorted(report.faults.items()):
        vi, en = exports.TROUBLES[code]
        say(f"! {times} × {vi}", f"{en} ({code})")
    for key in report.closed:
        click.echo(f"    {key}")
    if not report.is_whole:
        fail(
            "Có câu trả lời hoặc tệp không đưa ra được; xem problems.csv trong tệp zip.",
            "Some answers or files are not in it; see problems.csv in the zip.",
        )
