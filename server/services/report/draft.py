"""Before a report is issued: drafted, refreshed, checked, sent back, thrown away. Texts stay when figures change."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import msgspec
from sqlalchemy import delete as delete_rows
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from reports import frozen
from reports.frozen import Content
from reports.period import Period, parse
from reports.settings import DEFAULT, Settings
from server.blobs import BlobStore
from server.models import Report, ReportText
from server.models import Unit as UnitRow
from server.scope import Scope
from server.services import audit, issuing, rollup
from server.services.facts.geography import area
from server.services.report import paper
from server.services.report.nation import nation
from server.services.report.paper import CHECKED, DRAFT, ISSUED, REPLACED, Basis, Paper
from server.services.report.problem import (
    AmendedAlready,
    CutOffIsToday,
    DraftExists,
    ProvinceNotCovered,
    WrongState,
)
from server.services.report.province import province
from server.services.rollup import place


@dataclass(frozen=True, slots=True)
class Computed:
    """A report's figures, not stored yet, with what they were computed for."""

    unit_id: int
    period: Period
    basis: Basis
    report: Content

    @property
    def document(self) -> str:
        """Its kind: of a province, or of the country."""
        return frozen.kind(self.report)

    @property
    def open_key(self) -> str:
        """What no two open drafts may share: unit, period, settings, office and language, whatever the cut-off."""
        settings = hashlib.sha256(msgspec.json.encode(self.basis.settings, order="deterministic"))
        printed = f"{self.basis.issuer}/{self.basis.language}"
        return f"{self.document}/{self.unit_id}/{self.period.text}/{settings.hexdigest()}/{printed}"


def compute(
    session: Session,
    scope: Scope,
    code: str,
    period: Period,
    today: date,
    settings: Settings = DEFAULT,
    cut_off: date | None = None,
    language: str = "vi",
    issuer: str = issuing.DEFAULT_KIND,
) -> Computed:
    """The figures of a whole province, for a paper. cut_off: the last day whose submissions are in; without one, today.

    Raises ProvinceNotCovered unless the scope holds all of it, and what report.province raises. For the code of the
    country: what `of_nation` raises, and CutOffIsToday for another cut-off.
    """
    if code == place.nation(session).code:
        if (cut_off or today) != today:
            raise CutOffIsToday
        return of_nation(session, scope, period, today, settings, language, issuer)
    as_of = settings.geography_as_of or min(settings.over(period).last, today)
    unit = area(session, code, as_of).province
    inside = scope.units_wholly_within()
    if inside is not None:
        covered = select(UnitRow.id).where(UnitRow.id == unit.id, UnitRow.id.in_(inside))
        if session.scalar(covered) is None:
            raise ProvinceNotCovered(name=unit.full_name)
    basis = Basis(replace(settings, geography_as_of=as_of), cut_off or today, language, issuer)
    return Computed(unit.id, period, basis, _whole(session, scope, code, period, basis, today))


def of_nation(
    session: Session,
    scope: Scope,
    period: Period,
    today: date,
    settings: Settings = DEFAULT,
    language: str = "vi",
    issuer: str = issuing.DEFAULT_KIND,
    most: int = rollup.LIVE,
) -> Computed:
    """The figures of the whole country as they are today, for a paper. Raises what report.nation does."""
    as_of = settings.geography_as_of or min(settings.over(period).last, today)
    basis = Basis(replace(settings, geography_as_of=as_of), today, language, issuer)
    made = nation(session, scope, period, today=today, settings=basis.settings, issuer=issuer, most=most)
    return Computed(place.nation(session).id, period, basis, made)


def again(session: Session, scope: Scope, of: Paper, cut_off: date, today: date) -> Computed:
    """The same report with another cut-off. of: found within the scope, so it covers the province.

    Raises CutOffIsToday for the report of the country with an earlier one.
    """
    if of.is_of_nation:
        if cut_off != today:
            raise CutOffIsToday
        everything, held = Scope(None, scope.actor_id, scope.day), of.basis
        span = parse(of.row.period)
        return of_nation(session, everything, span, today, held.settings, held.language, held.issuer)
    basis, period = replace(of.basis, cut_off=cut_off), parse(of.row.period)
    report = _whole(session, scope, of.unit.code, period, basis, today)
    return Computed(of.unit.id, period, basis, report)


def _whole(session: Session, scope: Scope, code: str, period: Period, basis: Basis, today: date) -> Content:
    """Every club of the province, whoever asks: the same paper for everybody who may see all of it."""
    everything = Scope(None, scope.actor_id, scope.day)
    return province(
        session,
        everything,
        code,
        period,
        today=today,
        settings=basis.settings,
        cut_off=basis.cut_off,
        issuer=basis.issuer,
    )


