"""The form list, forms, manifests, files and entity lists as Collect reads them, over a real socket."""

import csv
import hashlib
import io
import unicodedata
import uuid

import pytest
from lxml import etree
from sqlalchemy import text

from server.blobs import BlobStore
from server.models import Form
from server.services import form
from tests.builders import FILES, multipart, publish, submission
from tests.wire import segment

pytestmark = pytest.mark.database

XFORMS = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
MARKET = """
| survey |
| | type  | name | label |
| | text  | note | Ghi chú |
| settings |
| | form_id           | form_title          | version |
| | chợ: phiên "1" & 2 | Chợ <phiên> & "hội" | 1.0 β   |
"""
SHED = """
| survey |
| | type  | name | label   | media::image |
| | note  | look | Nhìn    | ảnh mẫu.jpg  |
| | text  | note | Ghi chú |              |
| settings |
| | form_id | form_title | version |
| | shed    | Kho        | 1       |
"""
GROVE = """
| survey |
| | type | name    | label | save_to |
| | text | species | Loài  | species |
| | text | tree    | Mã    |         |
| settings |
| | form_id | form_title | version |
| | grove   | Trồng cây  | 1       |
| entities |
| | list_name | entity_id                  | create_if      | update_if       | label      |
| | trees     | coalesce(${tree}, uuid())  | ${tree} = ''   | ${tree} != ''   | ${species} |
"""
COUNT = """
| survey |
| | type                           | name | label |
| | select_one_from_file trees.csv | tree | Cây   |
| settings |
| | form_id | form_title | version |
| | count   | Đếm cây    | 1       |
"""


def put(wire, markdown, files=None):
    """Publish a form on the running server's database."""
    with wire.database.transaction() as session:
        return publish(session, BlobStore(wire.data / "blobs"), markdown, files)


def listed(wire):
    """The form list: form ID → element."""
    root = etree.fromstring(wire.get("formList").body)
    assert root.tag == f"{XFORMS}xforms"
    return {xform.findtext(f"{XFORMS}formID"): xform for xform in root}


def manifest(wire, form_id):
    """The manifest of a form: file name → element."""
    root = etree.fromstring(wire.get(f"forms/{segment(form_id)}/manifest").body)
    assert root.tag == f"{MANIFEST}manifest"
    return {file.findtext(f"{MANIFEST}filename"): file for file in root}


def test_every_entry_has_what_collect_demands_in_the_namespace_it_expects(shared_wire):
    put(shared_wire, MARKET)
    forms = listed(shared_wire)

    assert {"visit", "place/1", "register", 'chợ: phiên "1" & 2'} <= forms.keys()
    for form_id, entry in forms.items():
        assert all(child.tag.startswith(XFORMS) for child in entry)
        assert all(child.text and child.text == child.text.strip() for child in entry)
        xform = etree.fromstring(shared_wire.get(entry.findtext(f"{XFORMS}downloadUrl")).body)
        instance = xform.find("{*}head/{*}model/{*}instance")[0]
        assert instance.get("id") == form_id
        assert instance.get("version", "") == entry.findtext(f"{XFORMS}version")
        assert xform.findtext("{*}head/{*}title") == entry.findtext(f"{XFORMS}name")


def test_one_version_of_each_form_is_listed_the_current_one(shared_wire):
    put(shared_wire, SHED, {"ảnh mẫu.jpg": b"picture"})
    put(shared_wire, SHED.replace("| 1       |", "| 2       |"), {"ảnh mẫu.jpg": b"picture"})

    for query in ("", "&listAllVersions=true", "&verbose=true"):
        root = etree.fromstring(shared_wire.get(f"formList?{query}").body)
        versions = [x.findtext(f"{XFORMS}version") for x in root if x.findtext(f"{XFORMS}formID") == "shed"]
        assert versions == ["2"], query


def test_a_form_without_files_names_no_manifest(shared_wire):
    forms = listed(shared_wire)

    assert forms["visit"].find(f"{XFORMS}manifestUrl") is None
    assert forms["place/1"].find(f"{XFORMS}manifestUrl") is not None
    assert manifest(shared_wire, "visit") == {}


