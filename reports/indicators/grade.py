"""Which activity areas a club carries out and whether it is well managed: the rule behind D04–D07 and the grades.

Source: operational rule for “thực hiện đủ các hoạt động và được quản lý tốt”. No official text of a score was found;
every minimum is a rule of the phase, so that another practice needs no change here. The window is the last so many full
months (rule window_months), the same for each length of period.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

import msgspec

from reports.facts import Activity, Club, Meeting
from reports.indicators import club as one
from reports.indicators.base import Context, Number
from reports.period import add_months, end_of_month

AREAS = ("a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8")
MANDATORY = ("m1", "m2", "m3", "m4")
OPTIONAL = ("m5", "m6", "m7", "m8", "m9")
NOT_YET, UNKNOWN = "not_yet", "unknown"


@dataclass(frozen=True, slots=True)
class Grade:
    """A club's result.

    grade: very_strong, strong, average, weak; not_yet (younger than the window); unknown (no report in it).
    failing: items not reached, a1 … m9; empty for the last two.
    """

    grade: str
    failing: tuple[str, ...] = ()
    areas: int = 0
    well_managed: bool = False

    @property
    def is_assessed(self) -> bool:
        """Whether it counts in the denominators of D04–D07."""
        return self.grade not in (NOT_YET, UNKNOWN)

    @property
    def full(self) -> bool:
        """All eight areas (D05)."""
        return self.is_assessed and self.areas == len(AREAS)

    @property
    def full_and_well(self) -> bool:
        """All eight areas and well managed (D07)."""
        return self.full and self.well_managed


class Need(msgspec.Struct, frozen=True, gc=False):
    """One thing an item asks for, with what the club reached in the window.

    code: the item and what is counted, such as “a2.meetings”. reached: a count, a percentage, a difference in VND, or 1
    and 0 for what is there or not; None: the club told nothing to tell it from. wanted: the rule's figure: a minimum,
    for overdue loans and differences of books a maximum in percent.
    """

    code: str
    reached: Number | None
    wanted: Decimal
    is_met: bool


class Item(msgspec.Struct, frozen=True, gc=False):
    """What one of a1 … m9 asks for: one need of every group has to be met."""

    groups: tuple[tuple[Need, ...], ...]

    @property
    def is_met(self) -> bool:
        """Whether the club reaches the item."""
        return all(True in [need.is_met for need in group] for group in self.groups)


class Window:
    """What one club reported in the window that ends on the context's day. Rules missing raise MissingRule."""

    def __init__(self, ctx: Context, club: Club) -> None:
        self.ctx, self.club = ctx, club
        months = one.full_months(ctx.day, ctx.phase.whole("window_months"))
        self.first, self.last = months[0], end_of_month(months[-1])
        self.reports = one.reports_in(ctx.data, club, self.first, self.last)
        self.held = [m for m in self.reports if m.held]
        self.activities = [m.activity for m in self.reports if m.activity is not None]

    def months_with(self, done: Callable[[Activity], object]) -> int:
        """Months in whose report the activities show it."""
        return sum([bool(done(activity)) for activity in self.activities])

    def back(self, rule: str) -> date:
        """First day of the last so many full months, as a rule counts them."""
        return add_months(self.last.replace(day=1), 1 - self.ctx.phase.whole(rule))

    def least(self, code: str, reached: Number | None, rule: str) -> Need:
        """A need with a minimum that a rule gives."""
        low = self.ctx.phase.low(rule)
        return Need(code, reached, low, reached is not None and reached >= low)

    @cached_property
    def members(self) -> int:
        """Members on the last day."""
        return len(one.members(self.ctx.data, self.club, self.last))


def assess(ctx: Context, club: Club) -> Grade:
    """Grade one club on the context's day by the report's phase; worked out once for each dataset."""
    key = ("grade", club.id, ctx.day, ctx.phase.code)
    return ctx.data.remember(key, lambda: _assess(ctx, club))


def items(ctx: Context, club: Club) -> dict[str, Item]:
    """a1 … m9 with what the club reached in the window, also of a club that is not graded. Raises MissingRule."""
    window = Window(ctx, club)
    return {code: check(window) for code, check in CHECKS.items()}


def _assess(ctx: Context, club: Club) -> Grade:
    window = Window(ctx, club)
    if club.founding_date > window.first:
        return Grade(NOT_YET)
    if not window.reports:
        return Grade(UNKNOWN)
    failing = tuple(code for code, check in CHECKS.items() if not check(window).is_met)
    areas = len(AREAS) - sum(a in failing for a in AREAS)
    reached = sum(m not in failing for m in OPTIONAL)
    managed = not any(m in failing for m in MANDATORY) and reached >= ctx.phase.whole("optional_min")
    return Grade(_grade(ctx, failing, areas, managed), failing, areas, managed)


