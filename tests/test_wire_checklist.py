"""The checklist for a server that ODK Collect can trust: one test a line, on a real server over a real socket.

Cut lines, lost answers, repeats at once, many files, a slow line, a failing power supply. `make soak` adds what takes
minutes: ten megabytes at ten kilobytes a second.
"""

import base64
import concurrent.futures
import hashlib
import http.client
import itertools
import json
import signal
import socket
import time
import unicodedata
import zlib
from contextlib import ExitStack

import pytest
from lxml import etree
from sqlalchemy import select

from server import collect_settings
from server.blobs import BlobStore
from server.models import Quarantine, Submission, SubmissionAttachment, SubmissionVersion
from tests.builders import multipart, new_instance_id, submission
from tests.wire import SUCCESS, Wire, wait_until

pytestmark = pytest.mark.database

MIB = 2**20


def taken(answer):
    return answer.status == 201 and SUCCESS in answer.text


# The list of forms


def test_a_form_list_without_a_key_is_refused_and_with_one_is_what_collect_takes(shared_wire):
    refused = shared_wire.ask("GET", "/v1/key/wrong/projects/1/formList?deviceID=x")
    assert (refused.status, "khóa sai" in refused.text) == (403, True)

    answer = shared_wire.get("formList")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.headers["x-openrosa-version"] == "1.0"
    assert answer.headers["cache-control"] == "no-store"


def test_the_hash_of_a_form_is_that_of_its_bytes_packed_or_plain(shared_wire):
    for entry in etree.fromstring(shared_wire.get("formList").body):
        facts = {etree.QName(child).localname: child.text for child in entry}
        for packing in ("gzip", "identity"):
            body = shared_wire.get(facts["downloadUrl"], Accept_Encoding=packing).body
            assert facts["hash"] == f"md5:{hashlib.md5(body).hexdigest()}"


def test_addresses_start_with_the_external_one_and_take_any_parameter(shared_wire):
    for path in ("formList", "forms/place%2F1/manifest", "forms/register/manifest"):
        for node in etree.fromstring(shared_wire.get(path).body).iter("{*}downloadUrl", "{*}manifestUrl"):
            assert node.text.startswith(f"{shared_wire.address}{shared_wire.base}/")
            separator = "&" if "?" in node.text else "?"
            assert shared_wire.get(f"{node.text}{separator}deviceID=x%3Ay&unknown=%26").status == 200


# Sending


def test_head_is_204_without_a_body_with_a_length_and_without_a_location(shared_wire):
    answer = shared_wire.head()

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["x-openrosa-accept-content-length"].isdecimal()
    assert "location" not in answer.headers


def test_get_at_the_submission_address_harms_nothing(shared_wire):
    before = shared_wire.count(Submission)
    assert shared_wire.get("submission").status == 405
    assert shared_wire.count(Submission) == before


def bodies():
    """Every kind of first POST: its story and what it sends."""
    nfc = unicodedata.normalize("NFC", 'ảnh "1".jpg')
    nfd = unicodedata.normalize("NFD", nfc)
    photo = {"photo": nfc}
    three = [("1.jpg", b"1"), ("2.mp3", b"2"), ("audit.csv", b"event,node,start,end\n")]
    yield "XML only", multipart(submission())
    yield "XML and three files", multipart(submission(), three)
    yield "files before the XML", multipart(submission(), three, xml_last=True)
    yield "a name in NFC", multipart(submission(photo), [(nfc, b"x")])
    yield "a name in NFD", multipart(submission(photo), [(nfd, b"x")])
    yield "a file without a byte", multipart(submission({"photo": "0.jpg"}), [("0.jpg", b"")])
    yield "a file nobody named", multipart(submission(), [("stranger.bin", b"x")])
    yield "a version nobody published", multipart(submission(version="0"))


@pytest.mark.parametrize(("story", "body"), list(bodies()), ids=[story for story, _ in bodies()])
def test_each_post_is_one_submission_replayed_twice_and_twenty_at_once(shared_wire, story, body):
    blobs = BlobStore(shared_wire.data / "blobs")
    before = shared_wire.count(Submission)

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = [*pool.map(shared_wire.post, [body] * 20), shared_wire.post(body), shared_wire.post(body)]

    assert all(taken(answer) for answer in answers), story
    assert shared_wire.count(Submission) == before + 1
    with shared_wire.database.reading() as session:
        stored = session.scalars(
            select(SubmissionVersion).order_by(SubmissionVersion.id.desc()).limit(1)
        ).one()
        files = session.scalars(
            select(SubmissionAttachment).where(SubmissionAttachment.submission_version_id == stored.id)
        ).all()
    assert stored.xml in body
    assert len({file.name for file in files}) == len(files)
    assert all(blobs.read(file.sha256) in body for file in files)


