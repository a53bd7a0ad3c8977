"""The zip of an export, written piece by piece to wherever the caller wants it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import flat
from forms.errors import FormsError
from forms.rows import Rows, read_rows
from forms.schema import Field
from server.blobs import BlobStore, pieces
from server.models import Form, FormVersion
from server.scope import Scope
from server.services import audit
from server.services import form as forms
from server.services.export import selection
from server.services.export.opening import Opened, Trouble, open_text
from server.services.export.selection import Options, Text
from server.services.export.tables import Report, Tables
from server.services.file_name import free_name, safe_name

Progress = Callable[[int, int], None]
"""Called with how many texts are done and how many there are."""
PACKED = (".jpg", ".jpeg", ".png", ".webp", ".m4a", ".mp3", ".mp4", ".ogg", ".webm", ".amr", ".zip", ".enc")
"""Files that do not get smaller."""


def write(
    session: Session,
    blobs: BlobStore,
    scope: Scope,
    project_id: int,
    xml_form_id: str,
    out: BinaryIO,
    options: Options,
    keys: Sequence[RSAPrivateKey] = (),
    progress: Progress | None = None,
) -> Report:
    """Write the submissions of a form that are within a scope: a table for it and each repeat, files, XML.

    out: need not be able to go back. keys: open what was encrypted with them; they are used here and not kept. What
    cannot be opened has its row without answers, is told in problems.csv, and stops nothing else.
    Raises FormNotFound.
    """
    form = forms.get(session, project_id, xml_form_id)
    versions = _field_lists(session, form)
    newest = versions[0] if versions else ()
    wanted = selection.ids(session, scope, form.id, options)
    tables = flat.tables(versions or [()], split_selects=options.split_selects)
    with ZipFile(out, "w", ZIP_DEFLATED) as archive, Tables(tables, bom=options.bom) as spooled:
        for done, text in enumerate(selection.texts(session, wanted), 1):
            key = _key(text, options)
            fields = forms.fields_of_text(session, text.md5) if text.md5 else newest
            opened = open_text(text, blobs, keys)
            spooled.add(key, text, opened, _read(opened, fields), fields)
            _write_files(archive, key, text, opened, options)
            if progress:
                progress(done, len(wanted))
        for name, file in spooled.finished(xml_form_id):
            _write_one(archive, safe_name(name), pieces(file))
        return spooled.report


def log(session: Session, project_id: int, xml_form_id: str, report: Report, actor_id: int) -> None:
    """Record who took data out, and how much: before the file is handed over. Raises FormNotFound."""
    form = forms.get(session, project_id, xml_form_id)
    details = {"submissions": report.texts, "faults": report.faults}
    audit.log(session, actor_id, "form.submission.export", "form", form.id, details)


def _field_lists(session: Session, form: Form) -> list[tuple[Field, ...]]:
    """The field lists of all versions of a form, the current one first, then newer before older."""
    rows = session.execute(
        select(FormVersion.id, FormVersion.md5)
        .where(FormVersion.form_id == form.id)
        .order_by((FormVersion.id == form.current_version_id).desc(), FormVersion.id.desc())
    )
    return [forms.fields_of_text(session, md5) for _, md5 in rows]


def _key(text: Text, options: Options) -> str:
    """What a row is known by: a submission keeps its first instance ID through all edits, each text has its own."""
    return text.version.instance_id if options.all_versions else text.submission.instance_id


def _read(opened: Opened, fields: Sequence[Field]) -> Rows | None:
    """The answers as rows; text that has no cell is told."""
    if opened.xml is None:
        return None
    try:
        rows = read_rows(opened.xml, fields)
    except FormsError as error:
        opened.troubles.append(Trouble("unreadable", error.detail))
        return None
    for problem in rows.problems:
        if problem.reason in ("not_in_form", "given_twice"):
            opened.troubles.append(Trouble(problem.reason, "/".join(problem.path), problem.text))
    return rows


def _write_files(archive: ZipFile, key: str, text: Text, opened: Opened, options: Options) -> None:
    """Files in a folder of the submission's, so that two of one name stay two; XML as received and as decrypted."""
    folder = _folder(key, text)
    if options.xml:
        _write_one(archive, f"xml/{folder}.xml", [text.version.xml])
        if opened.xml is not None and text.version.is_encrypted:
            _write_one(archive, f"xml/{folder}.decrypted.xml", [opened.xml])
    if options.media:
        taken: set[str] = set()
        for name, content in opened.files:
            _write_one(archive, f"media/{folder}/{free_name(safe_name(name), taken)}", content())


def _folder(key: str, text: Text) -> str:
    """A folder of its own for each text: its key without `uuid:`, a number behind it when that is no plain name."""
    name = key.removeprefix("uuid:")
    return name if re.fullmatch(r"[0-9a-f-]{36}", name) else f"{safe_name(name)}-{text.version.id}"


def _write_one(archive: ZipFile, name: str, content: Iterable[bytes] | Iterator[bytes]) -> None:
    info = ZipInfo(name)
    info.compress_type = ZIP_STORED if name.lower().endswith(PACKED) else ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in content:
            member.write(piece)
