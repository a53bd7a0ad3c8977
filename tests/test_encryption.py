"""Opening encrypted submissions: what a real Collect encrypted, and what was cut, mixed up or changed on the way."""

import base64
import io
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from forms import encryption
from forms.encryption import (
    BadKeyFile,
    BadManifest,
    BadPublicKey,
    Damaged,
    FileAbsent,
    Manifest,
    Opener,
    WrongKey,
    load_private_key,
    load_public_key,
    public_text,
    read_manifest,
)
from tests.builders import new_instance_id, submission
from tests.encrypting import Encrypted, encrypt, key_pair

VECTOR = json.loads((Path(__file__).parent / "encryption_vector.json").read_text(encoding="utf-8"))
INSTANCE_ID = new_instance_id()
PLAIN = submission({"note": "Bà Lò Thị Mai", "photo": "1.jpg"}, instance_id=INSTANCE_ID)
PHOTO = bytes(range(256)) * 700
VOICE = b""


def encrypted(**how) -> Encrypted:
    files = [("1.jpg", PHOTO), ("lời kể.m4a", VOICE)]
    return encrypt(PLAIN, files, public=key_pair().public, instance_id=INSTANCE_ID, **how)


def opener(sent: Encrypted, key: int = 1) -> Opener:
    return Opener(read_manifest(sent.xml), key_pair(key).private)


def open_all(sent: Encrypted) -> dict[str, bytes]:
    opened = opener(sent)
    contents = {name: opened.read(name, io.BytesIO(content)) for name, content in sent.files}
    opened.verify()
    return contents


def test_a_submission_that_collect_encrypted_is_read():
    said = VECTOR["submission"]
    names = ("1561432532482.jpg.enc",)
    manifest = Manifest(
        "encrypted", "working3", said["instance_id"], said["wrapped"], names, "submission.xml.enc", ""
    )

    opened = Opener(manifest, load_private_key(VECTOR["private_key"].encode()))
    content = opened.read("submission.xml.enc", io.BytesIO(base64.b64decode(said["encrypted"])))

    assert said["place"] == 1
    assert content.decode() == said["plain"]


def test_the_vectors_are_those_that_other_servers_count():
    known = VECTOR["keys"][0]
    vectors = encryption.initialization_vectors(known["instance_id"], base64.b64decode(known["key"]))

    counted = [next(vectors).hex() for _ in range(32)]

    assert {place: counted[int(place)] for place in known["vectors"]} == known["vectors"]


def test_a_wrapped_key_of_collect_is_unwrapped():
    known = VECTOR["keys"][0]
    manifest = Manifest("f", "1", known["instance_id"], known["wrapped"], (), "submission.xml.enc", "")

    opened = Opener(manifest, load_private_key(VECTOR["private_key"].encode()))

    assert opened._key == base64.b64decode(known["key"])


def test_answers_and_files_come_out_byte_for_byte():
    contents = open_all(encrypted())

    assert contents == {"1.jpg.enc": PHOTO, "lời kể.m4a.enc": VOICE, "submission.xml.enc": PLAIN}


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 65535, 65536, 65537])
def test_every_length_is_padded_and_stripped(size):
    sent = encrypt(b"x" * size, public=key_pair().public, instance_id=INSTANCE_ID)

    assert open_all(sent)["submission.xml.enc"] == b"x" * size


def test_seventeen_files_turn_through_all_bytes_of_the_vector():
    files = [(f"{number}.jpg", bytes([number]) * 40) for number in range(17)]
    sent = encrypt(PLAIN, files, public=key_pair().public, instance_id=INSTANCE_ID)

    contents = open_all(sent)

    assert contents["16.jpg.enc"] == bytes([16]) * 40
    assert contents["submission.xml.enc"] == PLAIN


def test_a_form_without_a_version_signs_without_one():
    assert open_all(encrypted(version=None))["submission.xml.enc"] == PLAIN


