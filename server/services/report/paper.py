"""Reports as papers: finding one within a scope, listing them, and reading the content that is kept of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn

import msgspec
from sqlalchemy import Select, extract, or_, select, update
from sqlalchemy.orm import Session, aliased

from reports import frozen, papers
from reports.frozen import Content
from reports.period import Period, parse
from reports.province import Replaced
from reports.settings import Settings
from server.blobs import BlobStore
from server.models import Actor, Report, Unit
from server.scope import Scope
from server.services import issuing
from server.services.report.problem import ChangedMeanwhile, ContentUnreadable, ReportNotFound, WrongState

PAGE_ROWS = 50
DRAFT, CHECKED, ISSUED, REPLACED = "draft", "checked", "issued", "replaced"
STATES = {
    DRAFT: ("dự thảo", "a draft"),
    CHECKED: ("đã kiểm tra", "checked"),
    ISSUED: ("đã ban hành", "issued"),
    REPLACED: ("đã được thay thế", "replaced"),
}
"""State → its name in Vietnamese and in English."""
OUT = (ISSUED, REPLACED)
PROVINCE, NATION = "province", "nation"
"""Kinds of document, as reports.frozen names them."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a report is computed with, beside its province and period. settings: with the day of its boundaries."""

    settings: Settings
    cut_off: date
    """The last day whose submissions are in."""
    language: str = "vi"
    """In which it is printed: vi or en."""
    issuer: str = issuing.DEFAULT_KIND
    """The kind of office that issues it, one of issuing.KINDS."""

    @property
    def geography_as_of(self) -> date:
        """The day whose boundaries count."""
        assert self.settings.geography_as_of is not None  # draft.compute sees to it.
        return self.settings.geography_as_of

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        settings = msgspec.to_builtins(self.settings)
        return {
            "settings": settings,
            "cut_off": self.cut_off.isoformat(),
            "language": self.language,
            "issuer": self.issuer,
        }

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Basis":
        """From what is stored."""
        settings = msgspec.convert(stored["settings"], Settings)
        return cls(settings, date.fromisoformat(stored["cut_off"]), stored["language"], stored["issuer"])


@dataclass(frozen=True, slots=True)
class Step:
    """Who took a step, and when."""

    actor_id: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A report with the names a reader needs. Steps not yet taken are None."""

    row: Report
    unit: Unit
    drafted: Step
    checked: Step | None
    issued: Step | None
    replaces: Report | None
    replaced_by: Report | None

    @property
    def period(self) -> Period:
        """The period it is about."""
        return self.basis.settings.over(parse(self.row.period))

    @property
    def basis(self) -> Basis:
        """What it was computed with."""
        return Basis.of(self.row.settings)

    @property
    def is_out(self) -> bool:
        """Whether it was issued, replaced since or not."""
        return self.row.state in OUT

    @property
    def is_of_nation(self) -> bool:
        """Whether it is about the whole country."""
        return self.row.document == NATION

    @property
    def full_number(self) -> str:
        """05/BC-SYT; empty before it has one."""
        return full_number(self.row)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which papers of a list are wanted: of a province by code, of a year, in a state; empty or None: all."""

    province: str = ""
    year: int | None = None
    state: str = ""


def full_number(row: Report) -> str:
    """05/BC-SYT, with a zero before numbers below 10 as Nghị định 30/2020/NĐ-CP writes them; empty for a draft."""
    return "" if row.number is None else f"{row.number:02}/{row.symbol}"


def replaced(of: Paper) -> Replaced | None:
    """The issued report that this one amends, as its pages name it."""
    old = of.replaces
    if old is None or old.issued_on is None:
        return None
    return Replaced(f"{old.number:02}", old.symbol or "", old.issued_on)


def get(session: Session, scope: Scope, project_id: int, report_id: int) -> Paper:
    """One report with its names. Raises ReportNotFound, also for one of other units."""
    found = session.execute(_papers(scope, project_id).where(Report.id == report_id)).one_or_none()
    if found is None:
        raise ReportNotFound(report_id=report_id)
    return _paper(found)


def listed(
    session: Session, scope: Scope, project_id: int, wanted: Filter | None = None, page: int = 1
) -> list[Paper]:
    """One page of the reports within the scope: open ones first, then the newest. One row more than a page may come,
    which tells that there is a next one."""
    statement = _narrowed(_papers(scope, project_id), wanted or Filter())
    ordered = statement.order_by(Report.issued_on.is_not(None), Report.issued_on.desc(), Report.id.desc())
    rows = session.execute(ordered.offset((page - 1) * PAGE_ROWS).limit(PAGE_ROWS + 1))
    return [_paper(row) for row in rows]


