"""From facts to a club's sheet. Every figure is the indicator's own, asked of a dataset that holds this club alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from reports import privacy
from reports.club_sheet.model import (
    Band,
    Check,
    ClubSheet,
    Details,
    Loans,
    Month,
    OpenLoan,
    OperatingFund,
    Seat,
)
from reports.facts import Club, Loan, Meeting, OperatingBook, Ratio
from reports.indicators import REGISTER, Context, Value, c, grade
from reports.indicators import club as one
from reports.indicators.b import composition
from reports.period import add_months, end_of_month
from reports.province import clubs, units
from reports.province.build import geography_sentence
from reports.standards import MissingRule

STRIP_MONTHS = 12
ROLES = ("chair", "deputy", "secretary", "accountant", "treasurer", "member")
"""Roles in the order the board is listed."""


def build(ctx: Context, club: Club, details: Details, is_private: bool) -> ClubSheet:
    """The sheet of one club of the context's dataset.

    is_private: whether the reader may see telephones and who borrowed; without it those of `details` are left out.
    """
    own = replace(ctx, data=ctx.data.only(lambda one: one.id == club.id))
    place = ctx.geography.places.get(club.id)
    result, geography = clubs.grade(own, club), geography_sentence(ctx.geography)
    shown = details if is_private else _public(details)
    return ClubSheet(
        period=ctx.period,
        day=ctx.day,
        cut_off=ctx.data.cut_off,
        geography_vi=geography[0],
        geography_en=geography[1],
        phase=ctx.phase,
        code=club.code,
        name=club.name,
        village=clubs.village(club),
        place_old=place.old_name if place else None,
        place_new=place.new_name if place else None,
        is_undecided=place is None or place.commune_id is None,
        founding_date=club.founding_date,
        decision_no=club.decision_no,
        decision_date=club.decision_date,
        founded_phase=ctx.phase_of(club),
        status=_status(club, ctx.day),
        closed_on=club.closed_on,
        meeting_day=club.meeting_day,
        board=_board(club, ctx.day, shown),
        is_private=is_private,
        members=len(one.members(own.data, club, ctx.day)),
        composition=_composition(own, club, is_private),
        strip=_strip(own, club),
        held=REGISTER["D01"].compute(own),
        attendance=REGISTER["D02"].compute(own),
        reports=_indicator(own, "D03"),
        income=units.fund_rows(own)[-1],
        withdrawn=c.moved(own, club, "withdrawn"),
        written_off=c.moved(own, club, "written_off"),
        closing_cash=book.close_cash if (book := one.last_book(own.data, club, ctx.day)) else None,
        operating=_operating(own, club),
        loans=_loans(own, club, shown, is_private),
        grade=result.grade,
        failing=result.failing,
        areas=result.areas,
        window=_window(own),
        checks=_checks(own, club),
        withheld=frozenset() if is_private else _withheld(own, club),
        details=shown,
        has_sample=club.is_sample,
    )


def _public(details: Details) -> Details:
    """What readers above the commune are told: no borrower and no telephone, not even one written into the plan."""
    return replace(details, phones={}, borrowers={}, next_plan=privacy.without_phones(details.next_plan))


def _indicator(ctx: Context, code: str) -> Value | None:
    """An indicator of the club; None where the phase lacks a rule that it needs."""
    try:
        return REGISTER[code].compute(ctx)
    except MissingRule:
        return None


def _status(club: Club, day: date) -> str:
    if club.founding_date > day:
        return "ahead"
    return "active" if club.stands_on(day) else "closed"


def _board(club: Club, day: date, details: Details) -> tuple[Seat, ...]:
    """People of the board on the day, by their first role; of a closed club as it stood at the end."""
    last = min(day, club.closed_on - timedelta(days=1)) if club.closed_on else day
    seats = sorted((s for s in club.board if s.held_on(last)), key=lambda s: (_rank(s.role), s.member_id))
    people = {seat.member_id: seat.full_name for seat in seats}
    return tuple(
        Seat(name, tuple(s.role for s in seats if s.member_id == member), details.phones.get(member))
        for member, name in people.items()
    )


def _rank(role: str) -> int:
    return ROLES.index(role) if role in ROLES else len(ROLES)


def _strip(ctx: Context, club: Club) -> tuple[Month, ...]:
    """The twelve months that end with the day's."""
    last = ctx.day.replace(day=1)
    reports = {m.month: m for m in ctx.data.meetings_of(club.id)}
    months = [add_months(last, n) for n in range(1 - STRIP_MONTHS, 1)]
    return tuple(month_state(ctx, club, month, reports.get(month)) for month in months)


def month_state(ctx: Context, club: Club, month: date, report: Meeting | None) -> Month:
    """A month as the strip shows it: what its report says, or why none is there. report None: none counts."""
    if report is not None and report.held:
        present, on_list = report.n_present, report.n_on_list
        return Month(month, "held", present, on_list, Ratio(*grade.attendance([report])).percent)
    if report is not None:
        return Month(month, "not_held", reason=report.not_held_reason)
    return Month(month, _absence(ctx, club, month))


