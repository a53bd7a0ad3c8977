"""HTTP as Collect speaks it: headers, caching, redirects, keys and hashes, over a real socket.

What Collect does on its side is in the names of the tests; sources are docs.getodk.org/openrosa and the app's code.
"""

import email.utils
import gzip
import hashlib
import http.client
import re
import socket

import pytest
from lxml import etree

from server.models import Submission
from tests.builders import CONTENT_TYPE, FILES, multipart, submission
from tests.wire import SUCCESS, segment

pytestmark = pytest.mark.database

DOCUMENTS = ["formList", "forms/register/manifest", "datasets/clubs/integrity"]
"""What Collect takes for a captive portal when it is not text/xml or names no version of OpenRosa."""
KEPT = [
    "forms/visit.xml",
    f"forms/place%2F1/attachments/{segment('thôn.csv')}",
    "forms/register/attachments/clubs.csv",
]
"""What Collect keeps in its cache and asks about again."""
XFORMS = "{http://openrosa.org/xforms/xformsList}"


def listed(wire, **headers):
    return etree.fromstring(wire.get("formList", **headers).body)


def test_a_device_id_and_unknown_parameters_change_nothing_at_any_address(shared_wire):
    for path in [*DOCUMENTS, *KEPT]:
        plain = shared_wire.ask("GET", f"{shared_wire.base}/{path}", headers=shared_wire.headers)
        query = "deviceID=x%3Ay&%C4%83=1&a=b&a=c&%FF"
        asked = shared_wire.ask("GET", f"{shared_wire.base}/{path}?{query}", headers=shared_wire.headers)
        assert (plain.status, asked.status, plain.body) == (200, 200, asked.body), path


def test_a_careless_slash_at_the_end_of_the_address_reaches_the_same_place(shared_wire):
    assert shared_wire.get("formList").body == shared_wire.ask("GET", f"{shared_wire.base}//formList").body
    assert shared_wire.head("/submission").status == 204
    assert shared_wire.post(multipart(submission()), path="/submission").status == 201


def test_addresses_are_absolute_encoded_and_begin_with_what_the_tablet_asked(shared_wire):
    for path in ("formList", "forms/place%2F1/manifest", "forms/register/manifest"):
        document = etree.fromstring(shared_wire.get(path).body)
        for address in (e.text for e in document.iter() if str(e.tag).endswith("Url")):
            assert address.startswith(f"{shared_wire.address}{shared_wire.base}/"), address
            assert address.isascii()
            assert shared_wire.get(address).status == 200


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_are_what_collect_takes_for_openrosa(shared_wire, path):
    answer = shared_wire.get(path)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert int(answer.headers["x-openrosa-accept-content-length"]) > 0
    assert email.utils.parsedate_to_datetime(answer.headers["date"])
    assert answer.headers["cache-control"] == "no-store"
    assert not answer.body.startswith(b"\xef\xbb\xbf")
    etree.fromstring(answer.body.decode("utf-8").encode())


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/key/wrong/projects/1/formList", 403),
        ("GET", "{base}/forms/none.xml", 404),
        ("GET", "{base}/nothing", 404),
        ("GET", "{base}/submission", 405),
        ("DELETE", "{base}/formList", 405),
        ("POST", "{base}/submission", 400),
    ],
)
def test_refusals_are_openrosa_too(shared_wire, method, path, status):
    answer = shared_wire.ask(method, path.format(base=shared_wire.base), headers=shared_wire.headers)

    assert answer.status == status
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.headers["x-openrosa-version"] == "1.0"
    root = etree.fromstring(answer.body)
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    assert root[0].get("nature") == "error"
    assert len(root[0].text) > 20
    assert b"OpenRosaResponse" in answer.body
    assert b"<message" in answer.body, "Collect looks for an element without a prefix"


@pytest.mark.parametrize("path", ["formList", *KEPT])
def test_nothing_but_200_is_answered_to_a_get_that_succeeds(shared_wire, path):
    assert shared_wire.get(path).status == 200


@pytest.mark.parametrize(
    "date", ["Sun, 22 Nov 2026 12:10:00 GMT", "CN, 22 thg 11 2026 03:04:05 GMT", "", "1970"]
)
def test_the_date_a_tablet_sends_is_never_judged(shared_wire, date):
    assert shared_wire.get("formList", Date=date).status == 200
    assert shared_wire.post(multipart(submission()), Date=date).status == 201