def test_the_manifest_is_read_whatever_its_prefixes():
    manifest = read_manifest(encrypted().xml)

    assert manifest.xml_form_id == "visit"
    assert manifest.version == "v1"
    assert manifest.instance_id == INSTANCE_ID
    assert manifest.files == ("1.jpg.enc", "lời kể.m4a.enc", "submission.xml.enc")


def test_another_key_opens_nothing():
    with pytest.raises(WrongKey):
        opener(encrypted(), key=2)


def test_a_changed_byte_is_noticed_though_the_cipher_does_not():
    sent = encrypted()
    name, content = sent.files[0]
    opened = opener(sent)

    opened.read(name, io.BytesIO(bytes([content[0] ^ 1]) + content[1:]))
    for other, same in sent.files[1:]:
        opened.read(other, io.BytesIO(same))

    with pytest.raises(Damaged):
        opened.verify()


@pytest.mark.parametrize("cut", [1, 16, 5000])
def test_a_file_that_was_cut_is_damaged(cut):
    sent = encrypted()
    (name, content), *others = sent.files

    with pytest.raises(Damaged):
        open_all(Encrypted(sent.xml, [(name, content[:-cut]), *others]))


def test_an_empty_encrypted_file_is_damaged():
    with pytest.raises(Damaged, match=r"1\.jpg\.enc"):
        opener(encrypted()).read("1.jpg.enc", io.BytesIO(b""))


def test_files_in_another_order_are_damaged():
    sent = encrypted()
    first, second, last = sent.files
    swapped = sent.xml.replace(b"1.jpg.enc", b"@").replace("lời kể.m4a.enc".encode(), b"1.jpg.enc")
    mixed = Encrypted(swapped.replace(b"@", "lời kể.m4a.enc".encode()), [second, first, last])

    with pytest.raises(Damaged):
        open_all(mixed)


def test_a_version_that_was_changed_breaks_the_signature():
    sent = encrypted()

    with pytest.raises(Damaged):
        open_all(Encrypted(sent.xml.replace(b'version="v1"', b'version="v2"'), sent.files))


def test_a_file_that_never_came_is_named():
    sent = encrypted()
    opened = opener(sent)
    opened.read(*_of(sent, "submission.xml.enc"))

    with pytest.raises(FileAbsent, match=r"1\.jpg\.enc"):
        opened.verify()


def test_a_manifest_may_have_no_signature():
    assert open_all(encrypted(signed=False))["submission.xml.enc"] == PLAIN


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'encrypted="yes"', b""),
        (b'id="visit"', b'id=""'),
        (b"orx:instanceID>", b"orx:other>"),
        (b"encryptedXmlFile>", b"other>"),
        (b"base64EncryptedKey>", b"other>"),
        (b"<base64EncryptedKey>", b"<base64EncryptedKey>*"),
        ("lời kể.m4a.enc".encode(), b"1.jpg.enc"),
    ],
)
def test_a_manifest_that_lacks_something_says_so(old, new):
    xml = encrypted().xml.replace(old, new)

    with pytest.raises(BadManifest):
        Opener(read_manifest(xml), key_pair().private)


def test_a_private_key_is_read_from_pem_and_der_and_nothing_else():
    pair = key_pair()
    der = pair.private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )

    for content in (pair.pem(), der):
        assert load_private_key(content).private_numbers() == pair.private.private_numbers()
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    locked = pair.private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    for content in (b"", b"no key", other, locked, base64.b64decode(pair.public)):
        with pytest.raises(BadKeyFile):
            load_private_key(content)


def test_a_public_key_is_read_as_forms_carry_it():
    pair = key_pair()
    broken = "\n".join(pair.public[i : i + 64] for i in range(0, len(pair.public), 64))

    assert public_text(load_public_key(broken)) == pair.public
    for text in ("", "abc", pair.public[:-8], base64.b64encode(b"no key").decode()):
        with pytest.raises(BadPublicKey):
            load_public_key(text)


def _of(sent: Encrypted, name: str) -> tuple[str, io.BytesIO]:
    return name, io.BytesIO(dict(sent.files)[name])
