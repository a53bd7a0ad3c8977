"""Drafts: the one version of a form being prepared, tried out at an address of its own.

A draft never touches what is real. Its text is not encrypted by the server, so that what is sent to it can be read.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.blobs import Blob, BlobStore
from server.clock import now
from server.errors import FileNotFound, Problem
from server.models import DraftSubmission, Form, FormAttachment, FormDraft, FormVersion, Project
from server.services import audit
from server.services.form import draft_list, lookup, media, publication, text
from server.services.form.life import FormDeleted
from server.services.form.publication import Published
from server.services.form.text import Source

if TYPE_CHECKING:
    from forms.xlsform import ConvertedForm

TOKEN_BYTES = 32


class NoDraft(Problem):
    """The form has no draft."""

    code = "404.1"
    message_vi = (
        "Biểu mẫu “{xml_form_id}” không có bản nháp nào. Đưa bản nháp lên bằng: clb form draft put TỆP.xlsx"
    )
    message_en = "Form “{xml_form_id}” has no draft. Upload one with: clb form draft put FILE.xlsx"


class DraftEnded(Problem):
    """Nothing is tried out at this address: the token is wrong, or its draft was published or deleted."""

    code = "404.4"
    message_vi = (
        "Địa chỉ thử này không còn: bản nháp đã được công bố hoặc đã xóa, hoặc mã QR sai. Xin xin mã QR thử mới; "
        "phiếu thật thì gửi bằng dự án chính thức trên máy."
    )
    message_en = (
        "This test address has ended: its draft was published or deleted, or the code is wrong. Please ask for a new "
        "test code; send real forms from the real project."
    )


@dataclass(frozen=True, slots=True)
class Drafted:
    """What putting a draft came to.

    token: in its test address. is_replaced: there was a draft, and its address goes on. missing: files that must
    come before it can be published. sampled: entity lists that testers see made-up rows of. is_taken: the version
    string stands for another published text, so it must be raised before publishing.
    """

    xml_form_id: str
    version: str
    token: str
    is_replaced: bool
    missing: tuple[str, ...]
    sampled: tuple[str, ...]
    is_taken: bool


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of a draft. content: a stored file, or the whole of what stands in for an entity list; md5 its hash."""

    name: str
    media_type: str
    md5: str
    content: Blob | bytes


def put(
    session: Session,
    blobs: BlobStore,
    project_id: int,
    converted: "ConvertedForm",
    workbook: bytes,
    files: Mapping[str, bytes],
    actor_id: int,
) -> Drafted:
    """Make a converted workbook the draft of its form, a new form or the next version of a published one.

    files: name → content of the files at hand. A file not at hand is taken from the draft before, else from the
    published version. One under the name of an entity list is what testers see of that list, and is never published.
    A draft that takes another's place keeps its address and the test submissions.
    Raises ProjectNotFound, FormDeleted, NameRefused, BadFile.
    """
    publication.lock(session, project_id)
    source = text.of_workbook(blobs, converted, workbook)
    made = text.check(source.xml)
    form = lookup.find(session, project_id, made.xml_form_id)
    if form is None:
        form = publication.add(session, project_id, made.xml_form_id, actor_id)
    elif form.deleted_at is not None:
        raise FormDeleted(xml_form_id=form.xml_form_id)
    draft = session.get(FormDraft, form.id, with_for_update=True)
    is_replaced = draft is not None
    at_hand = media.take(blobs, made.media, files)
    draft_list.check(files, made.media, draft_list.names(session, project_id, source.schema))
    kept = _files_before(session, form, draft)
    if draft is None:
        draft = FormDraft(form_id=form.id, token=secrets.token_urlsafe(TOKEN_BYTES))
        session.add(draft)
    draft.version, draft.title, draft.xml, draft.md5 = made.version, made.title, source.xml, converted.md5
    draft.schema, draft.warnings = source.schema, source.warnings
    draft.workbook_sha256 = source.workbook_sha256
    draft.files = [_packed(name, at_hand.get(name) or kept.get(name)) for name in made.media]
    draft.created_at, draft.created_by = now(), actor_id
    session.flush()
    audit.log(session, actor_id, "form.update.draft.set", "form", form.id, {"version": made.version})
    return _drafted(session, form, draft, is_replaced)


def get(session: Session, project_id: int, xml_form_id: str) -> FormDraft:
    """The draft of a form. Raises FormNotFound, NoDraft."""
    form = lookup.get(session, project_id, xml_form_id)
    draft = session.get(FormDraft, form.id)
    if draft is None:
        raise NoDraft(xml_form_id=xml_form_id)
    return draft


def at(session: Session, token: str, project_id: int, xml_form_id: str) -> FormDraft:
    """The draft at a test address. Raises DraftEnded."""
    draft = session.scalar(
        select(FormDraft)
        .join(Form, Form.id == FormDraft.form_id)
        .join(Project, Project.id == Form.project_id)
        .where(FormDraft.token == token, Form.project_id == project_id, Form.xml_form_id == xml_form_id)
        .where(Form.deleted_at.is_(None), Project.deleted_at.is_(None))
    )
    if draft is None:
        raise DraftEnded
    return draft


