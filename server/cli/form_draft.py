"""clb form draft, test-submissions: trying a form out before it is published."""

from pathlib import Path
from urllib.parse import quote

import click
import segno

from server import clock, collect_settings
from server.cli import private
from server.cli.app_user import URL, base_url, warn_if_local
from server.cli.form import (
    FORM,
    MEDIA_FOLDER,
    PROJECT,
    form,
    print_published,
    read_media,
    say_taken,
    take_in,
)
from server.cli.form_life import YES
from server.cli.shell import blobs, database, print_finding, say, settings, sure, tell
from server.models import DraftSubmission
from server.services import form as forms
from server.services import stored_file
from server.services.actor import SYSTEM_ID
from server.services.file_name import free_name, safe_name
from server.services.form import draft as drafts
from server.services.form import draft_submission as submissions
from server.services.form.draft import Drafted

SUBMISSION = "submission.xml"
SHOW = click.option(
    "--show", metavar="INSTANCE_ID", help="In câu trả lời của một phiếu thử | Print its answers"
)
OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Ghi XML và tệp của các phiếu thử vào thư mục này | Write XML and files to this folder",
)


@form.group("draft", short_help="Bản nháp để thử | Drafts")
def draft() -> None:
    """Bản nháp: thử biểu mẫu trên máy tính bảng trước khi đưa lên; phiếu thử để riêng, không lẫn vào số liệu.

    Drafts: try a form on tablets before it is published; test submissions are kept apart from real data.
    """


@draft.command("put", short_help="Đưa bản nháp lên | Upload a draft")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@PROJECT
@click.option(
    "--media",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Thư mục tệp kèm theo (mặc định: thư mục media cạnh tệp Excel) | Folder of media files",
)
@click.option(
    "--validate/--no-validate", default=True, help="Kiểm tra bằng ODK Validate (cần Java) | Use ODK Validate"
)
@URL
def put_draft(file: Path, project_id: int, media: Path | None, validate: bool, url: str | None) -> None:
    """Chuyển tệp Excel thành bản nháp và in mã QR để thử. Bản nháp mới thay bản trước, giữ nguyên mã QR và phiếu thử.

    Ai có mã QR đều mở được bản nháp, nên danh sách dùng chung chỉ có vài dòng mẫu, không có người thật. Muốn thử với
    dòng khác thì để tệp TÊN-DANH-SÁCH.csv (cột name, label, …) trong thư mục media.

    Convert a workbook to a draft and print its test code. A new draft takes the place of the one before, and keeps
    code and test submissions. Whoever has the code can open the draft, so entity lists hold a few made-up rows, or
    those of a file LIST.csv in the media folder.
    """
    workbook, files = file.read_bytes(), read_media(media or file.parent / MEDIA_FOLDER)
    converted, _ = forms.convert(workbook, validate=validate)
    for finding in converted.warnings:
        print_finding(finding)
    with database().transaction() as session:
        drafted = drafts.put(session, blobs(), project_id, converted, workbook, files, SYSTEM_ID)
    say(f"Bản nháp {drafted.xml_form_id} {drafted.version} đã sẵn sàng để thử.", "the draft is ready")
    _print_draft(drafted, converted.title, project_id, url)


@draft.command("show", short_help="In lại mã QR | Print the test code again")
@FORM
@PROJECT
@URL
def show_draft(xml_form_id: str, project_id: int, url: str | None) -> None:
    """In địa chỉ và mã QR của bản nháp, những gì còn thiếu và số phiếu thử.

    Print the draft's address and code, what it lacks, and how many test submissions it has.
    """
    with database().reading() as session:
        found = drafts.get(session, project_id, xml_form_id)
        drafted = drafts.state(session, project_id, xml_form_id)
        sent = submissions.count(session, found.form_id)
    _print_draft(drafted, found.title, project_id, url)
    say(f"Số phiếu thử: {sent}.", f"test submissions; see clb form test-submissions {xml_form_id}")


@draft.command("publish", short_help="Công bố bản nháp | Publish the draft")
@FORM
@PROJECT
@YES
def publish_draft(xml_form_id: str, project_id: int, yes: bool) -> None:
    """Đưa bản nháp lên làm bản hiện hành. Mã QR thử hết hiệu lực và các phiếu thử bị xóa.

    Publish the draft. Its test code ends, and its test submissions are wiped.
    """
    _warn_wiped(project_id, xml_form_id, yes)
    with database().transaction() as session:
        files = drafts.blobs_of(session, project_id, xml_form_id)
        published = drafts.release(session, blobs(), project_id, xml_form_id, SYSTEM_ID)
        taken = take_in(session, project_id, xml_form_id)
    _sweep(files)
    print_published(published)
    say_taken(taken)
    say(
        f"Muốn quay về bản trước: clb form versions {xml_form_id}, rồi clb form rollback {xml_form_id} PHIÊN-BẢN",
        "to go back, roll back to an older version",
    )


