"""clb report draft, check, issue, list, show, changes, remake: a report's life at the machine itself."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reports.issuing import SIGNED_BY
from server import clock
from server.cli.data import (
    DAY,
    ISSUER,
    LANGUAGE,
    PERIOD,
    read_period,
    read_settings,
    report,
    settings_options,
)
from server.cli.shell import PROJECT, blobs, database, fail, say, settings, tell
from server.scope import Scope
from server.services.actor import SYSTEM_ID

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from server.services.report.paper import Paper

NUMBER = click.argument("report_id", type=int, metavar="SỐ")
"""The report's place in the list, which is not the number it bears."""


@report.command("list", short_help="Liệt kê báo cáo | List reports")
@PROJECT
@click.option("--province", default="", help="Mã tỉnh | Code of the province")
@click.option("--year", type=int, help="Năm ban hành hoặc năm lập | Year of issue, or of the draft")
def list_reports(project_id: int, province: str, year: int | None) -> None:
    """Mỗi dòng một báo cáo: số thứ tự, trạng thái, số ký hiệu, ngày ban hành, tỉnh, kỳ.

    One a line: place in this list, state, number, date of issue, province, period.
    """
    from server.services.report import paper

    page = 1
    with database().reading() as session:
        while rows := paper.listed(session, _all(), project_id, paper.Filter(province, year), page):
            for one in rows[: paper.PAGE_ROWS]:
                tell(_line(one))
            page += 1


@report.command(short_help="Xem một báo cáo | Show a report")
@NUMBER
@PROJECT
def show(report_id: int, project_id: int) -> None:
    """Một báo cáo: các bước đã qua, điều cần lưu ý của dự thảo, mã băm và phần mềm đã in của bản đã ban hành.

    One report: the steps it has taken, what stands against a draft, hashes and versions of an issued one.
    """
    from server.services.report import caution, paper, text
    from server.services.report import issue as issues

    with database().reading() as session:
        of = _get(session, project_id, report_id)
        tell(_line(of))
        if not of.is_out:
            by = issues.office(session, of, clock.today())
            say(f"  Ban hành hôm nay: {by.key}, …/{by.body.symbol}", "the office, if issued today")
        for (vi, en), step in (
            (("lập", "drafted"), of.drafted),
            (("kiểm tra", "checked"), of.checked),
            (("ban hành", "issued"), of.issued),
        ):
            if step is not None:
                say(f"  {vi}: {step.name}, {step.at.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}", en)
        if of.is_out:
            return _show_frozen(of)
        content, written = paper.content(blobs(), of.row), text.current(session, report_id)
        for one in caution.cautions(session, _all(), of, content, written):
            say(f"  ! {one.sentences[0]}", one.sentences[1])


def _show_frozen(of: "Paper") -> None:
    tell(f"  SHA-256 PDF: {of.row.pdf_sha256}")
    if of.row.signed_sha256:
        tell(f"  SHA-256 PDF (PAdES): {of.row.signed_sha256}")
    for part, version in (of.row.made_with or {}).items():
        tell(f"  {part}: {version}")


@report.command(short_help="Lập dự thảo | Draft a report")
@click.argument("code")
@PERIOD
@settings_options
@ISSUER
@LANGUAGE
@click.option(
    "--cut-off",
    type=DAY,
    metavar="NGÀY",
    help="Phiếu nhận đến hết ngày; bỏ trống: hôm nay | Forms received up to this day; today",
)
@PROJECT
def draft(
    code: str,
    period: str,
    as_of: datetime | None,
    calendar: str,
    phase: str | None,
    older_age: int | None,
    rules: tuple[str, ...],
    issuer: str,
    language: str,
    cut_off: datetime | None,
    project_id: int,
) -> None:
    """Lập dự thảo báo cáo của một tỉnh, ví dụ: clb report draft 58 --period 2017..2020; của cả nước: mã VN

    Draft the report of a province, or with the code VN of the country. CODE: in the register of units.
    """
    from server.cli.nation import keep_ready
    from server.services.report import draft as drafts
    from server.services.rollup import place

    span, today = read_period(period), clock.today()
    day = min(cut_off.date(), today) if cut_off else today
    chosen = read_settings(phase, older_age, rules, as_of.date() if as_of else None, calendar)
    with database().reading() as session:
        is_of_nation = code == place.nation(session).code
    if is_of_nation:
        keep_ready(span, today, chosen)
    with database().reading() as session:
        computed = drafts.compute(session, _all(), code, span, today, chosen, day, language, issuer)
    stored = drafts.keep(blobs(), computed.report)
    with database().transaction() as session:
        made = drafts.make(session, project_id, computed, stored, SYSTEM_ID, clock.now())
    say(f"Đã lập dự thảo báo cáo {made.id}.", f"Report {made.id} is drafted.")


@report.command(short_help="Xác nhận đã kiểm tra | Mark as checked")
@NUMBER
@PROJECT
def check(report_id: int, project_id: int) -> None:
    """Xác nhận dự thảo đã được kiểm tra; in ra các điểm cần lưu ý.

    Mark a draft as checked; what stands against it is printed.
    """
    from server.services.report import caution, paper, text
    from server.services.report import draft as drafts

    with database().transaction() as session:
        of = _get(session, project_id, report_id)
        content, written = paper.content(blobs(), of.row), text.current(session, report_id)
        told = caution.cautions(session, _all(), of, content, written)
        warned_of = {one.code: one.count for one in told}
        drafts.check(session, of, of.row.revision, warned_of, SYSTEM_ID, clock.now())
    for one in told:
        say(f"! {one.sentences[0]}", one.sentences[1])
    say(f"Báo cáo {report_id} đã kiểm tra.", f"Report {report_id} is checked.")


