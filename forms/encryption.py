"""Encrypted submissions: what their manifest says, and how a private key opens them.

Source: https://getodk.github.io/xforms-spec/encryption
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.modes import CFB  # ODK prescribes it; nothing else here uses it
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from lxml import etree

from .errors import FormsError
from .xform import model_of, primary_instance
from .xml import find, find_all, parse, text_of

KEY_ATTRIBUTE = "base64RsaPublicKey"
SUFFIX = ".enc"
BLOCK_BYTES = 16
AES_KEY_BYTES = 32
CHUNK_BYTES = 64 * 1024
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


class EncryptionError(FormsError):
    """Base of what can be wrong with an encrypted submission or with the key given for it."""

    code = "encryption_error"
    message_vi = "Không giải mã được phiếu này."
    message_en = "This submission cannot be decrypted."


class BadManifest(EncryptionError):
    """The plain part of an encrypted submission lacks what is needed to open the rest."""

    code = "bad_manifest"
    message_vi = "Phiếu mã hóa thiếu thông tin để mở."
    message_en = "The encrypted submission lacks what is needed to open it."


class BadKeyFile(EncryptionError):
    """Not an RSA private key."""

    code = "bad_key_file"
    message_vi = "Tệp này không phải là khóa riêng RSA (PEM hoặc DER, không đặt mật khẩu)."
    message_en = "This file is no RSA private key (PEM or DER, without a password)."


class BadPublicKey(EncryptionError):
    """Not an RSA public key in base64, as a form must carry it."""

    code = "bad_public_key"
    message_vi = "Khóa công khai của biểu mẫu (public_key) không phải là khóa RSA dạng base64."
    message_en = "The form's public_key is no RSA key in base64."


class WrongKey(EncryptionError):
    """The private key is not the other half of the key it was encrypted with."""

    code = "wrong_key"
    message_vi = "Khóa riêng này không phải là khóa của phiếu."
    message_en = "This private key is not that of the submission."


class FileAbsent(EncryptionError):
    """A file that the manifest names is not here; detail has its name."""

    code = "file_missing"
    message_vi = "Thiếu tệp mã hóa của phiếu."
    message_en = "A file of the encrypted submission is missing."


class Damaged(EncryptionError):
    """Bytes were changed, cut or mixed up: nothing of it may be read. detail has the name of the file, if known."""

    code = "damaged"
    message_vi = "Phiếu mã hóa bị hỏng hoặc bị sửa, không đọc được phần nào."
    message_en = "The encrypted submission is damaged or was changed; none of it can be read."


@dataclass(frozen=True, slots=True)
class Manifest:
    """The plain part of an encrypted submission.

    wrapped_key is base64 as written; media are the names of the encrypted files in the order they were encrypted in,
    xml_file the one that comes after them; signature is base64, "" when it has none. version is None without one.
    """

    xml_form_id: str
    version: str | None
    instance_id: str
    wrapped_key: str
    media: tuple[str, ...]
    xml_file: str
    signature: str

    @property
    def files(self) -> tuple[str, ...]:
        """The names of all encrypted files, in the order they were encrypted in."""
        return (*self.media, self.xml_file)


def read_manifest(source: bytes | etree._Element) -> Manifest:
    """Read the plain part of an encrypted submission; elements are matched by local name.

    Raises BadManifest, and MalformedXML and its kin when given bytes that are no XML.
    """
    root = parse(source) if isinstance(source, bytes) else source
    meta = find(root, "meta")
    manifest = Manifest(
        xml_form_id=root.get("id", ""),
        version=root.get("version"),
        instance_id="" if meta is None else text_of(find(meta, "instanceID")),
        wrapped_key=text_of(find(root, "base64EncryptedKey")),
        media=tuple(text_of(file) for media in find_all(root, "media") for file in find_all(media, "file")),
        xml_file=text_of(find(root, "encryptedXmlFile")),
        signature=text_of(find(root, "base64EncryptedElementSignature")),
    )
    if root.get("encrypted") != "yes":
        raise BadManifest("encrypted")
    for name in ("xml_form_id", "instance_id", "wrapped_key", "xml_file"):
        if not getattr(manifest, name):
            raise BadManifest(name)
    return manifest


def load_private_key(content: bytes) -> RSAPrivateKey:
    """A private key from a file of an administrator, PEM or DER. Raises BadKeyFile."""
    for load in (serialization.load_pem_private_key, serialization.load_der_private_key):
        try:
            key = load(content, None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if isinstance(key, RSAPrivateKey):
            return key
    raise BadKeyFile


def load_public_key(text: str) -> RSAPublicKey:
    """The public key of a form: `base64RsaPublicKey`, white space in it left out. Raises BadPublicKey."""
    try:
        key = serialization.load_der_public_key(base64.b64decode("".join(text.split()), validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadPublicKey from error
    if not isinstance(key, RSAPublicKey):
        raise BadPublicKey
    return key


def public_text(key: RSAPublicKey) -> str:
    """A public key as `base64RsaPublicKey` writes it."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def key_of_form(xml: bytes) -> str | None:
    """The public key that an XForm has its submissions encrypted with; None: they are sent as plain text."""
    submission = find(model_of(parse(xml)), "submission")
    return None if submission is None else submission.get(KEY_ATTRIBUTE) or None