def test_the_same_id_with_other_answers_leaves_the_first_alone_and_keeps_the_second(shared_wire):
    instance_id = new_instance_id()
    first, second = (submission({"note": note}, instance_id=instance_id) for note in ("một", "hai"))

    assert taken(shared_wire.post(multipart(first)))
    assert shared_wire.post(multipart(second)).status == 409
    assert taken(shared_wire.post(multipart(first)))
    kept = Quarantine.xml_sha256 == hashlib.sha256(second).hexdigest()
    assert shared_wire.count(Quarantine, kept) == 1
    assert shared_wire.count(SubmissionVersion, SubmissionVersion.xml == first) == 1


def test_250_files_in_three_batches_are_one_submission(shared_wire):
    instance_id = new_instance_id()
    xml = submission(instance_id=instance_id)
    files = [(f"{number}.jpg", f"ảnh {number} của {instance_id}".encode()) for number in range(250)]
    digests = {hashlib.sha256(content).hexdigest() for _, content in files}

    for first in (0, 101, 202):
        batch = files[first : first + 101]
        assert taken(shared_wire.post(multipart(xml, batch, incomplete=first < 202)))

    assert shared_wire.count(Submission, Submission.instance_id == instance_id) == 1
    assert shared_wire.count(SubmissionAttachment, SubmissionAttachment.sha256.in_(digests)) == 250


