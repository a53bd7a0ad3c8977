"""Many reports at once, on all cores: each process has its own database connections and loads fonts once.

What one report runs into does not stop the others: it is told of in that report's outcome.
"""

import gc
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Generic, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports.period import Period
from server.db import Database
from server.errors import Problem
from server.models import Club, ClubUnit, Unit, UnitClosure
from server.scope import Scope
from server.services.actor import SYSTEM_ID
from server.services.report.province import pdf, province

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


@dataclass(frozen=True, slots=True)
class Order:
    """A province report to be written to a file. today, geography_as_of: as `report.province` takes them."""

    code: str
    period: Period
    out: Path
    today: date
    geography_as_of: date | None = None

    def __str__(self) -> str:
        return self.code


def provinces(session: Session, scope: Scope, project_id: int, as_of: date) -> list[str]:
    """Codes of the provinces that clubs within the scope stand in on a day, in order."""
    standing = scope.clubs(
        select(Unit.code)
        .join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
        .join(ClubUnit, ClubUnit.unit_id == UnitClosure.descendant_id)
        .join(Club, Club.id == ClubUnit.club_id)
        .where(Unit.level == "p", Club.project_id == project_id, Club.status != "rejected")
        .where(ClubUnit.valid_from <= as_of, or_(ClubUnit.valid_to.is_(None), ClubUnit.valid_to >= as_of))
        .distinct()
        .order_by(Unit.code)
    )
    return list(session.scalars(standing))


def write(database: Database, order: Order) -> Path:
    """Make one province report, of all clubs, and write it. Raises what `report.province` and `report.pdf` do."""
    with database.reading() as session:
        made = province(
            session,
            Scope(None, SYSTEM_ID, order.today),
            order.code,
            order.period,
            today=order.today,
            geography_as_of=order.geography_as_of,
        )
    order.out.write_bytes(pdf(made, order.today))
    return order.out


def each(
    url: str,
    act: Callable[[Database, Item], Made],
    items: Sequence[Item],
    progress: Progress | None = None,
    processes: int | None = None,
) -> list[Outcome[Item, Made]]:
    """Do the act for every item, several at a time; outcomes come in the order of the items.

    url: of the database. act: a function of a module, so that other processes find it; its items and what it makes
    must be picklable. processes: without it, one a core, and no more than there are items.
    """
    if not items:
        return []
    many = min(processes or len(os.sched_getaffinity(0)), len(items))
    with ProcessPoolExecutor(many, get_context("spawn"), _begin, (url,)) as pool:
        waiting = {pool.submit(_run, act, item): place for place, item in enumerate(items)}
        outcomes: dict[int, Outcome[Item, Made]] = {}
        for done in as_completed(waiting):
            place = waiting[done]
            outcomes[place] = _outcome(items[place], done)
            if progress is not None:
                progress(len(outcomes), len(items), str(items[place]))
    return [outcomes[place] for place in range(len(items))]


def _outcome(item: Item, done: Future[Made | Failure]) -> Outcome[Item, Made]:
    error = done.exception()
    if error is not None:
        return Outcome(item, failure=_failure(ReportFailed(name=str(item), reason=type(error).__name__)))
    made = done.result()
    return Outcome(item, failure=made) if isinstance(made, Failure) else Outcome(item, made)


def _failure(problem: Problem) -> Failure:
    return Failure(problem.code, problem.message("vi"), problem.message("en"))


class _Worker:
    """What a process of the pool keeps from one report to the next."""

    database: Database


def _begin(url: str) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    _Worker.database = Database(url)
    gc.collect()
    gc.freeze()


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