def _grade(ctx: Context, failing: tuple[str, ...], areas: int, managed: bool) -> str:
    if not failing:
        return "very_strong"
    if areas == len(AREAS) and managed:
        return "strong"
    return "average" if areas >= ctx.phase.whole("average_min_areas") and "m1" not in failing else "weak"


def _a1(w: Window) -> Item:
    """Loans: some disbursed in the window, or a good part of the fund lent; and talks on production."""
    given = sum(w.first <= loan.disbursed_on <= w.last for loan in w.ctx.data.loans_of(w.club.id))
    book = one.last_book(w.ctx.data, w.club, w.last)
    lent = _percent(book.close_loans or 0, book.closing) if book else None
    talks = w.months_with(lambda a: a.done.get("a1") and a.a1_topic.strip())
    loans = (w.least("a1.loans", given, "a1_min_loans"), w.least("a1.lent", lent, "a1_min_outstanding_share"))
    return _item(loans, (w.least("a1.talks", talks, "a1_min_talks"),))


def _a2(w: Window) -> Item:
    """Weight or blood pressure taken at meetings; members seen by a clinic within a longer window."""
    measured = sum(
        bool(m.activity and ((m.activity.n_bp or 0) or (m.activity.n_weight or 0))) for m in w.held
    )
    year = one.reports_in(w.ctx.data, w.club, w.back("a2_clinic_months"), w.last)
    checks = sum(bool(m.activity and m.activity.n_clinic_check) for m in year)
    return _item(
        (w.least("a2.meetings", measured, "a2_min_meetings"),),
        (w.least("a2.checks", checks, "a2_min_clinic_checks"),),
    )


def _a3(w: Window) -> Item:
    """Volunteers by the last report that tells, and months in which somebody was visited."""
    told = [m.activity.n_care_vol for m in w.reports if m.activity and m.activity.n_care_vol is not None]
    volunteers = told[-1] if told else 0
    visited = w.months_with(lambda a: a.n_recipients and a.n_visits)
    return _item(
        (w.least("a3.volunteers", volunteers, "a3_min_volunteers"),),
        (w.least("a3.months", visited, "a3_min_months"),),
    )


def _a4(w: Window) -> Item:
    """Months in which somebody in sudden difficulty was helped, and works for the community over the window."""
    helped = w.months_with(lambda a: a.n_sudden_help)
    works = sum((m.activity.n_community or 0) for m in w.reports if m.activity)
    return _item(
        (w.least("a4.months", helped, "a4_min_months"),), (w.least("a4.works", works, "a4_min_community"),)
    )


def _a5(w: Window) -> Item:
    """Months with a topic on rights or somebody counselled."""
    return _item(
        (w.least("a5.months", w.months_with(lambda a: a.a5_topics or a.n_counselled), "a5_min_months"),)
    )


def _a6(w: Window) -> Item:
    """Meetings with a talk."""
    talks = sum(bool(m.activity and m.activity.done.get("a6") and m.activity.a6_topics) for m in w.held)
    return _item((w.least("a6.meetings", talks, "a6_min_meetings"),))


def _a7(w: Window) -> Item:
    """Months with arts, a visit, a birthday or an exchange."""
    months = w.months_with(lambda a: a.a7_kinds or a.n_sick_visits or a.n_birthdays)
    return _item((w.least("a7.months", months, "a7_min_months"),))


def _a8(w: Window) -> Item:
    """Months with anything mobilised: money, goods or days of work."""
    months = w.months_with(lambda a: a.mob_cash or a.mob_kind_value or a.mob_days)
    return _item((w.least("a8.months", months, "a8_min_months"),))


def _m1(w: Window) -> Item:
    """Monthly meetings held."""
    return _item((w.least("m1.meetings", len(w.held), "m1_min_meetings"),))


def _m2(w: Window) -> Item:
    """Both books balance at the last count: no difference, or a small one that is explained. No count fails."""
    allowed = w.ctx.phase.high("m2_max_difference_share")
    found = one.last_difference(w.ctx.data, w.club, w.first, w.last)
    income = found[0].income if found else None
    operating = found[0].operating if found else None

    def balances(code: str, difference: int | None, reason: str, book: int | None) -> Need:
        is_small = difference is not None and bool(
            reason.strip() and book and abs(difference) * 100 <= allowed * book
        )
        return Need(code, difference, allowed, difference == 0 or is_small)

    return _item(
        (
            balances("m2.income", income.difference, income.difference_reason, income.close_cash)
            if income
            else Need("m2.income", None, allowed, False),
        ),
        (
            balances("m2.operating", operating.difference, operating.difference_reason, operating.closing)
            if operating
            else Need("m2.operating", None, allowed, False),
        ),
    )


