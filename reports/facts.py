"""The facts a report is made from: plain frozen values, as the club tables hold them.

Money is integer VND. Dates are calendar dates in Vietnam. None always means "not known" (not asked, not answered, not
sent), never zero. Codes (sex, poverty, …) are the values of the forms' choice lists.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec


class Row(msgspec.Struct, frozen=True, gc=False):
    """A fact of which a report has tens of thousands, and the country millions: made in a small part of the time that a
    dataclass takes, and not looked at by the collector of reference cycles, which facts cannot make."""


class NotRead(LookupError):
    """A figure asks for what was left out when the facts were read: they have to be read again, in full."""


class Unread:
    """Stands for what was left out when facts were read; whoever looks into it is told so by NotRead."""

    def __getattr__(self, name: str) -> Any:
        raise NotRead(name)

    def __bool__(self) -> bool:
        raise NotRead

    def __len__(self) -> int:
        raise NotRead

    def __iter__(self) -> Iterator[Any]:
        raise NotRead


UNREAD: Any = Unread()


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two counts over each other. Its value is None when the denominator is 0, which prints as “–”."""

    numerator: int
    denominator: int

    @property
    def value(self) -> Decimal | None:
        """numerator / denominator, unrounded."""
        return Decimal(self.numerator) / self.denominator if self.denominator else None

    @property
    def percent(self) -> Decimal | None:
        """The value in percent, unrounded."""
        return Decimal(self.numerator) * 100 / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Unit:
    """An administrative unit in one state; known by (code, valid_from)."""

    id: int
    code: str
    valid_from: date
    valid_to: date | None
    """Last day, inclusive; None while it stands."""
    level: str
    """n nation, p province, d district (to 30/6/2025), c commune."""
    kind: str
    name: str
    full_name: str
    parent_id: int | None
    is_urban: bool | None = None
    lat: float | None = None
    lon: float | None = None

    def stands_on(self, day: date) -> bool:
        """Whether this state of the unit was in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a club stands at the geography's date.

    row: the unit of the tables it is counted in (district or commune); commune: its commune. Either is None while a
    reform has split the old unit and nobody has chosen yet. old_name and new_name: commune and district before
    01/7/2025 and commune after, as printed in lists; None where not known.
    """

    row_id: int | None
    commune_id: int | None
    province_id: int | None
    old_name: str | None = None
    new_name: str | None = None


Ring = tuple[tuple[float, float], ...]
"""Corners (longitude, latitude) of a closed line; the last leads back to the first."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a unit, simplified for small maps: one ring for each separate piece of land, largest first."""

    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Geography:
    """The units of one report as they stood on one day, and where each club stands among them.

    rows: the units that tables list, in order of code: districts where the province had them on that day, else
    communes. A province that no longer stands (Ninh Thuận after 30/6/2025) is reported as an area inside its
    successor; rows are then the communes that its old communes became. has_register False: the register holds no
    units below this province on that day, so shares of communes cannot be computed.
    """

    as_of: date
    area: Unit
    """The province reported, in the state the report is about."""
    successor: Unit | None
    """The province the area belongs to on as_of, when the area itself no longer stands then."""
    rows: tuple[Unit, ...]
    communes: tuple[Unit, ...]
    places: Mapping[str, Place]
    """Club id → place."""
    provinces: tuple[Unit, ...] = ()
    """All provinces in force; only for national figures (A05)."""
    reform_on: date | None = None
    """Day of the latest step of units in this area, such as 2025-07-01; None: the units never changed."""
    shapes: Mapping[int, Shape] = field(default_factory=dict)
    """Unit id → outline, of the area and of provinces; units without one are missing."""

    @property
    def is_former(self) -> bool:
        """Whether the province is reported as an area of the past inside a province of today."""
        return self.successor is not None

    def row_of(self, club_id: str) -> int | None:
        """Id of the unit of the tables in which a club is counted; None: not decided."""
        place = self.places.get(club_id)
        return place.row_id if place else None


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