@report.command(short_help="Ban hành | Issue a report")
@NUMBER
@click.option(
    "--number", type=int, metavar="SỐ", help="Số văn bản; bỏ trống: số tiếp theo | The next free number"
)
@click.option(
    "--date", "issued_on", type=DAY, metavar="NGÀY", help="Ngày ban hành; bỏ trống: hôm nay | Today"
)
@click.option("--signer", required=True, metavar="HỌ TÊN", help="Họ tên người ký | Name of who signs")
@click.option(
    "--signed-by",
    type=click.Choice(SIGNED_BY),
    default="head",
    show_default=True,
    help="head; acting Q.; deputy KT.; order TL.; authorised TUQ. | In what right it is signed",
)
@click.option("--title", default="", metavar="CHỨC VỤ", help="Chức vụ người ký | Title of who signs")
@click.option(
    "--invented", is_flag=True, help="In dấu SỐ LIỆU MINH HỌA | Issue made-up figures under their mark"
)
@PROJECT
def issue(
    report_id: int,
    number: int | None,
    issued_on: datetime | None,
    signer: str,
    signed_by: str,
    title: str,
    invented: bool,
    project_id: int,
) -> None:
    """Ban hành báo cáo đã kiểm tra: cấp số, ngày, người ký, rồi giữ nguyên mãi mãi. Cần CLB_PUBLIC_URL cho mã QR.

    Issue a checked report: number, date and signatory, then frozen for good. CLB_PUBLIC_URL is needed for the QR code.
    """
    from server.services.report import issue as issues
    from server.services.report import sign

    today = clock.today()
    certificate = sign.certificate(settings().sign_pkcs12, settings().sign_password_file)
    with database().reading() as session:
        of = _get(session, project_id, report_id)
        day: date = issued_on.date() if issued_on else today
        by = issues.office(session, of, day)
        chosen = number if number is not None else issues.next_number(session, by, day.year)
        signing = issues.Signing(chosen, day, title, signer, invented, signed_by)
        looked = issues.look(session, of, signing, today)
    ready = issues.draw(blobs(), looked, settings().verify_url, certificate)
    with database().transaction() as session:
        issues.record(session, ready, looked, SYSTEM_ID, clock.now())
    full = f"{chosen:02}/{by.body.symbol}"
    say(f"Đã ban hành báo cáo {report_id}, số {full}.", f"Report {report_id} is issued as {full}.")
    tell(f"{settings().verify_url}/r/{ready.columns['token']}")


@report.command(short_help="Thay đổi từ khi ban hành | What changed since")
@NUMBER
@PROJECT
def changes(report_id: int, project_id: int) -> None:
    """So báo cáo đã ban hành với cùng báo cáo tính theo phiếu nhận đến hôm nay; mỗi dòng một ô khác nhau.

    Compare an issued report with the same report of today; one cell that differs a line.
    """
    from server.services.report import change

    with database().reading() as session:
        of = _get(session, project_id, report_id)
        if not of.is_out:
            fail("Báo cáo này chưa ban hành.", "This report is not issued yet.")
        since = change.since(session, _all(), blobs(), of, clock.today(), "vi")
    for one in since.changes:
        tell(f"{one.table} · {one.row} · {one.column}: {one.was} → {one.now}")
    say(f"Số ô khác: {len(since.changes)}.", f"Cells that differ: {len(since.changes)}.")


@report.command(short_help="In lại đúng từng byte | Make the PDF again")
@NUMBER
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Ghi PDF vừa in lại | Write the PDF"
)
@PROJECT
def remake(report_id: int, out: Path | None, project_id: int) -> None:
    """In lại bản PDF của báo cáo đã ban hành từ HTML và CSS đã lưu, so từng byte (SHA-256). Khác thì kết thúc với mã 1.

    Draw the PDF of an issued report again from what was stored and compare every byte; status 1 if they differ.
    """
    from server.services.report import page

    with database().reading() as session:
        of = _get(session, project_id, report_id)
    if not of.is_out:
        fail("Báo cáo này chưa ban hành.", "This report is not issued yet.")
    made = page.remake(blobs(), of.row)
    if out is not None:
        out.write_bytes(made.pdf)
    for part, then, now in made.changed:
        say(f"! {part}: khi ban hành {then}, nay {now}", f"{part} has changed since: {then}, now {now}")
    if not made.is_same:
        fail(
            f"In lại khác bản đã ban hành: {made.sha256}, đúng phải là {made.expected}.",
            f"The PDF differs from the issued one: {made.sha256}, should be {made.expected}.",
        )
    say(f"In lại đúng từng byte: {made.sha256}", "the same bytes")


def _all() -> Scope:
    return Scope(None, SYSTEM_ID, clock.today())


def _get(session: "Session", project_id: int, report_id: int) -> "Paper":
    from server.services.report import paper

    return paper.get(session, _all(), project_id, report_id)


def _line(one: "Paper") -> str:
    from server.services.report.paper import STATES

    vi, en = STATES[one.row.state]
    issued = f"{one.row.issued_on:%d/%m/%Y}" if one.row.issued_on else "–"
    cells = (
        str(one.row.id),
        f"{vi} | {en}",
        one.full_number or "–",
        issued,
        one.unit.full_name,
        one.period.name_vi,
    )
    return "\t".join(cells)
