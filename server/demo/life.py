"""A club lived month by month: who joins and leaves, who borrows and pays back, what is done, what the books say.

Every month's money is true to the books: what a form would compute is what stands here. Rates and amounts follow the
programme's notes on sample data (attendance, loans, punctuality, meetings, health).
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from server.demo import setting
from server.demo.people import FOUNDING_BOARD, Person, person, pick, uuid

MILLION = 1_000_000
LOAN_SIZES = {3: 25, 5: 45, 7: 10, 10: 20}


@dataclass
class Loan:
    """A loan from the day it is handed out until it is paid back or written off."""

    id: str
    borrower: Person
    amount: int
    term: int
    rate: str
    purpose: str
    disbursed_on: date
    due: date
    outstanding: int
    pays_monthly: bool
    months_late: int | None
    """0: on time; None: never."""
    version: int = 1


@dataclass(frozen=True)
class Payment:
    """One line of a month's collection."""

    loan: Loan
    principal: int
    interest: int
    outstanding: int
    base_version: int


@dataclass
class Recipient:
    """A person who is visited at home."""

    id: str
    name: str
    birth_year: int
    sex: str
    is_member: str
    is_new: bool = True


@dataclass(frozen=True)
class Books:
    """Both funds of one month, in VND."""

    open_cash: int
    open_loans: int
    added: int
    disbursed: int
    principal: int
    interest: int
    written_off: int
    close_cash: int
    close_loans: int
    counted: int
    bank: int
    of_open: int
    of_fees: int
    of_donation: int
    of_visit: int
    of_meeting: int
    of_care: int
    of_close: int
    open_differs: bool = False


@dataclass(frozen=True)
class Month:
    """What one month's form tells. base_version: of the club's entity on the tablet."""

    month: date
    held_on: date | None
    reason: str | None
    members: int
    present: tuple[Person, ...]
    joined: tuple[Person, ...]
    left: tuple[tuple[Person, str, date], ...]
    loans: tuple[Loan, ...]
    payments: tuple[Payment, ...]
    written_off: tuple[Loan, ...]
    overdue: tuple[int, int]
    visits: tuple[tuple[Recipient, bool, int], ...]
    """(who, whether new this month, visits)."""
    areas: frozenset[str]
    books: Books
    supervised: str | None
    book_date: date
    base_version: int
    received_days: int
    """Days after the end of the month at which the form came in."""


@dataclass
class Life:
    """A club's state between two months."""

    club: setting.Club
    rng: Random
    id: str
    members: list[Person]
    fund: int
    cash: int
    operating: int
    fee: int
    volunteers: int
    loans: list[Loan] = field(default_factory=list)
    recipients: list[Recipient] = field(default_factory=list)
    version: int = 1

    @property
    def current(self) -> list[Person]:
        """Who is a member now."""
        return [one for one in self.members if one.left_on is None]

    @property
    def phase(self) -> str:
        """The phase the club was founded in."""
        return "p1" if self.club.founded_on < date(2021, 1, 1) else "p2"


def found(club: setting.Club, seed: str) -> Life:
    """A club on the day of its founding."""
    rng = Random(f"{seed}:{club.province.code}:{club.number}")  # noqa: S311 (sample data, no secret)
    mix = club.province.mix
    phase = "p1" if club.founded_on.year <= 2020 else "p2"
    size = round(min(max(rng.gauss(mix.size_mean, mix.size_spread), mix.size_range[0]), mix.size_range[1]))
    women = min(max(rng.betavariate(29.6, 15.2), 0.5), 0.85)
    day = club.founded_on
    members = [person(rng, mix, day.year, women, phase, day) for _ in range(size)]
    for role, one in zip((*FOUNDING_BOARD, *("member",) * rng.choice((0, 0, 0, 2))), members, strict=False):
        one.role = role
    if club.faults.member_twice:
        members[-1].full_name, members[-1].birth_year = members[7].full_name, members[7].birth_year
    fund = _first_fund(rng, club, phase)
    operating = rng.randrange(5, 31) * 100_000
    volunteers = rng.randrange(2, 5) if club.is_weak else rng.randrange(5, 11)
    return Life(
        club, rng, uuid(rng), members, fund, fund, operating, rng.choice((2000, 3000, 5000)), volunteers
    )


def _first_fund(rng: Random, club: setting.Club, phase: str) -> int:
    low, usual, high = club.province.fund
    if phase == "p2":
        amount = rng.uniform(20, 30) if rng.random() < 0.45 else rng.uniform(30, 50)
    else:
        amount = min(max(usual * rng.lognormvariate(0, 0.22), low), high)
    return round(amount * 2) * 500_000


