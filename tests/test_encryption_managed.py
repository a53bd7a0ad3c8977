"""Forms encrypted with a key of the project's own: enabled, published again, sent, refused where they write lists."""

import json
import unicodedata

import pytest
from lxml import etree
from sqlalchemy import select

from forms import encryption as reading
from server.errors import InFormsWords, Problem
from server.models import Audit, FormAttachment, FormVersion, Project
from server.models.form import EncryptionKey
from server.models.submission import Submission, SubmissionAttachment, SubmissionVersion
from server.services import encryption, encryption_key, form
from server.services.actor import SYSTEM_ID
from tests.builders import FILES, REGISTER, VISIT, new_instance_id, publish, submission
from tests.encrypting import encrypt, key_pair

pytestmark = pytest.mark.database

PASSPHRASE = "đường về bản Nậm Manh"
SELF_SUPPLIED = """
| survey |
| | type | name | label |
| | text | note | Ghi chú |
| settings |
| | form_id | form_title | version | public_key |
| | secret  | Kín        | 1       | {key}      |
"""

CORRECT = """
| survey |
| | type                       | name  | label | save_to |
| | select_one_from_file clubs.csv | club  | CLB   |         |
| | text                       | title | Tên   | title   |
| entities |
| | list_name | entity_id | label |
| | clubs     | ${club}   | ${title} |
| settings |
| | form_id | form_title | version |
| | correct | Sửa        | 1       |
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The stored number of rounds is what counts for reading; a small one keeps the tests quick."""
    monkeypatch.setattr(encryption_key, "PBKDF2_ROUNDS", 1000)


def enable(database, blobs, *names, passphrase=PASSPHRASE, hint=None):
    with database.transaction() as session:
        return encryption.enable(session, blobs, 1, passphrase, hint, names, SYSTEM_ID)


def current(session, xml_form_id: str) -> FormVersion:
    return session.get(FormVersion, form.get(session, 1, xml_form_id).current_version_id)


def version_and_key(database) -> tuple[str, str]:
    """What a tablet reads in the form visit: its version, and the key to encrypt with."""
    with database.reading() as reader:
        found = current(reader, "visit")
        return found.version, reading.key_of_form(found.xml)


def refused(problem: type[Exception], act) -> Exception:
    with pytest.raises(problem) as caught:
        act()
    return caught.value


def test_all_forms_but_those_that_write_lists_get_an_encrypted_version(
    database, blobs, session, forms_published
):
    published = enable(database, blobs)

    assert {one.xml_form_id for one in published} == {"visit", "place/1"}
    version = current(session, "visit")
    key = session.get(EncryptionKey, version.key_id)
    assert version.version == "v1" + reading.version_suffix(key.public)
    assert reading.key_of_form(version.xml) == key.public
    assert session.get(Project, 1).key_id == key.id
    assert current(session, "register").key_id is None
    assert current(session, "place/1").version.startswith("2026[encrypted:")


def test_the_new_text_differs_in_nothing_but_key_and_version(database, blobs, session, forms_published):
    before = current(session, "visit").xml
    session.rollback()

    enable(database, blobs)

    after = etree.fromstring(current(session, "visit").xml)
    model = after[0].find("{*}model")
    model.remove(model.find("{*}submission"))
    model.find("{*}instance")[0].set("version", "v1")
    assert etree.tostring(after, method="c14n2") == etree.tostring(etree.fromstring(before), method="c14n2")


def test_the_encrypted_version_keeps_its_files(database, blobs, session, forms_published):
    enable(database, blobs)

    version = current(session, "place/1")
    rows = session.scalars(select(FormAttachment).where(FormAttachment.form_version_id == version.id)).all()
    assert [row.name for row in rows] == ["thôn.csv"]
    assert blobs.read(rows[0].sha256) == FILES["thôn.csv"]


def test_one_form_may_be_encrypted_alone_and_another_later_with_the_same_key(
    database, blobs, session, forms_published
):
    enable(database, blobs, "visit")
    enable(database, blobs, "place/1", passphrase=None)

    assert len(session.scalars(select(EncryptionKey)).all()) == 1
    assert session.get(Project, 1).key_id is None
    assert current(session, "visit").key_id == current(session, "place/1").key_id is not None


