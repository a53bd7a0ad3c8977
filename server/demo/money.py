"""A club's money in one month: loans handed out and paid back, lost ones written off, both books closed.

Amounts and punctuality follow the programme's notes on sample data: 3, 5, 7 and 10 million VND at 25, 45, 10 and 20
percent, 85 percent on time.
"""

import calendar
from datetime import date, timedelta
from random import Random

from server.demo.model import Books, Life, Loan, Payment
from server.demo.people import Person, pick, uuid

MILLION = 1_000_000
LOAN_SIZES = {3: 25, 5: 45, 7: 10, 10: 20}


def collect(life: Life, month: date, day: date) -> tuple[Payment, ...]:
    paid = []
    for loan in life.loans:
        if not loan.outstanding or loan.disbursed_on >= month:
            continue
        interest = round(loan.outstanding * float(loan.rate) / 100 / 1000) * 1000
        principal = _principal(loan, day)
        loan.outstanding -= principal
        paid.append(Payment(loan, principal, interest, loan.outstanding, loan.version))
        loan.version += 1
    return tuple(paid)


def _principal(loan: Loan, day: date) -> int:
    if loan.months_late is None:
        return 0
    if day >= loan.due + timedelta(days=30 * loan.months_late - 3):
        return loan.outstanding
    if loan.pays_monthly and loan.months_late == 0:
        return min(loan.outstanding, round(loan.amount / loan.term / 100_000) * 100_000)
    return 0


def write_off(life: Life, day: date) -> tuple[Loan, ...]:
    lost = tuple(
        loan
        for loan in life.loans
        if loan.months_late is None and loan.outstanding and day > loan.due + timedelta(days=420)
    )
    return lost


def lend(life: Life, day: date, repaid: int) -> tuple[Loan, ...]:
    free = life.cash + repaid
    open_to = {loan.borrower.id for loan in life.loans if loan.outstanding}
    new: list[Loan] = []
    while free >= 3 * MILLION and len(new) < 3 and life.rng.random() < 0.62:
        sizes = {size: weight for size, weight in LOAN_SIZES.items() if size * MILLION <= free}
        borrower = life.rng.choice(
            [one for one in life.current if one.id not in open_to and one.joined_on < day]
        )
        loan = _loan(
            life, borrower, int(pick(life.rng, {str(k): v for k, v in sizes.items()})) * MILLION, day
        )
        open_to.add(borrower.id)
        free -= loan.amount
        new.append(loan)
    life.loans += new
    return tuple(new)


def _loan(life: Life, borrower: Person, amount: int, day: date) -> Loan:
    rng = life.rng
    term = rng.choice((6, 10, 12, 12))
    late = rng.choices((0, rng.choice((1, 2)), rng.choice((4, 5, 6)), None), (85, 11, 3, 1))[0]
    purpose = rng.choice(("pig", "poultry", "cow_goat", "crop", "fish", "trade", "craft", "service"))
    rate = rng.choice(("0.5", "0.8", "1"))
    return Loan(
        uuid(rng),
        borrower,
        amount,
        term,
        rate,
        purpose,
        day,
        months_later(day, term),
        amount,
        rng.random() < 0.4,
        late,
    )


def months_later(day: date, count: int) -> date:
    """The same day so many months on, or the last of that month."""
    index = day.year * 12 + day.month - 1 + count
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def keep_books(
    life: Life, loans: tuple[Loan, ...], payments: tuple[Payment, ...], lost: tuple[Loan, ...], held: bool
) -> Books:
    rng = life.rng
    differs = life.club.faults.opening_differs and life.version == 9
    open_cash = life.cash - 100_000 if differs else life.cash
    lent = sum(loan.amount for loan in loans)
    principal = sum(payment.principal for payment in payments)
    interest = sum(payment.interest for payment in payments)
    written_off = sum(loan.outstanding for loan in lost)
    open_loans = sum(loan.outstanding for loan in life.loans) - lent + principal
    for loan in lost:
        loan.outstanding = 0
        loan.version += 1
    added = rng.randrange(2, 9) * 500_000 if held and rng.random() < 0.06 else 0
    close = open_cash + principal + added - lent
    off = rng.choice((-150_000, -50_000, 20_000)) if held and rng.random() < 0.03 and close > 200_000 else 0
    in_bank = close // 2 // 1000 * 1000 if close > 5 * MILLION else 0
    fees = life.fee * round(len(life.current) * 0.9) if held else 0
    donation = rng.randrange(0, 9) * 50_000 if held else 0
    room = life.operating + interest + fees + donation
    visit, meeting, care = _spend(rng, room) if held else (0, 0, 0)
    books = Books(
        open_cash,
        open_loans,
        added,
        lent,
        principal,
        interest,
        written_off,
        close,
        open_loans + lent - principal - written_off,
        close - in_bank + off,
        in_bank,
        life.operating,
        fees,
        donation,
        visit,
        meeting,
        care,
        room - visit - meeting - care,
        differs,
    )
    life.cash, life.operating = books.close_cash, books.of_close
    return books


def _spend(rng: Random, room: int) -> tuple[int, int, int]:
    spent = []
    for most in (6, 5, 3):
        amount = min(rng.randrange(0, most) * 50_000, max(0, room - 200_000) // 50_000 * 50_000)
        room -= amount
        spent.append(amount)
    return spent[0], spent[1], spent[2]
