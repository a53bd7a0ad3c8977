"""The facts of a report from the club tables: a few queries, each over some clubs, its rows straight into facts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from reports import facts as f
from reports.dataset import Dataset
from reports.period import Period
from server import models as m
from server.scope import Scope
from server.services.facts import statement as of_extent
from server.services.facts.geography import Area
from server.services.facts.month import meeting, outline
from server.services.facts.received import Extent, corrections, departures, end_of, submitted

Corrected = Mapping[str, Mapping[str, Any]]
"""Member → columns with what an earlier interview said."""
STAY = 3
"""Columns at the end of a member's row that tell of the last stay."""
TARGET = (
    *("unit_id", "period_from", "period_to", "indicator", "metric", "op", "value", "value_max", "measure"),
    *("threshold_vnd", "document", "document_date", "fact_id", "kind"),
)
CONTEXT = (
    *("unit_id", "period_from", "period_to", "metric", "op", "value", "measure", "kind", "document"),
    *("fact_id", "note"),
)


def facts(
    session: Session,
    scope: Scope,
    of: Area,
    period: Period,
    cut_off: date,
    only: Collection[str] | None = None,
) -> Dataset:
    """Everything a report of an area needs, up to the end of the period and as received by the end of the cut-off.

    Only clubs within the scope, of all days: a slice by place or phase is made of the result. Rejected clubs and months
    that were sent again are left out. only: ids of the clubs to load; without it, all of the area.
    """
    clubs = club_ids(scope, of, period.last, cut_off)
    if only is not None:
        clubs = clubs.where(m.Club.id.in_(only))
    extent = Extent(session, session.scalars(clubs).all(), period.last, cut_off)
    trainings = of_extent.ALL_TRAININGS.where(m.Training.unit_id.in_(of.own))
    return _read(
        extent,
        meetings=_meetings(extent),
        trainings=extent.rows(trainings),
        targets=_targets(session, of),
        context=_context(session, of),
        cut_off=cut_off,
    )


def of_clubs(
    session: Session,
    club_ids: Collection[str],
    last: date,
    cut_off: date,
    received_by: date,
    since: date = date.min,
) -> Dataset:
    """What is known of these clubs up to a last day, as received by the end of another; without plans and context.

    cut_off: the day of stock figures, if that comes before the last. since: activities, operating funds and home care
    of earlier months are left out; a figure that asks for them raises facts.NotRead.
    """
    extent = Extent(session, list(club_ids), last, received_by, since)
    return _read(
        extent,
        [*_outlines(extent), *_meetings(extent)],
        extent.rows(of_extent.OWN_TRAININGS),
        cut_off=cut_off,
    )


def _read(
    of: Extent,
    meetings: Iterable[f.Meeting],
    trainings: Sequence[Any],
    *,
    cut_off: date,
    targets: Iterable[f.Target] = (),
    context: Iterable[f.ContextFact] = (),
) -> Dataset:
    """A dataset of these months and trainings, and of what else is known of the clubs."""
    known = corrections(of)
    return Dataset(
        clubs=_clubs(of, known),
        members=_members(of, known),
        meetings=meetings,
        loans=_loans(of),
        trainings=[f.Training(*row) for row in trainings],
        targets=targets,
        context=context,
        cut_off=cut_off,
        surveys=[_survey(row) for row in of.rows(of_extent.SURVEYS)],
    )


def _survey(row: Sequence[Any]) -> f.Survey:
    *told, talk, money, care, respect, belong, lonely = row
    told += (talk, money, care, respect, belong), lonely
    return f.Survey(*told)


def club_ids(scope: Scope, of: Area, last: date, cut_off: date) -> Select[str]:
    """A query of the ids of an area's clubs within a scope, founded by a day and known by the end of the cut-off;
    rejected ones are none."""
    stood = select(m.ClubUnit.club_id).where(m.ClubUnit.unit_id.in_(of.unit_ids))
    return scope.clubs(
        select(m.Club.id)
        .where(m.Club.id.in_(stood))
        .where(m.Club.founding_date <= last, m.Club.status != "rejected")
        .where(submitted(m.Club.submission_id, end_of(cut_off)))
        .order_by(m.Club.id)
    )


def _clubs(of: Extent, known: Corrected) -> list[f.Club]:
    boards = _boards(of, known)
    return [f.Club(**row._mapping, board=tuple(boards.get(row.id, ()))) for row in of.rows(of_extent.FOUNDED)]


