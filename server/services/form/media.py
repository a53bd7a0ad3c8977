"""The files of a form version: filled when it is published, and replaced while it is live."""

import csv
import hashlib
import mimetypes
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.blobs import Blob, BlobStore
from server.errors import MediaMissing, Problem
from server.models import Form, FormAttachment
from server.services import audit, entity

MEDIA_TYPES = {".csv": "text/csv; charset=utf-8", ".geojson": "application/geo+json"}
CSV = ".csv"
BOM = "\ufeff"


class FileNotNamed(Problem):
    """A file was given that the form does not name, so no tablet would ever look at it."""

    code = "400.11"
    message_vi = "Biểu mẫu “{xml_form_id}” không dùng tệp “{name}”. Các tệp của biểu mẫu: {names}."
    message_en = "Form “{xml_form_id}” does not use the file “{name}”. Its files: {names}."


class FileIsList(Problem):
    """A file was given under the name of an entity list, whose rows come from submissions."""

    code = "400.11"
    message_vi = "“{name}” là danh sách dùng chung, do phiếu gửi về làm nên; không thay bằng tệp được."
    message_en = "“{name}” is an entity list made by submissions; a file cannot take its place."


class BadFile(Problem):
    """A file that tablets could not read."""

    code = "400.11"
    message_vi = "Không dùng được tệp “{name}”: {why_vi}."
    message_en = "The file “{name}” cannot be used: {why_en}."


class ColumnsMissing(Problem):
    """A table on a live form would lose columns that its questions may read."""

    code = "400.11"
    message_vi = (
        "Tệp “{name}” thiếu các cột đang có: {columns}. Biểu mẫu đang dùng có thể cần chúng; muốn bỏ cột thì xin "
        "đưa lên một phiên bản mới của biểu mẫu."
    )
    message_en = (
        "The file “{name}” lacks columns that are there now: {columns}. The form in use may need them; to drop a "
        "column, publish a new version of the form."
    )


def nfc(name: str) -> str:
    """A file name as forms name it: macOS writes Vietnamese names in another form of Unicode."""
    return unicodedata.normalize("NFC", name)


def take(blobs: BlobStore, names: Iterable[str], files: Mapping[str, bytes]) -> dict[str, Blob]:
    """Store those of the files at hand that are named: name in NFC → blob. Raises BadFile."""
    wanted = set(names)
    at_hand = {nfc(name): content for name, content in files.items()}
    for name in wanted & at_hand.keys():
        check(name, at_hand[name])
    return {name: blobs.store(at_hand[name]) for name in sorted(wanted & at_hand.keys())}


def check(name: str, content: bytes) -> None:
    """Refuse an empty file, and a table that is not UTF-8 or has no header. Raises BadFile."""
    if not content:
        raise BadFile(name=name, why_vi="tệp rỗng", why_en="it is empty")
    if name.lower().endswith(CSV) and not any(columns(name, content)):
        raise BadFile(name=name, why_vi="không có dòng tiêu đề cột", why_en="it has no header row")


