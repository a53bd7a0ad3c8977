"""What becomes of a form after it was published: closing, deletion and return, and the way back to an older text."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms.xform_version import with_version
from server.blobs import Blob, BlobStore
from server.clock import now
from server.errors import FormNotFound, Problem
from server.models import Form, FormAttachment, FormDraft, FormVersion, Quarantine
from server.services import audit
from server.services.form import lookup, media, publication
from server.services.form.publication import Published
from server.services.form.text import Source

State = Literal["open", "closing", "closed"]
"""open: listed and taken; closing: no longer listed, still taken; closed: not listed, what comes is kept aside."""
HELD = ("closed_form", "deleted_form")
"""Why what came for a form was kept aside, when it is the form's state that is to blame."""
NUMBERED_FROM = 1
DIGITS = 2
DIGITS_FIRST = re.compile("[0-9]{1,30}")


class FormDeleted(Problem):
    """The form was deleted; it must be brought back first."""

    code = "409.5"
    message_vi = "Biểu mẫu “{xml_form_id}” đã bị xóa. Xin khôi phục trước: clb form restore {xml_form_id}"
    message_en = "Form “{xml_form_id}” was deleted. Please restore it first: clb form restore {xml_form_id}"


class VersionNotFound(Problem):
    """The form has no published version of that name."""

    code = "404.6"
    message_vi = "Biểu mẫu “{xml_form_id}” không có phiên bản “{version}”. Các phiên bản: {versions}."
    message_en = "Form “{xml_form_id}” has no version “{version}”. Its versions: {versions}."


class AlreadyCurrent(Problem):
    """There is no way back to the version that is current."""

    code = "409.6"
    message_vi = (
        "Phiên bản “{version}” của biểu mẫu “{xml_form_id}” đang là bản hiện hành; không có gì để quay lại."
    )
    message_en = (
        "Version “{version}” of form “{xml_form_id}” is the current one; there is nothing to go back to."
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """A form whose state was changed. was: the state before."""

    xml_form_id: str
    was: str


def set_state(session: Session, project_id: int, xml_form_id: str, state: State, actor_id: int) -> Changed:
    """Open or close a form. What tablets hold of it stays there, and may be sent while it is open or closing.

    Raises ProjectNotFound, FormNotFound.
    """
    form = locked(session, project_id, xml_form_id)
    was = form.state
    if was != state:
        form.state = state
        session.flush()
        audit.log(session, actor_id, "form.update", "form", form.id, {"state": state, "was": was})
    return Changed(form.xml_form_id, was)


def delete(session: Session, project_id: int, xml_form_id: str, actor_id: int) -> Changed:
    """Delete a form so that it can be brought back: its versions, files and submissions all stay.

    What tablets still send for it is kept aside. Raises ProjectNotFound, FormNotFound.
    """
    form = locked(session, project_id, xml_form_id)
    form.deleted_at = now()
    session.flush()
    audit.log(session, actor_id, "form.delete", "form", form.id)
    return Changed(form.xml_form_id, form.state)


def restore(session: Session, project_id: int, xml_form_id: str, actor_id: int) -> Changed:
    """Bring a deleted form back as it was; one that was not deleted stays as it is.

    Raises ProjectNotFound, FormNotFound.
    """
    publication.lock(session, project_id)
    form = lookup.find(session, project_id, xml_form_id)
    if form is None:
        raise FormNotFound(xml_form_id=xml_form_id)
    if form.deleted_at is not None:
        form.deleted_at = None
        session.flush()
        audit.log(session, actor_id, "form.restore", "form", form.id)
    return Changed(form.xml_form_id, form.state)


def rollback(
    session: Session,
    blobs: BlobStore,
    project_id: int,
    xml_form_id: str,
    version: str,
    actor_id: int,
    day: date,
) -> Published:
    """Publish the text of an older version under a new one, because tablets never go back to a version they had.

    day: today in Vietnam, which the new version is named for. Of its files, those that the current version has too
    are today's, for lists such as that of units only ever get better; the others are as they were.
    Raises ProjectNotFound, FormNotFound, VersionNotFound, AlreadyCurrent.
    """
    form = locked(session, project_id, xml_form_id)
    old = get_version(session, form, version)
    if old.id == form.current_version_id:
        raise AlreadyCurrent(xml_form_id=xml_form_id, version=version)
    return again(session, blobs, form, old, actor_id, day)


def again(
    session: Session, blobs: BlobStore, form: Form, old: FormVersion, actor_id: int, day: date
) -> Published:
    """Publish the text of a version once more, under a new version string. The form is locked by the caller."""
    version = next_version(session, form, day)
    source = Source(
        with_version(old.xml, version),
        old.schema,
        old.warnings,
        _workbook(blobs, old.workbook_sha256, version),
    )
    files = _stored(session, old.id)
    today = _stored(session, form.current_version_id)
    files |= {name: blob for name, blob in today.items() if name in files}
    return publication.issue(session, blobs, form, source, files, actor_id)


def next_version(session: Session, form: Form, day: date) -> str:
    """A version string in the house's numbering, the day and two digits, that is greater than all there are.

    The draft's is among them, so that the draft can still be published. Of a version that begins with digits, such as
    that of an encrypted form, those are compared; of any other nothing.
    """
    used = {
        *session.scalars(select(FormVersion.version).where(FormVersion.form_id == form.id)),
        *session.scalars(select(FormDraft.version).where(FormDraft.form_id == form.id)),
    }
    numbers = [int(begins[0]) for text in used if (begins := DIGITS_FIRST.match(text))]
    first = int(f"{day:%Y%m%d}{NUMBERED_FROM:0{DIGITS}}")
    return str(max([first, *(number + 1 for number in numbers)]))


def get_version(session: Session, form: Form, version: str) -> FormVersion:
    """A published version of a form. Raises VersionNotFound."""
    rows = lookup.versions(session, form)
    for row in rows:
        if row.version == version:
            return row
    named = ", ".join(f"“{row.version}”" for row in rows) or "–"
    raise VersionNotFound(xml_form_id=form.xml_form_id, version=version, versions=named)


def locked(session: Session, project_id: int, xml_form_id: str) -> Form:
    """A form that nobody else changes until the transaction ends. Raises ProjectNotFound, FormNotFound."""
    publication.lock(session, project_id)
    return lookup.get(session, project_id, xml_form_id)


def count_held(session: Session, project_id: int, xml_form_id: str) -> int:
    """Submissions kept aside because the form was closed or deleted, neither released nor dismissed yet."""
    return session.scalars(
        select(func.count())
        .where(Quarantine.project_id == project_id, Quarantine.xml_form_id == xml_form_id)
        .where(Quarantine.reason.in_(HELD))
        .where(Quarantine.released_at.is_(None), Quarantine.dismissed_at.is_(None))
    ).one()


def _stored(session: Session, version_id: int | None) -> dict[str, Blob]:
    """The stored files of a version; entity lists are filled by name."""
    rows: dict[str, FormAttachment] = media.named(session, version_id)
    return {
        name: Blob(row.sha256, row.md5 or "", row.size or 0)
        for name, row in rows.items()
        if row.sha256 is not None
    }


def _workbook(blobs: BlobStore, sha256: str | None, version: str) -> str | None:
    """The workbook under the new version, so that what is downloaded is what is live; None when there is none."""
    from forms.xlsform import version as workbooks  # importing pyxform takes a third of a second

    made = None if sha256 is None else workbooks.with_version(blobs.read(sha256), version)
    return None if made is None else blobs.store(made).sha256
