"""Annexes II and III: both funds of every club over the period, and the months that clubs did not report."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, timedelta

from reports.facts import Club, OperatingBook
from reports.indicators import Context, c
from reports.indicators import club as one
from reports.period import end_of_month
from reports.province import clubs as names
from reports.province.activities import reports_of
from reports.province.activity_model import AbsentClub, ClubFunds, FundMove

CAME = ("in_interest", "in_fees", "in_donation", "in_other")
WENT = ("out_visit", "out_meeting", "out_care", "out_other")


def club_funds(ctx: Context, order: Sequence[Club]) -> tuple[ClubFunds, ...]:
    """Phụ lục II: a row for each club standing, in the order given, then the total; () without clubs."""
    rows = [
        ClubFunds(number, club.code, club.name, _income(ctx, club), _operating(ctx, club))
        for number, club in enumerate(order, start=1)
    ]
    if not rows:
        return ()
    total = ClubFunds(0, "", "", _total(r.income for r in rows), _total(r.operating for r in rows))
    return (*rows, total)


def _income(ctx: Context, club: Club) -> FundMove:
    """Cash and loans together: a loan given or paid back moves nothing. The first fund of a new club came in."""
    before, last = _ends(ctx)
    is_new = ctx.period.holds(club.founding_date)
    added, first = c.moved(ctx, club, "added"), club.fund_income_initial if is_new else None
    counts = [
        m.income.difference for m in reports_of(ctx, club) if m.income and m.income.difference is not None
    ]
    return FundMove(
        opening=one.fund(ctx.data, club, before) if club.stands_on(before) else 0,
        came=_sum([added, first]),
        went=_sum([c.moved(ctx, club, "withdrawn"), c.moved(ctx, club, "written_off")]),
        closing=one.fund(ctx.data, club, last),
        difference=counts[-1] if counts else None,
    )


def _operating(ctx: Context, club: Club) -> FundMove:
    """As the income fund: a period opens with what the one before closed with, and a new club's first fund came in."""
    before, last = _ends(ctx)
    books = [m.operating for m in reports_of(ctx, club) if m.operating]
    counts = [b.difference for b in books if b.difference is not None]
    told = next((b.opening for b in books if b.opening is not None), None)
    first, stood = club.fund_operating_initial, club.stands_on(before)
    began = [told if first is None else first] if ctx.period.holds(club.founding_date) else []
    return FundMove(
        opening=_known(one.operating_fund(ctx.data, club, before), told, first) if stood else 0,
        came=_sum([*(_moved(b, CAME) for b in books), *began]),
        went=_sum(_moved(b, WENT) for b in books),
        closing=_known(one.operating_fund(ctx.data, club, last), first),
        difference=counts[-1] if counts else None,
    )


def _ends(ctx: Context) -> tuple[date, date]:
    """The days whose books open and close the period."""
    return ctx.period.months[0] - timedelta(days=1), min(end_of_month(ctx.period.months[-1]), ctx.day)


def _known(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _moved(book: OperatingBook, names: Sequence[str]) -> int | None:
    return _sum(getattr(book, name) for name in names)


def _sum(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _total(moves: Iterable[FundMove]) -> FundMove:
    found = list(moves)
    return FundMove(*(_sum(getattr(move, field.name) for move in found) for field in fields(FundMove)))


def absent(ctx: Context, order: Sequence[Club]) -> tuple[AbsentClub, ...]:
    """Phụ lục III: clubs standing that sent no report of a month due, with these months, in the order given."""
    rows = []
    for number, club in enumerate(order, start=1):
        due = one.expected_months(club, ctx.period, ctx.day)
        told = {m.month for m in reports_of(ctx, club)}
        missing = tuple(month for month in due if month not in told)
        if missing:
            place = names.name(ctx, club).place
            rows.append(AbsentClub(number, club.code, club.name, place, len(due), missing))
    return tuple(rows)
