"""Many reports at once, on all cores: each process has its own database connections and loads fonts once.

What one report runs into does not stop the others: it is told of in that report's outcome.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Generic, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reports.period import Period
from reports.settings import DEFAULT, Settings
from server import memory
from server.db import Database
from server.errors import Problem
from server.models import Club, ClubUnit, Unit, UnitClosure
from server.scope import Scope
from server.services import issuing
from server.services.actor import SYSTEM_ID
from server.services.report.province import province, written

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
    """A province report to be written to files. kinds: of report.TYPES; the rest as `report.province` takes it."""

    code: str
    period: Period
    folder: Path
    today: date
    kinds: tuple[str, ...] = ("pdf",)
    language: str = "vi"
    settings: Settings = DEFAULT
    issuer: str = issuing.DEFAULT_KIND

    def __str__(self) -> str:
        return self.code

    def file(self, kind: str) -> Path:
        """Such as 58-2017..2020.pdf; in English 58-2017..2020-en.pdf, so that both have room in one folder."""
        end = "" if self.language == "vi" else f"-{self.language}"
        return self.folder / f"{self.code}-{self.period.text}{end}.{kind}"


def provinces(session: Session, scope: Scope, project_id: int, as_of: date) -> list[str]:
    """Codes of the provinces that clubs within the scope stand in on a day, in order."""
    return sorted(clubs_by_province(session, scope, project_id, as_of))


def clubs_by_province(session: Session, scope: Scope, project_id: int, as_of: date) -> dict[str, int]:
    """Code of a province → clubs within the scope that stand in it on a day; provinces without any are left out."""
    standing = scope.clubs(
        select(Unit.code, func.count(Club.id))
        .join(UnitClosure, UnitClosure.ancestor_id == Unit.id)
        .join(ClubUnit, ClubUnit.unit_id == UnitClosure.descendant_id)
        .join(Club, Club.id == ClubUnit.club_id)
        .where(Unit.level == "p", Club.project_id == project_id, Club.status != "rejected")
        .where(ClubUnit.valid_from <= as_of, or_(ClubUnit.valid_to.is_(None), ClubUnit.valid_to >= as_of))
        .group_by(Unit.code)
        .order_by(Unit.code)
    )
    return dict(session.execute(standing).all())


def write(database: Database, order: Order) -> list[Path]:
    """Compute one province report, of all clubs, and write its files. Raises what `report.province` and
    `report.written` do, and OSError."""
    with database.reading() as session:
        made = province(
            session,
            Scope(None, SYSTEM_ID, order.today),
            order.code,
            order.period,
            today=order.today,
            settings=order.settings,
            issuer=order.issuer,
        )
    files = [order.file(kind) for kind in order.kinds]
    for kind, file in zip(order.kinds, files, strict=True):
        file.write_bytes(written(made, order.today, kind, language=order.language))
    return files


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
