"""On the wire: a real server on a free port, its connections cut, its process killed, its answers lost."""

import concurrent.futures
import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.models import Quarantine, Submission, SubmissionAttachment, SubmissionVersion
from server.services import app_user
from server.services.actor import SYSTEM_ID
from tests.builders import CONTENT_TYPE, VILLAGES, multipart, submission

pytestmark = pytest.mark.database

SUCCESS = b"full submission upload was successful!"
START_SECONDS = 60


@dataclass
class Wire:
    """A running server, and a tablet's key to it."""

    port: int
    token: str
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen | None = None

    @property
    def base(self):
        return f"/v1/key/{self.token}/projects/1"

    def start(self):
        command = [sys.executable, "-m", "server.cli", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                return self.ask("GET", "/healthz")
            except OSError:
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.1)
        raise TimeoutError("the server did not start")

    def stop(self, how=signal.SIGTERM):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, how) if how == signal.SIGKILL else self.process.send_signal(how)
            self.process.wait(30)

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def post(self, body):
        return self.ask(
            "POST", f"{self.base}/submission?deviceID=x%3Ay", body, {"Content-Type": CONTENT_TYPE}
        )

    def post_and_leave(self, body, length):
        """Announce a whole body, send a part of it, and go; or send it all and not wait for the answer."""
        head = (
            f"POST {self.base}/submission HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(head.encode() + body[:length])
            time.sleep(0.2)


@pytest.fixture
def wire(database, database_url, forms_published, blobs, tmp_path):
    with database.transaction() as session:
        token = app_user.create(session, 1, "Máy thử", [], SYSTEM_ID).token
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"CLB_DATA": str(tmp_path), "CLB_DATABASE_URL": database_url}
    server = Wire(port, token, environment, tmp_path / "server.log")
    server.start()
    yield server
    server.stop()


def count(database, table, *where):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


