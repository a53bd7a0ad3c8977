"""clb form: what becomes of a form after it was published, and which tablets get it."""

from pathlib import Path
from typing import cast

import click

from server import clock
from server.cli.form import FORM, PROJECT, STATES, form, print_published, say_taken, take_in
from server.cli.shell import blobs, database, say, sure
from server.services import form as forms
from server.services.actor import SYSTEM_ID
from server.services.form import Effect, State

YES = click.option("--yes", is_flag=True, help="Không hỏi lại | Do not ask")
APP_USERS = click.argument("actor_ids", metavar="APP_USER...", type=int, nargs=-1, required=True)


@form.command("state", short_help="Mở hoặc đóng | Open or close")
@click.argument("state", type=click.Choice(list(STATES)))
@click.argument("xml_form_ids", metavar="FORM...", nargs=-1, required=True)
@PROJECT
@YES
def set_state(state: str, xml_form_ids: tuple[str, ...], project_id: int, yes: bool) -> None:
    """Đổi tình trạng: open (mở), closing (không liệt kê nhưng vẫn nhận phiếu còn trong máy), closed (đóng; phiếu gửi về
    được giữ riêng). Nên dùng closing trước, closed sau khi mọi máy đã gửi xong.

    Change the state: open, closing (not listed, what tablets hold is still taken), closed (what comes is kept aside).
    Use closing first, and closed when all tablets have sent.
    """
    if state != "open":
        _warn(project_id, xml_form_ids, can_send=state == "closing")
        sure(yes)
    with database().transaction() as session:
        changed = [
            forms.set_state(session, project_id, name, cast(State, state), SYSTEM_ID) for name in xml_form_ids
        ]
        taken = [take_in(session, project_id, one.xml_form_id) for one in changed if state != "closed"]
    for one in changed:
        undo = f"clb form state {one.was} {one.xml_form_id}"
        say(f"{one.xml_form_id}: {one.was} → {state}. Hoàn tác: {undo}", "changed, and how to undo it")
    for released in taken:
        say_taken(released)


@form.command("delete", short_help="Xóa (khôi phục được) | Delete, to be restored")
@FORM
@PROJECT
@YES
def delete_form(xml_form_id: str, project_id: int, yes: bool) -> None:
    """Xóa một biểu mẫu: máy tính bảng không còn thấy, phiếu gửi về được giữ riêng; số liệu đã nhận vẫn còn.

    Delete a form: tablets no longer see it, what they send is kept aside; what was received stays.
    """
    _warn(project_id, [xml_form_id], can_send=False)
    sure(yes)
    with database().transaction() as session:
        forms.delete(session, project_id, xml_form_id, SYSTEM_ID)
    say(
        f"Đã xóa biểu mẫu {xml_form_id}. Hoàn tác: clb form restore {xml_form_id}",
        "deleted, and how to undo it",
    )


@form.command("restore", short_help="Khôi phục | Bring back")
@FORM
@PROJECT
def restore_form(xml_form_id: str, project_id: int) -> None:
    """Đưa một biểu mẫu đã xóa trở lại như trước khi xóa.

    Bring a deleted form back as it was.
    """
    with database().transaction() as session:
        back = forms.restore(session, project_id, xml_form_id, SYSTEM_ID)
        taken = take_in(session, project_id, xml_form_id)
    say(f"{back.xml_form_id}: đã khôi phục, tình trạng {back.was}.", "restored")
    say_taken(taken)


@form.command("rollback", short_help="Quay về phiên bản cũ | Go back to an older version")
@FORM
@click.argument("version")
@PROJECT
@YES
def roll_back(xml_form_id: str, version: str, project_id: int, yes: bool) -> None:
    """Đưa nội dung của một phiên bản cũ lên lại dưới một số phiên bản mới: máy tính bảng không bao giờ tự quay về bản
    đã có. Phiếu của mọi phiên bản vẫn được nhận.

    Publish the text of an older version again under a new version string, because tablets never go back to one they
    had. Submissions of every version are still taken.
    """
    with database().reading() as session:
        one = forms.get(session, project_id, xml_form_id)
        forms.get_version(session, one, version)
        now = next(row.version for row in forms.versions(session, one) if row.id == one.current_version_id)
    say(
        f"Nội dung bản {version} sẽ thay bản {now} trên mọi máy.", f"the text of {version} will replace {now}"
    )
    sure(yes)
    with database().transaction() as session:
        published = forms.rollback(
            session, blobs(), project_id, xml_form_id, version, SYSTEM_ID, clock.today()
        )
    print_published(published)
    say(
        f"Hoàn tác: clb form rollback {xml_form_id} {now}. Tệp Excel đang dùng: clb form download {xml_form_id}",
        "undo, and the workbook that is live now: edit that one from here on",
    )


@form.command("media", short_help="Xem hoặc thay tệp kèm theo | List or replace files")
@FORM
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@PROJECT
def media(xml_form_id: str, files: tuple[Path, ...], project_id: int) -> None:
    """Không kèm tệp: liệt kê các tệp của biểu mẫu. Kèm tệp: thay tệp cùng tên ngay trên biểu mẫu đang dùng; phiên bản
    không đổi, máy tính bảng tự tải tệp mới ở lần cập nhật sau.

    Without files: list those of the form. With files: replace those of the same names on the live form; its version
    stays, and tablets fetch the new file at their next update.
    """
    with database().transaction() as session:
        one = forms.locked(session, project_id, xml_form_id)
        given = {file.name: file.read_bytes() for file in files}
        changed = forms.replace(session, blobs(), one, given, SYSTEM_ID) if given else ()
        rows = forms.named(session, one.current_version_id)
    for name, row in rows.items():
        kind = "danh sách dùng chung | entity list" if row.entity_list_id else f"{row.size} B\tmd5:{row.md5}"
        click.echo(f"{'→ ' if name in changed else ''}{name}\t{kind}")
    if files and not changed:
        say("Không có tệp nào khác.", "no file differs")


