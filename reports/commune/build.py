"""From facts to the page of a commune. Every figure is the indicator's own, asked of the commune's clubs or of one."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal

from reports import language, privacy
from reports.commune.model import ClubLine, CommunePage, Health, Sums
from reports.facts import Activity, Club, Geography, Unit
from reports.indicators import REGISTER, Context, Value
from reports.indicators import club as one
from reports.province import TargetRow, clubs, table1
from reports.province.build import geography_sentence
from reports.standards import MissingRule


def build(
    ctx: Context,
    unit: Unit,
    above: str,
    phones: Mapping[str, str],
    maybe: Collection[str] = (),
    *,
    is_private: bool,
) -> CommunePage:
    """The page of one commune of the context's geography.

    above: what it lies in, as printed. phones: telephone of the chair by club. maybe: clubs without a commune that may
    belong here. is_private: whether the reader is of commune level: without it no telephone is told, and few persons
    are masked.
    """
    geography = ctx.geography
    here = replace(
        ctx,
        data=ctx.data.only(lambda club: _is_in(geography, club, unit)),
        geography=replace(geography, area=unit, communes=(unit,), rows=(unit,)),
    )
    vi, en = geography_sentence(geography)
    standing = sorted(here.standing(), key=lambda club: (language.text_key(club.name), club.code))
    return CommunePage(
        unit=unit,
        above=above,
        period=ctx.period,
        day=ctx.day,
        cut_off=ctx.data.cut_off,
        geography_vi=vi,
        geography_en=en,
        phase=ctx.phase,
        is_private=is_private,
        clubs=tuple(_line(here, club, phones.get(club.id) if is_private else None) for club in standing),
        sums=_sums(here, is_private),
        health=_health(here, is_private),
        targets=_targets(here),
        undecided=tuple(clubs.name(ctx, club) for club in ctx.standing() if club.id in maybe),
        has_sample=here.data.has_sample,
    )


def _is_in(geography: Geography, club: Club, unit: Unit) -> bool:
    place = geography.places.get(club.id)
    return place is not None and place.commune_id == unit.id


def _line(ctx: Context, club: Club, phone: str | None) -> ClubLine:
    own = replace(ctx, data=ctx.data.only(lambda other: other.id == club.id))
    held, fund, overdue = (REGISTER[code].compute(own) for code in ("D01", "C06", "C09"))
    result = clubs.grade(own, club)
    chairs = [s.full_name for s in club.board if s.role == "chair" and s.held_on(ctx.day)]
    reported = {m.month for m in ctx.data.meetings_of(club.id)}
    return ClubLine(
        code=club.code,
        name=club.name,
        village=clubs.village(club),
        members=REGISTER["A06"].compute(own).numerator or 0,
        held=None if held.missing else held.numerator,
        due=None if held.missing else held.denominator,
        attendance=percent(own, "D02"),
        fund=fund.numerator,
        outstanding=fund.parts["outstanding"].numerator,
        overdue=overdue.parts["amount"].numerator,
        overdue_loans=None if overdue.missing else overdue.parts["loans"].numerator,
        grade=result.grade,
        failing=result.failing,
        silent_months=tuple(m for m in one.expected_months(club, ctx.period, ctx.day) if m not in reported),
        chair=chairs[-1] if chairs else None,
        phone=phone,
    )


def percent(ctx: Context, code: str) -> Decimal | None:
    """The value of a share; None also where the phase lacks a rule that it needs."""
    value = indicator(ctx, code)
    return None if value is None or value.value is None else Decimal(value.value)


def indicator(ctx: Context, code: str) -> Value | None:
    """An indicator's value; None where the phase lacks a rule that it needs."""
    try:
        return REGISTER[code].compute(ctx)
    except MissingRule:
        return None


def _sums(ctx: Context, is_private: bool) -> Sums:
    fund = REGISTER["C06"].compute(ctx)
    return Sums(
        clubs=len(ctx.standing()),
        members=REGISTER["A06"].compute(ctx).numerator or 0,
        women=_share(ctx, "B02", is_private),
        older=_share(ctx, "B03", is_private),
        borrowed=_share(ctx, "C05", is_private),
        held=REGISTER["D01"].compute(ctx),
        attendance=percent(ctx, "D02"),
        fund=fund.numerator,
        outstanding=fund.parts["outstanding"].numerator,
        overdue=REGISTER["C09"].compute(ctx),
        full_and_well=indicator(ctx, "D07"),
    )


def _share(ctx: Context, code: str, is_private: bool) -> privacy.Share:
    """A percentage of persons; of few persons for readers at commune level only."""
    value = REGISTER[code].compute(ctx)
    if is_private:
        return None if value.value is None else Decimal(value.value)
    return privacy.share(value.numerator or 0, value.denominator or 0)


def _health(ctx: Context, is_private: bool) -> Health:
    """Sums over the monthly reports of the clubs standing."""
    reports = [
        m for club in ctx.standing() for m in one.reports_in(ctx.data, club, ctx.period.first, ctx.day)
    ]
    told = [m.activity for m in reports if m.activity]
    people = {visit.recipient_id for m in reports for visit in m.care if visit.recipient_id}
    high, measured = _pressure(told, is_private)
    money = [amount for name in ("mob_cash", "mob_kind_value") if (amount := _sum(told, name)) is not None]

    def shown(count: int | None) -> privacy.Count:
        return count if is_private else privacy.cell(count)

    return Health(
        measured=measured,
        high=high,
        checked=shown(_sum(told, "n_clinic_check")),
        volunteers=shown(_volunteers(ctx)),
        recipients=shown(len(people) if told else None),
        visits=_sum(told, "n_visits"),
        helped=shown(_sum(told, "n_sudden_help")),
        works=_sum(told, "n_community"),
        raised=sum(money) if money else None,
        days=_sum(told, "mob_days"),
    )


def _pressure(told: list[Activity], is_private: bool) -> tuple[privacy.Count, privacy.Count]:
    """Turns at 140/90 or above, and all turns: one group of people, masked together."""
    measured, high = _sum(told, "n_bp"), _sum(told, "n_bp_high")
    if is_private or measured is None or high is None:
        return (high, measured) if is_private else (privacy.cell(high), privacy.cell(measured))
    few, _, total = privacy.row([high, measured - high])
    return few, total


def _sum(told: list[Activity], name: str) -> int | None:
    amounts = [amount for activity in told if (amount := getattr(activity, name)) is not None]
    return sum(amounts) if amounts else None


def _volunteers(ctx: Context) -> int | None:
    last = []
    for club in ctx.standing():
        reports = one.reports_in(ctx.data, club, ctx.period.first, ctx.day)
        told = [n for m in reports if m.activity and (n := m.activity.n_care_vol) is not None]
        last += told[-1:]
    return sum(last) if last else None


def _targets(ctx: Context) -> tuple[TargetRow, ...]:
    """Rows of table 1 whose goal is the commune's own; a rule or a share asked of everybody is none of it."""
    made = table1.table(ctx)
    rows = [row for group in made.groups for row in group.rows]
    return tuple(row for row in rows if row.goal and row.goal.origin == "target")