def test_a_form_once_encrypted_stays_so_when_it_is_published_anew(database, blobs, session, forms_published):
    enable(database, blobs, "visit")

    with database.transaction() as writing:
        published = publish(writing, blobs, VISIT.replace("| v1 ", "| v2 "), FILES)

    assert published.version.startswith("v2[encrypted:")
    assert current(session, "visit").key_id is not None


def test_the_same_workbook_again_changes_nothing(database, blobs, forms_published):
    enable(database, blobs)

    with database.transaction() as writing:
        again = publish(writing, blobs, VISIT, FILES)

    assert not again.is_new
    assert again.version.startswith("v1[encrypted:")


def test_a_form_published_later_is_encrypted_where_the_whole_project_is(database, blobs, session):
    enable(database, blobs)

    with database.transaction() as writing:
        published = [publish(writing, blobs, markdown, FILES) for markdown in (VISIT, REGISTER)]

    assert [one.version.partition("[")[0] for one in published] == ["v1", "1"]
    assert current(session, "visit").key_id is not None
    assert current(session, "register").key_id is None


def test_a_form_that_writes_lists_is_refused_by_name(database, blobs, session, forms_published):
    problem = refused(encryption_key.EntitiesNeedAnswers, lambda: enable(database, blobs, "register"))

    assert "clubs" in problem.message("vi")
    assert session.scalars(select(EncryptionKey)).all() == []


def test_a_form_that_only_changes_lists_is_encrypted_when_named_and_stays_so(database, blobs, session, units):
    with database.transaction() as writing:
        for markdown in (REGISTER, CORRECT):
            publish(writing, blobs, markdown)
    with database.reading() as reading_:
        whole, named = (encryption.plan(reading_, 1, names) for names in ((), ("correct",)))

    assert (whole.entities, whole.silenced) == (("correct", "register"), ())
    assert (named.encrypted, named.silenced) == (("correct",), ("correct",))
    enable(database, blobs, "correct")
    with database.transaction() as writing:
        again = publish(writing, blobs, CORRECT.replace("| 1       |", "| 2       |"))
    assert again.version.startswith("2[encrypted:")
    assert current(session, "correct").key_id is not None


def test_a_self_supplied_key_works_as_it_is(database, blobs, session):
    pair = key_pair()

    with database.transaction() as writing:
        publish(writing, blobs, SELF_SUPPLIED.format(key=pair.public))

    version = current(session, "secret")
    key = session.get(EncryptionKey, version.key_id)
    assert (version.version, key.public, key.private) == ("1", pair.public, None)
    session.rollback()
    enable(database, blobs)
    assert current(session, "secret").version == "1"


def test_a_broken_self_supplied_key_is_refused_before_tablets_see_it(database, blobs):
    def act():
        with database.transaction() as writing:
            publish(writing, blobs, SELF_SUPPLIED.format(key="bm8ga2V5"))

    assert "public_key" in refused(InFormsWords, act).message("vi")


def test_a_list_writing_form_with_a_key_of_its_own_is_refused(database, blobs):
    markdown = REGISTER.replace("| version |", "| version | public_key |").replace(
        "| 1       |", f"| 1       | {key_pair().public} |"
    )

    def act():
        with database.transaction() as writing:
            publish(writing, blobs, markdown)

    refused(encryption_key.EntitiesNeedAnswers, act)


def test_the_passphrase_unlocks_the_key_and_nothing_else_does(database, blobs, session, forms_published):
    enable(database, blobs, hint="con đường")
    key = encryption.get_key(session, 1)

    private = encryption_key.unlock(key, PASSPHRASE)
    wrong = refused(encryption_key.WrongPassphrase, lambda: encryption_key.unlock(key, "đường về bản"))

    assert reading.public_text(private.public_key()) == key.public
    assert "con đường" in wrong.message("vi")


def test_letters_written_in_another_form_of_unicode_are_the_same_passphrase(session):
    key = encryption_key.make(session, unicodedata.normalize("NFC", PASSPHRASE), None)

    assert encryption_key.unlock(key, unicodedata.normalize("NFD", PASSPHRASE))


