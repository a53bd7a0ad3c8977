"""clb app-user units, clb app-user property: what a tablet is given of the lists."""

import click

from server.cli.app_user import app_user
from server.cli.shell import UNIT, database, fail, find_unit, say
from server.services import app_user_scope as scopes
from server.services.actor import SYSTEM_ID


@app_user.command(short_help="Chuyển máy sang đơn vị khác | Move a tablet to other units")
@click.argument("actor_id", type=int)
@UNIT
@click.option(
    "--none", "is_none", is_flag=True, help="Không thuộc đơn vị nào, không nhận CLB nào | No unit, no club"
)
def units(actor_id: int, units: tuple[str, ...], is_none: bool) -> None:
    """Thay các đơn vị của máy ACTOR_ID bằng những đơn vị cho ở --unit. Lần kiểm tra sau, máy nhận danh sách mới.

    Bind tablet ACTOR_ID to the units given with --unit and to no others; it gets their lists at its next check.
    """
    if bool(units) == is_none:
        fail(
            "Xin cho --unit (có thể lặp lại), hoặc --none.", "Please give --unit (repeatable), or --none.", 2
        )
    with database().transaction() as session:
        found = [find_unit(session, text) for text in units]
        scopes.set_units(session, actor_id, [one.id for one in found], SYSTEM_ID)
        names = ", ".join(one.full_name for one in found) or "–"
    say(f"Máy {actor_id} nay thuộc: {names}.", "The tablet gets its lists at its next check.")


@app_user.command("property", short_help="Thuộc tính của máy | Properties of a tablet")
@click.argument("actor_id", type=int)
@click.argument("name", required=False)
@click.argument("value", required=False)
def set_property(actor_id: int, name: str | None, value: str | None) -> None:
    """Không có NAME: liệt kê. Có NAME và VALUE: đặt thuộc tính mà danh sách chia theo; VALUE rỗng ("") là bỏ.

    Without NAME: list them. With NAME and VALUE: set a property that lists are divided by; an empty VALUE removes it.
    """
    if name is not None and value is None:
        fail('Xin cho cả giá trị; để bỏ thuộc tính, ghi "".', 'Please give a value too; "" removes it.', 2)
    with database().transaction() as session:
        if name is not None and value is not None:
            scopes.set_property(session, actor_id, name, value, SYSTEM_ID)
        known = scopes.properties(session, actor_id)
    for one, text in known.items():
        click.echo(f"{one}\t{text}")
