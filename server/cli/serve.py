"""clb serve, clb migrate."""

import errno
import logging
import os
import resource
import socket

import click
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server import Server

from server import migrate as migrations
from server.cli.shell import blobs, database, say, settings
from server.errors import Problem

THREADS = 256
"""Slow uploads each hold one; they cost memory only, and idle ones end."""
CONNECTIONS = 1024
"""Collect keeps its connection open between requests for minutes: there are more of them than requests at work."""
IDLE_MS = 60_000
"""How long a connection may say nothing; Granian allows no more."""
OPEN_FILES = 8192
"""Connections, and files on their way in; many systems give a process 1024."""
POSTGRESQL_WORKERS = 2
STOP_SECONDS = 15
"""How long a worker may take to end when told to; what is cut then was never acknowledged, and comes again."""
REQUEST_LINE_BYTES = 512 * 1024
"""Collect asks about hundreds of entities in one address."""


class PortTaken(Problem):
    """Another program listens there already."""

    code = "500.11"
    message_vi = "Cổng {port} của {host} đã có chương trình khác dùng. Xin chọn cổng khác, ví dụ PORT=8123."
    message_en = (
        "Port {port} of {host} is in use by another program. Please choose another, such as PORT=8123."
    )


@click.command(short_help="Chạy máy chủ | Serve")
@click.option("--host", help="Địa chỉ lắng nghe (mặc định CLB_HOST hoặc 127.0.0.1) | Address to listen on")
@click.option("--port", type=int, help="Cổng (mặc định PORT hoặc 8000) | Port")
@click.option(
    "--worker/--no-worker",
    "has_worker",
    default=True,
    help="Kèm tiến trình việc nền (clb worker) | With a worker beside it",
)
def serve(host: str | None, port: int | None, has_worker: bool) -> None:
    """Chạy máy chủ cho máy tính bảng và trình duyệt.

    Serve tablets and browsers. The database must be up to date (clb migrate).
    """
    with database().reading() as session:
        migrations.check(session)
    host, port = host or settings().host, port or settings().port
    if has_worker:
        run_with_worker(host, port)
    else:
        run(host, port)


@click.command(short_help="Cập nhật cơ sở dữ liệu | Bring the database up to date")
def migrate() -> None:
    """Tạo hoặc cập nhật cơ sở dữ liệu; chạy lại không gây hại.

    Create the database or bring it up to date; harmless to repeat.
    """
    revision = migrations.upgrade(database())
    say(f"Cơ sở dữ liệu ở phiên bản {revision}.", f"The database is at revision {revision}.")


def require_free(host: str, port: int) -> None:
    """Raises PortTaken. Granian shares its port: two servers on one would answer each other's browsers in turn."""
    try:
        socket.create_server((host, port), family=_family(host, port)).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port) from error
        raise


def _family(host: str, port: int) -> socket.AddressFamily:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]


def run_with_worker(host: str, port: int) -> None:
    """As `run`, with a worker that ends when the server does."""
    require_free(host, port)
    from server.cli import worker  # Not needed by those who run one elsewhere.

    with worker.beside():
        run(host, port)


def run(host: str, port: int) -> None:
    """Serve until told to stop. SQLite takes one writing process; PostgreSQL as many as there are cores to use."""
    require_free(host, port)
    workers = 1 if database().is_sqlite else POSTGRESQL_WORKERS
    database().close()
    _allow_open_files()
    blobs().sweep()
    os.environ["CLB_DATA"] = str(settings().data.absolute())
    logging.getLogger("_granian").addFilter(_is_news)
    Server(
        "server.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        websockets=False,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        http1_settings=HTTP1Settings(header_read_timeout=IDLE_MS, max_buffer_size=REQUEST_LINE_BYTES),
    ).serve()


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of Granian's tells anything: its doubts about the number of threads are answered at THREADS."""
    return "Python threads" not in record.getMessage()


def _allow_open_files() -> None:
    """Raise the limit of this process and its workers as far as the system lets anybody."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