def test_a_form_is_served_as_collect_reads_it(shared_wire):
    answer = shared_wire.get("forms/visit.xml")

    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert not answer.body.startswith(b"\xef\xbb\xbf")
    assert etree.fromstring(answer.body).findtext("{*}head/{*}title") == "Thăm hộ"


def test_the_bytes_of_a_version_never_change_and_old_ones_stay(shared_wire):
    put(shared_wire, SHED.replace("shed", "hut"), {"ảnh mẫu.jpg": b"picture"})
    first = shared_wire.get("forms/hut.xml").body
    put(shared_wire, SHED.replace("shed", "hut").replace("| 1       |", "| 2       |"), {"ảnh mẫu.jpg": b"x"})

    assert shared_wire.get("forms/hut.xml?version=1").status == 200
    assert shared_wire.ask("GET", f"{shared_wire.base}/forms/hut.xml?version=1").body == first
    assert shared_wire.get("forms/hut.xml").body != first


def test_forms_that_take_no_more_are_not_listed_and_come_back_when_they_do(shared_wire):
    put(shared_wire, SHED.replace("shed", "barn"), {"ảnh mẫu.jpg": b"picture"})
    for state, is_listed in (("closing", False), ("closed", False), ("open", True)):
        with shared_wire.database.transaction() as session:
            form.get(session, 1, "barn").state = state
        assert ("barn" in listed(shared_wire)) == is_listed, state


def test_a_list_the_database_cannot_give_is_an_error_and_never_an_empty_one(wire):
    with wire.database.transaction() as session:
        session.execute(text("ALTER TABLE form_attachment RENAME TO gone"))

    for path in ("formList", "forms/register/manifest"):
        answer = wire.get(path)
        assert answer.status == 500
        assert "<xform" not in answer.text
        assert "gửi lại sau" in answer.text


def test_names_of_files_are_nfc_in_the_manifest_however_they_were_uploaded_and_asked_for(shared_wire):
    name = "ảnh mẫu.jpg"
    put(shared_wire, SHED.replace("shed", "loft"), {unicodedata.normalize("NFD", name): b"picture"})

    files = manifest(shared_wire, "loft")
    assert list(files) == [unicodedata.normalize("NFC", name)]
    for form_name in ("NFC", "NFD"):
        path = f"forms/loft/attachments/{segment(unicodedata.normalize(form_name, name))}"
        assert shared_wire.get(path).body == b"picture"


def test_hashes_of_plain_files_are_of_their_content_and_change_with_it_alone(shared_wire):
    markdown = SHED.replace("shed", "yard")
    for content in (b"one", b"two", b"two"):
        put(shared_wire, markdown, {"ảnh mẫu.jpg": content})
        entry = manifest(shared_wire, "yard")["ảnh mẫu.jpg"]
        assert entry.findtext(f"{MANIFEST}hash") == f"md5:{hashlib.md5(content).hexdigest()}"
        assert shared_wire.get(entry.findtext(f"{MANIFEST}downloadUrl")).body == content
        assert entry.get("type") is None


def test_a_manifest_lists_only_what_can_be_fetched(shared_wire):
    for form_id in listed(shared_wire):
        for name, entry in manifest(shared_wire, form_id).items():
            assert entry.findtext(f"{MANIFEST}hash").startswith("md5:")
            assert len(entry.findtext(f"{MANIFEST}hash")) == 36
            assert "/" not in name
            assert shared_wire.get(entry.findtext(f"{MANIFEST}downloadUrl")).status == 200


@pytest.mark.parametrize(
    "path", ["forms/none/manifest", "forms/visit/attachments/none.csv", "forms/none.xml"]
)
def test_what_is_not_there_is_404_in_words(shared_wire, path):
    answer = shared_wire.get(path)

    assert answer.status == 404
    assert etree.fromstring(answer.body)[0].get("nature") == "error"


