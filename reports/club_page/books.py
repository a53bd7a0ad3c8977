"""A fund's book month by month: opening, what came in and went out, closing, and what does not add up."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.facts import Loan, Meeting


@dataclass(frozen=True, slots=True)
class BookMonth:
    """One month of one fund, in VND; None: the month does not tell.

    gap: closing less what opening, income and expense come to. carried: opening less the closing of the month before
    that told one. counted: money counted less the book; reason: what the club wrote of it.
    """

    month: date
    opening: int | None
    income: int | None
    expense: int | None
    closing: int | None
    carried: int | None
    counted: int | None
    reason: str = ""

    @property
    def gap(self) -> int | None:
        """0 for a book that adds up."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - (self.income or 0) + (self.expense or 0)

    @property
    def balances(self) -> bool:
        """Whether nothing that is known differs."""
        return not (self.gap or self.carried or self.counted)


def income_books(meetings: Sequence[Meeting], loans: Sequence[Loan], first: date) -> tuple[BookMonth, ...]:
    """The income fund (cash and what is lent out together) in each month from one on, oldest first.

    meetings: all of the club's, oldest first. Lending and repaying moves money within the fund; only goods lent out,
    which never were cash, come into it by the loan itself.
    """
    in_kind: dict[date, int] = defaultdict(int)
    for loan in loans:
        if loan.kind == "in_kind":
            in_kind[loan.disbursed_on.replace(day=1)] += loan.amount
    found, before = [], None
    for meeting in meetings:
        if book := meeting.income:
            one = BookMonth(
                meeting.month,
                book.opening,
                _sum(book.added, in_kind.get(meeting.month)),
                _sum(book.withdrawn, book.written_off),
                book.closing,
                _difference(book.opening, before),
                book.difference,
                book.difference_reason,
            )
            before = before if one.closing is None else one.closing
            found.append(one)
    return tuple(one for one in found if one.month >= first)


def operating_books(meetings: Sequence[Meeting], first: date) -> tuple[BookMonth, ...]:
    """The operating fund in each month from one on, oldest first. meetings: all of the club's, oldest first."""
    found, before = [], None
    for meeting in meetings:
        if book := meeting.operating:
            one = BookMonth(
                meeting.month,
                book.opening,
                _sum(book.in_interest, book.in_fees, book.in_donation, book.in_other),
                _sum(book.out_visit, book.out_meeting, book.out_care, book.out_other),
                book.closing,
                _difference(book.opening, before),
                book.difference,
                book.difference_reason,
            )
            before = before if one.closing is None else one.closing
            found.append(one)
    return tuple(one for one in found if one.month >= first)


def _sum(*amounts: int | None) -> int | None:
    told = [amount for amount in amounts if amount is not None]
    return sum(told) if told else None


def _difference(amount: int | None, before: int | None) -> int | None:
    return None if amount is None or before is None else amount - before
