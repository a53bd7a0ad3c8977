"""The list of submissions that people work through: narrowed by what they look for, newest first, page by page.

First the numbers of one page are found, then what is shown of them: so the many joins are made for a page of rows
only. A page begins where another ended, by the moment of receipt, not by counting: the last page costs what the first
one does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from reports.period import Period
from server.clock import VIETNAM
from server.models import (
    Actor,
    Club,
    Finding,
    Form,
    FormVersion,
    Meeting,
    Submission,
    SubmissionAttachment,
    SubmissionVersion,
    SubmissionWord,
)
from server.scope import Scope
from server.services import finding
from server.services.submission import words
from server.services.submission.text import ONLY, RECEIVED, UNDECIDED

PAGE_ROWS = 50
MOST_WORDS = 10
"""Of a search: more narrow nothing down."""
FEW, FEW_CLUBS = 20_000, 100
"""Submissions that a word or a period leaves, and clubs that a word names, up to which those are looked up; where there
are more, submissions are looked at one by one from the newest on, and a page is soon full."""
STATES: Mapping[str, tuple[str, str]] = {
    RECEIVED: ("Mới nhận", "Received"),
    "edited": ("Có bản sửa", "Edited"),
    "hasIssues": ("Có vấn đề", "Has issues"),
    "approved": ("Đã duyệt", "Approved"),
    "rejected": ("Không duyệt", "Rejected"),
}
"""Review states, in both languages, in the order in which a submission mostly goes through them."""
NOTES: Mapping[str, tuple[str, str]] = {
    "failed": ("Chưa vào số liệu", "Not counted yet"),
    "branches": ("Hai bản sửa song song", "Edited apart"),
    "incomplete": ("Thiếu tệp", "Files missing"),
    "empty-files": ("Có tệp rỗng", "Empty files"),
    "unknown-version": ("Phiên bản lạ", "Unknown version"),
    "encrypted": ("Mã hóa", "Encrypted"),
}
"""What else a person should see in a list."""
NARROWING: Mapping[str, Select[int]] = {
    "branches": select(SubmissionVersion.submission_id).where(*UNDECIDED),
    "incomplete": select(Submission.id)
    .join(SubmissionAttachment, SubmissionAttachment.submission_version_id == Submission.current_version_id)
    .where(SubmissionAttachment.sha256.is_(None), SubmissionAttachment.is_current),
}
"""Of those, found from the few rows that say so."""
OFFERED = ("failed", *NARROWING)
"""What a list may be narrowed to beside a review state."""
ANY_FINDING = "any"
Ids = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions a list should show; "" and None: all.

    text: words of names and answers, or an instance ID. state: of STATES or OFFERED. finding: code of a check, or
    ANY_FINDING. period: of the month, interview or founding told of, else of the receipt.
    """

    text: str = ""
    xml_form_id: str = ""
    unit_id: int | None = None
    period: Period | None = None
    sender_id: int | None = None
    state: str = ""
    finding: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One submission of the list. form: its title. day: the month reported (is_month), the day of the interview or of
    the founding; None: it tells of none. sender: the tablet or person it came from. findings: what the checks noticed
    in it. notes: of NOTES.
    """

    id: int
    name: str
    form: str
    club_code: str | None
    club_name: str | None
    day: date | None
    is_month: bool
    sender: str | None
    received_at: datetime
    deleted_at: datetime | None
    review_state: str
    findings: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, newest first. newer, older: where the pages beside it begin; None: there is none."""

    rows: tuple[Row, ...]
    newer: int | None
    older: int | None


def page(
    session: Session,
    scope: Scope,
    project_id: int,
    wanted: Wanted,
    *,
    older: int | None = None,
    newer: int | None = None,
) -> Page:
    """One page of submissions within the scope that are not deleted.

    older, newer: the number of the submission that ends the page it follows or comes before.
    """
    chosen = _chosen(session, scope, project_id, wanted).where(Submission.deleted_at.is_(None))
    at = older or newer
    begins = session.scalar(select(Submission.received_at).where(Submission.id == at)) if at else None
    place = tuple_(Submission.received_at, Submission.id)
    if begins is not None and older:
        chosen = chosen.where(place < tuple_(begins, older))
    elif begins is not None:
        chosen = chosen.where(place > tuple_(begins, newer))
    goes_up = begins is not None and not older
    order = (Submission.received_at, Submission.id) if goes_up else _newest()
    ids = session.scalars(chosen.order_by(*order).limit(PAGE_ROWS + 1)).all()
    shown = ids[:PAGE_ROWS][::-1] if goes_up else ids[:PAGE_ROWS]
    has_more = len(ids) > PAGE_ROWS
    has_newer, has_older = (has_more, bool(shown)) if goes_up else (begins is not None, has_more)
    return Page(
        tuple(rows_of(session, shown)),
        shown[0] if has_newer and shown else None,
        shown[-1] if has_older and shown else None,
    )


def rows_of(session: Session, ids: Sequence[int]) -> list[Row]:
    """What a list shows of some submissions, in this order; whoever asks has looked whether they may be seen."""
    current = SubmissionVersion.__table__.alias("current")
    rows = session.execute(
        select(
            *(Submission, Form.xml_form_id, FormVersion.title, Actor.display_name),
            *(current.c.instance_name, Club.code, Club.name),
            Meeting.id.is_not(None).label("is_month"),
            *(_note(name) for name in NOTES),
        )
        .join(Form, Form.id == Submission.form_id)
        .outerjoin(FormVersion, FormVersion.id == Form.current_version_id)
        .outerjoin(Actor, Actor.id == Submission.actor_id)
        .outerjoin(current, current.c.id == Submission.current_version_id)
        .outerjoin(Club, Club.id == Submission.club_id)
        .outerjoin(Meeting, Meeting.submission_id == Submission.id)
        .where(Submission.id.in_(ids))
    )
    found = count_findings(session, ids)
    made = {one.Submission.id: _row(one, found.get(one.Submission.id, 0)) for one in rows}
    return [made[one] for one in ids if one in made]


