"""Encrypting the forms of a project with a key of its own, as ODK Central's managed encryption does.

What is encrypted feeds no club table, no report and no check: only an export with the passphrase shows its answers.
So forms are chosen one by one if wished, and those whose submissions make entities stay as they are.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from forms import encryption as reading
from server import projection
from server.blobs import Blob, BlobStore
from server.errors import FormNotFound, Problem
from server.models import Form, FormVersion, SubmissionAttachment, SubmissionVersion
from server.models.form import EncryptionKey
from server.services import audit, encryption_key, project
from server.services import form as forms
from server.services.form import media, publication
from server.services.form.text import Source


class AlreadyEncrypted(Problem):
    """The form or project asked for is encrypted already."""

    code = "409.3"
    message_vi = "{what} đã được mã hóa rồi."
    message_en = "{what} is encrypted already."


class NoManagedKey(Problem):
    """The project has no key of its own."""

    code = "404.1"
    message_vi = "Dự án số {project_id} chưa có khóa mã hóa (clb encryption enable)."
    message_en = "Project {project_id} has no encryption key yet (clb encryption enable)."


@dataclass(frozen=True, slots=True)
class Plan:
    """What enabling would do, by form ID. key: the project's key if it has one; None: one is to be made.

    encrypted: forms that get a new, encrypted version. counted: those among them that reports are made from, and
    would be no more. silenced: those among them that change rows of entity lists, and would no more; only a form that
    was named is among them. entities: forms left as they are because they write entity lists. others: forms that are
    encrypted already, with this or another key.
    """

    key: EncryptionKey | None
    encrypted: tuple[str, ...]
    counted: tuple[str, ...]
    silenced: tuple[str, ...]
    entities: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key of a project: is_managed when its private half is kept here. forms: those whose current version has it.

    submissions: texts of submissions encrypted with it. plain_files: files that came unencrypted beside those, because
    a tablet stopped while it encrypted; they are kept and exported as they are.
    """

    id: int
    is_managed: bool
    hint: str | None
    created_at: datetime
    forms: tuple[str, ...]
    submissions: int
    plain_files: int


def plan(session: Session, project_id: int, xml_form_ids: Collection[str] = ()) -> Plan:
    """What enabling would do for the forms named, or for all of a project when none is.

    Raises ProjectNotFound, FormNotFound, AlreadyEncrypted, EntitiesNeedAnswers (of a form that was named).
    """
    found = project.get(session, project_id)
    if not xml_form_ids and found.key_id is not None:
        raise AlreadyEncrypted(what=found.name)
    current = forms.current_versions(session, project_id)
    for name in {*xml_form_ids} - {form.xml_form_id for form, _ in current}:
        raise FormNotFound(xml_form_id=name)
    wanted: list[str] = []
    silenced: list[str] = []
    entities: list[str] = []
    others: list[str] = []
    for form, version in current:
        if xml_form_ids and form.xml_form_id not in xml_form_ids:
            continue
        if version.key_id is not None:
            _refuse_named(AlreadyEncrypted(what=form.xml_form_id), xml_form_ids)
            others.append(form.xml_form_id)
            continue
        written = encryption_key.lists_written(version.schema)
        if written.made:
            lists = ", ".join(written.made)
            _refuse_named(
                encryption_key.EntitiesNeedAnswers(xml_form_id=form.xml_form_id, lists=lists), xml_form_ids
            )
        if written.any and xml_form_ids:
            silenced.append(form.xml_form_id)
        (entities if written.any and not xml_form_ids else wanted).append(form.xml_form_id)
    counted = tuple(name for name in wanted if name in projection.FORMS)
    key = encryption_key.managed(session, project_id)
    return Plan(key, tuple(wanted), counted, tuple(silenced), tuple(entities), tuple(others))


