"""What one text of a submission says: as it came, or decrypted with a key given for this export and forgotten after."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from forms import encryption
from forms.encryption import Damaged, EncryptionError, FileAbsent, Manifest, Opener, WrongKey
from forms.errors import FormsError
from forms.submission import read
from forms.xml import MAX_BYTES
from server.blobs import BlobStore, pieces
from server.models import SubmissionAttachment
from server.services.export.selection import Text

DECRYPTED = "decrypted"
NOT_DECRYPTED = "not decrypted"
"""ODK Central's words in the column Status."""

Content = Callable[[], Iterator[bytes]]
"""Gives a file's content in pieces, from its beginning each time."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to tell about a text. code: one of `TROUBLES`; place: a question or a file; text: an answer."""

    code: str
    place: str = ""
    text: str = ""


TROUBLES = {
    "no_key": ("Phiếu mã hóa, chưa đưa khóa.", "Encrypted; no key was given."),
    "wrong_key": ("Khóa đưa vào không phải của phiếu này.", "The key given is not that of this submission."),
    "bad_manifest": ("Phiếu mã hóa thiếu thông tin để mở.", "The encrypted submission cannot be opened."),
    "damaged": ("Phiếu mã hóa bị hỏng hoặc bị sửa.", "The encrypted submission is damaged or was changed."),
    "answers_missing": ("Tệp câu trả lời đã mã hóa chưa đến.", "The encrypted answers have not arrived."),
    "not_verified": (
        "Thiếu tệp nên chưa kiểm được chữ ký của phiếu; câu trả lời vẫn được đưa ra.",
        "A file is missing, so the signature could not be checked; the answers are given all the same.",
    ),
    "plain_file": ("Tệp đến mà chưa mã hóa.", "This file came unencrypted."),
    "file_awaited": ("Tệp chưa đến.", "This file has not arrived."),
    "file_lost": ("Tệp bị mất trên máy chủ.", "This file is gone from the server."),
    "unreadable": ("Không đọc được XML của phiếu.", "The submission's XML cannot be read."),
    "not_in_form": ("Câu trả lời không có trong biểu mẫu.", "An answer the form has no question for."),
    "given_twice": ("Câu trả lời lặp lại.", "An answer was given twice; this is the second."),
}
"""What can be told, in both languages."""
FAILURES = frozenset(
    {"no_key", "wrong_key", "bad_manifest", "damaged", "answers_missing", "file_lost", "unreadable"}
)
"""Those that keep answers or files out of the export."""


@dataclass(slots=True)
class Opened:
    """A text made ready: xml None when its answers cannot be read, status as its column says, files by name."""

    xml: bytes | None
    status: str = ""
    files: list[tuple[str, Content]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def open_text(text: Text, blobs: BlobStore, keys: Sequence[RSAPrivateKey]) -> Opened:
    """The answers and files of a text. What cannot be had is among its troubles; nothing half-decrypted is given."""
    if not text.version.is_encrypted:
        opened = Opened(text.version.xml)
        _add_files(opened, text.files, blobs)
        return opened
    try:
        return _decrypted(text, blobs, keys)
    except FormsError as error:
        code = error.code if error.code in TROUBLES else "damaged"
        opened = Opened(None, NOT_DECRYPTED, troubles=[Trouble(code, error.detail)])
        _add_files(opened, text.files, blobs)
        return opened


class KeyMissing(EncryptionError):
    """No key was given for this export."""

    code = "no_key"


class AnswersMissing(EncryptionError):
    """The file with the answers has not arrived, or is gone."""

    code = "answers_missing"


def _decrypted(text: Text, blobs: BlobStore, keys: Sequence[RSAPrivateKey]) -> Opened:
    """Everything is decrypted twice: once to see whether it is whole, once into the export.

    So no decrypted file ever stands on this server's disk. Raises EncryptionError and what reading its XML raises.
    """
    manifest = encryption.read_manifest(text.version.xml)
    opener = _opener(manifest, keys)
    stored = {row.name: row for row in text.files if row.sha256 is not None}
    opened = Opened(None, DECRYPTED)
    for name in manifest.media:
        _drain(opener, name, stored, blobs, opened)
    opened.xml = _answers(opener, stored, blobs)
    try:
        opener.verify()
    except FileAbsent as error:
        opened.troubles.append(Trouble("not_verified", error.detail))
    _check_same(manifest, opened.xml)
    for name in opener.digests:
        if name != manifest.xml_file:
            opened.files.append(
                (name.removesuffix(encryption.SUFFIX), _decrypting(opener, name, stored, blobs))
            )
    encrypted = {_nfc(name) for name in manifest.files}
    beside = [row for row in text.files if row.name not in encrypted]
    opened.troubles += [Trouble("plain_file", row.name) for row in beside if row.sha256 is not None]
    _add_files(opened, beside, blobs)
    return opened


def _opener(manifest: Manifest, keys: Sequence[RSAPrivateKey]) -> Opener:
    """The submission with that of the keys which opens it. Raises KeyMissing, WrongKey, BadManifest."""
    if not keys:
        raise KeyMissing
    for key in keys:
        try:
            return Opener(manifest, key)
        except WrongKey:
            continue
    raise WrongKey


def _drain(
    opener: Opener, name: str, stored: dict[str, SubmissionAttachment], blobs: BlobStore, opened: Opened
) -> None:
    """Decrypt a file for its digest alone. Raises Damaged."""
    row = stored.get(_nfc(name))
    if row is None:
        opened.troubles.append(Trouble("file_awaited", name))
        return
    source = _open(row, blobs)
    if source is None:
        opened.troubles.append(Trouble("file_lost", name))
        return
    for _ in opener.decrypt(name, source):
        pass


def _answers(opener: Opener, stored: dict[str, SubmissionAttachment], blobs: BlobStore) -> bytes:
    """The decrypted XML. Raises AnswersMissing, Damaged."""
    name = opener.manifest.xml_file
    row = stored.get(_nfc(name))
    source = None if row is None else _open(row, blobs)
    if row is None or source is None:
        raise AnswersMissing(name)
    if (row.size or 0) > MAX_BYTES:
        source.close()
        raise Damaged(name)
    return opener.read(name, source)


def _check_same(manifest: Manifest, xml: bytes) -> None:
    """The answers must be those of the submission they came with. Raises Damaged, and what reading them raises."""
    envelope = read(xml)
    if (envelope.xml_form_id, envelope.instance_id) != (manifest.xml_form_id, manifest.instance_id):
        raise Damaged(manifest.xml_file)


def _decrypting(
    opener: Opener, name: str, stored: dict[str, SubmissionAttachment], blobs: BlobStore
) -> Content:
    sha256 = stored[_nfc(name)].sha256 or ""
    return lambda: opener.decrypt(name, blobs.open(sha256))


def _add_files(opened: Opened, rows: Sequence[SubmissionAttachment], blobs: BlobStore) -> None:
    """Files as they were sent."""
    for row in rows:
        if row.sha256 is None:
            opened.troubles.append(Trouble("file_awaited", row.name))
        elif (source := _open(row, blobs)) is None:
            opened.troubles.append(Trouble("file_lost", row.name))
        else:
            source.close()
            opened.files.append((row.name, _reading(row.sha256, blobs)))


def _reading(sha256: str, blobs: BlobStore) -> Content:
    return lambda: pieces(blobs.open(sha256))


def _open(row: SubmissionAttachment, blobs: BlobStore) -> BinaryIO | None:
    """The stored file; None when it is gone."""
    try:
        return blobs.open(row.sha256 or "")
    except FileNotFoundError:
        return None


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
