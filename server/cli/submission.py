"""clb submission: every text of every submission, and what people decide about them."""

from collections.abc import Callable, Iterator

import click

from forms.compare import Change
from server import clock
from server.cli.shell import blobs, database, say, tell
from server.clock import VIETNAM
from server.projection.checks.catalogue import worded_fault
from server.scope import Scope
from server.services import submission as submissions
from server.services.actor import SYSTEM_ID
from server.services.finding import in_both
from server.services.submission.review import STATES
from server.services.submission.text import DELETED, ONLY, File, Listed, Text

PROJECT = click.option("--project", "project_id", default=1, show_default=True, help="Số dự án | Project")
NUMBER = click.argument("number", type=int, metavar="SỐ")
TEXT = click.argument("text", default="", metavar="[BẢN]")
COMMENT = click.option("--comment", default="", help="Lý do, ghi vào nhật ký | Reason, for the audit log")
STANDINGS = {
    "current": "đang dùng | current",
    "replaced": "đã có bản sửa | replaced",
    "branch": "nhánh, chưa ai chọn | branch, undecided",
    "set_aside": "nhánh, đã gác lại | branch, set aside",
}
REVIEWS = {
    "received": "chưa duyệt | received",
    "edited": "có bản sửa | edited",
    "hasIssues": "có vấn đề | has issues",
    "rejected": "không duyệt | rejected",
    "approved": "đã duyệt | approved",
}


@click.group(short_help="Phiếu đã nhận | Submissions")
def submission() -> None:
    """Phiếu đã nhận: mọi bản của mỗi phiếu, duyệt, chọn bản, xóa và khôi phục.

    Submissions received: every text of each, review, choosing a text, deleting and restoring.
    """


@submission.command("list", short_help="Liệt kê phiếu | List submissions")
@PROJECT
@click.option("--form", "xml_form_id", default="", help="Mã biểu mẫu | Form ID")
@click.option(
    "--only",
    default="",
    type=click.Choice(["", *ONLY, DELETED]),
    help="branches có nhánh chưa chọn; incomplete thiếu tệp; empty-files tệp rỗng; unknown-version phiên bản lạ; "
    "encrypted mã hóa; failed chưa vào bảng; deleted đã xóa; hoặc tình trạng duyệt | Narrow the list",
)
def list_submissions(project_id: int, xml_form_id: str, only: str) -> None:
    """Mỗi dòng một phiếu, mới nhất trước: số, ngày nhận, biểu mẫu, tên phiếu, tình trạng, điều cần xem.

    One a line, newest first: number, day received, form, name, review state, what to see to.
    """
    page = 1
    with database().reading() as session:
        while rows := submissions.listed(session, _all(), project_id, only, xml_form_id, page):
            for one in rows:
                tell(_line(one))
            page += 1


@submission.command(short_help="Xem một phiếu | Show a submission")
@NUMBER
def show(number: int) -> None:
    """Một phiếu: máy gửi, tình trạng, các bản, các tệp của bản đang dùng.

    One submission: its sender, its state, its texts, the files of the current one.
    """
    with database().reading() as session:
        one = submissions.described(session, _all(), number)
        texts = submissions.texts(session, _all(), number)
    tell(_line(one))
    say(f"Máy: {one.sender or '–'} · {one.device_id or '–'}", "sender, device")
    if one.error:
        say(f"✗ {worded_fault(one.error)[0]}", worded_fault(one.error)[1])
    for text in texts:
        tell(_text_line(text))
        if text.standing == "current":
            for file in text.files:
                tell(_file_line(file))


@submission.command(short_help="Các bản và chỗ khác nhau | Texts and their differences")
@NUMBER
def versions(number: int) -> None:
    """Mọi bản của một phiếu theo thứ tự; dưới mỗi bản sửa là từng câu trả lời đã đổi so với bản nó sửa từ đó.

    Every text of a submission in order; below each edit, answer by answer, what it changed.
    """
    with database().reading() as session:
        texts = submissions.texts(session, _all(), number)
    for text in texts:
        tell(_text_line(text))
        for file in text.files:
            tell(_file_line(file))
        for change in text.changes or ():
            tell(_change_line(change))
        if text.changes == ():
            say("    không đổi câu nào", "no answer differs")


@submission.command(short_help="In XML gốc | Print the XML")
@NUMBER
@TEXT
def xml(number: int, text: str) -> None:
    """In XML của một phiếu, đúng từng byte. BẢN: số thứ tự hoặc mã phiếu; bỏ trống là bản đang dùng.

    Print the XML, byte for byte. BẢN: a text's number or instance ID; the current one without.
    """
    with database().reading() as session:
        content = submissions.xml(session, _all(), number, text)
    click.echo(content, nl=False)


