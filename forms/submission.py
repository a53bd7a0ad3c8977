"""The envelope of a submission: which form, which instance, which files."""

import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice

from lxml import etree

from .errors import IDTooLong, MissingFormID
from .ready import Branch, branches, once
from .schema import Field
from .xml import find, find_all, find_any, local, parse, text_of

ENCRYPTED_NAMESPACE = "http://opendatakit.org/submissions"
MAX_ID_CHARACTERS = 200
MAX_FILES = 5000
"""Places kept for files of one submission; a hostile one that names more gets no more."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What must be known to store a submission, before any question is looked at.

    version is "" when the submission names none. instance_id is the one given,
    else one derived from the form ID and the bytes (instance_id_derived), so
    that the same bytes always get the same one. deprecated_id is the instance
    this one replaces. audit is the name of the audit log. xml is what was
    read, byte for byte; root is the same parsed, not to be changed.
    """

    xml_form_id: str
    version: str
    instance_id: str
    instance_id_derived: bool
    instance_name: str | None
    deprecated_id: str | None
    encrypted: bool
    audit: str | None
    xml: bytes
    root: etree._Element = field(compare=False, repr=False)


def read(xml: bytes) -> Envelope:
    """Read the envelope of a submission.

    The root may be in a namespace and `meta` in another; elements are matched
    by local name.
    Raises MalformedXML, XMLTooLarge, DoctypeRefused, TooDeep, WrongEncoding, MissingFormID, IDTooLong.
    Source: https://getodk.github.io/xforms-spec/#metadata
    """
    root = parse(xml)
    xml_form_id = root.get("id", "")
    if not xml_form_id.strip():
        raise MissingFormID
    meta = _meta(root)
    given = meta.get("instanceID", "")
    ids = (xml_form_id, root.get("version", ""), given, meta.get("deprecatedID", ""))
    if any(len(one) > MAX_ID_CHARACTERS for one in ids):
        raise IDTooLong
    return Envelope(
        xml_form_id=xml_form_id,
        version=root.get("version", ""),
        instance_id=given or derive_instance_id(xml_form_id, xml),
        instance_id_derived=not given,
        instance_name=meta.get("instanceName") or None,
        deprecated_id=meta.get("deprecatedID") or None,
        encrypted=root.get("encrypted") == "yes",
        audit=meta.get("audit") or None,
        xml=xml,
        root=root,
    )


def derive_instance_id(xml_form_id: str, xml: bytes) -> str:
    """An instance ID for a submission that came without: the same bytes give the same one."""
    digest = sha256(xml_form_id.encode() + b"\0" + xml).digest()
    return f"uuid:{uuid.UUID(bytes=digest[:16], version=4)}"


def _meta(root: etree._Element) -> dict[str, str]:
    """Texts of the elements of every `meta` below the root, the first of each name."""
    texts: dict[str, str] = {}
    for meta in find_all(root, "meta"):
        for child in meta:
            texts.setdefault(local(child), text_of(child))
    return texts


def expected_attachments(source: bytes | etree._Element, fields: Iterable[Field]) -> tuple[str, ...]:
    """Names of the files a submission refers to, each once, in document order, as written (NFC).

    Of an encrypted submission: its media files and last the encrypted XML.
    No more than MAX_FILES. Raises what `read` raises when given bytes.
    """
    root = parse(source) if isinstance(source, bytes) else source
    is_encrypted = root.get("encrypted") == "yes"
    names = _encrypted_files(root) if is_encrypted else _texts_at(root, _binaries(fields))
    unique = dict.fromkeys(unicodedata.normalize("NFC", name) for name in names if name)
    return tuple(islice(unique, MAX_FILES))


@once
def _binaries(fields: tuple[Field, ...]) -> Branch:
    """The way to the questions that are answered with a file."""
    return branches({f.path: f.name for f in fields if f.kind == "binary"})


def _encrypted_files(root: etree._Element) -> Iterator[str]:
    for media in find_all(root, "media"):
        yield from (text_of(file) for file in find_all(media, "file"))
    yield text_of(find(root, "encryptedXmlFile"))


def _texts_at(element: etree._Element, ways: Branch) -> Iterator[str]:
    for child in find_any(element, ways):
        way = ways[local(child)]
        if isinstance(way, str):
            yield text_of(child)
        else:
            yield from _texts_at(child, way)
