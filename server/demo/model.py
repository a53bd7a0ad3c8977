"""What a club of the sample data is made of, and what one month of it tells."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from server.demo import setting
from server.demo.people import Person


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
