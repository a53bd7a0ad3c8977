"""The virtual tablet and what is filled in on it: drafts, edits, encryption, audit logs."""

import csv
import hashlib
import io
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from pyxform.xls2xform import convert

from forms.encryption import Opener, public_text, read_manifest
from tests.tablet import Finalised, Tablet

VISIT = """
| survey |
| | type    | name  | label | required |
| | text    | first | Một   |          |
| | text    | second | Hai  |          |
| | image   | photo | Ảnh   | yes      |
| | begin repeat | person | Người |    |
| | text    | name  | Tên   |          |
| | end repeat |   |       |          |
| | audit   | audit |       |          |
| settings |
| | form_id | form_title | version | client_editable |
| | visit   | Thăm hộ    | 1       | yes             |
"""
CLUBS = """
| survey |
| | type | name  | label | save_to |
| | text | title | Tên   | title   |
| | text | note  | Ghi chú |       |
| entities |
| | list_name | label    |
| | clubs     | ${title} |
| settings |
| | form_id | form_title | version | client_editable |
| | club    | Lập CLB    | 1       | yes             |
"""
AUDITED = VISIT.replace(
    "| | audit   | audit |       |          |",
    "| | audit   | audit |       |          | location-priority=balanced location-min-interval=60 "
    "location-max-age=120 track-changes=true identify-user=true track-changes-reasons=on-form-edit |",
).replace("| label | required |", "| label | required | parameters |", 1)


def xform(markdown: str) -> bytes:
    return convert(markdown, validate=False).xform.encode()


@pytest.fixture
def tablet(tmp_path: Path) -> Tablet:
    return Tablet("http://offline.invalid", tmp_path / "tablets")


@pytest.fixture
def visit(tablet: Tablet) -> Tablet:
    """A tablet with a form that may be edited."""
    tablet.install(xform(VISIT))
    return tablet


def last(tablet: Tablet) -> Finalised:
    return tablet.ledger()[-1]


def meta(tablet: Tablet, line: Finalised) -> dict[str, str]:
    root = etree.fromstring(tablet.xml(line.instance_id))
    return {etree.QName(node).localname: node.text for node in root.find("{*}meta")}


# -- drafts


def test_a_draft_is_kept_and_finished_later_under_the_same_instance_id(visit):
    visit.draft(questions=2, answers={"first": "trước", "second": "khi nghỉ"})
    drafted = list(visit.home.glob("tablet-001/drafts/*/.instance.json"))

    outcome = visit.finalise(answers={"person": 2, "name": "sau"})

    assert (len(drafted), outcome.problems, len(visit.ledger())) == (1, [], 1)
    answers = visit.answers(last(visit).instance_id)
    assert (answers["first"], answers["second"], answers["name"]) == ("trước", "khi nghỉ", "sau")
    assert not list(visit.home.glob("tablet-001/drafts/*"))


def test_a_draft_is_nothing_to_send(visit):
    visit.draft(questions=2)

    assert visit.ledger() == []


def test_the_log_of_a_draft_goes_on_where_it_stopped(visit):
    visit.draft(questions=2)
    visit.finalise()

    events = [row["event"] for row in log(visit, last(visit))]
    assert events.count("form start") == 1
    assert events.count("form resume") == 1
    assert [event for event in events if event.startswith("form")][-1] == "form finalize"


# -- edits


def test_an_edit_is_a_copy_with_a_new_instance_id_that_names_the_old_one(visit):
    visit.fill(answers={"first": "sai", "second": "đúng"})
    original = last(visit)

    outcome = visit.edit(original.instance_id, answers={"first": "sửa"})

    edit = last(visit)
    assert (outcome.problems, outcome.counts["edited"]) == ([], 1)
    assert meta(visit, edit)["deprecatedID"] == edit.deprecated_id == original.instance_id
    assert meta(visit, edit)["instanceID"] == edit.instance_id != original.instance_id
    answers = visit.answers(edit.instance_id)
    assert (answers["first"], answers["second"]) == ("sửa", "đúng")
    assert visit.answers(original.instance_id)["first"] == "sai"


def test_an_edit_brings_all_its_files_again(visit):
    visit.fill()
    original = last(visit)

    visit.edit(original.instance_id, answers={})

    photos = [
        {name: md5 for name, md5 in line.media.items() if name.endswith(".jpg")} for line in visit.ledger()
    ]
    assert photos[0] == photos[1] != {}
    assert last(visit).media["audit.csv"] != original.media["audit.csv"]


def test_only_the_latest_text_of_a_chain_can_be_edited(visit):
    visit.fill()
    first = last(visit)
    visit.edit(first.instance_id, answers={"first": "hai"})
    second = last(visit)

    refused = visit.edit(first.instance_id, answers={"first": "ba"})
    visit.edit(second.instance_id, answers={"first": "ba"})

    assert "later edit" in refused.problems[0]
    assert [line.deprecated_id for line in visit.ledger()] == [None, first.instance_id, second.instance_id]