def with_key(xml: bytes, public: str) -> bytes:
    """An XForm that has its submissions encrypted, with a version that says so: the same form and key, the same bytes.

    Tablets keep a form they have until its version is another one.
    """
    root = parse(xml)
    model = model_of(root)
    submission = find(model, "submission")
    if submission is None:
        submission = etree.Element(etree.QName(etree.QName(model).namespace, "submission"))
        model.insert(0, submission)
    submission.set(KEY_ATTRIBUTE, public)
    instance = primary_instance(model)
    instance.set("version", instance.get("version", "") + version_suffix(public))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def version_suffix(public: str) -> str:
    """What stands behind the version of a form that is encrypted with a key of the server's."""
    digest = hashlib.sha256(public.encode()).digest()
    return f"[encrypted:{base64.urlsafe_b64encode(digest)[:8].decode()}]"


@dataclass(slots=True)
class Opener:
    """One encrypted submission and its key. Decrypt every file once, then `verify` says whether to believe them.

    Until then nothing decrypted may be shown: the cipher itself does not notice changed bytes.
    """

    manifest: Manifest
    private_key: RSAPrivateKey
    digests: dict[str, str] = field(default_factory=dict)
    """MD5 in hex of the content of each file decrypted, by its encrypted name."""
    _key: bytes = b""
    _vectors: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Unwrap the key. Raises WrongKey, BadManifest."""
        self._key = _unwrap(self.private_key, self.manifest.wrapped_key)
        if len(self._key) != AES_KEY_BYTES:
            raise BadManifest("base64EncryptedKey")
        vectors = initialization_vectors(self.manifest.instance_id, self._key)
        self._vectors = dict(zip(self.manifest.files, vectors, strict=False))
        if len(self._vectors) != len(self.manifest.files):
            raise BadManifest("media")

    def decrypt(self, name: str, source: BinaryIO) -> Iterator[bytes]:
        """The content of an encrypted file in pieces, without its padding; the source is closed at the end.

        name: as the manifest has it. Raises Damaged when the padding is wrong, after all pieces but the last.
        """
        digest = hashlib.md5(usedforsecurity=False)
        for piece in _decrypt(name, source, self._key, self._vectors[name]):
            digest.update(piece)
            yield piece
        self.digests[name] = digest.hexdigest()

    def read(self, name: str, source: BinaryIO) -> bytes:
        """The whole content of a small encrypted file. Raises Damaged."""
        return b"".join(self.decrypt(name, source))

    def verify(self) -> None:
        """Raise Damaged unless every file is what was encrypted, in that order; FileAbsent when one was not given.

        A manifest without a signature passes: the form of a manifest lets it stand without.
        """
        for name in self.manifest.files:
            if name not in self.digests:
                raise FileAbsent(name)
        if self.manifest.signature:
            said = _unwrap(self.private_key, self.manifest.signature, "base64EncryptedElementSignature")
            if said != element_signature(self.manifest, self.digests):
                raise Damaged


def initialization_vectors(instance_id: str, key: bytes) -> Iterator[bytes]:
    """The initialization vector of each file, in the order they are encrypted in; without end.

    From the MD5 of instance ID and key, one byte counted up before each file, the bytes in turn.
    """
    vector = bytearray(hashlib.md5(instance_id.encode() + key, usedforsecurity=False).digest())
    index = 0
    while True:
        vector[index] = (vector[index] + 1) % 256
        index = (index + 1) % len(vector)
        yield bytes(vector)


def element_signature(manifest: Manifest, digests: dict[str, str]) -> bytes:
    """The MD5 that the signature holds. digests: of the plain contents in hex, by the files' encrypted names."""
    lines = [manifest.xml_form_id, manifest.version, manifest.wrapped_key, manifest.instance_id]
    text = [line for line in lines if line is not None]
    text += [f"{name.removesuffix(SUFFIX)}::{digests[name]}" for name in manifest.files]
    return hashlib.md5("".join(f"{line}\n" for line in text).encode(), usedforsecurity=False).digest()


def _unwrap(private_key: RSAPrivateKey, wrapped: str, place: str = "base64EncryptedKey") -> bytes:
    """What was encrypted with the public key. Raises WrongKey, BadManifest."""
    try:
        encrypted = base64.b64decode("".join(wrapped.split()), validate=True)
    except binascii.Error as error:
        raise BadManifest(place) from error
    try:
        return private_key.decrypt(encrypted, OAEP)
    except ValueError as error:
        raise WrongKey from error


def _decrypt(name: str, source: BinaryIO, key: bytes, vector: bytes) -> Iterator[bytes]:
    """The content in pieces; the last block is held back until its padding was looked at."""
    decryptor = Cipher(AES(key), CFB(vector)).decryptor()
    held = b""
    size = 0
    with source:
        while piece := source.read(CHUNK_BYTES):
            size += len(piece)
            plain = held + decryptor.update(piece)
            held = plain[-BLOCK_BYTES:]
            yield plain[:-BLOCK_BYTES]
    held += decryptor.finalize()
    pad = held[-1] if held else 0
    if size % BLOCK_BYTES or not 1 <= pad <= BLOCK_BYTES or held[-pad:] != bytes([pad]) * pad:
        raise Damaged(name)
    yield held[:-pad]
