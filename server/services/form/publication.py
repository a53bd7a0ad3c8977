"""Publishing: a text becomes the current version of its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.blobs import Blob, BlobStore
from server.clock import now
from server.errors import VersionSuperseded, VersionTaken
from server.models import Form, FormAttachment, FormVersion, Project
from server.services import audit, encryption_key, entity, project
from server.services.form import media, text
from server.services.form.text import Source, Text

if TYPE_CHECKING:  # pyxform takes a third of a second to import, and only the command line converts.
    from forms.xlsform import ConvertedForm


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing came to. is_new: a version that was not there; files_changed: names of files now different."""

    xml_form_id: str
    version: str
    is_new: bool
    files_changed: tuple[str, ...]


def find_published(session: Session, project_id: int, workbook: bytes) -> FormVersion | None:
    """The current version that was made from this very workbook, which then need not be converted again."""
    return session.scalar(
        select(FormVersion)
        .join(Form, Form.current_version_id == FormVersion.id)
        .where(Form.project_id == project_id, Form.deleted_at.is_(None))
        .where(FormVersion.workbook_sha256 == media.sha256_of(workbook))
    )


def is_past(session: Session, project_id: int, workbook: bytes) -> bool:
    """Whether this very workbook was published once, and somebody has since put another text in its place or deleted
    the form: it is not to come back by itself."""
    was_published = session.scalar(
        select(FormVersion.id)
        .join(Form, Form.id == FormVersion.form_id)
        .where(Form.project_id == project_id, FormVersion.workbook_sha256 == media.sha256_of(workbook))
        .limit(1)
    )
    return was_published is not None and find_published(session, project_id, workbook) is None


def publish(
    session: Session,
    blobs: BlobStore,
    project_id: int,
    converted: "ConvertedForm",
    workbook: bytes,
    files: Mapping[str, bytes],
    actor_id: int,
    place: str = "settings!version",
) -> Published:
    """Make a converted workbook the current version of its form, with its files and entity lists.

    files: name → content of the files at hand; those the form does not name are left aside. The same text and files
    again change nothing; other files under the same text replace those there were. place: sheet and cell of the
    version, for what is said when it is taken. A deleted form comes back.
    Raises ProjectNotFound, NameRefused, BadFile, MediaMissing, ColumnsMissing, VersionTaken (the version string
    stands for another text: tablets would lose the form), VersionSuperseded (tablets keep the version they fetched
    last, so there is no way back but `rollback`), and what sealing a form to be encrypted does.
    """
    source = text.of_workbook(blobs, converted, workbook)
    text.check(source.xml)
    form = get_or_add(session, project_id, converted.xml_form_id, actor_id)
    at_hand = media.take(blobs, map(media.nfc, converted.media), files)
    return issue(session, blobs, form, source, at_hand, actor_id, place)


def issue(
    session: Session,
    blobs: BlobStore,
    form: Form,
    source: Source,
    files: Mapping[str, Blob],
    actor_id: int,
    place: str = "settings!version",
) -> Published:
    """Make a text the current version of a form that the caller has locked. Raises as `publish`.

    Where its submissions are to be encrypted, the text gets the key and another version (`encryption_key.seal`).
    """
    sealed = encryption_key.seal(session, form, source.xml, source.schema)
    made = text.finish(sealed.xml)
    version = _find(session, form, made, place)
    is_new = version is None
    if version is None:
        version = _add(session, form, made, source, sealed.key_id, actor_id)
    entity.declare(session, form.project_id, text.entity_lists_written(source), actor_id)
    changed = media.fill(session, blobs, form, version.id, made.media, files)
    if is_new or changed:
        action = "form.update.publish" if is_new else "form.attachment.update"
        details = {"version": made.version, "files": list(changed)}
        audit.log(session, actor_id, action, "form", form.id, details)
    return Published(form.xml_form_id, made.version, is_new, changed)


def refresh(
    session: Session, blobs: BlobStore, version_id: int, files: Mapping[str, bytes], actor_id: int
) -> Published:
    """Replace files of a published version by newer ones of the same names; its text stays as it is.

    Files it does not name, and those that are entity lists, are left aside. Raises BadFile, ColumnsMissing.
    """
    version = session.get_one(FormVersion, version_id)
    form = session.get_one(Form, version.form_id)
    names = session.scalars(
        select(FormAttachment.name).where(FormAttachment.form_version_id == version_id)
    ).all()
    changed = media.fill(session, blobs, form, version_id, names, media.take(blobs, names, files))
    if changed:
        details = {"version": version.version, "files": list(changed)}
        audit.log(session, actor_id, "form.attachment.update", "form", form.id, details)
    return Published(form.xml_form_id, version.version, False, changed)


def lock(session: Session, project_id: int) -> None:
    """Let one publish at a time in a project, until the transaction ends; tablets send and fetch meanwhile.

    Two that made the same form, version or entity list at once would else fail on each other's rows. It comes first,
    before anything is read that the other may be changing. Raises ProjectNotFound.
    """
    session.execute(select(Project.id).where(Project.id == project_id).with_for_update(key_share=True))
    project.get(session, project_id)


def get_or_add(session: Session, project_id: int, xml_form_id: str, actor_id: int) -> Form:
    """The form of that ID, locked with all of its project; a deleted one comes back. Raises ProjectNotFound."""
    lock(session, project_id)
    form = session.scalar(select(Form).where(Form.project_id == project_id, Form.xml_form_id == xml_form_id))
    if form is None:
        form = add(session, project_id, xml_form_id, actor_id)
    elif form.deleted_at is not None:
        form.deleted_at = None
        audit.log(session, actor_id, "form.restore", "form", form.id)
    return form


def add(session: Session, project_id: int, xml_form_id: str, actor_id: int) -> Form:
    """A form without a version: no tablet sees it yet."""
    form = Form(project_id=project_id, xml_form_id=xml_form_id, state="open", created_at=now())
    session.add(form)
    session.flush()
    audit.log(session, actor_id, "form.create", "form", form.id)
    return form


def _find(session: Session, form: Form, made: Text, place: str) -> FormVersion | None:
    """The version with this very text. Raises VersionTaken, VersionSuperseded."""
    version = session.scalar(
        select(FormVersion).where(FormVersion.form_id == form.id, FormVersion.version == made.version)
    )
    if version is not None and version.md5 != made.md5:
        raise VersionTaken(xml_form_id=form.xml_form_id, version=version.version, place=place)
    if version is not None and version.id != form.current_version_id:
        raise VersionSuperseded(xml_form_id=form.xml_form_id, version=version.version, place=place)
    return version


def _add(
    session: Session, form: Form, made: Text, source: Source, key_id: int | None, actor_id: int
) -> FormVersion:
    version = FormVersion(
        form_id=form.id,
        version=made.version,
        title=made.title,
        xml=made.xml,
        md5=made.md5,
        schema=source.schema,
        workbook_sha256=source.workbook_sha256,
        warnings=source.warnings,
        published_at=now(),
        published_by=actor_id,
        key_id=key_id,
    )
    session.add(version)
    session.flush()
    form.current_version_id = version.id
    return version