def _boards(of: Extent, known: Corrected) -> dict[str, list[f.BoardSeat]]:
    """Seats by club; one that was given up by a report after the cut-off was still held."""
    left = departures(of)
    boards: dict[str, list[f.BoardSeat]] = defaultdict(list)
    for club_id, member_id, name, role, since, until in of.rows(of_extent.SEATS):
        name = known.get(member_id, {}).get("full_name", name)
        boards[club_id].append(f.BoardSeat(member_id, name, role, since, left.get(member_id, until)))
    return boards


def _members(of: Extent, known: Corrected) -> list[f.Member]:
    """Members who joined by the last day, with every stay that began by then, as told by the cut-off.

    Of one without events the member's own row tells of a stay.
    """
    spells = _spells(of)
    found = []
    for row in of.rows(of_extent.LISTED):
        member_id, told, (joined, left, reason) = row[0], row[:-STAY], row[-STAY:]
        if member_id in known:
            told = tuple({**row._mapping, **known[member_id]}.values())[:-STAY]
        stays = spells.get(member_id)
        if not stays and joined <= of.last:
            stays = [f.MembershipSpell(joined, left, reason)]
        if stays:
            told = (*told, tuple(stays))
            found.append(f.Member(*told))
    return found


def _spells(of: Extent) -> dict[str, list[f.MembershipSpell]]:
    """Stays by member, from the events in order; of several days of leaving the last counts, as in the member's row."""
    spells: dict[str, list[f.MembershipSpell]] = {}
    for member_id, kind, day, reason in of.rows(of_extent.EVENTS):
        stays = spells.setdefault(member_id, [])
        is_in = bool(stays) and stays[-1].left_on is None
        if kind == "joined" and not is_in:
            stays.append(f.MembershipSpell(day))
        elif kind == "left" and stays:
            stays[-1] = f.MembershipSpell(stays[-1].joined_on, day, reason)
    return spells


def _meetings(of: Extent) -> list[f.Meeting]:
    """Months that count, from one on."""
    care = _care(of)
    return [meeting(row, care) for row in of.rows(of_extent.MONTHS)]


def _outlines(of: Extent) -> Iterable[f.Meeting]:
    """Months that count before one, in outline."""
    return () if of.since == date.min else map(outline, of.rows(of_extent.OUTLINES))


def _care(of: Extent) -> dict[int, list[f.CareVisit]]:
    """Home care by meeting, in the order of the form."""
    care: dict[int, list[f.CareVisit]] = defaultdict(list)
    for meeting_id, recipient_id, visits in of.rows(of_extent.VISITS):
        care[meeting_id].append(f.CareVisit(recipient_id, visits))
    return care


def _loans(of: Extent) -> list[f.Loan]:
    """Loans with their repayments. If two months say that one was written off, the first counts."""
    paid = _repayments(of)
    written_off = dict(tuple(row) for row in of.rows(of_extent.WRITTEN_OFF))
    found = []
    for loan_id, *told, kind, purpose in of.rows(of_extent.LENT):
        told += tuple(paid.get(loan_id, ())), written_off.get(loan_id), kind, purpose
        found.append(f.Loan(loan_id, *told))
    return found


def _repayments(of: Extent) -> dict[str, list[f.Repayment]]:
    """Repayments by loan, oldest first; one without a day is of the day of its meeting, else of its month."""
    paid: dict[str, list[f.Repayment]] = defaultdict(list)
    for loan_id, day, principal, interest, moved in of.rows(of_extent.REPAID):
        paid[loan_id].append(f.Repayment(day, principal or 0, interest or 0, moved))
    return paid


def _targets(session: Session, of: Area) -> list[f.Target]:
    """Targets of the area's units, of those they came from and became, and of the nation."""
    target, unit = m.Target, m.Unit
    held = _of(target, TARGET).add_columns(
        unit.code.label("unit_code"), unit.level.label("unit_level"), target.phase_code.label("phase")
    )
    joined = held.join(unit, unit.id == target.unit_id)
    wanted = joined.where(or_(target.unit_id.in_([*of.own, *of.others]), unit.level == "n"))
    return [
        f.Target(**row._mapping)
        for row in session.connection().execute(wanted.order_by(target.period_from, target.id))
    ]


def _context(session: Session, of: Area) -> list[f.ContextFact]:
    held = _of(m.ContextFact, CONTEXT).where(m.ContextFact.unit_id.in_(of.own))
    return [
        f.ContextFact(**row._mapping) for row in session.connection().execute(held.order_by(m.ContextFact.id))
    ]


def _of(table: type[m.Base], names: Sequence[str]) -> Select[Any]:
    """A query of some columns of a table."""
    columns = [getattr(table, name) for name in names]
    return select(*columns)
