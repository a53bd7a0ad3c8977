"""clb issuing-body: the offices that issue reports."""

from collections.abc import Callable
from typing import Any

import click

from server import clock
from server.cli.shell import database, fail, find_unit, say
from server.i18n import both
from server.scope import Scope
from server.services import issuing
from server.services.actor import SYSTEM_ID
from server.services.issuing import BodyRefused

OPTIONS = (
    (
        "--kind",
        "kind",
        "so Sở; ubnd UBND tỉnh; ban_dai_dien Ban đại diện Hội NCT; hoi_nct Hội NCT tỉnh | Kind of office",
    ),
    (
        "--province",
        "unit_id",
        "Mã tỉnh, tỉnh cũ thêm ngày đầu: 58@2016-01-01; “” mọi tỉnh; nation cả nước | Province; “” for all; nation",
    ),
    ("--from", "valid_from", "Từ ngày, ví dụ 2025-03-01 | First day"),
    ("--parent", "parent", "Cơ quan chủ quản, ví dụ “UBND {province}” | Superior body"),
    ("--name", "name", "Tên cơ quan, ví dụ “Sở Y tế” | Name"),
    ("--symbol", "symbol", "Ký hiệu sau số, ví dụ BC-SYT | Symbol behind the number"),
    (
        "--collective",
        "collective",
        "Ký thay mặt (TM.), ví dụ “Ban đại diện” | On whose behalf the head signs",
    ),
    ("--signer", "signer", "Chức vụ người đứng đầu | Title of the head"),
    ("--deputy", "deputy", "Chức vụ cấp phó | Title of a deputy"),
    ("--place", "place", "Địa danh; “” tên tỉnh | Place of the date line; “” the province"),
    ("--parent-en", "parent_en", "Cơ quan chủ quản bằng tiếng Anh | Superior body in English"),
    ("--name-en", "name_en", "Tên cơ quan bằng tiếng Anh | Name in English"),
    ("--signer-en", "signer_en", "Chức vụ bằng tiếng Anh | Title of the head in English"),
)
RECIPIENT = click.option(
    "--recipient", "recipients", multiple=True, help="Nơi nhận, mỗi lần một dòng | Recipient, one line each"
)


def described(command: Callable[..., None]) -> Callable[..., None]:
    """The options that describe an office."""
    for name, field, told in reversed(OPTIONS):
        command = click.option(name, field, metavar="…", help=told)(command)
    return RECIPIENT(command)


@click.group("issuing-body", short_help="Cơ quan ban hành báo cáo | Offices that issue reports")
def issuing_body() -> None:
    """Cơ quan ban hành báo cáo, theo ngày: tên, ký hiệu, người ký, nơi nhận.

    The offices that issue reports, dated: name, symbol, signer, recipients.
    """


@issuing_body.command("list", short_help="Liệt kê | List")
def list_bodies() -> None:
    """Mỗi dòng một cơ quan: số, loại, tỉnh, từ ngày, ký hiệu, tên.

    One office a line: number, kind, province, first day, symbol, name.
    """
    with database().reading() as session:
        for row in issuing.listed(session, _everything()):
            body = row.body
            where = issuing.WHOLE_COUNTRY if row.is_national else row.province or "–"
            told = (row.id, body.kind, where, body.valid_from, body.symbol, body.name)
            click.echo("\t".join(map(str, told)))


@issuing_body.command("add", short_help="Thêm | Add")
@described
def add_body(recipients: tuple[str, ...], **given: str | None) -> None:
    """Thêm một cơ quan, ví dụ:

    clb issuing-body add --kind so --province 56 --from 2026-01-01 --parent "UBND {province}" --name "Sở Y tế"
    --symbol BC-SYT --signer "Giám đốc" --recipient "UBND {kind} (b/c)" --recipient "Lưu: VT"

    Add an office.
    """
    with database().transaction() as session:
        texts = _texts(session, given, recipients)
        made = _told(lambda: issuing.add(session, _everything(), issuing.read(texts)))
    say(f"Đã thêm cơ quan ban hành số {made}.", f"Issuing body {made} added.")


@issuing_body.command("edit", short_help="Sửa | Edit")
@click.argument("body_id", type=int)
@described
def edit_body(body_id: int, recipients: tuple[str, ...], **given: str | None) -> None:
    """Sửa một cơ quan; mục không ghi thì giữ nguyên. BODY_ID: số trong clb issuing-body list.

    Change an office; what is not given stays. BODY_ID: its number in clb issuing-body list.
    """
    with database().transaction() as session:
        kept = issuing.texts(issuing.body_of(issuing.get(session, _everything(), body_id)))
        texts = kept | _texts(session, given, recipients)
        _told(lambda: issuing.edit(session, _everything(), body_id, issuing.read(texts)))
    say(f"Đã sửa cơ quan ban hành số {body_id}.", f"Issuing body {body_id} changed.")


def _texts(session: Any, given: dict[str, str | None], recipients: tuple[str, ...]) -> dict[str, str]:
    texts = {name: text for name, text in given.items() if text is not None}
    if texts.get("unit_id") not in (None, "", issuing.WHOLE_COUNTRY):
        texts["unit_id"] = str(find_unit(session, texts["unit_id"]).id)
    return texts | ({"recipients": "\n".join(recipients)} if recipients else {})


def _told(act: Callable[[], Any]) -> Any:
    """What an act gives; when it is refused, each fault with its option."""
    names = {field: name for name, field, _ in OPTIONS} | {"recipients": "--recipient"}
    try:
        return act()
    except BodyRefused as refused:
        for field, (vi, en) in refused.faults.items():
            click.echo(f"{names[field]}: {both(vi, en)}", err=True)
        fail("Chưa lưu gì.", "Nothing was saved.")


def _everything() -> Scope:
    return Scope(None, SYSTEM_ID, clock.today())
