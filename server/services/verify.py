"""A report held against a second calculation that shares nothing with it: what that needs is written out (raw XML,
and as CSV what no submission holds: units, people's decisions, standards, plans), and its figures are compared."""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from reports.cells import cells
from reports.frozen import Content
from reports.nation import NationReport
from reports.period import Period, parse
from reports.settings import DEFAULT, Settings
from server import models as m
from server.blobs import BlobStore
from server.scope import Scope
from server.services import report
from server.services.actor import SYSTEM_ID
from server.services.report.nation import nation
from server.services.report.paper import Paper, content
from server.services.report.problem import CutOffIsToday
from server.services.rollup import place
from verify import Case, Comparison, Printed, compare, compute, load

FORMS = ("club_founding", "club_meeting", "member_survey")
BATCH = 500

COUNTED = (
    select(
        m.Submission.id,
        m.Form.xml_form_id.label("form"),
        m.Submission.instance_id,
        m.Submission.received_at,
        m.Submission.review_state,
        m.SubmissionVersion.instance_id.label("text_instance_id"),
        m.SubmissionVersion.received_at.label("text_received_at"),
        m.SubmissionVersion.xml_sha256,
    )
    .join(m.Form, m.Form.id == m.Submission.form_id)
    .join(m.SubmissionVersion, m.SubmissionVersion.id == m.Submission.current_version_id)
    .where(
        m.Form.xml_form_id.in_(FORMS),
        m.Submission.deleted_at.is_(None),
        m.SubmissionVersion.is_encrypted.is_not(True),
    )
    .order_by(m.Submission.id)
)
"""Submissions that count: not deleted, readable, each with its current text."""


def export(session: Session, folder: Path) -> int:
    """Write everything into an empty folder; returns how many submissions.

    submission.csv names each submission; its current text is submissions/ID.xml, byte for byte as received. Times are
    UTC. A set of CSV files holds the tables that people or workbooks fill; what is empty there is not known.
    """
    (folder / "submissions").mkdir(parents=True)
    for name, query in _tables().items():
        _write(folder / f"{name}.csv", query.selected_columns.keys(), session.execute(query))
    count = 0
    texts = (
        select(m.Submission.id, m.SubmissionVersion.xml)
        .join(m.SubmissionVersion, m.SubmissionVersion.id == m.Submission.current_version_id)
        .where(m.Submission.id.in_(COUNTED.with_only_columns(m.Submission.id).order_by(None)))
        .order_by(m.Submission.id)
    )
    for key, xml in session.execute(texts.execution_options(yield_per=BATCH)):
        (folder / "submissions" / f"{key}.xml").write_bytes(xml)
        count += 1
    return count


def _tables() -> dict[str, Select[*tuple[Any, ...]]]:
    """File name → what stands in it."""
    decided = select(m.Club.id.label("club_id"), m.Club.status, m.Club.closed_on).where(
        m.Club.status != "active"
    )
    chosen = select(m.ClubUnit.club_id, m.ClubUnit.valid_from, m.ClubUnit.unit_id).where(
        m.ClubUnit.basis == "person"
    )
    whole = {
        "unit": (m.Unit, ("id",)),
        "unit_link": (m.UnitLink, ("old_id", "new_id")),
        "club_number": (m.ClubNumber, ("number",)),
        "phase": (m.Phase, ("code",)),
        "phase_rule": (m.PhaseRule, ("id",)),
        "target": (m.Target, ("id",)),
        "context_fact": (m.ContextFact, ("id",)),
        "training": (m.Training, ("id",)),
    }
    queries: dict[str, Select[*tuple[Any, ...]]] = {
        "submission": COUNTED,
        "club_status": decided.order_by(m.Club.id),
        "club_place": chosen.order_by(m.ClubUnit.club_id, m.ClubUnit.valid_from),
    }
    for name, (model, order) in whole.items():
        columns = model.__table__.c
        queries[name] = select(*columns).order_by(*(columns[key] for key in order))
    return queries


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows([_text(value) for value in row] for row in rows)


def _text(value: Any) -> Any:
    """Times in UTC without a zone, decimals without an exponent; None as nothing."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    return format(value, "f") if hasattr(value, "as_tuple") else value


def check(
    session: Session,
    code: str,
    period: Period,
    *,
    today: date,
    folder: Path,
    geography_as_of: date | None = None,
    cut_off: date | None = None,
    settings: Settings = DEFAULT,
) -> Comparison:
    """Make a report as it would be printed now, compute it a second time from an export into the empty folder, and hold
    every figure of the one against the other. Both read one state of the database.

    code: of a province, or of the country. Days as for `report.province`, whose Problems it raises; for the country
    those of `report.nation`, and CutOffIsToday.
    """
    made = _of_nation if code == place.nation(session).code else _of_province
    printed = made(session, code, period, today, geography_as_of, cut_off, settings)
    export(session, folder)
    return hold(cells(printed), folder, case(code, period, today, geography_as_of, cut_off, settings))


def _of_province(
    session: Session,
    code: str,
    period: Period,
    today: date,
    as_of: date | None,
    cut_off: date | None,
    settings: Settings,
) -> Content:
    everything = Scope(None, SYSTEM_ID, today)
    return report.province(
        session,
        everything,
        code,
        period,
        today=today,
        geography_as_of=as_of,
        cut_off=cut_off,
        settings=settings,
    )


def _of_nation(
    session: Session,
    code: str,
    period: Period,
    today: date,
    as_of: date | None,
    cut_off: date | None,
    settings: Settings,
) -> Content:
    """Added up from what is kept of each club: what holds no longer is worked out, however many clubs that are."""
    if (cut_off or today) != today:
        raise CutOffIsToday
    everything = Scope(None, SYSTEM_ID, today)
    return nation(
        session,
        everything,
        period,
        today=today,
        geography_as_of=as_of,
        settings=settings,
        most=sys.maxsize,
    )


def check_kept(session: Session, blobs: BlobStore, of: Paper, folder: Path) -> Comparison:
    """The same for the content that is kept of a drafted or issued report, with its own days and settings.

    Raises ContentUnreadable.
    """
    printed = content(blobs, of.row)
    export(session, folder)
    asked = case_of(of)
    if isinstance(printed, NationReport):
        asked = replace(asked, shade=printed.shade.code)
    return hold(cells(printed), folder, asked)


def case_of(of: Paper) -> Case:
    """What the second calculation is asked about a drafted or issued report."""
    basis = of.basis
    return case(of.unit.code, parse(of.row.period), basis.cut_off, None, basis.cut_off, basis.settings)


def case(
    code: str,
    period: Period,
    today: date,
    geography_as_of: date | None,
    cut_off: date | None,
    settings: Settings = DEFAULT,
) -> Case:
    """What the second calculation is asked, with the days that a report takes where none are given."""
    period = settings.over(period)
    as_of = settings.geography_as_of or geography_as_of or min(period.last, today)
    chosen = (settings.phase, settings.older_age, settings.rules)
    return Case(code, period.first, period.last, as_of, cut_off or today, *chosen)


def hold(printed: Mapping[str, Printed], folder: Path, asked: Case) -> Comparison:
    """Compare the figures of a report, whenever it was made, with those computed from an exported folder."""
    connection = load(folder)
    try:
        return compare(printed, compute(connection, asked))
    finally:
        connection.close()