def test_header_names_come_in_any_case_and_the_openrosa_version_may_be_missing(shared_wire):
    body = multipart(submission())
    request = (
        f"POST {shared_wire.base}/submission HTTP/1.1\r\nhost: x\r\nCONTENT-TYPE: {CONTENT_TYPE}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    )

    assert shared_wire.raw(request.encode() + body).status == 201
    assert shared_wire.ask("GET", f"{shared_wire.base}/formList").status == 200


def test_gzip_and_plain_give_the_same_bytes(shared_wire):
    for path in [*DOCUMENTS, *KEPT]:
        packed = shared_wire.get(path, Accept_Encoding="gzip")
        plain = shared_wire.get(path, Accept_Encoding="identity")
        body = (
            gzip.decompress(packed.body) if packed.headers.get("content-encoding") == "gzip" else packed.body
        )
        assert body == plain.body, path


@pytest.mark.parametrize("path", KEPT)
def test_forms_and_files_tell_their_length_and_cost_nothing_when_unchanged(shared_wire, path):
    answer = shared_wire.get(path)
    tag = answer.headers["etag"]

    assert int(answer.headers["content-length"]) == len(answer.body) > 0
    assert tag.startswith('"'), "strong"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers.get("vary") != "*"
    for given in (tag, f"W/{tag}", f'"other", {tag}'):
        again = shared_wire.get(path, If_None_Match=given)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert shared_wire.get(path, If_None_Match='"other"').status == 200


def test_a_part_of_a_file_is_never_given_for_the_whole(shared_wire):
    answer = shared_wire.get("forms/visit.xml", Range="bytes=0-9")

    assert answer.status == 200
    assert len(answer.body) > 10


def test_nothing_redirects_because_a_redirected_post_loses_its_body(shared_wire):
    for path in ("formList", "formList/", "submission", "submission/", "//submission", "forms/visit.xml/"):
        for method in ("GET", "HEAD", "POST"):
            answer = shared_wire.ask(method, f"{shared_wire.base}/{path}", headers=shared_wire.headers)
            assert not 300 <= answer.status < 400, (method, path)
            assert "location" not in answer.headers


def test_one_connection_serves_a_whole_sync(shared_wire):
    connection = http.client.HTTPConnection("127.0.0.1", shared_wire.port, timeout=30)
    connection.connect()
    first = connection.sock
    for method, path, body in [
        ("GET", "formList", None),
        ("HEAD", "submission", None),
        ("POST", "submission", multipart(submission())),
        ("GET", "forms/visit.xml", None),
        ("POST", "submission", multipart(None)),
        ("HEAD", "submission", None),
    ]:
        connection.request(
            method, f"{shared_wire.base}/{path}", body, {"Content-Type": CONTENT_TYPE} if body else {}
        )
        response = connection.getresponse()
        response.read()
        assert connection.sock is first, (method, path)
    connection.close()


def test_a_post_that_the_app_repeats_by_itself_on_a_new_connection_is_taken_once(shared_wire):
    body = multipart(submission())
    before = shared_wire.count(Submission)

    shared_wire.post_and_leave(body, len(body))
    again = shared_wire.post(body)

    assert (again.status, SUCCESS in again.text) == (201, True)
    assert shared_wire.count(Submission) == before + 1


def test_a_key_in_the_address_is_enough_over_plain_http(shared_wire):
    answer = shared_wire.get("formList")

    assert answer.status == 200
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "key", ["wrong", "x" * 500, "%20", segment("khóa"), "..", segment("a/b"), "0" * 43, "%00"]
)
def test_a_wrong_key_is_403_and_never_asks_for_a_password_nor_empties_the_list(shared_wire, key):
    for method, path in (("GET", "formList"), ("HEAD", "submission"), ("POST", "submission")):
        answer = shared_wire.ask(method, f"/v1/key/{key}/projects/1/{path}", headers=shared_wire.headers)
        assert answer.status in (400, 403, 404), (key, method, path)
        assert "www-authenticate" not in answer.headers
        assert b"<xform" not in answer.body


def test_a_key_is_for_its_project_only(shared_wire):
    for project in ("2", "0", "99999999999999999999", "-1", "x"):
        answer = shared_wire.ask("GET", f"/v1/key/{shared_wire.token}/projects/{project}/formList")
        assert answer.status in (403, 404), project
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/formList", "/v1/projects/1/formList", "/v1/projects/1/submission", "/submission"]
)
def test_an_address_without_a_key_says_where_to_get_one(shared_wire, path):
    answer = shared_wire.ask("HEAD" if "submission" in path else "GET", path, headers=shared_wire.headers)
    assert answer.status == 403
    assert answer.headers["x-openrosa-version"] == "1.0"
    if answer.body:
        assert "QR" in etree.fromstring(answer.body)[0].text


def test_hashes_are_md5_of_the_very_bytes_with_the_prefix_collect_demands(shared_wire):
    for xform in listed(shared_wire):
        stated, address = xform.findtext(f"{XFORMS}hash"), xform.findtext(f"{XFORMS}downloadUrl")
        assert re.fullmatch("md5:[0-9a-f]{32}", stated)
        assert stated == f"md5:{hashlib.md5(shared_wire.get(address).body).hexdigest()}"

    manifest = shared_wire.get("forms/place%2F1/manifest").text
    assert f"md5:{hashlib.md5(FILES['thôn.csv']).hexdigest()}" in manifest


def test_a_request_line_of_1600_ids_is_taken(shared_wire):
    ids = ",".join(f"{number:08x}-0000-4000-8000-000000000000" for number in range(1600))
    path = f"datasets/clubs/integrity?id={segment(ids)}"

    answer = shared_wire.ask("GET", f"{shared_wire.base}/{path}&deviceID=x", headers=shared_wire.headers)

    assert len(path) > 60 * 1024, "65,534 bytes are as long as the server lets an address be"
    assert answer.status == 200
    assert list(etree.fromstring(answer.body).find("entities")) == []


def test_an_http_10_client_and_one_without_a_host_are_answered(shared_wire):
    old = shared_wire.raw(f"GET {shared_wire.base}/forms/visit.xml HTTP/1.0\r\n\r\n".encode())
    assert old.status == 200


def test_nonsense_on_the_line_gets_an_answer_or_an_end_and_harms_nobody(shared_wire):
    for line in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET\r\n\r\n",
        b"\r\n" * 20,
        b"POST / HTTP/9\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", shared_wire.port), timeout=10) as connection:
            connection.sendall(line)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(4096)
    assert shared_wire.head().status == 204