class Activity(Row, frozen=True, gc=False):
    """What was done in the eight areas in one month; None: the area was not done or the question not asked."""

    done: Mapping[str, bool | None]
    """'a1' … 'a8' → done."""
    a1_topic: str = ""
    n_bp: int | None = None
    n_weight: int | None = None
    n_clinic_check: int | None = None
    n_care_vol: int | None = None
    n_recipients: int | None = None
    n_visits: int | None = None
    n_sudden_help: int | None = None
    n_community: int | None = None
    a5_topics: str = ""
    n_counselled: int | None = None
    a6_topics: str = ""
    a7_kinds: str = ""
    n_sick_visits: int | None = None
    n_birthdays: int | None = None
    mob_cash: int | None = None
    mob_kind_value: int | None = None
    mob_days: int | None = None
    a1_coach_pairs: int | None = None
    n_bp_high: int | None = None
    """Of n_bp, those at 140/90 or above."""
    n_bmi_low: int | None = None
    """Of n_weight, BMI below 18.5."""
    n_bmi_high: int | None = None
    """Of n_weight, BMI of 23 or above."""
    check_provider: str | None = None
    n_referred: int | None = None
    exercise_days: int | None = None
    help_value: int | None = None
    """VND given to people in sudden difficulty."""
    n_participants: int | None = None
    """Persons times works, for the community."""
    community_kind: str = ""
    n_claims: int | None = None
    mob_sources: str = ""
    """Codes of who gave, space-separated; amounts are not told source by source."""


class CareVisit(Row, frozen=True, gc=False):
    """The visits one person in care received in one month. recipient_id None: a person no list holds."""

    recipient_id: str | None
    visits: int | None


class IncomeBook(Row, frozen=True, gc=False):
    """The income fund's book of one month (Quỹ tăng thu nhập)."""

    open_cash: int | None
    open_loans: int | None
    added: int | None
    withdrawn: int | None
    written_off: int | None
    disbursed: int | None
    principal: int | None
    interest: int | None
    close_cash: int | None
    """As the form computed it."""
    close_loans: int | None
    difference: int | None
    """Counted cash and bank less close_cash; None: not counted."""
    difference_reason: str = ""

    @property
    def closing(self) -> int | None:
        """Cash and outstanding loans at the end of the month; None unless both are known."""
        return (
            None
            if self.close_cash is None or self.close_loans is None
            else self.close_cash + self.close_loans
        )

    @property
    def opening(self) -> int | None:
        """Cash and outstanding loans at the beginning of the month; None unless both are known."""
        return None if self.open_cash is None or self.open_loans is None else self.open_cash + self.open_loans


class OperatingBook(Row, frozen=True, gc=False):
    """The operating fund's book of one month (Quỹ hoạt động)."""

    opening: int | None
    closing: int | None
    difference: int | None
    difference_reason: str = ""
    in_interest: int | None = None
    in_fees: int | None = None
    in_donation: int | None = None
    in_other: int | None = None
    out_visit: int | None = None
    out_meeting: int | None = None
    out_care: int | None = None
    out_other: int | None = None


class Meeting(Row, frozen=True, gc=False):
    """One club's report of one month that counts (superseded ones are not facts), held or not."""

    club_id: str
    month: date
    """First day of the month reported."""
    received_on: date
    """Day of receipt, in Vietnam."""
    held: bool
    meeting_date: date | None = None
    n_on_list: int | None = None
    n_present: int | None = None
    supervised: bool | None = None
    supervision_levels: frozenset[str] = frozenset()
    difficulties: frozenset[str] = frozenset()
    has_plan: bool = False
    """Whether the plan of what comes next was written down."""
    activity: Activity | None = None
    income: IncomeBook | None = None
    operating: OperatingBook | None = None
    not_held_reason: str | None = None
    """Code of the form's list: flood_storm, tet, harvest, epidemic …"""
    care: tuple[CareVisit, ...] = ()
    """Home care of the month, person by person."""

    @property
    def day(self) -> date:
        """The day it stands for: of the meeting, else the first of the month."""
        return self.meeting_date or self.month


class Repayment(Row, frozen=True, gc=False):
    """Principal and interest paid on one loan."""

    paid_on: date
    principal: int
    interest: int
    rescheduled_to: date | None = None


