"""Many things at once, on all cores: each process has its own database connections and keeps what it has loaded.

What one of them runs into does not stop the others: it is told of in its outcome.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from threading import Thread
from types import ModuleType
from typing import Generic, TypeVar

from server import memory
from server.db import Database
from server.errors import Problem

Item = TypeVar("Item")
Made = TypeVar("Made")
Progress = Callable[[int, int, str], None]
"""Told after each report: how many are done, of how many, and which one it was."""


class ReportFailed(Problem):
    """A report of many ended in an error that nobody foresaw."""

    code = "500.9"
    message_vi = "Không lập được báo cáo “{name}” ({reason})."
    message_en = "Report “{name}” could not be made ({reason})."


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a report was not made, in both languages."""

    code: str
    vi: str
    en: str


@dataclass(frozen=True)
class Outcome(Generic[Item, Made]):
    """What became of one of many. made: None when it failed."""

    item: Item
    made: Made | None = None
    failure: Failure | None = None


def each(
    url: str,
    act: Callable[[Database, Item], Made],
    items: Sequence[Item],
    progress: Progress | None = None,
    processes: int | None = None,
) -> list[Outcome[Item, Made]]:
    """Do the act for every item, several at a time; outcomes come in the order of the items.

    url: of the database. act: a function of a module, so that other processes find it; its items and what it makes
    must be picklable. They are begun in their order, so give the longest first: none is then left alone at the end.
    processes: without it, one a core, and no more than there are items.
    """
    outcomes: dict[int, Outcome[Item, Made]] = {}
    for place, outcome in as_made(url, act, items, processes):
        outcomes[place] = outcome
        if progress is not None:
            progress(len(outcomes), len(items), str(outcome.item))
    return [outcomes[place] for place in range(len(items))]


def as_made(
    url: str, act: Callable[[Database, Item], Made], items: Sequence[Item], processes: int | None = None
) -> Iterator[tuple[int, Outcome[Item, Made]]]:
    """As `each`, but every outcome as soon as it is there, with its place among the items; none is kept here."""
    if not items:
        return
    many = min(processes or len(os.sched_getaffinity(0)), len(items))
    with ProcessPoolExecutor(many, get_context("spawn"), _begin, (url,)) as pool:
        with _loading_little():
            waiting = {pool.submit(_run, act, item): place for place, item in enumerate(items)}
        while waiting:
            for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                place = waiting.pop(done)
                yield place, _outcome(items[place], done)


@contextmanager
def _loading_little() -> Iterator[None]:
    """Processes that start meanwhile load what their act needs, and not the whole program that starts them: they would
    read its main module first, which takes seconds and a hundred megabytes each."""
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _outcome(item: Item, done: Future[Made | Failure]) -> Outcome[Item, Made]:
    error = done.exception()
    if error is not None:
        reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        return Outcome(item, failure=_failure(ReportFailed(name=str(item), reason=reason)))
    made = done.result()
    return Outcome(item, failure=made) if isinstance(made, Failure) else Outcome(item, made)


def _failure(problem: Problem) -> Failure:
    return Failure(problem.code, problem.message("vi"), problem.message("en"))


class _Worker:
    """What a process of the pool keeps from one report to the next."""

    database: Database
    is_settled: bool = False


def _begin(url: str) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    _Worker.database = Database(url)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def _run(act: Callable[[Database, Item], Made], item: Item) -> Made | Failure:
    try:
        return act(_Worker.database, item)
    except Problem as problem:
        return _failure(problem)
    finally:
        _settle()


def _settle() -> None:
    """After the first of many: libraries, fonts, templates and style sheets are there now, and stay."""
    if not _Worker.is_settled:
        _Worker.is_settled = True
        memory.settle()