def enable(
    session: Session,
    blobs: BlobStore,
    project_id: int,
    passphrase: str | None,
    hint: str | None,
    xml_form_ids: Collection[str],
    actor_id: int,
) -> list[forms.Published]:
    """Encrypt the forms named from now on, or all of a project, those published later included.

    Each gets a new version, and what tablets fill in with an older one still comes as plain text.
    passphrase: of the key to be made; not looked at when the project has one. Raises what `plan` does,
    PassphraseRefused.
    """
    publication.lock(session, project_id)
    planned = plan(session, project_id, xml_form_ids)
    key = planned.key or encryption_key.make(session, passphrase or "", hint)
    if not xml_form_ids:
        project.get(session, project_id).key_id = key.id
        session.flush()
    published = [
        _publish_again(session, blobs, forms.get(session, project_id, name), key, actor_id)
        for name in planned.encrypted
    ]
    details = {"encrypted": True, "forms": [one.xml_form_id for one in published]}
    audit.log(session, actor_id, "project.update", "project", project_id, details)
    return published


def change_passphrase(
    session: Session, project_id: int, old: str, new: str, hint: str | None, actor_id: int
) -> None:
    """Lock a project's private key with another passphrase; what was encrypted stays as it is.

    Raises NoManagedKey, WrongPassphrase, PassphraseRefused.
    """
    key = get_key(session, project_id)
    private = encryption_key.unlock(key, old)
    encryption_key.check_passphrase(new, hint)
    key.private, key.hint = encryption_key.lock(private, new), hint
    session.flush()
    audit.log(session, actor_id, "project.key.update", "project", project_id)


def get_key(session: Session, project_id: int) -> EncryptionKey:
    """The managed key of a project. Raises NoManagedKey."""
    project.get(session, project_id)
    key = encryption_key.managed(session, project_id)
    if key is None:
        raise NoManagedKey(project_id=project_id)
    return key


def keys(session: Session, project_id: int) -> list[KeyState]:
    """The keys that a project's forms are or were encrypted with, oldest first."""
    used = session.execute(
        select(FormVersion.key_id, FormVersion.id, Form.xml_form_id, Form.current_version_id)
        .join(Form, Form.id == FormVersion.form_id)
        .where(Form.project_id == project_id, FormVersion.key_id.is_not(None))
        .order_by(FormVersion.id)
    ).all()
    of_project = project.get(session, project_id).key_id
    ids = {row.key_id for row in used} | ({of_project} if of_project else set())
    found = session.scalars(select(EncryptionKey).where(EncryptionKey.id.in_(ids)).order_by(EncryptionKey.id))
    states = []
    for key in found:
        mine = [row for row in used if row.key_id == key.id]
        current = [row.xml_form_id for row in mine if row.id == row.current_version_id]
        submissions, plain = _counts(session, [row.id for row in mine])
        is_managed = key.private is not None
        states.append(
            KeyState(key.id, is_managed, key.hint, key.created_at, tuple(current), submissions, plain)
        )
    return states


def _refuse_named(problem: Problem, xml_form_ids: Collection[str]) -> None:
    """A form that was asked for by name must not be passed over silently."""
    if xml_form_ids:
        raise problem


def _publish_again(
    session: Session, blobs: BlobStore, form: Form, key: EncryptionKey, actor_id: int
) -> forms.Published:
    """The current text of a form once more, with the key and a version that says so, and with the same files."""
    version = session.get_one(FormVersion, form.current_version_id)
    sealed = reading.with_key(version.xml, key.public)
    source = Source(sealed, version.schema, version.warnings, version.workbook_sha256)
    files = {
        name: Blob(row.sha256, row.md5 or "", row.size or 0)
        for name, row in media.named(session, version.id).items()
        if row.sha256 is not None
    }
    return publication.issue(session, blobs, form, source, files, actor_id)


def _counts(session: Session, form_version_ids: Sequence[int]) -> tuple[int, int]:
    """Encrypted texts of these form versions, and files that came unencrypted beside them."""
    texts = (
        SubmissionVersion.form_version_id.in_(form_version_ids),
        SubmissionVersion.is_encrypted.is_(True),
    )
    submissions = session.scalar(select(func.count(SubmissionVersion.id)).where(*texts)) or 0
    plain = session.scalar(
        select(func.count(SubmissionAttachment.id))
        .join(SubmissionVersion, SubmissionVersion.id == SubmissionAttachment.submission_version_id)
        .where(*texts, SubmissionAttachment.is_expected.is_(False), SubmissionAttachment.is_current.is_(True))
    )
    return submissions, plain or 0
