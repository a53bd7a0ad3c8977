"""The report of the country: its clubs added up, the papers, the register, and on to its PDF."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from reports import facts as f
from reports import nation as content
from reports.fonts import FontProblem
from reports.nation import Known, NationReport, Stretch
from reports.nation import render as pages
from reports.pdf import RenderProblem
from reports.period import Period
from reports.settings import DEFAULT, Settings
from reports.standards import Standards
from server import models as m
from server.errors import PageNotFound, Problem
from server.scope import Scope
from server.services import issuing, plan, rollup
from server.services import unit as register
from server.services.facts.load import CONTEXT, TARGET
from server.services.facts.received import is_sample
from server.services.plan.lookup import NEW_CLUBS
from server.services.report.province import NotPrintable, PeriodNotBegun, StandardsMissing, usable
from server.services.rollup import place
from server.services.unit.lookup import in_force


class UnknownShade(Problem):
    """The map cannot be coloured by that."""

    code = "400.11"
    message_vi = "Bản đồ không tô được theo “{given}”. Chọn một trong: {known}."
    message_en = "The map cannot be coloured by “{given}”. Choose one of: {known}."


@dataclass(frozen=True, slots=True)
class _Papers:
    """What the report is measured by. standards: with its own rules; unchanged: without them."""

    standards: Standards
    unchanged: Standards
    nation: f.Unit
    targets: tuple[f.Target, ...]
    settings: Settings

    def stretches(self, period: Period) -> tuple[Stretch, ...]:
        return content.needed(period, self.standards, self.targets, self.nation, self.settings)


def nation(
    session: Session,
    scope: Scope,
    period: Period,
    *,
    today: date,
    geography_as_of: date | None = None,
    settings: Settings = DEFAULT,
    issuer: str = issuing.DEFAULT_KIND,
    shade: str = "A03",
    most: int = rollup.LIVE,
) -> NationReport:
    """The report of the country, for those who see all of it.

    period: by calendar; the settings say whether its days are the decree's. geography_as_of: the day whose provinces
    count, where the settings name none; without one, the last day of the period, or today if that comes first. issuer:
    the kind of office that a draft names. shade: the indicator that the map shows. most: clubs that may be worked out
    while somebody waits. Raises PageNotFound (of a narrower scope), PeriodNotBegun, StandardsMissing, BadSettings,
    NoIssuingBody, UnknownShade, RollupCold.
    """
    period = _begun(scope, settings.over(period), today)
    if shade not in content.SHADES:
        raise UnknownShade(given=shade, known=", ".join(content.SHADES))
    as_of = settings.geography_as_of or geography_as_of or min(period.last, today)
    papers = _papers(session, settings)
    counted = counts(session, period, today, as_of, most, settings)
    provinces = place.provinces(session, as_of)
    known = Known(
        period=period,
        as_of=as_of,
        cut_off=today,
        standards=papers.standards,
        nation=papers.nation,
        targets=papers.targets,
        context=_context(session, papers.nation),
        row_units=_row_units(session, as_of, [unit.id for unit in provinces]),
        shapes=register.outlines(provinces),
        reform_on=_reform(session),
        bodies=issuing.of_nation(session, issuer),
        unchanged=papers.unchanged,
        settings=settings,
        shade=shade,
        has_sample=_has_sample(session, period),
    )
    return content.build(known, counted)


def figure(
    session: Session,
    scope: Scope,
    asked: content.Asked,
    period: Period,
    *,
    today: date,
    settings: Settings = DEFAULT,
    most: int = rollup.LIVE,
) -> content.NationFigure:
    """A figure of that report with what each province adds to it, for those who see the whole country.

    Only its own stretch of time is added up. Raises what `nation` does, and NoSuchFigure.
    """
    period = _begun(scope, settings.over(period), today)
    as_of = settings.geography_as_of or min(period.last, today)
    stretch = content.stretch(asked, _papers(session, settings).stretches(period))
    wanted = [(stretch, min(as_of, stretch.period.last))]
    return content.figure(asked, rollup.measure(session, wanted, today, most, settings)[0])


def _begun(scope: Scope, period: Period, today: date) -> Period:
    """The period, for those who may see it. Raises PageNotFound, PeriodNotBegun."""
    if scope.unit_ids is not None:
        raise PageNotFound
    if period.first > today:
        raise PeriodNotBegun(vi=period.name_vi, en=period.name_en)
    return period


def counts(
    session: Session,
    period: Period,
    today: date,
    as_of: date,
    most: int = rollup.LIVE,
    settings: Settings = DEFAULT,
) -> list[content.Counted]:
    """The clubs of every stretch that the report needs, added up. Of an earlier phase the provinces of its own last day
    count: 45 provinces were asked for when there were 63. period: by the calendar of the settings.
    Raises StandardsMissing, BadSettings, RollupCold."""
    stretches = _papers(session, settings).stretches(period)
    wanted = [(one, min(as_of, one.period.last)) for one in stretches]
    return rollup.measure(session, wanted, today, most, settings)


def wanted(session: Session, period: Period, settings: Settings = DEFAULT) -> rollup.Wanted:
    """The stretches that a report of this period is added up from. Raises StandardsMissing, BadSettings."""
    stretches = _papers(session, settings).stretches(settings.over(period))
    return [(one, one.period.last) for one in stretches]


def pdf(report: NationReport, made_on: date, code: str, font_folder: str = "") -> bytes:
    """The report as a PDF in a language (vi, en). Raises NotPrintable."""
    try:
        return pages.pdf(report, made_on, code, font_folder)
    except (FontProblem, RenderProblem) as error:
        raise NotPrintable(reason=str(error)) from error


def _papers(session: Session, settings: Settings) -> _Papers:
    unchanged = plan.standards(session)
    if not unchanged.phases:
        raise StandardsMissing
    with usable():
        standards = settings.applied(unchanged)
    t, u = m.Target, m.Unit
    rows = session.execute(
        select(
            *(getattr(t, name) for name in TARGET),
            u.code.label("unit_code"),
            u.level.label("unit_level"),
            t.phase_code.label("phase"),
        )
        .join(u, u.id == t.unit_id)
        .where(or_(u.level == "n", t.indicator == NEW_CLUBS))
        .order_by(t.period_from, t.id)
    )
    targets = tuple(f.Target(**row._mapping) for row in rows)
    return _Papers(standards, unchanged, place.nation(session), targets, settings)


def _context(session: Session, nation: f.Unit) -> tuple[f.ContextFact, ...]:
    c = m.ContextFact
    held = select(*(getattr(c, name) for name in CONTEXT)).where(c.unit_id == nation.id).order_by(c.id)
    return tuple(f.ContextFact(**row._mapping) for row in session.execute(held))


def _has_sample(session: Session, period: Period) -> bool:
    """Whether sample data holds a club founded by the end of the period."""
    club = m.Club
    found = select(club.id).where(club.founding_date <= period.last, is_sample(club.submission_id))
    return session.scalar(found.limit(1)) is not None


def _row_units(session: Session, as_of: date, provinces: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Province → the units its report's tables list on a day: its districts, else its communes."""
    below: dict[tuple[int, str], list[int]] = defaultdict(list)
    u, closure = m.Unit, m.UnitClosure
    rows = session.execute(
        select(closure.ancestor_id, u.level, u.id)
        .join(u, u.id == closure.descendant_id)
        .where(closure.ancestor_id.in_(list(provinces)), u.level.in_(("d", "c")), in_force(as_of))
        .order_by(u.code)
    )
    for province, level, unit_id in rows:
        below[province, level].append(unit_id)
    return {p: tuple(below.get((p, "d")) or below.get((p, "c")) or ()) for p in provinces}


def _reform(session: Session) -> date | None:
    """The last day on which many provinces changed at once; None: they stand as the register opened."""
    u = m.Unit
    opening = session.scalar(select(func.min(u.valid_from)))
    days = select(u.valid_from).where(u.level == "p", u.valid_from > opening)
    return session.scalar(days.group_by(u.valid_from).order_by(func.count().desc(), u.valid_from).limit(1))
