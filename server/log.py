"""What the server writes about itself: one line an event, never an answer, a name of a person, or a key."""

import logging
import re
import sys

import structlog

KEY = re.compile(r"(/(?:key|test|invitation)/+)[^/]*", re.IGNORECASE)


def configure() -> None:
    """Lines of key=value on standard error, with the time in UTC."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def redact(path: str) -> str:
    """A path without the keys in it, and without signs that a terminal would obey."""
    return printable(KEY.sub(r"\1…", path))


def printable(text: str, keep: str = "") -> str:
    """A text with a mark for each sign that a terminal would obey, but for those to keep."""
    return "".join(
        sign if sign in keep or sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text
    )


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that says which part speaks."""
    return structlog.get_logger(part=name)
