"""Projecting one submission, and then those whose rows depend on it."""

from collections.abc import Callable, Iterable
from datetime import date

import structlog
from lxml import etree
from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from server import db
from server.models.meeting import Meeting
from server.models.submission import Finding, Submission, SubmissionVersion
from server.projection import changed, store
from server.projection import source as sources
from server.projection.checks import common, finding, sender
from server.projection.checks import founding as founding_checks
from server.projection.club_founding import FORM as FOUNDING
from server.projection.fault import ClubUnknown, ProjectionFault
from server.projection.forms import FORMS
from server.projection.source import Effects, Source
from server.services import entity
from server.services.entity.change import Refused

Root = etree._Element | None
"""The XML of a text, where it has been parsed before; None: it is to be parsed."""
Projecting = Callable[[Session, Submission, SubmissionVersion, Root], object]

log = structlog.get_logger(part="projection")
findings, submissions = Finding.__table__, Submission.__table__
MARK = (
    update(submissions)
    .where(submissions.c.id == bindparam("key"))
    .values(
        projection_state=bindparam("state"),
        projection_error=bindparam("error"),
        club_id=bindparam("club"),
        told_on=bindparam("told_on"),
    )
)
FORGET = delete(findings).where(findings.c.submission_id == bindparam("submission"))
ID_LENGTH = 36
TURN = 0x434C42
"""The turn in which one transaction at a time writes club tables."""


def project(session: Session, submission: Submission, version: SubmissionVersion, root: Root = None) -> None:
    """Bring one text of a submission into the club tables, and what depends on it with it.

    Sets `projection_state`: done, or none for a form that feeds no table. Raises ProjectionFault when something is
    missing without which no row can stand (ClubUnknown: tried again when that club's founding form arrives), and
    whatever the database says; call it in a savepoint, as `attempt` does.
    """
    source, effects = project_alone(session, submission, version, root)
    again = effects.again | _waiting_for(session, effects)
    for other in in_order(session, again):
        attempt(session, other, projecting=project_alone)
    if source.xml_form_id == FOUNDING:
        retry_waiting(session, source.entity_id("clubs"))


def project_alone(
    session: Session, submission: Submission, version: SubmissionVersion, root: Root = None
) -> tuple[Source, Effects]:
    """Make one submission's rows and findings, and its changes to entities; leave all others as they are."""
    source = sources.read(session, submission, version, root)
    conn = session.connection()
    source.refused = _apply(session, submission, source)
    is_again = submission.projection_state != "pending"
    before = changed.clubs_before(conn, submission.id) if is_again else set()
    module = FORMS.get(source.xml_form_id)
    if module is None:
        effects = Effects(findings=finding.rows(source, None, common.run(source, ())))
    else:
        effects = module.project(conn, source)
    if is_again:
        conn.execute(FORGET, {"submission": submission.id})
    strangers = sender.run(conn, source.club_id, version.actor_id)
    store.add(conn, findings, [*effects.findings, *finding.rows(source, source.club_id, strangers)])
    if source.xml_form_id == FOUNDING:
        founding_checks.recheck_duplicates(conn, source, source.entity_id("clubs"))
    changed.touch(conn, {effects.club_id, source.club_id, *before})
    club_id = _id(effects.club_id or source.club_id)
    mark(session, submission, "done" if module else "none", None, club_id, effects.told_on)
    return source, effects


def _id(text: str | None) -> str | None:
    """An ID of a club as its column holds it; None for a text that can be none."""
    return text if text and len(text) <= ID_LENGTH else None