def keep(blobs: BlobStore, report: Content) -> str:
    """Store content before a row names it; its SHA-256."""
    return blobs.store(frozen.dump(report)).sha256


def make(
    session: Session, project_id: int, computed: Computed, content_sha256: str, actor_id: int, at: datetime
) -> Report:
    """A new draft. Raises DraftExists when one of the same report is open."""
    return _insert(session, project_id, computed, content_sha256, actor_id, at, None)


def amend(
    session: Session,
    of: Paper,
    computed: Computed,
    content_sha256: str,
    written: Mapping[str, str],
    actor_id: int,
    at: datetime,
) -> Report:
    """A draft of the report that is to replace an issued one, begun with its texts.

    Raises WrongState, AmendedAlready, DraftExists.
    """
    _require_current(of)
    made = _insert(session, of.row.project_id, computed, content_sha256, actor_id, at, of.row.id)
    for key, text in written.items():
        session.add(ReportText(report_id=made.id, key=key, text=text, written_by=actor_id, written_at=at))
    return made


def _require_current(of: Paper) -> None:
    if of.row.state == REPLACED:
        raise AmendedAlready(by=paper.full_number(of.replaced_by) if of.replaced_by else "–")
    if of.row.state != ISSUED:
        (vi, en), (needed_vi, needed_en) = paper.STATES[of.row.state], paper.STATES[ISSUED]
        raise WrongState(
            report_id=of.row.id, state_vi=vi, state_en=en, needed_vi=needed_vi, needed_en=needed_en
        )


def _insert(
    session: Session,
    project_id: int,
    computed: Computed,
    content_sha256: str,
    actor_id: int,
    at: datetime,
    replaces_id: int | None,
) -> Report:
    new = Report(
        project_id=project_id,
        unit_id=computed.unit_id,
        document=computed.document,
        period=computed.period.text,
        settings=computed.basis.to_json(),
        open_key=computed.open_key,
        content_sha256=content_sha256,
        computed_at=at,
        drafted_by=actor_id,
        drafted_at=at,
        replaces_id=replaces_id,
    )
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError as error:
        open_one = session.scalar(select(Report.id).where(Report.open_key == computed.open_key))
        raise DraftExists(report_id=open_one or "–") from error
    details = {"unit_id": new.unit_id, "period": new.period, "settings": new.settings}
    audit.log(session, actor_id, "report.create", "report", new.id, details | {"replaces": replaces_id})
    return new


def refresh(
    session: Session,
    of: Paper,
    revision: int,
    computed: Computed,
    content_sha256: str,
    actor_id: int,
    at: datetime,
) -> None:
    """Put new figures into a draft; its texts stay. Raises WrongState, ChangedMeanwhile."""
    changes = {"settings": computed.basis.to_json(), "content_sha256": content_sha256, "computed_at": at}
    paper.step(session, of.row, DRAFT, revision, **changes)
    audit.log(session, actor_id, "report.refresh", "report", of.row.id, {"settings": changes["settings"]})


def check(
    session: Session, of: Paper, revision: int, warned_of: Mapping[str, int], actor_id: int, at: datetime
) -> None:
    """Say that the draft was looked through. warned_of: the warnings that stood, kept in the audit log.

    Raises WrongState, ChangedMeanwhile.
    """
    paper.step(session, of.row, DRAFT, revision, state=CHECKED, checked_by=actor_id, checked_at=at)
    details = {"warnings": dict(warned_of), "by_drafter": actor_id == of.row.drafted_by}
    audit.log(session, actor_id, "report.check", "report", of.row.id, details)


def reopen(session: Session, of: Paper, revision: int, actor_id: int) -> None:
    """Send a checked report back to be worked on. Raises WrongState, ChangedMeanwhile."""
    paper.step(session, of.row, CHECKED, revision, state=DRAFT, checked_by=None, checked_at=None)
    audit.log(session, actor_id, "report.reopen", "report", of.row.id)


def delete(session: Session, of: Paper, revision: int, actor_id: int) -> None:
    """Throw a draft away with its texts. What was checked is reopened first; what was issued stays for good.

    Raises WrongState, ChangedMeanwhile.
    """
    report_id, details = of.row.id, {"unit_id": of.unit.id, "period": of.period.text}
    paper.step(session, of.row, DRAFT, revision, open_key=None)
    session.execute(delete_rows(ReportText).where(ReportText.report_id == report_id))
    session.execute(delete_rows(Report).where(Report.id == report_id))
    audit.log(session, actor_id, "report.delete", "report", report_id, details)