def columns(name: str, content: bytes) -> list[str]:
    """The header of a table, as tablets read it: a `;` in it makes the whole file semicolon-separated.

    Raises BadFile when the table is not UTF-8.
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        why_vi = "bảng mã chữ không phải UTF-8 (trong Excel: lưu dạng “CSV UTF-8”)"
        raise BadFile(
            name=name, why_vi=why_vi, why_en="it is not UTF-8 (in Excel: save as “CSV UTF-8”)"
        ) from error
    line = text.removeprefix(BOM).partition("\n")[0].rstrip("\r")
    header = next(csv.reader([line], delimiter=";" if ";" in line else ","), [])
    return [column.strip() for column in header]


def fill(
    session: Session,
    blobs: BlobStore,
    form: Form,
    version_id: int,
    media: Sequence[str],
    files: Mapping[str, Blob],
) -> tuple[str, ...]:
    """Fill the places of the files that a version names; the names of those that changed.

    A version never stands without one of its files: a form that lacks one breaks on tablets, and one that is left
    out of the list for it is deleted there. Raises MediaMissing, ColumnsMissing.
    """
    lists = entity.list_ids(session, form.project_id)
    rows = session.scalars(select(FormAttachment).where(FormAttachment.form_version_id == version_id))
    known = {row.name: row for row in rows}
    missing = [name for name in media if not (name in files or name in known or list_of(name, lists))]
    if missing:
        raise MediaMissing(xml_form_id=form.xml_form_id, names=", ".join(missing))
    changed = []
    for name in media:
        row = known.get(name) or FormAttachment(form_version_id=version_id, name=name)
        if _fill_one(blobs, row, list_of(name, lists), files.get(name)):
            session.add(row)
            changed.append(name)
    session.flush()
    return tuple(changed)


def replace(
    session: Session, blobs: BlobStore, form: Form, files: Mapping[str, bytes], actor_id: int
) -> tuple[str, ...]:
    """Replace files of a form's current version while tablets use it; the names of those that changed.

    Its text and version stay: tablets see the other hash and fetch that file anew, and nothing else.
    Raises FileNotNamed, FileIsList, BadFile, ColumnsMissing; then no file is replaced.
    """
    rows = named(session, form.current_version_id)
    for name in map(nfc, files):
        if name not in rows:
            raise FileNotNamed(xml_form_id=form.xml_form_id, name=name, names=", ".join(rows) or "–")
        if rows[name].entity_list_id is not None:
            raise FileIsList(name=name)
    changed = fill(session, blobs, form, form.current_version_id or 0, list(rows), take(blobs, rows, files))
    if changed:
        audit.log(session, actor_id, "form.attachment.update", "form", form.id, {"files": list(changed)})
    return changed


def named(session: Session, version_id: int | None) -> dict[str, FormAttachment]:
    """The files of a version, by name."""
    rows = session.scalars(
        select(FormAttachment)
        .where(FormAttachment.form_version_id == version_id)
        .order_by(FormAttachment.name)
    )
    return {row.name: row for row in rows}


def list_of(name: str, lists: Mapping[str, int]) -> int | None:
    """The entity list a file name stands for, if any: an entity list goes before a file of its name."""
    return lists.get(name.removesuffix(CSV)) if name.endswith(CSV) else None


def media_type(name: str) -> str:
    """What kind of file a name promises."""
    _, dot, suffix = name.rpartition(".")
    known = MEDIA_TYPES.get(f".{suffix.lower()}") if dot else None
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _fill_one(blobs: BlobStore, row: FormAttachment, entity_list_id: int | None, blob: Blob | None) -> bool:
    """Put a list or a file into the place; whether that changed it. Raises ColumnsMissing."""
    if entity_list_id is not None:
        is_changed = row.entity_list_id != entity_list_id
        row.entity_list_id, row.sha256, row.md5, row.size = entity_list_id, None, None, None
        row.media_type = MEDIA_TYPES[CSV]
        return is_changed
    if blob is None or blob.sha256 == row.sha256:
        return False
    if row.sha256 is not None and row.name.lower().endswith(CSV):
        _check_columns(row.name, blobs.read(row.sha256), blobs.read(blob.sha256))
    row.entity_list_id, row.sha256, row.md5, row.size = None, blob.sha256, blob.md5, blob.size
    row.media_type = media_type(row.name)
    return True


def _check_columns(name: str, old: bytes, new: bytes) -> None:
    there = columns(name, new)
    gone = [column for column in columns(name, old) if column and column not in there]
    if gone:
        raise ColumnsMissing(name=name, columns=", ".join(gone))


def sha256_of(content: bytes) -> str:
    """The name a content has, or would have, in the store."""
    return hashlib.sha256(content).hexdigest()