def _absence(ctx: Context, club: Club, month: date) -> str:
    """Why no report of a month is there: it had not to be, it is not over yet, or it did not come."""
    is_closed = club.closed_on is not None and club.closed_on <= end_of_month(month)
    if club.founding_date >= month or is_closed:
        return "outside"
    return "silent" if end_of_month(month) <= ctx.day else "ahead"


def _composition(ctx: Context, club: Club, is_private: bool) -> tuple[Band, ...]:
    """The members against the bands of the phase the club was founded in; without a member on the list nothing."""
    counted = composition(ctx, [club], ctx.phase_of(club))
    bars = next((part.bars for part in clubs.compositions(ctx)), ()) if counted.members else ()
    return tuple(
        Band(
            bar,
            counted.figure(bar.rule)
            if is_private or bar.unit != "percent"
            else privacy.share(*counted.pair(bar.rule)),
        )
        for bar in bars
    )


def _share(value: Value, is_private: bool) -> privacy.Share:
    """A percentage of persons; of few persons for readers at commune level only."""
    if is_private:
        return None if value.value is None else Decimal(value.value)
    return privacy.share(value.numerator or 0, value.denominator or 0)


def _operating(ctx: Context, club: Club) -> OperatingFund:
    """The operating fund over the period: what it opened with, every receipt and spending, and what it closed with."""
    reports = one.reports_in(ctx.data, club, ctx.period.first, ctx.day)
    books = [m.operating for m in reports if m.operating]
    openings = [book.opening for book in books if book.opening is not None]
    return OperatingFund(
        opening=openings[0] if openings else None,
        interest=_sum(books, "in_interest"),
        fees=_sum(books, "in_fees"),
        donations=_sum(books, "in_donation"),
        other=_sum(books, "in_other"),
        visits=_sum(books, "out_visit"),
        meetings=_sum(books, "out_meeting"),
        care=_sum(books, "out_care"),
        other_spending=_sum(books, "out_other"),
        closing=operating_balance(ctx, club),
    )


def operating_balance(ctx: Context, club: Club) -> int | None:
    """Operating fund in VND: of the last report up to the day that tells, else as founded."""
    for meeting in reversed(ctx.data.meetings_of(club.id)):
        if meeting.month <= ctx.day and meeting.operating and meeting.operating.closing is not None:
            return meeting.operating.closing
    return club.fund_operating_initial


def _sum(books: list[OperatingBook], column: str) -> int | None:
    told = [amount for book in books if (amount := getattr(book, column)) is not None]
    return sum(told) if told else None


def _loans(ctx: Context, club: Club, details: Details, is_private: bool) -> Loans:
    borrowed = REGISTER["C05"].compute(ctx)
    owing = [loan for loan in ctx.data.loans_of(club.id) if loan.outstanding(ctx.day)]
    found = [_open_loan(loan, ctx.day, details) for loan in owing]
    found.sort(key=lambda loan: (-loan.late_days, loan.due or date.max, loan.number or 0))
    return Loans(
        open=tuple(found) if is_private else (),
        count=len(found),
        owed=sum(loan.outstanding for loan in found),
        late=sum(1 for loan in found if loan.late_days),
        outstanding=REGISTER["C06"].compute(ctx).parts["outstanding"].numerator,
        overdue=REGISTER["C09"].compute(ctx),
        on_time=REGISTER["C08"].compute(ctx),
        is_known=bool(found) or any(m.month <= ctx.day for m in ctx.data.meetings_of(club.id)),
        borrowed=_share(borrowed, is_private),
        borrowed_since=_share(borrowed.parts["phase"], is_private),
    )


def _open_loan(loan: Loan, day: date, details: Details) -> OpenLoan:
    due = loan.due(day)
    return OpenLoan(
        number=details.loan_numbers.get(loan.id),
        disbursed_on=loan.disbursed_on,
        amount=loan.amount,
        outstanding=loan.outstanding(day),
        due=due,
        late_days=max(0, (day - due).days) if due else 0,
        borrower=details.borrowers.get(loan.member_id or ""),
    )


def _window(ctx: Context) -> tuple[date, date] | None:
    """First and last month that the grade looks at; None where the phase has no window."""
    rule = ctx.phase.rule("window_months")
    months = one.full_months(ctx.day, int(rule.low)) if rule and rule.low else ()
    return (months[0], months[-1]) if months else None


def _checks(ctx: Context, club: Club) -> tuple[Check, ...]:
    """Every item with its needs; none where the phase lacks a rule, or the club is too young or told nothing."""
    if not clubs.grade(ctx, club).is_assessed:
        return ()
    found = grade.items(ctx, club)
    return tuple(Check(code, item, code in grade.MANDATORY) for code, item in found.items())


def _withheld(ctx: Context, club: Club) -> frozenset[str]:
    """Needs counted in persons of whom there are few."""
    last = window[1] if (window := _window(ctx)) else ctx.day
    day = end_of_month(last)
    given = one.borrowers(ctx.data, club, grade.borrowing_since(ctx, day), day)
    listed = len(one.members(ctx.data, club, day))
    is_masked = isinstance(privacy.share(given, listed), privacy.Masked)
    return frozenset({"m9.borrowers"}) if is_masked else frozenset()
