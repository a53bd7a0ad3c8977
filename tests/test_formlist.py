"""The form list and the forms it leads to: one wrong header or hash, and a phone loses its forms."""

import hashlib

import pytest
from lxml import etree

pytestmark = pytest.mark.database

LIST = "{http://openrosa.org/xforms/xformsList}"


def entries(response):
    root = etree.fromstring(response.data)
    assert root.tag == f"{LIST}xforms"
    return {one.findtext(f"{LIST}formID"): one for one in root}


def test_the_list_has_what_collect_demands(collect):
    response = collect.get("formList")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["X-OpenRosa-Version"] == "1.0"
    assert response.headers["X-OpenRosa-Accept-Content-Length"] == "10485760"
    assert response.headers["Cache-Control"] == "no-store"
    assert list(entries(response)) == ["visit", "place/1", "register"]
    visit = entries(response)["visit"]
    assert (visit.findtext(f"{LIST}name"), visit.findtext(f"{LIST}version")) == ("Thăm hộ", "v1")
    assert visit.find(f"{LIST}manifestUrl") is None


def test_every_hash_is_that_of_the_bytes_its_address_gives(collect):
    for entry in entries(collect.get("formList")).values():
        served = collect.get(entry.findtext(f"{LIST}downloadUrl"))

        assert served.status_code == 200
        assert entry.findtext(f"{LIST}hash") == "md5:" + hashlib.md5(served.data).hexdigest()
        assert f'id="{entry.findtext(f"{LIST}formID")}"'.encode() in served.data
        assert served.content_length == len(served.data)