def months(life: Life) -> Iterator[Month]:
    """The club's months from the one after its founding to the last of the sample data; a month that nobody
    reported is left out."""
    month = _next(life.club.founded_on.replace(day=1))
    while month <= setting.LAST_MONTH:
        if life.rng.random() >= (0.15 if life.club.is_weak else 0.03):
            yield _live(life, month)
        month = _next(month)


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _live(life: Life, month: date) -> Month:
    rng = life.rng
    reason = _why_not(life, month)
    held_on = None if reason else month.replace(day=min(28, 5 + life.club.number % 20))
    book_date = held_on or month.replace(day=calendar.monthrange(month.year, month.month)[1])
    on_list = len(life.current)
    joined = _join(life, book_date) if held_on else ()
    present = _present(life, month) if held_on else ()
    areas = frozenset(area for area in _areas(life) if held_on)
    payments = _collect(life, month, book_date) if held_on else ()
    written_off = _write_off(life, book_date) if held_on else ()
    loans = _lend(life, book_date, sum(p.principal for p in payments)) if held_on else ()
    visits = _visit(life) if "a3" in areas else ()
    left = _leave(life, book_date, {loan.borrower.id for loan in life.loans}) if held_on else ()
    books = _books(life, loans, payments, written_off, bool(held_on))
    late = [loan for loan in life.loans if loan.outstanding and loan.due < book_date]
    life.version += 1
    return Month(
        month,
        held_on,
        reason,
        on_list,
        present,
        joined,
        left,
        loans,
        payments,
        written_off,
        (len(late), sum(loan.outstanding for loan in late)),
        visits,
        areas,
        books,
        pick(rng, {"xa": 70, "huyen": 20, "tinh": 10}) if held_on and rng.random() < 0.16 else None,
        book_date,
        life.version - 1,
        rng.randrange(1, 10) if rng.random() < 0.9 else rng.randrange(12, 40),
    )


def _why_not(life: Life, month: date) -> str | None:
    draw = life.rng.random()
    if month in setting.EPIDEMIC:
        return "epidemic" if draw < 0.88 else None
    if month.month == 2 and draw < 0.35:
        return "tet"
    if month.month in life.club.province.storms and draw < 0.12:
        return "flood_storm"
    if draw < (0.38 if life.club.is_weak else 0.05):
        return life.rng.choice(("harvest", "chair_absent", "no_place"))
    return None


def _present(life: Life, month: date) -> tuple[Person, ...]:
    mean = (
        0.78
        - 0.12 * (month.month in life.club.province.harvest)
        - 0.08 * (month.month in life.club.province.cold)
    )
    mean -= 0.12 * life.club.is_weak
    share = life.rng.betavariate(mean * 20, (1 - mean) * 20)
    return tuple(one for one in life.current if life.rng.random() < share)


def _areas(life: Life) -> list[str]:
    chance = 0.55 if life.club.is_weak else 0.94
    return [f"a{n}" for n in range(1, 9) if life.rng.random() < chance - 0.12 * (n in (5, 8))]


def _join(life: Life, day: date) -> tuple[Person, ...]:
    if len(life.current) >= 70 or life.rng.random() > 0.055 * len(life.members) / 30:
        return ()
    new = person(life.rng, life.club.province.mix, day.year, 0.66, life.phase, day)
    life.members.append(new)
    return (new,)


def _leave(life: Life, day: date, borrowers: set[str]) -> tuple[tuple[Person, str, date], ...]:
    gone = []
    for one in life.current:
        if (
            life.rng.random() < 0.035 / 12
            and one.id not in borrowers
            and one.role == "none"
            and one.joined_on < day
        ):
            one.left_on = day - timedelta(days=life.rng.randrange(0, 5))
            gone.append(
                (one, pick(life.rng, {"died": 43, "moved": 35, "resigned": 16, "ill": 6}), one.left_on)
            )
            one.version += 1
    return tuple(gone)


def _collect(life: Life, month: date, day: date) -> tuple[Payment, ...]:
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


def _write_off(life: Life, day: date) -> tuple[Loan, ...]:
    lost = tuple(
        loan
        for loan in life.loans
        if loan.months_late is None and loan.outstanding and day > loan.due + timedelta(days=420)
    )
    return lost


def _lend(life: Life, day: date, repaid: int) -> tuple[Loan, ...]:
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


def _visit(life: Life) -> tuple[tuple[Recipient, bool, int], ...]:
    rng = life.rng
    if len(life.recipients) < 3 or (len(life.recipients) < 10 and rng.random() < 0.08):
        old = max(
            life.current, key=lambda one: (one.id not in {r.name for r in life.recipients}, rng.random())
        )
        guest = person(
            rng, life.club.province.mix, life.club.founded_on.year, 0.7, life.phase, life.club.founded_on
        )
        chosen = old if rng.random() < 0.6 else guest
        life.recipients.append(
            Recipient(
                uuid(rng), chosen.full_name, chosen.birth_year, chosen.sex, "yes" if chosen is old else "no"
            )
        )
    seen = []
    for recipient in life.recipients:
        seen.append((recipient, recipient.is_new, rng.randrange(6, 10)))
        recipient.is_new = False
    return tuple(seen)


def _books(
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
