"""Audit logs of submissions as rows, and what they say of submissions and of those who filled them in.

Logs are read when somebody asks for what is in them, not while tablets send: a log has more lines than a monthly
report has rows, and nothing at receipt depends on it. Logs of encrypted submissions are only in exports.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from forms import audit_figures, audit_log
from forms.audit_figures import Figures
from forms.audit_log import Event
from forms.schema import Field
from server import db
from server.blobs import BlobStore
from server.clock import VIETNAM
from server.db import Values
from server.errors import Problem
from server.models import Actor, ClientAudit, Form, Submission, SubmissionAttachment, SubmissionVersion
from server.scope import Scope
from server.services import form as forms

FILE_NAME = "audit.csv"
"""What Collect calls it, always."""
BATCH = 100
SHORT_MINUTES = 10

lines, versions = ClientAudit.__table__, SubmissionVersion.__table__


class SubmissionNotFound(Problem):
    """No such submission, or none that whoever asks may see."""

    code = "404.1"
    message_vi = "Không có phiếu “{submission}”."
    message_en = "There is no submission “{submission}”."


@dataclass(frozen=True, slots=True)
class Log:
    """A log that was parsed. version_id: of its submission's text. rows: of ClientAudit, in their order."""

    version_id: int
    sha256: str
    rows: Sequence[Values]


@dataclass(frozen=True, slots=True)
class Filled:
    """How the current text of a submission was filled in. figures None: it has no audit log that could be read."""

    submission_id: int
    instance_id: str
    xml_form_id: str
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Enumerator:
    """What the logs of one sender say of one form, over the current texts that have a log.

    median_s: of the time questions were on the screen, in seconds. short, at_night: submissions filled in less than
    the time asked about, and begun between 22 and 5. jumps_back, constraint_errors: a submission's average.
    """

    actor_id: int | None
    name: str | None
    xml_form_id: str
    submissions: int
    median_s: float
    short: int
    at_night: int
    jumps_back: float
    constraint_errors: float


def unread(session: Session) -> list[tuple[int, str]]:
    """Some of the logs that came, or were replaced, since they were last read; none when all were.

    Each as the id of its submission's text and the SHA-256 of its file. Pass it to `parse`, then to `keep`, until
    there is nothing left.
    """
    return [(version_id, sha256) for version_id, sha256 in session.execute(_unread().limit(BATCH)) if sha256]


def parse(blobs: BlobStore, version_id: int, sha256: str) -> Log:
    """A stored log line by line. A long one takes a second, so this is done while no transaction is open."""
    return Log(version_id, sha256, [_row(version_id, event) for event in _read(blobs, sha256)])


def keep(session: Session, log: Log) -> bool:
    """Make a log the one its text is told by; whether it was: somebody else may have read it meanwhile.

    One log to a transaction: with some more of the longest, tablets would wait.
    """
    is_new = or_(versions.c.audit_sha256.is_(None), versions.c.audit_sha256 != log.sha256)
    marked = session.execute(
        update(versions)
        .where(versions.c.id == log.version_id, is_new)
        .values(audit_sha256=log.sha256)
        .returning(versions.c.id)
    ).all()
    if marked:
        session.execute(delete(lines).where(lines.c.submission_version_id == log.version_id))
        db.add_rows(session.connection(), lines, log.rows)
    return bool(marked)


def forget(session: Session) -> None:
    """Empty the table, so that every log is to be read again."""
    session.execute(delete(lines))
    session.execute(update(versions).where(versions.c.audit_sha256.is_not(None)).values(audit_sha256=None))


def of_submission(session: Session, scope: Scope, project_id: int, submission: str) -> Filled:
    """How one submission was filled in, by its number or an instance ID of it. Raises SubmissionNotFound."""
    which = (
        Submission.id == int(submission)
        if submission.isdecimal() and len(submission) < 10
        else Submission.id.in_(
            select(SubmissionVersion.submission_id).where(SubmissionVersion.instance_id == submission)
        )
    )
    row = session.execute(_texts(scope, project_id).where(which)).first()
    if row is None:
        raise SubmissionNotFound(submission=submission)
    events = _events(session, [row.version_id]).get(row.version_id)
    return Filled(
        row.id, row.instance_id, row.xml_form_id, _figures(session, row, events) if events else None
    )


