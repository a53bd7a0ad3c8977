"""What a club reports each month: meetings, activities, care, both funds and the loans."""

from collections.abc import Mapping
from datetime import date

from reports.facts.row import Row


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
        return min(self.amount, sum([r.principal for r in self.repayments if r.paid_on <= day]))

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
