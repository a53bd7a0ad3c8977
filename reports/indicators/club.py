"""One club on one day: the small questions that indicators, tables and the list of clubs all ask.

Each answer is worked out once for a dataset (Dataset.remember). None: the club has told nothing to answer from.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from reports.dataset import MONTH, Dataset
from reports.facts import Club, IncomeBook, Meeting, Member
from reports.period import Period, add_months, end_of_month

WOMAN = "female"
POOR = frozenset({"poor", "near_poor"})
NO_HARDSHIP = frozenset({"none"})


@dataclass(frozen=True, slots=True)
class Overdue:
    """Loans past due on one day, after write-offs."""

    loans: int
    amount: int
    amount_90: int
    """Of the amount, what is more than 90 days late."""


def members(data: Dataset, club: Club, day: date) -> tuple[Member, ...]:
    """Members on the list that day."""
    return data.remember(
        ("members", club.id, day), lambda: tuple([m for m in data.members_of(club.id) if m.is_in(day)])
    )


@dataclass(frozen=True, slots=True)
class People:
    """Members of a club counted on one day: numerators, and those whose answer is known."""

    members: int
    women: tuple[int, int]
    older: tuple[int, int]
    disadvantaged: tuple[int, int]


def people(data: Dataset, club: Club, day: date, older_age: int) -> People:
    """The members on the list that day, with the age that counts as older."""

    def count() -> People:
        listed = members(data, club, day)
        return People(
            len(listed),
            _known([None if m.sex is None else m.sex == WOMAN for m in listed]),
            _known([is_older(m, day, older_age) for m in listed]),
            _known([is_disadvantaged(m) for m in listed]),
        )

    return data.remember(("people", club.id, day, older_age), count)


def _known(answers: list[bool | None]) -> tuple[int, int]:
    return answers.count(True), len(answers) - answers.count(None)


def is_older(member: Member, day: date, age: int) -> bool | None:
    """Whether of that age or above; None when the year of birth is not known."""
    reached = member.age(day)
    return None if reached is None else reached >= age


def is_disadvantaged(member: Member) -> bool | None:
    """Poor, near-poor, or in hardship; None when neither was answered."""
    if member.poverty_status is None and not member.hardship:
        return None
    return member.poverty_status in POOR or bool(member.hardship - NO_HARDSHIP)


@lru_cache(maxsize=1024)
def full_months(day: date, number: int) -> tuple[date, ...]:
    """The last so many full calendar months up to a day, oldest first; a month counts when its last day has come."""
    last = day.replace(day=1) if end_of_month(day) == day else add_months(day, -1)
    return tuple(add_months(last, n) for n in range(1 - number, 1))


def has_reported(data: Dataset, club: Club, first: date, last: date) -> bool:
    """Whether any monthly report between two days is known; a club without one has told nothing of that time."""
    return bool(reports_in(data, club, first, last))


def reports_in(data: Dataset, club: Club, first: date, last: date) -> list[Meeting]:
    """Monthly reports of months that end on the first day or later and begin by the last."""

    def find() -> list[Meeting]:
        meetings = data.meetings_of(club.id)
        start = bisect_left(meetings, first.replace(day=1), key=MONTH)
        return meetings[start : bisect_right(meetings, last, start, key=MONTH)]

    return data.remember(("reports", club.id, first, last), find)


def is_active(data: Dataset, club: Club, day: date, months: int) -> bool:
    """Whether it stands and has met at least once in the last so many full months."""
    window = full_months(day, months)
    return club.stands_on(day) and any(m.held for m in reports_in(data, club, window[0], window[-1]))


def expected_months(club: Club, period: Period, day: date) -> tuple[date, ...]:
    """Months of the period in which it had to meet: from the month after its founding to the last that is over by the
    day, or to the month before it closed."""
    end = min(day, club.closed_on - timedelta(days=1)) if club.closed_on else day
    over = end.replace(day=1) if end_of_month(end) == end else add_months(end, -1)
    months = period.months
    return months[bisect_right(months, club.founding_date) : bisect_right(months, over)]


def last_book(data: Dataset, club: Club, day: date) -> IncomeBook | None:
    """The income fund's book of the latest month up to that day whose closing is known."""

    def find() -> IncomeBook | None:
        for meeting in reversed(data.meetings_of(club.id)):
            if meeting.month <= day and meeting.income and meeting.income.closing is not None:
                return meeting.income
        return None

    return data.remember(("book", club.id, day), find)


def fund(data: Dataset, club: Club, day: date) -> int | None:
    """Income fund in VND, cash and outstanding: of the last monthly report, else as founded."""
    book = last_book(data, club, day)
    return book.closing if book else club.fund_income_initial


def outstanding(data: Dataset, club: Club, day: date) -> int | None:
    """Outstanding loans in VND by the book of the last monthly report."""
    book = last_book(data, club, day)
    return book.close_loans if book else None


def operating_fund(data: Dataset, club: Club, day: date) -> int | None:
    """Balance of the operating fund in VND by the last monthly report that tells it; None: none does."""
    for meeting in reversed(data.meetings_of(club.id)):
        if meeting.month <= day and meeting.operating and meeting.operating.closing is not None:
            return meeting.operating.closing
    return None


def has_operating_fund(data: Dataset, club: Club, day: date) -> bool | None:
    """Whether an operating fund's book exists and its balance is not below 0; by the last report, else as founded."""
    balance = operating_fund(data, club, day)
    if balance is not None:
        return balance >= 0
    initial = club.fund_operating_initial
    return None if initial is None else initial > 0 or "operating_fund" in club.books


def overdue(data: Dataset, club: Club, day: date) -> Overdue:
    """Loans past due on that day with principal still open; a loan written off by then has none."""

    def find() -> Overdue:
        late = [
            (due, amount)
            for loan in data.loans_of(club.id)
            if (due := loan.due(day)) and due < day and (amount := loan.outstanding(day))
        ]
        very_late = sum(amount for due, amount in late if (day - due).days > 90)
        return Overdue(len(late), sum(amount for _, amount in late), very_late)

    return data.remember(("overdue", club.id, day), find)


def borrowers(data: Dataset, club: Club, first: date, day: date) -> int:
    """Members on the list that day who were given at least one loan, in cash or kind, between the two days."""

    def find() -> int:
        given = {loan.member_id for loan in data.loans_of(club.id) if first <= loan.disbursed_on <= day}
        return sum(m.id in given for m in members(data, club, day))

    return data.remember(("borrowers", club.id, first, day), find)


def was_trained(data: Dataset, club: Club, first: date, last: date) -> bool:
    """Whether anybody of the board was trained between two days: at founding, or in a training for this club."""
    if club.trained_board and first <= club.founding_date <= last:
        return True
    return any(t.starts_on <= last and t.ends_on >= first for t in data.trainings_of(club.id))


def was_supervised(data: Dataset, club: Club, first: date, last: date) -> bool:
    """Whether its reports tell of a visit between two days."""
    return any(first <= visit.on <= last for visit in data.supervisions_of(club.id))


def last_difference(data: Dataset, club: Club, first: date, last: date) -> tuple[Meeting, int, int] | None:
    """Counted money less book (income fund, operating fund) at the last count between two days."""
    for meeting in reversed(reports_in(data, club, first, last)):
        income = meeting.income.difference if meeting.income else None
        operating = meeting.operating.difference if meeting.operating else None
        if income is not None or operating is not None:
            return meeting, income or 0, operating or 0
    return None
