"""Keys that tablets encrypt with, and which of them the next version of a form gets.

A managed key's private half is kept here, locked by a passphrase that nobody but its owner knows. It is unlocked for
one act at a time and never written down; neither is the passphrase.
"""

import base64
import os
import unicodedata
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import encryption, schema
from server.clock import now
from server.errors import InFormsWords, Problem
from server.models import Form, FormVersion, Project
from server.models.form import EncryptionKey

RSA_BITS = 2048
"""What tablets wrap a key with at each submission; ODK Central's choice too."""
RSA_EXPONENT = 65537
PBKDF2_ROUNDS = 600_000
"""OWASP's figure for PBKDF2 with SHA-256; stored with each key, so that it can grow."""
SALT_BYTES = 16
NONCE_BYTES = 12
AES_BYTES = 32
PASSPHRASE_CHARACTERS = 10


class WrongPassphrase(Problem):
    """The passphrase does not unlock the key."""

    code = "400.12"
    message_vi = "Mật khẩu giải mã không đúng.{hint_vi}"
    message_en = "The passphrase is wrong.{hint_en}"


class PassphraseRefused(Problem):
    """A passphrase that is no protection."""

    code = "400.13"
    message_vi = "Mật khẩu giải mã phải có ít nhất {characters} ký tự và không được trùng với lời gợi nhớ."
    message_en = "A passphrase must have at least {characters} characters, and its hint may not be the same."


class EntitiesNeedAnswers(Problem):
    """A form that makes entities cannot be encrypted: the server could not read what to make."""

    code = "409.16"
    message_vi = (
        "Không mã hóa được biểu mẫu “{xml_form_id}”: phiếu của nó làm nên các danh sách dùng chung ({lists}), "
        "mà máy chủ không đọc được phiếu đã mã hóa."
    )
    message_en = (
        "Form “{xml_form_id}” cannot be encrypted: its submissions make entity lists ({lists}), and the server "
        "cannot read encrypted ones."
    )


@dataclass(frozen=True, slots=True)
class Sealed:
    """A form's text as it is to be published: xml with its key in it, key_id None without one."""

    xml: bytes
    key_id: int | None


@dataclass(frozen=True, slots=True)
class ListsWritten:
    """The entity lists a form writes: made has those it adds rows to, any those it adds to or changes rows of."""

    made: tuple[str, ...]
    any: tuple[str, ...]


def lists_written(schema_text: str) -> ListsWritten:
    """What of entity lists would stop when the form is encrypted. schema_text: its field list as stored."""
    declared = schema.declarations(schema.from_json(schema_text))
    made = dict.fromkeys(one.list_name for one in declared if one.creates)
    return ListsWritten(tuple(made), tuple(dict.fromkeys(one.list_name for one in declared)))


def seal(session: Session, form: Form, xml: bytes, schema_text: str) -> Sealed:
    """The text that the next version of a form gets, with the key its submissions are encrypted with.

    A key the workbook names (public_key) stays. Else a form once encrypted with a managed key stays so, and a project
    with a managed key encrypts every form but those that write entity lists.
    Raises BadPublicKey in the words of forms, EntitiesNeedAnswers.
    """
    public = encryption.key_of_form(xml)
    written = lists_written(schema_text)
    kept = None if public else _key_of_current(session, form)
    if (public or kept) and written.made:
        raise EntitiesNeedAnswers(xml_form_id=form.xml_form_id, lists=", ".join(written.made))
    if public:
        return Sealed(xml, ensure(session, public).id)
    key = kept or (None if written.any else _key_of_project(session, form.project_id))
    if key is None:
        return Sealed(xml, None)
    return Sealed(encryption.with_key(xml, key.public), key.id)


def ensure(session: Session, public: str) -> EncryptionKey:
    """The key of that public half; a new one is somebody else's. Raises BadPublicKey in the words of forms."""
    try:
        public = encryption.public_text(encryption.load_public_key(public))
    except encryption.BadPublicKey as error:
        raise InFormsWords(error) from error
    known = session.scalar(select(EncryptionKey).where(EncryptionKey.public == public))
    return known or _add(session, public, None, None)