def state(session: Session, project_id: int, xml_form_id: str) -> Drafted:
    """The draft of a form as it stands. Raises FormNotFound, NoDraft."""
    draft = get(session, project_id, xml_form_id)
    return _drafted(session, session.get_one(Form, draft.form_id), draft, is_replaced=True)


def delete(session: Session, project_id: int, xml_form_id: str, actor_id: int) -> int:
    """End a draft with its test submissions; how many those were. Raises FormNotFound, NoDraft."""
    publication.lock(session, project_id)
    draft = get(session, project_id, xml_form_id)
    wiped = _end(session, draft)
    audit.log(session, actor_id, "form.update.draft.delete", "form", draft.form_id, {"submissions": wiped})
    return wiped


def release(
    session: Session, blobs: BlobStore, project_id: int, xml_form_id: str, actor_id: int
) -> Published:
    """Publish a draft: it becomes the current version, and its address and test submissions end.

    The next draft gets another address: what testers' tablets still hold never reaches the real form.
    Raises FormNotFound, NoDraft, and what `publish` raises, MediaMissing among it; then the draft stays.
    """
    publication.lock(session, project_id)
    draft = get(session, project_id, xml_form_id)
    form = session.get_one(Form, draft.form_id)
    source = Source(draft.xml, draft.schema, draft.warnings, draft.workbook_sha256)
    published = publication.issue(session, blobs, form, source, stored(draft), actor_id)
    _end(session, draft)
    return published


def files(session: Session, blobs: BlobStore, draft: FormDraft) -> list[DraftFile]:
    """The files of a draft that can be served, in the order the form names them."""
    form = session.get_one(Form, draft.form_id)
    lists = draft_list.names(session, form.project_id, draft.schema)
    there = stored(draft)
    found = []
    for one in draft.files:
        name, kind, blob = one["name"], one["media_type"], there.get(one["name"])
        entity_list = draft_list.of(name)
        if entity_list in lists:
            given = blobs.read(blob.sha256) if blob is not None else None
            content = draft_list.written(name, lists[entity_list], given)
            md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
            found.append(DraftFile(name, kind, md5, content))
        elif blob is not None:
            found.append(DraftFile(name, kind, blob.md5, blob))
    return found


def file(session: Session, blobs: BlobStore, draft: FormDraft, name: str) -> DraftFile:
    """One file of a draft, by its name in NFC or not. Raises FileNotFound."""
    for found in files(session, blobs, draft):
        if found.name == media.nfc(name):
            return found
    raise FileNotFound(name=name)


def stored(draft: FormDraft) -> dict[str, Blob]:
    """The files of a draft that are there: name → blob."""
    return {
        file["name"]: Blob(file["sha256"], file["md5"], file["size"])
        for file in draft.files
        if file["sha256"] is not None
    }


def blobs_of(session: Session, project_id: int, xml_form_id: str) -> set[str]:
    """SHA-256 of the files that a draft and its test submissions name. Raises FormNotFound, NoDraft."""
    draft = get(session, project_id, xml_form_id)
    sent = select(DraftSubmission.attachments).where(DraftSubmission.form_id == draft.form_id)
    found = {file["sha256"] for files in session.scalars(sent) for file in files}
    found |= {blob.sha256 for blob in stored(draft).values()}
    return found | ({draft.workbook_sha256} if draft.workbook_sha256 is not None else set())


def _end(session: Session, draft: FormDraft) -> int:
    """Wipe a draft and what was sent to it; how many test submissions. What is just arriving comes before or fails."""
    session.refresh(draft, with_for_update=True)
    rows = session.execute(
        delete_rows(DraftSubmission)
        .where(DraftSubmission.form_id == draft.form_id)
        .returning(DraftSubmission.id)
    ).all()
    session.delete(draft)
    session.flush()
    return len(rows)


def _files_before(session: Session, form: Form, draft: FormDraft | None) -> dict[str, Blob]:
    """The files of the draft before, and those of the published version that it did not have."""
    rows = session.scalars(
        select(FormAttachment)
        .where(FormAttachment.form_version_id == form.current_version_id)
        .where(FormAttachment.sha256.is_not(None))
    )
    live = {row.name: Blob(row.sha256 or "", row.md5 or "", row.size or 0) for row in rows}
    return live | (stored(draft) if draft is not None else {})


def _packed(name: str, blob: Blob | None) -> dict[str, Any]:
    content = asdict(blob) if blob is not None else {"sha256": None, "md5": None, "size": None}
    return {"name": name, **content, "media_type": media.media_type(name)}


def _drafted(session: Session, form: Form, draft: FormDraft, is_replaced: bool) -> Drafted:
    lists = draft_list.names(session, form.project_id, draft.schema)
    absent = [file["name"] for file in draft.files if file["sha256"] is None]
    taken = session.scalar(
        select(FormVersion.md5).where(FormVersion.form_id == form.id, FormVersion.version == draft.version)
    )
    return Drafted(
        form.xml_form_id,
        draft.version,
        draft.token,
        is_replaced,
        tuple(name for name in absent if draft_list.of(name) not in lists),
        tuple(name for name in absent if draft_list.of(name) in lists),
        taken is not None and taken != draft.md5,
    )
