"""clb app-user receipt: what a tablet sent and still owes, for who sits at the machine itself."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from server import clock
from server.cli.app_user import app_user
from server.cli.shell import PROJECT, database, fail, say, tell
from server.clock import VIETNAM
from server.i18n import both
from server.scope import Scope
from server.services import receipt as receipts
from server.services.actor import SYSTEM_ID
from server.services.receipt import PROBLEMS, Receipt, Tablet

COLUMNS = (
    *("actor_id", "name", "phone", "units", "last_seen_at", "last_sent_at", "clubs", "missing", "files"),
    *("held", "waiting", "old_forms", "problems"),
)


@app_user.command("receipt", short_help="Biên nhận của máy | What a tablet sent and owes")
@click.argument("actor_id", type=int, required=False)
@PROJECT
@click.option("--all", "is_all", is_flag=True, help="Mọi máy, mỗi dòng một máy | All tablets, one a line")
@click.option("--problems", is_flag=True, help="Chỉ máy cần chú ý | Only those that need attention")
@click.option("--json", "as_json", is_flag=True, help="In JSON | Print JSON")
@click.option("--csv", "as_csv", is_flag=True, help="In CSV (cùng --all) | Print CSV (with --all)")
def receipt(
    actor_id: int | None, project_id: int, is_all: bool, problems: bool, as_json: bool, as_csv: bool
) -> None:
    """Máy số ACTOR_ID đã gửi gì, còn thiếu gì, cần làm gì; hoặc --all: danh sách mọi máy.

    What the tablet ACTOR_ID sent, what is missing and what to do; or --all: the list of all tablets.
    """
    if is_all == (actor_id is not None):
        fail("Xin cho số của một máy, hoặc --all.", "Give the number of a tablet, or --all.")
    everything, at = Scope(None, SYSTEM_ID, clock.today()), clock.now()
    with database().reading() as session:
        if actor_id is not None:
            told = receipts.receipt(session, everything, project_id, actor_id, at)
            click.echo(_json(asdict(told))) if as_json else _print(told)
            return
        found = receipts.tablets(session, everything, project_id, at)
    chosen = [tablet for tablet in found if tablet.problems or not problems]
    if as_json:
        click.echo(_json([_row(tablet) for tablet in chosen]))
    elif as_csv:
        _write_csv(chosen)
    else:
        _print_list(chosen)


def _print(told: Receipt) -> None:
    tablet = told.tablet
    tell(f"{tablet.actor_id}\t{tablet.name}\t{', '.join(tablet.units)}\t{tablet.phone or '–'}")
    to_send = [lack.sentence for lack in told.lacks if lack.is_to_send]
    if to_send:
        vi, en = ("; ".join(texts) for texts in zip(*to_send, strict=True))
        say(f"Cần gửi lại: {vi}.", f"To be sent again: {en}.")
    elif "never" in tablet.problems:
        say("Chưa kết nối lần nào.", "Never connected.")
    else:
        say("Đã nhận đủ.", "All received.")
    for lack in told.lacks:
        say(f"! {lack.sentence[0]}: {lack.advice[0]}", f"{lack.sentence[1]}: {lack.advice[1]}")
        for item in dict.fromkeys(lack.items):
            tell(f"    {item[0] if item[0] == item[1] else both(*item)}")
    say(
        f"Đã nhận {told.total} phiếu; gần nhất {_when(tablet.last_sent_at)}.", "submissions; the last of them"
    )
    for month in told.sent:
        counts = ", ".join(f"{title} {count}" for title, count in month.counts.items())
        tell(f"    {month.month:%m/%Y}: {counts}")


def _print_list(tablets: Sequence[Tablet]) -> None:
    for tablet in tablets:
        wrong = ", ".join(PROBLEMS[code][0] for code in tablet.problems) or "ổn | in order"
        seen = _when(tablet.last_seen_at)
        tell(f"{tablet.actor_id}\t{tablet.name}\t{', '.join(tablet.units)}\t{seen}\t{wrong}")
    if not tablets:
        say("Không có máy nào.", "No tablets.")


def _write_csv(tablets: Sequence[Tablet]) -> None:
    """With the byte order mark by which Excel knows UTF-8."""
    click.echo("\ufeff", nl=False)
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for tablet in tablets:
        row = _row(tablet)
        joined = {name: "; ".join(row[name]) for name in ("units", "old_forms", "problems")}
        writer.writerow({name: _safe(value) for name, value in (row | joined).items()})


def _safe(value: Any) -> Any:
    """A text that Excel takes for a text, not for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _row(tablet: Tablet) -> dict[str, Any]:
    everything = asdict(tablet)
    return {name: everything[name] for name in COLUMNS}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain)


def _plain(value: date | datetime) -> str:
    return value.isoformat()


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}" if moment else "–"
