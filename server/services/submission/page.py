"""One submission as a page: its answers, where they were given, how long that took, every text of it and every act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import reading
from forms.audit_figures import Figures
from forms.compare import Change
from forms.values import GeoPoint
from forms.xml import local, parse
from reports.charts.point import PointChart, point_chart
from server.blobs import BlobStore
from server.models import (
    Actor,
    Audit,
    ClubUnit,
    Submission,
    SubmissionAttachment,
    SubmissionComment,
    SubmissionVersion,
    Unit,
)
from server.projection.checks.spoken import Pair
from server.scope import Scope
from server.services import client_audit, finding, unit
from server.services.submission import answer, document, listing, text
from server.services.submission.comment import COMMENTED
from server.services.submission.document import File, Line, Section, Table

MOST_ACTS = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that a text changed. place: [n] for each repeat around it."""

    asked: Pair
    place: str
    before: Pair
    after: Pair


@dataclass(frozen=True, slots=True)
class Version:
    """A text, as `text.Text` has it, with what it changed in words; changes None: nothing to compare with."""

    told: text.Text
    changes: tuple[Difference, ...] | None


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to the submission. by: name of who did it; "" when nobody was known."""

    at: datetime
    by: str
    action: str
    state: str
    comment: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where answers were given: the first place in the submission, on the outline of the club's province."""

    point: GeoPoint
    chart: PointChart | None
    province: str


@dataclass(frozen=True, slots=True)
class Told:
    """Everything a page shows. document None: encrypted, or no XML that can be read. figures None: no log came.
    waiting: files of the current text that have not come; others: files that no answer names."""

    row: listing.Row
    described: text.Listed
    document: Section | None
    spot: Spot | None
    figures: Figures | None
    waiting: tuple[File, ...]
    others: tuple[File, ...]
    versions: tuple[Version, ...]
    acts: tuple[Act, ...]
    findings: tuple[finding.Listed, ...]


def told(session: Session, scope: Scope, blobs: BlobStore, submission_id: int) -> Told:
    """One submission within the scope. Raises SubmissionNotFound."""
    described = text.described(session, scope, submission_id)
    submission = session.get_one(Submission, submission_id)
    version = session.get_one(SubmissionVersion, submission.current_version_id or 0)
    files = _files(session, version.id)
    figures = _figures(session, blobs, version)
    made = None if version.is_encrypted else _document(session, scope, version, files, figures)
    named = {line.file.name for line in _lines(made) if line.file} if made else set()
    return Told(
        row=listing.rows_of(session, [submission_id])[0],
        described=described,
        document=made,
        spot=_spot(session, submission, made) if made else None,
        figures=figures,
        waiting=tuple(file for file in files if file.size is None),
        others=tuple(file for file in files if file.size is not None and file.name not in named),
        versions=tuple(_versions(session, scope, submission_id)),
        acts=tuple(acts(session, submission_id)),
        findings=tuple(finding.of_submission(session, scope, submission_id)),
    )


def _document(
    session: Session,
    scope: Scope,
    version: SubmissionVersion,
    files: Sequence[File],
    figures: Figures | None,
) -> Section:
    root = parse(version.xml)
    form = reading.read(root, text.fields_of(session, version))
    known = answer.names(session, scope, answer.texts_of(form))
    return document.make(form, known, files, local(root), figures)


def _lines(section: Section) -> list[Line]:
    found = [*section.lines, *section.worked_out]
    for part in section.parts:
        if isinstance(part, Table):
            found += [cell for row in part.rows for cell in row if cell is not None]
        else:
            found += _lines(part)
    return found


def _files(session: Session, version_id: int) -> list[File]:
    rows = session.scalars(
        select(SubmissionAttachment)
        .where(SubmissionAttachment.submission_version_id == version_id, SubmissionAttachment.is_current)
        .order_by(SubmissionAttachment.name, SubmissionAttachment.id)
    )
    return [File(row.id, row.name, row.size) for row in rows]


def _figures(session: Session, blobs: BlobStore, version: SubmissionVersion) -> Figures | None:
    """What the log of the filling says; None without a log."""
    if version.is_encrypted:
        return None
    sha256 = session.scalar(
        select(SubmissionAttachment.sha256)
        .where(SubmissionAttachment.submission_version_id == version.id, SubmissionAttachment.is_current)
        .where(SubmissionAttachment.name == client_audit.FILE_NAME, SubmissionAttachment.size > 0)
    )
    return client_audit.figures_of(blobs, sha256, text.fields_of(session, version)) if sha256 else None


def _spot(session: Session, submission: Submission, made: Section) -> Spot | None:
    point = next((line.point for line in _lines(made) if line.point), None)
    if point is None:
        return None
    province = _province(session, submission.club_id, submission.told_on or submission.received_at.date())
    shape = unit.outlines([province]).get(province.id) if province else None
    chart = point_chart(shape, point.lon, point.lat) if shape else None
    return Spot(point, chart, province.full_name if province else "")


def _province(session: Session, club_id: str | None, day: date) -> Unit | None:
    """The province in which a club stood on a day, or first stood after it."""
    stood = session.scalars(
        select(Unit)
        .join(ClubUnit, ClubUnit.unit_id == Unit.id)
        .where(ClubUnit.club_id == club_id)
        .order_by(ClubUnit.valid_from > day, ClubUnit.valid_from.desc())
        .limit(1)
    ).first()
    above = unit.lineage(session, stood) if stood else []
    return next((one for one in above if one.level == "p"), None)


def _versions(session: Session, scope: Scope, submission_id: int) -> list[Version]:
    """Every text, the newest first."""
    texts = text.texts(session, scope, submission_id)
    said = [text for one in texts for change in one.changes or () for text in (change.before, change.after)]
    known = answer.names(session, scope, said)
    made = [
        Version(
            one, None if one.changes is None else tuple(_difference(change, known) for change in one.changes)
        )
        for one in texts
    ]
    return made[::-1]


def _difference(change: Change, known: answer.Names) -> Difference:
    return Difference(
        answer.label(change.field, change.path[-1]),
        "".join(f"[{position}]" for position in change.positions),
        answer.say(change.field, change.before, known),
        answer.say(change.field, change.after, known),
    )


def acts(session: Session, submission_id: int) -> list[Act]:
    """What was done to a submission and written about it, the newest first."""
    rows = session.execute(
        select(Audit, Actor.display_name)
        .outerjoin(Actor, Actor.id == Audit.actor_id)
        .where(Audit.actee_type == "submission", Audit.actee_id == str(submission_id))
        .where(Audit.action != COMMENTED)
        .order_by(Audit.id.desc())
        .limit(MOST_ACTS)
    )
    done = [
        Act(
            row.logged_at,
            by or "",
            row.action,
            row.details.get("review_state", ""),
            row.details.get("comment", ""),
        )
        for row, by in rows
    ]
    return sorted([*done, *_comments(session, submission_id)], key=lambda act: act.at, reverse=True)


def _comments(session: Session, submission_id: int) -> list[Act]:
    rows = session.execute(
        select(SubmissionComment, Actor.display_name)
        .join(Actor, Actor.id == SubmissionComment.actor_id)
        .where(SubmissionComment.submission_id == submission_id)
        .order_by(SubmissionComment.id.desc())
        .limit(MOST_ACTS)
    )
    return [Act(row.made_at, by, COMMENTED, "", row.text) for row, by in rows]
