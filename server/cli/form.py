"""clb form: publishing questionnaires."""

from pathlib import Path

import click

from server import projection
from server.cli.shell import blobs, database, print_finding, say
from server.services import form as forms
from server.services.actor import SYSTEM_ID
from server.services.form import Published

MEDIA_FOLDER = "media"
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
    """Mỗi dòng một biểu mẫu: mã, phiên bản, tên, tình trạng.

    One form a line: ID, version, title, state.
    """
    with database().reading() as session:
        for one, version in forms.current_versions(session, project_id):
            click.echo(f"{one.xml_form_id}\t{version.version}\t{version.title}\t{one.state}")


def publish_file(file: Path, project_id: int, media: Path | None, validate: bool) -> Published:
    """Publish one workbook with the files beside it. A workbook published before is not converted again."""
    workbook = file.read_bytes()
    folder = media or file.parent / MEDIA_FOLDER
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}
    with database().reading() as session:
        same = forms.find_published(session, project_id, workbook)
    if same is not None:
        with database().transaction() as session:
            return forms.refresh(session, blobs(), same.id, files, SYSTEM_ID)
    converted, place = forms.convert(workbook, validate=validate)
    for finding in converted.warnings:
        print_finding(finding)
    with database().transaction() as session:
        return forms.publish(session, blobs(), project_id, converted, workbook, files, SYSTEM_ID, place)


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
