"""What the checks found in accepted submissions, as lists for a person to go through, within one scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session

from forms import schema
from server.clock import VIETNAM
from server.models import (
    Actor,
    Club,
    ClubUnit,
    Finding,
    FindingDecision,
    Form,
    FormVersion,
    Meeting,
    Submission,
    Survey,
    Unit,
    UnitClosure,
)
from server.projection.checks import spoken
from server.projection.checks.catalogue import CATALOGUE, worded, worded_fault
from server.projection.checks.spoken import UNIT_KEY
from server.scope import Scope

PAGE_ROWS = 50
MONEY = {code for code, entry in CATALOGUE.items() if "{value} đồng" in entry.vi}
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Counted:
    """How often one check found something. titles: its name in Vietnamese and in English."""

    code: str
    severity: str
    titles: tuple[str, str]
    found: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One finding. form: its title. sentences: in Vietnamese and in English.

    day: the month reported (is_month), the day of the interview or of the founding, else the day of receipt.
    key: of its content. outcome, reason, decided_by, decided_at: how it was worked off; "" and None while it is open.
    asked: the question by its label. shown: the value as a person writes it; is_money: it is an amount in VND.
    """

    id: int
    submission_id: int
    code: str
    severity: str
    club_code: str | None
    club_name: str | None
    form: str
    day: date
    is_month: bool
    question: str
    asked: tuple[str, str]
    value: str
    shown: str
    is_money: bool
    sentences: tuple[str, str]
    key: str
    outcome: str
    reason: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A submission that stands in no table. form: its title. sentences: why, in Vietnamese and in English."""

    submission_id: int
    form: str
    instance_id: str
    received_at: datetime
    sentences: tuple[str, str]


def count(session: Session, scope: Scope, project_id: int, province: str = "") -> list[Counted]:
    """Open findings by check, those that make figures wrong first. province: code, "" for all within the scope."""
    rows = session.execute(
        within(
            select(Finding.code, Finding.severity, func.count().label("found")), scope, project_id, province
        )
        .where(is_open())
        .group_by(Finding.code, Finding.severity)
        .order_by(Finding.severity, func.count().desc(), Finding.code)
    )
    return [Counted(row.code, row.severity, titles(row.code), row.found) for row in rows]


def listed(
    session: Session, scope: Scope, project_id: int, code: str = "", province: str = "", page: int = 1
) -> list[Listed]:
    """One page of open findings, those of the newest submissions first. code, province: "" for all."""
    wanted = _columns(scope, project_id, province).where(is_open())
    if code:
        wanted = wanted.where(Finding.code == code)
    rows = session.execute(
        wanted.order_by(Submission.received_at.desc(), Finding.id)
        .offset((page - 1) * PAGE_ROWS)
        .limit(PAGE_ROWS)
    )
    return _all_listed(session, rows.all())


def of_submission(session: Session, scope: Scope, submission_id: int) -> list[Listed]:
    """What was found in one submission, what makes figures wrong first."""
    project_id = session.scalar(
        select(Form.project_id).join(Submission).where(Submission.id == submission_id)
    )
    wanted = _columns(scope, project_id or 0, "").where(Finding.submission_id == submission_id)
    return _all_listed(session, session.execute(wanted.order_by(Finding.severity, Finding.id)).all())


def _columns(scope: Scope, project_id: int, province: str) -> Rows:
    """Findings with all that a list shows of them."""
    day = case(
        (Meeting.id.is_not(None), Meeting.report_month),
        (Survey.id.is_not(None), Survey.surveyed_on),
        (Club.submission_id == Submission.id, Club.founding_date),
    ).label("day")
    columns = (
        *(FindingDecision.outcome, FindingDecision.reason, FindingDecision.made_at),
        *(Finding.key, Actor.display_name.label("decided_by")),
        *(Finding.id, Finding.submission_id, Finding.code, Finding.severity, Finding.question),
        *(Finding.value, Finding.details, Club.code.label("club_code"), Club.name.label("club_name")),
        *(Form.xml_form_id, FormVersion.title, Submission.received_at, Meeting.report_month, day),
        FormVersion.id.label("version_id"),
    )
    return (
        within(select(*columns), scope, project_id, province)
        .outerjoin(Club, Club.id == Finding.club_id)
        .outerjoin(Meeting, Meeting.submission_id == Finding.submission_id)
        .outerjoin(Survey, Survey.submission_id == Finding.submission_id)
        .outerjoin(FindingDecision, decided())
        .outerjoin(Actor, Actor.id == FindingDecision.actor_id)
    )


def decided() -> ColumnElement[bool]:
    """What joins a finding with the decision about it."""
    return (FindingDecision.submission_id == Finding.submission_id) & (FindingDecision.key == Finding.key)


def is_open() -> ColumnElement[bool]:
    """Whether nobody has worked a finding off."""
    return ~exists().where(decided()).correlate(Finding)


def _all_listed(session: Session, found: Sequence[Any]) -> list[Listed]:
    labels = _labels(session, {row.version_id for row in found if row.version_id is not None})
    return _with_unit_names(session, [_listed(row, labels.get(row.version_id, {})) for row in found])


def faults(session: Session, scope: Scope, project_id: int) -> list[Fault]:
    """The oldest submissions whose projection failed, at most a page of them."""
    rows = session.execute(
        _faulty(
            select(
                Submission.id,
                Form.xml_form_id,
                FormVersion.title,
                Submission.instance_id,
                Submission.received_at,
                Submission.projection_error,
            ),
            scope,
            project_id,
        )
        .order_by(Submission.received_at, Submission.id)
        .limit(PAGE_ROWS)
    )
    return [
        Fault(
            row.id,
            row.title or row.xml_form_id,
            row.instance_id,
            row.received_at,
            worded_fault(row.projection_error or ""),
        )
        for row in rows
    ]


def count_faults(session: Session, scope: Scope, project_id: int) -> int:
    """How many submissions stand in no table because their projection failed."""
    return session.scalars(_faulty(select(func.count()), scope, project_id)).one()


def titles(code: str) -> tuple[str, str]:
    """A check's name in Vietnamese and in English; an unknown code is its own name."""
    entry = CATALOGUE.get(code)
    return (entry.title_vi, entry.title_en) if entry else (code, code)