def _m3(w: Window) -> Item:
    """Overdue within its limit of what is outstanding; nothing outstanding passes. No book fails."""
    most = w.ctx.phase.high("m3_max_overdue_share")
    lent = one.outstanding(w.ctx.data, w.club, w.last)
    late = one.overdue(w.ctx.data, w.club, w.last).amount
    reached = None if lent is None else _percent(late, lent) if late else Decimal(0)
    return _item((Need("m3.overdue", reached, most, reached is not None and reached <= most),))


def _m4(w: Window) -> Item:
    """A board large enough, with a chair, a secretary, and an accountant or treasurer."""
    seats = [s for s in w.club.board if s.held_on(w.last)]
    roles = {s.role for s in seats}
    filled = {"chair", "secretary"} <= roles and bool(roles & {"accountant", "treasurer"})
    people = len({s.member_id for s in seats})
    return _item((w.least("m4.board", people, "m4_min_board"),), (_there("m4.roles", filled),))


def _m5(w: Window) -> Item:
    """Attendance over the meetings held, persons present over persons on the list."""
    return _item((w.least("m5.attendance", _percent(*attendance(w.held)), "m5_min_attendance"),))


def _m6(w: Window) -> Item:
    """Charter adopted and a plan written down in the last report of the window."""
    has_plan = bool(w.reports and w.reports[-1].has_plan)
    return _item((_there("m6.charter", bool(w.club.charter_adopted)),), (_there("m6.plan", has_plan),))


def _m7(w: Window) -> Item:
    """Reports received by the due day of the month after."""
    day = w.ctx.phase.whole("m7_due_day")
    return _item((w.least("m7.reports", sum(is_on_time(m, day) for m in w.reports), "m7_min_reports"),))


def _m8(w: Window) -> Item:
    """Supervised or trained within its own window."""
    first, data = w.back("m8_months"), w.ctx.data
    supervised = _there("m8.supervised", one.was_supervised(data, w.club, first, w.last))
    return _item((supervised, _there("m8.trained", one.was_trained(data, w.club, first, w.last))))


def borrowing_since(ctx: Context, last: date) -> date:
    """The first day whose loans count for m9: the phase's, also in a period that began before it, so that a club is
    graded alike in table 1 and in annex I. Of a phase chosen for a time before it began, the period's."""
    began = ctx.phase.valid_from
    return began if began <= last else ctx.period.first


def _m9(w: Window) -> Item:
    """Share of members on the list who borrowed since the phase began."""
    given = one.borrowers(w.ctx.data, w.club, borrowing_since(w.ctx, w.last), w.last)
    return _item((w.least("m9.borrowers", _percent(given, w.members), "m9_min_borrowers"),))


def _percent(part: int, whole: int | None) -> Decimal | None:
    """None where nothing stands below the line."""
    return Decimal(part) * 100 / whole if whole else None


def _item(*groups: tuple[Need, ...]) -> Item:
    return Item(groups)


def _there(code: str, is_there: bool) -> Need:
    return Need(code, int(is_there), Decimal(1), is_there)


CHECKS: dict[str, Callable[[Window], Item]] = {
    "a1": _a1,
    "a2": _a2,
    "a3": _a3,
    "a4": _a4,
    "a5": _a5,
    "a6": _a6,
    "a7": _a7,
    "a8": _a8,
    "m1": _m1,
    "m2": _m2,
    "m3": _m3,
    "m4": _m4,
    "m5": _m5,
    "m6": _m6,
    "m7": _m7,
    "m8": _m8,
    "m9": _m9,
}


def attendance(meetings: list[Meeting]) -> tuple[int, int]:
    """Persons present and persons on the list, summed over held meetings that tell both."""
    told = [(m.n_present, m.n_on_list) for m in meetings if m.held]
    pairs = [(p, n) for p, n in told if p is not None and n is not None]
    return sum(p for p, _ in pairs), sum(n for _, n in pairs)


@lru_cache(maxsize=4096)
def due_on(month: date, day: int) -> date:
    """The day by which the report of a month is due: that day of the month after."""
    return add_months(month, 1).replace(day=day)


def is_on_time(meeting: Meeting, day: int) -> bool:
    """Whether the report was received by its due day."""
    return meeting.received_on <= due_on(meeting.month, day)
