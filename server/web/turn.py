"""Work that takes seconds and much memory takes turns: at most so many at once, so many who wait, and no more."""

from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from typing import Any, TypeVar

from server.errors import Problem

AT_ONCE, WAITING = 2, 30
View = TypeVar("View", bound=Callable[..., Any])


class TooManyAtOnce(Problem):
    """More reports were asked for than may wait."""

    code = "503.1"
    retry_seconds = 120
    message_vi = "Đang có nhiều báo cáo được lập cùng lúc. Xin thử lại sau ít phút."
    message_en = "Many reports are being made at this moment. Please try again in a few minutes."


class Turns:
    """At most so many at work, and so many who wait for their turn; entering raises TooManyAtOnce beyond that.

    Each one holds a thread of the server: were there no end to them, tablets would find none. Whoever is inside
    must not enter again.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._inside, self._at_work = BoundedSemaphore(at_once + waiting), BoundedSemaphore(at_once)

    def __enter__(self) -> None:
        if not self._inside.acquire(blocking=False):
            raise TooManyAtOnce
        self._at_work.acquire()

    def __exit__(self, *error: object) -> None:
        self._at_work.release()
        self._inside.release()


turns = Turns(AT_ONCE, WAITING)
"""For whatever computes figures from club tables, lays pages out or scales pictures: a report takes seconds and some
150 MB."""


def heavy(view: View) -> View:
    """Mark a view whose whole work takes a turn, once it is known who asks. Below `auth.rule`."""

    @wraps(view)
    def waiting(*args: Any, **kwargs: Any) -> Any:
        with turns:
            return view(*args, **kwargs)

    waiting.is_heavy = True  # type: ignore[attr-defined]
    return waiting  # type: ignore[return-value]
