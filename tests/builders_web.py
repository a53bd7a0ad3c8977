"""A browser at the pages, and people to sit at it."""

import re
from collections.abc import Iterable
from html import unescape

from flask import Flask
from werkzeug.test import TestResponse

from server.db import Database
from server.services import password as passwords
from server.services import user as users
from server.services.actor import SYSTEM_ID

PASSWORD = "cây đa bến nước 12"
EMAIL = "lan@clb.example"


def a_person(
    database: Database,
    role: str = "admin",
    unit_ids: Iterable[int] = (),
    email: str = EMAIL,
    project_id: int | None = 1,
) -> int:
    """Somebody with a role in project 1 and a password of their own: PASSWORD. Gives the actor's id."""
    with database.transaction() as session:
        made = users.create(session, email, "Lan", role, SYSTEM_ID, 1, list(unit_ids))
        passwords.change(session, made.actor_id, PASSWORD)
    return made.actor_id


class Browser:
    """Keeps cookies, follows no redirect by itself, and sends forms with the word the last page gave it."""

    def __init__(self, app: Flask, base_url: str = "http://localhost") -> None:
        self.client = app.test_client()
        self.base_url = base_url
        self.word = ""

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self._seen(self.client.get(path, base_url=self.base_url))

    def post(self, path: str, /, **fields: str) -> TestResponse:
        """Send a form; csrf may be given to send another word than the page's."""
        return self._seen(self.client.post(path, data={"csrf": self.word} | fields, base_url=self.base_url))

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD, **fields: str) -> TestResponse:
        """Open the form and send it."""
        self.get("/session/new")
        return self.post("/session", email=email, password=password, **fields)

    def _seen(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and (
            found := re.search(r'name="csrf" value="([^"]+)"', response.text)
        ):
            self.word = found[1]
        return response


def alert(response: TestResponse) -> str:
    """What a page says went wrong; "" for nothing."""
    found = re.search(r'role="alert">(.*?)</p>', response.text, re.DOTALL)
    return unescape(" ".join(found[1].split())) if found else ""