def count_findings(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How many open findings each submission has; one without any is absent."""
    rows = session.execute(
        select(Finding.submission_id, func.count().label("found"))
        .where(Finding.submission_id.in_(ids), finding.is_open())
        .group_by(Finding.submission_id)
    )
    return {one.submission_id: one.found for one in rows}


def _newest() -> tuple[ColumnElement[Any], ...]:
    return Submission.received_at.desc(), Submission.id.desc()


def _note(name: str) -> ColumnElement[bool]:
    return ONLY[name].label(name)


def _row(one: Any, findings: int) -> Row:
    submission: Submission = one.Submission
    return Row(
        id=submission.id,
        name=one.instance_name or submission.instance_id,
        form=one.title or one.xml_form_id,
        club_code=one.code,
        club_name=one.name,
        day=submission.told_on,
        is_month=one.is_month,
        sender=one.display_name,
        received_at=submission.received_at,
        deleted_at=submission.deleted_at,
        review_state=submission.review_state or RECEIVED,
        findings=findings,
        notes=tuple(name for name in NOTES if one._mapping[name]),
    )


def _chosen(session: Session, scope: Scope, project_id: int, wanted: Wanted) -> Ids:
    """The numbers of the submissions wanted, within the scope."""
    forms = select(Form.id).where(Form.project_id == project_id)
    if wanted.xml_form_id:
        forms = forms.where(Form.xml_form_id == wanted.xml_form_id)
    chosen = select(Submission.id).where(Submission.form_id.in_(session.scalars(forms).all()))
    if wanted.unit_id:
        inside = Scope(frozenset({wanted.unit_id}), scope.actor_id, scope.day).club_ids()
        chosen = chosen.where(Submission.club_id.in_(inside))
    if wanted.sender_id:
        chosen = chosen.where(Submission.actor_id == wanted.sender_id)
    if wanted.state:
        chosen = chosen.where(_in_state(wanted.state))
    if wanted.period:
        chosen = chosen.where(_told_in(session, wanted.period))
    if wanted.finding:
        chosen = chosen.where(_with_finding(wanted.finding))
    return scope.submissions(_with_words(session, chosen, wanted.text))


def _in_state(state: str) -> ColumnElement[bool]:
    if state == RECEIVED:
        return Submission.review_state.is_(None)
    if state in NARROWING:
        return Submission.id.in_(NARROWING[state])
    return ONLY[state]


def _told_in(session: Session, period: Period) -> ColumnElement[bool]:
    """Whether a submission tells of a day of the period; one that tells of no day was received in it."""
    begins, ends = (
        datetime.combine(day, time(), VIETNAM) for day in (period.first, period.last + timedelta(days=1))
    )
    told = Submission.told_on.between(period.first, period.last)
    received = (
        Submission.told_on.is_(None) & (Submission.received_at >= begins) & (Submission.received_at < ends)
    )
    few = select(Submission.id).where(told).union_all(select(Submission.id).where(received))
    return Submission.id.in_(few) if _are_few(session, few) else or_(told, received)


def _with_finding(code: str) -> ColumnElement[bool]:
    found = select(Finding.submission_id).where(finding.is_open())
    return Submission.id.in_(found if code == ANY_FINDING else found.where(Finding.code == code))


def _with_words(session: Session, chosen: Ids, text: str) -> Ids:
    """Those that have every word, in what was written in them or in name or code of their club; or this instance ID."""
    if text.strip().startswith("uuid:"):
        version = SubmissionVersion.form_id, SubmissionVersion.instance_id
        held = exists().where(SubmissionVersion.submission_id == Submission.id, version[1] == text.strip())
        return chosen.where(held)
    for word in words.of(text)[:MOST_WORDS]:
        chosen = chosen.where(_has_word(session, word))
    return chosen


def _has_word(session: Session, word: str) -> ColumnElement[bool]:
    """Whether a word was written in a submission or is in the name or code of its club: among few submissions that
    are known, else by looking at each."""
    named = Club.name_key.contains(word, autoescape=True) | func.lower(Club.code).contains(
        word, autoescape=True
    )
    clubs = session.scalars(select(Club.id).where(named).limit(FEW_CLUBS + 1)).all()
    having = select(SubmissionWord.submission_id).where(SubmissionWord.word == word)
    of_clubs = Submission.club_id.in_(clubs if len(clubs) <= FEW_CLUBS else select(Club.id).where(named))
    if len(clubs) <= FEW_CLUBS and _are_few(session, having):
        return Submission.id.in_(having.union_all(select(Submission.id).where(of_clubs)) if clubs else having)
    written = exists().where(SubmissionWord.submission_id == Submission.id, SubmissionWord.word == word)
    return or_(written, of_clubs) if clubs else written


def _are_few(session: Session, ids: Select[int] | CompoundSelect[int]) -> bool:
    """Whether a query gives so few submissions that they are looked up first. Reads no more than it takes to know."""
    return (session.scalar(select(func.count()).select_from(ids.limit(FEW + 1).subquery())) or 0) <= FEW
