"""What tablets ask for all day: the list of forms, whether the server is there, whether a list has changed."""

from collections.abc import Iterator
from functools import partial

from flask import Flask, Response
from sqlalchemy import text

from bench.figures import Figure
from bench.measure import median_ms
from bench.place import Place, call

PROVINCE = "58"
FORM_LIST_MS = 3
FLOOR = "a Flask view answering a constant after SELECT 1"


def figures(place: Place, runs: int) -> Iterator[Figure]:
    """formList, HEAD before a submission, and the manifest of a form whose entity lists have not changed."""
    floor = floor_ms(place, runs)
    for vi, en, method, path, status, goal in (
        ("formList, 3 biểu mẫu", "form list with 3 forms", "GET", "formList", "200", FORM_LIST_MS),
        ("HEAD trước khi gửi phiếu", "HEAD before a submission", "HEAD", "submission", "204", None),
        (
            "Danh mục tệp của biểu mẫu, danh sách không đổi",
            "manifest: unchanged entity lists looked at again",
            "GET",
            "forms/club_meeting/manifest",
            "200",
            None,
        ),
    ):
        ask = partial(_ask, place, method, path, status)
        yield Figure(vi, en, median_ms(ask, runs), floor, FLOOR, goal=goal)


def _ask(place: Place, method: str, path: str, expected: str) -> None:
    status, body = place.ask(method, path, PROVINCE)
    if not status.startswith(expected):
        raise RuntimeError(f"{method} {path}: {status} {body.decode()}")


def floor_ms(place: Place, runs: int) -> float:
    """The least that an answer of this framework from this database can cost."""
    app, one = Flask("floor"), text("SELECT 1")

    @app.get("/")
    def constant() -> Response:
        with place.database.reader.connect() as connection:
            connection.execute(one).scalar()
        return Response(b"x" * 2000, content_type="text/xml; charset=utf-8")

    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
    }
    return median_ms(lambda: call(app, dict(environ)), runs)