class Loan(Row, frozen=True, gc=False):
    """A loan from the income fund with all its repayments, oldest first.

    written_off_on: the day the club's board cancelled what was still owed; from that day on nothing is outstanding,
    so it is no longer overdue either. None: not written off. What the write-off came to is in the month's book.
    """

    id: str
    club_id: str
    member_id: str | None
    amount: int
    disbursed_on: date
    due_date: date | None
    repayments: tuple[Repayment, ...] = ()
    written_off_on: date | None = None
    kind: str | None = None
    """cash or in_kind."""
    purpose: str | None = None

    def paid(self, day: date) -> int:
        """Principal paid by that day, at most the amount; what was written off is not paid."""
        return min(self.amount, sum(r.principal for r in self.repayments if r.paid_on <= day))

    def outstanding(self, day: date) -> int:
        """Amount less the principal paid by that day; 0 before it was disbursed and once it is written off."""
        if self.disbursed_on > day or (self.written_off_on and self.written_off_on <= day):
            return 0
        return self.amount - self.paid(day)

    def due(self, day: date) -> date | None:
        """Due date as known that day: a later agreement on a new date replaces the first."""
        moved = [r.rescheduled_to for r in self.repayments if r.rescheduled_to and r.paid_on <= day]
        return moved[-1] if moved else self.due_date

    def promised(self) -> date | None:
        """Due date by which it is on time: moved only by agreements made before it had passed."""
        due = self.due_date
        for repayment in self.repayments:
            if due and repayment.rescheduled_to and repayment.paid_on <= due:
                due = repayment.rescheduled_to
        return due


@dataclass(frozen=True, slots=True)
class Survey:
    """One member's answers in one round of the member survey, or the refusal to give any.

    Complaints are no fact of a report: they stay with those who may read the submission.
    """

    club_id: str
    member_id: str | None
    surveyed_on: date
    received_on: date
    """Day of receipt, in Vietnam."""
    round: str
    """baseline, mid, end or yearly."""
    consent: bool
    """False: refused; every answer is then None."""
    ever_loan: bool | None = None
    income_change: str | None = None
    """much_worse, worse, same, better or much_better, against 12 months before; as health_change."""
    health_change: str | None = None
    k_health_score: int | None = None
    """Right answers of the health questions, by the form version's own key."""
    k_rights_score: int | None = None
    sat_overall: int | None = None
    """1–5."""
    support: tuple[int | None, ...] = ()
    """Five items of social support, 1–5: talk, money, care, respect, belonging."""
    lonely: str | None = None
    """never, sometimes, often or always."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """A visit of supervision or support at a club's meeting."""

    club_id: str
    on: date
    levels: frozenset[str]
    """Who came: xa, huyen, tinh, trung_uong, sponsor."""


@dataclass(frozen=True, slots=True)
class Training:
    """A training held outside the clubs' own meetings; club_id None: not for one club."""

    unit_id: int
    club_id: str | None
    starts_on: date
    ends_on: date
    participants: int
    topic: str = ""
    organiser: str = ""
    document: str = ""
    fact_id: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One planned or demanded figure of one unit and period, as the document states it."""

    unit_id: int
    unit_code: str
    unit_level: str
    period_from: date
    period_to: date
    indicator: str
    metric: str
    op: str
    """=, >=, >, ~ (about), range (value–value_max), none (aim without a figure)."""
    value: Decimal | None
    value_max: Decimal | None = None
    measure: str = ""
    """What value counts: percent, club, person, VND …"""
    threshold_vnd: int | None = None
    document: str = ""
    document_date: date | None = None
    fact_id: str = ""
    kind: str = "stated"
    """stated, derived (worked out from stated ones) or invented (sample data only)."""
    phase: str | None = None


@dataclass(frozen=True, slots=True)
class ContextFact:
    """A stated figure about a unit that no form collects, such as its older population."""

    unit_id: int
    period_from: date
    period_to: date
    metric: str
    op: str
    value: Decimal | None
    measure: str
    kind: str = "stated"
    document: str = ""
    fact_id: str = ""
    note: str = ""
