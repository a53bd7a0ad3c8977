"""The XML that Collect reads from a server: form list, manifest, integrity, message.

Collect is strict: one entry without a hash refuses a whole list, so a wrong
entry is an error here and never leaves the server.
Source: https://docs.getodk.org/openrosa/
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SUBMIT_SUCCESS = "full submission upload was successful!"
SUCCESS_NATURE = "submit_success"
MD5 = re.compile(r"[0-9a-f]{32}")
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})


@dataclass(frozen=True, slots=True)
class FormListEntry:
    """One form in the list. version is "" for none; md5 is that of the very bytes served.

    manifest_url is None for a form without files. URLs are absolute.
    """

    xml_form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str | None = None


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One file of a form. md5 is that of a file's bytes, or an entity list's change token."""

    filename: str
    md5: str
    download_url: str
    kind: Literal["file", "entityList", "approvalEntityList"] = "file"
    integrity_url: str | None = None


def form_list(entries: Iterable[FormListEntry]) -> bytes:
    """The form list, in the order given. Raises ValueError for an entry Collect would refuse."""
    body = "".join(map(_form, entries))
    return f'{XML}<xforms xmlns="http://openrosa.org/xforms/xformsList">\n{body}</xforms>\n'.encode()


def _form(entry: FormListEntry) -> str:
    parts = [
        "<xform>",
        f"<formID>{_required(entry.xml_form_id, 'formID')}</formID>",
        f"<name>{_required(entry.name, 'name')}</name>",
        f"<version>{escape(entry.version)}</version>",
        f"<hash>{_hash(entry.md5)}</hash>",
        f"<downloadUrl>{_required(entry.download_url, 'downloadUrl')}</downloadUrl>",
    ]
    if entry.manifest_url:
        parts.append(f"<manifestUrl>{escape(entry.manifest_url)}</manifestUrl>")
    return "".join(parts) + "</xform>\n"


def manifest(entries: Iterable[ManifestEntry]) -> bytes:
    """The manifest of a form; names in NFC. Raises ValueError for an entry Collect would refuse."""
    body = "".join(map(_media_file, entries))
    return f'{XML}<manifest xmlns="http://openrosa.org/xforms/xformsManifest">\n{body}</manifest>\n'.encode()


def _media_file(entry: ManifestEntry) -> str:
    kind = "" if entry.kind == "file" else f' type="{entry.kind}"'
    name = unicodedata.normalize("NFC", entry.filename)
    parts = [
        f"<mediaFile{kind}>",
        f"<filename>{_required(name, 'filename')}</filename>",
        f"<hash>{_hash(entry.md5)}</hash>",
        f"<downloadUrl>{_required(entry.download_url, 'downloadUrl')}</downloadUrl>",
    ]
    if entry.integrity_url:
        parts.append(f"<integrityUrl>{escape(entry.integrity_url)}</integrityUrl>")
    return "".join(parts) + "</mediaFile>\n"


def integrity(deleted: Mapping[str, bool]) -> bytes:
    """Which of the entities asked for are deleted, by UUID.

    Leave out UUIDs that are not known: their submission may be on its way.
    """
    body = "".join(
        f'<entity id="{escape(uuid)}"><deleted>{"true" if is_deleted else "false"}</deleted></entity>'
        for uuid, is_deleted in deleted.items()
    )
    return f"{XML}<data><entities>{body}</entities></data>\n".encode()


def message(text: str, nature: str = "") -> bytes:
    """An answer to a submission. SUBMIT_SUCCESS is the one text Collect translates."""
    attribute = f' nature="{escape(nature)}"' if nature else ""
    return (
        f'{XML}<OpenRosaResponse xmlns="http://openrosa.org/http/response">\n'
        f"  <message{attribute}>{escape(text)}</message>\n</OpenRosaResponse>\n"
    ).encode()


def submit_success() -> bytes:
    """The answer that tells Collect its submission is safe."""
    return message(SUBMIT_SUCCESS, SUCCESS_NATURE)


def escape(text: str) -> str:
    """Text for XML content or a quoted attribute; characters XML forbids become U+FFFD."""
    return NOT_XML.sub("\ufffd", text).translate(ESCAPES)


def _required(text: str, element: str) -> str:
    if not text.strip():
        raise ValueError(f"{element} is empty")
    return escape(text)


def _hash(md5: str) -> str:
    if not MD5.fullmatch(md5):
        raise ValueError(f"not an MD5 in hex: {md5!r}")
    return f"md5:{md5}"