@form.command("assign", short_help="Giao biểu mẫu cho máy | Assign to app users")
@FORM
@APP_USERS
@PROJECT
def assign(xml_form_id: str, actor_ids: tuple[int, ...], project_id: int) -> None:
    """Giao một biểu mẫu cho các máy (số máy xem ở clb app-user list).

    Assign a form to app users; their numbers are in clb app-user list.
    """
    with database().transaction() as session:
        new = [one for one in actor_ids if forms.assign(session, project_id, xml_form_id, one, SYSTEM_ID)]
        taken = take_in(session, project_id, xml_form_id)
    for one in actor_ids:
        if one in new:
            say(
                f"Máy {one}: đã giao. Hoàn tác: clb form unassign {xml_form_id} {one}",
                "assigned, and how to undo it",
            )
        else:
            say(f"Máy {one}: đã có sẵn.", "gets it already")
    say_taken(taken)


@form.command("unassign", short_help="Thôi giao | Take from app users")
@FORM
@APP_USERS
@PROJECT
@YES
def unassign(xml_form_id: str, actor_ids: tuple[int, ...], project_id: int, yes: bool) -> None:
    """Lấy một biểu mẫu khỏi các máy. Phiếu của nó còn trong máy, nếu gửi sau, được giữ riêng. Máy đang nhận mọi
    biểu mẫu thì từ nay chỉ nhận những biểu mẫu khác đang có. Lấy biểu mẫu cuối cùng của một máy thì phải thêm --yes.

    Take a form from app users. What their tablets still hold of it is kept aside when sent. One that gets all forms
    gets all others there are from now on. The last form of a tablet is taken only with --yes.
    """
    with database().transaction() as session:
        form_id = forms.get(session, project_id, xml_form_id).id
        got_all = {one.actor_id for one in forms.assigned(session, project_id, form_id) if one.gets_all}
        taken = [
            one
            for one in actor_ids
            if forms.unassign(session, project_id, xml_form_id, one, SYSTEM_ID, may_empty=yes)
        ]
    for one in actor_ids:
        if one in taken:
            undo = f"assign-all {one}" if one in got_all else f"assign {xml_form_id} {one}"
            say(f"Máy {one}: đã lấy lại. Hoàn tác: clb form {undo}", "taken, and how to undo it")
        else:
            say(f"Máy {one}: không có biểu mẫu này.", "does not get it")


@form.command("assign-all", short_help="Giao mọi biểu mẫu | Assign all forms")
@APP_USERS
@PROJECT
def assign_all(actor_ids: tuple[int, ...], project_id: int) -> None:
    """Cho các máy nhận mọi biểu mẫu của dự án, kể cả biểu mẫu đưa lên sau này.

    Let app users get every form of the project, those published later too.
    """
    with database().transaction() as session:
        for one in actor_ids:
            forms.assign_all(session, project_id, one, SYSTEM_ID)
    say(f"Số máy nhận mọi biểu mẫu: {len(actor_ids)}.", "app users that get all forms now")


@form.command("assigned", short_help="Máy nào nhận biểu mẫu | Who gets a form")
@FORM
@PROJECT
def list_assigned(xml_form_id: str, project_id: int) -> None:
    """Mỗi dòng một máy nhận biểu mẫu này: số, tên, được giao riêng hay nhận mọi biểu mẫu.

    One app user a line: number, name, assigned this form or gets all.
    """
    with database().reading() as session:
        for one in forms.assigned(session, project_id, forms.get(session, project_id, xml_form_id).id):
            kind = "mọi biểu mẫu | all forms" if one.gets_all else "giao riêng | assigned"
            click.echo(f"{one.actor_id}\t{one.name}\t{kind}")


def _warn(project_id: int, xml_form_ids: tuple[str, ...] | list[str], *, can_send: bool) -> None:
    """Say what it means for tablets that forms leave their list."""
    with database().reading() as session:
        ids = [forms.get(session, project_id, name).id for name in xml_form_ids]
        effect = forms.effect(session, project_id, ids)
    names = ", ".join(xml_form_ids)
    say(
        f"! {effect.losing} máy sẽ không còn thấy biểu mẫu: {names}.",
        "tablets lose the form at their next update",
    )
    _warn_emptied(effect)
    if can_send:
        say("Phiếu đã điền còn trong máy vẫn gửi được.", "filled forms on tablets can still be sent")
    else:
        say(
            "Phiếu còn trong máy, nếu gửi sau, không vào số liệu mà được giữ riêng.",
            "what tablets still hold is kept aside when it is sent, and counts nowhere until it is released",
        )


def _warn_emptied(effect: Effect) -> None:
    if effect.emptied:
        say(
            f"! Trong đó {effect.emptied} máy không còn biểu mẫu nào.",
            "of those, tablets left without any form",
        )
