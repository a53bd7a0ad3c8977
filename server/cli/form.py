"""clb form: publishing questionnaires, and looking at them."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from server import clock, projection
from server.cli.shell import blobs, database, print_finding, say
from server.models import Form, FormDraft, FormVersion
from server.services import form as forms
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.file_name import safe_name
from server.services.form import Published
from server.services.submission import Released

MEDIA_FOLDER = "media"
STATES = {
    "open": ("mở", "open"),
    "closing": ("đang đóng: không liệt kê, vẫn nhận phiếu", "closing: not listed, submissions still taken"),
    "closed": ("đã đóng: phiếu gửi về được giữ riêng", "closed: what comes is kept aside"),
}
FORM = click.argument("xml_form_id", metavar="FORM")
PROJECT = click.option("--project", "project_id", default=1, show_default=True, help="Số dự án | Project")


@click.group(short_help="Biểu mẫu | Forms")
def form() -> None:
    """Biểu mẫu viết bằng Excel (XLSForm).

    Questionnaires written in Excel (XLSForm).
    """


@form.command(short_help="Đưa biểu mẫu lên | Publish a form")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@PROJECT
@click.option(
    "--media",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Thư mục tệp kèm theo (mặc định: thư mục media cạnh tệp Excel) | Folder of media files",
)
@click.option(
    "--validate/--no-validate", default=True, help="Kiểm tra bằng ODK Validate (cần Java) | Use ODK Validate"
)
def publish(files: tuple[Path, ...], project_id: int, media: Path | None, validate: bool) -> None:
    """Chuyển tệp Excel thành biểu mẫu, kiểm tra, rồi đưa lên cho máy tính bảng.

    Convert a workbook, check it, and publish it to tablets. The same workbook again changes nothing.
    """
    for file in files:
        print_published(publish_file(file, project_id, media, validate))


@form.command("list", short_help="Liệt kê biểu mẫu | List forms")
@PROJECT
def list_forms(project_id: int) -> None:
    """Mỗi dòng một biểu mẫu: mã, phiên bản, tên, tình trạng, số phiên bản, bản nháp, số máy được giao riêng.

    One form a line: ID, version, title, state, number of versions, version of the draft, app users it is assigned to
    besides those that get all forms.
    """
    with database().reading() as session:
        for one in forms.overview(session, project_id):
            version, title = (one.current.version, one.current.title) if one.current else ("–", "–")
            name = one.form.xml_form_id
            cells = (name, version, title, _state(one.form), one.versions, one.draft or "–", one.app_users)
            click.echo("\t".join(map(str, cells)))


@form.command("show", short_help="Xem một biểu mẫu | Show one form")
@FORM
@PROJECT
def show_form(xml_form_id: str, project_id: int) -> None:
    """Tình trạng, các tệp kèm theo, bản nháp, các máy được giao và số phiếu đang giữ riêng vì biểu mẫu đã đóng.

    State, files, draft, app users, and how many submissions are kept aside because the form is closed.
    """
    with database().reading() as session:
        one = forms.get(session, project_id, xml_form_id)
        current = forms.named(session, one.current_version_id)
        users = forms.assigned(session, project_id, one.id)
        held = forms.count_held(session, project_id, xml_form_id)
        draft = session.get(FormDraft, one.id)
        rows = forms.versions(session, one)
    say(f"Tình trạng: {STATES[one.state][0]}", f"state: {STATES[one.state][1]}")
    live = next((row for row in rows if row.id == one.current_version_id), None)
    say(f"Phiên bản hiện hành: {live.version if live else '–'}", f"current version; {len(rows)} in all")
    say(f"Bản nháp: {draft.version if draft else '–'}", "draft")
    for name, row in current.items():
        kind = "danh sách dùng chung | entity list" if row.entity_list_id else f"{row.size} B  md5:{row.md5}"
        click.echo(f"  {name}\t{kind}")
    say(f"Số máy nhận biểu mẫu này: {len(users)}", "app users that get it")
    if held:
        say(f"Số phiếu đang giữ riêng: {held}", "submissions kept aside")


@form.command("versions", short_help="Các phiên bản đã đưa lên | Published versions")
@FORM
@PROJECT
def list_versions(xml_form_id: str, project_id: int) -> None:
    """Mỗi dòng một phiên bản, mới nhất trước: phiên bản, lúc đưa lên, md5, tên; dấu * là bản hiện hành.

    One version a line, newest first: version, when it was published, MD5, title; * marks the current one. Submissions
    of every one of them are taken for ever.
    """
    with database().reading() as session:
        one = forms.get(session, project_id, xml_form_id)
        for row in forms.versions(session, one):
            mark = "*" if row.id == one.current_version_id else " "
            at = f"{row.published_at.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}"
            click.echo(f"{mark} {row.version}\t{at}\t{row.md5}\t{row.title}")


@form.command("download", short_help="Tải biểu mẫu về | Download a form")
@FORM
@click.option(
    "--version", help="Phiên bản; mặc định là bản hiện hành | Version; the current one unless given"
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Thư mục để ghi | Folder to write to",
)
@PROJECT
def download_form(xml_form_id: str, version: str | None, out: Path, project_id: int) -> None:
    """Ghi ra tệp Excel gốc, tệp XForm và các tệp kèm theo của một phiên bản.

    Write the workbook a version was made from, its XForm, and its files.
    """
    with database().reading() as session:
        one = forms.get(session, project_id, xml_form_id)
        found = forms.get_version(session, one, version) if version is not None else None
        row = found or session.get_one(FormVersion, one.current_version_id or 0)
        media = {name: file.sha256 for name, file in forms.named(session, row.id).items() if file.sha256}
    stem = safe_name(f"{xml_form_id}-{row.version}")
    _write(out / f"{stem}.xml", row.xml)
    if row.workbook_sha256 is not None:
        _write(out / f"{stem}.xlsx", blobs().read(row.workbook_sha256))
    else:
        say("! Phiên bản này không có tệp Excel.", "this version has no workbook")
    for name, sha256 in media.items():
        _write(out / MEDIA_FOLDER / safe_name(name), blobs().read(sha256))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    click.echo(str(path))


def _state(one: Form) -> str:
    return "deleted" if one.deleted_at is not None else one.state


def publish_file(file: Path, project_id: int, media: Path | None, validate: bool) -> Published:
    """Publish one workbook with the files beside it. A workbook published before is not converted again."""
    workbook, files = file.read_bytes(), read_media(media or file.parent / MEDIA_FOLDER)
    with database().reading() as session:
        same = forms.find_published(session, project_id, workbook)
    if same is not None:
        with database().transaction() as session:
            return forms.refresh(session, blobs(), same.id, files, SYSTEM_ID)
    converted, place = forms.convert(workbook, validate=validate)
    for finding in converted.warnings:
        print_finding(finding)
    with database().transaction() as session:
        published = forms.publish(session, blobs(), project_id, converted, workbook, files, SYSTEM_ID, place)
        taken = take_in(session, project_id, published.xml_form_id)
    say_taken(taken)
    return published


def take_in(session: Session, project_id: int, xml_form_id: str) -> Released:
    """Take in what was kept aside until now because tablets could not send this form."""
    form_id = forms.get(session, project_id, xml_form_id).id
    return submissions.release_for_form(session, blobs(), form_id, SYSTEM_ID)


def say_taken(released: Released) -> None:
    """What became of the submissions that were kept aside; nothing when there were none."""
    if released.taken:
        say(
            f"Đã nhận {released.taken} phiếu trước đây giữ riêng.",
            "submissions kept aside before are taken in now",
        )
    if released.held:
        say(
            f"{released.held} phiếu vẫn còn giữ riêng: xem clb quarantine list.",
            "submissions still kept aside: see clb quarantine list",
        )


def read_media(folder: Path) -> dict[str, bytes]:
    """The files of a folder: name → content; none when there is no such folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}


def print_published(published: Published) -> None:
    """What publishing came to."""
    name = f"{published.xml_form_id} {published.version}"
    if published.is_new:
        say(f"Đã đưa lên biểu mẫu {name}.", f"Published {name}.")
        _warn_unless_counted(published.xml_form_id)
    elif published.files_changed:
        names = ", ".join(published.files_changed)
        say(f"{name}: đã thay tệp {names}.", f"{name}: replaced {names}.")
    else:
        say(f"{name}: không có gì thay đổi.", f"{name}: nothing changed.")


def _warn_unless_counted(xml_form_id: str) -> None:
    """Say that no report reads a form: its ID may just be mistyped."""
    if xml_form_id not in projection.FORMS:
        known = ", ".join(projection.FORMS)
        say(
            f"! Báo cáo không đọc biểu mẫu “{xml_form_id}” (chỉ đọc: {known}). Nếu gõ nhầm, xin sửa ô form_id.",
            "no report reads this form; if its form_id is mistyped, correct it",
        )
