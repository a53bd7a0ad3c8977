"""What all doors share: errors worded once in the door's own manner, a line of log for each request, health."""

import time

import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as WaitedTooLong
from werkzeug.exceptions import HTTPException, NotFound, RequestEntityTooLarge
from werkzeug.exceptions import MethodNotAllowed as WrongMethod

from forms.errors import FormsError
from server import auth, db, errors, migrate, web
from server.context import config, database
from server.errors import Problem
from server.log import redact
from server.openrosa import answer, keyless

COLLECT = ("/v1/key/", "/v1/test/")
"""Where tablets ask; and, with a careless address in their settings, anywhere at all for two documents."""
PLAIN = ("/v1/", "/healthz")
log = structlog.get_logger(part="http")


def prepare(app: Flask) -> None:
    """Give the application its error handlers, its log and its health page."""
    app.register_error_handler(Problem, _refuse)
    app.register_error_handler(FormsError, lambda error: _refuse(errors.InFormsWords(error)))
    app.register_error_handler(HTTPException, lambda error: _refuse(_of_http(error)))
    app.register_error_handler(WaitedTooLong, lambda _error: _refuse(errors.Busy()))
    app.register_error_handler(OperationalError, _database_failed)
    app.register_error_handler(Exception, _fail)
    app.before_request(_start_clock)
    app.after_request(_write_line)
    app.add_url_rule("/healthz", view_func=healthz)


@auth.rule(auth.PUBLIC)
def healthz() -> Response:
    """200 when the database answers and is up to date, for whatever watches over the server."""
    with database().reading() as session:
        migrate.check(session)
    return Response("ok\n", content_type="text/plain; charset=utf-8")


def worded(problem: Problem) -> Response:
    """A problem in the manner of the door that was asked: OpenRosa XML for Collect, a page for browsers."""
    response = _worded(problem)
    if problem.retry_seconds is not None:
        response.headers["Retry-After"] = str(problem.retry_seconds)
    return response


def _worded(problem: Problem) -> Response:
    if request.path.startswith(COLLECT) or request.path.endswith(keyless.ADDRESSES):
        return answer.refusal(problem)
    if not request.path.startswith(PLAIN):
        return web.refusal(problem)
    text = problem.message(config().language)
    return Response(f"{text}\n", problem.status, content_type="text/plain; charset=utf-8")


def _refuse(problem: Problem) -> Response:
    return worded(problem)


def _fail(error: Exception) -> Response:
    """What nobody foresaw: the sender keeps what it has and comes again; the log says where it happened."""
    log.error("request failed", path=redact(request.path), exc_info=error)
    return worded(Problem())


def _database_failed(error: OperationalError) -> Response:
    return _refuse(errors.Busy()) if db.is_locked(error) else _fail(error)


def _of_http(error: HTTPException) -> Problem:
    match error:
        case NotFound():
            return errors.PageNotFound()
        case WrongMethod():
            return errors.MethodNotAllowed(method=request.method)
        case RequestEntityTooLarge():
            return errors.BodyTooLarge(limit_mb=config().max_body_bytes // 2**20)
    return errors.BadRequest()


def _start_clock() -> None:
    g.started = time.perf_counter()


def _write_line(response: Response) -> Response:
    """One line for each request: no key, no answer, no name."""
    who = g.get("identity")
    log.info(
        "request",
        method=request.method,
        path=redact(request.path),
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1),
        actor=who.actor_id if who else None,
    )
    return response