def test_a_film_of_300_megabytes_stays_within_200_megabytes_of_memory(wire):
    film = 300 * MIB
    head, tail = multipart(submission({"photo": "phim.mp4"}), [("phim.mp4", b"@@")]).split(b"@@")
    head = head.replace(b"Content-Length: 2\r\n", f"Content-Length: {film}\r\n".encode())
    length = len(head) + film + len(tail)
    before = wire.resident_memory()
    pieces = itertools.chain([head], (bytes(MIB) for _ in range(film // MIB)), [tail])

    assert taken(wire.post(pieces, Content_Length=str(length)))
    assert wire.count(SubmissionAttachment, SubmissionAttachment.size == film) == 1
    assert wire.peak_memory() < 200 * MIB
    assert wire.resident_memory() - before < 32 * MIB


# Bad lines


@pytest.mark.parametrize("share", [0.10, 0.50, 0.99])
def test_a_connection_cut_anywhere_leaves_nothing_and_the_next_try_succeeds(shared_wire, share):
    instance_id = new_instance_id()
    body = multipart(submission({"photo": "1.jpg"}, instance_id=instance_id), [("1.jpg", bytes(300_000))])
    incoming = shared_wire.data / "blobs" / "incoming"

    shared_wire.post_and_leave(body, int(len(body) * share))

    assert wait_until(lambda: not list(incoming.iterdir()))
    assert shared_wire.count(Submission, Submission.instance_id == instance_id) == 0
    assert shared_wire.count(Quarantine, Quarantine.instance_id == instance_id) == 0
    assert taken(shared_wire.post(body))
    assert shared_wire.count(Submission, Submission.instance_id == instance_id) == 1


def test_a_lost_answer_and_a_replay_are_one_submission(shared_wire):
    instance_id = new_instance_id()
    body = multipart(submission(instance_id=instance_id))

    shared_wire.post_and_leave(body, len(body))
    assert wait_until(lambda: shared_wire.count(Submission, Submission.instance_id == instance_id) == 1)

    assert taken(shared_wire.post(body))
    assert shared_wire.count(Submission, Submission.instance_id == instance_id) == 1


def throttled(wire: Wire, body: bytes, bytes_a_second: int) -> bytes:
    """Send a body no faster than a bad line; what came back."""
    with socket.create_connection(("127.0.0.1", wire.port), timeout=90) as line:
        line.sendall(wire.post_head(len(body)))
        piece = max(1, bytes_a_second // 10)
        for start in range(0, len(body), piece):
            line.sendall(body[start : start + piece])
            time.sleep(piece / bytes_a_second)
        response = http.client.HTTPResponse(line)
        response.begin()
        return response.read()


def test_a_line_of_ten_kilobytes_a_second_is_enough(shared_wire):
    body = multipart(submission({"photo": "1.jpg"}), [("1.jpg", bytes(100_000))])

    assert SUCCESS in throttled(shared_wire, body, 10_000).decode()


@pytest.mark.soak
def test_ten_megabytes_at_ten_kilobytes_a_second_arrive(wire):
    film = 10 * MIB
    body = multipart(submission({"photo": "1.mp4"}), [("1.mp4", bytes(film))])

    assert SUCCESS in throttled(wire, body, 10_000).decode()
    assert wire.count(SubmissionAttachment, SubmissionAttachment.size == film) == 1


def test_slow_uploads_of_many_tablets_shut_nobody_out(wire):
    body = multipart(submission())
    with ExitStack() as stack:
        for _ in range(100):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", wire.port), timeout=30))
            slow.sendall(wire.post_head(len(body)) + body[:10])

        assert taken(wire.post(body))


def test_tablets_that_keep_their_connection_open_shut_nobody_out(wire):
    with ExitStack() as stack:
        for _ in range(200):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", wire.port), timeout=30))
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")

        assert taken(wire.post(multipart(submission())))


def test_a_large_submission_with_a_wrong_key_is_told_why_before_its_line_is_closed(shared_wire):
    body = multipart(submission(), [("phim.mp4", bytes(8 * MIB))])

    answer = shared_wire.ask(
        "POST",
        "/v1/key/wrong/projects/1/submission",
        body,
        {"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert (answer.status, "khóa sai" in answer.text) == (403, True)


# A server that dies


def test_a_server_killed_between_receipt_and_answer_loses_nothing_and_doubles_nothing(wire):
    sent = [multipart(submission({"photo": "1.jpg"}), [("1.jpg", bytes(200_000))]) for _ in range(12)]
    answered = []

    def send(body):
        try:
            answered.append(taken(wire.post(body)))
        except (OSError, http.client.HTTPException):
            return

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        sending = [pool.submit(send, body) for body in sent]
        wait_until(lambda: answered or wire.count(Submission) > 0)
        wire.stop(signal.SIGKILL)
        concurrent.futures.wait(sending)

    wire.start()
    assert wire.count(Submission) >= answered.count(True)
    assert all(taken(wire.post(body)) for body in sent)
    assert wire.count(Submission) == len(sent)
    assert wire.count(SubmissionAttachment) == len(sent)


# Edits


@pytest.mark.parametrize("order", ["012", "210", "0112200"])
def test_a_chain_of_edits_in_order_reversed_and_with_repeats_ends_in_its_last(shared_wire, order):
    ids = [new_instance_id() for _ in range(3)]
    chain = [
        submission({"photo": "1.jpg"}, instance_id=ids[step], deprecated_id=ids[step - 1] if step else None)
        for step in range(3)
    ]

    for step in order:
        files = [("1.jpg", b"photo")] if step == "0" else []
        assert taken(shared_wire.post(multipart(chain[int(step)], files)))

    with shared_wire.database.reading() as session:
        row = session.scalars(select(Submission).where(Submission.instance_id == ids[0])).one()
        assert session.get_one(SubmissionVersion, row.current_version_id).instance_id == ids[2]
        carried = session.scalars(
            select(SubmissionAttachment.sha256).where(
                SubmissionAttachment.submission_version_id == row.current_version_id
            )
        ).all()
    assert carried == [hashlib.sha256(b"photo").hexdigest()]


# Settings


def test_the_settings_code_goes_round_with_booleans_as_booleans(shared_wire):
    address = f"{shared_wire.address}{shared_wire.base}"
    holder = collect_settings.Holder(address, "Khảo sát", collect_settings.NEUTRAL, "K")
    text = collect_settings.encode(collect_settings.for_tablet(holder, "vi"))

    settings = json.loads(zlib.decompress(base64.b64decode(text, validate=True)))

    assert settings["general"]["server_url"] == f"{shared_wire.address}{shared_wire.base}"
    assert isinstance(settings["admin"], dict)
    assert not any(value in ("true", "false") for part in settings.values() for value in part.values())


# Nothing leaks


def test_no_key_is_written_to_the_log(wire):
    wire.get("formList")
    wire.stop()

    written = wire.log.read_text()
    assert "/v1/key/…/projects/1/formList" in written
    assert wire.token not in written
