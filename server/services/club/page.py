"""One club as the register shows it: where it stood from when to when, what was sent, its figures of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports import club_page
from reports.club_page import ClubPage
from reports.period import Period, end_of_month
from server.errors import Problem
from server.models import Club, ClubUnit, Meeting, Submission, Unit
from server.scope import Scope
from server.services import report
from server.services import unit as register
from server.services.report.club import ClubNotFound, area_of, context, details
from server.services.report.photo import Show, StoredPhoto
from server.services.report.province import StandardsMissing

PHOTOS_SHOWN = 6


class ClubUnknown(Problem):
    """No club of that code or id within the scope."""

    code = "404.1"
    message_vi = "Không có câu lạc bộ “{given}” trong địa bàn được giao cho anh/chị."
    message_en = "There is no club “{given}” among those your account is bound to."


@dataclass(frozen=True, slots=True)
class Spell:
    """Where a club stood from when to when (inclusive; until None: to this day). above: from below.

    basis: form, reform, split (only so far up is certain) or person. by: the decision that made the unit, may be "".
    """

    name: str
    above: str
    since: date
    until: date | None
    basis: str
    by: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The submission that a month stands on."""

    submission_id: int
    instance_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the page of a club shows. page None: no figures can be given, for a reason: rejected, ahead (its founding
    lies in the future), placeless (its commune is not in the register) or standards (nothing to measure it by)."""

    club: Club
    spells: tuple[Spell, ...]
    year: int
    years: tuple[int, ...]
    page: ClubPage | None
    why_not: str
    sent: dict[date, Sent]
    founded_by: Sent | None
    photos: tuple[StoredPhoto, ...]
    last_month: date | None


def get(session: Session, seen: Scope, project_id: int, given: str) -> Club:
    """A club within a scope by its code or its id, rejected ones too. Raises ClubUnknown."""
    wanted = select(Club).where(Club.project_id == project_id)
    found = session.scalar(seen.clubs(wanted.where(or_(Club.code == given, Club.id == given))))
    if found is None:
        raise ClubUnknown(given=given)
    return found


def look(
    session: Session, seen: Scope, project_id: int, given: str, year: int | None, today: date, show: Show
) -> Told:
    """The page of a club for a year; without one, of the year it last reported on. Raises ClubUnknown."""
    club = get(session, seen, project_id, given)
    sent = _sent(session, seen, club.id)
    last_month = _last_month(session, club.id)
    years = _years(club, last_month, today)
    chosen = year if year in years else (last_month or club.founding_date).year
    period = Period(date(chosen, 1, 1), date(chosen, 12, 31))
    page, why_not = _page(session, seen, club, period, today, show)
    return Told(
        club=club,
        spells=spells(session, club.id),
        year=chosen,
        years=years,
        page=page,
        why_not=why_not,
        sent=sent,
        founded_by=_founding(session, seen, club),
        photos=tuple(report.photo.album(session, club, period.first, period.last, PHOTOS_SHOWN)),
        last_month=last_month,
    )


def spells(session: Session, club_id: str) -> tuple[Spell, ...]:
    """The places of a club, oldest first."""
    rows: Sequence[tuple[ClubUnit, Unit]] = [
        (place, unit)
        for place, unit in session.execute(
            select(ClubUnit, Unit)
            .join(Unit, Unit.id == ClubUnit.unit_id)
            .where(ClubUnit.club_id == club_id)
            .order_by(ClubUnit.valid_from)
        )
    ]
    return tuple(
        Spell(
            unit.full_name,
            ", ".join(
                one.full_name for one in reversed(register.lineage(session, unit)[:-1]) if one.level != "n"
            ),
            place.valid_from,
            place.valid_to,
            place.basis,
            unit.basis,
        )
        for place, unit in rows
    )


def photo(
    session: Session, seen: Scope, project_id: int, given: str, month: date | None
) -> StoredPhoto | None:
    """A picture of a club within a scope: of a month's meeting, or of its place. Raises ClubUnknown."""
    return report.photo.of_month(session, get(session, seen, project_id, given), month)


def _years(club: Club, last_month: date | None, today: date) -> tuple[int, ...]:
    """Years to choose from, newest first."""
    last = max(today.year, club.founding_date.year, last_month.year if last_month else 0)
    first = min(club.founding_date.year, last_month.year if last_month else last)
    return tuple(range(last, first - 1, -1))


def _page(
    session: Session, seen: Scope, club: Club, period: Period, today: date, show: Show
) -> tuple[ClubPage | None, str]:
    if club.status == "rejected":
        return None, "rejected"
    if club.founding_date > min(period.last, today):
        return None, "ahead"
    try:
        of = area_of(session, club, min(period.last, today))
        whole = Period(club.founding_date.replace(day=1), end_of_month(today))
        ctx = context(session, seen, of, whole, [club.id], today)
    except ClubNotFound:
        return None, "placeless"
    except StandardsMissing:
        return None, "standards"
    facts = next((one for one in ctx.data.clubs if one.id == club.id), None)
    if facts is None:
        return None, "placeless"
    is_private = report.is_of_commune(session, seen)
    told = details(session, ctx, show)[club.id]
    return club_page.build(ctx, facts, period, told, is_private), ""


def _sent(session: Session, seen: Scope, club_id: str) -> dict[date, Sent]:
    """By month the submission that counts, of those within the scope."""
    wanted = (
        select(Meeting.report_month, Submission.id, Submission.instance_id)
        .join(Submission, Submission.id == Meeting.submission_id)
        .where(Meeting.club_id == club_id, Meeting.is_current)
        .order_by(Meeting.report_month, Meeting.id)
    )
    return {row[0]: Sent(row[1], row[2]) for row in session.execute(seen.submissions(wanted))}


def _founding(session: Session, seen: Scope, club: Club) -> Sent | None:
    wanted = select(Submission.id, Submission.instance_id).where(Submission.id == club.submission_id)
    row = session.execute(seen.submissions(wanted)).first()
    return Sent(*row) if row else None


def _last_month(session: Session, club_id: str) -> date | None:
    return session.scalar(
        select(Meeting.report_month)
        .where(Meeting.club_id == club_id, Meeting.is_current)
        .order_by(Meeting.report_month.desc())
        .limit(1)
    )
