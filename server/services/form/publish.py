"""Publishing: a converted workbook becomes the current version of its form."""

import hashlib
import mimetypes
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import schema
from server.blobs import BlobStore
from server.clock import now
from server.errors import MediaMissing, VersionSuperseded, VersionTaken
from server.models import Form, FormAttachment, FormVersion
from server.services import audit, entity, project

if TYPE_CHECKING:  # pyxform takes a third of a second to import, and only the command line converts.
    from forms.xlsform import ConvertedForm

MEDIA_TYPES = {".csv": "text/csv; charset=utf-8", ".geojson": "application/geo+json"}


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
        .where(FormVersion.workbook_sha256 == hashlib.sha256(workbook).hexdigest())
    )


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
    version, for what is said when it is taken.
    Raises ProjectNotFound, MediaMissing, VersionTaken (the version string stands for another text: tablets would
    lose the form) and VersionSuperseded (tablets keep the version they fetched last, so there is no way back).
    """
    project.get(session, project_id)
    form = _get_or_add(session, project_id, converted.xml_form_id, actor_id)
    version = _find(session, form, converted, place)
    is_new = version is None
    if version is None:
        version = _add(session, blobs, form, converted, workbook, actor_id)
    entity.declare(session, project_id, converted.entity_lists_written, actor_id)
    changed = _put_files(session, blobs, form, version.id, converted.media, files)
    if is_new or changed:
        action = "form.update.publish" if is_new else "form.attachment.update"
        details = {"version": converted.version, "files": list(changed)}
        audit.log(session, actor_id, action, "form", form.id, details)
    return Published(converted.xml_form_id, converted.version, is_new, changed)


def refresh(
    session: Session, blobs: BlobStore, version_id: int, files: Mapping[str, bytes], actor_id: int
) -> Published:
    """Replace files of a published version by newer ones of the same names; its text stays as it is."""
    version = session.get_one(FormVersion, version_id)
    form = session.get_one(Form, version.form_id)
    media = session.scalars(
        select(FormAttachment.name).where(FormAttachment.form_version_id == version_id)
    ).all()
    changed = _put_files(session, blobs, form, version_id, media, files)
    if changed:
        details = {"version": version.version, "files": list(changed)}
        audit.log(session, actor_id, "form.attachment.update", "form", form.id, details)
    return Published(form.xml_form_id, version.version, False, changed)


def _get_or_add(session: Session, project_id: int, xml_form_id: str, actor_id: int) -> Form:
    """The form of that ID; a deleted one comes back."""
    form = session.scalar(select(Form).where(Form.project_id == project_id, Form.xml_form_id == xml_form_id))
    if form is None:
        form = Form(project_id=project_id, xml_form_id=xml_form_id, state="open", created_at=now())
        session.add(form)
        session.flush()
        audit.log(session, actor_id, "form.create", "form", form.id)
    elif form.deleted_at is not None:
        form.deleted_at = None
        audit.log(session, actor_id, "form.restore", "form", form.id)
    return form


def _find(session: Session, form: Form, converted: "ConvertedForm", place: str) -> FormVersion | None:
    """The version with this very text. Raises VersionTaken, VersionSuperseded."""
    version = session.scalar(
        select(FormVersion).where(FormVersion.form_id == form.id, FormVersion.version == converted.version)
    )
    if version is not None and version.md5 != converted.md5:
        raise VersionTaken(xml_form_id=form.xml_form_id, version=version.version, place=place)
    if version is not None and version.id != form.current_version_id:
        raise VersionSuperseded(xml_form_id=form.xml_form_id, version=version.version, place=place)
    return version


def _add(
    session: Session, blobs: BlobStore, form: Form, converted: "ConvertedForm", workbook: bytes, actor_id: int
) -> FormVersion:
    version = FormVersion(
        form_id=form.id,
        version=converted.version,
        title=converted.title,
        xml=converted.xml,
        md5=converted.md5,
        schema=schema.to_json(converted.fields),
        workbook_sha256=blobs.store(workbook).sha256,
        warnings=[asdict(finding) for finding in converted.warnings],
        published_at=now(),
        published_by=actor_id,
    )
    session.add(version)
    session.flush()
    form.current_version_id = version.id
    return version


def _put_files(
    session: Session,
    blobs: BlobStore,
    form: Form,
    version_id: int,
    media: Iterable[str],
    files: Mapping[str, bytes],
) -> tuple[str, ...]:
    """Fill the places of the files that the form names; the names of those that changed. Raises MediaMissing."""
    at_hand = {_nfc(name): content for name, content in files.items()}
    lists = entity.list_ids(session, form.project_id)
    rows = session.scalars(select(FormAttachment).where(FormAttachment.form_version_id == version_id))
    known = {row.name: row for row in rows}
    names = [_nfc(name) for name in media]
    missing = [name for name in names if not (name in at_hand or name in known or _list_of(name, lists))]
    if missing:
        raise MediaMissing(xml_form_id=form.xml_form_id, names=", ".join(missing))
    changed = []
    for name in names:
        row = known.get(name) or FormAttachment(form_version_id=version_id, name=name)
        if _fill(blobs, row, _list_of(name, lists), at_hand.get(name)):
            session.add(row)
            changed.append(name)
    session.flush()
    return tuple(changed)


def _list_of(name: str, lists: Mapping[str, int]) -> int | None:
    """The entity list a file name stands for, if any: an entity list goes before a file of its name."""
    return lists.get(name.removesuffix(".csv")) if name.endswith(".csv") else None


def _fill(blobs: BlobStore, row: FormAttachment, entity_list_id: int | None, content: bytes | None) -> bool:
    """Put a list or a file into the place; whether that changed it."""
    if entity_list_id is not None:
        is_changed = row.entity_list_id != entity_list_id
        row.entity_list_id, row.sha256, row.md5, row.size = entity_list_id, None, None, None
        row.media_type = MEDIA_TYPES[".csv"]
        return is_changed
    if content is None or hashlib.sha256(content).hexdigest() == row.sha256:
        return False
    blob = blobs.store(content)
    row.entity_list_id, row.sha256, row.md5, row.size = None, blob.sha256, blob.md5, blob.size
    row.media_type = _media_type(row.name)
    return True


def _media_type(name: str) -> str:
    _, dot, suffix = name.rpartition(".")
    known = MEDIA_TYPES.get(f".{suffix.lower()}") if dot else None
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
