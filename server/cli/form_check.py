"""clb form check, diff: what is wrong with a workbook, and what it would change."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson
from sqlalchemy.exc import OperationalError, ProgrammingError

from server.cli.form import MEDIA_FOLDER, PROJECT, form, read_media
from server.cli.shell import LINES, database, print_finding, say, tell
from server.i18n import Language, both
from server.log import printable
from server.services.form import change
from server.services.form.change import Checked, Impact

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
LANGUAGE = click.option(
    "--language", type=click.Choice(["vi", "en"]), help="Chỉ một thứ tiếng | One language only"
)
MEDIA = click.option(
    "--media",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Thư mục tệp kèm theo (mặc định: thư mục media cạnh tệp Excel) | Folder of media files",
)
VALIDATE = click.option(
    "--validate/--no-validate", default=True, help="Kiểm tra bằng ODK Validate (cần Java) | Use ODK Validate"
)
JSON = click.option("--json", "as_json", is_flag=True, help="In kết quả dạng JSON | Print JSON")
CELL_CHARACTERS = 60
KINDS = {
    "form": ("biểu mẫu", "form"),
    "added": ("thêm", "added"),
    "gone": ("bỏ", "gone"),
    "renamed": ("đổi tên?", "renamed?"),
    "moved": ("chuyển chỗ", "moved"),
    "type": ("đổi loại", "type"),
    "label": ("câu chữ", "wording"),
    "choices": ("lựa chọn", "choices"),
    "logic": ("công thức", "logic"),
}


@form.command("check", short_help="Kiểm tra tệp Excel | Check a workbook")
@FILE
@PROJECT
@LANGUAGE
@click.option(
    "--marked",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT.xlsx",
    help="Ghi bản sao có tô màu và ghi chú ở từng ô | Write a copy with the cells coloured and noted",
)
@MEDIA
@VALIDATE
@JSON
def check_form(
    file: Path,
    project_id: int,
    language: Language | None,
    marked: Path | None,
    media: Path | None,
    validate: bool,
    as_json: bool,
) -> None:
    """Báo mọi lỗi của một tệp Excel trong một lần: trang và ô, sai gì, sửa thế nào. Không thay đổi gì trên máy chủ.

    Tell everything that is wrong with a workbook at once: sheet and cell, what is wrong, what to do. Nothing changes on
    the server. The status is 1 when there is an error.
    """
    workbook = file.read_bytes()
    examined = _examine(workbook, project_id, media or file.parent / MEDIA_FOLDER, validate)
    checked, findings = Checked(examined, None, (), None), examined.findings
    errors = sum(one.severity == "error" for one in findings)
    if as_json:
        _print_json(checked)
    else:
        for finding in findings:
            print_finding(finding, language)
        say(f"{errors} lỗi, {len(findings) - errors} lưu ý.", "errors and warnings")
    if marked is not None:
        _write_marked(marked, workbook, checked, language or "vi")
    if errors:
        raise SystemExit(1)


@form.command("diff", short_help="So với bản đang dùng | Compare with the published form")
@FILE
@PROJECT
@LANGUAGE
@MEDIA
@VALIDATE
@JSON
def diff_form(
    file: Path,
    project_id: int,
    language: Language | None,
    media: Path | None,
    validate: bool,
    as_json: bool,
) -> None:
    """Tệp Excel khác bản đang dùng ở chỗ nào, và ai bị ảnh hưởng: chỉ tiêu, báo cáo, bản xuất, máy tính bảng.

    What a workbook changes against the published version, and who feels it: indicators, reports, exports, tablets; and
    what still blocks publishing.
    """
    workbook, files = file.read_bytes(), read_media(media or file.parent / MEDIA_FOLDER)
    with database().reading() as session:
        known = change.known(session, project_id, workbook)
    examined = change.examine(workbook, files, known, validate=validate)
    with database().reading() as session:
        checked = change.compare(session, project_id, known, examined)
    if as_json:
        _print_json(checked)
    else:
        _print_differences(checked, language or "vi")
        if checked.impact is not None:
            _print_impact(checked.impact, language or "vi")
    blocking = [one for one in checked.examined.findings if one.severity == "error"]
    if blocking:
        say(
            f"Chưa công bố được vì còn {len(blocking)} lỗi:",
            "errors block publishing; see clb form check",
        )
        for finding in blocking:
            print_finding(finding, language)
        raise SystemExit(1)


def _examine(workbook: bytes, project_id: int, folder: Path, validate: bool) -> Any:
    """Examine against the server's forms; by itself where there is no database yet, as on an editor's own machine."""
    try:
        with database().reading() as session:
            known = change.known(session, project_id, workbook)
    except (OperationalError, ProgrammingError):
        known = None
        vi, en = "! Không có cơ sở dữ liệu: chỉ kiểm tra tệp.", "no database: the file is checked by itself"
        click.echo(both(vi, en), err=True)
    files = read_media(folder) if folder.is_dir() else None
    return change.examine(workbook, files, known, validate=validate)


def _write_marked(path: Path, workbook: bytes, checked: Checked, language: Language) -> None:
    from forms.lint.mark import mark  # openpyxl takes a while to import.

    made = mark(workbook, checked.examined.findings, language)
    path.write_bytes(made.content)
    say(f"Đã ghi bản đánh dấu: {path}", "marked copy")
    if made.lost:
        lost = ", ".join(vi for vi, _ in made.lost)
        say(
            f"! Bản đánh dấu không giữ được: {lost}. Nếu cần thì sửa trong tệp gốc.",
            f"it could not keep: {', '.join(en for _, en in made.lost)}",
        )


def _print_json(checked: Checked) -> None:
    made = checked.examined.written
    result: dict[str, Any] = {
        "form_id": made.xml_form_id if made else None,
        "version": made.version if made else None,
        "findings": [asdict(one) for one in checked.examined.findings],
        "older": checked.older,
        "differences": [asdict(one) for one in checked.differences],
        "impact": asdict(checked.impact) if checked.impact else None,
    }
    click.echo(orjson.dumps(result, option=orjson.OPT_INDENT_2).decode())


def _print_differences(checked: Checked, language: Language) -> None:
    """A table: what, which question, before, after; then the sentence. ▲ marks what older answers lose by."""
    made = checked.examined.written
    if checked.older is None:
        if made is not None:
            say(f"{made.xml_form_id} chưa công bố lần nào: không có gì để so.", "it was never published")
        return
    say(f"So với phiên bản {checked.older}:", f"against version {checked.older}")
    if not checked.differences:
        say("Không có gì khác.", "nothing differs")
    for one in checked.differences:
        mark = "▲" if one.is_loss else " "
        kind = KINDS[one.kind][language == "en"]
        cells = (kind, one.name, _short(one.before), _short(one.after))
        tell(f"{mark} " + "\t".join(cells))
        tell(f"    {one.vi if language == 'vi' else one.en}")


def _short(text: str) -> str:
    line = " ".join(text.split()) or "–"
    return line if len(line) <= CELL_CHARACTERS else line[: CELL_CHARACTERS - 1] + "…"


def _print_impact(impact: Impact, language: Language) -> None:
    names = change.indicator_names(impact.indicators, language)
    _line("Chỉ tiêu có thể thay đổi", "indicators that may change", names)
    reports = ["báo cáo cả nước, tỉnh, tóm tắt", "trang xã, phiếu thông tin CLB"] if impact.indicators else []
    _line("Báo cáo đọc các chỉ tiêu này", "reports that read them", reports)
    touched = [f"{one.question} → {', '.join(one.columns)}{' ▲' * one.is_loss}" for one in impact.touched]
    _line("Bảng số liệu CLB", "club tables", touched)
    _line("Cột mới trong bản xuất", "new columns of exports", impact.added)
    _line("Cột chỉ còn ở phiếu cũ", "columns of older submissions only", impact.gone)
    _line("Thuộc tính danh sách không còn ghi", "list properties not written any more", impact.properties)
    say(
        f"Máy tính bảng có biểu này: {impact.tablets}, trong đó {impact.outdated} máy còn giữ bản cũ hơn. "
        "Máy tải bản mới ở lần đồng bộ sau; phiếu đang điền dở vẫn gửi được.",
        f"tablets with the form: {impact.tablets}, {impact.outdated} of them behind the published version",
    )


def _line(vi: str, en: str, items: Iterable[str]) -> None:
    shown = ", ".join(items)
    say(f"{vi}: {printable(shown, keep=LINES) or '–'}", en)