def within(statement: Rows, scope: Scope, project_id: int, province: str) -> Rows:
    """Findings on submissions of the project within the scope, of clubs that stand or stood in the province."""
    found = scope.submissions(
        statement.select_from(Finding)
        .join(Submission, Submission.id == Finding.submission_id)
        .join(Form, Form.id == Submission.form_id)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.project_id == project_id, Submission.deleted_at.is_(None))
    )
    if not province:
        return found
    inside = (
        select(ClubUnit.club_id)
        .join(UnitClosure, UnitClosure.descendant_id == ClubUnit.unit_id)
        .join(Unit, Unit.id == UnitClosure.ancestor_id)
        .where(Unit.level == "p", Unit.code == province)
    )
    return found.where(Finding.club_id.in_(inside))


def _faulty(statement: Rows, scope: Scope, project_id: int) -> Rows:
    return scope.submissions(
        statement.select_from(Submission)
        .join(Form, Form.id == Submission.form_id)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .where(Form.project_id == project_id, Submission.deleted_at.is_(None))
        .where(Submission.projection_state == "failed")
    )


def _labels(session: Session, version_ids: set[int]) -> dict[int, dict[str, tuple[str, str]]]:
    """The questions' labels in Vietnamese and in English by name, for each form version."""
    texts = session.execute(select(FormVersion.id, FormVersion.schema).where(FormVersion.id.in_(version_ids)))
    return {
        row.id: {one.name: in_both(one.label) for one in schema.from_json(row.schema) if one.label}
        for row in texts
    }


def in_both(label: Mapping[str, str]) -> tuple[str, str]:
    """A label's texts in the two languages; one stands in for the other where that is missing."""
    any_text = next(iter(label.values()))
    vi, en = (
        next((text for name, text in label.items() if f"({code})" in name), any_text) for code in ("vi", "en")
    )
    return vi, en


def _with_unit_names(session: Session, rows: list[Listed]) -> list[Listed]:
    """The same findings with the names of units in the place of their keys."""
    keys = {key for row in rows for text in (row.shown, *row.sentences) for key in UNIT_KEY.findall(text)}
    if not keys:
        return rows
    units = session.scalars(select(Unit).where(Unit.code.in_({key.partition("@")[0] for key in keys})))
    names = {f"{unit.code}@{unit.valid_from}": f"{unit.full_name} ({unit.code})" for unit in units}

    def named(text: str) -> str:
        return UNIT_KEY.sub(lambda key: names.get(key[0], key[0]), text)

    return [
        replace(row, shown=named(row.shown), sentences=(named(row.sentences[0]), named(row.sentences[1])))
        for row in rows
    ]


def _listed(row: Any, labels: Mapping[str, tuple[str, str]]) -> Listed:
    return Listed(
        id=row.id,
        submission_id=row.submission_id,
        code=row.code,
        severity=row.severity,
        club_code=row.club_code,
        club_name=row.club_name,
        form=row.title or row.xml_form_id,
        day=row.day or row.received_at.astimezone(VIETNAM).date(),
        is_month=row.report_month is not None,
        question=row.question,
        asked=spoken.name(row.question, labels),
        value=row.value,
        shown=spoken.value(row.value, row.code),
        is_money=row.code in MONEY and row.value.lstrip("-").isdecimal(),
        sentences=worded(row.code, row.question, row.value, row.details, labels),
        key=row.key,
        outcome=row.outcome or "",
        reason=row.reason or "",
        decided_by=row.decided_by or "",
        decided_at=row.made_at,
    )


def pages(found: Sequence[Counted], code: str = "") -> int:
    """How many pages the findings counted make; at least one."""
    rows = sum(one.found for one in found if code in ("", one.code))
    return max(1, -(-rows // PAGE_ROWS))