def enumerators(
    session: Session,
    scope: Scope,
    project_id: int,
    xml_form_id: str | None = None,
    short_minutes: float = SHORT_MINUTES,
) -> list[Enumerator]:
    """What the logs say of each sender and form, by name; submissions without a log are left out.

    xml_form_id: of this form only.
    """
    statement = _texts(scope, project_id).where(SubmissionVersion.audit_sha256.is_not(None))
    if xml_form_id is not None:
        statement = statement.where(Form.xml_form_id == xml_form_id)
    ordered = statement.order_by(
        Actor.display_name, Submission.actor_id, Form.xml_form_id, SubmissionVersion.id
    )
    rows = session.execute(ordered).all()
    told = ((row, figures) for row, figures in _each(session, rows))
    groups = groupby(told, key=lambda one: (one[0].actor_id, one[0].display_name, one[0].xml_form_id))
    return [_enumerator(*who, [figures for _, figures in group], short_minutes) for who, group in groups]


def figures_of(blobs: BlobStore, sha256: str, fields: Sequence[Field]) -> Figures | None:
    """What a stored log says of how a form was filled in, read from the file itself; None when nothing is in it."""
    events = _read(blobs, sha256)
    return audit_figures.figures(events, fields, VIETNAM) if events else None


def _unread() -> Select[int, str | None]:
    """Texts whose log was not read, or is another one now."""
    return (
        select(SubmissionVersion.id, SubmissionAttachment.sha256)
        .join(SubmissionAttachment, SubmissionAttachment.submission_version_id == SubmissionVersion.id)
        .where(SubmissionAttachment.name == FILE_NAME, SubmissionAttachment.is_current)
        .where(SubmissionAttachment.sha256.is_not(None), SubmissionVersion.is_encrypted.is_not(True))
        .where(
            or_(
                SubmissionVersion.audit_sha256.is_(None),
                SubmissionVersion.audit_sha256 != SubmissionAttachment.sha256,
            )
        )
        .order_by(SubmissionVersion.id)
    )


def _read(blobs: BlobStore, sha256: str) -> Sequence[Event]:
    """The events of a stored log; none when the file is gone, which `clb check` tells."""
    try:
        with blobs.open(sha256) as file:
            return audit_log.read(file.read(audit_log.MAX_BYTES + 1)).events
    except FileNotFoundError:
        return ()


def _row(version_id: int, event: Event) -> Values:
    return {
        "submission_version_id": version_id,
        "position": event.position,
        "event": event.event,
        "node": event.node,
        "started_at": event.started_at,
        "ended_at": event.ended_at,
        "latitude": event.latitude,
        "longitude": event.longitude,
        "accuracy_m": event.accuracy_m,
        "old_value": event.old_value,
        "new_value": event.new_value,
        "user": event.user,
        "change_reason": event.change_reason,
        "rest": event.rest or None,
    }


def _texts(scope: Scope, project_id: int) -> Select[*tuple[Any, ...]]:
    """The current texts within a scope, with what is needed to tell of their logs."""
    statement = (
        select(
            Submission.id,
            Submission.instance_id,
            Submission.actor_id,
            Actor.display_name,
            Form.xml_form_id,
            Form.current_version_id.label("newest_id"),
            SubmissionVersion.id.label("version_id"),
            SubmissionVersion.form_version_id,
        )
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .join(Form, Form.id == Submission.form_id)
        .outerjoin(Actor, Actor.id == Submission.actor_id)
        .where(Form.project_id == project_id, Submission.deleted_at.is_(None))
    )
    return scope.submissions(statement)


def _each(session: Session, rows: Sequence[Any]) -> Iterator[tuple[Any, Figures]]:
    """Each of these texts that has a log, with its figures."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        events = _events(session, [row.version_id for row in batch])
        for row in batch:
            if row.version_id in events:
                yield row, _figures(session, row, events[row.version_id])


def _events(session: Session, version_ids: Sequence[int]) -> dict[int, list[Event]]:
    """The events of these texts in their order."""
    rows = session.execute(
        select(lines)
        .where(lines.c.submission_version_id.in_(version_ids))
        .order_by(lines.c.submission_version_id, lines.c.position)
    )
    found: dict[int, list[Event]] = {}
    for row in rows:
        said = dict(row._mapping)
        version_id = said.pop("submission_version_id")
        del said["id"]
        found.setdefault(version_id, []).append(Event(**said | {"rest": said["rest"] or {}}))
    return found


def _figures(session: Session, row: Any, events: Sequence[Event]) -> Figures:
    fields = forms.fields(session, row.form_version_id or row.newest_id)
    return audit_figures.figures(events, fields, VIETNAM)


def _enumerator(
    actor_id: int | None,
    name: str | None,
    xml_form_id: str,
    figures: Sequence[Figures],
    short_minutes: float,
) -> Enumerator:
    count = len(figures)
    return Enumerator(
        actor_id,
        name,
        xml_form_id,
        count,
        median(one.active_s for one in figures),
        sum(one.active_s < short_minutes * 60 for one in figures),
        sum(one.is_night for one in figures),
        sum(one.jumps_back for one in figures) / count,
        sum(one.constraint_errors for one in figures) / count,
    )
