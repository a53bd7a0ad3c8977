"""clb audit-log: how forms were filled in, from the logs that ODK Collect keeps."""

import click

from forms.audit_figures import Figures, Visited
from server import clock
from server.cli.shell import blobs, database, say
from server.scope import Scope
from server.services import client_audit
from server.services.actor import SYSTEM_ID
from server.services.client_audit import SHORT_MINUTES

PROJECT = click.option("--project", "project_id", default=1, show_default=True, help="Số dự án | Project")
ENUMERATOR_HEADER = (
    "máy | tablet", "biểu mẫu | form", "số phiếu | submissions", "trung vị (phút) | median (minutes)",
    "ngắn | short", "ban đêm | at night", "quay lại/phiếu | jumps back each", "báo lỗi/phiếu | errors each",
)  # fmt: skip
QUESTION_HEADER = ("giây | seconds", "lượt | visits", "câu hỏi | question", "nhãn | label")


@click.group("audit-log", short_help="Nhật ký điền phiếu | Audit logs")
def audit_log() -> None:
    """Nhật ký điền phiếu của ODK Collect (audit.csv): thời gian, quay lại, sửa, báo lỗi.

    The logs ODK Collect keeps while a form is filled in: times, jumps back, edits, errors.
    """


@audit_log.command(short_help="Một phiếu | One submission")
@click.argument("submission")
@PROJECT
def submission(submission: str, project_id: int) -> None:
    """Cách một phiếu được điền, theo đồng hồ của máy. SUBMISSION là số phiếu hoặc mã phiếu (uuid:…).

    How a submission was filled in, by the tablet's clock. SUBMISSION: its number or an instance ID.
    """
    _fill()
    with database().reading() as session:
        filled = client_audit.of_submission(session, _everything(), project_id, submission)
    if filled.figures is None:
        say("Phiếu này không có nhật ký.", "This submission has no audit log.")
        return
    _print_figures(filled.figures)
    click.echo("\t".join(QUESTION_HEADER))
    for one in filled.figures.visited:
        click.echo(f"{one.seconds:.1f}\t{one.visits}\t{one.node}\t{_label(one)}")


@audit_log.command(short_help="Từng người điều tra | Each enumerator")
@PROJECT
@click.option("--form", "xml_form_id", metavar="FORM_ID", help="Chỉ biểu mẫu này | This form only")
@click.option(
    "--short-minutes",
    type=float,
    default=SHORT_MINUTES,
    show_default=True,
    help="Dưới chừng này phút là ngắn | Below this it is short",
)
def enumerators(project_id: int, xml_form_id: str | None, short_minutes: float) -> None:
    """Mỗi dòng một máy và một biểu mẫu, các cột cách nhau bằng dấu tab.

    One tablet and form a line, columns separated by tabs.
    """
    _fill()
    with database().reading() as session:
        rows = client_audit.enumerators(session, _everything(), project_id, xml_form_id, short_minutes)
    click.echo("\t".join(ENUMERATOR_HEADER))
    for one in rows:
        click.echo(
            f"{one.name or '–'}\t{one.xml_form_id}\t{one.submissions}\t{one.median_s / 60:.1f}\t{one.short}\t"
            f"{one.at_night}\t{one.jumps_back:.1f}\t{one.constraint_errors:.1f}"
        )


@audit_log.command(short_help="Đọc lại mọi nhật ký | Read all logs again")
def rebuild() -> None:
    """Đọc lại mọi nhật ký từ tệp gốc; chạy lại không gây hại.

    Read every log again from its file; harmless to repeat.
    """
    with database().transaction() as session:
        client_audit.forget(session)
    say(f"Đã đọc {_fill()} nhật ký.", "That many logs were read.")


def _fill() -> int:
    """Read the logs that came since the last time, each in a transaction that is short: tablets send meanwhile."""
    total = 0
    while True:
        with database().reading() as session:
            found = client_audit.unread(session)
        if not found:
            return total
        for version_id, sha256 in found:
            log = client_audit.parse(blobs(), version_id, sha256)
            with database().transaction() as session:
                total += client_audit.keep(session, log)


def _everything() -> Scope:
    return Scope(None, SYSTEM_ID, clock.today())


def _print_figures(figures: Figures) -> None:
    if figures.started_at is not None and figures.total_s is not None:
        say(f"Bắt đầu: {figures.started_at:%d/%m/%Y %H:%M}", "begun, by the tablet's clock")
        say(f"Từ đầu đến cuối: {figures.total_s / 60:.1f} phút", "minutes from begin to end")
    say(f"Trên màn hình: {figures.active_s / 60:.1f} phút", "minutes with a question on the screen")
    say(f"Quay lại câu trước: {figures.jumps_back}", "jumps back")
    edits = "–" if figures.edits is None else figures.edits
    say(f"Sửa câu trả lời: {edits}", "answers changed (–: not tracked)")
    say(f"Báo lỗi ràng buộc: {figures.constraint_errors}", "constraint errors")
    say(f"Mở lại: {figures.resumes}; số ngày: {figures.days}", "resumed; days")
    say(f"Điểm có tọa độ: {figures.places}", "moments with a place")
    if figures.clock_faults:
        say(f"! Đồng hồ máy bị chỉnh lùi: {figures.clock_faults} lần", "the clock was set back")


def _label(one: Visited) -> str:
    """The question's Vietnamese label, else whichever it has."""
    labels = one.field.label if one.field else {}
    vietnamese = (text for name, text in labels.items() if name.endswith("(vi)"))
    return " ".join((next(vietnamese, None) or next(iter(labels.values()), "")).split())