def test_neither_passphrase_nor_plain_key_is_stored(database, blobs, session, forms_published):
    enable(database, blobs)
    key = encryption.get_key(session, 1)
    private = encryption_key.unlock(key, PASSPHRASE)

    stored = json.dumps(key.private)
    audits = json.dumps([row.details for row in session.scalars(select(Audit))])

    for secret in (PASSPHRASE, str(private.private_numbers().d), str(private.private_numbers().p)):
        assert secret not in stored
        assert secret not in audits
    assert set(key.private) == {"kdf", "rounds", "salt", "cipher", "nonce", "key"}


def test_the_passphrase_can_be_changed_and_the_key_stays(database, blobs, session, forms_published):
    enable(database, blobs, hint="cũ")
    with database.transaction() as writing:
        encryption.change_passphrase(writing, 1, PASSPHRASE, "mật khẩu thứ hai", "mới", SYSTEM_ID)

    key = encryption.get_key(session, 1)

    assert reading.public_text(encryption_key.unlock(key, "mật khẩu thứ hai").public_key()) == key.public
    assert key.hint == "mới"
    refused(encryption_key.WrongPassphrase, lambda: encryption_key.unlock(key, PASSPHRASE))


@pytest.mark.parametrize(("passphrase", "hint"), [("ngắn", None), ("", None), (PASSPHRASE, PASSPHRASE)])
def test_a_passphrase_that_protects_nothing_is_refused(
    database, blobs, session, forms_published, passphrase, hint
):
    refused(
        encryption_key.PassphraseRefused,
        lambda: enable(database, blobs, passphrase=passphrase, hint=hint),
    )

    assert session.scalars(select(EncryptionKey)).all() == []
    assert current(session, "visit").key_id is None


def test_enabling_twice_says_so(database, blobs, forms_published):
    enable(database, blobs, "visit")
    refused(encryption.AlreadyEncrypted, lambda: enable(database, blobs, "visit"))
    enable(database, blobs)
    refused(encryption.AlreadyEncrypted, lambda: enable(database, blobs))
    refused(Problem, lambda: enable(database, blobs, "unknown"))


def test_tablets_are_told_of_the_new_version_and_get_the_key(database, blobs, collect):
    enable(database, blobs)

    listed = collect.get("formList").text
    served = collect.get("forms/visit.xml")

    assert "<version>v1[encrypted:" in listed
    assert reading.key_of_form(served.data)


def test_an_encrypted_submission_is_stored_and_feeds_nothing(database, blobs, collect, session):
    enable(database, blobs)
    version, public = version_and_key(database)
    instance_id = new_instance_id()
    plain = submission({"note": "x"}, version=version, instance_id=instance_id)
    sent = encrypt(plain, [("1.jpg", b"one")], public=public, instance_id=instance_id, version=version)

    answers = [collect.send(sent.xml, files) for files in (sent.files[:1], sent.files[1:], sent.files)]

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    stored = session.scalars(select(SubmissionVersion)).one()
    assert stored.is_encrypted
    assert stored.xml == sent.xml
    assert session.scalars(select(Submission.projection_state)).one() == "none"
    files = session.scalars(select(SubmissionAttachment).order_by(SubmissionAttachment.id)).all()
    assert [(file.name, file.is_expected) for file in files] == [
        ("1.jpg.enc", True),
        ("submission.xml.enc", True),
    ]


def test_an_encrypted_submission_without_an_instance_id_is_kept_aside(database, blobs, collect):
    enable(database, blobs)
    sent = encrypt(b"<x/>", public=key_pair().public, instance_id=new_instance_id())

    answer = collect.send(sent.xml.replace(b"orx:instanceID", b"orx:other"), sent.files)

    assert answer.status_code == 400


def test_keys_are_listed_with_what_came_and_what_came_unencrypted(database, blobs, collect, session):
    enable(database, blobs, "visit", hint="gợi nhớ")
    version, public = version_and_key(database)
    instance_id = new_instance_id()
    sent = encrypt(b"<x/>", public=public, instance_id=instance_id, version=version)
    collect.send(sent.xml, [*sent.files, ("1.jpg", b"left behind by a crash")])

    (state,) = encryption.keys(session, 1)

    assert (state.is_managed, state.hint, state.forms) == (True, "gợi nhớ", ("visit",))
    assert (state.submissions, state.plain_files) == (1, 1)