def provinces(session: Session, scope: Scope, project_id: int) -> list[tuple[str, str]]:
    """(code, full name) of the provinces that have a report within the scope, by code."""
    wanted = select(Unit.code, Unit.full_name).join(Report, Report.unit_id == Unit.id)
    rows = session.execute(
        scope.reports(wanted)
        .where(Report.project_id == project_id)
        .distinct()
        .order_by(Unit.code, Unit.full_name)
    )
    return [(code, name) for code, name in rows]


def years(session: Session, scope: Scope, project_id: int) -> list[int]:
    """Years in which reports within the scope were issued, newest first."""
    wanted = select(Report.year).where(Report.project_id == project_id, Report.year.is_not(None))
    found: Sequence[int | None] = session.scalars(scope.reports(wanted).distinct()).all()
    return sorted((year for year in found if year is not None), reverse=True)


def content(blobs: BlobStore, row: Report) -> Content:
    """The figures, head and texts that are kept of a report. Raises ContentUnreadable."""
    try:
        return frozen.load(blobs.read(row.content_sha256))
    except (frozen.NotReadable, FileNotFoundError) as error:
        raise ContentUnreadable(report_id=row.id, reason=error) from error


def of_same_day(session: Session, of: Paper) -> list[Report]:
    """Issued reports in force of the same unit whose period ends in the same month, but for the one it amends."""
    last = parse(of.row.period).last
    wanted = select(Report).where(
        Report.unit_id == of.row.unit_id, Report.state == ISSUED, Report.id != of.row.replaces_id
    )
    if of.row.replaces_id is None:
        wanted = select(Report).where(Report.unit_id == of.row.unit_id, Report.state == ISSUED)
    rows = session.scalars(wanted.order_by(Report.id))
    return [row for row in rows if row.id != of.row.id and parse(row.period).last == last]


def older_age(blobs: BlobStore, row: Report) -> int | None:
    """The age that an issued report counts older people from. Raises ContentUnreadable."""
    kept = row.summary or {}
    return kept["older_age"] if "older_age" in kept else papers.older_age(content(blobs, row))


def step(session: Session, row: Report, needed: str, revision: int | None, **changes: Any) -> None:
    """Change a report in the state needed and, if one is named, at the revision its reader saw; only once.

    Raises WrongState, ChangedMeanwhile.
    """
    wanted = update(Report).where(Report.id == row.id, Report.state == needed)
    if revision is not None:
        wanted = wanted.where(Report.revision == revision)
    done = session.execute(
        wanted.values(revision=Report.revision + 1, **changes).returning(Report.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if done is None:
        _refuse(session, row.id, needed)
    if row in session:
        session.expire(row)


def _refuse(session: Session, report_id: int, needed: str) -> NoReturn:
    state = session.scalar(
        select(Report.state).where(Report.id == report_id).execution_options(populate_existing=True)
    )
    if state is None:
        raise ReportNotFound(report_id=report_id)
    if state == needed:
        raise ChangedMeanwhile(report_id=report_id)
    (state_vi, state_en), (needed_vi, needed_en) = STATES[state], STATES[needed]
    raise WrongState(
        report_id=report_id, state_vi=state_vi, state_en=state_en, needed_vi=needed_vi, needed_en=needed_en
    )


def _papers(scope: Scope, project_id: int) -> Select[*tuple[Any, ...]]:
    drafter, checker, issuer, old, new = (
        aliased(Actor),
        aliased(Actor),
        aliased(Actor),
        aliased(Report),
        aliased(Report),
    )
    return scope.reports(
        select(Report, Unit, drafter.display_name, checker.display_name, issuer.display_name, old, new)
        .join(Unit, Unit.id == Report.unit_id)
        .join(drafter, drafter.id == Report.drafted_by)
        .outerjoin(checker, checker.id == Report.checked_by)
        .outerjoin(issuer, issuer.id == Report.issued_by)
        .outerjoin(old, old.id == Report.replaces_id)
        .outerjoin(new, new.id == Report.replaced_by_id)
        .where(Report.project_id == project_id)
    )


def _narrowed(statement: Select[*tuple[Any, ...]], wanted: Filter) -> Select[*tuple[Any, ...]]:
    if wanted.province:
        statement = statement.where(Unit.code == wanted.province)
    if wanted.year:
        drafted = extract("year", Report.drafted_at)
        statement = statement.where(
            or_(Report.year == wanted.year, Report.year.is_(None) & (drafted == wanted.year))
        )
    if wanted.state:
        statement = statement.where(Report.state == wanted.state)
    return statement


def _paper(found: Any) -> Paper:
    row, unit, drafter, checker, issuer, old, new = found
    return Paper(
        row=row,
        unit=unit,
        drafted=Step(row.drafted_by, drafter, row.drafted_at),
        checked=_step(row.checked_by, checker, row.checked_at),
        issued=_step(row.issued_by, issuer, row.issued_at),
        replaces=old,
        replaced_by=new,
    )


def _step(actor_id: int | None, name: str | None, at: datetime | None) -> Step | None:
    return None if actor_id is None or at is None else Step(actor_id, name or "", at)
