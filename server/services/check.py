"""What an administrator should look at: faults of projection, findings, what is held, files that are gone."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.blobs import BlobStore
from server.models import (
    Finding,
    Form,
    Submission,
    SubmissionAttachment,
    SubmissionVersion,
)
from server.services import entity, quarantine, stored_file
from server.services.submission.text import UNDECIDED


@dataclass(frozen=True, slots=True)
class Fault:
    """A submission that does not stand in the club tables, and why."""

    submission_id: int
    xml_form_id: str
    instance_id: str
    error: str


@dataclass(frozen=True, slots=True)
class Health:
    """findings: (code, severity) → how many. held: reason → how many. blobs_gone: SHA-256 of files that rows name
    and the disk has not, or has with other bytes. unknown_versions: submissions of a version never published here.
    files_awaited: files that submissions name and that have not come; files_empty: those that came without a byte.
    branches: edits made apart from others, about which nobody has decided. lists_wrong: entity lists of which tablets
    may not learn that they changed."""

    faults: tuple[Fault, ...]
    findings: dict[tuple[str, str], int]
    held: dict[str, int]
    blobs_gone: tuple[str, ...]
    unknown_versions: int
    files_awaited: int
    files_empty: int
    branches: int
    lists_wrong: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether the tables say all that was sent, all files are there, and tablets learn of every change."""
        return not (self.faults or self.blobs_gone or self.lists_wrong)


def check(session: Session, blobs: BlobStore) -> Health:
    """Look at everything, stored files byte by byte."""
    return Health(
        faults=tuple(faults(session)),
        findings=count_findings(session),
        held=quarantine.count_by_reason(session),
        blobs_gone=tuple(sha256 for sha256 in sorted(stored_file.named(session)) if not blobs.verify(sha256)),
        unknown_versions=_count_unknown_versions(session),
        files_awaited=_count_files(session, SubmissionAttachment.sha256.is_(None)),
        files_empty=_count_files(session, SubmissionAttachment.size == 0),
        branches=_count_branches(session),
        lists_wrong=tuple(entity.part.faults(session)),
    )


def faults(session: Session) -> Iterator[Fault]:
    """Submissions whose projection failed, oldest first."""
    rows = session.execute(
        select(Submission.id, Form.xml_form_id, Submission.instance_id, Submission.projection_error)
        .join(Form, Form.id == Submission.form_id)
        .where(Submission.projection_state == "failed", Submission.deleted_at.is_(None))
        .order_by(Submission.id)
    )
    return (Fault(row.id, row.xml_form_id, row.instance_id, row.projection_error or "") for row in rows)


def count_findings(session: Session) -> dict[tuple[str, str], int]:
    """How often each check found something; a code without findings is absent."""
    rows = session.execute(
        select(Finding.code, Finding.severity, func.count().label("found"))
        .group_by(Finding.code, Finding.severity)
        .order_by(Finding.severity, Finding.code)
    )
    return {(row.code, row.severity): row.found for row in rows}


def _count_unknown_versions(session: Session) -> int:
    return session.scalars(
        select(func.count())
        .select_from(Submission)
        .join(SubmissionVersion, SubmissionVersion.id == Submission.current_version_id)
        .where(SubmissionVersion.form_version_id.is_(None), Submission.deleted_at.is_(None))
    ).one()


def _count_files(session: Session, condition: ColumnElement[bool]) -> int:
    """Files of current texts, each in its newest state, of which this is so."""
    return session.scalars(
        select(func.count())
        .select_from(SubmissionAttachment)
        .join(Submission, Submission.current_version_id == SubmissionAttachment.submission_version_id)
        .where(SubmissionAttachment.is_current, condition, Submission.deleted_at.is_(None))
    ).one()


def _count_branches(session: Session) -> int:
    return session.scalars(
        select(func.count())
        .select_from(SubmissionVersion)
        .join(Submission, Submission.id == SubmissionVersion.submission_id)
        .where(*UNDECIDED, Submission.deleted_at.is_(None))
    ).one()
