"""Encrypting a submission as a tablet does: written from the specification, apart from what decrypts.

CFB is done by hand from single blocks, so that both sides cannot share a mistake about it.
Source: https://getodk.github.io/xforms-spec/encryption
"""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import md5

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
Files = Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class KeyPair:
    """An RSA key: public as a form has it, private as an administrator keeps it in a file."""

    private: rsa.RSAPrivateKey

    @property
    def public(self) -> str:
        der = self.private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(der).decode()

    def pem(self) -> bytes:
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def key_pair(number: int = 1) -> KeyPair:
    """A key made once for all tests; another number is another key."""
    return _made(number)


@cache
def _made(_number: int) -> KeyPair:
    return KeyPair(rsa.generate_private_key(65537, 2048))


@dataclass(frozen=True)
class Encrypted:
    """What a tablet posts: the manifest as its XML, and the encrypted files."""

    xml: bytes
    files: list[tuple[str, bytes]]


def encrypt(
    xml: bytes,
    files: Files = (),
    *,
    public: str,
    instance_id: str,
    xml_form_id: str = "visit",
    version: str | None = "v1",
    signed: bool = True,
) -> Encrypted:
    """Encrypt the media files in order, then the XML, and write the manifest."""
    key = os.urandom(32)
    wrapped = wrap(public, key)
    seed = bytearray(md5(instance_id.encode() + key).digest())
    lines = [xml_form_id, *([] if version is None else [version]), wrapped, instance_id]
    encrypted = []
    for count, (name, content) in enumerate([*files, ("submission.xml", xml)]):
        seed[count % 16] = (seed[count % 16] + 1) & 0xFF
        encrypted.append((f"{name}.enc", cfb(key, bytes(seed), content)))
        lines.append(f"{name}::{md5(content).hexdigest()}")
    signature = wrap(public, md5("".join(line + "\n" for line in lines).encode()).digest())
    return Encrypted(
        manifest(
            xml_form_id,
            version,
            instance_id,
            wrapped,
            [name for name, _ in encrypted[:-1]],
            signature if signed else "",
        ),
        encrypted,
    )


def manifest(
    xml_form_id: str, version: str | None, instance_id: str, wrapped: str, media: list[str], signature: str
) -> bytes:
    said_version = "" if version is None else f' version="{version}"'
    files = "".join(f"<media><file>{name}</file></media>\n" for name in media)
    signed = f"<base64EncryptedElementSignature>{signature}</base64EncryptedElementSignature>"
    return (
        f'<data xmlns="http://opendatakit.org/submissions" id="{xml_form_id}"{said_version} encrypted="yes">'
        f"<base64EncryptedKey>{wrapped}</base64EncryptedKey>"
        '<orx:meta xmlns:orx="http://openrosa.org/xforms">'
        f"<orx:instanceID>{instance_id}</orx:instanceID></orx:meta>\n{files}"
        f"<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>{signed if signature else ''}</data>"
    ).encode()


def wrap(public: str, content: bytes) -> str:
    key = serialization.load_der_public_key(base64.b64decode(public))
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    return base64.b64encode(key.encrypt(content, oaep)).decode()


def cfb(key: bytes, vector: bytes, content: bytes) -> bytes:
    """Each block of text is laid over the encryption of the block of cipher before it."""
    missing = BLOCK - len(content) % BLOCK
    text = content + bytes([missing]) * missing
    block = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    previous, out = vector, []
    for start in range(0, len(text), BLOCK):
        stream = block.update(previous)
        previous = bytes(a ^ b for a, b in zip(text[start : start + BLOCK], stream, strict=True))
        out.append(previous)
    return b"".join(out)