def attempt(
    session: Session,
    submission: Submission,
    version: SubmissionVersion | None = None,
    projecting: Projecting = project,
    root: Root = None,
) -> None:
    """Project a submission (its current text) in a savepoint. Never raises but when the database itself fails.

    Whatever goes wrong is a fault of our reading, not of the submission: it is kept on it, shown by `clb check`, and
    mended by `clb rebuild`. What an earlier text of the submission has put into the tables stays.
    Submissions take turns: two of one club, read at once, would not see each other. An encrypted text feeds no table.
    """
    db.take_turn(session, TURN)
    version = version or session.get_one(SubmissionVersion, submission.current_version_id)
    session.flush()
    if version.is_encrypted:
        mark(session, submission, "none")
        return
    try:
        with db.savepoint(session.connection()):
            projecting(session, submission, version, root)
    except OperationalError:
        raise
    except Exception as fault:  # The one place: a submission outlives any fault in reading it.
        session.expire_all()  # What the session knows may have been rolled back.
        unknown = fault.value if isinstance(fault, ClubUnknown) else None
        mark(session, submission, "failed", f"{type(fault).__name__}: {fault}", _id(unknown))
        log.error("projection failed", submission_id=submission.id, fault=type(fault).__name__)
        if isinstance(fault, ProjectionFault) and not fault.is_contradiction:
            tell_lists(session, submission, version, root)


def read_anew(session: Session, submission: Submission) -> None:
    """Project a submission that has no rows left. Never raises but when the database itself fails.

    Where its current text cannot be read, what an earlier one says stands, as it did when that text came.
    """
    attempt(session, submission)
    if submission.projection_state != "failed":
        return
    texts = session.scalars(
        select(SubmissionVersion)
        .where(SubmissionVersion.submission_id == submission.id, SubmissionVersion.is_branch.is_not(True))
        .order_by(SubmissionVersion.id)
    ).all()
    for version in texts if len(texts) > 1 else ():
        attempt(session, submission, version)


def tell_lists(
    session: Session, submission: Submission, version: SubmissionVersion, root: Root = None
) -> None:
    """Let the shared lists alone take what a text says: no club table, no finding."""
    _apply(session, submission, sources.read(session, submission, version, root))


def _apply(session: Session, submission: Submission, source: Source) -> tuple[Refused, ...]:
    """Let the shared lists take what a submission says, whether it can stand in the club tables yet or not."""
    return entity.apply(session, submission, source.rows.entities, source.club_id, source.sent_at)


def mark(
    session: Session,
    submission: Submission,
    state: str,
    error: str | None = None,
    club_id: str | None = None,
    told_on: date | None = None,
) -> None:
    """Keep what came of a projection, below the ORM, which would take longer than most of the projection's parts.

    club_id, told_on: what the submission is about, as far as it could be read.
    """
    kept = {"projection_state": state, "projection_error": error, "club_id": club_id, "told_on": told_on}
    if any(getattr(submission, name) != value for name, value in kept.items()):
        values = {"key": submission.id, "state": state, "error": error, "club": club_id, "told_on": told_on}
        session.connection().execute(MARK, values)
        for name, value in kept.items():
            set_committed_value(submission, name, value)


def retry_waiting(session: Session, club_id: str) -> int:
    """Project the submissions that came before their club's founding form, by receipt; returns how many there were."""
    waiting = session.scalars(
        select(Submission)
        .where(
            Submission.projection_state == "failed",
            Submission.projection_error == ClubUnknown(club_id).kept,
            Submission.deleted_at.is_(None),
        )
        .order_by(Submission.received_at, Submission.id)
    ).all()
    for submission in waiting:
        attempt(session, submission)
    return len(waiting)


WAITING = select(findings.c.submission_id, findings.c.value).where(
    findings.c.club_id == bindparam("club"), or_(*(findings.c.code == code for code in finding.AWAITED))
)


def _waiting_for(session: Session, effects: Effects) -> set[int]:
    """Submissions of the club with findings that name what has just been created."""
    if not effects.created:
        return set()
    created = set(effects.created)
    named = session.connection().execute(WAITING, {"club": effects.club_id})
    return {row.submission_id for row in named if row.value in created}


def in_order(session: Session, ids: Iterable[int]) -> list[Submission]:
    """These submissions by the months they report, founding forms before and surveys after all months."""
    ids = set(ids)
    if not ids:
        return []
    return list(
        session.scalars(
            select(Submission)
            .outerjoin(Meeting, Meeting.id == Submission.id)
            .where(Submission.id.in_(ids), Submission.deleted_at.is_(None))
            .order_by(
                Meeting.report_month.is_(None), Meeting.report_month, Submission.received_at, Submission.id
            )
        )
    )
