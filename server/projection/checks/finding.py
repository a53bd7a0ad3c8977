"""A finding on its way into its table."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.models.submission import finding_key
from server.projection.checks.catalogue import CATALOGUE
from server.projection.source import Source

QUESTION_LENGTH = 120
MOST = 200
"""How many findings of one check a submission keeps: whoever reads two hundred looks at the submission itself."""
AWAITED = ("unknown_member", "unknown_loan", "unknown_recipient")
"""Findings that later submissions look for, when what was unknown arrives: all of these are kept."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something to look at: the check's code, the question it is about, the value found there.

    question is "" when it is about the whole submission, and has [n] behind a repeat's name. details hold what the
    sentence of the catalogue needs, as JSON values.
    """

    code: str
    question: str
    value: Any
    details: dict[str, Any] = field(default_factory=dict)


def rows(source: Source, club_id: str | None, found: Iterable[Found]) -> list[dict[str, Any]]:
    """Rows of `finding` for one submission, MOST of each check."""
    kept = Counter[str]()
    made = []
    for one in found:
        kept[one.code] += 1
        if kept[one.code] <= MOST or one.code in AWAITED:
            made.append(row(source.submission_id, club_id, one))
    return made


def row(submission_id: int, club_id: str | None, found: Found) -> dict[str, Any]:
    """One row of `finding`."""
    question, value = found.question[:QUESTION_LENGTH], _text(found.value)
    return {
        "submission_id": submission_id,
        "club_id": club_id,
        "code": found.code,
        "severity": CATALOGUE[found.code].severity,
        "key": finding_key(found.code, question, value, found.details),
        "question": question,
        "value": value,
        "details": found.details,
    }


def _text(value: Any) -> str:
    """A value as a person reads it in the submission."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
