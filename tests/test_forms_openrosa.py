"""The XML Collect reads: its elements, namespaces and texts, to the letter."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from forms import openrosa
from forms.openrosa import FormListEntry, ManifestEntry

MD5 = "0123456789abcdef0123456789abcdef"
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


def form(**changes) -> FormListEntry:
    given = {
        "xml_form_id": "club",
        "name": "CLB",
        "version": "1",
        "md5": MD5,
        "download_url": "https://h/f.xml",
    }
    return FormListEntry(**{**given, **changes})


def file(**changes) -> ManifestEntry:
    return ManifestEntry(**{"filename": "clubs.csv", "md5": MD5, "download_url": "https://h/c", **changes})


def children(element) -> list[tuple[str, str | None]]:
    return [(etree.QName(child).localname, child.text) for child in element]


def test_a_form_list_holds_what_collect_asks_of_each_form():
    xml = openrosa.form_list(
        [form(name="Sinh hoạt <tháng> & quý"), form(manifest_url="https://h/m?a=1&b=2", version="")]
    )

    root = etree.fromstring(xml)
    assert xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert root.tag == f"{LIST}xforms"
    assert children(root[0]) == [
        ("formID", "club"),
        ("name", "Sinh hoạt <tháng> & quý"),
        ("version", "1"),
        ("hash", f"md5:{MD5}"),
        ("downloadUrl", "https://h/f.xml"),
    ]
    assert ("version", None) in children(root[1])
    assert children(root[1])[-1] == ("manifestUrl", "https://h/m?a=1&b=2")


def test_an_empty_form_list_is_still_a_form_list():
    root = etree.fromstring(openrosa.form_list([]))

    assert (root.tag, len(root)) == (f"{LIST}xforms", 0)


@pytest.mark.parametrize(
    "entry",
    [form(md5=""), form(md5=MD5.upper()), form(name=" "), form(xml_form_id=""), form(download_url="")],
)
def test_a_form_that_would_spoil_the_whole_list_never_leaves(entry):
    with pytest.raises(ValueError, match=r"empty|MD5"):
        openrosa.form_list([form(), entry])


def test_a_manifest_tells_files_from_entity_lists():
    xml = openrosa.manifest(
        [
            file(filename=unicodedata.normalize("NFD", "xã.csv")),
            file(kind="entityList", integrity_url="https://h/i"),
        ]
    )

    root = etree.fromstring(xml)
    assert [element.tag for element in root] == [f"{MANIFEST}mediaFile"] * 2
    assert [element.get("type") for element in root] == [None, "entityList"]
    assert children(root[0])[0] == ("filename", unicodedata.normalize("NFC", "xã.csv"))
    assert children(root[1]) == [
        ("filename", "clubs.csv"),
        ("hash", f"md5:{MD5}"),
        ("downloadUrl", "https://h/c"),
        ("integrityUrl", "https://h/i"),
    ]


@pytest.mark.parametrize("entry", [file(md5="abc"), file(filename=""), file(download_url="")])
def test_a_file_that_would_spoil_the_whole_manifest_never_leaves(entry):
    with pytest.raises(ValueError, match=r"empty|MD5"):
        openrosa.manifest([entry])


def test_integrity_says_true_and_false_without_white_space():
    xml = openrosa.integrity({"a": True, "b": False})

    assert xml.endswith(
        b'<data><entities><entity id="a"><deleted>true</deleted></entity>'
        b'<entity id="b"><deleted>false</deleted></entity></entities></data>\n'
    )
    assert b"<entities></entities>" in openrosa.integrity({})


def test_success_is_the_sentence_collect_translates():
    root = etree.fromstring(openrosa.submit_success())

    message = root[0]
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    assert (message.get("nature"), message.text) == (
        "submit_success",
        "full submission upload was successful!",
    )
    assert b"<message nature=" in openrosa.submit_success()


@given(text=st.text(), nature=st.text())
def test_any_text_makes_a_message_that_can_be_read_back(text, nature):
    root = etree.fromstring(openrosa.message(text, nature))

    assert (root[0].text or "") == openrosa.NOT_XML.sub("\ufffd", text)