@submission.command(short_help="Chọn bản đang dùng | Choose the current text")
@NUMBER
@click.argument("text", metavar="BẢN")
@COMMENT
def choose(number: int, text: str, comment: str) -> None:
    """Chọn một bản làm bản đang dùng; các bản khác nhánh được gác lại, vẫn đọc được. Số liệu theo ngay.

    Make a text the current one; those beside its line are set aside and stay readable. The tables follow at once.
    """
    with database().transaction() as session:
        submissions.choose(session, _all(), number, text, SYSTEM_ID, comment)
    say(f"Phiếu {number}: dùng bản {text}.", f"Submission {number}: text {text} is current.")


@submission.command(short_help="Duyệt | Review")
@NUMBER
@click.argument("state", type=click.Choice(STATES))
@COMMENT
def review(number: int, state: str, comment: str) -> None:
    """Ghi tình trạng duyệt: hasIssues có vấn đề, rejected không duyệt, approved đã duyệt, received chưa duyệt.

    Tình trạng không làm đổi số liệu; muốn bỏ phiếu khỏi báo cáo thì xóa phiếu.

    Set the review state. It changes no figures: to take a submission out of reports, delete it.
    """
    with database().transaction() as session:
        submissions.review(session, _all(), number, state, SYSTEM_ID, comment)
    say(f"Phiếu {number}: {REVIEWS[state].split(' | ')[0]}.", REVIEWS[state].split(" | ")[1])


@submission.command(short_help="Xóa phiếu | Delete")
@NUMBER
@COMMENT
def delete(number: int, comment: str) -> None:
    """Bỏ một phiếu khỏi số liệu và báo cáo ngay. Các bản và tệp vẫn được giữ; lấy lại bằng restore.

    Take a submission out of tables and reports at once. Its texts and files are kept; restore brings it back.
    """
    with database().transaction() as session:
        submissions.delete(session, _all(), number, SYSTEM_ID, comment)
    say(f"Đã xóa phiếu {number}. Hoàn tác: clb submission restore {number}", "deleted, and how to undo it")


@submission.command(short_help="Khôi phục phiếu đã xóa | Restore")
@NUMBER
def restore(number: int) -> None:
    """Đưa một phiếu đã xóa trở lại, cùng các bản sửa đến trong lúc ấy.

    Bring a deleted submission back, with the edits that came meanwhile.
    """
    with database().transaction() as session:
        submissions.restore(session, _all(), blobs(), number, SYSTEM_ID)
    say(f"Đã khôi phục phiếu {number}.", f"Submission {number} is restored.")


def _all() -> Scope:
    return Scope(None, SYSTEM_ID, clock.today())


def _line(one: Listed) -> str:
    received = one.received_at.astimezone(VIETNAM)
    notes = "; ".join(_notes(one))
    return (
        f"{one.id}\t{received:%d/%m/%Y %H:%M}\t{one.xml_form_id}\t{one.instance_name or one.instance_id}\t"
        f"{REVIEWS[one.review_state]}{' · ' + notes if notes else ''}"
    )


def _notes(one: Listed) -> Iterator[str]:
    """What a person should see to."""
    if one.deleted_at is not None:
        yield f"đã xóa {one.deleted_at.astimezone(VIETNAM):%d/%m/%Y} | deleted"
    if one.branches:
        yield f"{one.branches} nhánh chưa chọn | undecided"
    if one.awaited:
        yield f"thiếu {one.awaited} tệp | files missing"
    if one.state == "failed":
        yield "chưa vào bảng | in no table"


def _text_line(text: Text) -> str:
    received = text.received_at.astimezone(VIETNAM)
    of = f" ← {text.replaces}" if text.replaces else ""
    version = text.version if text.is_version_known else f"{text.version} (phiên bản lạ | unknown version)"
    lock = " · mã hóa | encrypted" if text.is_encrypted else ""
    return (
        f"{text.number}{of}\t{received:%d/%m/%Y %H:%M}\t{text.instance_id}\t{version}\t"
        f"{text.sender or '–'}\t{STANDINGS[text.standing]}{lock}"
    )


def _file_line(file: File) -> str:
    if file.size is None:
        state = "chưa đến | missing"
    elif file.size == 0:
        state = "rỗng | empty"
    else:
        state = f"{file.size} B"
    extra = "" if file.is_expected else " · không có trong phiếu | not named in the form"
    older = "" if file.is_current else " · bản cũ | older"
    return f"    {file.name}\t{state}{extra}{older}"


def _change_line(change: Change) -> str:
    """The question by its Vietnamese label, and both answers; those of choices by their labels."""
    field = change.field
    label = in_both(field.label)[0] if field is not None and field.label else "/".join(change.path)
    place = "".join(f"[{position}]" for position in change.positions)
    shown = _shown(change)
    return f"    {label}{place}: {shown(change.before)} → {shown(change.after)}"


def _shown(change: Change) -> Callable[[str | None], str]:
    choices = {one.name: one.label for one in change.field.choices} if change.field is not None else {}

    def shown(answer: str | None) -> str:
        if answer is None:
            return "–"
        words = [answer] if answer in choices else answer.split() if choices else []
        known = [in_both(choices[word])[0] if choices.get(word) else word for word in words]
        return ", ".join(known) or answer

    return shown
