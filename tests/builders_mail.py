"""A real mail server of few words, for what is sent."""

import email
import email.policy
import socketserver
import threading
from contextlib import contextmanager

from server.config import Config


class MailServer(socketserver.ThreadingTCPServer):
    """A mail server of few words: takes every message, or none."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, refuses: bool) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.refuses, self.messages = refuses, []

    @property
    def config(self) -> Config:
        """Settings that lead here."""
        address = f"smtp://127.0.0.1:{self.server_address[1]}"
        return Config(
            smtp_url=address, mail_from="CLB <clb@so.example.vn>", public_url="https://clb.example.vn"
        )


class Conversation(socketserver.StreamRequestHandler):
    """RFC 5321 as far as one message needs it."""

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"RCPT" if self.server.refuses:
                    self.say("550 nobody here")
                case b"DATA":
                    self.say("354 go on")
                    self.server.messages.append(self.message())
                    self.say("250 taken")
                case b"QUIT":
                    self.say("221 bye")
                    return
                case _:
                    self.say("250 fine")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def message(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)


@contextmanager
def a_mail_server(refuses: bool = False):
    with MailServer(refuses) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
