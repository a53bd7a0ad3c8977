"""A thousand bodies and a thousand XML documents that no tablet would send: none breaks the server or leaks from it.

The mutations come from a seed, so every run sees the same ones.
"""

import concurrent.futures
import http.client
import time
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import select

from server.models import Submission
from tests.builders import BOUNDARY, CONTENT_TYPE, multipart, submission
from tests.wire import Wire

pytestmark = pytest.mark.database

EXAMPLES = 1000
ANSWERS = {201, 202, 400, 404, 409, 413}
MIB = 2**20
LEAKS = (
    "Traceback",
    "/server/",
    "sqlalchemy",
    "SELECT ",
    "INSERT ",
    "psycopg",
    "sqlite3",
    "werkzeug",
    "lxml",
)
XML = submission({"note": "Họp tháng 11", "photo": "ảnh 1.jpg", "voice": "2.mp3"})
BODY = multipart(XML, [("ảnh 1.jpg", b"photo" * 50), ("2.mp3", b"voice")])
SEEDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
MARKS = [
    b"--",
    b"\r\n",
    b"\r\n\r\n",
    b"\0",
    b"\xff\xfe",
    b'"',
    b";",
    b"<",
    b">",
    b"&",
    b"&#0;",
    b"&a;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<?x?>",
    b"<!DOCTYPE a>",
    b' id="visit"',
    b' id="\xf0\x9f\x8c\xbe"',
    b' xmlns="x"',
    b"<meta>",
    b"</meta>",
    b"<instanceID/>",
    b"<deprecatedID>uuid:1</deprecatedID>",
    b'<entity dataset="clubs" id="1" create="1"/>',
    b"\xe1\xba",
    b"A" * 5000,
    f"--{BOUNDARY}\r\n".encode(),
    f"--{BOUNDARY}--\r\n".encode(),
    b"Content-Disposition: form-data; name=\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Type: multipart/mixed\r\n",
    b'name="*isIncomplete*"',
    b'name="xml_submission_file"',
]
"""What parsers stumble over."""


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """The original with up to six cuts, repeats, overwritings and things put in."""
    content = bytearray(original)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        length = draw(st.integers(1, 60))
        match draw(st.sampled_from(["cut", "repeat", "overwrite", "insert", "end", "flip"])):
            case "cut":
                del content[at : at + length]
            case "repeat":
                content[at:at] = content[at : at + length] * draw(st.integers(1, 20))
            case "overwrite":
                content[at : at + length] = draw(st.binary(max_size=length))
            case "insert":
                content[at:at] = draw(st.sampled_from(MARKS))
            case "end":
                del content[at:]
            case "flip" if at < len(content):
                content[at] ^= 1 << draw(st.integers(0, 7))
    return bytes(content)


def check(answer: tuple[int, dict[str, str], bytes], wire: Wire) -> None:
    """An answer that Collect can read, and nothing in it that is nobody's business."""
    status, headers, body = answer
    assert status in ANSWERS
    assert headers["content-type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(body)
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    text = body.decode()
    assert not [leak for leak in (*LEAKS, wire.token, str(wire.data)) if leak in text]


class Line:
    """One connection that stays open as long as the server lets it."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.connection = http.client.HTTPConnection("127.0.0.1", wire.port, timeout=20)

    def close(self) -> None:
        self.connection.close()

    def post(self, body: bytes, content_type: str = CONTENT_TYPE) -> tuple[int, dict[str, str], bytes]:
        path = f"{self.wire.base}/submission?deviceID=x"
        for is_last in (False, True):
            try:
                self.connection.request("POST", path, body, {"Content-Type": content_type})
                response = self.connection.getresponse()
                named = {name.lower(): value for name, value in response.getheaders()}
                return response.status, named, response.read()
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()  # The server may end a connection after a refusal.
                if is_last:
                    raise
        raise AssertionError


def test_a_thousand_broken_bodies_and_documents_break_nothing(wire):
    with closing(Line(wire)) as line:
        for _ in range(20):
            check(line.post(BODY), wire)
        files, memory = wire.open_files(), wire.resident_memory()

        @SEEDED
        @given(mutated(BODY))
        def bodies(body: bytes) -> None:
            check(line.post(body), wire)

        @SEEDED
        @given(mutated(XML))
        def documents(xml: bytes) -> None:
            check(line.post(multipart(xml)), wire)

        bodies()
        documents()

    assert wire.open_files() <= files + 40
    assert wire.resident_memory() - memory < 96 * MIB
    assert list((wire.data / "blobs" / "incoming").iterdir()) == []
    with wire.database.reading() as session:
        failed = session.scalars(
            select(Submission.projection_error).where(Submission.projection_state == "failed")
        ).all()
    assert failed == []
    assert_nobody_is_stuck(wire)


def assert_nobody_is_stuck(wire: Wire) -> None:
    """As many requests at once as the server has threads, answered at once."""
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        statuses = [answer.status for answer in pool.map(lambda _: wire.head(), range(300))]
    assert statuses == [204] * 300
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    "header", ["", "multipart/form-data", "multipart/form-data; boundary=", "a/b; c=d;;;="]
)
def test_any_content_type_is_answered(shared_wire, header):
    with closing(Line(shared_wire)) as line:
        check(line.post(BODY, header), shared_wire)


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999999", "1e3", "0x10", "+5", "5, 6"])
def test_a_length_that_is_none_is_answered_or_the_line_closed(shared_wire, length):
    request = (
        f"POST {shared_wire.base}/submission HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    )
    try:
        assert shared_wire.raw(request.encode() + BODY[:100]).status in (400, 413)
    except (http.client.HTTPException, ConnectionError):
        assert shared_wire.head().status == 204
