"""clb entity-list: which rows of a shared list each tablet gets."""

from typing import Any

import click

from server.cli.shell import PROJECT, database, fail, say
from server.services import entity
from server.services.actor import SYSTEM_ID
from server.services.entity import access as rules

KINDS = {"all": None, "unit": rules.UNIT, "owner": rules.OWNER_ONLY, "property": rules.PROPERTY}
"""As they are written here: what the rule is called inside."""


@click.group("entity-list", short_help="Danh sách dùng chung | Entity lists")
def entity_list() -> None:
    """Danh sách dùng chung (CLB, hội viên…): mỗi máy nhận những dòng nào.

    Shared lists (clubs, members …): which rows each tablet gets.
    """


@entity_list.command("list", short_help="Liệt kê danh sách | List entity lists")
@PROJECT
def list_lists(project_id: int) -> None:
    """Mỗi dòng một danh sách: tên, số dòng, cách chia, có cần duyệt không, các thuộc tính.

    One list a line: name, rows, rule, whether approval is needed, properties.
    """
    with database().reading() as session:
        for one in entity.listed(session, project_id):
            approval = "cần duyệt | approval" if one.approval_required else "không cần duyệt | no approval"
            parts = (one.name, str(one.rows), _worded(one.access), approval, ", ".join(one.properties))
            click.echo("\t".join(parts))


@entity_list.command(short_help="Chia danh sách cho các máy | Divide a list among tablets")
@click.argument("name")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option(
    "--unit-property",
    metavar="PROPERTY",
    help="Với unit: thuộc tính ghi đơn vị (mã@ngày) của dòng không thuộc CLB nào | "
    "With unit: the property that names the unit of a row without a club",
)
@click.option(
    "--match",
    "matches",
    multiple=True,
    metavar="OF_ROW=OF_TABLET",
    help="Với property: thuộc tính của dòng = thuộc tính của máy; có thể lặp lại, phải khớp hết | "
    "With property: pairs that must all match; repeatable",
)
@PROJECT
def access(
    name: str, kind: str, unit_property: str | None, matches: tuple[str, ...], project_id: int
) -> None:
    """Chia danh sách NAME: all mọi máy nhận hết; unit theo đơn vị; owner dòng máy tự tạo; property theo thuộc tính.

    Set by which rule tablets get list NAME: all rows, those of their units, those they made, or by properties.
    """
    rule: dict[str, Any] | None = {"type": KINDS[kind]} if KINDS[kind] else None
    if kind == "property":
        rule = entity.by_property(_pair(text) for text in matches)
    elif rule is not None and unit_property:
        rule["datasetProperty"] = unit_property
    with database().transaction() as session:
        entity.set_access(session, project_id, name, rule, SYSTEM_ID)
    say(
        f"Danh sách “{name}”: {_worded(rule)}.",
        "The list is divided anew; tablets follow at their next check.",
    )


@entity_list.command(short_help="Duyệt rồi mới tạo dòng | Approve before rows are made")
@click.argument("name")
@click.argument("is_required", type=bool, metavar="yes|no")
@PROJECT
def approval(name: str, is_required: bool, project_id: int) -> None:
    """Có (yes) hay không (no) chờ người duyệt bài gửi rồi mới tạo dòng trong danh sách NAME.

    Whether a person must approve a submission before it makes rows of list NAME.
    """
    with database().transaction() as session:
        entity.set_approval(session, project_id, name, is_required, SYSTEM_ID)
    vi = "chờ duyệt rồi mới tạo dòng" if is_required else "tạo dòng ngay khi nhận bài gửi"
    en = "rows wait for approval" if is_required else "rows are made on receipt"
    say(f"Danh sách “{name}”: {vi}.", f"{en}.")


@entity_list.command(short_help="Đếm lại các phần của danh sách | Count the parts of lists anew")
def repair() -> None:
    """Đọc mọi dòng, sửa những phần đếm sai. Bình thường không có gì để sửa.

    Read every row and put right the parts that were counted wrong. As a rule there is nothing to do.
    """
    with database().transaction() as session:
        repaired = entity.part.repair(session)
    if repaired:
        say(
            f"Đã đếm lại: {', '.join(repaired)}.",
            "Counted anew; tablets fetch these lists at their next check.",
        )
    else:
        say("Không có gì phải sửa.", "Nothing to put right.")


def _pair(text: str) -> tuple[str, str]:
    of_row, equals, of_tablet = text.partition("=")
    if not (of_row and equals and of_tablet):
        fail(
            f"“{text}” chưa đúng. Xin ghi thuộc_tính_dòng=thuộc_tính_máy.",
            "Please write OF_ROW=OF_TABLET.",
            status=2,
        )
    return of_row.strip(), of_tablet.strip()


def _worded(rule: dict[str, Any] | None) -> str:
    """A rule in a few words."""
    if rule is None:
        return "mọi máy nhận hết | all"
    if rule["type"] == rules.OWNER_ONLY:
        return "máy nào nhận dòng máy ấy tạo | owner"
    if rule["type"] == rules.UNIT:
        return f"theo đơn vị | unit ({rules.CLUB_PROPERTY}, {rules.unit_property(rule)})"
    pairs = ", ".join(f"{one['datasetProperty']}={one['actorProperty']}" for one in rule["rules"])
    return f"theo thuộc tính | property ({pairs})"
