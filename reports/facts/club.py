"""Clubs, who leads them, and their members."""

from dataclasses import dataclass
from datetime import date

from reports.facts.row import Row


@dataclass(frozen=True, slots=True)
class Club:
    """A club as founded, with the board as it stood at the end of the period."""

    id: str
    code: str
    name: str
    village_kind: str
    village_name: str
    phase: str
    """p1, p2, p3, or before."""
    status: str
    """active, closed or rejected."""
    founding_date: date
    closed_on: date | None = None
    decision_no: str | None = None
    decision_date: date | None = None
    charter_adopted: bool | None = None
    fund_income_initial: int | None = None
    fund_operating_initial: int | None = None
    trained_board: int | None = None
    books: frozenset[str] = frozenset()
    board: tuple["BoardSeat", ...] = ()
    lat: float | None = None
    lon: float | None = None
    """Where it meets, as its tablet measured it at founding."""
    meeting_day: int | None = None
    """Day of the month on which it meets."""
    funding_project: str | None = None
    is_sample: bool = False
    """Made up for showing, with its people and money."""

    def stands_on(self, day: date) -> bool:
        """Founded by that day, not closed by then, and never rejected as no club."""
        if self.status == "rejected" or self.founding_date > day:
            return False
        return self.closed_on is None or self.closed_on > day

    @property
    def counts(self) -> bool:
        """Whether it is a club at all: everything but rejected ones."""
        return self.status != "rejected"


@dataclass(frozen=True, slots=True)
class BoardSeat:
    """A member's place in the board, from when to when (valid_to inclusive, None: still held)."""

    member_id: str
    full_name: str
    role: str
    """chair, deputy, secretary, accountant, treasurer or member."""
    valid_from: date
    valid_to: date | None = None

    def held_on(self, day: date) -> bool:
        """Whether the seat was held on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class MembershipSpell(Row, frozen=True, gc=False):
    """One stay in the club. left_on is the first day outside it; None: still in."""

    joined_on: date
    left_on: date | None = None
    reason: str | None = None


class Member(Row, frozen=True, gc=False):
    """A person on a club's list, with every stay in it."""

    id: str
    club_id: str
    full_name: str
    sex: str | None
    birth_year: int | None
    ethnicity: str | None
    poverty_status: str | None
    hardship: frozenset[str]
    """Empty: not asked or not answered; {'none'}: none."""
    disability: str | None
    spells: tuple[MembershipSpell, ...]

    def is_in(self, day: date) -> bool:
        """Joined by that day and not left, died or been removed by it."""
        for stay in self.spells:  # noqa: SIM110 - asked of every member there is, and any() takes twice as long
            if stay.joined_on <= day and (stay.left_on is None or stay.left_on > day):
                return True
        return False

    def age(self, day: date) -> int | None:
        """Reference year less birth year: only the year of birth is collected. None: not known."""
        return None if self.birth_year is None else day.year - self.birth_year