def make(session: Session, passphrase: str, hint: str | None) -> EncryptionKey:
    """A new managed key, locked by a passphrase. Raises PassphraseRefused."""
    check_passphrase(passphrase, hint)
    private = rsa.generate_private_key(RSA_EXPONENT, RSA_BITS)
    return _add(session, encryption.public_text(private.public_key()), lock(private, passphrase), hint)


def check_passphrase(passphrase: str, hint: str | None) -> None:
    """Raises PassphraseRefused."""
    if len(passphrase) < PASSPHRASE_CHARACTERS or (hint and _secret(hint) == _secret(passphrase)):
        raise PassphraseRefused(characters=PASSPHRASE_CHARACTERS)


def lock(private: rsa.RSAPrivateKey, passphrase: str) -> dict[str, Any]:
    """A private key encrypted under a passphrase, with all but that which is needed to decrypt it again."""
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    plain = private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    content = AESGCM(_derive(passphrase, salt, PBKDF2_ROUNDS)).encrypt(nonce, plain, None)
    return {
        "kdf": "pbkdf2-sha256",
        "rounds": PBKDF2_ROUNDS,
        "salt": _text(salt),
        "cipher": "aes-256-gcm",
        "nonce": _text(nonce),
        "key": _text(content),
    }


def unlock(key: EncryptionKey, passphrase: str) -> rsa.RSAPrivateKey:
    """The private half of a managed key. Raises WrongPassphrase, which tells the hint."""
    locked = key.private or {}
    derived = _derive(passphrase, base64.b64decode(locked["salt"]), locked["rounds"])
    try:
        plain = AESGCM(derived).decrypt(
            base64.b64decode(locked["nonce"]), base64.b64decode(locked["key"]), None
        )
    except InvalidTag as error:
        hint_vi, hint_en = (f" Gợi nhớ: {key.hint}.", f" Hint: {key.hint}.") if key.hint else ("", "")
        raise WrongPassphrase(hint_vi=hint_vi, hint_en=hint_en) from error
    return encryption.load_private_key(plain)


def managed(session: Session, project_id: int) -> EncryptionKey | None:
    """The managed key of a project, be it for all forms or for some; None without one."""
    of_project = _key_of_project(session, project_id)
    if of_project is not None:
        return of_project
    used = select(FormVersion.key_id).join(Form, Form.id == FormVersion.form_id)
    rows = session.scalars(
        select(EncryptionKey)
        .where(EncryptionKey.id.in_(used.where(Form.project_id == project_id)))
        .order_by(EncryptionKey.id.desc())
    )
    return next((key for key in rows if key.private is not None), None)


def _key_of_current(session: Session, form: Form) -> EncryptionKey | None:
    """The managed key that a form's current version has."""
    key = session.scalar(
        select(EncryptionKey)
        .join(FormVersion, FormVersion.key_id == EncryptionKey.id)
        .where(FormVersion.id == form.current_version_id)
    )
    return key if key is not None and key.private is not None else None


def _key_of_project(session: Session, project_id: int) -> EncryptionKey | None:
    return session.scalar(
        select(EncryptionKey)
        .join(Project, Project.key_id == EncryptionKey.id)
        .where(Project.id == project_id)
    )


def _add(session: Session, public: str, private: dict[str, Any] | None, hint: str | None) -> EncryptionKey:
    key = EncryptionKey(public=public, private=private, hint=hint, created_at=now())
    session.add(key)
    session.flush()
    return key


def _derive(passphrase: str, salt: bytes, rounds: int) -> bytes:
    return PBKDF2HMAC(hashes.SHA256(), AES_BYTES, salt, rounds).derive(_secret(passphrase))


def _secret(passphrase: str) -> bytes:
    """The same bytes whatever keyboard wrote the Vietnamese letters."""
    return unicodedata.normalize("NFC", passphrase).encode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
