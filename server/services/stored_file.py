"""Stored files and the rows that name them: what nothing names goes after a day."""

from collections.abc import Iterable

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from server.blobs import BlobStore
from server.models import (
    DraftSubmission,
    FormAttachment,
    FormDraft,
    FormVersion,
    PlanImport,
    Quarantine,
    Report,
    SubmissionAttachment,
)

COLUMNS = (
    SubmissionAttachment.sha256,
    FormAttachment.sha256,
    FormVersion.workbook_sha256,
    FormDraft.workbook_sha256,
    PlanImport.workbook_sha256,
    Quarantine.xml_sha256,
    Report.content_sha256,
    Report.html_sha256,
    Report.css_sha256,
    Report.workbook_sha256,
    Report.pdf_sha256,
    Report.signed_sha256,
)
LISTS = Quarantine.attachments, FormDraft.files, DraftSubmission.attachments
"""Every place that names stored files: columns, and lists of files with their sha256."""


def named(session: Session) -> set[str]:
    """SHA-256 of every file that some row names. The session must see one state of the database."""
    found = set(session.scalars(union(*(select(column).where(column.is_not(None)) for column in COLUMNS))))
    for column in LISTS:
        found |= {file["sha256"] for files in session.scalars(select(column)) for file in files}
    return {sha256 for sha256 in found if sha256 is not None}


def sweep(session: Session, blobs: BlobStore, candidates: Iterable[str]) -> int:
    """Delete those of some files that no row names and that are older than a day; how many.

    To be called when what named them is committed. candidates: SHA-256 each; `blobs.old()` for the whole store.
    """
    unnamed = set(candidates) - named(session)
    return sum(blobs.discard(sha256) for sha256 in sorted(unnamed))