@draft.command("delete", short_help="Bỏ bản nháp | Delete the draft")
@FORM
@PROJECT
@YES
def delete_draft(xml_form_id: str, project_id: int, yes: bool) -> None:
    """Bỏ bản nháp cùng các phiếu thử; biểu mẫu đang dùng không đổi. Không khôi phục được.

    Delete the draft with its test submissions; the form in use stays. There is no undo.
    """
    _warn_wiped(project_id, xml_form_id, yes)
    with database().transaction() as session:
        files = drafts.blobs_of(session, project_id, xml_form_id)
        wiped = drafts.delete(session, project_id, xml_form_id, SYSTEM_ID)
    _sweep(files)
    say(f"Đã bỏ bản nháp và {wiped} phiếu thử.", "draft and test submissions are gone")


@form.command("test-submissions", short_help="Phiếu thử của bản nháp | Test submissions")
@FORM
@PROJECT
@OUT
@SHOW
def test_submissions(xml_form_id: str, project_id: int, out: Path | None, show: str | None) -> None:
    """Mỗi dòng một phiếu thử: mã phiếu, phiên bản, lúc nhận, số tệp. --out ghi tất cả ra tệp, --show in câu trả lời.

    One test submission a line: instance ID, version, when it came, number of files. --out writes all to files, --show
    prints the answers of one.
    """
    with database().reading() as session:
        found = drafts.get(session, project_id, xml_form_id)
        kept = submissions.listed(session, project_id, xml_form_id)
        shown = submissions.get(session, project_id, xml_form_id, show) if show is not None else None
    if shown is not None:
        for name, text in submissions.answers(found, shown):
            tell(f"{name}\t{text}")
        return
    folders: set[str] = set()
    for one in kept:
        at = f"{one.received_at.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}"
        tell(f"{one.instance_id}\t{one.version}\t{at}\t{len(one.attachments)}")
        if out is not None:
            _export(out / free_name(safe_name(one.instance_id), folders), one)


def _sweep(files: set[str]) -> None:
    """Delete the files of a draft that is gone, but those that something else names, or that came today."""
    with database().reading() as session:
        stored_file.sweep(session, blobs(), files)


def _export(folder: Path, one: DraftSubmission) -> None:
    """The XML byte for byte, and the files beside it, each under its own name."""
    private.make_folder(folder)
    private.write(folder / SUBMISSION, one.xml)
    taken = {SUBMISSION}
    for file in one.attachments:
        name = free_name(safe_name(file["name"]), taken)
        private.write(folder / name, blobs().read(file["sha256"]))


def _print_draft(drafted: Drafted, title: str, project_id: int, url: str | None) -> None:
    name = quote(drafted.xml_form_id, safe="")
    address = f"{base_url(url)}/v1/test/{drafted.token}/projects/{project_id}/forms/{name}/draft"
    say(
        "Địa chỉ để thử trong ODK Collect (thêm dự án mới):",
        "test address, to be added as a project of its own:",
    )
    click.echo(address)
    segno.make(collect_settings.draft_code(address, title, settings().language), error="l").terminal(
        compact=True
    )
    warn_if_local(url)
    if drafted.sampled:
        names = ", ".join(drafted.sampled)
        say(f"Danh sách chỉ có dòng mẫu: {names}.", "entity lists with made-up rows")
    if drafted.missing:
        names = ", ".join(drafted.missing)
        say(f"! Còn thiếu tệp: {names}; chưa công bố được.", "files are missing; it cannot be published yet")
    if drafted.is_taken:
        say(
            f"! Phiên bản {drafted.version} đã dùng cho nội dung khác; xin tăng version trước khi công bố.",
            "that version stands for another text; raise it before publishing",
        )


def _warn_wiped(project_id: int, xml_form_id: str, yes: bool) -> None:
    """Say how many test submissions would go, and ask."""
    with database().reading() as session:
        sent = submissions.count(session, drafts.get(session, project_id, xml_form_id).form_id)
    if sent:
        say(
            f"! {sent} phiếu thử sẽ bị xóa. Muốn giữ: clb form test-submissions {xml_form_id} --out THƯ-MỤC",
            "test submissions will be wiped; write them to a folder first to keep them",
        )
        sure(yes)