def a_tree(wire, species, action='create="1"', tree=None, base=None):
    """Send a form that makes or changes a tree; its UUID."""
    tree = tree or str(uuid.uuid4())
    version = f' baseVersion="{base}"' if base else ""
    entity = (
        f'<entity xmlns="" dataset="trees" id="{tree}" {action}{version}><label>{species}</label></entity>'
    )
    xml = submission({"species": species}, xml_form_id="grove", version="1").replace(
        b"</orx:meta>", entity.encode() + b"</orx:meta>"
    )
    assert wire.post(multipart(xml)).status == 201
    return tree


@pytest.fixture
def grove(shared_wire):
    """Two forms that share a list of trees."""
    put(shared_wire, GROVE)
    put(shared_wire, COUNT)
    return shared_wire


def tree_list(wire):
    return manifest(wire, "count")["trees.csv"]


def rows(wire):
    answer = wire.get(tree_list(wire).findtext(f"{MANIFEST}downloadUrl"))
    assert answer.headers["content-type"].startswith("text/csv")
    return answer.text, list(csv.DictReader(io.StringIO(answer.text)))


def test_an_entity_list_is_announced_as_one_with_an_integrity_address(grove):
    entry = tree_list(grove)

    assert entry.get("type") == "entityList"
    assert entry.findtext(f"{MANIFEST}integrityUrl").startswith(f"{grove.address}{grove.base}/")


def test_an_entity_list_is_csv_with_the_columns_collect_needs_even_when_it_is_empty(grove):
    text, _ = rows(grove)
    assert text.splitlines()[0] == "name,label,__version,species"
    assert ";" not in text.splitlines()[0]

    tree = a_tree(grove, "Lim, xanh &quot;già&quot;; to".replace("&quot;", '"'))
    text, found = rows(grove)
    row = next(one for one in found if one["name"] == tree)
    assert (row["label"], row["__version"]) == ('Lim, xanh "già"; to', "1")
    assert not text.startswith("\ufeff")


def test_the_token_of_a_list_changes_with_every_change_and_with_nothing_else(grove):
    def token():
        return tree_list(grove).findtext(f"{MANIFEST}hash")

    tokens = [token(), token()]
    assert tokens[0] == tokens[1]
    tree = a_tree(grove, "Sến")
    tokens.append(token())
    a_tree(grove, "Sến già", 'update="1"', tree, 1)
    tokens.append(token())
    grove.post(multipart(submission()))
    assert token() == tokens[-1]
    assert len(set(tokens)) == 3


def test_a_list_is_never_older_than_its_token(grove):
    tree = a_tree(grove, "Gụ")
    entry = tree_list(grove)
    answer = grove.get(entry.findtext(f"{MANIFEST}downloadUrl"))

    assert tree in answer.text
    assert answer.headers["etag"] == f'"{entry.findtext(f"{MANIFEST}hash").removeprefix("md5:")}"'


def test_the_integrity_address_answers_in_the_words_collect_parses(grove):
    known = a_tree(grove, "Táu")
    address = tree_list(grove).findtext(f"{MANIFEST}integrityUrl")

    answer = grove.get(f"{address}?id={known}%2C{uuid.uuid4()}%2Cnonsense")

    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.body.split(b"?>", 1)[1].strip() == (
        f'<data><entities><entity id="{known}"><deleted>false</deleted></entity></entities></data>'.encode()
    )
    for ids in ("", ",", str(uuid.uuid4())):
        assert b"<data><entities></entities></data>" in grove.get(f"{address}?id={ids}").body


def test_media_replaced_on_a_live_form_arrives_without_a_new_version(shared_wire):
    before = manifest(shared_wire, "place/1")["thôn.csv"].findtext(f"{MANIFEST}hash")
    with shared_wire.database.transaction() as session:
        place = form.get(session, 1, "place/1")
        form.refresh(
            session,
            BlobStore(shared_wire.data / "blobs"),
            place.current_version_id,
            {"thôn.csv": FILES["thôn.csv"] + "3,Thôn Ba\n".encode()},
            1,
        )
        version = session.get_one(Form, place.id).current_version_id

    assert manifest(shared_wire, "place/1")["thôn.csv"].findtext(f"{MANIFEST}hash") != before
    assert listed(shared_wire)["place/1"].findtext(f"{XFORMS}version") == "2026"
    assert version is not None