def test_a_form_that_does_not_allow_edits_has_none(tablet):
    tablet.install(xform(VISIT.replace("| yes             |", "| no              |")))
    tablet.fill()

    outcome = tablet.edit(last(tablet).instance_id, answers={})

    assert "does not allow edits" in outcome.problems[0]
    assert len(tablet.ledger()) == 1


def test_an_edit_leaves_the_entities_of_the_tablet_as_they_are(tablet):
    tablet.install(xform(CLUBS))
    tablet.carry("clubs", {})
    tablet.fill(answers={"title": "Hy Vọng"})
    before = tablet.entities("clubs")

    tablet.edit(answers={"title": "Vui Khỏe"})

    assert tablet.answers(last(tablet).instance_id)["title"] == "Vui Khỏe"
    assert tablet.entities("clubs") == before
    assert [entity["label"] for entity in before.values()] == ["Hy Vọng"]


# -- audit logs


def log(tablet: Tablet, line: Finalised) -> list[dict[str, str]]:
    content = tablet.file(line.instance_id, "audit.csv").decode()
    return list(csv.DictReader(io.StringIO(content)))


def test_a_form_that_asks_for_nothing_more_gets_the_four_columns(visit):
    visit.fill()

    rows = log(visit, last(visit))
    assert list(rows[0]) == ["event", "node", "start", "end"]
    assert [row["event"] for row in rows][:2] == ["form start", "question"]


def test_a_form_that_asks_for_it_gets_old_and_new_values_places_people_and_reasons(tablet):
    tablet.install(xform(AUDITED))
    tablet.fill(answers={"first": "một, hai", "second": None})

    tablet.edit(answers={"first": "ba"}, reason="Nhầm, đã hỏi lại")

    rows = log(tablet, last(tablet))
    assert list(rows[0]) == [
        *("event", "node", "start", "end", "latitude", "longitude", "accuracy"),
        *("old-value", "new-value", "user", "change-reason"),
    ]
    changes = [(row["old-value"], row["new-value"]) for row in rows if row["node"] == "/data/first"]
    assert changes == [("", "một, hai"), ("một, hai", "ba")]
    assert [row["change-reason"] for row in rows if row["event"] == "change reason"] == ["Nhầm, đã hỏi lại"]
    assert all(row["latitude"] for row in rows)


def test_an_answer_left_as_it_was_has_no_values_in_the_log(tablet):
    tablet.install(xform(AUDITED))
    tablet.fill(answers={"second": "hai"})

    tablet.edit(answers={"first": "ba"})

    changes = [
        (row["old-value"], row["new-value"])
        for row in log(tablet, last(tablet))
        if row["node"] == "/data/second"
    ]
    assert changes == [("", "hai"), ("", "")]


# -- encryption


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


NAMESPACES = ("http://opendatakit.org/submissions", "http://www.opendatakit.org/xforms/encrypted")
"""That of the specification, and the one that releases of Collect have written."""


@pytest.fixture(params=NAMESPACES, ids=["specification", "collect"])
def secret(request: pytest.FixtureRequest, tablet: Tablet, key: rsa.RSAPrivateKey) -> Tablet:
    """A tablet that has filled in one encrypted form; it knows the public key only."""
    settings = VISIT.replace("| client_editable |", "| client_editable | public_key |").replace(
        "| yes             |\n", f"| yes | {public_text(key.public_key())} |\n"
    )
    tablet.install(xform(settings))
    tablet.fill(answers={"first": "bí mật"}, media_bytes=50_000, encrypted_namespace=request.param)
    return tablet


def test_the_server_opens_what_the_tablet_encrypted(secret, key):
    line = last(secret)
    manifest = read_manifest(secret.xml(line.instance_id))
    opener = Opener(manifest, key)

    plain = {
        name: opener.read(name, io.BytesIO(secret.file(line.instance_id, name))) for name in manifest.files
    }
    opener.verify()

    assert (manifest.xml_form_id, manifest.version, manifest.instance_id) == ("visit", "1", line.instance_id)
    assert {name.removesuffix(".enc"): md5(content) for name, content in plain.items()} == line.plain
    assert sorted(name.rpartition(".")[2] for name in line.plain) == ["csv", "jpg", "xml"]
    root = etree.fromstring(plain["submission.xml.enc"])
    assert root.findtext("{*}first") == "bí mật"
    assert root.findtext("{*}meta/{*}instanceID") == line.instance_id


def test_an_encrypted_submission_leaves_nothing_readable_to_send(secret):
    line = last(secret)

    assert all(name.endswith(".enc") for name in line.media)
    assert len(line.media) == 3
    assert b"first" not in secret.xml(line.instance_id)


def test_an_encrypted_submission_cannot_be_edited(secret):
    outcome = secret.edit(last(secret).instance_id, answers={})

    assert "encrypted" in outcome.problems[0]


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