def wait_until(holds, seconds=10):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_a_tablets_whole_conversation(wire, database, tmp_path):
    listed, forms = wire.ask("GET", f"{wire.base}/formList?deviceID=x%3Ay")
    assert (listed.status, listed.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert f"http://127.0.0.1:{wire.port}{wire.base}/forms/place%2F1/manifest".encode() in forms

    form, text = wire.ask("GET", f"{wire.base}/forms/visit.xml")
    assert int(form.headers["Content-Length"]) == len(text)
    assert b"md5:" + hashlib.md5(text).hexdigest().encode() in forms

    file, content = wire.ask("GET", f"{wire.base}/forms/place%2F1/attachments/th%C3%B4n.csv")
    assert (content, file.headers["Content-Length"]) == (VILLAGES, str(len(VILLAGES)))

    before, nothing = wire.ask("HEAD", f"{wire.base}/submission")
    assert (before.status, nothing) == (204, b"")

    taken, answer = wire.post(multipart(submission({"photo": "ảnh.jpg"}), [("ảnh.jpg", bytes(100_000))]))
    assert (taken.status, SUCCESS in answer) == (201, True)
    assert count(database, SubmissionAttachment, SubmissionAttachment.size == 100_000) == 1

    lost, answer = wire.ask("GET", "/v1/key/wrong/projects/1/formList")
    assert (lost.status, lost.headers["Content-Type"]) == (403, "text/xml; charset=utf-8")
    assert "khóa sai" in answer.decode()


def test_tablets_that_keep_their_connection_open_shut_nobody_out(wire):
    with ExitStack() as stack:
        for _ in range(200):
            idle = stack.enter_context(socket.create_connection(("127.0.0.1", wire.port), timeout=30))
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")

        assert wire.post(multipart(submission()))[0].status == 201


def test_slow_uploads_of_many_tablets_shut_nobody_out(wire):
    body = multipart(submission())
    head = (
        f"POST {wire.base}/submission HTTP/1.1\r\nHost: x\r\nContent-Type: {CONTENT_TYPE}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with ExitStack() as stack:
        for _ in range(100):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", wire.port), timeout=30))
            slow.sendall(head.encode() + body[:10])

        assert wire.post(body)[0].status == 201


def test_a_connection_cut_anywhere_leaves_nothing_and_the_next_try_succeeds(wire, database, tmp_path):
    body = multipart(submission({"photo": "1.jpg"}), [("1.jpg", bytes(300_000))])

    for share in (0.10, 0.50, 0.99):
        wire.post_and_leave(body, int(len(body) * share))

    incoming = tmp_path / "blobs" / "incoming"
    assert wait_until(lambda: not list(incoming.iterdir()))
    assert (count(database, Submission), count(database, Quarantine)) == (0, 0)
    assert wire.post(body)[0].status == 201
    assert count(database, Submission) == 1


def test_twenty_at_once_are_one_submission_and_all_are_told_so(wire, database):
    xml = submission({"photo": "1.jpg"})
    body = multipart(xml, [("1.jpg", b"one")])

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(wire.post, [body] * 20))

    assert [response.status for response, _ in answers] == [201] * 20
    assert all(SUCCESS in text for _, text in answers)
    assert count(database, Submission) == 1
    assert count(database, SubmissionVersion) == 1
    assert count(database, SubmissionAttachment) == 1


def test_a_large_submission_with_a_wrong_key_is_told_why_before_its_line_is_closed(wire):
    body = multipart(submission(), [("phim.mp4", bytes(8 * 2**20))])
    wire.token = "wrong"

    response, answer = wire.post(body)

    assert response.status == 403
    assert "khóa sai" in answer.decode()


def test_a_lost_answer_and_a_replay_are_one_submission(wire, database):
    body = multipart(submission())

    wire.post_and_leave(body, len(body))
    assert wait_until(lambda: count(database, Submission) == 1)

    assert wire.post(body)[0].status == 201
    assert count(database, Submission) == 1


def test_a_server_killed_before_its_answer_loses_nothing_and_doubles_nothing(wire, database):
    bodies = [multipart(submission({"photo": "1.jpg"}), [("1.jpg", bytes(200_000))]) for _ in range(12)]
    answered = []

    def send(body):
        try:
            answered.append((body, wire.post(body)[0].status))
        except (OSError, http.client.HTTPException):
            return

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        sending = [pool.submit(send, body) for body in bodies]
        wait_until(lambda: answered or count(database, Submission))
        wire.stop(signal.SIGKILL)
        concurrent.futures.wait(sending)

    wire.start()
    stored = count(database, Submission)
    assert stored >= len([status for _, status in answered if status == 201])
    for body in bodies:
        assert wire.post(body)[0].status == 201
    assert count(database, Submission) == len(bodies)
    assert count(database, SubmissionAttachment) == len(bodies)


def test_250_files_in_three_batches_are_one_submission(wire, database):
    xml = submission()
    files = [(f"{number}.jpg", f"ảnh {number}".encode()) for number in range(250)]

    for first in (0, 101, 202):
        batch = files[first : first + 101]
        assert wire.post(multipart(xml, batch, incomplete=first < 202))[0].status == 201

    assert count(database, Submission) == 1
    assert count(database, SubmissionAttachment, SubmissionAttachment.sha256.is_not(None)) == 250


def test_a_chunked_body_is_taken(wire, database):
    body = multipart(submission())
    pieces = (body[start : start + 100] for start in range(0, len(body), 100))

    response, _ = wire.post(pieces)

    assert response.status == 201
    assert count(database, Submission) == 1


def test_a_large_film_does_not_fill_the_memory(wire, database, tmp_path):
    film = 300 * 2**20
    head, tail = multipart(submission({"photo": "phim.mp4"}), [("phim.mp4", b"@@")]).split(b"@@")
    head = head.replace(b"Content-Length: 2\r\n", f"Content-Length: {film}\r\n".encode())

    def body():
        yield head
        for _ in range(film // 2**20):
            yield bytes(2**20)
        yield tail

    before = peak_memory(wire.process.pid)
    headers = {"Content-Type": CONTENT_TYPE, "Content-Length": str(len(head) + film + len(tail))}
    response, _ = wire.ask("POST", f"{wire.base}/submission", body(), headers)

    assert response.status == 201
    assert count(database, SubmissionAttachment, SubmissionAttachment.size == film) == 1
    assert peak_memory(wire.process.pid) - before < 64 * 2**20


def test_no_key_is_written_to_the_log(wire):
    wire.ask("GET", f"{wire.base}/formList")
    wire.stop()

    written = wire.log.read_text()
    assert "/v1/key/…/projects/1/formList" in written
    assert wire.token not in written


def peak_memory(pid):
    """The most memory that a process and its children ever held, in bytes."""
    pids = [pid, *(int(child) for child in children(pid))]
    lines = [line for one in pids for line in Path(f"/proc/{one}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def children(pid):
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
