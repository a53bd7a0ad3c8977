"""What anybody may know of an issued report: who issued what and when, a few figures, and how to tell a true copy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from reports import papers
from reports.frozen import Content
from reports.period import Period, parse
from reports.privacy import Share
from server.errors import PageNotFound
from server.models import Report
from server.services.report import paper
from server.services.report.paper import OUT

LONGEST_TOKEN = 43
COUNTS = ("founded", "plan", "standing", "members")
SHARES = ("women", "older", "borrowed", "full_and_well")


@dataclass(frozen=True, slots=True)
class Successor:
    """The report that replaced another one."""

    number: str
    issued_on: date | None
    token: str | None


@dataclass(frozen=True, slots=True)
class Public:
    """An issued report without anything about persons; figures that are not known are None."""

    number: str
    issued_on: date | None
    parent: str
    issuer: str
    period: Period
    area: tuple[str, str]
    geography: tuple[str, str]
    cut_off: date
    chosen: tuple[tuple[str, str], ...]
    """By what it measures, sentence by sentence, in Vietnamese and in English."""
    counts: Mapping[str, int | None]
    shares: Mapping[str, Share]
    is_illustrative: bool
    pdf_sha256: str
    signed_sha256: str | None
    replaced_by: Successor | None


def summary(report: Content) -> dict[str, Any]:
    """What is kept in the row for the public page: shares as text, so that no digit is lost."""
    total, scope = report.total, report.scope
    counts = {name: None if scope.is_empty else getattr(total, name) for name in COUNTS}
    shares = {name: msgspec.to_builtins(getattr(total, name)) for name in SHARES}
    return {
        "counts": counts | {"plan": total.plan},
        "shares": shares,
        "area": [scope.area_vi, scope.area_en],
        "geography": [scope.geography_vi, scope.geography_en],
        "cut_off": scope.cut_off.isoformat(),
        "chosen": [list(pair) for pair in report.chosen],
        "is_illustrative": scope.has_invented,
        "older_age": papers.older_age(report),
    }


def find(session: Session, token: str) -> Public:
    """The report a public address leads to. One look-up by key, nothing computed. Raises PageNotFound."""
    if not token or len(token) > LONGEST_TOKEN:
        raise PageNotFound
    newer = aliased(Report)
    row = session.execute(
        select(Report, newer)
        .outerjoin(newer, newer.id == Report.replaced_by_id)
        .where(Report.token == token, Report.state.in_(OUT))
    ).one_or_none()
    if row is None:
        raise PageNotFound
    return _public(*row)


def _public(row: Report, newer: Report | None) -> Public:
    kept, body = row.summary or {}, row.issuing_body or {}
    shares = {name: msgspec.convert(kept["shares"][name], Share) for name in SHARES}
    return Public(
        number=paper.full_number(row),
        issued_on=row.issued_on,
        parent=body["parent"],
        issuer=body["name"],
        period=paper.Basis.of(row.settings).settings.over(parse(row.period)),
        area=(kept["area"][0], kept["area"][1]),
        geography=(kept["geography"][0], kept["geography"][1]),
        cut_off=date.fromisoformat(kept["cut_off"]),
        chosen=tuple((vi, en) for vi, en in kept["chosen"]),
        counts=kept["counts"],
        shares=shares,
        is_illustrative=kept["is_illustrative"],
        pdf_sha256=row.pdf_sha256 or "",
        signed_sha256=row.signed_sha256,
        replaced_by=_successor(newer),
    )


def _successor(newer: Report | None) -> Successor | None:
    return None if newer is None else Successor(paper.full_number(newer), newer.issued_on, newer.token)
