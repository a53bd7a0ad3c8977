"""Purging the bin, in the background: a few submissions at a time, then the files that nothing names any more."""

from datetime import datetime

from server import log
from server.cli.shell import blobs, database
from server.services import stored_file
from server.services.submission import purge

speak = log.logger("worker")


def purge_due(at: datetime) -> int:
    """Purge what was deleted more than thirty days ago; how many files went with it."""
    files: set[str] = set()
    while _is_due(at):
        with database().transaction() as session:
            files |= purge.purge(session, at)
        speak.info("bin purged")
    if not files:
        return 0
    with database().reading() as session:
        return stored_file.sweep(session, blobs(), files)


def _is_due(at: datetime) -> bool:
    with database().reading() as session:
        return purge.is_due(session, at)
