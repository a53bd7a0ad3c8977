"""The manifest: a phone takes any fault in it silently, and fills forms without their files."""

import hashlib
import unicodedata

import pytest
from lxml import etree

from tests.builders import FILES, PLACE, VILLAGES, publish

pytestmark = pytest.mark.database

MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


def media(response):
    assert response.status_code == 200
    root = etree.fromstring(response.data)
    assert root.tag == f"{MANIFEST}manifest"
    return {one.findtext(f"{MANIFEST}filename"): one for one in root}


def test_the_manifest_names_each_file_with_its_hash_and_address(collect):
    response = collect.get("forms/place%2F1/manifest")

    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert response.headers["Cache-Control"] == "no-store"
    villages = media(response)["thôn.csv"]
    assert villages.get("type") is None
    assert villages.findtext(f"{MANIFEST}hash") == "md5:" + hashlib.md5(VILLAGES).hexdigest()
    address = villages.findtext(f"{MANIFEST}downloadUrl")
    assert address == f"http://localhost{collect.base}/forms/place%2F1/attachments/th%C3%B4n.csv"


def test_a_file_is_served_whole_with_its_length_and_a_tag(collect):
    served = collect.get("forms/place%2F1/attachments/th%C3%B4n.csv")

    assert (served.status_code, served.data) == (200, VILLAGES)
    assert served.content_length == len(VILLAGES)
    assert served.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert served.headers["Cache-Control"] == "private, no-cache"
    again = collect.get("forms/place%2F1/attachments/th%C3%B4n.csv", If_None_Match=served.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_a_file_is_found_by_its_name_in_either_normal_form(collect):
    decomposed = unicodedata.normalize("NFD", "thôn.csv")

    assert collect.get(f"forms/place%2F1/attachments/{decomposed}").data == VILLAGES


def test_a_file_uploaded_with_a_decomposed_name_fills_the_place_the_form_names(database, blobs, collect):
    newer = VILLAGES + "3,Thôn Ba\n".encode()
    with database.transaction() as session:
        published = publish(session, blobs, PLACE, {unicodedata.normalize("NFD", "thôn.csv"): newer})

    assert published.files_changed == ("thôn.csv",)
    assert collect.get("forms/place%2F1/attachments/th%C3%B4n.csv").data == newer


def test_an_entity_list_is_marked_as_one_and_has_a_token_for_a_hash(collect):
    clubs = media(collect.get("forms/register/manifest"))["clubs.csv"]

    assert clubs.get("type") == "entityList"
    assert len(clubs.findtext(f"{MANIFEST}hash")) == len("md5:") + 32
    assert collect.get(clubs.findtext(f"{MANIFEST}downloadUrl")).status_code == 200


def test_a_form_without_files_has_an_empty_manifest(collect):
    assert media(collect.get("forms/visit/manifest")) == {}


def test_publishing_again_with_the_same_files_changes_nothing(database, blobs, collect):
    before = collect.get("forms/place%2F1/manifest").data
    with database.transaction() as session:
        published = publish(session, blobs, PLACE, FILES)

    assert (published.is_new, published.files_changed) == (False, ())
    assert collect.get("forms/place%2F1/manifest").data == before


def test_a_file_gone_from_the_disk_is_not_listed(blobs, collect):
    assert list(media(collect.get("forms/place%2F1/manifest"))) == ["thôn.csv"]
    blobs._path(hashlib.sha256(VILLAGES).hexdigest()).unlink()

    assert media(collect.get("forms/place%2F1/manifest")) == {}
